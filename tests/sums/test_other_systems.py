"""The corpus beside Maxima and PARI: where they give a number, it is ours, or it misses our enclosure."""

from decimal import Decimal
from fractions import Fraction

import pytest

from infinitesimal.limits.enclosures import enclose
from infinitesimal.recurrences.series import series
from tests.oracles.other_systems import HAS_MAXIMA, HAS_PARI, is_readable, maxima_sums, pari_sums
from tests.oracles.series_corpus import CORPUS

CONVERGENT = [(case.term, case.start) for case in CORPUS if case.verdict != "divergent" and is_readable(case.term)]
ABSOLUTE = [
    (c.term, c.start) for c in CORPUS if c.verdict == "absolute" and is_readable(c.term) and c.kind == "rational"
]
ALTERNATING = [
    (c.term, c.start)
    for c in CORPUS
    if c.kind == "alternating"
    and is_readable(c.term)
    and c.term.count("(-1)") == 1
    and c.term.startswith(("(-1)**n*", "(-1)**n/", "(-1)**(n + 1)", "(-1)**(n - 1)"))
]
"""Terms whose sizes are smooth: `sumalt` is wrong, without a word, where a sign stands in a denominator too."""

CLOSE = Fraction(1, 10**20)


def distance(answer: Decimal, term: str, start: int) -> Fraction:
    found = enclose(series(term, start), 30)
    return abs(Fraction(answer) - found.lower)


@pytest.mark.long
@pytest.mark.skipif(not HAS_MAXIMA, reason="Maxima is not installed")
def test_the_numbers_of_maxima_are_ours() -> None:
    answers = maxima_sums(CONVERGENT)
    given = [(a, *s) for a, s in zip(answers, CONVERGENT, strict=True) if a is not None]
    assert len(given) > len(CONVERGENT) // 2
    assert [(term, start, answer) for answer, term, start in given if distance(answer, term, start) > CLOSE] == []


@pytest.mark.long
@pytest.mark.skipif(not HAS_PARI, reason="PARI is not installed")
@pytest.mark.parametrize(("method", "sums"), [("sumnum", ABSOLUTE), ("sumalt", ALTERNATING)])
def test_the_numbers_of_pari_are_ours(method: str, sums: list[tuple[str, int]]) -> None:
    answers = pari_sums(sums, method)
    given = [(a, *s) for a, s in zip(answers, sums, strict=True) if a is not None]
    assert len(given) > len(sums) // 2
    assert [(term, start, answer) for answer, term, start in given if distance(answer, term, start) > CLOSE] == []

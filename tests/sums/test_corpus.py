"""The corpora against the oracle, and the package against the corpora: never wrong, and nearly all solved."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from mpmath import mp

import infinitesimal as inf
from tests.oracles.border_corpus import BORDER
from tests.oracles.finite_sum_corpus import FINITE_CORPUS, FiniteCase
from tests.oracles.judgement import (
    CLOSE,
    DIGITS,
    UPPER_BOUNDS,
    expected,
    judge_finite,
    judge_limit,
    judge_verdict,
    number,
    summed,
)
from tests.oracles.series_corpus import CORPUS, Case
from tests.oracles.summation import evaluate, partial_sum

CONVERGENT = [case for case in CORPUS if case.verdict != "divergent"]
CLOSED = [case for case in CONVERGENT if case.limit is not None]
SLOW_TO_SUM = ("plana", "plana 2")

whole_and_sample = pytest.mark.parametrize("stride", [pytest.param(1, marks=pytest.mark.long), 12])


def report(cases: Sequence[Any], answer: Callable[[Any], str]) -> tuple[float, list[str]]:
    """The share of cases that are solved, and the terms of those that are wrong."""
    found = [(answer(case), case.term) for case in cases]
    return sum(outcome == "solved" for outcome, _ in found) / len(found), [
        t for outcome, t in found if outcome == "wrong"
    ]


def test_the_corpora_are_as_large_and_as_wide_as_promised() -> None:
    assert len(CORPUS) >= 240 and len(FINITE_CORPUS) >= 80 and len(CLOSED) >= 150
    assert len({case.term for case in CORPUS}) == len(CORPUS)
    assert sum(case.verdict == "conditional" for case in CORPUS) >= 29
    assert all(case.manner in ("to +oo", "to -oo", "oscillates") for case in CORPUS if case.verdict == "divergent")


@whole_and_sample
def test_every_limit_agrees_with_an_independent_summation(stride: int) -> None:
    cases = [case for case in CLOSED if case.method and (stride == 1 or case.method not in SLOW_TO_SUM)]
    for case in cases[::stride]:
        with mp.workdps(DIGITS + 15):
            assert abs(summed(case) - number(case.limit)) <= CLOSE, case


def test_the_complex_parts_of_an_oscillating_series_add_up_to_its_terms() -> None:
    for case in CORPUS:
        name, _, parts = case.method.partition(" ")
        if name == "re:":
            for index in range(case.start, case.start + 4):
                with mp.workdps(30):
                    place = {"n": mp.mpf(index)}
                    whole = sum(mp.re(evaluate(part.strip(), place)) for part in parts.split(";"))
                    assert abs(whole - evaluate(case.term, place)) < mpmath.mpf(10) ** -28, case


def test_every_finite_sum_agrees_with_its_terms_added_up() -> None:
    for case in FINITE_CORPUS:
        for n in UPPER_BOUNDS:
            if n >= case.least:
                _check_terms(case, {"n": Fraction(n), "x": Fraction(3, 7)})


def _check_terms(case: FiniteCase, named: dict[str, Any]) -> None:
    """Exactly where the terms are rational, and to 50 digits where they are not."""
    first, last = (int(evaluate(bound, named, exact=True)) for bound in (case.first, case.last))
    try:
        assert partial_sum(case.term, first, last, named, exact=True) == evaluate(case.value, named, exact=True), case
    except KeyError:
        with mp.workdps(60):
            real = {name: mp.mpf(x.numerator) / x.denominator for name, x in named.items()}
            difference = partial_sum(case.term, first, last, real, exact=False) - evaluate(case.value, real)
            assert abs(difference) < mpmath.mpf(10) ** -50, case


@whole_and_sample
def test_verdicts(stride: int) -> None:
    def answer(case: Case) -> str:
        verdict = inf.converges(inf.series(case.term, case.start))
        return judge_verdict(case, verdict.kind, verdict.manner)

    share, wrong = report((*CORPUS, *BORDER)[::stride], answer)
    assert not wrong
    assert share >= 0.98 or stride > 1


@whole_and_sample
def test_limits(stride: int) -> None:
    def answer(case: Case) -> str:
        try:
            return judge_limit(case, inf.limit(inf.series(case.term, case.start)))
        except inf.Undecided:
            return "unknown"

    share, wrong = report(CLOSED[::stride], answer)
    assert not wrong
    assert share >= 0.95 or stride > 1


@whole_and_sample
def test_no_limit_of_a_divergent_series(stride: int) -> None:
    for case in [case for case in CORPUS if case.verdict == "divergent"][::stride]:
        with pytest.raises((inf.Diverges, inf.Undecided)):
            inf.limit(inf.series(case.term, case.start))


@whole_and_sample
def test_enclosures_contain_the_limit(stride: int) -> None:
    digits, found = 30, 0
    cases = [case for case in CONVERGENT if case.limit or (stride == 1 and case.method)][::stride]
    for case in cases:
        try:
            interval = inf.enclose(inf.series(case.term, case.start), digits)
        except inf.Undecided:
            continue
        found += 1
        assert interval.width <= Fraction(1, 10**digits), case
        lower, upper = interval.lower - Fraction(1, 10**40), interval.upper + Fraction(1, 10**40)
        with mp.workdps(DIGITS + 15):
            right = expected(case)
            assert (
                mp.mpf(lower.numerator) / lower.denominator <= right <= mp.mpf(upper.numerator) / upper.denominator
            ), case
    assert found >= 0.9 * len(cases)


@whole_and_sample
def test_finite_sums(stride: int) -> None:
    def answer(case: FiniteCase) -> str:
        try:
            return judge_finite(case, inf.summation(case.term, "k", case.first, case.last))
        except inf.Undecided:
            return "unknown"

    share, wrong = report(FINITE_CORPUS[::stride], answer)
    assert not wrong
    assert share >= 0.95 or stride > 1

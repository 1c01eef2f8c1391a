"""Whether an answer about a sum of the corpora is right, by numbers that neither the package nor SymPy computed.

An outcome is "solved", "unknown" (an honest one) or "wrong".
"""

from fractions import Fraction
from typing import Any

import mpmath
import sympy
from mpmath import mp

from tests.oracles.finite_sum_corpus import FiniteCase
from tests.oracles.series_corpus import Case
from tests.oracles.summation import evaluate, infinite_sum, oscillating_sum, partial_sum

DIGITS = 45
CLOSE = mpmath.mpf(10) ** -40
SAMPLE = {"x": Fraction(3, 7)}
UPPER_BOUNDS = range(13)


def number(expression: Any) -> Any:
    """The value of a constant to `DIGITS` digits: read by the oracle, and by SymPy where it cannot read it."""
    with mp.workdps(DIGITS + 15):
        try:
            value = evaluate(str(expression), {})
        except (ValueError, AttributeError, TypeError, KeyError):
            value = mp.mpmathify(sympy.N(expression, DIGITS + 15))
        return +value


def expected(case: Case) -> Any:
    """The limit of a case as a number: of its closed form, else summed; None where the oracle has no method."""
    if case.limit is not None:
        return number(case.limit)
    return summed(case) if case.method else None


def summed(case: Case) -> Any:
    """The sum of a case by the method named in it, without its limit."""
    name, _, parts = case.method.partition(" ")
    if name == "re:":
        return oscillating_sum(parts, case.start, DIGITS)
    return infinite_sum(case.term, case.start, case.method, DIGITS)


def judge_limit(case: Case, value: Any) -> str:
    """The outcome of a limit handed out for a convergent case."""
    if case.verdict == "divergent":
        return "wrong"
    right = expected(case)
    if right is None:
        return "solved"
    with mp.workdps(DIGITS):
        return "solved" if abs(number(value) - right) <= CLOSE * (1 + abs(right)) else "wrong"


def judge_verdict(case: Case, kind: str | None, manner: str = "") -> str:
    """The outcome of a verdict; a manner that contradicts the partial sums is wrong too."""
    if kind is None:
        return "unknown"
    claims_infinity = case.manner and manner.startswith("to ") and manner != case.manner
    denies_infinity = case.manner.startswith("to ") and manner == "oscillates"
    return "solved" if kind == case.verdict and not claims_infinity and not denies_infinity else "wrong"


def judge_finite(case: FiniteCase, value: Any) -> str:
    """The outcome of a closed form in n, term by term: at every n up to the last of `UPPER_BOUNDS`."""
    expression = sympy.sympify(value)
    for n in UPPER_BOUNDS:
        if n < case.least:
            continue
        named: dict[str, Any] = {"n": Fraction(n), **SAMPLE}
        first, last = (int(evaluate(bound, named, exact=True)) for bound in (case.first, case.last))
        places = {s: sympy.Rational(*_pair(named[s.name])) for s in expression.free_symbols}
        with mp.workdps(DIGITS):
            real = {name: mp.mpf(x.numerator) / x.denominator for name, x in named.items()}
            right = _added(case.term, first, last, named, real)
            if not abs(number(expression.subs(places)) - right) <= CLOSE * (1 + abs(right)):
                return "wrong"
    return "solved"


def _added(term: str, first: int, last: int, named: dict[str, Any], real: dict[str, Any]) -> Any:
    """The sum of the terms, exactly where they are rational: what cancels would cost digits."""
    try:
        total = partial_sum(term, first, last, named, exact=True)
    except KeyError:
        return partial_sum(term, first, last, real, exact=False)
    return mp.mpf(total.numerator) / total.denominator


def _pair(value: Fraction) -> tuple[int, int]:
    return value.numerator, value.denominator

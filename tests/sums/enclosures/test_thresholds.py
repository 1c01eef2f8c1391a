"""How many terms are enough: the least number, against rests that are known for every index."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from types import FunctionType

import mpmath
import pytest
import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.enclosures.thresholds import enough_terms
from infinitesimal.sums.summands.summand import Summand

HALF = sympy.Rational(1, 2)


@pytest.fixture(autouse=True)
def thirty_digits() -> Iterator[None]:
    with mpmath.workdps(30):
        yield


def alternating(k: int) -> mpmath.mpf:
    """The rest of the sum of (-1)**n n/(n**2 + 50): by Abel-Plana in closed form, through digamma."""
    root = mpmath.sqrt(50) * 1j

    def tail(z: mpmath.mpc) -> mpmath.mpc:
        return (-1) ** (k + 1) * (mpmath.digamma((k + 2 + z) / 2) - mpmath.digamma((k + 1 + z) / 2)) / 2

    return ((tail(root) + tail(-root)) / 2).real


def wave(k: int) -> mpmath.mpf:
    """The rest of the sum of cos(n)/2**n."""
    q = mpmath.expj(1) / 2
    return (q ** (k + 1) / (1 - q)).real


CASES: list[tuple[sympy.Expr, int, Callable[[int], mpmath.mpf], str]] = [
    (n ** (-3 * HALF), 1, lambda k: mpmath.zeta(1.5, k + 1), "1/8"),
    (n ** (-3 * HALF), 4, lambda k: mpmath.zeta(1.5, k + 1), "1/8"),
    ((n - 7) / 2**n, 1, lambda k: mpmath.mpf(k - 5) / 2**k, "1/100"),
    ((n - 7) / 2**n, 1, lambda k: mpmath.mpf(k - 5) / 2**k, "19/10"),
    ((n - 10) / 2**n, 1, lambda k: mpmath.mpf(k - 8) / 2**k, "1/1000"),
    ((-1) ** n * n / (n**2 + 50), 1, alternating, "1/40"),
    ((-1) ** n * n / (n**2 + 50), 1, alternating, "1/1000"),
    (sympy.cos(n) / 2**n, 0, wave, "1/50"),
    (sympy.cos(n) / 2**n, 0, wave, "1/100000"),
    (sympy.cos(n) / 2**n, 3, wave, "1/5"),
    (1 / sympy.factorial(n), 0, lambda k: mpmath.e - mpmath.fsum(1 / mpmath.factorial(j) for j in range(k + 1)), "1"),
]


@pytest.mark.parametrize(
    ("term", "start", "rest", "tolerance"), CASES, ids=lambda x: None if isinstance(x, FunctionType) else str(x)
)
def test_the_index_is_the_least_one(
    term: sympy.Expr, start: int, rest: Callable[[int], mpmath.mpf], tolerance: str
) -> None:
    goal = Fraction(tolerance)
    found = enough_terms(Summand(term, start), goal, None, 20.0)
    sizes = {k: abs(rest(k)) for k in range(start - 1, found + 120)}
    limit = mpmath.mpf(goal.numerator) / goal.denominator
    assert found == 1 + max((k for k, size in sizes.items() if size >= limit), default=start - 2)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_a_rest_that_equals_the_tolerance_is_not_below_it(k: int) -> None:
    rest = sympy.Integer(2) ** -n
    assert enough_terms(Summand(rest, 1), Fraction(1, 2**k), rest, 5.0) == k + 1
    assert enough_terms(Summand(1 / (n * (n + 1)), 1), Fraction(1, k + 1), None, 5.0) == k + 1


def test_what_is_not_seen_is_undecided() -> None:
    with pytest.raises(Undecided):
        enough_terms(Summand(sympy.cos(n) / n**2, 1), Fraction(1, 10), None, 3.0)

"""Rests in closed form and between bounds, against sums computed by other means."""

import mpmath
import pytest
import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.enclosures.enclosure import tail_ball
from infinitesimal.sums.enclosures.remainders import rational_remainder, remainder_bounds
from infinitesimal.sums.summands.summand import Summand

HALF = sympy.Rational(1, 2)
EPSILON = sympy.Rational(1, 10**15)


@pytest.mark.parametrize(
    "term",
    [
        (-1) ** n / n,
        (-1) ** (n + 1) / (n + HALF) ** 2,
        (-1) ** n / (n * (n + 1) ** 3),
        1 / n**2,
        1 / (n * (n + 1)),
        1 / (n * (n + HALF) ** 3),
        1 / ((3 * n + 1) * (3 * n + 2)),
        1 / (n + 2) ** 4,
    ],
)
def test_a_rational_rest_falls_by_its_terms(term: sympy.Expr) -> None:
    rest = rational_remainder(Summand(term))
    assert rest is not None
    with mpmath.workdps(40):
        for k in (1, 2, 10):
            difference = (rest.subs(n, k) - rest.subs(n, k + 1) - term.subs(n, k + 1)).evalf(35)
            assert abs(difference) < 1e-30
        far = rest.subs(n, 60).evalf(20)
        assert abs(far) < 0.1


def test_telescoping_rests_are_rational_and_others_keep_their_polygamma() -> None:
    assert rational_remainder(Summand(1 / (n * (n + 1)))) == 1 / (n + 1)
    assert rational_remainder(Summand(1 / n**2)) == sympy.polygamma(1, n + 1)
    assert rational_remainder(Summand(1 / (n**2 + 1))) is None
    assert rational_remainder(Summand(2**-n)) is None


BOUNDED = {
    n ** sympy.Rational(-3, 2): lambda k: mpmath.zeta(1.5, k + 1),
    1 / n**2: lambda k: mpmath.zeta(2, k + 1),
    2**-n: lambda k: mpmath.mpf(2) ** -k,
    1 / (n * (n + 1)): lambda k: 1 / mpmath.mpf(k + 1),
    (-1) ** n / n: lambda k: -mpmath.log(2) - sum((mpmath.mpf(-1) ** j / j for j in range(1, k + 1)), mpmath.mpf(0)),
    (-1) ** (n + 1) / sympy.sqrt(n): lambda k: (
        mpmath.altzeta(0.5) - sum((mpmath.mpf(-1) ** (j + 1) / mpmath.sqrt(j) for j in range(1, k + 1)), mpmath.mpf(0))
    ),
}


@pytest.mark.parametrize("term", BOUNDED, ids=str)
def test_bounds_hold_the_rest(term: sympy.Expr) -> None:
    bounds = remainder_bounds(Summand(term))
    assert bounds is not None
    for k in (bounds.first, bounds.first + 1, bounds.first + 7, bounds.first + 50):
        rest = BOUNDED[term](k) * int(bounds.sign.subs(n, k) if bounds.sign.has(n) else bounds.sign)
        assert bounds.lower.subs(n, k).evalf() <= rest <= bounds.upper.subs(n, k).evalf()
        shifted = bounds.shifted(1)
        assert shifted.upper.subs(n, k) == bounds.upper.subs(n, k + 1)


def test_what_is_not_monotone_has_no_bounds() -> None:
    assert remainder_bounds(Summand(sympy.sin(n) ** 2 / n**2)) is None
    assert remainder_bounds(Summand((-1) ** n * sympy.sin(n) / n**2)) is None


MEASURED = [
    n / 3**n,
    1 / sympy.factorial(n),
    sympy.binomial(2 * n, n) / 5**n,
    -(n**2) / 2**n,
    (-1) ** n * n / (n**2 + 50),
    (-1) ** (n + 1) * sympy.log(n) / n,
    (-1) ** n / (3 - n) / n,
    sympy.exp(-2 * n),
    1 / (n * sympy.log(n) ** 3),
    sympy.cos(n) / n,
    sympy.sin(n / 5 + 1) * n / (n**2 + 9),
]


@pytest.mark.parametrize("term", MEASURED, ids=str)
def test_bounds_hold_the_enclosed_rest_from_their_first_index(term: sympy.Expr) -> None:
    start = 5 if term.has(sympy.log) or term.subs(n, 3) == sympy.zoo else 1
    bounds = remainder_bounds(Summand(term, start))
    assert bounds is not None
    for k in (*range(bounds.first, bounds.first + 12), bounds.first + 60):
        rest = tail_ball(Summand(term, start), k, 60).mid().fmpq()
        low, high = (sympy.N(end.doit(), 30) for end in bounds.at(k))
        assert low * (1 - sympy.sign(low) * EPSILON) <= sympy.Rational(int(rest.p), int(rest.q))
        assert sympy.Rational(int(rest.p), int(rest.q)) <= high * (1 + sympy.sign(high) * EPSILON)


def test_bounds_begin_where_their_theorem_does() -> None:
    convex = remainder_bounds(Summand((-1) ** n * n / (n**2 + 50)))
    assert convex is not None and convex.first >= 12  # the inflection is at sqrt(150)
    falling = remainder_bounds(Summand(sympy.cos(n) * n / (n**2 + 50)))
    assert falling is not None and falling.first >= 7  # the sizes rise up to sqrt(50)
    assert convex.shifted(3).first == convex.first - 3
    bound = remainder_bounds(Summand(sympy.cos(n) / n))
    assert bound is not None
    assert sympy.simplify(bound.upper * (n + 1) * sympy.sin(sympy.Rational(1, 2))) == 1

"""Identities between elementary functions: those that hold are proved, those with one changed number are not."""

import pytest
import sympy
from sympy import Eq, Rational, cos, cot, exp, log, pi, sin, sinh, sqrt, tan, tanh

from infinitesimal.sums.finite.elementary_proof import identically_zero
from infinitesimal.sums.finite.formal_identities import vanishes

n, x, y, m = sympy.symbols("n x y m")
WHOLE = frozenset([n, m])

HOLD = [
    (sin(n * x) * cos(x), (sin((n + 1) * x) + sin((n - 1) * x)) / 2),
    (cos(n * x) ** 3, (3 * cos(n * x) + cos(3 * n * x)) / 4),
    (tan(x + y), (tan(x) + tan(y)) / (1 - tan(x) * tan(y))),
    (cot(x) - 2 * cot(2 * x), tan(x)),
    (2**n * tan(x / 2**n), 2**n * (cot(x / 2**n) - 2 * cot(2 * x / 2**n))),
    (sinh(2 * x), 2 * tanh(x) / (1 - tanh(x) ** 2)),
    (exp(n * x + 1), exp(1) * exp(x) * exp((n - 1) * x)),
    (6**n / 2 ** (n + 1), 3**n / 2),
    ((-2) ** (2 * n), 4**n),
    (cos(pi * n / 3 + pi / 6), sqrt(3) / 2 * cos(pi * n / 3) - sin(pi * n / 3) / 2),
    (sin(3 * pi * n / 2) * sin(pi * n / 2), ((-1) ** n - 1) / 2 * (-1) ** 0),
    (4 * cos(2 * pi / 5 + x) * cos(2 * pi / 5), 2 * cos(x) + 2 * cos(4 * pi / 5 + x)),
    (sqrt(n * (n + 3)), sqrt(n) * sqrt(n + 3)),
    (1 / (sqrt(n) + sqrt(n + 1)), sqrt(n + 1) - sqrt(n)),
    (sqrt(2) * sqrt(6), 2 * sqrt(3)),
    (x ** (2 ** (n + 1)), (x ** (2**n)) ** 2),
    ((x + 1) ** (n + 2), (x + 1) ** n * (x**2 + 2 * x + 1)),
]


@pytest.mark.parametrize(("left", "right"), HOLD, ids=str)
def test_what_holds_is_proved_and_what_is_changed_is_not(left: sympy.Expr, right: sympy.Expr) -> None:
    point = {n: 4, m: 3, x: Rational(5, 7), y: Rational(1, 3)}
    assert abs(sympy.N((left - right).subs(point), 40)) < Rational(1, 10**35)
    assert vanishes(left - right, n, 1, WHOLE)
    for wrong in (right + 1, right * 2, -right, right + Rational(1, 10**9), right * x, right + sin(n)):
        assert not vanishes(left - wrong, n, 1, WHOLE)


@pytest.mark.parametrize(
    ("expr", "least"),
    [
        (sqrt(n * (n - 5)) - sqrt(n) * sqrt(n - 5), 1),  # sqrt(-4)*sqrt(1) is not the point, its sign at n < 0 would be
        (sqrt(n**2) - n, None),
        (cos(x * n) - 1, 0),
        (cos(2 * pi * n * x) - 1, 0),
        ((-1) ** (2 * x) - 1, 0),
        (x ** (n / 2) * x ** (n / 2) - (-x) ** n, 0),
        (sqrt(x**2) - x, 0),
    ],
)
def test_what_holds_only_in_part_is_not_proved(expr: sympy.Expr, least: int | None) -> None:
    assert not vanishes(expr, n, least, WHOLE)


def test_conditions_are_used_as_they_are_given() -> None:
    whole_turns, half_turns = Eq(sin(x / 2), 0), Eq(cos(x / 2), 0)
    assert vanishes(cos(n * x) - 1, n, 0, WHOLE, (whole_turns,))
    assert vanishes(sin(n * m * x), n, 0, WHOLE, (whole_turns,))
    assert not vanishes(cos(n * x / 2) - 1, n, 0, WHOLE, (whole_turns,))
    assert vanishes(cos(n * x) - (-1) ** n, n, 0, WHOLE, (half_turns,))
    assert not vanishes(cos(n * x) - 1, n, 0, WHOLE, (half_turns,))
    assert vanishes(sin(x), n, 0, WHOLE, (Eq(sin(2 * x), 0), Eq(sin(3 * x), 0)))
    # sin(3 x) = 0 without sin(x) = 0 leaves cos(2 x) = -1/2
    assert vanishes(cos(2 * x) + Rational(1, 2), n, 0, WHOLE, (Eq(sin(3 * x), 0),), (sin(x),))
    assert not vanishes(cos(2 * x) + Rational(1, 2), n, 0, WHOLE, (Eq(sin(3 * x), 0),))


def test_logarithms_and_arctangents() -> None:
    def zero(expr: sympy.Expr, least: int = 1) -> bool:
        return identically_zero(expr, n, least, WHOLE)

    assert zero(log(n * (n + 1) / 6) - log(n) - log(n + 1) + log(2) + log(3))
    assert not zero(log(n * (n + 1) / 6) - log(n) - log(n + 1) + log(2) + log(5))
    assert zero(n * log(n**2 + 2 * n + 1) - 2 * n * log(n + 1))
    assert zero(log(sympy.factorial(n + 1)) - log(sympy.factorial(n)) - log(n + 1))
    assert not zero(log((n - 5) ** 2) - 2 * log(n - 5))  # not positive at n = 1
    assert zero(log((n - 5) ** 2) - 2 * log(n - 5), 6)
    arctangent = sympy.atan(n + 1) - sympy.atan(n) - sympy.atan(1 / (n**2 + n + 1))
    assert zero(arctangent)
    assert not zero(arctangent + pi) and not zero(arctangent + pi / 4) and not zero(2 * arctangent + sympy.atan(1))
    # atan(n) + atan(1/n) is pi/2 for n > 0 only
    assert zero(sympy.atan(n) + sympy.atan(1 / n) - pi / 2)
    assert not zero(sympy.atan(n) + sympy.atan(1 / n) - pi / 2, -1)

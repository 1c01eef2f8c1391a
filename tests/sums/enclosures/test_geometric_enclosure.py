"""Sizes and enclosures of geometrically bounded terms: against exact values, closed forms and long sums."""

import pytest
import sympy
from flint import arb, ctx
from sympy import (
    Abs,
    Rational,
    atan,
    cos,
    cosh,
    exp,
    factorial,
    fibonacci,
    floor,
    harmonic,
    log,
    lucas,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.asymptotics.size_of_terms import size_from
from infinitesimal.sums.enclosures.geometric_enclosure import enclose_geometric, geometric_tail, geometric_tail_bound
from infinitesimal.sums.summands.evaluation import real_ball, value_ball
from infinitesimal.sums.summands.summand import Summand

HALF = Rational(1, 2)

CLOSED = [
    (harmonic(n) / 2**n, 1, 2 * log(2)),
    (fibonacci(n) / 3**n, 0, Rational(3, 5)),
    (fibonacci(n) ** 2 / 4**n, 0, Rational(12, 25)),
    (lucas(n) / 4**n, 0, Rational(28, 11)),
    (1 / fibonacci(2**n), 0, (7 - sqrt(5)) / 2),
    (1 / (fibonacci(n) * fibonacci(n + 2)), 1, sympy.Integer(1)),
    (atan(1 / fibonacci(2 * n + 1)), 1, pi / 4),
    (3 ** (2**n) / (9 ** (2**n) - 1), 0, HALF),
    (sinh(n) / 3**n, 0, (1 / (1 - sympy.E / 3) - 1 / (1 - exp(-1) / 3)) / 2),
    (sin(n) / 2**n, 0, 2 * sin(1) / (5 - 4 * cos(1))),
    (floor(n / 2) / 2**n, 0, Rational(2, 3)),
    (tan(1 / 2**n) / 2**n, 1, 1 - 1 / tan(1) - tan(1) + tan(1)),
    (1 / (n * 2**n), 1, log(2)),
    ((2 + (-1) ** n) / 3**n, 0, 3 + Rational(3, 4)),
]


@pytest.mark.parametrize(("expr", "start", "limit"), CLOSED, ids=lambda case: str(case)[:40])
@pytest.mark.parametrize("bits", [60, 250])
def test_the_enclosure_holds_the_limit(expr, start, limit, bits):
    value = enclose_geometric(Summand(expr, start), bits)
    assert value is not None
    assert value.rel_accuracy_bits() >= bits
    expected = real_ball(limit, bits + 50)
    with ctx.workprec(bits + 50):
        assert value.overlaps(expected)


OPEN = [
    (1 / (2**n - 1), 1),
    (HALF ** (n**2), 0),
    (2 ** (-(2**n)), 0),
    (cos(n) * n**2 * exp(-n), 0),
    (floor(sqrt(2) * n) / 3**n, 0),
    (factorial(n) / n**n, 1),
    (n ** (-n), 1),
    (exp(-(n**2)), 0),
    (1 / cosh(n), 0),
    (log(1 + 2**-n), 0),
    (exp(2**-n) - 1, 0),
    (1 - cos(2**-n), 0),
    (log(n) ** 2 / factorial(n), 1),
    (n / (2**n + (-1) ** n), 1),
    (exp(sqrt(n)) / 2**n, 0),
    (1 / (3**n - n**2), 1),
    (log(n) ** (-n), 2),
    (((2 + sin(n)) / 4) ** n, 0),
    (2**n * sin(3**-n), 0),
    (harmonic(2 * n) * (-1) ** n / 3**n, 1),
    (1 / factorial(n**2), 0),
    (Abs(sin(n)) * tanh(n) / 2**n, 0),
    (1 / 2 ** floor(n / 2), 0),
    (sqrt(1 + 4**-n) - 1, 0),
    ((log(n + 1) - log(n)) / 2**n, 1),
]


@pytest.mark.parametrize(("expr", "start"), OPEN, ids=str)
def test_the_enclosure_agrees_with_a_sum_that_goes_on(expr, start):
    value = enclose_geometric(Summand(expr, start), 40)
    assert value is not None
    with ctx.workprec(200):
        total = sum((value_ball(expr, k, 150).real for k in range(start, start + 260)), arb(0))
        assert abs(value - total) < abs(value) * arb(2) ** -36 + arb(2) ** -130
    tail = geometric_tail(Summand(expr, start), start + 5, 40)
    assert tail is not None
    with ctx.workprec(200):
        head = sum((value_ball(expr, k, 150).real for k in range(start, start + 5)), arb(0))
        assert value.overlaps(head + tail)


@pytest.mark.parametrize("expr", [e for e, *_ in CLOSED] + [e for e, _ in OPEN], ids=str)
def test_sizes_bound_every_later_term(expr):
    for start in (4, 9):
        size = size_from(expr, start)
        for k in range(start, start + (4 if expr.has(2 ** (2**n)) else 12)):
            with ctx.workprec(150):
                value = value_ball(expr, k, 100).real if expr != 0 else arb(0)
                if size.upper is not None:
                    assert abs(value) < size.upper.scale * size.upper.step ** (k - start) * (1 + arb(2) ** -30)
                if size.lower is not None:
                    assert abs(value) > size.lower.scale * size.lower.step ** (k - start) * (1 - arb(2) ** -30)
                if size.sign:
                    assert value * size.sign > 0


def test_slow_and_divergent_series_have_no_geometric_bound():
    for expr in (1 / n**2, exp(-sqrt(n)), sin(n) / n, harmonic(n), 2**n * harmonic(n), 1 / log(n + 1), tan(n) / 2**n):
        assert enclose_geometric(Summand(expr, 1), 60) is None
        assert geometric_tail_bound(Summand(expr, 1), 10) is None


def test_fast_factors_that_leave_something_end_the_search():
    expr = 2 ** (n**2) * ((1 + 1 / n) ** n - harmonic(n)) / ((exp(-n) - exp(sqrt(n))) * factorial(n))
    assert size_from(expr, 7).upper is None


def test_a_term_that_is_not_real_has_no_sign():
    assert size_from(exp(sqrt(n)) - sqrt(3) * sympy.I, 4).sign == 0
    assert size_from(sympy.I**n + 2**n, 4).sign == 0
    assert size_from((-2) ** sqrt(n) + 3**n, 4).sign == 0

"""Germs against values: mpmath computes the term at a large n, to far more digits than the cancellation eats."""

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germ_constants import log_of, sign, vanishes
from infinitesimal.sums.asymptotics.germs_of_terms import expand, germ, is_hardy
from infinitesimal.sums.asymptotics.monomials import (
    INDEX,
    LEVEL,
    UNIT,
    Monomial,
    as_expression,
    compare,
    summable,
    times,
    to_power,
)

AT = 10**8

TERMS = [
    "sqrt(n**2 + 1) - n",
    "(1 + 1/n)**n - E",
    "n**(1/n) - 1",
    "(1 - 1/n)**n",
    "harmonic(n) - log(n) - EulerGamma",
    "polygamma(1, n) - 1/n",
    "sin(1/n) - tanh(1/n)",
    "tan(1/n) - 1/n",
    "log(cos(1/n))",
    "acos(1 - 1/n**2)",
    "asin(1/n) - 1/n",
    "atan(n) - pi/2",
    "atan(1 + 1/n) - pi/4",
    "log(n + 1) - log(n)",
    "log(n*log(n))/n",
    "1/log(n + log(n))",
    "gamma(n + Rational(1, 3))/gamma(n)",
    "log(factorial(n)) - (n + Rational(1, 2))*log(n) + n - log(2*pi)/2",
    "rf(Rational(1, 2), n)/factorial(n)",
    "binomial(2*n, n)/4**n",
    "exp(1/log(n))",
    "gamma(1/n)",
    "gamma(1 + 1/n) - 1",
    "digamma(n) - log(n)",
    "cosh(1/n) - 1",
    "(1 + 1/n)**(n + Rational(1, 2)) - E",
    "log(1 - 1/n**2)",
    "n**sqrt(2)/(n**pi + 1)",
    "fibonacci(n)/fibonacci(n + 1)",
    "sin(pi/3 + 1/n)",
    "(n**2 + 1)**Rational(1, 3) - n**Rational(2, 3)",
    "sqrt(n + sqrt(n)) - sqrt(n)",
    "2**(1/n) - 1",
    "1/log(n)**log(log(n))",
    "exp(-sqrt(log(n)))",
    "3**log(n)/n**2",
]


def read(text):
    return sympy.sympify(text, locals={"n": n, "rf": sympy.rf, "fibonacci": sympy.fibonacci})


@pytest.mark.parametrize("text", TERMS)
def test_leading_term_and_error_against_the_value(text):
    expr = read(text)
    found = germ(expr)
    at = 10**5 if expr.atoms(sympy.fibonacci, sympy.binomial, sympy.RisingFactorial) else AT
    with mpmath.workdps(120 if at == AT else 60):
        value = sympy.lambdify(n, expr, "mpmath")(mpmath.mpf(at))
        sums = sum(c * as_expression(m) for m, c in found.terms)
        approximation = sympy.lambdify(n, sums, "mpmath")(mpmath.mpf(at))
        leading = sympy.lambdify(n, found.first()[1] * as_expression(found.first()[0]), "mpmath")(mpmath.mpf(at))
        assert abs(value / leading - 1) < 0.4
        if found.error is None:
            assert abs(value - approximation) <= abs(value) * mpmath.mpf(10) ** -40
        else:
            error = sympy.lambdify(n, as_expression(found.error), "mpmath")(mpmath.mpf(at))
            assert abs(value - approximation) <= 1000 * error + abs(value) * mpmath.mpf(10) ** -50


@pytest.mark.parametrize(
    "text",
    [
        "(-1)**n/(sqrt(n) + (-1)**n)",
        "sin(n + 1/n)",
        "log(2 + (-1)**n/n)",
        "sin(n)**3/n",
        "(-1)**floor(n/2)/n",
        "cos(pi*n/3 + 1/n)",
        "1/(n + sin(n))",
        "Mod(n, 3)/n",
        "floor(2*n/3)",
        "(-1)**(n*(n + 1)/2)",
        "sin(pi*sqrt(n**2 + 1))",
        "sin(log(n))/n",
    ],
)
def test_waves_against_the_value(text):
    expr = read(text)
    found = expand(expr, 8)
    sums = sum(c * as_expression(m) for m, c in found.terms)
    for at in range(10**4, 10**4 + 13):
        with mpmath.workdps(60):
            value = mpmath.mpmathify(sympy.N(expr.subs(n, at), 50))
            approximation = sympy.lambdify(n, sums, "mpmath")(mpmath.mpf(at))
            assert abs(value - approximation) < mpmath.mpf(10) ** -8 / (1 if found.error else 10**25)


def test_what_cancels_identically_is_not_called_zero_or_nonzero():
    with pytest.raises(Undecided):
        germ(1 / n - 1 / (n + 1) - 1 / (n * (n + 1)))
    assert expand(n - n, 4).is_zero


def test_oscillation_is_not_hardy():
    assert is_hardy(1 / sympy.log(sympy.factorial(n)))
    assert not is_hardy(sympy.floor(sympy.sqrt(n)))
    assert not is_hardy(sympy.Abs(sympy.sin(n)))


powers = st.tuples(*[st.integers(-3, 3).map(sympy.Integer)] * 4)


@given(powers, powers, powers)
def test_growth_is_a_compatible_total_order(a, b, c):
    x, y, z = (Monomial((), p) for p in (a, b, c))
    assert compare(x, y) == -compare(y, x)
    p, q = ([int(k) for k in side] for side in (a, b))
    assert compare(times(x, z), times(y, z)) == compare(x, y) == (p > q) - (p < q)
    if compare(x, y) >= 0 and compare(y, z) >= 0:
        assert compare(x, z) >= 0


@given(powers)
def test_scale_of_abel_and_bertrand(p):
    deviations = [x + 1 for x in p if x != -1]
    assert summable(Monomial((), p)) == bool(deviations and deviations[0] < 0)


def test_powers_between_the_logarithms():
    root = sympy.sqrt(sympy.log(n))
    between = germ(sympy.exp(-root)).first()[0]
    assert compare(between, to_power(LEVEL[1], sympy.Integer(-9))) < 0
    assert compare(between, to_power(INDEX, -sympy.Rational(1, 9))) > 0
    assert summable(germ(sympy.exp(-root) / n).first()[0])
    assert not summable(germ(sympy.exp(root) / n).first()[0])
    assert compare(UNIT, between) > 0


def test_constants_are_decided_exactly():
    assert vanishes(log_of(sympy.Integer(6)) - log_of(sympy.Integer(2)) - log_of(sympy.Integer(3)))
    assert vanishes(sympy.sqrt(5 + 2 * sympy.sqrt(6)) - sympy.sqrt(2) - sympy.sqrt(3))
    assert sign(sympy.pi - sympy.Rational(355, 113)) == -1
    golden = (1 + sympy.sqrt(5)) / 2
    assert vanishes(sympy.log(golden) + sympy.log(golden - 1))

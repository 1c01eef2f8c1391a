"""Functions of losses: their rules of differentiation, their balls and their text, by independent means."""

from fractions import Fraction

import mpmath
import pytest
import sympy
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetics.balls import FUNCTIONS, NARROW, balls, power
from infinitesimal.arithmetics.dual import Dual, Duals
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.arithmetics.symbolic import symbolic
from infinitesimal.errors import InputError
from infinitesimal.optimization.dyadics import interval
from infinitesimal.recurrences.losses import loss
from infinitesimal.terms.differentiate import differentiate
from infinitesimal.terms.parse import read_loss
from infinitesimal.terms.pretty import as_computed
from infinitesimal.terms.term import KINKED, SMOOTH, fold

IN_MPMATH = {
    **{name: getattr(mpmath, name) for name in SMOOTH if hasattr(mpmath, name)},
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "logistic": lambda x: 1 / (1 + mpmath.exp(-x)),
    "Abs": abs,
    "relu": lambda x: max(x, mpmath.mpf(0)),
    "sign": mpmath.sign,
    "heaviside": lambda x: mpmath.mpf(int(x > 0)),
}
TEXTS = {name: f"{name}(x**2/3 + x - 1/7)*x" for name in (*SMOOTH, *KINKED)} | {
    "log": "log(x**2 + 1/3)*x",
    "sqrt": "sqrt(x**2 + 1/3)",
    "log cosh": "log(cosh(2*x - 1))",
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("x", [Fraction(-5, 3), Fraction(1, 9), Fraction(2)])
def test_rules_of_differentiation_against_sympy_and_duals(name: str, x: Fraction) -> None:
    term, machine = read_loss(TEXTS[name]), balls(200)
    slope = fold(differentiate(term, "x"), machine, lambda _: machine.const(x))
    by_duals = fold(term, Duals(machine), lambda _: Duals(machine).variable(x))
    assert isinstance(by_duals, Dual) and slope.overlaps(by_duals.slope) and slope.rad() < arb(2) ** -150
    if name in ("sign", "heaviside", "relu", "Abs"):
        return
    variable = sympy.Symbol("x")
    in_sympy = fold(term, symbolic, lambda _: variable)
    exact = sympy.diff(in_sympy, variable).subs(variable, sympy.Rational(x.numerator, x.denominator)).evalf(45)
    assert slope.overlaps(arb(str(exact)) + arb(0, "1e-40"))


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from((*SMOOTH, *KINKED)), st.fractions(-30, 30, max_denominator=50), st.fractions(0, 12), st.floats(0, 1)
)
def test_a_ball_contains_the_values_of_all_its_points(
    name: str, middle: Fraction, radius: Fraction, share: float
) -> None:
    if name in ("log", "sqrt") and middle <= radius:
        return
    if name == "tan" and radius > Fraction(1, 2):
        return
    with ctx.workprec(80):
        x = arb((arb(middle.numerator) / middle.denominator).mid(), float(radius))
    with mpmath.workdps(60):
        inner = interval(x)
        ends = [mpmath.mpf(e.numerator) / e.denominator for e in (inner.lower, inner.upper)]
        inside = ends[0] + (ends[1] - ends[0]) * (mpmath.mpf(share) * mpmath.mpf("0.999") + mpmath.mpf("0.0005"))
        exact = IN_MPMATH[name](inside)
    for table in (FUNCTIONS, NARROW):
        with ctx.workprec(80):
            value = table[name](x)
        with ctx.workprec(200):
            assert not value.is_finite() or value.overlaps(
                arb(mpmath.nstr(exact, 50)) + arb(0, "1e-45") * (1 + abs(value))
            )
    if name in ("exp", "softplus", "logistic", "tanh", "atan", "sinh", "cosh") and radius > Fraction(1, 500):
        with ctx.workprec(80):
            wide = FUNCTIONS[name](x)
            lows, highs = IN_MPMATH[name](ends[0]), IN_MPMATH[name](ends[1])
            span = max(lows, highs) - (1 if name == "cosh" and ends[0] < 0 < ends[1] else min(lows, highs))
            assert float(wide.rad()) <= float(span) * 0.51 + 1e-9 * (1 + abs(float(highs)))


@given(
    st.integers(-4, 6), st.fractions(-3, 3, max_denominator=9), st.fractions(0, 2, max_denominator=9), st.floats(0, 1)
)
def test_powers_of_balls(k: int, middle: Fraction, radius: Fraction, share: float) -> None:
    with ctx.workprec(80):
        x = arb(middle.numerator) / middle.denominator + arb(0, float(radius))
        inside = Fraction(middle) + Fraction(2 * share - 1) * Fraction(float(radius))
        value = power(x, k)
    if (k < 0 and abs(middle) <= radius) or not value.is_finite():
        return
    exact = inside**k
    assert value.overlaps(arb(exact.numerator) / exact.denominator)
    if k % 2 == 0 and k >= 0:
        assert value.lower() > -(10**-6) * float(value.abs_upper() + 1)


@pytest.mark.parametrize(
    ("name", "values"), [("Abs", (2, 0, 3)), ("relu", (0, 0, 3)), ("sign", (-1, 0, 1)), ("heaviside", (0, 0, 1))]
)
def test_kinked_functions_are_exact_over_the_rationals(name: str, values: tuple[int, ...]) -> None:
    assert tuple(QQ.function(name, QQ.integer(x)) for x in (-2, 0, 3)) == values


def test_huge_arguments_do_not_overflow() -> None:
    machine = balls(64)
    huge = machine.const(Fraction(10**30))
    assert machine.function("softplus", huge).overlaps(huge)
    assert machine.function("logistic", -huge) < arb(2) ** -64
    assert machine.function("logistic", huge).overlaps(arb(1))


def test_text_of_losses() -> None:
    assert str(loss("ln(x) + sigmoid(2*x) + abs(x)")) == "log(x) + logistic(2*x) + Abs(x)"
    assert as_computed(read_loss("softplus(-(x*y))")) == "softplus(-(x*y))"
    for text in ("factorial(x)", "softplus(x, y)", "exp()", "softplus", "pi*x", "x**x"):
        if text == "softplus":
            assert loss(text).names == ("softplus",)
            continue
        if text == "pi*x":
            with pytest.raises(InputError, match="reserved"):
                loss(text)
            continue
        with pytest.raises(InputError):
            loss(text)

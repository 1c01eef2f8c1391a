"""Reciprocals of binomial coefficients beside the sums of their terms, and the integrals of rational functions."""

import pytest
import sympy
from flint import arb, ctx
from mpmath import mp

from infinitesimal.sums.infinite import hypergeometric
from infinitesimal.sums.infinite.inverse_binomials import integral, joined_root_sums
from infinitesimal.sums.summands.evaluation import real_ball
from tests.sums.closed_form_check import check

SERIES = [
    ("1/binomial(3*n,n)", 0),
    ("1/(n*binomial(3*n,n))", 1),
    ("n**2/(binomial(3*n,n)*2**n)", 0),
    ("(-1)**n/binomial(3*n,n)", 2),
    ("1/binomial(4*n,2*n)", 0),
    ("(-1)**n/(n*binomial(4*n,2*n))", 1),
    ("1/binomial(4*n,n)", 0),
    ("1/binomial(5*n,2*n)", 1),
    ("factorial(n)*factorial(2*n)/factorial(3*n+2)", 0),
    ("(50*n-6)/(binomial(3*n,n)*2**n)", 0),
    ("1/binomial(3*n+2,n-1)", 2),
]

INTEGRANDS = [
    "1/(1+t)",
    "t**3/(1+t**2)",
    "1/(1+t**2)**2",
    "(t+3)/(t**2-5*t+5)",
    "1/(t**2+t+1)**3",
    "1/(t**3+t+1)",
    "(t**2+1)/((t-2)**2*(t**4+1))",
    "t**2-1",
]


@pytest.mark.parametrize(("term", "start"), SERIES)
def test_sums(term: str, start: int) -> None:
    check(hypergeometric.closed_form, term, start, "direct")


@pytest.mark.parametrize("text", INTEGRANDS)
def test_integrals_of_rational_functions(text: str) -> None:
    t = sympy.Symbol("t")
    f = sympy.sympify(text, locals={"t": t})
    value = integral(f, t)
    with mp.workdps(40):
        number = mp.nstr(mp.quad(sympy.lambdify(t, f, "mpmath"), [0, mp.mpf(1) / 2, 1]), 35)
    with ctx.workprec(160):
        assert abs(real_ball(value, 140) - arb(number)) < arb("1e-30")


def test_sums_over_the_same_roots_are_joined() -> None:
    t = sympy.Symbol("t")
    parts = [sympy.RootSum(t**3 + t + 1, sympy.Lambda(t, c * sympy.log(2 + t)), auto=False) for c in (t, 1 - t)]
    found = joined_root_sums(2 * parts[0] + 2 * parts[1] + 1)
    assert len(found.atoms(sympy.RootSum)) == 1
    (only,) = found.atoms(sympy.RootSum)
    assert only.fun(t) in (sympy.log(t + 2), 2 * sympy.log(t + 2))


@pytest.mark.parametrize("term", ["(27/4)**n/binomial(3*n,n)", "1/binomial(7*n,n)", "sqrt(2)**n/binomial(3*n,n)"])
def test_none_for_others(term: str) -> None:
    from tests.sums.closed_form_check import summand

    assert hypergeometric.closed_form(summand(term, 1)) is None

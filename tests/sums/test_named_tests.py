"""Abel's test and the telescoping test by name; the kinds are known from the textbooks, limits by Fraction sums."""

from fractions import Fraction

import pytest
import sympy

import infinitesimal as inf
from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.verdicts.visible_differences import antidifference

ABEL = (
    "(-1)**n*atan(n)/n", "(-1)**n*(1+1/n)**n/n", "sin(n)/n*(1-1/n)", "(-1)**n*n**(1/n)/sqrt(n)", "cos(n)/n*tanh(n)",
    "(-1)**n*cos(1/n)/n", "sin(3*n)*log(n)/n*(1+1/n)**n",
)  # fmt: skip
"""Knopp, section 43: each is a series of Leibniz or Dirichlet, not absolutely convergent, times a monotone factor."""

NOT_ABEL = {
    "(-1)**n/n": "Leibniz test", "(-1)**n*(n+1)/n**2": "Leibniz test", "sin(n)/n": "Dirichlet test",
    "(-1)**n/(n+1)": "Leibniz test", "(-1)**n*(1+(-1)**n/2)/n": None, "(-1)**n*atan(n)/n**2": None,
}  # fmt: skip
"""No monotone factor with a finite limit, or not conditionally convergent."""

TELESCOPES = {
    "1/n - 1/(n+1)": ("absolute", ""), "1/sqrt(n) - 1/sqrt(n+1)": ("absolute", ""),
    "log((n+1)/n)": ("divergent", "to +oo"),
    "log(1+1/n)": ("divergent", "to +oo"), "sqrt(n) - sqrt(n+1)": ("divergent", "to -oo"),
    "atan(n+2) - atan(n)": ("absolute", ""),
    "exp(1/n) - exp(1/(n+1))": ("absolute", ""), "log(n/(n+2))": ("divergent", "to -oo"),
    "1/n**2 - 1/(n+3)**2": ("absolute", ""), "harmonic(n+1)/(n+1) - harmonic(n)/n": ("absolute", ""),
}  # fmt: skip
"""The kind is read off the limit of A: finite and monotone, or infinite."""


@pytest.mark.parametrize("text", ABEL)
def test_abel(text: str) -> None:
    found = inf.converges(inf.series(text, 2))
    assert (found.kind, found.test) == ("conditional", "Abel test")
    assert len(found.hypotheses) >= 3 and all(h.truth is inf.Truth.TRUE for h in found.hypotheses)


@pytest.mark.parametrize("text", NOT_ABEL)
def test_not_abel(text: str) -> None:
    found = inf.converges(inf.series(text, 2))
    assert found.test != "Abel test"
    assert NOT_ABEL[text] in (None, found.test)


@pytest.mark.parametrize("text", TELESCOPES)
def test_telescoping(text: str) -> None:
    found = inf.converges(inf.series(text))
    assert (found.kind, found.manner, found.test) == (*TELESCOPES[text], "telescoping test")


@pytest.mark.parametrize(
    "text", ["1/n - 1/(n+2)", "1/n**2 - 1/(n+3)**2", "3/(n+4) - 3/(n+1)", "n/(n**2+1) - (n+1)/(n**2+2*n+2)"]
)
def test_the_difference_is_the_term(text: str) -> None:
    """By exact values at the first indices."""
    expr = sympy.sympify(text, {"n": n})
    whole = antidifference(expr)
    assert whole is not None
    for k in range(1, 12):
        value = whole.subs(n, k + 1) - whole.subs(n, k)
        assert Fraction(str(value)) == Fraction(str(expr.subs(n, k)))


@pytest.mark.parametrize(
    "text", ["1/n - 1/n**2", "1/n", "1/n + 1/(n+1)", "1/n - 2/(n+1)", "log(n+1)/n", "log(1/n)", "sin(n+1)-n"]
)
def test_no_difference(text: str) -> None:
    assert antidifference(sympy.sympify(text, {"n": n})) is None

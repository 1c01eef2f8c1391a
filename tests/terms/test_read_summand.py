"""Terms of series: functions and general powers, read safely, printed so that they read back."""

from fractions import Fraction

import pytest
import sympy

from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.arithmetics.symbolic import n, symbol, symbolic
from infinitesimal.errors import InputError, Undefined
from infinitesimal.terms.parse import read, read_summand
from infinitesimal.terms.pretty import as_computed, latex
from infinitesimal.terms.program import compile_terms
from infinitesimal.terms.term import FUNCTIONS, Apply, Var, fold, functions

TEXTS = {
    "(-1)**n*binomial(2*n, n)/4**n": (-1) ** n * sympy.binomial(2 * n, n) / 4**n,
    "1/n**(3/2)": n ** sympy.Rational(-3, 2),
    "x**n/factorial(n)": sympy.Symbol("x") ** n / sympy.factorial(n),
    "exp(-n)*abs(sin(pi*n/3))": sympy.exp(-n) * sympy.Abs(sympy.sin(sympy.pi * n / 3)),
    "rf(1/2, n)/gamma(n + 1)": sympy.rf(sympy.Rational(1, 2), n) / sympy.gamma(n + 1),
    "harmonic(n, 2)/2**n": sympy.harmonic(n, 2) / 2**n,
    "log(1 + 1/n)": sympy.log(1 + 1 / n),
    "E**(-n)": sympy.exp(-n),
    "2**2**n": sympy.Integer(2) ** (2**n),
    "0.1**n": sympy.Rational(1, 10) ** n,
    "(n + 1)**(1/n)": (n + 1) ** (1 / n),
}


def meaning(text: str) -> sympy.Expr:
    return fold(read_summand(text), symbolic, symbol)


@pytest.mark.parametrize("text", TEXTS)
def test_a_term_of_a_series_means_what_sympy_writes(text: str) -> None:
    assert meaning(text) == TEXTS[text]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_printed_reads_back(text: str) -> None:
    term = read_summand(text)
    assert read_summand(as_computed(term)) == term


@pytest.mark.parametrize("text", TEXTS)
def test_sympy_prints_the_same_language(text: str) -> None:
    assert meaning(str(TEXTS[text])) == TEXTS[text]


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"power", "pi", "E"}))
def test_every_function_is_read_and_means_sympys(name: str) -> None:
    for arity in FUNCTIONS[name]:
        arguments = [sympy.Symbol("x"), n][:arity]
        call = f"{name}({', '.join(map(str, arguments))})"
        assert meaning(call) == getattr(sympy, name)(*arguments)
        assert functions(read_summand(call)) == (name,)


BAD = [
    "foo(n)",
    "sin()",
    "factorial(n, n)",
    "factorial(10**9)",
    "fibonacci(99999999)",
    "9**9**9",
    "2**(10**9/3)",
    "n.__class__",
    "eval(n)",
    "__import__(n)",
    "sin(n)(n)",
    "sin(x=n)",
    "[n]",
    "n if n else 1",
    "lambda: n",
    "sin(" * 100 + "n" + ")" * 100,
    "",
    "n +",
    "pi(n)",
]


@pytest.mark.parametrize("text", BAD)
def test_anything_else_is_one_clear_error(text: str) -> None:
    with pytest.raises(InputError):
        read_summand(text)


def test_a_misspelt_function_gets_a_hint() -> None:
    with pytest.raises(InputError, match="did you mean factorial"):
        read_summand("factoral(n)")


@pytest.mark.parametrize("text", ["sin(x)", "2**x", "x**y", "pi*x", "E"])
def test_a_step_of_a_machine_has_no_functions(text: str) -> None:
    with pytest.raises(InputError):
        read(text)


@pytest.mark.parametrize("text", ["0**n", "log(0)", "0**(-1)", "1/(2 - 2)", "tan(pi/2)"])
def test_constants_without_a_value_are_undefined(text: str) -> None:
    with pytest.raises((Undefined, InputError)):
        meaning(text)


def test_an_arithmetic_without_functions_says_so() -> None:
    with pytest.raises(InputError, match="irrational"):
        fold(read_summand("sin(n)"), QQ, lambda _: QQ.const(Fraction(1)))
    with pytest.raises(InputError, match="factorial"):
        compile_terms([read_summand("factorial(n)")], ["n"]).execute(floats("binary64"), [(0, 0)])


def test_latex_of_functions() -> None:
    assert latex(read_summand("binomial(2*n, n)/4**n")) == r"\frac{\binom{2 \, n}{n}}{4^{n}}"
    assert latex(read_summand("sqrt(factorial(n))*sin(pi*n)")) == r"\sqrt{n!} \, \sin\left(\pi \, n\right)"


def test_arities_are_checked() -> None:
    with pytest.raises(InputError, match="arguments"):
        Apply("binomial", (Var("n"),))

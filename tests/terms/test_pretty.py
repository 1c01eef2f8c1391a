"""Terms in writing: as computed, as mathematics, in LaTeX."""

import re
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from infinitesimal.errors import InputError
from infinitesimal.terms.parse import read, read_summand
from infinitesimal.terms.pretty import as_computed, as_mathematics, latex, latex_name, latex_number
from infinitesimal.terms.term import Apply, Const, Var
from tests.strategies.recurrences import meaning, rationals, terms

NAMES = ("x", "y", "a_1", "n")
x, y = Var("x"), Var("y")
points = st.fixed_dictionaries({name: rationals(9, 7) for name in NAMES})


@settings(deadline=None, max_examples=200)
@given(terms(NAMES, leaves=12))
def test_as_computed_reads_back_to_the_same_term(root: object) -> None:
    assert read(as_computed(root)) == root


@settings(deadline=None, max_examples=400)
@given(terms(NAMES, leaves=12), points)
@example(x - (-(y - x)), {"x": Fraction(2), "y": Fraction(5), "n": Fraction(0), "a_1": Fraction(0)})
@example(x / Const(Fraction(-1, 3)), dict.fromkeys(NAMES, Fraction(2)))
@example(Apply("pow", (Const(Fraction(-1, 3)), Const(Fraction(2)))), dict.fromkeys(NAMES, Fraction(2)))
@example(Apply("pow", (Const(Fraction(-2)), Const(Fraction(2)))), dict.fromkeys(NAMES, Fraction(2)))
@example(x - (y + x), {"x": Fraction(2), "y": Fraction(5), "n": Fraction(0), "a_1": Fraction(0)})
@example(x / (y * x), dict.fromkeys(NAMES, Fraction(3)))
@example(x / (y / x), dict.fromkeys(NAMES, Fraction(3)))
@example(-Const(Fraction(1, 3)) * x, dict.fromkeys(NAMES, Fraction(3)))
def test_as_mathematics_has_the_same_value(root: object, values: dict[str, Fraction]) -> None:
    try:
        expected = meaning(root, values)
        again = read(as_mathematics(root))
    except (ZeroDivisionError, InputError):
        assume(False)
    assert meaning(again, values) == expected


@settings(deadline=None, max_examples=200)
@given(terms(NAMES, leaves=12), st.booleans())
def test_latex_has_balanced_braces_and_parentheses(root: object, computed: bool) -> None:
    text = latex(root, computed=computed)
    for opening, closing in ("{}", "()"):
        depth = 0
        for c in text:
            depth += (c == opening) - (c == closing)
            assert depth >= 0
        assert depth == 0
    assert "_{}" not in text and "^{}" not in text and "frac{}" not in text


@settings(deadline=None, max_examples=300)
@given(terms(NAMES, leaves=10), points, st.booleans())
def test_latex_means_the_same_value(root: object, values: dict[str, Fraction], computed: bool) -> None:
    try:
        expected = meaning(root, values)
    except ZeroDivisionError:
        assume(False)
    assert meaning(read(_from_latex(latex(root, computed=computed))), values) == expected


def _from_latex(text: str) -> str:
    """Plain text from the LaTeX of terms, by rewriting the innermost braces first."""
    text = text.replace("a_{1}", "a_1").replace(r"\cdot", "*").replace(r"\,", "*")
    while "{" in text:
        before = text
        text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
        text = re.sub(r"\^\{([^{}]*)\}", r"**(\1)", text)
        assert text != before, text
    return text


WRITTEN = {
    "x - 0.1*(9*x)": "x - 0.1*9*x",
    "a + (b + c)": "a + b + c",
    "a - (b + c)": "a - (b + c)",
    "a - (b - c)": "a - (b - c)",
    "a*(b*c)": "a*b*c",
    "a/(b*c)": "a/(b*c)",
    "a*(b + c)": "a*(b + c)",
    "(-x)**2": "(-x)**2",
    "-x**2": "-x**2",
    "(x**2)**3": "(x**2)**3",
    "const(1/3)*x": "1/3*x",
    "x/const(1/3)": "x/(1/3)",
    "x**-2": "x**-2",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_as_mathematics_drops_idle_parentheses_only(text: str) -> None:
    assert as_mathematics(read(text)) == WRITTEN[text]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Fraction(1, 10), "0.1"),
        (Fraction(1, 3), "const(1/3)"),
        (Fraction(-1, 2), "const(-1/2)"),
        (Fraction(7), "7"),
        (Fraction(0), "0"),
        (Fraction(1, 2**20), "0.00000095367431640625"),
        (Fraction(1, 2**21), "const(1/2097152)"),
        (Fraction(123, 100), "1.23"),
    ],
)
def test_constants_are_written_so_that_they_read_back(value: Fraction, written: str) -> None:
    assert as_computed(Const(value)) == written and read(written) == Const(value)


def test_numbers_beyond_the_digits_of_cpython_are_written_in_full() -> None:
    value = Fraction(10**6000 + 1)
    text = as_computed(Const(value))
    assert text == "1" + "0" * 5999 + "1" and as_mathematics(Const(1 / value)) == f"1/{text}"


def test_a_term_with_very_many_shared_parts_is_described() -> None:
    root = x
    for _ in range(14):
        root = root * root
    assert str(root) == f"<a term of {root.size} operations with shared parts>"


@pytest.mark.parametrize(
    ("name", "written"),
    [("x", "x"), ("x_1", "x_{1}"), ("x_10", "x_{10}"), ("rate", r"\mathrm{rate}"), ("w_a_b", r"w_{a\_b}"), ("x_", "x")],
)
def test_names_in_latex(name: str, written: str) -> None:
    assert latex_name(name) == written


@pytest.mark.parametrize(
    ("value", "written"), [(Fraction(-5, 9), r"-\frac{5}{9}"), (Fraction(3), "3"), (Fraction(1, 2), r"\frac{1}{2}")]
)
def test_numbers_in_latex(value: Fraction, written: str) -> None:
    assert latex_number(value) == written


def test_the_notebook_shows_latex() -> None:
    assert read("x/y")._repr_latex_() == r"$\frac{x}{y}$"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2*3", r"2 \cdot 3"),
        ("12*3", r"12 \cdot 3"),
        ("2**n", "2^{n}"),
        ("2*x", r"2 \, x"),
        ("x*2", r"x \, 2"),
        ("binomial(2*n, k)", r"\binom{2 \, n}{k}"),
        ("sqrt(n + 1)", r"\sqrt{n + 1}"),
        ("abs(x)", r"\left|x\right|"),
        ("floor(n/2)", r"\left\lfloor \frac{n}{2} \right\rfloor"),
        ("gamma(n)", r"\Gamma\left(n\right)"),
        ("fibonacci(n)", "F_{n}"),
        ("lucas(n + 1)", "L_{n + 1}"),
        ("log(n)", r"\log\left(n\right)"),
        ("harmonic(n, 2)", r"\operatorname{harmonic}\left(n, 2\right)"),
        ("factorial(n)", "n!"),
        ("factorial(2*n)", r"(2 \, n)!"),
        ("(n/2)**n", r"(\frac{n}{2})^{n}"),
        ("E**(n*pi)", r"e^{n \, \pi}"),
    ],
)
def test_functions_have_their_usual_shapes_in_latex(text: str, written: str) -> None:
    assert latex(read_summand(text)) == written

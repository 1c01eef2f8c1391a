"""Finite sums with parameters on grids of small numbers: the right value, or no value at all.

The sum is added up from the text of the term in fractions, by an oracle that knows neither the package nor SymPy.
"""

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import infinitesimal as inf
from infinitesimal.sums.finite.conditions import joined
from tests.oracles.summation import evaluate

n = inf.n
INTEGERS = tuple(map(Fraction, (-4, -3, -2, -1, 0, 1, 2, 3, 5)))
BROKEN = (Fraction(1, 2), Fraction(-5, 3))

GRID = [
    ("1/(k + x)", "1", "n"),
    ("1/(k + x)**2", "1", "n"),
    ("1/(2*k + x)", "1", "n"),
    ("1/((k + x)*(k + x + 1))", "1", "n"),
    ("1/((k - 5)*(k - 6))", "1", "n"),
    ("1/((k - 7)*(k - 9))", "0", "n"),
    ("1/(k**2 - m**2)", "1", "n"),
    ("(2*k + x)/((k + x)*k)", "1", "n"),
    ("1/(k*(k + 1))", "m", "n"),
    ("1/k", "m", "n"),
    ("1/((n - 2*k)**2 - 1)", "0", "n"),
    ("1/(2*n - k)", "0", "n"),
    ("1/((x*k + 1)*(x*k + x + 1))", "0", "n"),
    ("x**k", "0", "n"),
    ("k*x**k", "m", "n"),
    ("x**k*y**(n - k)", "0", "n"),
    ("binomial(k, m)", "0", "n"),
    ("binomial(n - k, m)", "0", "n"),
    ("binomial(k, m)*binomial(n - k, r)", "0", "n"),
    ("binomial(n, k)*binomial(k, m)", "0", "n"),
    ("binomial(n, k)*binomial(m, k)", "0", "n"),
    ("binomial(n, k)*binomial(m, j + k)", "0", "n"),
    ("binomial(n, k)/binomial(m, k)", "0", "n"),
    ("1/binomial(m + k, k)", "0", "n"),
    ("(-1)**k*binomial(n, k)/(x + k)", "0", "n"),
    ("(-1)**k*binomial(n, k)*x/(x + k)", "0", "n"),
    ("(-1)**k*binomial(n, k)/binomial(x + k, k)", "0", "n"),
    ("rf(x, k)/factorial(k)", "0", "n"),
    ("binomial(x + k, k)", "0", "n"),
    ("harmonic(k + m)", "1", "n"),
    ("binomial(k, m)*harmonic(k)", "0", "n"),
]


def added_up(term: str, first: str, last: str, values: dict[str, Fraction]) -> Fraction | str | None:
    """The sum in fractions; None where a term is not defined, "empty" for a range that is, "irrational"."""
    low, high = (evaluate(bound, values, exact=True) for bound in (first, last))
    if low.denominator > 1 or high.denominator > 1 or low > high:
        return "empty"
    total = Fraction(0)
    for index in range(int(low), int(high) + 1):
        try:
            total += evaluate(term, {**values, "k": Fraction(index)}, exact=True)
        except ZeroDivisionError:
            return None
        except (ValueError, TypeError, KeyError):
            return "irrational"
    return total


def value(closed: Any, values: dict[str, Fraction]) -> Any:
    """The closed form at a point, None where it has no value."""
    expression = sympy.sympify(closed)
    places = {s: sympy.Rational(values[s.name].numerator, values[s.name].denominator) for s in expression.free_symbols}
    found = expression.subs(places)
    return None if found.has(sympy.nan, sympy.zoo, sympy.oo) else found


def equal(found: Any, right: Fraction) -> bool:
    difference = sympy.expand_func(found) - sympy.Rational(right.numerator, right.denominator)
    return sympy.expand(difference) == 0 or abs(sympy.N(difference, 40)) < sympy.Rational(1, 10**30)


def compare(term: str, first: str, last: str, closed: Any, names: list[str], choices: list[Any]) -> tuple[int, int]:
    """The number of right values and of refusals; fails at a value that is not the sum."""
    right = refused = 0
    for numbers in choices:
        for upper in (0, 1, 2, 5):
            values = {**dict(zip(names, numbers, strict=True)), "n": Fraction(upper)}
            total, found = added_up(term, first, last, values), value(closed, values)
            if isinstance(total, str):
                continue
            if total is None:
                assert found is None, (values, found)
                continue
            assert found is None or equal(found, total), (values, found, total)
            right, refused = right + (found is not None), refused + (found is None)
    return right, refused


@pytest.mark.parametrize(("term", "first", "last"), GRID, ids=str)
def test_a_value_is_right_or_refused(term: str, first: str, last: str) -> None:
    closed = inf.summation(term, "k", first, last)
    names = sorted({s.name for s in closed.free_symbols} - {"n"})
    choices = list(product((*INTEGERS, *BROKEN), repeat=len(names)))
    choices = choices[:: max(1, len(choices) // 60)]
    right, _ = compare(term, first, last, closed, names, choices)
    assert right >= 2


def test_the_conditions_are_those_of_a_textbook() -> None:
    x, m = sympy.symbols("x m")
    assert inf.summation("1/((k - 5)*(k - 6))", "k", 1, "n").args[-1].cond == (n < 5)
    assert inf.summation("1/(k*(k + 1))", "k", "m", "n").args[-1].cond == (m > 0)
    # the poles -x in 1, ..., n are left out, and the integers beyond have a form of their own
    closed = inf.summation("1/(k + x)", "k", 1, "n")
    assert equal(closed.subs({x: -7, n: 3}), sum((Fraction(1, k - 7) for k in (1, 2, 3)), Fraction(0)))
    assert closed.subs({x: -2, n: 3}) == sympy.nan
    assert not inf.summation("x**k", "k", 0, "n").subs(x, -1).has(sympy.nan)


def test_a_pole_in_a_range_of_numbers_is_refused() -> None:
    for last in (8, 3000, 20000):
        with pytest.raises(inf.InfinitesimalError):
            inf.summation("1/((k - 5)*(k - 6))", "k", 1, last)


def test_a_sum_that_is_hardly_anywhere_defined_says_so() -> None:
    with pytest.raises(inf.Undecided, match="not defined at k = 2"):
        inf.summation("1/((k - 2)*(k - 4))", "k", 0, "n")


def test_conjunctions_of_bounds() -> None:
    m, x = sympy.symbols("m x")
    broken = sympy.Ne(sympy.floor(m), m)
    assert joined(m > -1, m > 0) == (m > 0)
    assert joined(m > n, m < -n) == sympy.false
    assert joined(m > n, sympy.Or(m > -1, broken)) == (m > n)
    assert joined(m > -1, sympy.Or(m > 0, broken)) == sympy.And(m > -1, sympy.Or(m > 0, broken))
    assert joined(m > 0, x > 1) == sympy.And(m > 0, x > 1)
    assert joined(m < n, m > -n) == sympy.And(m < n, m > -n)


shift = st.integers(-3, 6)
small = st.integers(-3, 3)


@settings(max_examples=12, deadline=None)
@given(st.lists(shift, min_size=1, max_size=3), small, st.integers(0, 3))
def test_rational_terms(poles: list[int], top: int, first: int) -> None:
    term = f"({top}*k + 1)/(" + "*".join(f"(k + ({a}))" for a in poles) + ")"
    check(term, first)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(small, min_size=1, max_size=4), st.sampled_from(["2", "(-3)", "(1/2)", "(-1)", "(2/3)"]), st.integers(0, 3)
)
def test_polynomials_times_powers(coefficients: list[int], base: str, first: int) -> None:
    check("(" + " + ".join(f"({c})*k**{i}" for i, c in enumerate(coefficients)) + f")*{base}**k", first)


@settings(max_examples=15, deadline=None)
@given(small, small, st.sampled_from(["factorial(k)", "1/factorial(k)", "binomial(2*k, k)/4**k", "binomial(k + 2, k)"]))
def test_hypergeometric_terms_that_are_differences(a: int, b: int, factor: str) -> None:
    here, there = f"({a} + {b}*k)*{factor}", f"({a + b} + {b}*k)*{factor.replace('k', '(k + 1)')}"
    check(f"{there} - {here}", 0, solved=True)


@settings(max_examples=10, deadline=None)
@given(small, small, small, st.sampled_from(["harmonic(k)", "harmonic(k)**2", "harmonic(k + 2)", "harmonic(n - k)"]))
def test_harmonic_terms(a: int, b: int, c: int, number: str) -> None:
    check(f"({a} + {b}*k + {c}*k**2)*{number}", 0, solved=True)


@settings(max_examples=10, deadline=None)
@given(small, small, st.integers(1, 3), st.integers(0, 2), st.sampled_from(["fibonacci", "lucas"]))
def test_fibonacci_terms(a: int, b: int, slope: int, offset: int, name: str) -> None:
    check(f"({a} + {b}*k)*{name}({slope}*k + {offset})", 0, solved=True)


@settings(max_examples=10, deadline=None)
@given(small, small, st.integers(1, 3), st.sampled_from(["binomial(n, k)", "binomial(2*n, k)", "binomial(n + k, k)"]))
def test_binomial_sums(a: int, b: int, base: int, factor: str) -> None:
    check(f"({a} + {b}*k)*({base})**k*{factor}", 0)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 3), st.sampled_from(["1/3", "1/2", "2", "1"]), st.sampled_from(["sin", "cos"]), st.integers(0, 2))
def test_trigonometric_terms(slope: int, base: str, name: str, power: int) -> None:
    closed = inf.summation(f"k**{power}*({base})**k*{name}({slope}*k)", "k", 0, "n")
    wave = {"sin": sympy.sin, "cos": sympy.cos}[name]
    for upper in (0, 1, 4):
        right = sum(sympy.Integer(i) ** power * sympy.Rational(base) ** i * wave(slope * i) for i in range(upper + 1))
        assert abs(sympy.N(closed.subs(n, upper) - right, 40)) < sympy.Rational(1, 10**30)


def check(term: str, first: int, solved: bool = False) -> None:
    """The closed form of the sum to n, if there is one, at the first values of n."""
    try:
        closed = inf.summation(term, "k", first, "n")
    except inf.InfinitesimalError:
        assert not solved, term
        return
    compare(term, str(first), "n", closed, [], [()])


@pytest.mark.parametrize(
    "term",
    ["binomial(n, k)**3", "binomial(n, k)**4", "binomial(n, k)*binomial(2*k, k)", "factorial(k)", "2**k/(k + 1)"],
)
def test_the_proof_that_there_is_no_closed_form_is_told(term: str) -> None:
    with pytest.raises(inf.Undecided, match=r"no closed form in hypergeometric terms exists.*(Petkovsek|Gosper)"):
        inf.summation(term, "k", 0, "n")


def test_a_sum_with_a_recurrence_of_the_second_order() -> None:
    assert inf.summation("(-1)**k*binomial(n, k)*binomial(3*k, n)", "k", 0, "n") == (-3) ** n
    with pytest.raises(inf.Undecided, match="for general values of the parameters"):
        inf.summation("x**k/(1 + y*k)", "k", 0, "n")

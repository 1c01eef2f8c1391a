"""Poles and terms without a real value are named by their first index; brute force over exact values agrees."""

import time
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import InputError
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.verdicts.domain import check_domain


def read(text):
    return sympy.sympify(text, locals={"n": n, "loggamma": sympy.loggamma})


@pytest.mark.parametrize(
    ("start", "text", "index"),
    [
        (1, "1/(n - 3)", 3),
        (0, "1/n", 0),
        (1, "1/(n**2 - 10**10)", 10**5),
        (1, "1/log(n)", 1),
        (0, "log(n)", 0),
        (1, "sqrt(n - 5)", 1),
        (1, "sqrt(5 - n)", 6),
        (1, "log(n - 7)", 1),
        (1, "log(100 - n)", 100),
        (1, "log(1 - 1/n**2)", 1),
        (1, "log(n**2 - 100*n + 2400)", 40),
        (0, "n**n", 0),
        (0, "n**(-n)", 0),
        (0, "gamma(n)", 0),
        (0, "factorial(n - 2)", 0),
        (1, "1/sin(pi*n/2)", 2),
        (1, "tan(pi*n/2)", 1),
        (1, "1/(2**n - 8)", 3),
        (1, "1/(n + (-1)**n)", 1),
        (1, "log(log(n))", 1),
        (1, "log(n)**log(n)", 1),
        (1, "(n - Rational(7, 2))**Rational(1, 3)", 1),
        (0, "harmonic(n - 1)/n", 0),
        (2, "asin(n)", 2),
    ],
)
def test_the_bad_index_is_named(start, text, index):
    with pytest.raises(InputError, match=f"at n = {index}:"):
        check_domain(Summand(read(text), start))


@pytest.mark.parametrize(
    ("start", "text"),
    [
        (4, "1/(n - 3)"),
        (2, "1/log(n)"),
        (1, "log(n)/n"),
        (5, "sqrt(n - 5)"),
        (1, "n**n"),
        (1, "1/(n**2 + 1)"),
        (1, "1/(n**2 - 2)"),
        (0, "(-1)**n/(2*n + 1)"),
        (1, "(n - 3)**n"),
        (0, "(-2)**n"),
        (2, "log(1 - 1/n**2)"),
        (1, "tan(1/n)"),
        (1, "sin(n)/n"),
        (0, "binomial(2*n, n)/4**n"),
        (0, "gamma(n + Rational(1, 2))"),
        (1, "harmonic(n)/n"),
        (2, "(-1)**n/(sqrt(n) + (-1)**n)"),
        (0, "x**n/factorial(n)"),
        (1, "n**x"),
        (1, "1/(n + x)"),
        (0, "floor(n/2)"),
        (1, "acos(1/n)"),
        (1, "Mod(n, 3)/n"),
    ],
)
def test_good_terms_pass(start, text):
    check_domain(Summand(read(text), start))


@given(st.lists(st.integers(-30, 30), min_size=1, max_size=4), st.integers(0, 10))
def test_poles_of_rational_terms_by_brute_force(coefficients, start):
    polynomial = sum(c * n**k for k, c in enumerate(coefficients))
    if polynomial == 0:
        return
    roots = [k for k in range(start, 100) if sum(Fraction(c) * k**j for j, c in enumerate(coefficients)) == 0]
    term = Summand(1 / polynomial, start)
    if not roots:
        check_domain(term)
    else:
        with pytest.raises(InputError, match=f"at n = {roots[0]}:"):
            check_domain(term)


@pytest.mark.parametrize(
    ("term", "bad"),
    [
        (1 / (sympy.floor(n / 100) - 3), range(300, 400)),
        (1 / (sympy.floor(sympy.sqrt(n)) - 30), range(900, 961)),
        (1 / (n * (sympy.ceiling(n / 50) - 2)), range(51, 101)),
        (1 / (sympy.sqrt(n) - 100), [10_000]),
        (sympy.log(n / 7 - 5 - sympy.floor(n / 100)), range(38)),
    ],
    ids=str,
)
def test_bad_indices_beyond_the_first_ones_are_found(term, bad):
    with pytest.raises(InputError) as error:
        check_domain(Summand(term, 1))
    assert int(str(error.value).rsplit("n = ", 1)[1].split(":")[0]) in bad


def test_towers_are_not_written_out():
    """Numbers with more digits than any memory holds stand in these terms at n = 8."""
    begin = time.perf_counter()
    for term in (
        1 / sympy.fibonacci(sympy.factorial(n)),
        1 / (sympy.lucas(n ** (n**n)) + 1),
        1 / (2 ** (2 ** (2**n)) - 15),
        1 / (sympy.factorial(sympy.factorial(sympy.factorial(n))) + 1),
    ):
        check_domain(Summand(term, 1))
    assert time.perf_counter() - begin < 10

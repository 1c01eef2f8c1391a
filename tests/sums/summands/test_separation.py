"""The separation bound against values to many digits, and zero tests of radicals."""

import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy import Rational, cbrt, sqrt

from infinitesimal.sums.summands.evaluation import is_zero
from infinitesimal.sums.summands.separation import separation_bits
from infinitesimal.truth import Truth

small = st.integers(1, 9)


@given(small, small, small, small, small, small)
def test_a_number_that_is_not_zero_keeps_its_distance(a, b, c, d, e, f):
    expr = sqrt(a) + cbrt(b) - sqrt(c + sqrt(d)) * Rational(e, f)
    bits = separation_bits(expr)
    assert bits is not None
    value = abs(sympy.N(expr, 60))
    if value > Rational(1, 10**50):
        assert value > Rational(1, 2**bits)
        assert is_zero(expr) is Truth.FALSE
    else:
        assert is_zero(expr) is Truth.TRUE


def test_nested_radicals_are_told_from_zero():
    assert is_zero(sqrt(5 + 2 * sqrt(6)) - sqrt(2) - sqrt(3)) is Truth.TRUE
    assert is_zero(cbrt(7 + 5 * sqrt(2)) - 1 - sqrt(2)) is Truth.TRUE
    assert is_zero(1 / (sqrt(2) - 1) - sqrt(2) - 1) is Truth.TRUE
    assert is_zero(sqrt(3 + 2 * sqrt(2)) - 1 - sqrt(2) + Rational(1, 10**400)) is Truth.FALSE


def test_other_numbers_have_no_bound():
    for expr in (sympy.pi - 3, sympy.log(2), sqrt(-2), sympy.sin(1)):
        assert separation_bits(expr) is None

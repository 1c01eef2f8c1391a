"""Kernels of matrices of polynomials: rank and nullity, and products that vanish."""

import math
import time

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import QQ
from sympy.abc import x, y
from sympy.polys.matrices import DomainMatrix

from infinitesimal.errors import BudgetSpent
from infinitesimal.sums.finite.polynomial_kernel import kernel

entries = st.tuples(st.integers(-3, 3), st.integers(-2, 2), st.integers(1, 4)).map(lambda p: (p[0] + p[1] * x) / p[2])


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 4).flatmap(lambda w: st.lists(st.lists(entries, min_size=w, max_size=w), min_size=1, max_size=4)))
def test_the_kernel_has_the_right_dimension_and_vanishes(rows: list[list[sympy.Expr]]) -> None:
    domain = QQ[x]
    elements = [[domain.from_sympy(sympy.expand(e)) for e in row] for row in rows]
    basis = kernel(elements, domain, math.inf)
    matrix = DomainMatrix(elements, (len(rows), len(rows[0])), domain)
    assert len(basis) == len(rows[0]) - matrix.to_field().rank()
    for vector in basis:
        assert all(sum((e * v for e, v in zip(row, vector, strict=True)), domain.zero) == 0 for row in elements)
    if basis:
        assert DomainMatrix(basis, (len(basis), len(basis[0])), domain).to_field().rank() == len(basis)


def test_two_symbols_and_none() -> None:
    domain = QQ[x, y]
    row = [domain.from_sympy(e) for e in (x * y, x + y, sympy.Integer(0))]
    basis = kernel([row], domain, math.inf)
    assert [[domain.to_sympy(e) for e in v] for v in basis] == [[-x - y, x * y, 0], [0, 0, x * y]]
    assert kernel([[QQ(1, 2), QQ(1, 3)]], QQ, math.inf) == [[QQ(-2), QQ(3)]]
    assert kernel([[QQ(1)], [QQ(5)]], QQ, math.inf) == []


def test_the_deadline() -> None:
    domain = QQ[x]
    with pytest.raises(BudgetSpent):
        kernel([[domain.from_sympy(x), domain.from_sympy(x**2)]], domain, time.monotonic() - 1)

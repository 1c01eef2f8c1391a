"""Spectra against SymPy, numpy-free counting, and one another."""

from fractions import Fraction as F

import sympy
from flint import fmpq, fmpq_mat, fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitesimal.interval import Interval
from infinitesimal.optimization.algebraic import RealAlgebraic, irreducible_factors, real_roots
from infinitesimal.optimization.spectra import annihilator, applied, is_schur_stable, spectrum, sturm_count

X = sympy.Symbol("x")
coefficients = st.lists(st.integers(-6, 6), min_size=2, max_size=7).filter(lambda c: c[-1] != 0)


def poly(c: list[int]) -> fmpq_poly:
    return fmpq_poly(c)


@settings(deadline=None, max_examples=50)
@given(coefficients)
def test_real_roots_are_those_of_sympy(c: list[int]) -> None:
    exact = sympy.Poly(c[::-1], X).real_roots(multiple=False)
    found = real_roots(poly(c))
    assert len(found) == len(exact) == sturm_count(poly(c))
    for root, (theirs, _) in zip(found, exact, strict=True):
        value = root.value
        ours = sympy.Rational(value.numerator, value.denominator) if isinstance(value, F) else value
        assert abs(sympy.N(ours - theirs, 30)) < 1e-25
        assert sympy.Poly(c[::-1], X).eval(ours).evalf(30, chop=True) == 0 or root.sign_of(poly(c)) == 0


@settings(deadline=None, max_examples=120)
@given(coefficients, st.integers(-3, 3), st.integers(1, 3), st.integers(0, 5))
def test_a_sturm_count_is_that_of_sympy(c: list[int], low: int, width: int, shift: int) -> None:
    p = sympy.Poly(c[::-1], X)
    a, b = F(low, 1 + shift), F(low, 1 + shift) + width
    theirs = sum(1 for r, _ in p.real_roots(multiple=False) if a < r <= b)
    assert sturm_count(poly(c), fmpq(a.numerator, a.denominator), fmpq(b.numerator, b.denominator)) == theirs


circle = st.sampled_from([[1, 1, 1], [1, 0, 1], [1, 1], [-1, 1], [3, -5, 3], [1, -1, 1, -1, 1], [5, -6, 5]])


@settings(deadline=None, max_examples=120)
@given(coefficients, st.lists(circle, max_size=2))
def test_where_roots_lie(c: list[int], more: list[list[int]]) -> None:
    """Known roots on the circle are found there, the count is complete, and Schur-Cohn agrees."""
    p = poly(c)
    base = spectrum(p)
    for factor in more:
        p *= fmpq_poly(factor)
    found = spectrum(p)
    assert found.zeros + found.inside + found.on + found.outside == p.degree()
    assert found.on == base.on + sum(len(f) - 1 for f in more)
    assert (found.inside, found.outside, found.zeros) == (base.inside, base.outside, base.zeros)
    assert is_schur_stable(p) == (found.on == found.outside == 0)
    reverse = fmpq_poly(p.coeffs()[::-1])
    mirrored = spectrum(reverse) if reverse.degree() > 0 else None
    if mirrored is not None:
        assert (mirrored.inside, mirrored.on, mirrored.outside) == (found.outside, found.on, found.inside)


@settings(deadline=None, max_examples=100)
@given(coefficients)
def test_the_radius_is_the_largest_modulus(c: list[int]) -> None:
    found = spectrum(poly(c)).radius
    assert not isinstance(found, Interval)
    theirs = max(abs(r) for r in sympy.Poly(c[::-1], X).nroots(n=40, maxsteps=500, cleanup=False))
    ours = sympy.Float(found.ball(160).mid().str(40, radius=False), 40)
    assert abs(ours - theirs) < sympy.Float("1e-9", 40) * (1 + theirs)  # multiple roots cost nroots half its digits


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(-3, 3), min_size=9, max_size=9), st.lists(st.integers(-2, 2), min_size=3, max_size=3))
def test_an_annihilator_is_the_least_relation(entries: list[int], start: list[int]) -> None:
    matrix, column = fmpq_mat(3, 3, entries) * fmpq(1, 2), fmpq_mat(3, 1, start)
    found = annihilator(matrix, column)
    krylov, vector = [], column
    for _ in range(4):
        krylov.append([vector[i, 0] for i in range(3)])
        vector = matrix * vector
    assert found.degree() == fmpq_mat(krylov).rank()
    assert not any(applied(found, matrix, column).entries())


@settings(deadline=None, max_examples=100)
@given(coefficients, st.fractions(-4, 4, max_denominator=5).filter(bool))
def test_arithmetic_of_algebraic_numbers(c: list[int], by: F) -> None:
    for root in real_roots(poly(c)):
        ball = root.ball(128)
        factor = fmpq(by.numerator, by.denominator)
        assert root.shifted(by).ball(128).overlaps(ball + factor)
        assert root.scaled(by).ball(128).overlaps(ball * factor)
        assert root.scaled(by).scaled(1 / by) == root == root.shifted(by).shifted(-by)
        assert (root < by) == bool(root.shifted(-by).sign < 0) and (-root).sign == -root.sign
        if root.sign:
            assert root.inverse().inverse() == root and root.inverse().ball(128).overlaps(1 / ball)
        assert abs(root).root().ball(128).overlaps(abs(ball).sqrt())


def test_equal_numbers_are_equal_however_found() -> None:
    small, large = real_roots(fmpq_poly([-2, 0, 1]))
    assert small == -large and large.inverse().scaled(F(2)) == large
    assert real_roots(fmpq_poly([-2, 0, 1]) * fmpq_poly([-4, 0, 1]))[1:3] == [small, large]
    assert RealAlgebraic.of(F(1, 2)) < large and len(irreducible_factors(fmpq_poly([-2, 0, 1]))) == 1


def test_a_repeated_root_on_the_circle_makes_powers_grow() -> None:
    for factor, growing in (([1, 2, 1], True), ([1, 0, 2, 0, 1], True), ([1, 0, 1], False), ([1, 1], False)):
        assert spectrum(fmpq_poly(factor) * fmpq_poly([0, 1, -2])).growing is growing
    assert not spectrum(fmpq_poly([1, -4, 4])).growing
    assert spectrum(fmpq_poly([1, 1, 1]) * fmpq_poly([1, 0, 1])).period == 12
    assert spectrum(fmpq_poly([1, 2, 1])).period is None

"""Definiteness, convexity and minima against SymPy and plain fractions."""

from fractions import Fraction as F
from itertools import pairwise

import pytest
import sympy
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitesimal import NoMinimum, Truth, convexity, minimum
from infinitesimal.errors import InputError, Undecided
from infinitesimal.linear.quadratics import quadratic_of
from infinitesimal.optimization.convergence.definiteness import definiteness
from infinitesimal.optimization.convergence.minima import Minimum
from infinitesimal.recurrences.losses import loss


@st.composite
def symmetric(draw: st.DrawFn, size: int = 3) -> list[list[F]]:
    rows = [[F(draw(st.integers(-3, 3)), draw(st.integers(1, 2))) for _ in range(size)] for _ in range(size)]
    if draw(st.booleans()):  # semidefinite, often singular
        return [[sum(a * b for a, b in zip(r, s, strict=True)) for s in rows] for r in rows]
    return [[rows[min(i, j)][max(i, j)] for j in range(size)] for i in range(size)]


def matrix_of(rows: list[list[F]]) -> fmpq_mat:
    return fmpq_mat([[fmpq(a.numerator, a.denominator) for a in row] for row in rows])


def form(rows: list[list[F]], t: list[F]) -> F:
    return sum((a * x * y for row, x in zip(rows, t, strict=True) for a, y in zip(row, t, strict=True)), start=F(0))


@settings(deadline=None, max_examples=150)
@given(symmetric())
def test_definiteness_is_that_of_sympy_and_its_witnesses_hold(rows: list[list[F]]) -> None:
    found = definiteness(matrix_of(rows))
    theirs = sympy.Matrix([[sympy.Rational(a.numerator, a.denominator) for a in row] for row in rows])
    signs = [
        F(str(c)) for c in theirs.charpoly().all_coeffs() if c
    ]  # all roots are real, so the rule of Descartes is exact
    mirrored = [F(str(c)) * (-1) ** i for i, c in enumerate(theirs.charpoly().all_coeffs()) if c]
    above, below = (sum(a * b < 0 for a, b in pairwise(row)) for row in (signs, mirrored))
    assert (sum(p > 0 for p in found.pivots), sum(p < 0 for p in found.pivots)) == (above, below)
    assert (found.name == "indefinite") == (above > 0 and below > 0) and (found.name == "zero") == (not above + below)
    assert (found.name == "positive definite") == (above == 3) and (found.name == "negative definite") == (below == 3)
    assert len(found.pivots) == theirs.rank() and len(found.flat) == 3 - theirs.rank()
    if found.falling is not None:
        assert form(rows, [F(int(c.p), int(c.q)) for c in found.falling]) < 0
    for t in found.flat:
        assert any(t) and not any((matrix_of(rows) * fmpq_mat([[c] for c in t])).entries())


@settings(deadline=None, max_examples=150)
@given(symmetric(), st.lists(st.integers(-3, 3), min_size=3, max_size=3))
def test_a_minimum_is_below_every_other_point_or_the_error_proves_itself(rows: list[list[F]], slope: list[int]) -> None:
    text = " + ".join(f"({rows[i][j]})/2*{'xyz'[i]}*{'xyz'[j]}" for i in range(3) for j in range(3))
    text += "".join(f" + ({b})*{n}" for b, n in zip(slope, "xyz", strict=True))
    chosen = loss(text)

    def value(p: dict[str, F]) -> F:
        q = quadratic_of(chosen)
        assert q is not None
        found = q.value(fmpq_mat([[fmpq(p[n].numerator, p[n].denominator)] for n in "xyz"]))
        return F(int(found.p), int(found.q))

    try:
        best = minimum(chosen)
    except NoMinimum as error:
        t, at = error.direction, error.point or dict.fromkeys("xyz", F(0))
        values = [value({n: at[n] + k * t[n] for n in "xyz"}) for k in (0, 10**3, 10**6)]
        if error.point is None:
            assert values[2] < values[1] < values[0] or values[2] < min(values[:2])
        else:
            assert values[0] == values[1] == values[2]
            assert all(value({n: at[n] + d for n, d in zip("xyz", s, strict=True)}) >= values[0] for s in NEAR)
        return
    assert value(best.point) == best.value
    assert all(value({n: best.point[n] + d for n, d in zip("xyz", s, strict=True)}) > best.value for s in NEAR)


NEAR = [(F(1), F(0), F(0)), (F(0), F(-1, 7), F(0)), (F(1), F(1), F(1)), (F(-1, 3), F(2), F(-5))]


def test_convexity_of_quadratics() -> None:
    assert convexity("x**2 + y**2").kind == "strongly convex"
    flat = convexity("(x + y)**2 - x")
    assert flat.kind == "convex" and "x = -1, y = 1" in str(flat)
    bent = convexity("x*y")
    assert bent.truth is Truth.FALSE and bent.kind == "not convex" and "is not convex" in str(bent)
    assert convexity("3*x").truth is Truth.TRUE


def test_convexity_of_other_losses() -> None:
    assert convexity("exp(x) + x**4").truth is Truth.TRUE
    assert convexity("x**4 - x**2").truth is Truth.FALSE


def test_minima_of_other_losses_are_enclosed() -> None:
    found = minimum("x**4/4 - x + exp(x)*0", near=2, digits=12)
    assert F(1) in found.place["x"]
    assert minimum("x**4/4 - x") == Minimum({"x": F(1)}, F(-3, 4))
    with pytest.raises(InputError, match="near has no value for 'y'"):
        minimum("x**4 + y**4", near={"x": 1})


def test_a_search_that_meets_a_saddle_or_a_maximum_goes_on_beside_it() -> None:
    for text, near, place in (("x**4 + y**4 - 4*x*y", 0, 1), ("x**4 - 2*x**2", 0, 1), ("cos(x)", 0, None)):
        found = minimum(text, near=near, digits=30)
        assert place is None or all(side.lower <= place <= side.upper for side in found.place.values())
        assert all(side.width <= F(1, 10**30) for side in found.place.values())
    with pytest.raises(Undecided, match="by near"):
        minimum("x - log(x)")
    assert 1 in minimum("x - log(x)", near=3).place["x"]


def test_errors_name_what_to_do() -> None:
    with pytest.raises(NoMinimum, match="unbounded below, and falls for ever along") as caught:
        minimum("3*x")
    assert caught.value.direction == {"x": F(-1)} and caught.value.point is None
    with pytest.raises(NoMinimum, match=r"flat along x = -1, y = 1, through its minimum at x = 1, y = 0") as caught:
        minimum("(x + y - 1)**2")
    assert caught.value.point == {"x": F(1), "y": F(0)}

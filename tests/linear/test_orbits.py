"""Where affine processes go, beside eigenvalues that are known and steps that are made."""

from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat, fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitesimal.linear.affine import AffineMap, affine_map
from infinitesimal.linear.orbits import all_inside, orbit
from infinitesimal.recurrences.descents import descent
from tests.strategies.recurrences import rationals

F = Fraction


def sheared(above: list[int]) -> fmpq_mat:
    """The unit matrix with these numbers above its diagonal."""
    d = range(len(above))
    return fmpq_mat([[fmpq(int(i == j) + (above[i] if j == i + 1 else 0)) for j in d] for i in d])


def conjugated(eigenvalues: list[fmpq], shear: list[int], forcing: list[int], start: list[int]) -> AffineMap:
    """A triangular matrix with these eigenvalues, sheared by an integer matrix of determinant 1."""
    d = len(eigenvalues)
    middle = fmpq_mat([[eigenvalues[i] if i == j else fmpq(0) for j in range(d)] for i in range(d)])
    p = sheared(shear)
    names = tuple(f"x{i}" for i in range(d))
    return AffineMap(names, p * middle * p.inv(), tuple((fmpq(c),) for c in forcing), tuple(map(fmpq, start)))


@settings(deadline=None, max_examples=150)
@given(st.data(), st.integers(2, 6))
def test_the_limit_is_that_of_the_excited_eigenvalues(data: st.DataObject, d: int) -> None:
    """Known eigenvalues and coordinates: x = P y, where every y_i goes its own way."""
    small = st.integers(-3, 3)
    ratios = rationals(4, 3).map(lambda r: fmpq(r.numerator, r.denominator))
    values = data.draw(st.lists(ratios, min_size=d, max_size=d))
    lists = [data.draw(st.lists(small, min_size=d, max_size=d)) for _ in range(3)]
    made = conjugated(values, *lists)
    p = sheared(lists[0])
    own_force = p.inv() * fmpq_mat([[fmpq(c)] for c in lists[1]])
    own_start = p.inv() * fmpq_mat([[fmpq(c)] for c in lists[2]])
    limits: list[fmpq | None] = []
    for i, t in enumerate(values):
        c, y = own_force[i, 0], own_start[i, 0]
        if t == 1:
            limits.append(y if c == 0 else None)
        else:
            limits.append(c / (1 - t) if abs(t) < 1 or y == c / (1 - t) else None)
    found = orbit(made)
    if None in limits:
        assert found.limit is None and found.manner
    else:
        assert found.limit is not None
        assert list(found.limit) == (p * fmpq_mat([[v] for v in limits])).entries()


@pytest.mark.parametrize(
    ("text", "rate", "manner"),
    [
        ("x**2/2 + y**2 + z**2/4", 1, "it oscillates without settling"),
        ("x**2/2 + 2*y**2 + z**2/4", 1, "it grows without bound"),
        ("x**2/2 + y + z**2/4", "1/2", "it drifts without bound"),
    ],
)
def test_the_manner_is_named(text: str, rate: object, manner: str) -> None:
    mapping = affine_map(descent(text, 1, rate))
    assert mapping is not None and orbit(mapping).limit is None and orbit(mapping).manner == manner


def test_an_eigenvalue_that_the_start_does_not_excite_does_no_harm() -> None:
    mapping = affine_map(descent("x**2/2 + y**2 + 5*z**2", {"x": 3, "y": 0, "z": 0}, "1/2"))
    assert mapping is not None and orbit(mapping).limit == (0, 0, 0)
    flat = affine_map(descent("(x - y)**2 + z**2", {"x": 3, "y": 1, "z": 1}, "1/5"))
    assert flat is not None and orbit(flat).limit == (2, 2, 0)


def test_rotation_by_a_rational_angle_does_not_settle() -> None:
    turn = fmpq_mat([[0, -1, 0], [1, 0, 0], [0, 0, 0]])
    made = AffineMap(("x", "y", "z"), turn, ((fmpq(0),),) * 3, (fmpq(1), fmpq(0), fmpq(1)))
    assert orbit(made).manner == "it does not settle"


@settings(deadline=None, max_examples=200)
@given(st.lists(rationals(7, 8), min_size=1, max_size=6), st.lists(st.tuples(rationals(), rationals()), max_size=2))
def test_schur_and_cohn_agree_with_known_roots(reals: list[Fraction], pairs: list[tuple[Fraction, Fraction]]) -> None:
    polynomial, inside = fmpz_poly([1]), True
    for r in reals:
        polynomial *= fmpz_poly([-r.numerator, r.denominator])
        inside &= abs(r) < 1
    for a, b in pairs:
        norm, q = a * a + b * b, (a.denominator * b.denominator) ** 2
        polynomial *= fmpz_poly([int(norm * q), int(-2 * a * q), q])
        inside &= norm < 1
    if polynomial[0] == 0:
        return
    if polynomial.gcd(fmpz_poly(list(reversed(polynomial.coeffs())))).degree() > 0:
        return
    assert all_inside(polynomial) is inside


def test_a_degenerate_step_of_the_test_is_decided_by_the_roots() -> None:
    """The roots 4, 1/2, 1/2 have the product 1, so the first coefficient of Schur and Cohn is exactly 1."""
    assert all_inside(fmpz_poly([-4, 1]) * fmpz_poly([-1, 2]) ** 2) is False

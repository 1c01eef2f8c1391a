"""Critical rates against the formulas of the theory; quadratics from their steps."""

from fractions import Fraction as F
from itertools import pairwise

import pytest
import sympy

from infinitesimal import best_rate, descent, limit, quadratic_from_steps, rates, regime, steps
from infinitesimal.errors import InputError

BETAS = [F(1, 9), F(1, 4), F(1, 2), F(4, 9), F(9, 10), F(1)]


def exact(value: object) -> sympy.Expr:
    return sympy.Rational(value.numerator, value.denominator) if isinstance(value, F) else value  # type: ignore[no-any-return]


@pytest.mark.parametrize("a", [F(1), F(9), F(2, 7)])
@pytest.mark.parametrize("beta", BETAS)
def test_borders_are_the_formulas(a: F, beta: F) -> None:
    loss = f"({a})/2*x**2"
    assert rates(loss).critical == (1 / a, 2 / a)
    b, c = exact(beta), exact(a)
    found = [exact(r) for r in rates(loss, "momentum", beta).critical]
    edges = [2 * (1 + b) / c] if beta == 1 else [(1 - sympy.sqrt(b)) ** 2 / c, 2 * (1 + b) / c]
    assert [sympy.simplify(x - y) for x, y in zip(found, edges, strict=True)] == [0] * len(edges)
    found = [exact(r) for r in rates(loss, "nesterov", beta).critical]
    edges = [((1 - b) / (1 + b)) ** 2 / c, 1 / c, (2 + 2 * b) / ((1 + 2 * b) * c)]
    edges = [e for e in edges if e]
    assert found == edges


@pytest.mark.parametrize("method", ["gradient", "momentum", "nesterov"])
def test_regions_are_the_regimes_of_a_general_start(method: str) -> None:
    loss, beta = "x**2 + 3*y**2 + x*y", None if method == "gradient" else "1/3"
    found = rates(loss, method, beta)
    assert [name for _, name in found.regions] == ["monotone", "oscillating", "two-cycle", "divergent"]
    for interval, name in found.regions:
        for rate in (F(k, 60) for k in range(1, 90)):
            if rate in interval:
                assert regime(descent(loss, {"x": 1, "y": 5}, rate, method, beta=beta)).name == name
    assert all(sum(F(k, 60) in i for i, _ in found.regions) == 1 for k in range(1, 90))


def test_the_best_rate_beats_its_neighbours() -> None:
    for loss in ("x**2 + x*y + y**2", "x**2 + 3*y**2", "x**2 + x*y + 5*y**2", "x**2 + y**2 + z**2 + x*y + y*z"):
        best = best_rate(loss)
        eta, factor = (float(exact(v)) for v in (best.rate, best.factor))
        near = F(1, 10**6)
        for rate in (F(eta), F(eta) + near, F(eta) - near, F(eta) * 2 / 3):
            radius = float(exact(regime(descent(loss, None, rate)).radius))
            assert radius > factor - 1e-12
        assert abs(float(exact(regime(descent(loss, None, F(eta))).radius)) - factor) < 1e-12


def test_the_best_rate_of_a_chain_is_rational() -> None:
    """The eigenvalues 2 - 2*cos(k*pi/(d+1)) lie around 2."""
    d = 5
    names = [f"x{i}" for i in range(d)]
    chain = " + ".join([f"{v}**2" for v in names] + [f"{a}*{b}*(-1)" for a, b in pairwise(names)])
    best = best_rate(chain)
    assert best.rate == F(1, 2) and sympy.simplify(best.factor - sympy.cos(sympy.pi / (d + 1))) == 0


def test_the_worked_example() -> None:
    found = quadratic_from_steps(5, "0.1", "0.5", "0.05")
    assert (found.curvature, found.distance, found.multiplier) == (9, F(5, 9), F(1, 10))
    for place in (F(0), F(-3, 7)):
        walk = found.descent(place)
        assert steps(walk, 3) == (F(1, 2), F(1, 20), F(1, 200)) and limit(walk) == {"x": place}
    straight = quadratic_from_steps(2, 1, 2, 2)
    assert straight.curvature == 0 and straight.distance is None and steps(straight.descent(), 2) == (2, 2)
    swinging = quadratic_from_steps(5, "0.1", "0.5", "-0.05", "0.005")
    assert swinging.curvature == 11 and regime(swinging.descent()).name == "oscillating"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((5, "0.1", "0.5"), "two are needed"),
        ((5, "0.1", "0.4", "0.04"), "rate\\*gradient is 1/2"),
        ((5, "0.1", "0.5", "0.05", "0.004"), "no quadratic has these steps"),
        ((0, "0.1", 0, 0), "gradient 0"),
        ((5, 0, 0, 0), "positive"),
        ((5, 0.1, "0.5", "0.05"), "float"),
    ],
)
def test_steps_that_no_quadratic_has(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        quadratic_from_steps(*arguments)


def test_bad_input() -> None:
    with pytest.raises(InputError, match="not a quadratic"):
        rates("x**4")
    with pytest.raises(InputError, match="saddle"):
        best_rate("x**2 - y**2")
    with pytest.raises(InputError, match="rates are known for"):
        rates("x**2", "coordinate")

"""Steepest descent and rates in n: exact iterates, and limits beside long products."""

import time
from fractions import Fraction
from math import prod

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from infinitesimal.errors import BudgetSpent, Diverges, Undecided, Undefined
from infinitesimal.limits.limit import converges, limit
from infinitesimal.limits.values import at, values
from infinitesimal.recurrences.descents import descent
from infinitesimal.truth import Truth

F = Fraction
Matrix = list[list[Fraction]]


def text_of(a: Matrix, b: list[Fraction]) -> str:
    names = "xyz"[: len(b)]
    pieces = [f"const({a[i][j]})*{u}*{v}/2" for i, u in enumerate(names) for j, v in enumerate(names)]
    return " + ".join(pieces) + "".join(f" - const({c})*{u}" for c, u in zip(b, names, strict=True))


@st.composite
def definite(draw: st.DrawFn) -> tuple[Matrix, list[Fraction], list[Fraction]]:
    d = draw(st.integers(1, 3))
    small = st.integers(-3, 3)
    roots = [draw(st.lists(small, min_size=d, max_size=d)) for _ in range(d)]
    a = [[F(sum(r[i] * r[j] for r in roots) + (i == j)) for j in range(d)] for i in range(d)]
    return a, [F(draw(small)) for _ in range(d)], [F(draw(small), 2) for _ in range(d)]


def gradient(a: Matrix, b: list[Fraction], x: list[Fraction]) -> list[Fraction]:
    return [sum((p * q for p, q in zip(row, x, strict=True)), start=F(0)) - c for row, c in zip(a, b, strict=True)]


@settings(deadline=None, max_examples=80)
@given(definite())
def test_steepest_descent_walks_and_arrives(problem: tuple[Matrix, list[Fraction], list[Fraction]]) -> None:
    a, b, x = problem
    made = descent(text_of(a, b), dict(zip("xyz", x, strict=False)), method="steepest")
    zero = [F(0)] * len(b)
    for found in values(made, 5):
        assert (list(found.values()) if len(b) > 1 else [found]) == x
        g = gradient(a, b, x)
        if any(g):
            size = sum(v * v for v in g) / sum(v * w for v, w in zip(g, gradient(a, zero, g), strict=True))
            x = [v - size * w for v, w in zip(x, g, strict=True)]
    final = limit(made)
    assert not any(gradient(a, b, list(final.values())))


def test_the_minimum_is_kept() -> None:
    made = descent("x**2 + y**2", {"x": 3, "y": 4}, method="steepest")
    assert values(made, 4)[1:] == [{"x": 0, "y": 0}] * 3 and at(made, 1000) == {"x": 0, "y": 0}


def test_in_two_variables_the_digits_of_steepest_descent_grow_slowly() -> None:
    made = descent("x**2/2 + 5*y**2", {"x": 10, "y": 1}, method="steepest")
    assert at(made, 100) == {"x": 10 * F(9, 11) ** 100, "y": F(9, 11) ** 100}


def test_steepest_descent_without_a_minimum_is_refused() -> None:
    with pytest.raises(Undefined, match="update 1") as caught:
        values(descent("x**2 - y**2", {"x": 0, "y": 1}, method="steepest"), 3)
    assert caught.value.update == 1
    with pytest.raises(Diverges, match="falls for ever"):
        limit(descent("x**2 + y", 1, method="steepest"))
    with pytest.raises(Undecided, match="not convex"):
        limit(descent("x**2 - y**2 + x*y", 1, method="steepest"))
    flat = descent("(x - 2*y)**2 + (z - 1)**2", {"x": 3, "y": 1, "z": 0}, method="steepest")
    assert limit(flat) == {"x": F(14, 5), "y": F(7, 5), "z": 1}


def test_digits_of_steepest_descent_that_explode_are_refused() -> None:
    began = time.perf_counter()
    with pytest.raises(BudgetSpent, match="step"):
        at(descent("x**2 + 2*y**2 + 3*z**2 + x*y/7", {"x": 1, "y": "2/3", "z": "1/5"}, method="steepest"), 60)
    assert time.perf_counter() - began < 5


RATES = [
    "1/(n + 1)",
    "1/n",
    "n/(n + 1)",
    "2 - 1/n",
    "1/n**2",
    "(n + 1)/(n**2 + 3)",
    "1/(2*n - 1)**2",
    "n",
    "3/(n*(n + 1))",
]


@pytest.mark.parametrize("method", ["gradient", "momentum", "nesterov", "newton", "coordinate"])
@pytest.mark.parametrize("rate", RATES)
def test_rates_in_n_walk_as_written(rate: str, method: str) -> None:
    beta = "1/3" if method in ("momentum", "nesterov") else None
    made = descent("x**2 + x*y + 2*y**2 - x", {"x": "1/2", "y": 3}, rate, method, beta=beta)
    state = made.recurrence.start_values()
    from tests.strategies.recurrences import meaning

    for k, found in enumerate(values(made, 6), 1):
        assert found == {name: state[name] for name in "xy"}
        state = {name: meaning(term, {**state, "n": F(k)}) for name, term in made.recurrence.step}


def partial(rate: str, a: Fraction, count: int) -> float:
    size = sympy.lambdify(sympy.Symbol("n"), sympy.sympify(rate), "math")
    return prod(1 - float(a) * size(k) for k in range(1, count))


@settings(deadline=None, max_examples=120)
@given(st.sampled_from(RATES), st.fractions(F(1, 4), 3, max_denominator=4), st.fractions(-3, 3, max_denominator=3))
def test_one_variable_goes_where_the_product_goes(rate: str, a: Fraction, start: Fraction) -> None:
    """Limits with starts away from the minimum 1; the partial products at two far numbers tell how they go."""
    assume(start != 1)
    made = descent(f"const({a})*(x - 1)**2/2", start, rate)
    near, far = partial(rate, a, 1_000), partial(rate, a, 4_000)
    try:
        found = limit(made)["x"]
    except Undecided:
        return
    except Diverges as error:
        manner = error.manner
        grows = abs(far) > 1.05 * abs(near) or abs(far) > 1e99
        assert grows or near * far < 0 or "settling" in manner
        return
    error = abs(float(found) - 1 - float(start - 1) * far)
    assert error < 0.02 or abs(far) < 0.98 * abs(near)


def test_known_products() -> None:
    def product(rate: str, start: object = 1) -> object:
        return limit(descent("x**2/2", start, rate))["x"]

    assert product("1/(n + 1)**2") == F(1, 2)
    assert product("1/(n + 1)") == 0 and product("1/n**2") == 0
    assert sympy.simplify(product("1/(4*n**2)") - 2 / sympy.pi) == 0
    assert sympy.simplify(product("-1/n**2") - sympy.sinh(sympy.pi) / sympy.pi) == 0
    assert product("-1/n**2 + 1/n**2") == 1
    with pytest.raises(Diverges, match="settling"):
        product("2")
    with pytest.raises(Diverges, match="settling"):
        product("2 + 0/n + 1/n**2")
    with pytest.raises(Undefined, match="update 4"):
        product("1/(n - 4)")
    with pytest.raises(Undecided, match="degree 3"):
        product("1/(n**3 + 3)")


def test_a_linear_loss_is_a_series_of_its_own() -> None:
    assert limit(descent("x", 1, "1/(n*(n + 1))")) == {"x": 0}
    with pytest.raises(Diverges):
        limit(descent("x", 1, "1/n"))
    assert sympy.simplify(limit(descent("2*x", 1, "1/n**2"))["x"] - (1 - sympy.pi**2 / 3)) == 0


def test_several_variables_with_rates_in_n() -> None:
    text = "(x - 1)**2 + (x - y)**2"
    assert limit(descent(text, 3, "1/(n + 1)")) == {"x": 1, "y": 1}
    assert limit(descent(text, 3, "n/(3*n + 1)")) == {"x": 1, "y": 1}
    assert limit(descent("(x - y)**2", {"x": 3, "y": 1}, "1/(n + 1)")) == {"x": 2, "y": 2}
    assert limit(descent(text, 1, "n")) == {"x": 1, "y": 1}
    assert converges(descent(text, 3, "1/(n + 1)")).truth is Truth.TRUE
    for rate in ("1/n**2", "n", "-1/n"):
        with pytest.raises(Undecided):
            limit(descent(text, 3, rate))

"""Regimes of losses that are not quadratic, of rates in n and of symbolic rates, beside plain iteration."""

import random
from fractions import Fraction as F
from itertools import pairwise

import mpmath
import pytest

import infinitesimal as inf
from infinitesimal.interval import Interval
from infinitesimal.optimization.algebraic import RealAlgebraic
from infinitesimal.optimization.regimes.regime_records import Regime
from infinitesimal.truth import Truth

STEPS = 1500
CONVERGENT = ("at rest", "one step", "finite", "monotone", "oscillating", "superlinear", "converging")


def iterated(coefficients: list[F], start: F, rate: F, method: str, beta: F) -> list[mpmath.mpf]:
    """The walk at 60 digits, until it is beyond 10**12."""
    with mpmath.workdps(60):
        slope = [i * mpmath.mpf(c.numerator) / c.denominator for i, c in enumerate(coefficients)][1:]

        def gradient(x: mpmath.mpf) -> mpmath.mpf:
            return mpmath.polyval(slope[::-1], x)

        x, eta, b = (mpmath.mpf(v.numerator) / v.denominator for v in (start, rate, beta))
        before, velocity, found = x, mpmath.mpf(0), [x]
        for _ in range(STEPS):
            if method == "gradient":
                x = x - eta * gradient(x)
            elif method == "momentum":
                velocity = b * velocity - eta * gradient(x)
                x = x + velocity
            else:
                ahead = x + b * (x - before)
                before, x = x, ahead - eta * gradient(ahead)
            found.append(x)
            if abs(x) > 1e12:
                break
        return found


def number(place: object) -> mpmath.mpf:
    if isinstance(place, RealAlgebraic):
        return mpmath.mpf(place.ball(250).mid().str(60, radius=False))
    value = place.middle if isinstance(place, Interval) else place
    assert isinstance(value, F)
    return mpmath.mpf(value.numerator) / value.denominator


def check(found: Regime, walk: list[mpmath.mpf], method: str) -> None:
    ran_away = abs(walk[-1]) > 1e12
    if found.name == "divergent":
        assert ran_away and found.converges is Truth.FALSE
        late = [x > 0 for x in walk[-3:]]
        assert (found.manner == "oscillating") == (late[0] != late[1]) == (late[1] != late[2])
        return
    assert not ran_away
    if found.turns:
        assert found.converges is Truth.FALSE and found.period == found.turns
        assert abs(walk[-1] - walk[-1 - found.turns]) < 1e-6
        assert all(abs(walk[-1] - walk[-1 - k]) > 1e-6 for k in range(1, found.turns))
        return
    assert found.name in CONVERGENT and found.converges is Truth.TRUE and found.limit is not None
    (place,) = found.limit.values()
    with mpmath.workdps(60):
        goal = number(place)
        slow = found.at_limit == (RealAlgebraic.of(1),)
        assert abs(walk[-1] - goal) < (0.3 if slow else 1e-3)
        errors = [x - goal for x in walk if 1e-15 < abs(x - goal) < 1e-6]
        if method == "gradient" and found.name in ("monotone", "oscillating"):
            assert all(
                (a > 0) == (b > 0) if found.name == "monotone" else (a > 0) != (b > 0) for a, b in pairwise(errors)
            )


@pytest.mark.parametrize("seed", range(2))
def test_polynomials_do_what_their_regime_says(seed: int) -> None:
    draw = random.Random(seed)
    unknown = done = 0
    while done < 25:
        degree = draw.choice([3, 4, 4, 4, 6])
        coefficients = [F(draw.randint(-6, 6), draw.choice([1, 2, 3])) for _ in range(degree)] + [
            F(draw.randint(1, 4), 2)
        ]
        start, rate = (
            F(draw.randint(-6, 6), draw.choice([1, 2, 3])),
            F(draw.randint(1, 9), draw.choice([5, 10, 20, 40])),
        )
        method, beta = draw.choice(["gradient", "gradient", "momentum", "nesterov"]), F(draw.randint(1, 9), 10)
        text = " + ".join(f"({c})*x**{i}" for i, c in enumerate(coefficients) if i) + f" + ({coefficients[0]})"
        options = {} if method == "gradient" else {"beta": beta}
        found = inf.regime(inf.descent(text, start, rate, method, **options))
        done += 1
        if found.name == "unknown":
            unknown += 1
            continue
        check(found, iterated(coefficients, start, rate, method, beta), method)
    assert unknown <= 4  # chaos, and walks that come near a flat minimum with inertia


@pytest.mark.parametrize(
    ("text", "start", "rate", "name", "landscape"),
    [
        ("x**4", 1, "1/16", "monotone", "minimum"),
        ("x**3", 1, "1/10", "monotone", "inflection"),
        ("x**3", -1, "1/10", "divergent", "slope"),
        ("x**4/4 - x**2/2", 0, "1/2", "at rest", "maximum"),
        ("x**4/4 - x**2/2", 1, "1/2", "at rest", "minimum"),
        ("x**4/4 - x**2/2", "1/2", "1/2", "superlinear", "minimum"),
        ("x**4/4 - x**2/2", "1/2", "9/10", "oscillating", "minimum"),
        ("x**4/4 - x**2/2", "1/2", "21/20", "two-cycle", ""),
        ("x**4/4 - x**2", 1, "1/10", "monotone", "minimum"),
        ("exp(x) - 2*x", 0, "1/10", "monotone", "minimum"),
        ("exp(x) - 2*x", 0, "4/5", "oscillating", "minimum"),
    ],
)
def test_one_variable(text: str, start: object, rate: str, name: str, landscape: str) -> None:
    found = inf.regime(inf.descent(text, start, rate))
    assert (found.name, found.landscape) == (name, landscape)


def test_the_multiplier_at_an_irrational_limit_is_exact() -> None:
    """f'(x) = x**3 - 2*x vanishes at sqrt(2), where f'' = 4; with f' = x**3 - 2, f'' = 3*2**(2/3) there."""
    assert inf.regime(inf.descent("x**4/4 - x**2", 1, "1/10")).multipliers == (F(3, 5),)
    (found,) = inf.regime(inf.descent("x**4/4 - 2*x", 1, "1/10")).multipliers
    import sympy

    assert sympy.minimal_polynomial(1 - sympy.Rational(3, 10) * sympy.root(4, 3) - found).is_Symbol


def test_saddle_points_and_stable_manifolds_are_named() -> None:
    loss = "x**2/2 - y**2/2 + y**4/4"
    on_it = inf.regime(inf.descent(loss, {"x": 1, "y": 0}, "1/2"))
    assert (on_it.name, on_it.landscape) == ("monotone", "saddle") and on_it.limit == {"x": 0, "y": 0}
    assert "almost every other start leaves" in on_it.reason
    beside = inf.regime(inf.descent(loss, {"x": 1, "y": "1/100"}, "1/2"))
    assert beside.landscape == "minimum" and beside.limit == {"x": 0, "y": 1}
    resting = inf.regime(inf.descent(loss, 0, "1/2"))
    assert (resting.name, resting.landscape) == ("at rest", "saddle") and "saddle" in resting.reason


def test_momentum_and_newton_have_the_spectrum_of_their_step() -> None:
    found = inf.regime(inf.descent("x**4/4 - x**2/2", "1/2", "1/10", "momentum", beta="1/4"))
    t = found.radius  # the larger root of the step at x = 1, where the curvature is 2
    assert found.name == "monotone" and (t**2 - (F(5, 4) - F(1, 5)) * t + F(1, 4)).simplify() == 0
    assert inf.regime(inf.descent("x**4/4 - x**2/2", 2, method="newton")).name == "superlinear"


@pytest.mark.parametrize(
    ("rate", "name", "truth"),
    [
        ("1/(n+1)", "monotone", Truth.TRUE),
        ("1/n", "one step", Truth.TRUE),
        ("1/(2*n**2)", "stops short", Truth.TRUE),
        ("n/(n+1)", "superlinear", Truth.TRUE),
        ("(6*n+2)/(4*n+1)", "oscillating", Truth.TRUE),
        ("(4*n+1)/(2*n+4)", "oscillating", Truth.TRUE),
        ("2*n/(n+3)", "finite", Truth.TRUE),
        ("2 + 1/n", "divergent", Truth.FALSE),
        ("n", "one step", Truth.TRUE),
        ("n + 1/2", "divergent", Truth.FALSE),
    ],
)
def test_rates_in_n(rate: str, name: str, truth: Truth) -> None:
    """On x**2/2 the error is the product of 1 - rate(k); it is followed with fractions."""
    found = inf.regime(inf.descent("x**2/2", 1, rate))
    assert (found.name, found.converges) == (name, truth)
    term, error, errors = inf.descent("x**2/2", 1, rate).rate, F(1), []
    for k in range(1, 400):
        from infinitesimal.arithmetics.rationals import QQ
        from infinitesimal.terms.evaluate import evaluate

        error *= 1 - evaluate(term, {"n": F(k)}, QQ)  # type: ignore[arg-type]
        errors.append(error)
    if name in ("one step", "finite"):
        assert found.arrival is not None and errors.index(0) + 1 == found.arrival
    elif name == "divergent":
        assert abs(errors[-1]) > abs(errors[100]) > 1
    elif name == "stops short":
        assert abs(float(errors[-1]) - float(found.limit["x"])) < 0.01  # type: ignore[index]
    else:
        signs = {a * b > 0 for a, b in pairwise(errors[10:])}
        assert abs(errors[-1]) < 0.1 and (name == "superlinear" or signs == {name == "monotone"})


def test_rates_in_n_of_several_variables() -> None:
    found = inf.regime(inf.descent("x**2 + x*y + y**2", 1, "1/(n+1)"))
    assert (found.name, found.everywhere, found.limit) == ("monotone", Truth.TRUE, {"x": 0, "y": 0})


def test_a_symbolic_rate_has_conditions() -> None:
    found = inf.regime(inf.descent("9/2*x**2", 1, "eta", parameters=["eta"]))
    assert found.name == "depends" and [name for _, name in found.conditions] == [
        "monotone", "one step", "oscillating", "two-cycle", "divergent"
    ]  # fmt: skip
    for condition, name in found.conditions[1::2]:
        assert inf.regime(inf.descent("9/2*x**2", 1, condition.removeprefix("eta = "))).name == name

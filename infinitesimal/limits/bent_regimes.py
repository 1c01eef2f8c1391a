"""The regime of a descent on a loss that is not quadratic: where a start leads, and how it comes near in the end.

A walk may rest, or repeat itself, exactly; keep its direction on a polynomial (`monotone_basins`); contract
(`contraction`); run away or approach a cycle (`wandering`). Each is a proof; where none succeeds the regime is
unknown. Variables whose slopes vanish for good, as long as they stay where they are, are taken out first: a start on
such a plane may go to a saddle point, which its neighbours leave.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import islice

from flint import ctx, fmpq_mat

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.rational_functions import RationalFunctions
from infinitesimal.arithmetics.rationals import to_fmpq, to_fraction
from infinitesimal.arithmetics.sizes import NotPolynomial
from infinitesimal.errors import BudgetSpent, InputError, Undefined
from infinitesimal.interval import Interval
from infinitesimal.limits.bent_descents import nearest_minimum
from infinitesimal.limits.certified_descents import simplest_in
from infinitesimal.limits.exact_orbits import ExactOrbit, exact_orbit
from infinitesimal.limits.inertial_escapes import inertial_escape
from infinitesimal.limits.wandering import Wandering, wandering
from infinitesimal.linear.quadratics import quadratic_of
from infinitesimal.optimization.algebraic import RealAlgebraic, real_roots
from infinitesimal.optimization.convergence.contraction import contraction
from infinitesimal.optimization.convergence.mean_value import walk
from infinitesimal.optimization.dyadics import interval
from infinitesimal.optimization.polynomials import polynomial_of
from infinitesimal.optimization.regimes.local_steps import Place, is_stationary, landscape_at, multipliers_at
from infinitesimal.optimization.regimes.monotone_basins import Basin, basin, multiplier_at
from infinitesimal.optimization.regimes.regime_records import Regime, unknown
from infinitesimal.rational import show
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.losses import Formula, Loss
from infinitesimal.terms.parse import constant
from infinitesimal.terms.term import Const, Term, fold, substitute
from infinitesimal.truth import Hypothesis, Truth

_LOOKS = 60
"""The updates after which a walk that keeps its direction is looked for."""
_BITS = 192
_SECONDS = 5.0


def bent_regime(descent: Descent, budget: Budget = DEFAULT_BUDGET) -> Regime:
    """The regime of a descent with numbers only and a fixed rate, from its start, on a loss that is not quadratic.

    >>> from infinitesimal.recurrences.descents import descent
    >>> print(bent_regime(descent("x**4", 1, "1/16")))
    monotone: it goes to the minimum x = 0 and never turns; the multiplier there is 1, slower than geometric
    >>> print(bent_regime(descent("x**4/4 - x**2/2", "1/2", "21/20")))
    two-cycle: it approaches a cycle of 2 points, near 0.872872 and 1.09109
    >>> print(bent_regime(descent("x**2/2 - y**2/2 + y**4", {"x": 1, "y": 0}, "1/2")).landscape)
    saddle
    """
    deadline = time.monotonic() + min(budget.seconds, _SECONDS)
    orbit = exact_orbit(descent)
    if orbit is not None:
        return _of_orbit(descent, orbit)
    frozen = _frozen(descent)
    if frozen:
        return _on_plane(descent, frozen, budget)
    found = _of_basin(descent, deadline)
    if found is not None:
        return found
    left = Budget(seconds=max(0.5, deadline - time.monotonic()))
    try:
        certificate = contraction(descent, budget=left)
    except (BudgetSpent, Undefined, InputError) as error:
        return unknown(str(error))
    if certificate.truth is Truth.TRUE and certificate.limit is not None:
        return replace(_near(descent, certificate.limit), hypotheses=certificate.hypotheses)
    lost = wandering(descent) or inertial_escape(descent)
    if lost is not None:
        return _of_wandering(lost)
    return unknown(f"the loss {descent.loss} is not quadratic, and no proof was found: {certificate.reason}")


def _of_orbit(descent: Descent, orbit: ExactOrbit) -> Regime:
    cycle = orbit.cycle
    if len(cycle) == 1:
        (point,) = cycle
        arrival = orbit.points.index(point)
        shape = landscape_at(descent.loss, point)
        where = _at(shape, point)
        evidence = (Hypothesis(f"the state after step {arrival} comes again", "exactly"),)
        if not is_stationary(descent.loss, point):
            where = f"the point {_shown(point)}, which is not stationary"
        name = "at rest" if not arrival else "one step" if arrival == 1 else "finite"
        text = f"the start is {where}" if not arrival else f"it arrives at {where}"
        return Regime(
            name, Truth.TRUE, Truth.UNKNOWN, text, shape, arrival=arrival, hypotheses=evidence, rate=descent.fixed_rate,
            limit=point,
        )  # fmt: skip
    text = f"from step {orbit.first} on it goes through the same {len(cycle)} points for ever"
    name = "two-cycle" if len(cycle) == 2 else "bounded"
    return Regime(name, Truth.FALSE, Truth.FALSE, text, rate=descent.fixed_rate, turns=len(cycle))


def _of_wandering(found: Wandering) -> Regime:
    text = f"{found.manner}{found.where}"
    if found.points:
        name = "two-cycle" if found.points == 2 else "bounded"
        return Regime(name, Truth.FALSE, Truth.FALSE, text, turns=found.points)
    manner = "oscillating" if "oscillates" in found.manner else "monotone"
    return Regime("divergent", Truth.FALSE, Truth.FALSE, text, manner=manner)


def _frozen(descent: Descent) -> dict[str, Fraction]:
    """The largest set of variables, not all, whose slopes vanish as long as they keep their first values."""
    loss = descent.loss
    if descent.method == "newton" or len(loss.names) < 2:
        return {}
    start = {name: constant(term, name) for name, term in descent.start}
    functions = RationalFunctions(loss.names)
    kept = dict(start)
    while kept:
        fixed = {name: Const(value) for name, value in kept.items()}
        moving = [name for name in kept if not _vanishes(functions, loss, name, fixed)]
        if not moving:
            return kept
        kept = {name: value for name, value in kept.items() if name not in moving}
    return {}


def _vanishes(functions: RationalFunctions, loss: Loss, name: str, fixed: Mapping[str, Const]) -> bool:
    try:
        found = fold(substitute(loss.gradient[name], dict(fixed)), functions, functions.variable)
    except (NotPolynomial, Undefined):
        return False
    return bool(found.top == 0)


def _on_plane(descent: Descent, frozen: dict[str, Fraction], budget: Budget) -> Regime:
    """The regime of the variables that move, with the landscape in all of them."""
    from infinitesimal.limits.regimes import regime

    fixed = {name: Const(value) for name, value in frozen.items()}
    loss = Formula(substitute(descent.loss.term, fixed))
    start = tuple((name, term) for name, term in descent.start if name not in frozen)
    found = regime(replace(descent, loss=loss, start=start), budget)
    where = f"it stays where {_shown(frozen)}; {found.reason}"
    if found.converges is not Truth.TRUE:
        return replace(found, reason=where, everywhere=Truth.UNKNOWN)
    limit = found.limit or _of_quadratic(loss, start)
    if limit is None:
        return replace(found, reason=where, landscape="", everywhere=Truth.UNKNOWN)
    shape = landscape_at(descent.loss, {**limit, **frozen})
    if shape in ("saddle", "maximum"):
        where += f"; in all variables that is a {shape}, which almost every other start leaves"
    return replace(found, reason=where, landscape=shape, everywhere=Truth.UNKNOWN, limit={**limit, **frozen})


def _of_quadratic(loss: Loss, start: tuple[tuple[str, Term], ...]) -> Mapping[str, Place] | None:
    """The nearest minimum to a start, on a convex quadratic loss."""
    quadratic = quadratic_of(loss)
    if quadratic is None:
        return None
    given = dict(start)
    column = fmpq_mat([[to_fmpq(constant(given[name], name))] for name in loss.names])
    goal = nearest_minimum(quadratic, column)
    return None if goal is None else {name: to_fraction(goal[i, 0]) for i, name in enumerate(loss.names)}


def _of_basin(descent: Descent, deadline: float) -> Regime | None:
    """Gradient descent on a polynomial in one variable that keeps its direction, if it comes to do so soon."""
    p, rate = polynomial_of(descent.loss), descent.fixed_rate
    if p is None or rate is None or descent.method not in ("gradient", "coordinate"):
        return None
    with ctx.workprec(_BITS):
        for n, (x,) in enumerate(islice(walk(descent.recurrence), _LOOKS)):
            if not x.is_finite() or x.abs_lower() > 10**30 or time.monotonic() > deadline:
                return None
            side = interval(x)
            found = basin(p, rate, side.lower, side.upper)
            if found is not None:
                return _kept(descent, found, n)
    return None


def _kept(descent: Descent, found: Basin, n: int) -> Regime:
    (name,), p, rate = descent.loss.names, polynomial_of(descent.loss), descent.fixed_rate
    assert p is not None
    assert rate is not None
    after = f"from step {n} on " * (n > 0)
    if found.limit is None:
        text = f"{after}the loss falls for ever towards {'+' if found.side > 0 else '-'}oo, and nothing stops it"
        return Regime("divergent", Truth.FALSE, Truth.FALSE, text, "slope", manner="monotone", rate=rate)
    factor = multiplier_at(p, rate, found.limit)
    place: dict[str, Place] = {name: found.limit}
    shape = landscape_at(descent.loss, place)
    size = f"the multiplier there is {factor}"
    if factor in (0, 1):
        size += ", slower than geometric" if factor == 1 else ", faster than geometric"
    text = f"{after}it goes to {_at(shape, place)} and never turns; {size}"
    kind = "superlinear" if factor == 0 else "monotone"
    return Regime(
        kind, Truth.TRUE, Truth.UNKNOWN, text, shape, rate=rate, limit=place, at_limit=(factor,)
    )  # fmt: skip


def _near(descent: Descent, sides: Mapping[str, Interval]) -> Regime:
    """Convergence that is proved: exact multipliers at a rational or algebraic limit, enclosed ones elsewhere."""
    p, rate = polynomial_of(descent.loss), descent.fixed_rate
    place: dict[str, Place] = dict(sides)
    simplest = {name: simplest_in(side) for name, side in sides.items()}
    if is_stationary(descent.loss, simplest):
        place = dict(simplest)
    elif p is not None:
        ((name, side),) = sides.items()
        place = {name: next(z for z in real_roots(p.derivative()) if side.lower <= z <= side.upper)}
    shape = landscape_at(descent.loss, place)
    where = f"it goes to {_at(shape, place)}"
    if p is not None and rate is not None and descent.method in ("gradient", "coordinate"):
        (z,) = place.values()
        assert not isinstance(z, Interval)
        factor = multiplier_at(p, rate, RealAlgebraic.of(z) if isinstance(z, Fraction) else z)
        kind = "superlinear" if factor == 0 else "monotone" if factor > 0 else "oscillating"
        text = f"{where}; the multiplier there is {factor}"
        return Regime(kind, Truth.TRUE, Truth.UNKNOWN, text, shape, rate=rate, limit=place, at_limit=(factor,))
    kind, spectrum, words = multipliers_at(descent, place)
    return Regime(
        kind, Truth.TRUE, Truth.UNKNOWN, f"{where}; {words}", shape, rate=rate, limit=place, spectrum=spectrum
    )  # fmt: skip


def _at(shape: str, place: Mapping[str, Place]) -> str:
    article = {"minimum": "the minimum", "saddle": "the saddle point", "maximum": "the maximum"}
    return f"{article.get(shape, f'the {shape}' if shape else 'the point')} {_shown(place)}"


def _shown(place: Mapping[str, Place]) -> str:
    return ", ".join(
        f"{name} = {show(x)}" if isinstance(x, Fraction) else f"{name} in {x.decimal(8)}"
        if isinstance(x, Interval) else f"{name} = {x}"
        for name, x in place.items()
    )  # fmt: skip

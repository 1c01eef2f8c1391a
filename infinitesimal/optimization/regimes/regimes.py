"""The regime of a descent: what its rate makes of it, decided exactly, borders included."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from flint import fmpq_mat

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import InputError
from infinitesimal.linear.quadratics import Quadratic, quadratic_of
from infinitesimal.optimization.algebraic import RealAlgebraic
from infinitesimal.optimization.regimes.curvatures import Curvatures, curvatures
from infinitesimal.optimization.regimes.local_steps import is_stationary, landscape_at
from infinitesimal.optimization.regimes.modes import Law
from infinitesimal.optimization.regimes.multipliers import growth
from infinitesimal.optimization.regimes.partitions import CONVERGENT, RateInterval, name_at, partition
from infinitesimal.optimization.regimes.regime_records import Regime, unknown
from infinitesimal.optimization.regimes.sweeps import sweep
from infinitesimal.optimization.spectra import Spectrum, annihilator, spectrum
from infinitesimal.rational import show
from infinitesimal.recurrences.descents import Descent
from infinitesimal.terms.parse import constant
from infinitesimal.terms.term import variables
from infinitesimal.truth import Hypothesis, Truth

_LARGEST_SWEEP = 64
"""The most variables of a sweep whose characteristic polynomial is computed."""


def regime(descent: Descent) -> Regime:
    """The regime of a descent, decided over the rationals: no float takes part, equality is equality.

    Takes every method on quadratic losses with a rational fixed rate, and steepest and exact coordinate descent. For
    other losses and rates the name is "unknown", with the reason, unless the start is at rest: `limits.regimes` goes on
    from there. Raises `InputError` where the method has no step. Sources: see `modes` and `sweeps`.

    >>> from infinitesimal.recurrences.descents import descent
    >>> regime(descent("9/2*(x-1)**2", start={"x": "14/9"}, rate="0.1"))
    monotone on the rates (0, 1/9): the curvature 9 has h = rate*curvature = 9/10: it shrinks without changing sign
    >>> found = regime(descent("x**2 + x*y + y**2", start=1, rate="2/3"))
    >>> found.name, found.multipliers, found.everywhere
    ('two-cycle', (Fraction(-1, 1),), Truth.FALSE)
    """
    if not isinstance(descent, Descent):
        raise InputError(f"{descent!r} is not a descent: make one with descent(loss, start, rate)")
    start = start_of(descent)
    quadratic = quadratic_of(descent.loss)
    if quadratic is None:
        return _bent(descent, start)
    point = start_column(descent)
    if descent.start and point is None:
        return unknown("the start has symbols: give it numbers")
    found = curvatures(quadratic, point)
    if point is not None and not found.excited and not found.drifts:
        return _at_rest(descent, found)
    if descent.rate is not None and descent.fixed_rate is None:
        return unknown(f"the rate {descent.rate} is not one fixed number", found.landscape)
    if descent.beta is not None and descent.fixed_beta is None:
        return unknown(f"beta {descent.beta} is not a number", found.landscape)
    if descent.method == "steepest":
        return _steepest(found)
    if descent.method == "coordinate":
        return _coordinate(descent, quadratic, point, found)
    if descent.method == "newton" and found.zero:
        descent.recurrence  # noqa: B018 (it raises the error that says what is singular)
    assert descent.fixed_rate is not None
    law = Law(descent.method, descent.fixed_beta or Fraction(0))
    return _by_curvatures(law, descent.fixed_rate, found, curvatures(quadratic))


def _by_curvatures(law: Law, rate: Fraction, found: Curvatures, general: Curvatures) -> Regime:
    name = name_at(rate, found, law)
    everywhere = Truth.of(name_at(rate, general, law) in CONVERGENT)
    interval = next(piece for piece, _ in partition(found, law) if rate in piece)
    manner = growth(law, found, rate) if name in ("divergent", "saddle") else ""
    converges = Truth.of(name in CONVERGENT)
    reason, hypotheses = _reason(law, rate, found, name)
    if converges is Truth.TRUE and everywhere is Truth.FALSE:
        reason += (
            "; the start is on the stable manifold of a saddle, and almost every other start runs away"
            if found.is_indefinite
            else "; almost every other start does not converge"
        )
    elif converges is Truth.TRUE and found.landscape in ("saddle", "maximum"):
        reason += f"; the point it goes to is a {found.landscape}"
    return Regime(
        name, converges, everywhere, reason, found.landscape, interval, manner,
        {"at rest": 0, "one step": 1}.get(name), hypotheses, law, rate, found,
    )  # fmt: skip


def _reason(law: Law, rate: Fraction, found: Curvatures, name: str) -> tuple[str, tuple[Hypothesis, ...]]:
    """The curvature that decides, with its h; and every curvature that is looked at as a hypothesis."""
    if law.method == "newton":
        return f"Newton's method has the one multiplier 1 - rate = {show(1 - rate)}", ()
    falling = [c for c in found.excited if c < 0]
    hypotheses = []
    for c in dict.fromkeys([*falling[:1], *found.rising[:1], *found.rising[-1:]]):
        h = c.scaled(rate)
        hypotheses.append(Hypothesis(f"the curvature {c}, h = rate*curvature = {h}", law.mode_at(h).value))
    if name == "saddle" or (falling and not found.positive):
        text = f"the loss has the negative curvature {falling[0]} along the way, which every rate leads down"
    elif not found.excited:
        text = "the loss falls for ever along a line on which it has no curvature" if found.drifts else "nothing moves"
    else:
        c = found.rising[-1]
        if law.mode_at(c.scaled(rate)).value != _worst(law, rate, found):
            c = found.rising[0]
        h = c.scaled(rate)
        largest = (
            "curvature"
            if len(found.excited) == 1
            else "largest curvature"
            if c == found.rising[-1]
            else "smallest curvature"
        )
        text = f"the {largest} {c} has h = rate*curvature = {h}: it {law.mode_at(h).value}"
        if found.drifts:
            text += ", and the loss falls for ever along a line on which it has no curvature"
    return text, tuple(hypotheses)


_SEVERITY = (
    "arrives in one step", "shrinks without changing sign", "shrinks and swings", "keeps its size and changes sign",
    "keeps its size and swings", "grows like a power of n", "grows exponentially",
)  # fmt: skip


def _worst(law: Law, rate: Fraction, found: Curvatures) -> str:
    ends = (found.rising[0], found.rising[-1])
    return max((law.mode_at(c.scaled(rate)).value for c in ends), key=_SEVERITY.index)


def _at_rest(descent: Descent, found: Curvatures) -> Regime:
    where = {
        "minimum": "the minimum", "valley": "a minimum of a valley of minima", "saddle": "the saddle point",
        "maximum": "a maximum", "constant": "a point of a constant loss",
    }[found.landscape]  # fmt: skip
    evidence = (Hypothesis("the gradient at the start is 0", "exactly"),)
    anywhere = regime(replace(descent, start=())).everywhere if descent.start else Truth.UNKNOWN
    interval = None if descent.rate is None else RateInterval(RealAlgebraic.of(0), None)
    return Regime(
        "at rest", Truth.TRUE, anywhere, f"the start is {where}", found.landscape, interval, arrival=0,
        hypotheses=evidence,
    )  # fmt: skip


def _steepest(found: Curvatures) -> Regime:
    """Exact line search: g becomes (1 - t A) g with 1/t a mean of the excited curvatures, so both ends of them stay."""
    if found.drifts or len(found.rising) < len(found.excited):
        return unknown(
            "steepest descent meets a direction in which the loss is not convex, where a line may have no minimum",
            found.landscape,
        )
    everywhere = Truth.of(found.landscape in ("minimum", "valley", "constant"))
    if len(found.excited) == 1:
        text = f"one curvature, {found.excited[0]}, takes part: the line along the gradient goes through the minimum"
        return Regime("one step", Truth.TRUE, everywhere, text, found.landscape, arrival=1)
    small, large = found.excited[0], found.excited[-1]
    text = (
        f"curvatures from {small} to {large} take part; the loss above its minimum shrinks at least by the factor "
        "((k - 1)/(k + 1))**2 a step, with k their quotient (Kantorovich 1948), and none of the parts ever vanishes"
    )
    return Regime("zigzag", Truth.TRUE, everywhere, text, found.landscape)


def _coordinate(descent: Descent, quadratic: Quadratic, point: fmpq_mat | None, found: Curvatures) -> Regime:
    """Sweeps mix the eigenspaces: the annihilator of the first steps under the matrix of the sweep decides."""
    rate = descent.fixed_rate
    steps = sweep(quadratic, rate)
    if steps is None:
        descent.recurrence  # noqa: B018 (it raises the error that names the variable without curvature)
        return unknown("a sweep has no step", found.landscape)
    settled = found.landscape == "minimum" and steps.is_safe(rate)
    if quadratic.dimension > _LARGEST_SWEEP:
        text = f"a sweep over {quadratic.dimension} variables: its multipliers are looked at for up to {_LARGEST_SWEEP}"
        truth = Truth.TRUE if settled else Truth.UNKNOWN
        return replace(unknown(text, found.landscape), converges=truth, everywhere=truth)
    polynomial = annihilator(steps.matrix, steps.first_steps(point))
    place = spectrum(polynomial)
    name = _name_of_spectrum(place)
    if settled or point is None or polynomial.degree() == quadratic.dimension:
        everywhere = Truth.of(settled or name in CONVERGENT)
    else:
        general = spectrum(annihilator(steps.matrix, steps.first_steps(None)))
        everywhere = Truth.of(_name_of_spectrum(general) in CONVERGENT)
    interval = None if rate is None else steps.interval(quadratic, point, rate, _name_of_spectrum)
    if name in CONVERGENT:
        text = (
            "every multiplier of the sweep that takes part is inside the unit circle, "
            f"the largest of modulus {place.radius}"
        )
        if everywhere is Truth.FALSE:
            text += "; almost every other start does not converge"
    else:
        text = f"of the multipliers of a sweep, {place.outside} outside the unit circle and {place.on} on it take part"
    manner = ""
    if name == "divergent":
        manner = ("monotone" if place.dominant_is_positive else "oscillating") if place.outside else _slow(place)
    arrival = place.zeros if name in ("one step", "finite") else None
    return Regime(
        name, Truth.of(name in CONVERGENT), everywhere, text, found.landscape, interval, manner, arrival,
        (Hypothesis("polynomial of the multipliers", str(place.polynomial)),), None, rate, found, place,
    )  # fmt: skip


def _slow(place: Spectrum) -> str:
    """The manner of a growth like a power of n, or of a drift with a swing."""
    if place.has(1):
        return "drifting"
    return "oscillating"


def _name_of_spectrum(place: Spectrum) -> str:
    """The name by the multipliers of the steps; the points converge exactly when their steps fall off exponentially."""
    if place.outside or place.growing or (place.on > 1 and place.has(1)):
        return "divergent"
    if place.has(1):
        return "constant drift"
    if place.on:
        return "two-cycle" if place.on == 1 else "bounded"
    if not place.factors:
        return ("at rest", "one step")[place.zeros] if place.zeros < 2 else "finite"
    return "monotone" if place.is_real_and_not_negative else "oscillating"


def _bent(descent: Descent, start: Mapping[str, Fraction] | None) -> Regime:
    """Losses that are not quadratic: only a start at rest is decided here."""
    simple = descent.method in ("gradient", "momentum", "nesterov") or descent.rate is not None
    simple = simple and descent.method != "newton" and not descent.loss.parameters
    if start is not None and simple and is_stationary(descent.loss, start):
        evidence = (Hypothesis("the gradient at the start is 0", "exactly"),)
        shape = landscape_at(descent.loss, start)
        words = {"": "a stationary point", "saddle": "a saddle point", "inflection": "an inflection"}
        text = f"the start is {words.get(shape, f'a {shape}')}"
        return Regime("at rest", Truth.TRUE, Truth.UNKNOWN, text, shape, arrival=0, hypotheses=evidence)
    if descent.loss.parameters or descent.recurrence.parameters:
        return unknown("the regime depends on symbols: give them numbers")
    if start is None:
        return unknown(f"the loss {descent.loss} is not quadratic: where a walk leads depends on its start: give one")
    return unknown(f"the loss {descent.loss} is not quadratic, so its curvature changes on the way")


def start_of(descent: Descent) -> dict[str, Fraction] | None:
    """The start as numbers; None where there is none, or one with symbols."""
    if not descent.start or any(variables(term) for _, term in descent.start):
        return None
    return {name: constant(term, f"start of {name}") for name, term in descent.start}


def start_column(descent: Descent) -> fmpq_mat | None:
    """The start as a column in the order of the variables; None where it is no numbers."""
    start = start_of(descent)
    return None if start is None else fmpq_mat([[to_fmpq(start[name])] for name in descent.loss.names])

"""A step near a stationary point: the shape of the loss there, and the multipliers of the step."""

from collections.abc import Mapping
from fractions import Fraction

from flint import acb_mat, arb, arb_mat, ctx, fmpq_mat, fmpq_poly

from infinitesimal.arithmetics.rationals import QQ, to_fmpq
from infinitesimal.errors import InputError, Undefined
from infinitesimal.interval import Interval
from infinitesimal.optimization.algebraic import RealAlgebraic
from infinitesimal.optimization.ball_programs import ball_function, jacobian
from infinitesimal.optimization.convergence.definiteness import definiteness
from infinitesimal.optimization.convergence.interval_newton import is_positive_definite
from infinitesimal.optimization.convergence.kinks import are_crossed, kinks
from infinitesimal.optimization.polynomials import polynomial_of
from infinitesimal.optimization.spectra import Spectrum, spectrum
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.losses import Loss
from infinitesimal.terms.term import Term, fold

Place = Fraction | RealAlgebraic | Interval
"""A coordinate: rational, algebraic, or enclosed."""

_BITS = 256


def is_stationary(loss: Loss, point: Mapping[str, Fraction]) -> bool:
    """Whether the gradient is exactly 0 at a rational point; False also where its value is not rational."""
    slopes = _exactly(tuple(loss.gradient.values()), point)
    return slopes is not None and not any(slopes)


def landscape_at(loss: Loss, place: Mapping[str, Place]) -> str:
    """The shape of a loss at a stationary point: "minimum", "maximum", "saddle", "inflection"; "" if not decided.

    By the definiteness of the Hessian, exact at a rational point; in one variable also by the first derivative of a
    polynomial that does not vanish.

    >>> from infinitesimal.recurrences.losses import loss
    >>> landscape_at(loss("x**2 - y**2 + x**4"), {"x": Fraction(0), "y": Fraction(0)})
    'saddle'
    >>> landscape_at(loss("x**3"), {"x": Fraction(0)})
    'inflection'
    """
    p = polynomial_of(loss)
    if p is not None and not isinstance((z := next(iter(place.values()))), Interval):
        return _of_order(p, z if isinstance(z, RealAlgebraic) else RealAlgebraic.of(z))
    with ctx.workprec(_BITS):
        if are_crossed(kinks(loss.term), loss.names, _balls(loss.names, place)):
            return ""
    size, names = len(loss.names), loss.names
    entries = jacobian(tuple(loss.gradient[name] for name in names), names)
    rational = {name: x for name, x in place.items() if isinstance(x, Fraction)}
    exact = _exactly(entries, rational) if len(rational) == size else None
    if exact is not None:
        matrix = fmpq_mat(size, size, [to_fmpq(x) for x in exact])
        words = {"positive definite": "minimum", "negative definite": "maximum", "indefinite": "saddle"}
        return words.get(definiteness(matrix).name, "")
    with ctx.workprec(_BITS):
        balls = ball_function(entries, names)(*_balls(names, place))
        matrix = arb_mat(size, size, list(balls))
        if is_positive_definite(matrix):
            return "minimum"
        if is_positive_definite(-matrix):
            return "maximum"
        signs = {bool(matrix[i, i] > 0) for i in range(size) if matrix[i, i] > 0 or matrix[i, i] < 0}
    return "saddle" if len(signs) == 2 else ""


def _of_order(p: fmpq_poly, z: RealAlgebraic) -> str:
    """By the first derivative after p' that is not 0 at a stationary point: even orders are extremes."""
    found, order = p.derivative(), 1
    while found != 0 and z.sign_of(found) == 0:
        found, order = found.derivative(), order + 1
    if found == 0 or order == 1:
        return ""
    if order % 2:
        return "inflection"
    return "minimum" if z.sign_of(found) > 0 else "maximum"


def multipliers_at(descent: Descent, place: Mapping[str, Place]) -> tuple[str, Spectrum | None, str]:
    """How a step that converges to a point comes near: the name of the regime, its exact spectrum, and words.

    The spectrum is None where it is enclosed only: then the name is "converging" unless all signs are decided.
    """
    recurrence = descent.recurrence
    entries = jacobian(tuple(t for _, t in recurrence.step), recurrence.names)
    size = len(recurrence.names)
    state = _state_at_rest(descent, place)
    rational = {name: x for name, x in state.items() if isinstance(x, Fraction)}
    exact = _exactly(entries, rational) if len(rational) == size else None
    if exact is not None:
        found = spectrum(fmpq_poly(fmpq_mat(size, size, [to_fmpq(x) for x in exact]).charpoly()))
        if not found.factors:
            return "superlinear", found, "every multiplier there is 0, faster than any geometric sequence"
        name = "monotone" if found.is_real_and_not_negative else "oscillating"
        return name, found, f"the largest multiplier there has the modulus {found.radius}"
    with ctx.workprec(_BITS):
        balls = ball_function(entries, recurrence.names)(*_balls(recurrence.names, state))
        try:
            roots = acb_mat(arb_mat(size, size, list(balls))).eig(algorithm="rump")
        except ValueError:
            return "converging", None, "its multipliers there are too close to one another to be told apart"
        sizes = [abs(root) for root in roots]
        largest = max(sizes, key=lambda s: float(s.mid()))
        words = f"the largest multiplier there has the modulus ~{largest.str(8, radius=False)}"
        if any(root.real < 0 or not root.imag.contains(0) for root in roots):
            return "oscillating", None, words
        if all(root.real > 0 for root in roots):  # simple, and each overlaps its conjugate: so all are real
            return "monotone", None, words
    return "converging", None, words


def _state_at_rest(descent: Descent, place: Mapping[str, Place]) -> dict[str, Place]:
    """The state that belongs to a point at rest: velocities are 0 there, and the point before is the same."""
    names = descent.loss.names
    more = descent.recurrence.names[len(names) :]
    rest = dict(zip(more, names, strict=True)) if descent.method == "nesterov" else {}
    return {**place, **{name: place[rest[name]] if rest else Fraction(0) for name in more}}


def _exactly(terms: tuple[Term, ...], point: Mapping[str, Fraction]) -> list[Fraction] | None:
    """The values of terms at a rational point; None where one is irrational or has no value."""
    try:
        return [QQ.export(fold(t, QQ, lambda name: QQ.const(point[name]))) for t in terms]
    except (InputError, Undefined, KeyError):
        return None


def _balls(names: tuple[str, ...], place: Mapping[str, Place]) -> list[arb]:
    found = []
    for name in names:
        x = place[name]
        if isinstance(x, Interval):
            found.append(arb(to_fmpq(x.middle), to_fmpq(x.width / 2)))
        else:
            found.append(x.ball(_BITS) if isinstance(x, RealAlgebraic) else arb(to_fmpq(x)))
    return found

"""The Hessian of a loss over a box, and what it proves: bounds of the curvature, convexity, a witness against it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import NamedTuple

from flint import arb, arb_mat, ctx, fmpq_poly

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import InputError
from infinitesimal.optimization.ball_programs import ball_function, jacobian
from infinitesimal.optimization.convergence.curvature_rules import Curvature, curvature
from infinitesimal.optimization.convergence.interval_newton import is_positive_definite
from infinitesimal.optimization.convergence.kinks import are_crossed, kinks
from infinitesimal.optimization.dyadics import fraction
from infinitesimal.optimization.polynomials import polynomial_of
from infinitesimal.rational import show
from infinitesimal.recurrences.losses import Loss
from infinitesimal.truth import Truth

Box = Mapping[str, tuple[Fraction, Fraction]]

PIECES = 64
"""The most sub-boxes along one axis; fewer in more variables, so that there are about so many squared in all."""
_BITS = 128


class Shape(NamedTuple):
    """Whether a loss is convex, with the argument. A FALSE names the place and the direction that bends down."""

    truth: Truth
    reason: str
    witness: dict[str, Fraction] | None = None


class Range(NamedTuple):
    """Bounds of all eigenvalues of the Hessian over a box, exact numbers: lower <= every eigenvalue <= upper."""

    lower: Fraction
    upper: Fraction


def hessian_range(loss: Loss, box: Box) -> Range | None:
    """Bounds of the eigenvalues of the Hessian over a box; None where it is not finite, or a kink is inside.

    The union over sub-boxes, each enclosed by balls. In several variables by Gershgorin's circles.

    >>> from infinitesimal.recurrences.losses import loss
    >>> found = hessian_range(loss("x**4"), {"x": (Fraction(1), Fraction(2))})
    >>> found.lower <= 12 and 48 <= found.upper < 49
    True
    """
    names = loss.names
    seconds = jacobian(tuple(loss.gradient[name] for name in names), names)
    lower, upper = None, None
    with ctx.workprec(_BITS):
        hessian, kinked = ball_function(seconds, names), kinks(loss.term)
        for piece in pieces(loss, box):
            if are_crossed(kinked, names, piece):
                return None
            ends = _gershgorin(hessian(*piece), len(names))
            if ends is None:
                return None
            lower = ends[0] if lower is None or ends[0] < lower else lower
            upper = ends[1] if upper is None or ends[1] > upper else upper
    assert lower is not None
    assert upper is not None
    return Range(lower, upper)


def pieces(loss: Loss, box: Box) -> list[list[arb]]:
    """The box cut into sub-boxes of equal size."""
    names = loss.names
    each = max(1, int((PIECES**2) ** (1 / len(names)))) if len(names) > 1 else PIECES
    each = min(each, PIECES) if len(names) < 7 else 1
    sides = []
    for name in names:
        low, high = _side(box, name)
        cuts = [low + (high - low) * Fraction(k, each) for k in range(each + 1)]
        sides.append([_between(a, b) for a, b in pairwise(cuts)])
    return [list(piece) for piece in product(*sides)]


def _side(box: Box, name: str) -> tuple[Fraction, Fraction]:
    if name not in box:
        raise InputError(f"the box has no side for {name!r}: give each variable its two ends, such as {{'x': (0, 1)}}")
    low, high = box[name]
    if low > high:
        raise InputError(f"the side of {name!r} runs from {show(low)} down to {show(high)}: give the lower end first")
    return low, high


def _between(low: Fraction, high: Fraction) -> arb:
    return arb(to_fmpq((low + high) / 2), 0) + arb(0, to_fmpq((high - low) / 2))


def _gershgorin(entries: Sequence[arb], size: int) -> tuple[Fraction, Fraction] | None:
    if not all(x.is_finite() for x in entries):
        return None
    lows, highs = [], []
    for i in range(size):
        circle = sum((abs(entries[i * size + j]) for j in range(size) if j != i), start=arb(0))
        lows.append(fraction((entries[i * size + i] - circle).lower(), up=False))
        highs.append(fraction((entries[i * size + i] + circle).upper()))
    return min(lows), max(highs)


def shape(loss: Loss, box: Box | None = None) -> Shape:
    """Whether the loss is convex on a box, wherever it has a value without one.

    By rules of composition; for polynomials in one variable by the sign of the second derivative, which is decided; by
    positive definite Hessians over sub-boxes; and against it by a point where the Hessian bends down.
    """
    if loss.parameters:
        raise InputError(f"the loss {loss} has parameters ({', '.join(loss.parameters)}): give them values")
    if curvature(loss.term) in (Curvature.CONVEX, Curvature.AFFINE, Curvature.CONSTANT):
        return Shape(Truth.TRUE, "sums and increasing convex functions of convex functions are convex")
    if box is None and (decided := _polynomial_shape(loss)) is not None:
        return decided
    if box is not None and _is_definite_over(loss, box):
        return Shape(Truth.TRUE, "the Hessian is positive definite on every piece of the box, in balls")
    place = _bends_down(loss, box)
    if place is not None:
        where = ", ".join(f"{name} = {show(value)}" for name, value in place.items())
        return Shape(
            Truth.FALSE, f"a second derivative along an axis, or a 2 by 2 minor, is negative at {where}", place
        )
    return Shape(Truth.UNKNOWN, "neither rules of composition nor enclosures of the Hessian decide")


def _polynomial_shape(loss: Loss) -> Shape | None:
    """Decides a polynomial in one variable, by the sign of f''."""
    polynomial = polynomial_of(loss)
    if polynomial is None:
        return None
    second = polynomial.derivative().derivative()
    witness = _negative_place(second)
    if witness is None:
        return Shape(Truth.TRUE, f"f'' = {second} has no real root of odd multiplicity and is not negative")
    return Shape(Truth.FALSE, f"f'' is negative at {loss.names[0]} = {show(witness)}", {loss.names[0]: witness})


def _negative_place(p: fmpq_poly) -> Fraction | None:
    """A rational place where a polynomial is negative, None if there is none.

    It changes its sign at its real roots of odd multiplicity and nowhere else.
    """
    if p.degree() < 0 or (p.degree() == 0 and p[0] > 0):
        return None
    leading = p[p.degree()]
    changes = [f for f, k in p.factor()[1] if k % 2]
    places = [root for f in changes for root in _real_roots(f)]
    if not places:
        return None if leading > 0 else Fraction(0)
    bits = 1
    while True:  # close enough to a change of sign, one of its sides is negative
        for place in places:
            for candidate in (place - Fraction(1, 1 << bits), place + Fraction(1, 1 << bits)):
                if p(to_fmpq(candidate)) < 0:
                    return candidate
        bits *= 2
        with ctx.workprec(4 * bits + 64):
            places = [root for f in changes for root in _real_roots(f)]


def _real_roots(f: fmpq_poly) -> list[Fraction]:
    """The middles of the enclosures of the real roots, at the present precision."""
    return [fraction(root.real.mid()) for root, _ in f.numer().complex_roots() if root.imag == 0]


def _is_definite_over(loss: Loss, box: Box) -> bool:
    names, size = loss.names, len(loss.names)
    seconds = jacobian(tuple(loss.gradient[name] for name in names), names)
    with ctx.workprec(_BITS):
        hessian, value, kinked = ball_function(seconds, names), ball_function((loss.term,), names), kinks(loss.term)
        for piece in pieces(loss, box):
            if are_crossed(kinked, names, piece) or not value(*piece)[0].is_finite():
                return False
            entries = hessian(*piece)
            if not is_positive_definite(arb_mat([list(entries[i * size : (i + 1) * size]) for i in range(size)])):
                return False
    return True


def _bends_down(loss: Loss, box: Box | None) -> dict[str, Fraction] | None:
    """A place where the Hessian has a negative diagonal entry or 2 by 2 minor for sure; None if none is met."""
    names, size = loss.names, len(loss.names)
    seconds = jacobian(tuple(loss.gradient[name] for name in names), names)
    sides = box or dict.fromkeys(names, (Fraction(-4), Fraction(4)))
    count = 33 if size == 1 else 9 if size == 2 else 5 if size == 3 else 2
    grids = [[a + (b - a) * Fraction(k, count - 1) for k in range(count)] for a, b in (_side(sides, x) for x in names)]
    with ctx.workprec(_BITS):
        hessian, value, kinked = ball_function(seconds, names), ball_function((loss.term,), names), kinks(loss.term)
        for place in product(*grids) if size <= 10 else ():
            point = [arb(to_fmpq(x)) for x in place]
            if are_crossed(kinked, names, point) or not value(*point)[0].is_finite():
                continue  # a derivative may have a value where the loss has none: 1/x is there where log(x) is not
            h = hessian(*point)
            diagonal = [h[i * size + i] for i in range(size)]
            minors = [diagonal[i] * diagonal[j] - h[i * size + j] ** 2 for i in range(size) for j in range(i)]
            if any(x < 0 for x in (*diagonal, *minors)):
                return dict(zip(names, place, strict=True))
    return None

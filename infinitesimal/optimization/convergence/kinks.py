"""Where a loss has kinks: the places at which |x|, relu and their slopes change form.

At a kink a derivative by rules is one slope of several, and over a box around one it proves nothing.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from flint import arb

from infinitesimal.arithmetics.balls import balls
from infinitesimal.arithmetics.rational_functions import RationalFunctions
from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.arithmetics.sizes import NotPolynomial
from infinitesimal.errors import Undefined
from infinitesimal.optimization.ball_programs import ball_function
from infinitesimal.recurrences.losses import Loss
from infinitesimal.terms.differentiate import differentiate
from infinitesimal.terms.term import KINKED, Apply, Const, Term, fold, postorder, variables

_JUMPS = ("sign", "heaviside")


@lru_cache(maxsize=128)
def kinks(*roots: Term) -> tuple[Term, ...]:
    """The arguments of kinked functions: where one of them is 0 there is a kink or a jump.

    >>> from infinitesimal.recurrences.losses import loss
    >>> kinks(loss("relu(1 - 2*x) + x**2").term)
    (1 - 2*x,)
    """
    return _arguments(KINKED, roots)


@lru_cache(maxsize=128)
def jumps(*roots: Term) -> tuple[Term, ...]:
    """The arguments of the functions that jump: where one of them is 0 the value is not continuous."""
    return _arguments(_JUMPS, roots)


def _arguments(names: tuple[str, ...], roots: tuple[Term, ...]) -> tuple[Term, ...]:
    nodes = (node for root in roots for node in postorder(root))
    return tuple(dict.fromkeys(node.args[0] for node in nodes if isinstance(node, Apply) and node.operation in names))


def are_crossed(arguments: tuple[Term, ...], names: tuple[str, ...], box: Sequence[arb]) -> bool:
    """Whether one of the arguments may be 0 somewhere in a box; False is a proof that none is."""
    return bool(arguments) and any(x.contains(0) for x in ball_function(arguments, names)(*box))


def kinks_at(loss: Loss, point: dict[str, Fraction], bits: int = 256) -> tuple[Term, ...]:
    """The arguments of kinked functions that are 0 at an exact point, or may be, within balls of `bits` bits.

    >>> from infinitesimal.recurrences.losses import loss
    >>> kinks_at(loss("abs(x - 1) + y**2"), {"x": Fraction(1), "y": Fraction(0)})
    (x - 1,)
    """
    machine = balls(bits)
    values = ((a, fold(a, machine, lambda name: machine.const(point[name]))) for a in kinks(loss.term))
    return tuple(a for a, value in values if value.contains(0))


def affine_root(argument: Term, name: str) -> Fraction | None:
    """Where an argument a*x + b in one variable is 0, exact; None if it is not of this form with a nonzero a."""
    if variables(argument) != (name,):
        return None
    functions = RationalFunctions((name,))
    try:
        top = fold(argument, functions, functions.variable).top.to_dict()
    except (NotPolynomial, Undefined):
        return None
    if set(top) - {(0,), (1,)} or (1,) not in top:
        return None
    root = -top.get((0,), 0) / top[(1,)]
    return to_fraction(root)


def affine_kinks(loss: Loss, name: str) -> tuple[Fraction, ...]:
    """The kinks of a loss in one variable that lie at rational places, sorted."""
    return tuple(sorted({root for a in kinks(loss.term) if (root := affine_root(a, name)) is not None}))


def one_sided(slope: Term, name: str, kink: Fraction, side: int) -> Term:
    """The slope of a loss just above (side 1) or below (-1) a kink: jumps there take their values on that side."""
    built: dict[Term, Term] = {}
    for node in postorder(slope):
        if not isinstance(node, Apply):
            built[node] = node
            continue
        args = tuple(built.get(arg, arg) for arg in node.args)
        built[node] = Apply(node.operation, args)
        if node.operation in _JUMPS and affine_root(node.args[0], name) == kink:
            positive = _rises(node.args[0], name) == (side > 0)
            built[node] = Const(Fraction(1 if positive else (-1 if node.operation == "sign" else 0)))
    return built[slope]


def _rises(argument: Term, name: str) -> bool:
    """Whether an affine argument increases."""
    slope = differentiate(argument, name)
    return bool(fold(slope, balls(256), lambda _: arb(0)) > 0)

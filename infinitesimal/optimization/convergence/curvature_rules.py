"""Convexity by rules of composition: a proof that reads the term once and needs no numbers.

Sums of convex functions are convex, an increasing convex function of a convex one is, even powers and exponentials of
affine functions are. The rules are sufficient, not necessary: UNKNOWN says only that they do not apply. Sources: Boyd
and Vandenberghe, *Convex Optimization*, 3.2; Grant, Boyd and Ye, *Disciplined Convex Programming*, 2006.
"""

from collections.abc import Mapping
from enum import Enum
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from infinitesimal.terms.term import Apply, Const, Term, Var, exponent_of, postorder


class Curvature(Enum):
    """What the rules know of a function; an affine one is both convex and concave."""

    CONSTANT = "constant"
    AFFINE = "affine"
    CONVEX = "convex"
    CONCAVE = "concave"
    UNKNOWN = "unknown"


class _Known(NamedTuple):
    """Curvature, the value of a constant, whether it is never negative, and the log of it if that is known convex."""

    curvature: Curvature
    value: Fraction | None = None
    nonnegative: bool = False
    log_convex: bool = False


_FLAT = (Curvature.CONSTANT, Curvature.AFFINE)
_CONVEX = (*_FLAT, Curvature.CONVEX)
_CONCAVE = (*_FLAT, Curvature.CONCAVE)
_UNKNOWN = _Known(Curvature.UNKNOWN)
_OPPOSITE: Mapping[Curvature, Curvature] = MappingProxyType(
    {Curvature.CONVEX: Curvature.CONCAVE, Curvature.CONCAVE: Curvature.CONVEX}
)
_INCREASING_CONVEX = ("exp", "softplus", "relu")
_NONNEGATIVE = ("exp", "softplus", "relu", "Abs", "cosh", "logistic", "sqrt", "heaviside")


def curvature(root: Term) -> Curvature:
    """The curvature of a term in its variables as far as the rules tell.

    >>> from infinitesimal.terms.parse import read_loss
    >>> curvature(read_loss("softplus(1 - 3*w) + w**2/20")), curvature(read_loss("x*y"))
    (<Curvature.CONVEX: 'convex'>, <Curvature.UNKNOWN: 'unknown'>)
    """
    known: dict[Term, _Known] = {}
    for node in postorder(root):
        if isinstance(node, Var):
            known[node] = _Known(Curvature.AFFINE)
        elif isinstance(node, Const):
            known[node] = _constant(node.value)
        elif isinstance(node, Apply):
            args = [known.get(arg) or _constant_of(arg) for arg in node.args]
            known[node] = _rule(node, args)
    return known[root].curvature


def _constant(value: Fraction) -> _Known:
    return _Known(Curvature.CONSTANT, value, value >= 0, value > 0)


def _constant_of(exponent: Term) -> _Known:
    assert isinstance(exponent, Const)
    return _constant(exponent.value)


def _rule(node: Apply, args: list[_Known]) -> _Known:
    if all(a.curvature is Curvature.CONSTANT for a in args):
        return _of_constants(node, args)
    if node.operation == "neg":
        return _negative(args[0])
    if node.operation == "add":
        return _sum(*args)
    if node.operation == "sub":
        return _sum(args[0], _negative(args[1]))
    if node.operation == "mul":
        if args[0].value is not None:
            return _scaled(args[0].value, args[1])
        if args[1].value is not None:
            return _scaled(args[1].value, args[0])
        same = node.args[0] == node.args[1]
        if same:
            return _even_power(args[0])
        if _is_entropy(node, args):
            return _Known(Curvature.CONVEX)
        return _Known(Curvature.UNKNOWN, None, args[0].nonnegative and args[1].nonnegative, _both_log_convex(args))
    if node.operation == "div":
        return _scaled(1 / args[1].value, args[0]) if args[1].value else _UNKNOWN
    if node.operation == "pow":
        return _power(args[0], exponent_of(node))
    return _function(node, args[0])


def _both_log_convex(args: list[_Known]) -> bool:
    return all(a.log_convex for a in args)


def _of_constants(node: Apply, args: list[_Known]) -> _Known:
    values = [a.value for a in args]
    if any(v is None for v in values) or node.operation not in ("add", "sub", "mul", "div", "neg", "pow"):
        return _Known(
            Curvature.CONSTANT, None, node.operation in _NONNEGATIVE, node.operation in ("exp", "softplus", "cosh")
        )
    a, b = values[0], values[-1]
    assert a is not None
    assert b is not None
    if (node.operation == "div" and not b) or (node.operation == "pow" and not a and b < 0):
        return _UNKNOWN
    operations = {"add": lambda: a + b, "sub": lambda: a - b, "mul": lambda: a * b, "div": lambda: a / b}
    if node.operation == "neg":
        return _constant(-a)
    return _constant(Fraction(a ** int(b)) if node.operation == "pow" else operations[node.operation]())


def _negative(a: _Known) -> _Known:
    return _Known(_OPPOSITE.get(a.curvature, a.curvature), None if a.value is None else -a.value)


def _scaled(c: Fraction, a: _Known) -> _Known:
    if not c:
        return _constant(Fraction(0))
    if c < 0:
        return _negative(a)
    return _Known(a.curvature, None, a.nonnegative, a.log_convex)


def _sum(a: _Known, b: _Known) -> _Known:
    nonnegative, log_convex = a.nonnegative and b.nonnegative, _both_log_convex([a, b])
    for curvature, kinds in (
        (Curvature.AFFINE, _FLAT),
        (Curvature.CONVEX, _CONVEX),
        (Curvature.CONCAVE, _CONCAVE),
    ):
        if a.curvature in kinds and b.curvature in kinds:
            return _Known(curvature, None, nonnegative, log_convex)
    return _Known(Curvature.UNKNOWN, None, nonnegative, log_convex)


def _even_power(a: _Known) -> _Known:
    """An even power: convex of an affine function, and of a convex one that is never negative."""
    convex = a.curvature in _FLAT or (a.curvature is Curvature.CONVEX and a.nonnegative)
    return _Known(Curvature.CONVEX if convex else Curvature.UNKNOWN, None, True)


def _power(a: _Known, k: int) -> _Known:
    if k == 0:
        return _constant(Fraction(1))
    if k == 1:
        return a
    if k > 0 and k % 2 == 0:
        return _even_power(a)
    if k > 0 and a.nonnegative and a.curvature is Curvature.CONVEX:
        return _Known(Curvature.CONVEX, None, True)
    return _UNKNOWN


def _function(node: Apply, a: _Known) -> _Known:
    name = node.operation
    nonnegative = name in _NONNEGATIVE
    if name in _INCREASING_CONVEX and a.curvature in _CONVEX:
        return _Known(Curvature.CONVEX, None, True, name == "exp" and a.curvature in _CONVEX)
    if name in ("Abs", "cosh") and (a.curvature in _FLAT or (a.curvature is Curvature.CONVEX and a.nonnegative)):
        return _Known(Curvature.CONVEX, None, True, name == "cosh" and a.curvature in _FLAT)
    if name == "log":
        if a.log_convex:  # sums of log-convex functions are log-convex: log-sum-exp, log cosh
            return _Known(Curvature.CONVEX)
        return _Known(Curvature.CONCAVE) if a.curvature in _CONCAVE else _UNKNOWN
    if name == "sqrt" and _is_sum_of_squares(node.args[0]):
        return _Known(Curvature.CONVEX, None, True)
    if name == "sqrt" and a.curvature in _CONCAVE:
        return _Known(Curvature.CONCAVE, None, True)
    return _Known(Curvature.UNKNOWN, None, nonnegative)


def _is_entropy(node: Apply, args: list[_Known]) -> bool:
    """Whether a product is u*log(u) for an affine u: its second derivative is 1/u, positive where log(u) is real."""
    for (u, known), other in zip(zip(node.args, args, strict=True), reversed(node.args), strict=True):
        if known.curvature is Curvature.AFFINE and other == Apply("log", (u,)):
            return True
    return False


def _is_sum_of_squares(root: Term) -> bool:
    """Whether a term is a sum of squares of affine terms and a constant that is not negative: its root is a norm."""
    if isinstance(root, Const):
        return root.value >= 0
    if not isinstance(root, Apply):
        return False
    if root.operation == "add":
        return all(map(_is_sum_of_squares, root.args))
    if root.operation == "pow":
        return exponent_of(root) == 2 and curvature(root.args[0]) in _FLAT
    if root.operation == "mul":
        a, b = root.args
        if a == b:
            return curvature(a) in _FLAT
        return isinstance(a, Const) and a.value >= 0 and _is_sum_of_squares(b)
    if root.operation == "div":
        a, b = root.args
        return isinstance(b, Const) and b.value > 0 and _is_sum_of_squares(a)
    return False

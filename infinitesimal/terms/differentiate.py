"""Derivatives of terms by the rules of the calculus, each in sight.

The derivative is a term like any other: it is printed as it will be computed, and its shape decides
the bits of a machine run. Zero parts are left out and factors 1 are not written; nothing else is
rearranged.
"""

from collections.abc import Callable
from fractions import Fraction

from infinitesimal.errors import InputError
from infinitesimal.terms.term import OPERATIONS, Apply, Const, Term, Var, exponent_of, postorder, variables

_ZERO, _ONE = Const(Fraction(0)), Const(Fraction(1))


def differentiate(root: Term | str, name: str) -> Term:
    """The derivative of the term `root` with respect to the variable `name`.

    The rules: (f + g)' = f' + g', (fg)' = f'g + fg', with a factor free of `name` staying in its
    place, (f/g)' = f'/g when g is free of `name` and (f'g - fg')/g**2 otherwise,
    (f**k)' = k f**(k-1) f', and the chain rule for the functions of losses. Off its kink |f| has the slope
    sign(f), and relu(f) heaviside(f). Raises `InputError` for a function without a rule.

    >>> differentiate("9/2*x**2", "x")
    9/2*(2*x)
    >>> differentiate("(x - 1)**3", "x")
    3*(x - 1)**2
    """
    if isinstance(root, str):
        from infinitesimal.terms.parse import read

        root = read(root)
    slope: dict[Term, Term] = {}
    for node in postorder(root):
        slope[node] = _rule(node, name, slope) if isinstance(node, Apply) else _leaf(node, name)
    return slope[root]


def gradient(loss: Term) -> dict[str, Term]:
    """The partial derivatives of `loss`, by the names of its variables."""
    return {name: differentiate(loss, name) for name in variables(loss)}


def _leaf(node: Term, name: str) -> Term:
    return _ONE if isinstance(node, Var) and node.name == name else _ZERO


def _rule(node: Apply, name: str, slope: dict[Term, Term]) -> Term:
    if node.operation not in OPERATIONS:
        return _chain_rule(node, slope)
    f = node.args[0]
    df = slope[f]
    if node.operation == "neg":
        return df if df == _ZERO else -df
    if node.operation == "pow":
        return _power_rule(f, exponent_of(node), df)
    g = node.args[1]
    dg = slope[g]
    if node.operation == "add":
        return _sum(df, dg)
    if node.operation == "sub":
        return _difference(df, dg)
    if node.operation == "mul":
        return _sum(_product(df, g), _product(f, dg))
    if dg == _ZERO:
        return df if df == _ZERO else df / g
    return _difference(_product(df, g), _product(f, dg)) / g**2


def _power_rule(f: Term, k: int, df: Term) -> Term:
    if k == 0 or df == _ZERO:
        return _ZERO
    if k == 1:
        return df
    power = f if k == 2 else f ** (k - 1)
    return _product(Const(Fraction(k)) * power, df)


def _chain_rule(node: Apply, slope: dict[Term, Term]) -> Term:
    if all(slope[arg] == _ZERO for arg in node.args):
        return _ZERO
    if node.operation not in _OUTER:
        raise InputError(f"{node.operation} has no rule for its derivative here: losses have {', '.join(_OUTER)}")
    f = node.args[0]
    df = slope[f]
    if node.operation == "log":
        if isinstance(f, Apply) and f.operation == "cosh":  # the quotient sinh/cosh overflows, and is loose in balls
            return _product(Apply("tanh", f.args), slope[f.args[0]])
        return df / f
    if node.operation == "sqrt":
        return df / (2 * node)
    if node.operation == "atan":
        return df / (1 + f**2)
    return _product(_OUTER[node.operation](f), df)


def _applied(name: str) -> Callable[[Term], Term]:
    return lambda f: Apply(name, (f,))


_OUTER: dict[str, Callable[[Term], Term]] = {
    "exp": _applied("exp"),
    "log": lambda f: 1 / f,
    "sqrt": lambda f: 1 / (2 * Apply("sqrt", (f,))),
    "sin": _applied("cos"),
    "cos": lambda f: -Apply("sin", (f,)),
    "tan": lambda f: 1 + Apply("tan", (f,)) ** 2,
    "sinh": _applied("cosh"),
    "cosh": _applied("sinh"),
    "tanh": lambda f: 1 - Apply("tanh", (f,)) ** 2,
    "atan": lambda f: 1 / (1 + f**2),
    "softplus": _applied("logistic"),
    "logistic": lambda f: Apply("logistic", (f,)) * Apply("logistic", (-f,)),
    "Abs": _applied("sign"),
    "relu": _applied("heaviside"),
    "sign": lambda f: _ZERO,
    "heaviside": lambda f: _ZERO,
}
"""The derivative of each function at its argument. A logistic function in two factors does not cancel."""


def _sum(a: Term, b: Term) -> Term:
    if a == _ZERO:
        return b
    return a if b == _ZERO else a + b


def _difference(a: Term, b: Term) -> Term:
    if b == _ZERO:
        return a
    return -b if a == _ZERO else a - b


def _product(a: Term, b: Term) -> Term:
    if _ZERO in (a, b):
        return _ZERO
    if a == _ONE:
        return b
    return a if b == _ONE else a * b

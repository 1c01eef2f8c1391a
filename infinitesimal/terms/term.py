"""The term tree: `Term = Var | Const | Apply`, frozen and hashable.

A term keeps every operation in the order written; nothing is simplified behind the user's back.
The operations are listed once, in `OPERATIONS`; a meaning for them is an arithmetic. The general
terms of series may use `FUNCTIONS` besides, and losses the `SMOOTH` and `KINKED` ones, which only some
arithmetics have.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from infinitesimal.arithmetic import Element, Operations
from infinitesimal.errors import InputError
from infinitesimal.rational import rational

OPERATIONS = {"add": 2, "sub": 2, "mul": 2, "div": 2, "neg": 1, "pow": 2}
"""Each operation with its number of arguments. The second argument of `pow` is an integer constant."""

FUNCTIONS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("pi", "E"), (0,)),
    **dict.fromkeys(("exp", "log", "sqrt", "Abs", "floor", "ceiling"), (1,)),
    **dict.fromkeys(("sin", "cos", "tan", "cot", "asin", "acos", "atan", "acot"), (1,)),
    **dict.fromkeys(("sinh", "cosh", "tanh", "coth", "asinh", "atanh"), (1,)),
    **dict.fromkeys(("factorial", "factorial2", "gamma", "fibonacci", "lucas", "catalan"), (1,)),
    **dict.fromkeys(("binomial", "rf", "ff", "power"), (2,)),
    **dict.fromkeys(("harmonic", "zeta"), (1, 2)),
}
"""The functions of terms of series, in SymPy's spelling, with their numbers of arguments. `rf` and `ff`
are the rising and the falling factorial, and `power` is written `**`, with any exponent."""

SMOOTH = ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "softplus", "logistic")
"""The functions of losses that have all derivatives where they have a value: `softplus` is log(1 + exp(x)), and
`logistic`, its derivative, 1/(1 + exp(-x))."""

KINKED = ("Abs", "relu", "sign", "heaviside")
"""The functions of losses that have a kink or a jump at 0: `relu` is max(x, 0); `sign` and `heaviside` are the
derivatives of the other two, and are 0 at 0 as training frameworks have it."""

_KNOWN: dict[str, tuple[int, ...]] = {**dict.fromkeys((*SMOOTH, *KINKED), (1,)), **FUNCTIONS}

MAX_SIZE = 50_000
MAX_DEPTH = 2_500
MAX_EXPONENT = 10_000


class Term:
    """What is to be computed. Python's operators build bigger terms from smaller ones.

    Numbers that meet a term are read exactly; a float is refused.
    """

    __slots__ = ()
    size: int
    depth: int

    def __add__(self, other: object) -> "Term":
        return Apply("add", (self, term(other)))

    def __radd__(self, other: object) -> "Term":
        return Apply("add", (term(other), self))

    def __sub__(self, other: object) -> "Term":
        return Apply("sub", (self, term(other)))

    def __rsub__(self, other: object) -> "Term":
        return Apply("sub", (term(other), self))

    def __mul__(self, other: object) -> "Term":
        return Apply("mul", (self, term(other)))

    def __rmul__(self, other: object) -> "Term":
        return Apply("mul", (term(other), self))

    def __truediv__(self, other: object) -> "Term":
        return Apply("div", (self, term(other)))

    def __rtruediv__(self, other: object) -> "Term":
        return Apply("div", (term(other), self))

    def __neg__(self) -> "Term":
        return Apply("neg", (self,))

    def __pos__(self) -> "Term":
        return self

    def __pow__(self, exponent: object) -> "Term":
        return Apply("pow", (self, Const(rational(exponent, "exponent"))))

    def __rpow__(self, other: object) -> "Term":
        raise InputError(f"the exponent {self} is not an integer constant: write a power as x**3 or x**-2")

    def __str__(self) -> str:
        from infinitesimal.terms.pretty import as_computed

        return as_computed(self)

    def __repr__(self) -> str:
        return str(self)

    def _repr_latex_(self) -> str:
        from infinitesimal.terms.pretty import latex

        return f"${latex(self)}$"


@dataclass(frozen=True, slots=True, repr=False)
class Var(Term):
    """A variable, known by its name."""

    name: str
    size: int = field(default=1, init=False, compare=False)
    depth: int = field(default=1, init=False, compare=False)


@dataclass(frozen=True, slots=True, repr=False)
class Const(Term):
    """An exact rational constant. A machine rounds it once, when it reads it."""

    value: Fraction
    size: int = field(default=1, init=False, compare=False)
    depth: int = field(default=1, init=False, compare=False)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Apply(Term):
    """An operation or a function applied to terms. Raises `InputError` for a term that is too large to be handled."""

    operation: str
    args: tuple[Term, ...]
    size: int = field(init=False)
    depth: int = field(init=False)
    _hash: int = field(init=False)

    def __post_init__(self) -> None:
        arities = (OPERATIONS[self.operation],) if self.operation in OPERATIONS else _KNOWN.get(self.operation, ())
        if len(self.args) not in arities:
            raise InputError(
                f"{self.operation!r} with {len(self.args)} arguments: the operations are {sorted(OPERATIONS)}, "
                f"in losses {sorted((*SMOOTH, *KINKED))}, and in terms of series {sorted(FUNCTIONS)}"
            )
        size = 1 + sum(arg.size for arg in self.args)
        depth = 1 + max((arg.depth for arg in self.args), default=0)
        if size > MAX_SIZE or depth > MAX_DEPTH:
            raise InputError(
                f"a term of {size} nodes and depth {depth}: at most {MAX_SIZE} nodes and depth {MAX_DEPTH} are "
                "handled. Give the parts of the computation as variables of the recurrence."
            )
        if self.operation == "pow":
            _check_exponent(self.args[1])
        object.__setattr__(self, "size", size)
        object.__setattr__(self, "depth", depth)
        object.__setattr__(self, "_hash", hash((self.operation, self.args)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        """The same tree. Walks with a stack of its own, since trees may be deep."""
        if not isinstance(other, Apply):
            return NotImplemented
        pairs: list[tuple[Term, Term]] = [(self, other)]
        while pairs:
            a, b = pairs.pop()
            if a is b:
                continue
            if isinstance(a, Apply) and isinstance(b, Apply):
                if a._hash != b._hash or a.operation != b.operation:
                    return False
                pairs.extend(zip(a.args, b.args, strict=True))
            elif a != b:
                return False
        return True


def _check_exponent(exponent: Term) -> None:
    if not isinstance(exponent, Const) or exponent.value.denominator != 1:
        raise InputError(f"the exponent {exponent} is not an integer constant: write a power as x**3 or x**-2")
    if abs(exponent.value) > MAX_EXPONENT:
        raise InputError(f"the exponent is larger than {MAX_EXPONENT} in size: the power would be unmanageable")


def const(value: object) -> Const:
    """The exact constant term `value`: an int, a Fraction, a Decimal, or text such as "1/3".

    >>> const("1/3")
    const(1/3)
    """
    return Const(rational(value, "constant"))


def term(value: object) -> Term:
    """`value` as a term: terms stay, SymPy symbols become variables, numbers become constants."""
    if isinstance(value, Term):
        return value
    if getattr(value, "is_Symbol", False):
        return Var(str(value))
    return Const(rational(value))


def postorder(root: Term) -> Iterator[Term]:
    """The distinct subterms of `root`, each after its arguments; equal subterms come once."""
    seen: set[Term] = set()
    stack: list[tuple[Term, bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if node in seen:
            continue
        if ready or not isinstance(node, Apply):
            seen.add(node)
            yield node
            continue
        stack.append((node, True))
        stack.extend((arg, False) for arg in reversed(_computed_args(node)))


def _computed_args(node: Apply) -> tuple[Term, ...]:
    return node.args[:1] if node.operation == "pow" else node.args


def fold(root: Term, operations: Operations, variable: Callable[[str], Element]) -> Element:
    """The meaning of `root`: its variables by `variable`, its operations by `operations`."""
    meaning: dict[Term, Element] = {}
    for node in postorder(root):
        if isinstance(node, Var):
            meaning[node] = variable(node.name)
        elif isinstance(node, Const):
            meaning[node] = operations.const(node.value)
        elif isinstance(node, Apply) and node.operation == "pow":
            meaning[node] = operations.pow(meaning[node.args[0]], exponent_of(node))
        elif isinstance(node, Apply) and node.operation in _KNOWN:
            function = function_of(operations, node.operation)
            meaning[node] = function(node.operation, *(meaning[arg] for arg in node.args))
        elif isinstance(node, Apply):
            operation = getattr(operations, node.operation)
            meaning[node] = operation(*(meaning[arg] for arg in node.args))
    return meaning[root]


def function_of(operations: Operations, *names: str) -> Callable[..., Element]:
    """How an arithmetic computes functions; raises `InputError`, with the `names` of those wanted, if it has none."""
    found = getattr(operations, "function", None)
    if found is None:
        name = getattr(operations, "name", type(operations).__name__)
        raise InputError(
            f"{', '.join(names)}: {name} has + - * / and integer powers, no functions: they belong to losses and the "
            "terms of series. Take balls(128), or converges, limit, partial_sum, enclose and summation for a series"
        )
    return found  # type: ignore[no-any-return]


def functions(*roots: Term) -> tuple[str, ...]:
    """The names of the functions in `roots`, sorted; general powers as `power`."""
    nodes = (node for root in roots for node in postorder(root))
    return tuple(sorted({x.operation for x in nodes if isinstance(x, Apply) and x.operation in _KNOWN}))


def exponent_of(power: Apply) -> int:
    """The integer exponent of a `pow` term."""
    exponent = power.args[1]
    assert isinstance(exponent, Const)
    return exponent.value.numerator


def variables(*roots: Term) -> tuple[str, ...]:
    """The names of the variables in `roots`, sorted."""
    return tuple(sorted({node.name for root in roots for node in postorder(root) if isinstance(node, Var)}))


def substitute(root: Term, replacements: Mapping[str, Term]) -> Term:
    """`root` with variables replaced by terms; everything else stays as it is."""
    built: dict[Term, Term] = {}
    for node in postorder(root):
        if isinstance(node, Var):
            built[node] = replacements.get(node.name, node)
        elif isinstance(node, Apply):
            args = tuple(built.get(arg, arg) for arg in node.args)
            built[node] = Apply(node.operation, args)
        else:
            built[node] = node
    return built[root]

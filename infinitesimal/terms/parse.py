"""Text to terms, safely.

Text is untrusted. It is measured before Python's parser sees it, parsed to a syntax tree that is
never compiled, and rebuilt node by node from a whitelist. Decimals are read again from the source
text, so that `0.1` is exactly 1/10. The size in bits of every constant is bounded bottom-up before
it is computed: `9**9**9` is refused, not attempted.
"""

import ast
import builtins
import keyword
import re
from difflib import get_close_matches
from fractions import Fraction

from infinitesimal.errors import InputError
from infinitesimal.rational import numeral
from infinitesimal.terms.term import FUNCTIONS, KINKED, MAX_EXPONENT, OPERATIONS, SMOOTH, Apply, Const, Term, Var

MAX_CHARACTERS = 20_000
MAX_OPERATORS = 2_000
MAX_NESTING = 80
MAX_CONSTANT_BITS = 1_000_000

MAX_ARGUMENT = 10_000
"""The largest constant argument of a function: factorial(10**9) is refused, not attempted."""

_LANGUAGE = "a term has numbers, names, + - * / ** and parentheses"
_SPELLINGS = {"abs": "Abs", "RisingFactorial": "rf", "FallingFactorial": "ff", "ln": "log", "sigmoid": "logistic"}
_OF_SUMMANDS = frozenset(FUNCTIONS) - {"power", "pi", "E"}
_OF_LOSSES = frozenset((*SMOOTH, *KINKED))
_ALLOWED = re.compile(r"[A-Za-z0-9_ \t.+\-*/(),]*", re.ASCII)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_NUMERAL = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_LONG_NUMERAL = re.compile(r"(?<![\w.])(?=[\d.]{4000})" + _NUMERAL.pattern, re.ASCII)
"""Numerals that Python's own parser refuses, since its integers stop at 4300 digits."""
_GLUED = re.compile(r"(?<![\w.])[\d.]++(?:[eE][+-]?\d++)?+[A-Za-z_]", re.ASCII)
"""A numeral that runs into a word, as in `1if`: Python's own parser takes some of them, with a warning."""
_RESERVED = {"inf", "infinity", "nan", "oo", "zoo", "pi", "E", "I", *dir(builtins)}
_RESERVED_LOWER = {"inf", "infinity", "nan"}
_OPERATORS: dict[type, str] = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"}


def read(text: str) -> Term:
    """The term written by `text`, with every operation in the order written.

    The language: numbers (exact: `0.1` is 1/10), names, `+ - * /`, `**` with an integer exponent,
    parentheses, and `const(1/3)` for an exact constant that a machine rounds once. Raises
    `InputError` for anything else. Nothing in the text is ever executed.

    >>> read("x - 0.1*(9*x)")
    x - 0.1*(9*x)
    >>> read("9**9**9")
    Traceback (most recent call last):
        ...
    infinitesimal.errors.InputError: in '9**9**9': the exponent 387420489 is larger than 10000 in size:
    give a smaller power
    """
    return _read(text, frozenset())


def read_summand(text: str) -> Term:
    """The general term of a sum written by `text`: the language of `read` with functions besides.

    `FUNCTIONS` lists them, in SymPy's spelling; `pi` and `E` are numbers, and an exponent may be any
    term. Nothing is evaluated: a bounded tree is built, or `InputError` raised.

    >>> read_summand("(-1)**n*binomial(2*n, n)/4**n")
    (-1)**n*binomial(2*n, n)/4**n
    """
    return _read(text, _OF_SUMMANDS, general=True)


def read_loss(text: str) -> Term:
    """The loss written by `text`: the language of `read` with the functions `SMOOTH` and `KINKED` besides.

    `abs` is read as `Abs`, `sigmoid` as `logistic`, `ln` as `log`.

    >>> read_loss("softplus(-3*w) + w**2/20")
    softplus(-3*w) + w**2/20
    """
    return _read(text, _OF_LOSSES)


def _read(text: str, functions: frozenset[str], general: bool = False) -> Term:
    if isinstance(text, Term):
        return text
    if not isinstance(text, str):
        raise InputError(f"{text!r} is not text: give a term as text, such as 'x - 0.1*(9*x)'")
    source = text.strip(" \t")
    _measure(source)
    try:
        tree = ast.parse(_LONG_NUMERAL.sub(_masked, source), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InputError(f"{_quote(text)} is not a term: check its operators and parentheses") from None
    try:
        return _Reader(source, functions, general).read(tree.body)
    except InputError as error:
        raise InputError(f"in {_quote(text)}: {error}") from None


def check_name(name: object, what: str = "name") -> str:
    """`name` if it can name a variable; raises `InputError` otherwise."""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or "__" in name or len(name) > 100:
        raise InputError(
            f"{what} {_quote(name)} cannot be used: a name is a letter, then letters, digits or single underscores"
        )
    if name in _RESERVED or name.lower() in _RESERVED_LOWER or keyword.iskeyword(name):
        raise InputError(f"{what} {name!r} is reserved: choose another name, such as {name}_0 or x")
    return name


def _masked(match: re.Match[str]) -> str:
    """A short numeral in the place of a long one, so that all columns stay."""
    return "1".ljust(len(match[0]))


def _measure(source: str) -> None:
    """Refuses text that is too long, too deep or outside the alphabet, before it is parsed."""
    if not source:
        raise InputError("an empty text is not a term: write one, such as 'x - 0.1*(9*x)'")
    if len(source) > MAX_CHARACTERS:
        raise InputError(f"a text of {len(source)} characters: at most {MAX_CHARACTERS} are read as a term")
    if not _ALLOWED.fullmatch(source):
        strange = next(c for c in source if not _ALLOWED.fullmatch(c))
        hint = "write ** for a power" if strange == "^" else _LANGUAGE
        raise InputError(f"{_quote(source)} has the character {strange!r}: {hint}")
    if glued := _GLUED.search(source):
        raise InputError(f"{_quote(source)} is not a term: {_quote(glued[0])} is neither a number nor a name")
    depth = deepest = 0
    for c in source:
        depth += (c == "(") - (c == ")")
        deepest = max(deepest, depth)
    if deepest > MAX_NESTING:
        raise InputError(f"parentheses nested {deepest} deep: at most {MAX_NESTING} are read")
    operators = sum(c in "+-*/" for c in source)
    if operators > MAX_OPERATORS:
        raise InputError(f"a term with {operators} operators: at most {MAX_OPERATORS} are read")


class _Reader:
    """Rebuilds a syntax tree as a term, with a stack of its own: the tree may be deep.

    `functions` may be called; with `general` an exponent may be any term, and pi and E are numbers.
    """

    def __init__(self, source: str, functions: frozenset[str], general: bool) -> None:
        self.source = source
        self.functions = functions
        self.general = general
        self.bits: dict[Term, float] = {}

    def read(self, root: ast.expr) -> Term:
        done: list[Term] = []
        stack: list[tuple[ast.expr, bool]] = [(root, False)]
        while stack:
            node, ready = stack.pop()
            children = self._children(node)
            if children and not ready:
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(children))
                continue
            args = [done.pop() for _ in children][::-1]
            built = self._build(node, args)
            self._bound(built)
            done.append(built)
        return done.pop()

    def _children(self, node: ast.expr) -> list[ast.expr]:
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return [node.left, node.right]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            return [node.operand]
        if isinstance(node, ast.Constant | ast.Name):
            return []
        if isinstance(node, ast.Call):
            return list(node.args) if self._function(node) else []
        raise InputError(f"{_quote(self._text(node))} is not allowed: {_LANGUAGE}")

    def _build(self, node: ast.expr, args: list[Term]) -> Term:
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.Pow):
                if self.general and _is_general(args[1]):
                    return Apply("power", tuple(args))
                exponent = Const(Fraction(_exponent(args[1])))
                self._bound(exponent)
                return Apply("pow", (args[0], exponent))
            return Apply(_OPERATORS[type(node.op)], tuple(args))
        if isinstance(node, ast.UnaryOp):
            return Apply("neg", tuple(args)) if isinstance(node.op, ast.USub) else args[0]
        if isinstance(node, ast.Name):
            return Apply(node.id, ()) if self.general and node.id in ("pi", "E") else Var(check_name(node.id))
        if isinstance(node, ast.Call):
            name = self._function(node)
            return Apply(name, tuple(args)) if name else self._call(node)
        return Const(numeral(self._numeral(node)))

    def _numeral(self, node: ast.expr) -> str:
        """The source of a constant, whole also where the parser saw a mask."""
        long = _LONG_NUMERAL.match(self.source, node.col_offset)
        return long[0] if long else self._text(node)

    def _function(self, node: ast.Call) -> str | None:
        """The function that a call applies, where functions are read."""
        if not isinstance(node.func, ast.Name) or node.keywords:
            return None
        name = _SPELLINGS.get(node.func.id, node.func.id)
        return name if name in self.functions else None

    def _call(self, node: ast.Call) -> Term:
        if self.functions and isinstance(node.func, ast.Name) and node.func.id != "const":
            near = get_close_matches(node.func.id, self.functions, 1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise InputError(
                f"the call {_quote(self._text(node))} is not allowed: {hint}"
                f"The functions are {', '.join(sorted(self.functions))}"
            )
        if not (
            isinstance(node.func, ast.Name) and node.func.id == "const" and len(node.args) == 1 and not node.keywords
        ):
            raise InputError(
                f"the call {_quote(self._text(node))} is not allowed: the only call is const(1/3), an exact constant"
            )
        start = node.args[0].col_offset
        return Const(numeral(self.source[start : self.source.index(")", start)]))

    def _text(self, node: ast.expr) -> str:
        """The source of a node; it is one line of ASCII, so columns are characters."""
        return self.source[node.col_offset : node.end_col_offset]

    def _bound(self, node: Term) -> None:
        """Bounds the bits of constant subterms, from those of their arguments."""
        if isinstance(node, Const):
            self.bits[node] = node.value.numerator.bit_length() + node.value.denominator.bit_length()
        elif isinstance(node, Apply):
            if node.operation not in OPERATIONS:
                _bound_arguments(node)
                return
            parts = [self.bits.get(arg) for arg in node.args]
            if any(part is None for part in parts):
                return
            known = [part for part in parts if part is not None]
            size = known[0] * float(max(1, abs(_exponent(node.args[1])))) if node.operation == "pow" else sum(known) + 1
            if size > MAX_CONSTANT_BITS:
                raise InputError(
                    f"a constant in it needs about {size:.3g} bits: at most {MAX_CONSTANT_BITS} are computed"
                )
            self.bits[node] = size


def _bound_arguments(node: Apply) -> None:
    """Refuses constant arguments so large that the value of the function would be unmanageable."""
    for arg in node.args:
        value = _constant(arg)
        if value is not None and abs(value) > MAX_ARGUMENT and node.operation not in ("log", "sqrt", "Abs"):
            raise InputError(f"{node.operation} of a constant larger than {MAX_ARGUMENT}: give a smaller one")


def _is_general(exponent: Term) -> bool:
    """Whether an exponent is not an integer constant."""
    value = _constant(exponent)
    return value is None or value.denominator != 1


def _exponent(node: Term) -> int:
    """The integer that a constant exponent stands for. Sub-exponents are small by construction."""
    value = _constant(node)
    if value is None or value.denominator != 1:
        raise InputError(f"the exponent {node} is not an integer constant: write a power as x**3 or x**-2")
    if abs(value) > MAX_EXPONENT:
        shown = str(value) if value.numerator.bit_length() < 200 else f"of {value.numerator.bit_length()} bits"
        raise InputError(f"the exponent {shown} is larger than {MAX_EXPONENT} in size: give a smaller power")
    return value.numerator


def _constant(root: Term) -> Fraction | None:
    """The value of a term without variables; None if it has one or divides by zero."""
    from infinitesimal.terms.term import fold

    def refuse(name: str) -> Fraction:
        raise KeyError(name)

    try:
        value = fold(root, _Fractions(), refuse)
    except (KeyError, ZeroDivisionError, InputError):
        return None
    assert isinstance(value, Fraction)
    return value


class _Fractions:
    """Exact operations on `Fraction`, for constants whose size the reader has bounded."""

    const = staticmethod(lambda value: value)
    add = staticmethod(lambda a, b: a + b)
    sub = staticmethod(lambda a, b: a - b)
    mul = staticmethod(lambda a, b: a * b)
    div = staticmethod(lambda a, b: a / b)
    neg = staticmethod(lambda a: -a)
    pow = staticmethod(lambda a, k: a**k)


def constant(value: object, what: str = "value") -> Fraction:
    """The exact rational meant by `value`: a number, or text that is a constant term.

    >>> constant("1 - 1/10")
    Fraction(9, 10)
    """
    from infinitesimal.rational import rational

    if isinstance(value, str):
        try:
            value = read(value)
        except InputError as error:
            raise InputError(f"{what}: {error}") from None
    if isinstance(value, Term):
        number = _constant(value)
        if number is None:
            raise InputError(f"{what}: {value} is not a number: write one, such as '0.1' or '5/9'")
        return number
    return rational(value, what)


def _quote(text: object) -> str:
    shown = repr(text)
    return shown if len(shown) <= 60 else shown[:57] + "...'"

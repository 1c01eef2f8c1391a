"""Terms in writing: as they are computed, and as mathematics; in plain text and in LaTeX.

*As computed* shows the order of every operation and reads back to the same term. *As mathematics*
drops the parentheses that associativity makes idle. Each printer is an arithmetic whose elements
are pieces of text with the strength of their outermost operation.
"""

from fractions import Fraction
from typing import NamedTuple

from infinitesimal.rational import show, terminating
from infinitesimal.terms.term import Const, Term, Var, fold, postorder

_LATEX_COMMANDS = {"exp", "log", "sin", "cos", "tan", "cot", "sinh", "cosh", "tanh", "coth"}
_LATEX_SHAPES = {
    "pi": r"\pi",
    "E": "e",
    "sqrt": r"\sqrt{{{0}}}",
    "Abs": r"\left|{0}\right|",
    "floor": r"\left\lfloor {0} \right\rfloor",
    "ceiling": r"\left\lceil {0} \right\rceil",
    "binomial": r"\binom{{{0}}}{{{1}}}",
    "gamma": r"\Gamma\left({0}\right)",
    "fibonacci": "F_{{{0}}}",
    "lucas": "L_{{{0}}}",
}

_SUM, _PRODUCT, _NEGATIVE, _POWER, _ATOM = range(1, 6)


class _Piece(NamedTuple):
    text: str
    strength: int

    def within(self, strength: int) -> str:
        """The text, in parentheses when its outermost operation binds less than `strength`."""
        return self.text if self.strength >= strength else f"({self.text})"


class _Text:
    """Plain text. `loose` is the strength a right operand needs on equal footing."""

    def __init__(self, loose: bool) -> None:
        self.loose = loose

    def variable(self, name: str) -> _Piece:
        return _Piece(name, _ATOM)

    def const(self, value: Fraction) -> _Piece:
        decimal = terminating(value)
        if value >= 0 and decimal is not None:
            return _Piece(decimal, _ATOM)
        if self.loose:
            return _Piece(show(value), _PRODUCT if value > 0 else _NEGATIVE)
        return _Piece(f"const({show(value)})", _ATOM)

    def add(self, a: _Piece, b: _Piece) -> _Piece:
        return _Piece(f"{a.within(_SUM)} + {b.within(_SUM if self.loose else _PRODUCT)}", _SUM)

    def sub(self, a: _Piece, b: _Piece) -> _Piece:
        return _Piece(f"{a.within(_SUM)} - {b.within(_PRODUCT)}", _SUM)

    def mul(self, a: _Piece, b: _Piece) -> _Piece:
        return _Piece(f"{a.within(_PRODUCT)}*{b.within(_PRODUCT if self.loose else _POWER)}", _PRODUCT)

    def div(self, a: _Piece, b: _Piece) -> _Piece:
        return _Piece(f"{a.within(_PRODUCT)}/{b.within(_POWER)}", _PRODUCT)

    def neg(self, a: _Piece) -> _Piece:
        return _Piece(f"-{a.within(_NEGATIVE)}", _NEGATIVE)

    def pow(self, a: _Piece, k: int) -> _Piece:
        return _Piece(f"{a.within(_ATOM)}**{k}", _POWER)

    def function(self, name: str, *args: _Piece) -> _Piece:
        if name == "power":
            return _Piece(f"{args[0].within(_ATOM)}**{args[1].within(_ATOM)}", _POWER)
        return _Piece(f"{name}({', '.join(a.text for a in args)})" if args else name, _ATOM)


class _Latex(_Text):
    """LaTeX; as computed, only divisions that are written as such become fractions."""

    def variable(self, name: str) -> _Piece:
        return _Piece(latex_name(name), _ATOM)

    def const(self, value: Fraction) -> _Piece:
        if not self.loose and value >= 0 and (decimal := terminating(value)) is not None:
            return _Piece(decimal, _ATOM)
        text = latex_number(value)
        return _Piece(text, _ATOM if value >= 0 else _NEGATIVE)

    def mul(self, a: _Piece, b: _Piece) -> _Piece:
        right = b.within(_PRODUCT if self.loose else _POWER)
        both = a.text[-1:].isdigit() and right[:1].isdigit()
        sign = r" \cdot " if both or not self.loose else r" \, "
        return _Piece(f"{a.within(_PRODUCT)}{sign}{right}", _PRODUCT)

    def div(self, a: _Piece, b: _Piece) -> _Piece:
        return _Piece(rf"\frac{{{a.text}}}{{{b.text}}}", _ATOM)

    def pow(self, a: _Piece, k: int) -> _Piece:
        return _Piece(f"{self._base(a)}^{{{k}}}", _POWER)

    def function(self, name: str, *args: _Piece) -> _Piece:
        if name == "power":
            return _Piece(f"{self._base(args[0])}^{{{args[1].text}}}", _POWER)
        if name in _LATEX_SHAPES:
            return _Piece(_LATEX_SHAPES[name].format(*(a.text for a in args)), _ATOM)
        if name == "factorial":
            return _Piece(f"{args[0].within(_ATOM)}!", _ATOM)
        command = f"\\{name}" if name in _LATEX_COMMANDS else rf"\operatorname{{{name}}}"
        return _Piece(rf"{command}\left({', '.join(a.text for a in args)}\right)", _ATOM)

    def _base(self, a: _Piece) -> str:
        return a.text if a.strength == _ATOM and not a.text.startswith("\\frac") else f"({a.text})"


def as_computed(root: Term) -> str:
    """`root` with the order of every operation in sight; `read` gives the same term back.

    >>> from infinitesimal.terms.parse import read
    >>> as_computed(read("a + (b + c) - d*(e0/f)"))
    'a + (b + c) - d*(e0/f)'
    """
    return _render(root, _Text(loose=False))


def as_mathematics(root: Term) -> str:
    """`root` as one would write it, without idle parentheses.

    >>> from infinitesimal.terms.parse import read
    >>> as_mathematics(read("a + (b + c) - d*(e0*f)"))
    'a + b + c - d*e0*f'
    """
    return _render(root, _Text(loose=True))


def latex(root: Term, *, computed: bool = False) -> str:
    r"""`root` in LaTeX, as mathematics, or as computed.

    >>> from infinitesimal.terms.parse import read
    >>> print(latex(read("x - 0.1*(9*x)")))
    x - \frac{1}{10} \, 9 \, x
    >>> print(latex(read("x - 0.1*(9*x)"), computed=True))
    x - 0.1 \cdot (9 \cdot x)
    """
    return _render(root, _Latex(loose=not computed))


def latex_name(name: str) -> str:
    r"""A variable's name in LaTeX: `x_1` gets its subscript, a long name is set upright.

    >>> print(latex_name("x_10"), latex_name("rate"))
    x_{10} \mathrm{rate}
    """
    head, _, tail = name.partition("_")
    tail = tail.replace("_", r"\_")
    body = head if len(head) == 1 else rf"\mathrm{{{head}}}"
    return f"{body}_{{{tail}}}" if tail else body


def latex_number(value: Fraction) -> str:
    r"""An exact rational in LaTeX.

    >>> print(latex_number(Fraction(-5, 9)))
    -\frac{5}{9}
    """
    if value.denominator == 1:
        return show(value)
    sign = "-" if value < 0 else ""
    top, bottom = show(abs(value)).split("/")
    return rf"{sign}\frac{{{top}}}{{{bottom}}}"


def _render(root: Term, printer: _Text) -> str:
    if isinstance(root, Var | Const):
        return _leaf(root, printer)
    if sum(1 for _ in postorder(root)) * 40 < root.size:
        return f"<a term of {root.size} operations with shared parts>"
    piece = fold(root, printer, printer.variable)
    assert isinstance(piece, _Piece)
    return piece.text


def _leaf(root: Var | Const, printer: _Text) -> str:
    return (printer.variable(root.name) if isinstance(root, Var) else printer.const(root.value)).text

"""The printers: rationals, floats, terms and comments as Rocq text. There is one of each.

Terms are printed by two arithmetics whose elements are text: over the rationals, and over the floats of a format. No
name that a user chose reaches a certificate, except inside a comment.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from infinitesimal.arithmetic import left_to_right_power
from infinitesimal.arithmetics.floating.format import (
    INFINITY,
    NAN,
    NEGATIVE_INFINITY,
    NEGATIVE_ZERO,
    POSITIVE_ZERO,
    Format,
    Pair,
    e4m3fn,
)
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.errors import Undecided
from infinitesimal.terms.program import Program
from infinitesimal.terms.term import Term, fold

MAX_BITS = 20_000
MAX_TERM = 2_000
_FORMATS = {
    (11, 15): "binary16",
    (8, 127): "bfloat16",
    (11, 127): "tf32",
    (24, 127): "binary32",
    (53, 1023): "binary64",
    (113, 16383): "binary128",
    (3, 15): "e5m2",
}
_ROUNDINGS = {
    Rounding.NEAREST_EVEN: "nearest_even",
    Rounding.NEAREST_AWAY: "nearest_away",
    Rounding.TOWARD_ZERO: "toward_zero",
    Rounding.UP: "upward",
    Rounding.DOWN: "downward",
}
_SPECIAL = {
    POSITIVE_ZERO: "(S754_zero false)",
    NEGATIVE_ZERO: "(S754_zero true)",
    INFINITY: "(S754_infinity false)",
    NEGATIVE_INFINITY: "(S754_infinity true)",
    NAN: "S754_nan",
}


def rational(value: Fraction) -> str:
    """A rational in lowest terms.

    >>> rational(Fraction(5, 9)), rational(Fraction(-5, 4))
    ('(5 # 9)', '((-5) # 4)')
    """
    if value.numerator.bit_length() + value.denominator.bit_length() > MAX_BITS:
        raise Undecided(f"no proof: a number of more than {MAX_BITS} bits does not go into a certificate")
    return f"({integer(value.numerator)} # {value.denominator})"


def integer(value: int) -> str:
    """An integer, in parentheses where it is negative."""
    return str(value) if value >= 0 else f"({value})"


def spec_float(pair: Pair) -> str:
    """A float as the standard library's `spec_float`.

    >>> spec_float((-3, -1)), spec_float((0, -1))
    ('(S754_finite true 3 (-1))', '(S754_zero true)')
    """
    m, q = pair
    return f"(S754_finite {str(m < 0).lower()} {abs(m)} {integer(q)})" if m else _SPECIAL[pair]


def is_standard(format: Format, rounding: Rounding) -> bool:
    """Whether the standard library's SpecFloat has the operations: a format of IEEE 754, rounded to nearest even."""
    return format.overflow == "infinity" and rounding is Rounding.NEAREST_EVEN


def format_name(format: Format, rounding: Rounding = Rounding.NEAREST_EVEN) -> str:
    """The name of a format in the support library, or its two numbers; with its rounding where that is not the usual.

    Raises `Undecided` for a format or rounding that the library does not have: it takes formats with infinities,
    subnormals and an exponent range that is symmetric as in IEEE 754, and e4m3fn, in the five roundings of IEEE 754.

    >>> from infinitesimal.arithmetics.floating.format import binary64, e4m3fn
    >>> format_name(binary64), format_name(binary64, Rounding.UP), format_name(e4m3fn)
    ('binary64', 'rounded binary64 upward', 'e4m3fn nearest_even')
    """
    return _base(format) if is_standard(format, rounding) else arithmetic_name(format, rounding)


def arithmetic_name(format: Format, rounding: Rounding) -> str:
    """The format with its rounding; raises `Undecided` as `format_name` does.

    >>> from infinitesimal.arithmetics.floating.format import binary64
    >>> arithmetic_name(binary64, Rounding.NEAREST_EVEN)
    'rounded binary64 nearest_even'
    """
    direction = _ROUNDINGS.get(rounding)
    if direction is None:
        raise Undecided(f"no proof: the rounding {rounding} is not one of IEEE 754, which the certificates specify")
    return f"e4m3fn {direction}" if format == e4m3fn else f"rounded {_base(format)} {direction}"


def _base(format: Format) -> str:
    regular = format.subnormals and format.has_infinity and format.overflow == "infinity" and not format.finite_only
    if not regular or format.emin != 1 - format.emax or not 1 < format.precision <= format.emax:
        raise Undecided(
            f"no proof: {format!r} is not a format of the specification that the certificates use; it has e4m3fn and "
            "those of IEEE 754, with infinities and subnormals, such as binary64, bfloat16 and e5m2"
        )
    spelled_out = f"(Format {format.precision} {format.emax + 1})"
    return _FORMATS.get((format.precision, format.emax), spelled_out)


def comment(text: str) -> str:
    """`text` in a comment: what could end it, open another one or start a string is replaced.

    >>> comment('the "rate" *) Abort.')
    '(* the .rate. . Abort. *)'
    """
    safe = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "." for c in text)
    while "(*" in safe or "*)" in safe:
        safe = safe.replace("(*", ".").replace("*)", ".")
    return f"(* {safe.rstrip('*')} *)"


class _Over:
    """Terms as text; `word` writes an operation."""

    def add(self, a: str, b: str) -> str:
        return self.word("add", a, b)

    def sub(self, a: str, b: str) -> str:
        return self.word("sub", a, b)

    def mul(self, a: str, b: str) -> str:
        return self.word("mul", a, b)

    def div(self, a: str, b: str) -> str:
        return self.word("div", a, b)

    def neg(self, a: str) -> str:
        return self.word("neg", a)

    def pow(self, a: str, k: int) -> str:
        if abs(k) > 16:
            raise Undecided(f"no proof: the power {k} is written out as a product; at most 16 is handled")
        return str(left_to_right_power(self, a, k))

    def word(self, operation: str, *args: str) -> str:
        raise NotImplementedError

    def const(self, value: Fraction) -> str:
        raise NotImplementedError

    def term(self, root: Term, names: Sequence[str]) -> str:
        """`root` with its variables called x, or x1, x2, ... where there are several."""
        if root.size > MAX_TERM:
            raise Undecided(f"no proof: the step has {root.size} operations; at most {MAX_TERM} are handled")
        called = dict(zip(names, variables_of(names), strict=True))
        return str(fold(root, self, called.__getitem__))


class OverRationals(_Over):
    """Terms over Q."""

    def const(self, value: Fraction) -> str:
        return rational(value)

    def word(self, operation: str, *args: str) -> str:
        sign = {"add": "+", "sub": "-", "mul": "*", "div": "/", "neg": "-"}[operation]
        return f"({sign} {args[0]})" if len(args) == 1 else f"({args[0]} {sign} {args[1]})"


class OverFloats:
    """Updates over the floats of a format in a rounding, in which every operation is made once."""

    def __init__(self, format: Format, rounding: Rounding = Rounding.NEAREST_EVEN) -> None:
        self.arithmetic, self.suffix = format_name(format, rounding), ""
        if not is_standard(format, rounding):
            self.arithmetic, self.suffix = "arithmetic", "_in"

    def word(self, operation: str, *args: str) -> str:
        """An operation on operands that are written already."""
        return f"({operation}{self.suffix} {self.arithmetic} {' '.join(args)})"

    def read(self, value: Fraction) -> str:
        """The float that a rational is rounded to, in words."""
        return f"(round{self.suffix} {self.arithmetic} {rational(value)})"

    def update(self, program: Program, names: Sequence[str], constant: str = "c") -> str:
        """The outputs of a program without powers, as a tuple; what is used more than once has a name.

        The constants are called c1, c2, ... or by another letter.
        """
        uses = Counter([*program.outputs, *(i for each in program.instructions for i in each.operands)])
        unused = [""] * (len(program.inputs) - len(names))  # the number of the update, on which no machine here depends
        written = [*names, *unused, *(f"{constant}{i}" for i in range(1, len(program.constants) + 1))]
        named = ""
        for instruction in program.instructions:
            if instruction.operation not in ("add", "sub", "mul", "div", "neg"):
                raise Undecided(
                    f"no proof: the step has {instruction.operation}, which the certificates do not specify"
                )
            text = self.word(instruction.operation, *(written[i] for i in instruction.operands))
            if uses[len(written)] > 1:
                name = f"t{len(written)}"
                named += f"let {name} := {text} in "
                text = name
            written.append(text)
        return named + tuple_text([written[i] for i in program.outputs])


class OverHardware(OverFloats):
    """The same over the processor's binary64."""

    def word(self, operation: str, *args: str) -> str:
        return f"(PrimFloat.{'opp' if operation == 'neg' else operation} {' '.join(args)})"


def tuple_text(parts: Sequence[str]) -> str:
    """One value as it is, several as a tuple."""
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


def variables_of(names: Sequence[str]) -> list[str]:
    """What the components of a state are called in a certificate."""
    return ["x"] if len(names) == 1 else [f"x{i}" for i in range(1, len(names) + 1)]

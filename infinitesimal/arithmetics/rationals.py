"""Exact rational arithmetic, on flint. Elements are `fmpq`; nothing is ever rounded."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from flint import fmpq

from infinitesimal.errors import BudgetSpent, InputError, Undefined
from infinitesimal.rational import lowest_terms, rational
from infinitesimal.truth import Truth

_FUNCTIONS: Mapping[str, Callable[..., fmpq]] = MappingProxyType(
    {
        "Abs": abs,
        "relu": lambda x: x if x > 0 else fmpq(0),
        "sign": lambda x: fmpq((x > 0) - (x < 0)),
        "heaviside": lambda x: fmpq(int(x > 0)),
    }
)
_INFIX = MappingProxyType({"add": "+", "sub": "-", "mul": "*", "neg": "-"})


def to_fmpq(value: Fraction) -> fmpq:
    """A fraction as flint's rational."""
    return fmpq(value.numerator, value.denominator)


def to_fraction(value: fmpq) -> Fraction:
    """A rational of flint as a `Fraction`; no gcd is computed."""
    return lowest_terms(int(value.p), int(value.q))


@dataclass(frozen=True, slots=True)
class Rationals:
    """The field of rational numbers. Division by zero raises `Undefined`.

    >>> QQ.add(QQ.const(Fraction(1, 3)), QQ.const(Fraction(1, 6)))
    1/2
    """

    name = "exact"
    exact = True
    infix = _INFIX

    def const(self, value: Fraction) -> fmpq:
        return to_fmpq(value)

    def embed(self, value: object) -> fmpq:
        return value if isinstance(value, fmpq) else self.const(rational(value))

    def export(self, element: fmpq) -> Fraction:
        return to_fraction(element)

    element_exact = export

    def add(self, a: fmpq, b: fmpq) -> fmpq:
        _check_bits(_bits(a) + _bits(b))
        return a + b

    def sub(self, a: fmpq, b: fmpq) -> fmpq:
        _check_bits(_bits(a) + _bits(b))
        return a - b

    def mul(self, a: fmpq, b: fmpq) -> fmpq:
        _check_bits(_bits(a) + _bits(b))
        return a * b

    def div(self, a: fmpq, b: fmpq) -> fmpq:
        if not b:
            raise Undefined(
                f"{_brief(a)}/0 has no value in exact arithmetic: start elsewhere, or run it on a machine format"
            )
        _check_bits(_bits(a) + _bits(b))
        return a / b

    def neg(self, a: fmpq) -> fmpq:
        return -a

    def pow(self, a: fmpq, k: int) -> fmpq:
        _check_bits(_bits(a) * abs(k))
        return a**k if k >= 0 else self.div(fmpq(1), a**-k)

    def function(self, name: str, *args: fmpq) -> fmpq:
        """|x|, relu, sign and heaviside of a rational. Raises `InputError` for the others, whose values are
        irrational but for a few arguments.
        """
        if name not in _FUNCTIONS:
            raise InputError(f"{name}({_brief(args[0]) if args else ''}) is irrational in general: take balls(128)")
        return _FUNCTIONS[name](*args)

    def equal(self, a: fmpq, b: fmpq) -> Truth:
        return Truth.of(bool(a == b))

    def less(self, a: fmpq, b: fmpq) -> Truth:
        return Truth.of(bool(a < b))

    def integer(self, k: int) -> fmpq:
        return fmpq(k)

    def upper_bound(self, value: Fraction) -> fmpq:
        return self.const(value)

    def key(self, element: fmpq) -> Hashable:
        same: Hashable = element
        return same

    def __repr__(self) -> str:
        return "QQ"


QQ = Rationals()

MAX_BITS = 1 << 30
"""The most bits of one result, 128 MiB; generated loops are priced beforehand instead."""


def _bits(a: fmpq) -> int:
    bits: int = a.p.height_bits() + a.q.height_bits()
    return bits


def _check_bits(bits: int) -> None:
    if bits > MAX_BITS:
        raise BudgetSpent(
            f"a result of up to {bits:.3g} bits: at most {MAX_BITS} are computed; take balls or a machine"
        )


def _brief(value: fmpq) -> str:
    return str(value) if value.p.height_bits() < 200 and value.q.height_bits() < 200 else "a rational of many digits"

"""The fast path through MPFR: any IEEE-like format and five roundings, where gmpy2 is installed.

A context of MPFR has the precision, the range of exponents, the subnormals and the rounding of a format, so an
operation under it is one rounding. Loops are run under the context (`local`), which makes Python's operators its
operations; everything else calls the context's own methods, whatever context the caller has.
MPFR's significand lies in [1/2, 1), hence the shifts of the exponents by one.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from infinitesimal.arithmetics.floating.format import (
    INFINITY,
    NAN,
    NEGATIVE_INFINITY,
    NEGATIVE_ZERO,
    POSITIVE_ZERO,
    Format,
    Pair,
)
from infinitesimal.arithmetics.floating.native import Native
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import Floats

_MODES = {
    Rounding.NEAREST_EVEN: "RoundToNearest",
    Rounding.TOWARD_ZERO: "RoundToZero",
    Rounding.UP: "RoundUp",
    Rounding.DOWN: "RoundDown",
    Rounding.AWAY: "RoundAwayZero",
}

FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan")
"""The functions of losses that MPFR rounds correctly."""


@dataclass(frozen=True, slots=True, repr=False)
class Multiprecision(Native):
    """The same arithmetic as `soft`, computed by MPFR; elements are numbers of gmpy2."""

    context: Any = field(compare=False)
    zero: Any = field(compare=False)

    def local(self) -> AbstractContextManager[Any]:
        """A context in which the operators `infix` are the operations."""
        import gmpy2

        manager: AbstractContextManager[Any] = gmpy2.context(self.context)
        return manager

    def from_pair(self, pair: Pair) -> Any:
        m, q = pair
        if not m:
            return _special(pair)
        exact = _unlimited(self.format.precision)
        number = exact.add(self.zero, m)
        return exact.mul_2exp(number, q) if q >= 0 else exact.div_2exp(number, -q)

    def to_pair(self, element: Any) -> Pair:
        import gmpy2

        if gmpy2.is_finite(element) and element:
            m, e = element.as_mantissa_exp()
            return self.soft.round(int(m), int(e))
        if gmpy2.is_nan(element):
            return NAN
        negative = gmpy2.is_signed(element)
        if element:
            return NEGATIVE_INFINITY if negative else INFINITY
        return NEGATIVE_ZERO if negative else POSITIVE_ZERO

    def add(self, a: Any, b: Any) -> Any:
        return self.context.add(a, b)

    def sub(self, a: Any, b: Any) -> Any:
        return self.context.sub(a, b)

    def mul(self, a: Any, b: Any) -> Any:
        return self.context.mul(a, b)

    def neg(self, a: Any) -> Any:
        return self.context.minus(a)

    def sqrt(self, a: Any) -> Any:
        return self.context.sqrt(a)

    def function(self, name: str, *args: Any) -> Any:
        if name in FUNCTIONS:
            return getattr(self.context, name)(*args)
        return self.from_pair(self.soft.function(name, *map(self.to_pair, args)))

    def integer(self, k: int) -> Any:
        if k.bit_length() > self.format.precision:
            return self.from_pair(self.soft.integer(k))
        return self.context.add(self.zero, k)


@lru_cache(maxsize=64)
def multiprecision(soft: Floats) -> Multiprecision | None:
    """The fast path of a soft arithmetic through MPFR, if gmpy2 is installed and MPFR has that arithmetic.

    It has no ties away, no rounding to odd, no saturation and no flush to zero.
    """
    format = soft.format
    whole = format.has_infinity and format.overflow == "infinity" and format.subnormals and format.precision > 1
    if not whole or soft.rounding not in _MODES:
        return None
    try:
        import gmpy2
    except ImportError:
        return None
    context = _context(format, getattr(gmpy2, _MODES[soft.rounding]))
    return Multiprecision(soft, gmpy2.mpfr, context.div, context, gmpy2.mpfr(0))


def _context(format: Format, mode: int) -> Any:
    import gmpy2

    p, emax, emin = format.precision, format.emax + 1, format.emin - format.precision + 2
    return gmpy2.context(precision=p, emax=emax, emin=emin, subnormalize=True, round=mode)


@lru_cache(maxsize=64)
def _unlimited(precision: int) -> Any:
    """A context without a range, in which numbers of `precision` bits are exact."""
    import gmpy2

    return gmpy2.context(precision=precision, emax=gmpy2.get_emax_max(), emin=gmpy2.get_emin_min())


def _special(pair: Pair) -> Any:
    import gmpy2

    names = {POSITIVE_ZERO: "0", NEGATIVE_ZERO: "-0", INFINITY: "inf", NEGATIVE_INFINITY: "-inf", NAN: "nan"}
    return gmpy2.mpfr(names[pair])

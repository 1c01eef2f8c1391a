"""What an arithmetic is, and how much work it may do.

An **arithmetic** is a frozen object with a table of operations over bare elements. It says how
something is computed; a term says what. Exact rationals, balls, symbols, the floats of a machine,
derivatives, sizes in bits and closed forms are all arithmetics.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, runtime_checkable

from infinitesimal.errors import InputError
from infinitesimal.truth import Truth

Element = Any
"""A bare element: whatever type the arithmetic computes with. Opaque to everyone else."""


class Operations(Protocol):
    """The part of an arithmetic that gives a term its meaning: constants and the operations.

    `pow` takes an integer and multiplies from left to right.
    """

    def const(self, value: Fraction) -> Element: ...
    def add(self, a: Element, b: Element) -> Element: ...
    def sub(self, a: Element, b: Element) -> Element: ...
    def mul(self, a: Element, b: Element) -> Element: ...
    def div(self, a: Element, b: Element) -> Element: ...
    def neg(self, a: Element) -> Element: ...
    def pow(self, a: Element, k: int) -> Element: ...


@runtime_checkable
class Arithmetic(Operations, Protocol):
    """A table of operations over bare elements, and the doors to the boundary.

    `const` reads an exact rational, `embed` takes what a user may hand over (a number, or a value
    of the boundary), and `export` gives the boundary value of an element. `equal` and `less` may
    answer `UNKNOWN`.
    """

    @property
    def name(self) -> str: ...
    def embed(self, value: object) -> Element: ...
    def export(self, element: Element) -> Any: ...
    def equal(self, a: Element, b: Element) -> Truth: ...
    def less(self, a: Element, b: Element) -> Truth: ...


class Engine(Arithmetic, Protocol):
    """An arithmetic that can drive long runs.

    `key` is a hashable that tells elements apart to the last bit; `infix` maps an operation to
    the Python operator that computes exactly the same on bare elements, if there is one, and
    generated source uses it. `integer` is a fast `const` for step numbers, `upper_bound` an element that is
    not below a positive rational. `exact` says that nothing is ever rounded, and `element_exact` gives
    the exact value of an element, or None when it has none (an infinity, NaN, a ball).
    """

    @property
    def infix(self) -> Mapping[str, str]: ...
    @property
    def exact(self) -> bool: ...
    def integer(self, k: int) -> Element: ...
    def upper_bound(self, value: Fraction) -> Element: ...
    def key(self, element: Element) -> Hashable: ...
    def element_exact(self, element: Element) -> Fraction | None: ...


@dataclass(frozen=True, slots=True)
class Budget:
    """How much work one question may cost: updates, bits of one exact number, and seconds.

    A spent budget proves nothing: what is asked becomes UNKNOWN, or `BudgetSpent` is raised where
    a value was asked for. Without `bits` a number may have 40 million of them, and 2 million where
    the digits multiply at every update, since each operation then costs a gcd of such numbers.
    """

    steps: int = 20_000_000
    bits: int | None = None
    seconds: float = 10.0

    def __post_init__(self) -> None:
        for name, value in (("steps", self.steps), ("bits", self.bits), ("seconds", self.seconds)):
            kinds = int | float if name == "seconds" else int | None if name == "bits" else int
            if not isinstance(value, kinds) or isinstance(value, bool) or (value is not None and not value >= 0):
                raise InputError(f"budget of {name} {value!r}: give a number from 0 on")

    @property
    def linear_bits(self) -> int:
        """The bits of a number that a jump or an affine update makes."""
        return 40_000_000 if self.bits is None else self.bits

    @property
    def nonlinear_bits(self) -> int:
        """The bits of a number that a nonlinear update makes."""
        return 2_000_000 if self.bits is None else self.bits


DEFAULT_BUDGET = Budget()


def resolve(arithmetic: object) -> Any:
    """The arithmetic meant: itself, or the nearest-even arithmetic that a format stands for.

    Raises `InputError` for anything else.
    """
    stands_for = getattr(arithmetic, "arithmetic", None)
    chosen = arithmetic if stands_for is None else stands_for
    if not isinstance(chosen, Arithmetic):
        raise InputError(
            f"{arithmetic!r} is not an arithmetic: give QQ, balls(bits), symbolic, a format such as "
            "binary64, or floats(format, rounding), which also takes the name of a format"
        )
    return chosen


def left_to_right_power(arithmetic: Operations, a: Element, k: int) -> Element:
    """a**k as ((a*a)*a)*..., with k - 1 products; one division more when k is negative."""
    if k == 0:
        return arithmetic.const(Fraction(1))
    result = a
    for _ in range(abs(k) - 1):
        result = arithmetic.mul(result, a)
    return result if k > 0 else arithmetic.div(arithmetic.const(Fraction(1)), result)

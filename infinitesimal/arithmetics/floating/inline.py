"""The soft operations as text, to be put in place into generated loops.

In a loop the two integers of a pair stay in two variables: no pair is packed and no function called
on the common path, which makes soft runs about half again as fast. Whatever is rare (zeros,
infinities, exact or subnormal results, overflow, numbers far apart) goes through the operations of
the soft core; so the two cannot differ except on the common path, and tests compare them there.
"""

from dataclasses import dataclass
from typing import Any

from infinitesimal.arithmetics.floating.rounding import Rounding, shifter
from infinitesimal.arithmetics.floating.soft import Floats

Names = tuple[str, str]
"""The variables of the significand and the exponent of a pair."""

_OPERATIONS = ("add", "sub", "mul", "div", "neg")
"""What is called by its own name; everything else is a function of losses."""


@dataclass(frozen=True, slots=True)
class Inline:
    """Writes the operations of one soft arithmetic."""

    machine: Floats

    def scope(self) -> dict[str, Any]:
        """What the text needs besides the operations of the arithmetic, which go by their own names."""
        machine = self.machine
        halves = (0, *((1 << d - 1) - 1 for d in range(1, self._width)))
        return {
            "half": halves,
            "shift": shifter(machine.rounding),
            "round": machine.round,
            "cancelled": machine.sub((1, 0), (1, 0)),
        }

    @property
    def _width(self) -> int:
        """Shifts below this are rounded in place; a product or a near sum needs no larger one."""
        return 3 * self.machine.format.precision + 8

    def lines(self, operation: str, target: Names, operands: list[Names], exponent: int) -> list[str]:
        """The statements that leave the result of an operation in `target`."""
        pairs = [f"({m}, {e})" for m, e in operands]
        if operation == "pow":
            return [f"{target[0]}, {target[1]} = pow({pairs[0]}, {exponent})"]
        if operation not in _OPERATIONS:
            return [f"{target[0]}, {target[1]} = function({operation!r}, {', '.join(pairs)})"]
        call = f"{target[0]}, {target[1]} = {operation}({', '.join(pairs)})"
        if operation == "mul":
            return self._mul(target, operands, call)
        return self._sum(operation, target, operands, call) if operation in ("add", "sub") else [call]

    def _mul(self, target: Names, operands: list[Names], call: str) -> list[str]:
        (m, e), ((a, f), (b, g)) = target, operands
        return [
            f"{m} = {a} * {b}",
            f"if {m}:",
            f"    {e} = {f} + {g}",
            *(f"    {line}" for line in self._round(target)),
            "else:",
            f"    {call}",
        ]

    def _sum(self, operation: str, target: Names, operands: list[Names], call: str) -> list[str]:
        (m, e), ((a, f), (b, g)) = target, operands
        far, sign = 2 * self.machine.format.precision + 4, "+" if operation == "add" else "-"
        return [
            f"d = {f} - {g}",
            f"if {a} and {b} and -{far} < d < {far}:",
            "    if d >= 0:",
            f"        {m} = ({a} << d) {sign} {b}",
            f"        {e} = {g}",
            "    else:",
            f"        {m} = {a} {sign} ({b} << -d)",
            f"        {e} = {f}",
            f"    if {m}:",
            *(f"        {line}" for line in self._round(target)),
            "    else:",
            f"        {m}, {e} = cancelled",
            "else:",
            f"    {call}",
        ]

    def _round(self, target: Names) -> list[str]:
        m, e = target
        format = self.machine.format
        top = 1 << format.precision
        nearest_even = self.machine.rounding is Rounding.NEAREST_EVEN
        rounded = f"{m} = ({m} + half[d] + ({m} >> d & 1)) >> d" if nearest_even else f"{m} = shift({m}, d)"
        return [
            f"d = {m}.bit_length() - {format.precision}",
            f"if 0 < d < {self._width} and {e} + d >= {format.qmin}:",
            f"    {rounded}",
            f"    {e} += d",
            f"    if {e} >= {format.qmax} or not -{top} < {m} < {top}:",
            f"        {m}, {e} = round({m}, {e})",
            "else:",
            f"    {m}, {e} = round({m}, {e})",
        ]

"""Whole arrays of increments at once, for sums of a term in n alone.

Two kernels. `Reciprocals` knows the increments of c/(a*n + b) in closed form: while they change at almost every update
it takes the updates as an array, and later the blocks of equal increments, which are then few. `Terms` computes any
term in binary64 arrays with the bits of the machine.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from infinitesimal.arithmetics.floating.arrays import Arrays, arrays, fits_arrays
from infinitesimal.arithmetics.floating.format import Pair
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.recurrences.recurrence import STEP_NUMBER
from infinitesimal.runs.forecasts.block_sums import Block, Blocks
from infinitesimal.terms.program import Program
from infinitesimal.terms.term import Apply, Const, Term, Var

CHUNK = 1 << 13
"""The length of an array: short enough that its memory is used again and not asked for anew."""
EXACT = 1 << 52
"""Integers up to here, and the integer parts of their quotients, are exact in binary64."""
FAR = 1 << 62
MOST_DIVISORS = 1_000
"""Divisors of a greater odd number are not looked for."""
LONG = 4_096
"""Blocks of so many updates are better taken one by one than in arrays of updates."""
_DOWNWARD = (Rounding.TOWARD_ZERO, Rounding.DOWN)
_UPWARD = (Rounding.UP, Rounding.AWAY)
_KNOWN = (Rounding.NEAREST_EVEN, Rounding.NEAREST_AWAY, *_DOWNWARD, *_UPWARD, Rounding.ODD)


class VectorSums:
    """The kernels that fit the blocks of one recurrence."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks, self.wait = blocks, 0
        self.kernels: list[tuple[Callable[[int, Pair], tuple[int, int, int] | None], bool]] = []
        known = Reciprocals.of(blocks)
        if known is not None:
            self.kernels.append((known.leap, False))
        machine = blocks.machine
        if machine.rounding is Rounding.NEAREST_EVEN and fits_arrays(machine.format, machine.rounding):
            self.kernels.append((Terms(blocks.program, arrays(machine), blocks.sign).leap, True))

    @staticmethod
    def of(blocks: Blocks) -> "VectorSums | None":
        """The kernels for a sum of a term in n alone; None where there is none."""
        reads = {i for instruction in blocks.program.instructions for i in instruction.operands}
        if len(blocks.names) > 1 or 0 in reads or 0 in blocks.program.outputs:
            return None
        found = VectorSums(blocks)
        return found if found.kernels else None

    def block(self, n: int, state: tuple[Pair, ...]) -> Block | None:
        """Many updates at once; None while blocks are long anyway, or after leaps that were too short to pay."""
        if self.wait:
            self.wait -= 1
            return None
        if not state[0][0]:
            return None
        for kernel, of_updates in self.kernels:
            if of_updates and self.blocks.guess > LONG:
                continue
            found = kernel(n, state[0])
            if found is not None and found[0] > 1:
                count, m, last = found
                q = state[0][1]
                self.wait = 8 if count < 64 else 0
                return Block(count, ((m, q),), ((m - last, q),))
        self.wait = 8
        return None


class Reciprocals:
    """The increments of c/v, v = a*n + b, where D = 2*c/u is an integer below 2**p and u the ulp of a positive sum.

    Lemma. Let v be exact and 1/v normal. Under nearest roundings the machine adds (D//v + 1)//2 ulps, except for ties
    under nearest-even. Proof: the tie points (2k - 1)*u/2 are values of the format, so rounding c/v does not carry it
    across one. If fl(c/v) is one, then v*(2k - 1) = D*(1 + delta) with |delta| <= 2**-p, so the integers v*(2k - 1)
    and D < 2**p differ by less than 1 and are equal: an exact tie, at a divisor of D. Rounded toward zero or down the
    increment is D//(2*v), since floors nest; up or away it is (D - 1)//(2*v) + 1, since ceilings nest. Increment
    k therefore lasts up to v = D//(2k - 1), or D//(2k), or (D - 1)//(2k - 2).

    Rounded to odd an odd sum stays odd while 2*v does not divide D: with t = D//(2*v) it grows by t or t + 1, whichever
    is even, twice (t + 1)//2, which is the nearest increment for D//2. Proof: c/v is less than the sum, so the last bit
    of fl(c/v) is below u, and it is a multiple of u, or lies between the same two, as c/v does.
    """

    def __init__(self, machine: Floats, c: Fraction, nodes: list[tuple[int, int]]) -> None:
        self.machine, self.c, self.nodes = machine, c, nodes
        self.a, self.b = nodes[-1]
        self.upward = machine.rounding in _UPWARD
        self.odd = machine.rounding is Rounding.ODD
        self.nearest = machine.rounding not in (*_DOWNWARD, *_UPWARD)
        self.even = machine.rounding is Rounding.NEAREST_EVEN

    @staticmethod
    def of(blocks: Blocks) -> "Reciprocals | None":
        """The kernel of a sum s + c/(a*n + b) with positive c and a; None for any other sum."""
        machine, term = blocks.machine, blocks.term
        if blocks.sign < 0 or machine.rounding not in _KNOWN or machine.format.precision > 53:
            return None
        if not isinstance(term, Apply) or term.operation != "div" or not isinstance(term.args[0], Const):
            return None
        c = machine.element_exact(machine.const(term.args[0].value))
        nodes = _affine(term.args[1], 1 << machine.format.precision)
        if c is None or c <= 0 or nodes is None or nodes[-1][0] <= 0:
            return None
        return Reciprocals(machine, c, nodes)

    def leap(self, n: int, s: Pair) -> tuple[int, int, int] | None:
        """The number of updates made, the significand after them, and the last increment."""
        m, q = s
        format = self.machine.format
        p, v = format.precision, self.a * (n + 1) + self.b
        d = 2 * self.c / (Fraction(2) ** q)
        if m < 1 << p - 1 or q - 2 < format.emin or q >= format.qmax or v < 1:
            return None
        if d.denominator > 1 or not d < min(EXACT + 1, 1 << p):
            return None
        top = self._exact_until(min(1 << p, int(format.largest)))
        room = (1 << p) - 1 - m
        scale, whole = (2, d.numerator // 2) if self.odd else (1, d.numerator - self.upward)
        if self.odd:
            top = min(top, self._inexact_until(d.numerator, n)) if m % 2 else n
        k = self._increment(whole, v)
        # By updates where the blocks of equal increments have less than one update on average.
        leap = self._by_updates if 2 * self.a * k * k > whole else self._by_blocks
        found = leap(whole, n, room // scale, top)
        return None if found is None else (found[0], m + scale * found[1], scale * found[2])

    def _inexact_until(self, d: int, n: int) -> int:
        """The last number of an update from n on before one for which 2*v divides d."""
        if d % 2:
            return FAR
        v, half = self.a * (n + 1) + self.b, d // 2
        twos = (half & -half).bit_length() - 1
        rest = half >> twos
        if rest > MOST_DIVISORS:
            return n
        shifts = [(o, max(0, (-(-v // o) - 1).bit_length())) for o in range(1, rest + 1) if rest % o == 0]
        first = min((o << i for o, i in shifts if i <= twos), default=FAR)
        return (first - 1 - self.b) // self.a

    def _exact_until(self, most: int) -> int:
        """The last n for which n and every part of v are integers up to `most`, hence exact."""
        parts = [(1, 0), *self.nodes]
        if any(abs(b) > most for _, b in parts):
            return 0
        return min((most - abs(b)) // max(1, abs(a)) for a, b in parts if a)

    def _increment(self, d: int, v: int) -> int:
        return (d // v + 1) // 2 if self.nearest else d // (2 * v) + self.upward

    def _by_updates(self, d: int, n: int, room: int, top: int) -> tuple[int, int, int] | None:
        """How many updates of an array the sum and the increments allow, what they add, and the last increment."""
        size = min(CHUNK, top - n)
        if size < 2:
            return None
        v = np.arange(self.a * (n + 1) + self.b, self.a * (n + size) + self.b + 1, self.a, dtype=np.float64)
        quotient = np.floor(d / v)
        k = np.floor((quotient + 1) * 0.5 if self.nearest else quotient * 0.5) + float(self.upward)
        total = np.cumsum(k)  # exact as long as it is below `room`, and never falls
        stop = int(np.searchsorted(total, room, side="right"))
        stop = min(stop, _first(self._ties(d, quotient, v)), size if k[-1] else _first(k == 0))
        return (stop, int(total[stop - 1]), int(k[stop - 1])) if stop else None

    def _by_blocks(self, d: int, n: int, room: int, top: int) -> tuple[int, int, int] | None:
        """An array of blocks of equal increments k, k - 1, k - 2, ..., the last one in part."""
        first = self._increment(d, self.a * (n + 1) + self.b)
        if first < 1 + self.upward:  # the last increment of 1 upwards has no end
            return None
        k = np.arange(first, max(int(self.upward), first - CHUNK), -1, dtype=np.float64)
        divisor = 2 * k - 1 if self.nearest else 2 * k - 2 * self.upward
        last = np.floor(d / divisor)  # the last v with increment k
        ends = last if (self.a, self.b) == (1, 0) else np.floor((last - self.b) / self.a)
        counts = np.diff(ends, prepend=np.float64(n))
        total = np.cumsum(k * counts)
        stop = int(np.searchsorted(total, room, side="right"))
        ties = self._ties(d, divisor, last)
        stop = min(stop, _first(ties), int(np.searchsorted(ends, top, side="right")))
        done = int(ends[stop - 1]) - n if stop else 0
        gained = int(total[stop - 1]) if stop else 0
        taken = counts[:stop]
        increment = int(k[np.nonzero(taken)[0][-1]]) if done else 0
        if stop < len(k):
            in_part = int(k[stop])
            more = min(int(counts[stop]) - int(_at(ties, stop)), (room - gained) // in_part, top - n - done)
            if more > 0:
                done, gained, increment = done + more, gained + more * in_part, in_part
        return (done, gained, increment) if done else None

    def _ties(self, d: int, odd: Any, v: Any) -> Any:
        """Where odd*v = D with an odd number `odd` = 2*k - 1: there the parity of the sum decides.

        If D is a power of two that is at v = D alone; both arrays are monotone.
        """
        if not self.even or (not d & d - 1 and not min(v[0], v[-1]) <= d <= max(v[0], v[-1])):
            return np.zeros(0, dtype=bool)
        return (odd * v == d) & (odd % 2 == 1)


def _affine(term: Term, most: int) -> list[tuple[int, int]] | None:
    """The parts of a term a*n + b with integers, the whole last, each as (a, b); None if it is no such term."""
    if term == Var(STEP_NUMBER):
        return [(1, 0)]
    if isinstance(term, Const):
        exact = term.value.denominator == 1 and abs(term.value) < most
        return [(0, term.value.numerator)] if exact else None
    if not isinstance(term, Apply) or term.operation not in ("add", "sub", "mul"):
        return None
    left, right = _affine(term.args[0], most), _affine(term.args[1], most)
    if left is None or right is None:
        return None
    (a, b), (c, d) = left[-1], right[-1]
    if term.operation == "mul":
        if a and c:
            return None
        whole = (a * d + b * c, b * d)
    else:
        whole = (a + c, b + d) if term.operation == "add" else (a - c, b - d)
    return [*left, *right, whole]


class Terms:
    """The increments of any term in n, computed in arrays under nearest-even.

    In ulps of the sum the addend is t, exact in binary64; the increment is t rounded to an integer. Ties, increments 0,
    values that are not finite and the ends of the binade stop the array and are left to single updates.
    """

    def __init__(self, program: Program, machine: Arrays, sign: int) -> None:
        self.program, self.machine, self.sign = program, machine, sign
        self.size = 256

    def leap(self, n: int, s: Pair) -> tuple[int, int, int] | None:
        """The number of updates made, the significand after them, and the last increment."""
        m, q = s
        format = self.machine.format
        highest = format.largest_significand if q == format.qmax else 1 << format.precision
        lowest = 1 if q == format.qmin and format.subnormals else 1 << format.precision - 1
        if n + self.size >= 1 << 53:
            return None
        numbers = self.machine.round(np.arange(n + 1, n + 1 + self.size, dtype=np.float64))
        with np.errstate(all="ignore"):
            (u,) = self.program.execute(self.machine, [np.float64(0), numbers])
            t = np.ldexp(np.broadcast_to(u, numbers.shape), -q) * self.sign
            k = np.rint(t)
            bad = ~(np.abs(t) < EXACT) | (np.abs(t - np.trunc(t)) == 0.5) | (k == 0)
            increments = np.where(bad, 0, k).astype(np.int64)
        total = abs(m) + np.cumsum(increments) * (1 if m > 0 else -1)
        stop = min(len(numbers), _first(bad | (total >= highest) | (total <= lowest)))
        self.size = min(CHUNK, 2 * self.size) if stop == len(numbers) else max(256, self.size // 2)
        if stop == 0:
            return None
        size = int(total[stop - 1])
        return stop, size if m > 0 else -size, int(increments[stop - 1])


def _first(flags: Any) -> int:
    """The position of the first true flag, or a number beyond all of them."""
    return int(np.argmax(flags)) if flags.any() else FAR


def _at(flags: Any, position: int) -> bool:
    return position < len(flags) and bool(flags[position])

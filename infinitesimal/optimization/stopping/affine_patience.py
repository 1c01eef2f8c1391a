"""Patience of affine descents with several multipliers: by thresholds where the loss falls steadily, else by steps.

Gradient descent whose excited multipliers r_i lie inside (-1, 1) has f(x_n) = f* + sum c_i r_i**(2 n) with c_i >= 0
(A and the map have the same eigenvectors, and the curvatures are positive there), so every gain f(x_m) - f(x_(m+g))
falls with m.
"""

import time
from math import lcm

from flint import arb, ctx, fmpq

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.linear.affine import TooManyBits
from infinitesimal.optimization.stopping.affine import EXACT_BITS, after_product
from infinitesimal.optimization.stopping.comparisons import dot
from infinitesimal.optimization.stopping.modes import Modes, TooCoarse
from infinitesimal.optimization.stopping.patience import OutOfTime, fires_at
from infinitesimal.optimization.stopping.problem import as_column
from infinitesimal.optimization.stopping.rules import Patience
from infinitesimal.optimization.stopping.search import Search, least_near
from infinitesimal.optimization.stopping.sequences import Sequences
from infinitesimal.truth import Truth

MOST_NEWTON_STEPS = 8
_FIRST_LOOK = 16
_FIRST_RUN = 32
"""The length of the first run of records that is looked for, in steps."""
LONGEST = 100
"""Whether every so many steps improve the loss for ever is looked at for patiences up to this."""
FARTHEST = 10**30
"""No threshold is looked for beyond so many steps."""


class _Open(Exception):
    """A comparison that neither balls nor exact points decide."""

    def __init__(self, step: int) -> None:
        super().__init__(step)
        self.step = step


def patience_of_modes(sequences: Sequences, rule: Patience, deadline: float, last: int | None = None) -> Search:
    """When patience ends. Exact; UNKNOWN at the deadline, beyond `last`, or where two losses cannot be told apart."""
    try:
        steady = _falls_steadily(sequences)
        gains = _Gains(sequences, to_fmpq(rule.improvement), deadline, steady)
        if steady:
            if rule.improvement == 0 and sequences.step.order:
                return Search(None, Truth.TRUE, 0, "the loss falls at every step, for ever")
            return _found(fires_at(gains.threshold, rule.steps, deadline))
        return _walk(gains, rule, last)
    except (_Open, OutOfTime) as error:
        return Search(None, Truth.UNKNOWN, error.step, f"followed up to step {error.step}")
    except TooCoarse:
        return Search(None, Truth.UNKNOWN, 0, "the multipliers are too close to one another to be told apart")


def _found(step: int | None) -> Search:
    if step is None:
        return Search(None, Truth.TRUE, 0, "every wait ends with an improvement")
    return Search(step, Truth.FALSE, step)


def _falls_steadily(sequences: Sequences) -> bool:
    """Whether every excited multiplier of gradient descent is known to lie inside (-1, 1)."""
    if sequences.problem.method != "gradient":
        return False
    step = sequences.step
    bits = sequences.bits_for(("step",))
    roots = [root for i, power in enumerate(step.powers) if power for root in step.polynomial.roots(i, bits)]
    return all(root.modulus < 1 for root in roots) and sequences.fall is not None


class _Gains:
    """Whether f(x_m) - f(x_n) exceeds the least improvement."""

    def __init__(self, sequences: Sequences, improvement: fmpq, deadline: float, by_falls: bool) -> None:
        self.sequences, self.improvement, self.deadline = sequences, improvement, deadline
        self.by_falls = by_falls
        self.bits = sequences.bits_for(("fall",) if by_falls else ("point", "gradient"))
        self._guess = 0
        self._points: dict[tuple[int, int], tuple[list[arb], list[arb]]] = {}
        self._reached = 0
        self._over: dict[int, list[Modes]] = {}

    def threshold(self, gap: int) -> int | None:
        """The smallest m where the gain over `gap` steps is no improvement, for a loss that falls steadily."""
        self._guess = self._guessed(gap)
        found = least_near(lambda m: not self.exceeds(m, m + gap), self._guess, FARTHEST)
        self._guess = found or 0
        return found

    def _guessed(self, gap: int) -> int:
        """About where the gain over `gap` steps is the least improvement: Newton steps on its logarithm."""
        m = max(self._guess, self.sequences.offset)
        if self.improvement == 0 or not self.by_falls:
            return m
        with ctx.workprec(self.bits):
            for _ in range(MOST_NEWTON_STEPS):
                size, later = self._gain(m, m + gap, self.bits), self._gain(m + gap, m + 2 * gap, self.bits)
                if not (size > later > 0):
                    break
                excess, slope = (size / self.improvement).log(), (size / later).log() / gap
                move = int(float((excess / slope).mid()))
                m = max(self.sequences.offset, m + move)
                if abs(move) <= 2:
                    break
        return m

    def exceeds(self, m: int, n: int) -> bool:
        """Raises `_Open` where it cannot be decided."""
        if time.monotonic() > self.deadline:
            raise _Open(self._reached)
        if m >= self.sequences.offset:
            for k in range(2):
                answer = self._by_balls(m, n, self.bits << k)
                if answer is not None:
                    return answer
        try:
            return self._exactly(m, n)
        except TooManyBits:
            for k in range(2, 6):
                answer = self._by_balls(m, n, self.bits << k)
                if answer is not None:
                    return answer
        raise _Open(self._reached)

    def _by_balls(self, m: int, n: int, bits: int) -> bool | None:
        with ctx.workprec(bits):
            gain = self._gain(m, n, bits)
            return True if gain > self.improvement else False if gain <= self.improvement else None

    def _gain(self, m: int, n: int, bits: int) -> arb:
        """f(x_m) - f(x_n): from the modes of the loss, or as (x_m - x_n).(g_m + g_n)/2."""
        if self.by_falls:
            s, t = m - self.sequences.offset, n - self.sequences.offset
            modes = self.sequences.modes("fall", bits)
            return modes.on(s, s, s)[0] - modes.on(t, t, t)[0]
        (x, g), (y, h) = self._at(m, bits), self._at(n, bits)
        return sum(((a - b) * (p + q) for a, b, p, q in zip(x, y, g, h, strict=True)), start=arb(0)) / 2

    def _at(self, n: int, bits: int) -> tuple[list[arb], list[arb]]:
        key = (n, bits)
        if key not in self._points:
            if len(self._points) > 64:
                self._points.clear()
            t = n - self.sequences.offset
            point, gradient = (self.sequences.modes(name, bits).on(t, t, t) for name in ("point", "gradient"))
            self._points[key] = point, gradient
        return self._points[key]

    def _exactly(self, m: int, n: int) -> bool:
        problem = self.sequences.problem
        assert problem.quadratic is not None
        before, after = (problem.quadratic.value(as_column(problem.point_at(k, EXACT_BITS))) for k in (m, n))
        return bool(before - after > self.improvement)

    def always_exceeds(self, low: int, gap: int) -> bool:
        """Whether the gains over `gap` steps are known to be improvements from step `low` on, for ever."""
        if gap > LONGEST or low <= self.sequences.offset:
            return False
        with ctx.workprec(self.bits):
            modes = self._modes_over(gap)
            t, period = low - self.sequences.offset, lcm(*(m.period for m in modes))
            found = [after_product(modes, t, t + r, self.improvement) for r in range(period)]
        return all(f is not None and f[0][0] > f[2] for f in found)

    def run(self, low: int, length: int, gap: int) -> int | None:
        """The last of the records low, low + gap, ... that are known to follow one another up to about low + length.

        From each m of the range the gain over `gap` steps is an improvement. For gap > 1 the gain over gap - 1 steps is
        none, and the loss does not rise, so that neither is the gain over fewer. None where this is not shown.
        """
        if time.monotonic() > self.deadline:
            raise _Open(low)
        if low < self.sequences.offset or gap > LONGEST:
            return None
        high, least = low + length, self.improvement
        if not all(gain > least for gain in self._gains_on(low, high, gap)):
            return None
        if gap > 1 and not (
            all(gain <= least for gain in self._gains_on(low, high, gap - 1))
            and all(gain >= 0 for gain in self._gains_on(low, high + gap, 1))
        ):
            return None
        return low + (length // gap + 1) * gap

    def _gains_on(self, low: int, high: int, gap: int) -> list[arb]:
        """Balls of f(x_m) - f(x_(m + gap)) for all m from `low` to `high`, one for each residue of the period."""
        with ctx.workprec(self.bits):
            modes = self._modes_over(gap)
            a, b, period = (low - self.sequences.offset, high - self.sequences.offset, lcm(*(m.period for m in modes)))
            return [dot(*(m.on(a, b, a + r) for m in modes)) for r in range(min(period, high - low + 1))]

    def _modes_over(self, gap: int) -> list[Modes]:
        if gap not in self._over:
            self._over[gap] = [Modes(s, self.bits) for s in self.sequences.over(gap)]
        return self._over[gap]

    def reached(self, step: int) -> None:
        self._reached = step


def _walk(gains: _Gains, rule: Patience, last: int | None) -> Search:
    """Step by step near the places where the gap between records changes, and by whole runs of records elsewhere."""
    best = n = 0
    look, length, gap = _FIRST_LOOK, _FIRST_RUN, 1
    while n - best < rule.steps:
        if last is not None and n >= last:
            return Search(None, Truth.UNKNOWN, n + 1, f"followed up to step {last}, where another rule fires")
        if n == best and n >= look:
            look = 4 * n
            if gains.always_exceeds(n, rule.steps):
                return Search(None, Truth.TRUE, n, f"from step {n} on every {rule.steps} steps improve the loss")
        if n == best and n >= _FIRST_LOOK and length >= gap:
            end = gains.run(n, length, gap)
            if end is not None:
                best = n = end
                length *= 2
                continue
            length //= 4
        n += 1
        gains.reached(n)
        if gains.exceeds(best, n):
            best, gap = n, n - best
            length = max(length, min(2 * length + 1, _FIRST_RUN))
    return Search(n, Truth.FALSE, n)

"""The check of a certificate of fate: every row by exact fractions and one rounding for each operation. No search.

It shares with the search the theorems, and nothing of its arithmetic: no arrays and no binary64. Enclosures are
evaluated at the corners with fractions, each result rounded once by the soft core; single floats go through the soft
core itself. Where a kind needs the mean value theorem, `exact_slopes` has its exact intervals.
"""

from bisect import bisect_left, bisect_right
from fractions import Fraction

from infinitesimal.arithmetics.floating.format import NAN, Format
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.errors import Unverified
from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.runs.starts.exact_enclosures import EMPTY, Box, enclose
from infinitesimal.runs.starts.exact_slopes import displacement_sign
from infinitesimal.runs.starts.fate_certificate import (
    COLUMNS,
    FALLS,
    MOVES,
    RECURRENT,
    RISES,
    STAYS,
    TRANSIENT,
    UNDECIDED,
    FateCertificate,
)
from infinitesimal.runs.starts.ordinals import Value, index_of, pair_of, top_of, value_at, value_of
from infinitesimal.terms.program import Program


def check(certificate: FateCertificate, recurrence: Recurrence, machine: Floats) -> bool:
    """True if every row of the certificate holds for the step of `recurrence` on `machine`.

    Raises `Unverified` with the first row that does not.
    """
    _Checker(certificate, recurrence.program.lowered(), machine).check()
    return True


class _Checker:
    def __init__(self, certificate: FateCertificate, program: Program, machine: Floats) -> None:
        self.rows, self.program, self.machine = certificate, program, machine
        self.format: Format = machine.format
        self.top = top_of(self.format)
        self.last = self.top + self.format.has_infinity

    def check(self) -> None:
        rows = self.rows
        _demand(rows.fold in (1, 2), "a certificate is about one step or two")
        _demand(all(len(getattr(rows, name)) == len(rows) for name in COLUMNS), "the columns differ in length")
        _demand(all(type(k) is int for name in COLUMNS for k in getattr(rows, name)), "integers only")
        expected = -self.last
        for i in range(len(rows)):
            _demand(expected == rows.low[i] <= rows.high[i], f"row {i} does not follow the one before")
            expected = rows.high[i] + 1
        _demand(expected == self.last + 1, "the rows do not cover all states")
        for i in range(len(rows)):
            self._check_row(i)
        self._check_ranks()
        self._check_cycles()

    def _check_row(self, i: int) -> None:
        rows = self.rows
        low, high = rows.low[i], rows.high[i]
        _demand(rows.kind[i] in (MOVES, FALLS, RISES, STAYS), f"row {i}: there is no kind {rows.kind[i]}")
        _demand(rows.status[i] in (TRANSIENT, RECURRENT, UNDECIDED), f"row {i}: no such status")
        if low == high:
            found, nan = self._point(low)
            signs = {FALLS: found is None or found < low, RISES: found is None or found > low, STAYS: found == low}
            holds = signs.get(rows.kind[i], True)
            inside = found is None or rows.image_low[i] <= found <= rows.image_high[i]
        else:
            registers, nan = self._fold(low, high)
            nan = nan or registers[-1] == EMPTY
            image = [self._index(end) for end in registers[-1]]
            inside = registers[-1] == EMPTY or (rows.image_low[i] <= image[0] and image[1] <= rows.image_high[i])
            # Enclosures leave NaN out: what goes there neither rises nor falls for ever, but does not stay.
            holds = self._kind_holds(rows.kind[i], low, high, registers) and not (nan and rows.kind[i] == STAYS)
        _demand(inside, f"row {i}: the image is not inside {rows.image_low[i]} .. {rows.image_high[i]}")
        _demand(holds, f"row {i}: its kind is not confirmed")
        _demand(rows.nan[i] or not nan, f"row {i}: NaN is not excluded")

    def _check_ranks(self) -> None:
        """A walk goes to smaller ranks from transient cells, and to no greater ones from others."""
        rows, n = self.rows, len(self.rows)
        tree = [-1] * n + list(rows.rank)
        for at in range(n - 1, 0, -1):
            tree[at] = max(tree[2 * at], tree[2 * at + 1])
        for i in range(n):
            if rows.kind[i] == STAYS:
                _demand(rows.status[i] == RECURRENT, f"row {i}: floats that stay are fixed points")
                continue
            first, last = bisect_left(rows.high, rows.image_low[i]), bisect_right(rows.low, rows.image_high[i])
            last = min(last, i) if rows.kind[i] == FALLS else last
            first = max(first, i + 1) if rows.kind[i] == RISES else first
            greatest = _greatest(tree, n + first, n + last)
            bound = rows.rank[i] - (rows.status[i] == TRANSIENT)
            _demand(greatest <= bound, f"row {i}: a cell of rank {greatest} can follow rank {rows.rank[i]}")

    def _check_cycles(self) -> None:
        """The rest of the recurrent rows are single floats that the step permutes."""
        rows = self.rows
        chosen = [i for i in range(len(rows)) if rows.status[i] == RECURRENT and rows.kind[i] != STAYS]
        starts = [rows.low[i] for i in chosen]
        _demand(all(rows.low[i] == rows.high[i] for i in chosen), "a recurrent cell is wide and may move")
        images = [self._point(low)[0] for low in starts]
        followed = sorted(image for image in images if image is not None)
        _demand(followed == starts, "the recurrent floats are not permuted")

    def _point(self, index: int) -> tuple[int | None, bool]:
        """The image of one state, None for NaN, and whether it is NaN."""
        pair = pair_of(self.format, index)
        for _ in range(self.rows.fold):
            (pair,) = self.program.execute(self.machine, [pair, self.machine.integer(0)])
        return (None, True) if pair == NAN else (index_of(self.format, pair), False)

    def _fold(self, low: int, high: int) -> tuple[list[Box], bool]:
        """The enclosures of all registers, those of the second step behind the first, the image last."""
        state: Box = self._value(low), self._value(high)
        registers: list[Box] = []
        lost = False
        for _ in range(self.rows.fold):
            boxes, nan = enclose(self.machine, self.program, [state, (Fraction(0), Fraction(0))])
            state, lost = boxes[self.program.outputs[0]], lost or any(nan)
            registers += boxes
        return [*registers, state], lost

    def _index(self, value: Value) -> int:
        if isinstance(value, float):
            return self.last if value > 0 else -self.last
        return index_of(self.format, self.machine.const(value))

    def _kind_holds(self, kind: int, low: int, high: int, registers: list[Box]) -> bool:
        if kind == MOVES:
            return True
        if not -self.top < low <= high < self.top:
            return False
        if (self.rows.fold == 1 or self.program.outputs[0] == 0) and self._by_neighbours(kind, low, high, registers):
            return True
        sign = displacement_sign(self.machine, self.program, self.rows.fold, low, high, registers)
        return (kind == FALLS and sign < 0) or (kind == RISES and sign > 0)

    def _by_neighbours(self, kind: int, low: int, high: int, registers: list[Box]) -> bool:
        """The kind from the enclosure of t in S(x) = x - t: see `cells`."""
        t = displacement_of(self.program, 0, registers)
        return t is not None and kind_by_neighbours(self.machine, kind, low, high, t)

    def _value(self, index: int) -> Value:
        return value_of(self.format, pair_of(self.format, index))


def displacement_of(program: Program, k: int, registers: list[Box]) -> Box | None:
    """The enclosure of t where component k goes from x to x - t by its last operation; None where it does not."""
    out = program.outputs[k]
    if out == k:
        return Fraction(0), Fraction(0)
    if out < program.first_result:
        return None
    operation, operands, _ = program.instructions[out - program.first_result]
    if operation == "sub" and operands[0] == k:
        return registers[operands[1]]
    if operation == "add" and k in operands:
        low, high = registers[operands[1] if operands[0] == k else operands[0]]
        return -high, -low
    return None


def kind_by_neighbours(machine: Floats, kind: int, low: int, high: int, t: Box) -> bool:
    """Whether a kind of a cell of one variable follows from bounds of t in x - t: see `cells`."""
    format, rounding = machine.format, machine.rounding
    top = top_of(format)
    if not -top < low <= high < top:
        return False
    outer = _gap(format, max(abs(low), abs(high)))
    inner = _inner_gap(format, 0 if low <= 0 <= high else min(abs(low), abs(high)))
    if rounding in (Rounding.NEAREST_EVEN, Rounding.NEAREST_AWAY):
        held = {FALLS: t[0] > outer / 2, RISES: t[1] < -outer / 2, STAYS: -inner / 2 < t[0] and t[1] < inner / 2}
        return held[kind] or (kind == STAYS and t[0] == t[1] == 0)
    positive, negative = low > 0, high < 0
    down = rounding is Rounding.DOWN or (positive and rounding is Rounding.TOWARD_ZERO)
    down = down or (negative and rounding is Rounding.AWAY)
    up = rounding is Rounding.UP or (negative and rounding is Rounding.TOWARD_ZERO)
    up = up or (positive and rounding is Rounding.AWAY)
    if kind == FALLS:
        return t[0] >= outer or (down and t[0] > 0)
    if kind == RISES:
        return t[1] <= -outer or (up and t[1] < 0)
    return t[0] == t[1] == 0 or (down and -inner < t[0] and t[1] <= 0) or (up and t[0] >= 0 and t[1] < inner)


def _gap(format: Format, index: int) -> Fraction:
    at = min(index, top_of(format) - 1)
    return value_at(format, at + 1) - value_at(format, at)


def _inner_gap(format: Format, index: int) -> Fraction:
    flushed = index == 1 and not format.subnormals
    return _gap(format, 1) / 2 if flushed else _gap(format, max(index - 1, 0))


def _greatest(tree: list[int], a: int, b: int) -> int:
    found = -1
    while a < b:
        if a & 1:
            found = max(found, tree[a])
            a += 1
        if b & 1:
            b -= 1
            found = max(found, tree[b])
        a >>= 1
        b >>= 1
    return found


def _demand(holds: object, otherwise: str) -> None:
    if not holds:
        raise Unverified(f"the certificate does not hold: {otherwise}")

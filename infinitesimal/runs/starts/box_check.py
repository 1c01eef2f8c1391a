"""The check of a certificate of fate in several variables: every leaf by exact fractions. No search, no arrays.

Images are enclosed with fractions, each operation rounded once by the soft core (`exact_enclosures`); single states go
through the soft core itself. That nothing is on a cycle outside of the root is shown again, too (`contraction`).
"""

from collections.abc import Sequence
from fractions import Fraction

from infinitesimal.arithmetics.floating.format import NAN, Format
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.errors import Unverified
from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.runs.starts.affine_steps import exact_sign, forms
from infinitesimal.runs.starts.box_certificate import FELL, LEAVES, NODES, ROSE, STAYED, BoxCertificate, IndexBox
from infinitesimal.runs.starts.contraction import region
from infinitesimal.runs.starts.exact_enclosures import EMPTY, Box, enclose
from infinitesimal.runs.starts.fate_certificate import FALLS, RECURRENT, RISES, STAYS, TRANSIENT, UNDECIDED
from infinitesimal.runs.starts.fate_check import displacement_of, kind_by_neighbours
from infinitesimal.runs.starts.ordinals import Value, index_of, pair_of, top_of, value_of

KINDS = {FELL: FALLS, ROSE: RISES, STAYED: STAYS}
MOVING = FELL | ROSE


def check_boxes(certificate: BoxCertificate, recurrence: Recurrence, machine: Floats) -> bool:
    """True if a certificate holds for the step of `recurrence` on `machine`; raises `Unverified` otherwise."""
    _Checker(certificate, recurrence, machine).check()
    return True


class _Checker:
    def __init__(self, certificate: BoxCertificate, recurrence: Recurrence, machine: Floats) -> None:
        self.tree, self.machine, self.program = certificate, machine, recurrence.program.lowered()
        self.format: Format = machine.format
        self.count = len(self.program.outputs)
        self.top = top_of(self.format)
        self.last = self.top + self.format.has_infinity
        self.affine = forms(self.program, machine)

    def check(self) -> None:
        tree = self.tree
        _demand(all(len(getattr(tree, name)) == len(tree.axis) for name in NODES), "the nodes differ in length")
        _demand(all(len(getattr(tree, name)) == len(tree) for name in LEAVES), "the leaves differ in length")
        _demand(sum(axis < 0 for axis in tree.axis) == len(tree), "there are more leaves than rows, or fewer")
        columns = [*(getattr(tree, n) for n in (*NODES, *LEAVES) if n != "image"), *tree.image, *tree.root]
        _demand(all(type(k) is int for column in columns for k in column), "integers only")
        self._check_root()
        self._check_nodes()
        boxes = [box for _, box in tree.boxes()]
        for i, box in enumerate(boxes):
            self._check_leaf(i, box)
        self._check_ranks()
        self._check_cycles(boxes)

    def _check_root(self) -> None:
        """The root is everything, or holds all that can be on a cycle."""
        root, lost = self.tree.root, self.last + 1
        _demand(len(root) == self.count, "the root has another number of components")
        if not self.tree.proof:
            _demand(root == ((-self.last, lost),) * self.count, "the root is not all states")
            return
        found = region(self.program, self.machine, self.tree.proof)
        inside = found is not None and all(
            a <= low and high <= b for (a, b), (low, high) in zip(root, found, strict=True)
        )
        _demand(inside, "it is not shown that nothing is on a cycle outside of the root")

    def _check_nodes(self) -> None:
        """Every node but the root is one child of one node before it, and cuts lie inside."""
        tree, free = self.tree, 1
        ranges = {0: tree.root}
        for node, axis in enumerate(tree.axis):
            _demand(node in ranges, f"node {node} has no parent before it")
            box = ranges.pop(node)
            if axis < 0:
                continue
            _demand(axis < self.count and box[axis][0] <= tree.cut[node] < box[axis][1], f"node {node} is not cut")
            child, (low, high) = tree.child[node], box[axis]
            _demand(
                child > node and child not in ranges and child + 1 not in ranges,
                f"node {node} has no children of its own",
            )
            ranges[child] = (*box[:axis], (low, tree.cut[node]), *box[axis + 1 :])
            ranges[child + 1] = (*box[:axis], (tree.cut[node] + 1, high), *box[axis + 1 :])
            free += 2
        _demand(free == len(tree.axis) and not ranges, "there are nodes without a parent")

    def _check_leaf(self, i: int, box: IndexBox) -> None:
        tree = self.tree
        _demand(tree.status[i] in (TRANSIENT, RECURRENT, UNDECIDED), f"leaf {i}: there is no such status")
        _demand(0 <= tree.sign[i] < 8**self.count and len(tree.image[i]) == 2 * self.count, f"leaf {i}: malformed")
        if all(low == high for low, high in box):
            state = tuple(low for low, _ in box)
            after = self._after(state)
            image = [(index, index) for index in after]
            held = sum(
                (STAYED if new == old else FELL if new < old else ROSE) * 8**k
                for k, (new, old) in enumerate(zip(after, state, strict=True))
            )
        else:
            image, held = self._wide(i, box)
        _demand(tree.sign[i] & ~held == 0, f"leaf {i}: its signs are not confirmed")
        for k, (low, high) in enumerate(image):
            given = tree.image[i][2 * k : 2 * k + 2]
            _demand(given[0] <= low and high <= given[1], f"leaf {i}: the image of component {k} is not inside {given}")

    def _wide(self, i: int, box: IndexBox) -> tuple[list[tuple[int, int]], int]:
        """The enclosure of the image, narrowed by the signs of the row that hold, and those signs."""
        lost = self.last + 1
        _demand(all(high < lost or low == lost for low, high in box), f"leaf {i}: NaN does not stand alone")
        inputs = [EMPTY if low == lost else (self._value(low), self._value(high)) for low, high in box]
        registers, nan = enclose(self.machine, self.program, [*inputs, (Fraction(0), Fraction(0))])
        image, held = [], 0
        for k, out in enumerate(self.program.outputs):
            low, high = (lost, lost) if registers[out] == EMPTY else (self._index(end) for end in registers[out])
            high = lost if nan[out] else high
            sign = self.tree.sign[i] >> 3 * k & 7
            if sign and not any(nan) and self._sign_holds(sign, k, box, registers):
                held += sign * 8**k
                low = max(low, box[k][0] + 1) if sign & ROSE else low
                high = min(high, box[k][1] - 1) if sign & FELL else high
                low, high = box[k] if sign & STAYED else (low, high)
            image.append((low, high))
        return image, held

    def _sign_holds(self, sign: int, k: int, box: IndexBox, registers: list[Box]) -> bool:
        if sign not in KINDS:
            return False
        t = displacement_of(self.program, k, registers)
        if t is not None and kind_by_neighbours(self.machine, KINDS[sign], *box[k], t):
            return True
        if self.affine is None or not all(max(map(abs, ends)) < self.format.largest for ends in registers):
            return False
        way = exact_sign(self.affine[k], k, registers[: self.count])
        return (way < 0 and sign == FELL) or (way > 0 and sign == ROSE)

    def _check_ranks(self) -> None:
        """A walk never rises in rank, and leaves the transient leaves of each."""
        tree = self.tree
        leaf = -1
        leaf_of = [(leaf := leaf + 1) if axis < 0 else -1 for axis in tree.axis]
        greatest = [tree.rank[at] if at >= 0 else 0 for at in leaf_of]
        for node in range(len(tree.axis) - 1, -1, -1):
            if tree.axis[node] >= 0:
                greatest[node] = max(greatest[tree.child[node]], greatest[tree.child[node] + 1])
        shared: dict[int, int] = {}
        for rank, sign in zip(tree.rank, tree.sign, strict=True):
            shared[rank] = shared.get(rank, -1) & sign
        still, moving = (sum(s * 8**k for k in range(self.count)) for s in (STAYED, MOVING))
        for i in range(len(tree)):
            if tree.sign[i] == still:
                _demand(tree.status[i] == RECURRENT, f"leaf {i}: states that stay are fixed points")
                continue
            strict = tree.status[i] == TRANSIENT and not shared[tree.rank[i]] & moving
            self._check_rank(i, tree.rank[i] - strict, greatest)

    def _check_rank(self, i: int, bound: int, greatest: list[int]) -> None:
        tree, image = self.tree, self.tree.image[i]
        meets = all(image[2 * k] <= high and low <= image[2 * k + 1] for k, (low, high) in enumerate(tree.root))
        nodes = [0] if meets else []
        while nodes:
            node = nodes.pop()
            if greatest[node] <= bound:
                continue
            axis = tree.axis[node]
            _demand(axis >= 0, f"leaf {i}: a leaf of rank {greatest[node]} can follow rank {tree.rank[i]}")
            if image[2 * axis] <= tree.cut[node]:
                nodes.append(tree.child[node])
            if image[2 * axis + 1] > tree.cut[node]:
                nodes.append(tree.child[node] + 1)

    def _check_cycles(self, boxes: list[IndexBox]) -> None:
        """The rest of the recurrent leaves are single states that the step permutes."""
        still = sum(STAYED * 8**k for k in range(self.count))
        tree = self.tree
        chosen = [
            box
            for box, status, sign in zip(boxes, tree.status, tree.sign, strict=True)
            if status == RECURRENT and sign != still
        ]
        _demand(all(low == high for box in chosen for low, high in box), "a recurrent leaf is wide and may move")
        starts = [tuple(low for low, _ in box) for box in chosen]
        _demand(sorted(starts) == sorted(map(self._after, starts)), "the recurrent states are not permuted")

    def _after(self, state: Sequence[int]) -> tuple[int, ...]:
        pairs = [NAN if index > self.last else pair_of(self.format, index) for index in state]
        found = self.program.execute(self.machine, [*pairs, self.machine.integer(0)])
        return tuple(self.last + 1 if pair == NAN else index_of(self.format, pair) for pair in found)

    def _value(self, index: int) -> Value:
        return value_of(self.format, pair_of(self.format, index))

    def _index(self, value: Value) -> int:
        if isinstance(value, float):
            return self.last if value > 0 else -self.last
        return index_of(self.format, self.machine.const(value))


def _demand(holds: object, otherwise: str) -> None:
    if not holds:
        raise Unverified(f"the certificate does not hold: {otherwise}")

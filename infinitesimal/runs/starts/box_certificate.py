"""The certificate of a fate in several variables: a tree of boxes of states, with images, signs and ranks.

It is integers only. The root is the box of all states, or one outside of which nothing is on a cycle (`contraction`);
a node is cut between two indices of one component, so the leaves cover the root whatever the numbers are. Once every
leaf is checked (`box_check`): a walk never rises in rank, and it leaves the transient leaves of a rank, because it
falls in rank or because one component of the state falls, or rises, on all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

IndexBox = tuple[tuple[int, int], ...]
"""The least and the greatest index of each component. NaN is the index behind that of infinity."""

FELL, ROSE, STAYED = 1, 2, 4
"""Signs: component k falls on all of a leaf, rises, or stays as it is; times 8**k, added."""

NODES = ("axis", "cut", "child")
LEAVES = ("image", "sign", "status", "rank")


@dataclass(frozen=True, repr=False)
class BoxCertificate:
    """The tree, as columns over its nodes, and its leaves, as columns in the order of their nodes.

    Component `axis` of a node is at most `cut` in the node `child`, and more in the one behind it; the axis of a leaf
    is -1. `image` has the bounds of the components of the image, one behind the other. `proof` shows that nothing is
    on a cycle outside of `root`; it is empty where that is all states.
    """

    root: IndexBox
    proof: tuple[Any, ...]
    axis: tuple[int, ...]
    cut: tuple[int, ...]
    child: tuple[int, ...]
    image: tuple[tuple[int, ...], ...]
    sign: tuple[int, ...]
    status: tuple[int, ...]
    rank: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.rank)

    def boxes(self) -> Iterator[tuple[int, IndexBox]]:
        """Every leaf by its node, with its box, in the order of the nodes."""
        found: dict[int, IndexBox] = {0: self.root}
        for node, axis in enumerate(self.axis):
            box = found.pop(node)
            if axis < 0:
                yield node, box
                continue
            (low, high), child = box[axis], self.child[node]
            found[child] = (*box[:axis], (low, self.cut[node]), *box[axis + 1 :])
            found[child + 1] = (*box[:axis], (self.cut[node] + 1, high), *box[axis + 1 :])

    def as_dict(self) -> dict[str, Any]:
        """Integers and lists of them, ready for JSON."""
        columns = {name: list(getattr(self, name)) for name in (*NODES, *LEAVES)}
        columns["image"] = [list(image) for image in self.image]
        return {"root": [list(side) for side in self.root], "proof": _lists(self.proof), **columns}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "BoxCertificate":
        """The certificate written by `as_dict`."""
        columns = {name: tuple(data[name]) for name in (*NODES, *LEAVES)}
        columns["image"] = tuple(tuple(image) for image in data["image"])
        return cls(tuple((low, high) for low, high in data["root"]), _tuples(data["proof"]), **columns)

    def __repr__(self) -> str:
        return f"certificate of {len(self):,} boxes"


def _lists(data: Any) -> Any:
    return [_lists(x) for x in data] if isinstance(data, tuple) else data


def _tuples(data: Any) -> Any:
    return tuple(_tuples(x) for x in data) if isinstance(data, list) else data

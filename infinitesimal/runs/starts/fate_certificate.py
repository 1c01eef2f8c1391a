"""The certificate of a fate: a partition of all states of a machine into cells, with images, kinds and ranks.

It is integers only. What it proves, once every row is checked (`fate_check`): a walk never rises in rank, it leaves
every transient cell, and falls in rank when it does. So every start comes to recurrent floats, to NaN, or to an
undecided cell, and nothing outside of those is on a cycle.
"""

from dataclasses import dataclass
from typing import Any

MOVES, FALLS, RISES, STAYS = range(4)
"""The kinds of cells: only the image is known; the step goes down on the whole cell; up; every float stays."""

TRANSIENT, RECURRENT, UNDECIDED = range(3)
"""The statuses of cells: no float of it is on a cycle; all are; that is not known."""

COLUMNS = ("low", "high", "image_low", "image_high", "kind", "status", "rank", "nan")


@dataclass(frozen=True, repr=False)
class FateCertificate:
    """The rows of a partition, in the order of the states, as columns of integers.

    `low` and `high` are the order indices of the ends of each cell: 0 for zero, 1 for the least positive float, `top`
    for the largest, top + 1 for infinity, and the same below zero. `image_low` and `image_high` enclose the images
    under `fold` steps, NaN apart (the first is greater where there are none); `nan` is 1 where NaN cannot be excluded.
    """

    fold: int
    low: tuple[int, ...]
    high: tuple[int, ...]
    image_low: tuple[int, ...]
    image_high: tuple[int, ...]
    kind: tuple[int, ...]
    status: tuple[int, ...]
    rank: tuple[int, ...]
    nan: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.low)

    def as_dict(self) -> dict[str, Any]:
        """Integers and lists of them, ready for JSON."""
        return {"fold": self.fold, **{name: list(getattr(self, name)) for name in COLUMNS}}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "FateCertificate":
        """The certificate written by `as_dict`."""
        return cls(data["fold"], *(tuple(data[name]) for name in COLUMNS))

    def positions(self, status: int) -> list[int]:
        """The rows with a status."""
        return [i for i, found in enumerate(self.status) if found == status]

    def __repr__(self) -> str:
        return f"certificate of {len(self):,} cells under {self.fold} step{'s' * (self.fold > 1)}"

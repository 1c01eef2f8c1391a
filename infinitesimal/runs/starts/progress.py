"""One line on stderr that says how far a long count is."""

import sys
import time

WIDTH = 30
EVERY = 0.5
"""The seconds between two writings of the line."""


class Progress:
    """The line of a count up to `total` things; nothing is written unless `shown`.

    On a terminal the line is written over itself; elsewhere a new line comes ten times more rarely.
    """

    def __init__(self, what: str, total: int, done: int, shown: bool) -> None:
        self.total, self.first, self.shown = total, done, shown
        self.began = self.last = time.monotonic()
        self.again = sys.stderr.isatty()
        if shown:
            print(what, file=sys.stderr, flush=True)

    def at(self, done: int) -> None:
        """Says that `done` things are counted."""
        now = time.monotonic()
        if not self.shown or (done < self.total and now - self.last < EVERY * (1 if self.again else 10)):
            return
        self.last = now
        rate = (done - self.first) / max(now - self.began, 1e-9)
        left = f"{(self.total - done) / rate:,.0f} s left" if rate else ""
        full = WIDTH * done // self.total
        text = f"{'#' * full}{'.' * (WIDTH - full)} {done / self.total:6.1%}  {rate / 1e6:,.1f} M/s  {left:>12}"
        print(text, end="\r" if self.again and done < self.total else "\n", file=sys.stderr, flush=True)

    def interrupted(self, text: str) -> None:
        """The last words when the count is broken off; they are written in any case."""
        print(f"\n{text}", file=sys.stderr, flush=True)

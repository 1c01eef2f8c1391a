"""Ratios that can be trusted on a noisy machine: both sides in turn, the minimum of each."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """How long ours takes over how long the peer takes, and what was aimed at."""

    what: str
    ours: float
    peer: float
    aim: str

    @property
    def value(self) -> float:
        return self.ours / self.peer

    def __str__(self) -> str:
        figures = f"{self.ours * 1e3:10.3f} ms {self.peer * 1e3:10.3f} ms"
        return f"{self.what:<74} {figures} {self.value:9.3f}   {self.aim}"


def ratio(what: str, ours: Callable[[], object], peer: Callable[[], object], aim: str, rounds: int = 7) -> Ratio:
    """Times both in turn, `rounds` times, after one call of each that is not counted."""
    best = [float("inf"), float("inf")]
    for counted in range(-1, rounds):
        for i, call in enumerate((ours, peer)):
            start = time.perf_counter()
            call()
            if counted >= 0:
                best[i] = min(best[i], time.perf_counter() - start)
    return Ratio(what, best[0], best[1], aim)


def process(*arguments: str) -> Callable[[], object]:
    """A whole Python process, from start to exit, with its bytecode kept as in an installed package."""
    command = [sys.executable, *arguments]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=kept)

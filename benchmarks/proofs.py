"""What proofs cost: processor seconds of coqc, loading included, and milliseconds of Python for a certificate."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from unittest.mock import patch

import infinitesimal as inf
from infinitesimal.proofs import coq


@dataclass(frozen=True)
class Cost:
    """What something costs beside what was aimed at, in seconds."""

    what: str
    seconds: float
    aim: float

    def __str__(self) -> str:
        return (
            f"{self.what:<74} {self.seconds * 1e3:10.1f} ms {'':13} {self.seconds / self.aim:9.3f}   <= {self.aim:g} s"
        )


def _results() -> Iterator[tuple[str, object]]:
    slow = inf.descent("1/2*(x - 3)**2", 5, "3/100")
    yield "Zeno's series", inf.zeno()
    yield "a race", inf.race(10, 1, 100)
    yield "a rate of 1 - 1e-9", inf.geometric(1, Fraction(10**9 - 1, 10**9))
    yield "a contrast with 1088 steps of binary64", inf.contrast(slow, inf.binary64)
    yield "a cycle after 14,076 steps of binary64", inf.run(_momentum(), inf.binary64)
    yield "1,290,041 steps of binary64", inf.run(inf.descent("1/2*(x - 3)**2", 5, "1/50000"), inf.binary64)
    yield "all starts of e4m3fn", inf.atlas(inf.descent("9/2*x**2", rate="0.01"), inf.e4m3fn)


def _momentum() -> object:
    return inf.recurrence({"x": "x + (0.9*v - 0.1*x)", "v": "0.9*v - 0.1*x"}, {"x": 1, "v": 0})


def _least(call: Callable[[], object], rounds: int) -> float:
    """The least processor seconds of this process over some calls."""
    found = []
    for _ in range(rounds):
        start = time.process_time()
        call()
        found.append(time.process_time() - start)
    return min(found)


def costs() -> Iterator[Cost]:
    """Emitting, one certificate of each kind, twenty-five in one file, the build of the support library."""
    program = coq.coqc()
    named = [(name, inf.prove(result)) for name, result in _results()]
    for name, proof in named:
        yield Cost(f"the text of a certificate: {name}", _least(proof.rocq, 5), 0.05)
    if program is None:
        print(coq.HOW_TO_INSTALL)
        return
    coq.library(program)
    for name, proof in named:
        yield Cost(f"coqc: {name}", min(_accepted(proof) for _ in range(3)), 3)
    rng = random.Random(0)
    many = inf.prove([inf.geometric(rng.randint(1, 9), Fraction(rng.randint(1, 98), 99)) for _ in range(25)])
    yield Cost("coqc: 25 geometric series in one file", min(_accepted(many) for _ in range(3)), 4)
    mixed = inf.prove([result for _, result in _results()])
    yield Cost("coqc: one of each of the above in one file", _accepted(mixed), 6)
    with tempfile.TemporaryDirectory() as cache, patch.dict("os.environ", {"XDG_CACHE_HOME": cache}):
        yield Cost("the support library, once", _building(program), 30)


def _accepted(proof: inf.Proof | inf.Proofs) -> float:
    found = inf.check(proof)
    assert found.truth is inf.Truth.TRUE, found
    return found.seconds


def _building(program: str) -> float:
    """The processor seconds of all runs of coqc that build the library."""
    spent, execute = [], coq.execute

    def counted(command: list[str], folder: Path, seconds: float) -> coq.Outcome:
        outcome = execute(command, folder, seconds)
        spent.append(outcome.seconds)
        return outcome

    with patch.object(coq, "execute", counted):
        coq.library(program)
    return sum(spent)


def main() -> None:
    """Prints every cost beside its aim."""
    for cost in costs():
        print(cost, flush=True)


if __name__ == "__main__":
    main()

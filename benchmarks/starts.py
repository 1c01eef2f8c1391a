"""Every start of a machine: fates, atlases and long orbits, each beside the plain way to learn something like it."""

import sys
from collections.abc import Iterator

import numpy as np

import infinitesimal as inf
from benchmarks.ratio import Ratio, ratio
from infinitesimal.runs.starts.fate import fate
from infinitesimal.terms.program import Program

FATES = [
    ("x - 0.1*(9*x)", "<= 1 s"),
    ("x - 1.9*x", "<= 1 s"),
    ("x - 0.1*(x**3 - x)", "<= 1 s"),
    ("x - 0.001*(x - 0.3)", "<= 5 s"),
    ("x - 0.000001*(x - 0.3)", "<= 30 s"),
]


def step(text: str) -> inf.Recurrence:
    return inf.recurrence({"x": text}, {"x": 1})


def heavy_ball(friction: str) -> inf.Recurrence:
    v = f"{friction}*v - 0.1*(1*x)"
    return inf.recurrence({"v": v, "x": f"x + ({v})"}, {"v": 0, "x": 1})


def sampled(program: Program, count: int = 4_096, steps: int = 2_000) -> object:
    """A sample of binary64 starts, walked in numpy: what is usually done instead, and proves nothing."""
    machine = inf.binary64.arithmetic
    constants = [np.float64(float(machine.export(machine.const(value)))) for value in program.constants]
    states = np.random.default_rng(0).integers(0, 1 << 64, (len(program.outputs), count), dtype=np.uint64)
    state = list(states.view(np.float64))
    apply = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative}
    with np.errstate(all="ignore"):
        for _ in range(steps):
            registers = [*state, np.float64(0), *constants]
            for operation, operands, _ in program.instructions:
                registers.append(apply[operation](*(registers[i] for i in operands)))
            state = [registers[i] for i in program.outputs]
    return state


def fates() -> Iterator[Ratio]:
    """Proofs about all starts beside 2,000 steps of 4,096 starts in numpy."""
    cases = [(text, step(text), aim) for text, aim in FATES]
    cases += [(f"heavy ball, friction {b}", heavy_ball(b), "all 2**128 starts") for b in ("0.5", "0.9")]
    for what, process, aim in cases:
        budget = inf.Budget(seconds=60)
        program = process.program.lowered()
        yield ratio(
            f"fate in binary64, {what} / numpy on a sample",
            lambda process=process, budget=budget: fate(process, inf.binary64, budget=budget),
            lambda program=program: sampled(program),
            aim,
            rounds=2,
        )


def atlases() -> Iterator[Ratio]:
    """Tables of 65,536 starts beside a walk in plain Python that colours them, given the table of successors."""
    for small in (inf.binary16, inf.bfloat16):
        process = step("x - 0.1*(9*x)")
        table = inf.atlas(process, small).successors.tolist()

        def walk(table: list[int] = table) -> object:
            tail, root = [-1] * len(table), [-1] * len(table)
            for start in range(len(table)):
                path, at = [], start
                while root[at] == -1:
                    root[at] = -2
                    path.append(at)
                    at = table[at]
                if root[at] == -2:
                    cycle = path[path.index(at) :]
                    for state in cycle:
                        tail[state], root[state] = 0, min(cycle)
                    path = path[: -len(cycle)]
                for state in reversed(path):
                    tail[state], root[state] = tail[table[state]] + 1, root[table[state]]
            return tail

        what = f"atlas of {small!r}, x - 0.1*(9*x) / plain Python with the table given"
        yield ratio(what, lambda process=process, small=small: inf.atlas(process, small), walk, "<= 15 ms")


def orbits(count: int = 20_000_000) -> Iterator[Ratio]:
    """A heavy ball without friction, which comes back to no marked state, beside a twentieth of it in plain Python."""

    def plain() -> object:
        v, x = 0.0, 1.0
        for _ in range(count // 20):
            v = 1.0 * v - 0.1 * (1.0 * x)
            x = x + v
        return x

    process = heavy_ball("1.0")
    budget = inf.Budget(steps=count)
    found = ratio(
        f"{count:,} steps of a heavy ball / {count // 20:,} in plain Python",
        lambda: inf.run(process, inf.binary64, steps=count, budget=budget).halt,
        plain,
        "<= 0.4 s",
        rounds=3,
    )
    yield found


def all_of_binary32() -> Iterator[Ratio]:
    """2**32 starts beside 2**26 of them stepped once by numpy; minutes, and 6.4 GB."""
    process = step("x - 0.1*(9*x)")
    bits = np.arange(1 << 26, dtype=np.uint32)

    def once() -> object:
        x = bits.view(np.float32)
        with np.errstate(all="ignore"):
            return x - np.float32(0.1) * (np.float32(9) * x)

    what = "atlas of binary32, x - 0.1*(9*x) / numpy, one step of 2**26"
    yield ratio(what, lambda: inf.atlas(process, inf.binary32), once, "<= 180 s", rounds=1)


def main() -> None:
    """Prints every ratio; with the argument binary32, that of its 2**32 starts as well."""
    parts = [fates, atlases, orbits] + [all_of_binary32] * ("binary32" in sys.argv)
    for part in parts:
        for found in part():
            print(found, flush=True)


if __name__ == "__main__":
    main()

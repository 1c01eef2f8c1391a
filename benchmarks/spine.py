"""The main job beside its peers: code written by hand, gmpy2, raw flint, SymPy, bare Python."""

import tracemalloc
from collections.abc import Iterator

import gmpy2
import sympy
from flint import fmpq, fmpz

import infinitesimal as inf
from benchmarks.ratio import Ratio, process, ratio
from infinitesimal.runs.compile import loops

RATE = "0.000001"


def _slow_descent() -> inf.Recurrence:
    return inf.recurrence({"x": f"x - {RATE}*(3*x)"}, {"x": 1})


def native_binary64(steps: int = 1_000_000) -> Ratio:
    """A whole run, halting test and cycle test included, beside a loop with a halting test."""
    descent = _slow_descent()

    def by_hand() -> float:
        x, rate = 1.0, 0.000001
        for _ in range(steps):
            y = x - rate * (3.0 * x)
            if y == x:
                break
            x = y
        return x

    found = inf.run(descent, inf.binary64, steps=steps).halt.value
    assert float(found) == by_hand()
    what = f"run in binary64, {steps} steps / loop by hand"
    return ratio(what, lambda: inf.run(descent, inf.binary64, steps=steps), by_hand, "<= 1.5", rounds=5)


def soft(format: inf.Format, count: int = 30_000) -> Ratio:
    """A generated loop of the soft core beside the same loop on gmpy2's operators, under a context with
    the same precision and range: the logistic map, with the tests for a halt and for a marked state."""
    machine = inf.floats(format)
    process = inf.recurrence({"x": "3.9*(x*(1 - x))"}, {"x": "0.3"})
    state, mark = (machine.embed("0.3"),), (machine.embed(9),)
    scan = loops(process, machine, None).scan
    p, emin, emax = format.precision, format.emin, format.emax
    context = gmpy2.context(precision=p, emax=emax + 1, emin=emin - p + 2, subnormalize=True)

    def peer() -> object:
        with gmpy2.context(context):
            c, x, one, marked = gmpy2.mpfr("3.9"), gmpy2.mpfr("0.3"), gmpy2.mpfr(1), gmpy2.mpfr(9)
            for _ in range(count):
                y = c * (x * (one - x))
                if y == x or y == marked:  # noqa: SIM109, PLR1714 (as the generated loop does)
                    break
                x = y
            return x

    assert inf.exact(peer()) == machine.element_exact(scan(0, count, state, mark)[3][0])
    return ratio(f"soft {format!r}, logistic map / gmpy2 operators", lambda: scan(0, count, state, mark), peer, "<= 5")


def exact_trajectory(steps: int = 1000) -> Iterator[Ratio]:
    """A whole exact trajectory as fractions, beside the raw affine loop and SymPy's textbook step."""
    descent = inf.descent("17/2*(x - 1)**2", start={"x": "3/7"}, rate="3/170")
    r, c = fmpq(7, 10), fmpq(3, 10)

    def raw() -> list[fmpq]:
        x, found = fmpq(3, 7), []
        for _ in range(steps):
            found.append(x)
            x = r * x + c
        return found

    def textbook() -> object:
        x, rate = sympy.Rational(3, 7), sympy.Rational(3, 170)
        for _ in range(steps):
            x = x - rate * (17 * (x - 1))
        return x

    assert [inf.exact(x) for x in raw()] == inf.values(descent, steps)
    yield ratio(
        f"values, {steps} exact steps / raw fmpq loop r*x + c", lambda: inf.values(descent, steps), raw, "<= 1.5"
    )
    yield ratio(
        f"values, {steps} exact steps / SymPy Rational textbook step",
        lambda: inf.values(descent, steps),
        textbook,
        "<= 0.02",
    )


def jump(n: int = 10**6) -> Iterator[Ratio]:
    """The n-th iterate beside the one power that it cannot do without: for the worked example, whose
    multiplier is 1/10, and for the multiplier 13/17, which needs two powers."""
    worked = inf.descent("9/2*(x - 1)**2", start={"x": "14/9"}, rate="1/10")
    general = inf.descent("1/2*(x - 1)**2", start={"x": "14/9"}, rate="4/17")
    yield ratio(
        f"at(d, {n}), multiplier 1/10 / fmpz(10)**{n}", lambda: inf.at(worked, n), lambda: fmpz(10) ** n, "<= 2"
    )
    yield ratio(
        f"at(d, {n}), multiplier 13/17 / fmpz(17)**{n}", lambda: inf.at(general, n), lambda: fmpz(17) ** n, "<= 2"
    )


def start_up() -> Iterator[Ratio]:
    """Whole processes beside bare Python; flint's own import is the floor of the second."""
    bare = process("-c", "pass")
    yield ratio("import infinitesimal / bare Python", process("-c", "import infinitesimal"), bare, "<= 1.5", rounds=15)
    yield ratio("infinitesimal zeno / bare Python", process("-m", "infinitesimal", "zeno"), bare, "<= 6", rounds=15)
    yield ratio("import flint / bare Python (the floor)", process("-c", "import flint"), bare, "", rounds=15)


def memory(steps: int = 1_000_000) -> str:
    """The peak memory of a run that stores nothing, in kilobytes."""
    descent = _slow_descent()
    inf.run(descent, inf.binary64, steps=1000)
    tracemalloc.start()
    inf.run(descent, inf.binary64, steps=steps)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return f"memory of a run of {steps} steps that stores nothing: {peak / 1024:.0f} KiB at its peak"


def main() -> None:
    """Prints every ratio."""
    print(f"SymPy ground types: {sympy.external.gmpy.GROUND_TYPES}; ratio = ours / peer\n")
    print(native_binary64())
    for format in (inf.bfloat16, inf.binary64, inf.x87, inf.binary128):
        print(soft(format))
    for found in (*exact_trajectory(), *jump(), *start_up()):
        print(found)
    print(memory())


if __name__ == "__main__":
    main()

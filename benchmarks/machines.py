"""Machine arithmetic beside its peers: gmpy2 for scalars and functions, the processor and ml_dtypes for arrays."""

from collections.abc import Iterator
from fractions import Fraction

import gmpy2
import ml_dtypes
import numpy as np

import infinitesimal as inf
from benchmarks.ratio import Ratio, ratio
from infinitesimal.arithmetics.floating.arrays import arrays
from infinitesimal.arithmetics.floating.native import native
from infinitesimal.runs.compile import loops


def _context(format: inf.Format) -> object:
    p = format.precision
    return gmpy2.context(precision=p, emax=format.emax + 1, emin=format.emin - p + 2, subnormalize=True)


def scalar(format: inf.Format, count: int = 30_000) -> Iterator[Ratio]:
    """Generated loops beside the same loop on gmpy2's operators under a context: the logistic map, with the tests for
    a halt and for a marked state. First the soft core, then the fast path that a long run goes over to."""
    machine = inf.floats(format)
    process = inf.recurrence({"x": "3.9*(x*(1 - x))"}, {"x": "0.3"})
    context = _context(format)

    def peer() -> object:
        with gmpy2.context(context):
            c, x, one, marked = gmpy2.mpfr("3.9"), gmpy2.mpfr("0.3"), gmpy2.mpfr(1), gmpy2.mpfr(9)
            for _ in range(count):
                y = c * (x * (one - x))
                if y == x or y == marked:  # noqa: SIM109, PLR1714 (as the generated loop does)
                    break
                x = y
            return x

    for name, engine, aim in (("soft", machine, "<= 5"), ("fast", native(machine), "<= 1.5")):
        assert engine is not None
        scan = loops(process, engine, None).scan
        state, mark = (engine.embed("0.3"),), (engine.embed(9),)
        assert inf.exact(peer()) == engine.element_exact(scan(0, count, state, mark)[3][0])
        what = f"{name} {format!r}, logistic map / gmpy2 operators"
        yield ratio(what, lambda scan=scan, state=state, mark=mark: scan(0, count, state, mark), peer, aim)


def functions(format: inf.Format, count: int = 300) -> Iterator[Ratio]:
    """Correctly rounded functions of the soft core beside MPFR's."""
    machine, context = inf.floats(format), _context(format)
    pairs = [machine.const(Fraction(k, 97)) for k in range(1, count)]
    numbers = [gmpy2.mpfr(k) / 97 for k in range(1, count)]
    for name in ("exp", "sin", "sqrt"):
        peer = getattr(context, name)
        yield ratio(
            f"{name} in {format!r}, soft / gmpy2",
            lambda name=name: [machine.function(name, x) for x in pairs],
            lambda peer=peer: [peer(x) for x in numbers],
            "",
        )


def vectors(count: int = 65_536) -> Iterator[Ratio]:
    """A step x - 0.1*(9*x) on whole arrays beside the same step in numpy's binary64, and in ml_dtypes."""
    rng = np.random.default_rng(0)
    for format, rounding in (
        (inf.binary32, "nearest_even"),
        (inf.bfloat16, "nearest_even"),
        (inf.bfloat16, "up"),
        (inf.binary16, "nearest_away"),
    ):
        machine = arrays(format, rounding)
        x = machine.from_bits(rng.integers(0, 1 << format.width, count, dtype=np.uint64))
        rate, nine = machine.const(Fraction(1, 10)), machine.const(Fraction(9))

        def ours(machine=machine, x=x, rate=rate, nine=nine) -> object:
            return machine.sub(x, machine.mul(rate, machine.mul(nine, x)))

        def plain(x=x, rate=rate, nine=nine) -> object:
            with np.errstate(all="ignore"):
                return x - rate * (nine * x)

        yield ratio(f"step on {count} of {machine.name} / numpy binary64", ours, plain, "", rounds=30)
        if format is inf.bfloat16 and rounding == "nearest_even":
            y = x.astype(ml_dtypes.bfloat16)
            scale, factor = ml_dtypes.bfloat16(0.1), ml_dtypes.bfloat16(9)

            def small(y=y, scale=scale, factor=factor) -> object:
                with np.errstate(all="ignore"):
                    return y - scale * (factor * y)

            yield ratio(f"step on {count} of {machine.name} / ml_dtypes", ours, small, "", rounds=30)


def main() -> None:
    """Prints every ratio."""
    for format in (inf.bfloat16, inf.x87, inf.binary128):
        for found in scalar(format):
            print(found)
    for found in (*functions(inf.binary64), *functions(inf.binary128), *vectors()):
        print(found)


if __name__ == "__main__":
    main()

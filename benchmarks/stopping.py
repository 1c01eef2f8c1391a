"""Counting steps until a rule fires: against a bare logarithm, against iteration, and on a data set."""

from collections.abc import Iterator
from fractions import Fraction

from flint import arb, ctx, fmpq

import infinitesimal as inf
from benchmarks.ratio import Ratio, ratio


def one_variable() -> Iterator[Ratio]:
    """Ten million million steps, beside the two logarithms in Arb that give their number to 64 bits."""
    made = inf.descent("(x - 1)**2", 3, "1e-12")
    ratio_of_steps, bound = fmpq(10**12 - 2, 10**12), fmpq(1, 4 * 10**9)

    def peer() -> object:
        with ctx.workprec(128):
            return (arb(bound).log() / arb(ratio_of_steps).log()).ceil()

    assert inf.steps_until(made, "grad<=1e-9").steps == int(peer().unique_fmpz())  # type: ignore[attr-defined]
    for rule in ("grad<=1e-9", "abs_dx<=1e-15", "rel_dx<=1e-15", "loss_diff<=1e-20", "patience(5)<=1e-29"):
        yield ratio(f"{rule}, 10**13 steps / two logarithms", lambda r=rule: inf.steps_until(made, r), peer, "1 ms")


def beside_iteration(steps: int = 2000) -> Ratio:
    """A count of some thousand steps beside the loop over fractions that finds it."""
    rate = Fraction(1, 100)
    made = inf.descent("x**2/2 + y**2", {"x": 1, "y": 1}, rate)
    bound = Fraction(99, 100) ** steps

    def loop() -> int:
        x, y, n = fmpq(1), fmpq(1), 0
        goal = fmpq(bound.numerator, bound.denominator)
        while max(abs(x), abs(2 * y)) > goal:
            x, y, n = x * fmpq(99, 100), y * fmpq(98, 100), n + 1
        return n

    assert inf.steps_until(made, "grad", bound).steps == loop() == steps
    what = f"steps_until, two variables, met exactly at {steps} / loop of multiplications"
    return ratio(what, lambda: inf.steps_until(made, "grad", bound), loop, "")


def diabetes() -> Iterator[Ratio]:
    """Hundreds of millions of steps on a data set, beside the exact minimiser of the same data."""
    from sklearn.datasets import load_diabetes

    data = load_diabetes(scaled=False)
    rows = [[repr(float(value)) for value in row] for row in data.data]
    fit = inf.least_squares(rows, [repr(float(value)) for value in data.target], intercept=True)
    hessian = fit.quadratic.hessian
    trace = sum((hessian[i, i] for i in range(hessian.nrows())), start=fmpq(0))
    made = inf.descent(fit, 0, Fraction(int(trace.q), int(trace.p)))

    def solve() -> object:
        return hessian.solve(fit.quadratic.slope)

    for rule in ("grad<=1e-6", "abs_dx<=1e-9", "rel_dx<=1e-9", "loss_diff<=1e-12", "patience(10)<=1e-9"):
        count = inf.steps_until(made, rule).steps
        what = f"{rule}, {count} steps on diabetes / hessian.solve(slope)"
        yield ratio(what, lambda r=rule: inf.steps_until(made, r), solve, "50 ms")


def main() -> None:
    """Prints every ratio."""
    for found in (*one_variable(), beside_iteration(), *diabetes()):
        print(found)


if __name__ == "__main__":
    main()

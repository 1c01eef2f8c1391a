"""Descents beside their peers: raw flint, powers of matrices, SymPy, numpy-free solves."""

import random
from collections.abc import Iterator
from fractions import Fraction

import sympy
from flint import arb, ctx, fmpq, fmpq_mat, fmpz, fmpz_mat
from sympy.core.cache import clear_cache

import infinitesimal as inf
from benchmarks.ratio import Ratio, ratio
from infinitesimal.arithmetic import DEFAULT_BUDGET
from infinitesimal.linear.affine import affine_map
from infinitesimal.linear.jumps import by_powers
from infinitesimal.linear.quadratics import quadratic_of
from infinitesimal.optimization.convergence.polynomial_descent import polynomial_step, walk


def trajectory(steps: int = 1000) -> Ratio:
    """The exact iterates as fractions beside the raw affine loop."""
    descent = inf.descent("17/2*(x - 1)**2", {"x": "3/7"}, "3/170")
    r, c = fmpq(7, 10), fmpq(3, 10)

    def raw() -> list[fmpq]:
        x, found = fmpq(3, 7), []
        for _ in range(steps):
            found.append(x)
            x = r * x + c
        return found

    assert [inf.exact(x) for x in raw()] == inf.values(descent, steps)
    return ratio(f"values, {steps} steps / raw fmpq loop r*x + c", lambda: inf.values(descent, steps), raw, "<= 1.5")


def jump(n: int = 10**6) -> Iterator[Ratio]:
    """The n-th iterate beside the power that it cannot do without."""
    for text, rate, q in (("9/2*(x - 1)**2", "1/10", 10), ("1/2*(x - 1)**2", "4/17", 17)):
        made = inf.descent(text, {"x": "14/9"}, rate)
        what = f"at(d, {n}) / fmpz({q})**{n}"
        yield ratio(what, lambda made=made: inf.at(made, n), lambda q=q: fmpz(q) ** n, "<= 2")


def rounded(n: int = 10**12) -> Iterator[Ratio]:
    """The correctly rounded value beside the raw expression in Arb, and beside 50 microseconds of work."""
    made = inf.descent("9/2*(x - 1)**2", {"x": "14/9"}, "1/17")
    r, fixed, error, power = fmpq(8, 17), fmpq(1), fmpq(5, 9), fmpz(n)

    def raw() -> arb:
        with ctx.workprec(118):
            return fixed + error * arb(r) ** power

    yield ratio(f"nearest(d, {n}) / raw expression in Arb", lambda: inf.nearest(made, n), raw, "<= 5")
    yield ratio(f"enclose(d, 30, n={n}) / raw expression in Arb", lambda: inf.enclose(made, 30, n), raw, "")


def _many(d: int) -> inf.Descent:
    """A quadratic in d variables whose Hessian is full: X.T X of small integers."""
    draw = random.Random(d)
    rows = [[draw.randint(-9, 9) for _ in range(d)] for _ in range(4 * d)]
    names = [f"x{i:02}" for i in range(d)]
    pieces = []
    trace = sum(row[i] ** 2 for row in rows for i in range(d))
    for i in range(d):
        for j in range(i + 1):
            weight = sum(row[i] * row[j] for row in rows)
            pieces.append(f"{weight}*{names[i]}*{names[j]}" if i != j else f"{weight}/2*{names[i]}**2")
    return inf.descent(" + ".join(pieces) + f" - {' - '.join(names)}", 0, Fraction(1, trace))


def many_variables(d: int = 32, n: int = 10_000) -> Iterator[Ratio]:
    """The n-th iterate in d variables beside the power of the matrix, and the minimiser beside the raw solve."""
    made = _many(d)
    mapping = affine_map(made)
    assert mapping is not None
    matrix, _, start, _ = mapping.integers

    def power() -> fmpz_mat:
        whole, base, rest = None, matrix, n
        while rest:
            if rest & 1:
                whole = base if whole is None else whole * base
            rest >>= 1
            base = base * base if rest else base
        return whole * start

    assert by_powers(matrix, start, 50) == matrix**50 * start
    yield ratio(f"at, d = {d}, n = {n} / power of the matrix", lambda: mapping.at(n), power, "<= 0.05", rounds=1)
    quadratic = quadratic_of(made.loss)
    assert quadratic is not None
    top, slope = quadratic.hessian.numer_denom()[0], quadratic.slope.numer_denom()[0]
    exact = inf.limit(made)
    assert [fmpq(v.numerator, v.denominator) for v in exact.values()] == fmpq_mat(top.solve(slope)).entries()
    yield ratio(f"limit, d = {d} / fmpz_mat.solve", lambda: inf.limit(made), lambda: top.solve(slope), "")


def nonlinear(steps: int = 14) -> Ratio:
    """No-gcd integers beside the loop of rationals, at 12.7 million bits."""
    made = inf.descent("x**4/4", {"x": "1/2"}, "1/10").recurrence
    step = polynomial_step(made)
    assert step is not None

    def ours() -> object:
        states = walk(step, [fmpq(1, 2)])
        for _ in range(steps):
            next(states)
        return next(states)

    def loop() -> fmpq:
        x, rate = fmpq(1, 2), fmpq(1, 10)
        for _ in range(steps):
            x = x - rate * (x * x * x)
        return x

    return ratio(f"x**4/4, {steps} steps / fmpq loop", ours, loop, "<= 0.2", rounds=1)


def symbolic(steps: int = 30) -> Iterator[Ratio]:
    """The value after so many steps with a symbolic rate, beside SymPy's expand after every step."""
    eta = sympy.Symbol("eta")
    made = inf.descent("17/2*(x - 1)**2", {"x": "3/7"}, eta)

    def expand() -> sympy.Expr:
        x = sympy.Rational(3, 7)
        for _ in range(steps):
            x = sympy.expand(x - eta * (17 * (x - 1)))
        return x

    def afresh() -> sympy.Expr:
        clear_cache()
        return expand()

    assert inf.at(made, steps)["x"] == expand()
    what = f"at(d, {steps}), symbolic rate / SymPy expand"
    yield ratio(f"{what}, its cache cleared", lambda: inf.at(made, steps), afresh, "<= 0.002")
    yield ratio(f"{what}, which it has just done", lambda: inf.at(made, steps), expand, "")
    yield ratio(f"values(d, {steps}), all of them", lambda: inf.values(made, steps), afresh, "")


def main() -> None:
    """Prints every ratio. The parts of others are imported here when they are there: stops, balls on softplus."""
    print(f"SymPy ground types: {sympy.external.gmpy.GROUND_TYPES}; budget {DEFAULT_BUDGET}; ratio = ours / peer\n")
    print(trajectory())
    for found in (*jump(), *rounded(), *many_variables()):
        print(found)
    print(nonlinear())
    for found in symbolic():
        print(found)


if __name__ == "__main__":
    main()

"""Linear sequences as sums of modes t**l rho**t cos(t theta), enclosed at one t, on a range of t and for ever after.

A vector sequence v(t) that satisfies a linear recurrence with rational coefficients is given by that polynomial and
by its first values. The polynomial is first freed of the factors that the sequence does not need, exactly; then its
roots are enclosed by balls and the coefficients of the modes solved for. Every range of t gives a ball for each
component that contains all its values there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

from flint import acb, arb, arb_mat, ctx, fmpq, fmpq_mat, fmpq_poly, fmpz_poly

from infinitesimal.arithmetics.rationals import to_fmpq

TURNS = {0: Fraction(1, 4), 1: Fraction(1, 6), 2: Fraction(1, 8), 3: Fraction(1, 12)}
"""Angles of irrational roots that are rational parts of a turn, by 4 cos(angle)**2. Source: Niven's theorem."""


class TooCoarse(ArithmeticError):
    """The balls are too wide at this precision: take more bits."""


@dataclass(frozen=True, eq=False)
class Root:
    """A root rho*exp(i theta), 0 <= theta <= pi, of an irreducible factor; with its conjugate where it is not real.

    `turn` is theta as a part of a whole turn, where that is known to be rational; `square` is rho**2, where rational.
    """

    factor: int
    place: int
    modulus: arb
    logarithm: arb
    angle: arb
    turn: Fraction | None
    square: fmpq | None

    @cached_property
    def is_positive(self) -> bool:
        return self.turn == 0

    @cached_property
    def is_real(self) -> bool:
        return self.turn in (0, Fraction(1, 2))

    def same_modulus(self, other: "Root") -> bool:
        """Whether the two moduli are known to be equal."""
        return (self.factor, self.place) == (other.factor, other.place) or (
            self.square is not None and self.square == other.square
        )


@dataclass(frozen=True, eq=False)
class Mode:
    """t**power rho**t cos(t theta), or sin in the place of cos."""

    root: Root
    power: int
    sine: bool


@dataclass(frozen=True, eq=False)
class Scale:
    """t**power rho**t with the rho of a root: what sizes are measured in for large t."""

    root: Root
    power: int


class Polynomial:
    """A monic polynomial over Q with a nonzero constant term, in irreducible factors, its roots enclosed on demand."""

    def __init__(self, factors: list[tuple[fmpz_poly, int]]) -> None:
        self.factors = factors
        self._roots: dict[tuple[int, int], list[Root]] = {}

    def with_powers(self, powers: list[int]) -> "Polynomial":
        """The same factors with other powers, from 0 on; the roots are shared."""
        other = Polynomial([(f, m) for (f, _), m in zip(self.factors, powers, strict=True)])
        other._roots = self._roots
        return other

    def roots(self, factor: int, bits: int) -> list[Root]:
        """The roots of one factor with non-negative imaginary part, at a precision."""
        key = (factor, bits)
        if key not in self._roots:
            with ctx.workprec(bits):
                self._roots[key] = _roots(self.factors[factor][0], factor)
        return self._roots[key]


def polynomial(p: fmpq_poly) -> Polynomial:
    """A polynomial with nonzero constant term, factored."""
    return Polynomial(p.numer().factor()[1])


def _roots(factor: fmpz_poly, index: int) -> list[Root]:
    if factor.degree() == 1:
        value = fmpq(-factor[0], factor[1])
        size = arb(abs(value))
        turn = Fraction(0) if value > 0 else Fraction(1, 2)
        return [Root(index, 0, size, size.log(), arb(0), turn, value * value)]
    found = []
    for place, (root, _) in enumerate(factor.complex_roots()):
        z = acb(root)
        if z.imag < 0:
            continue
        real = bool(z.imag == 0)
        if not real and not z.imag > 0:
            raise TooCoarse
        if real and not (z.real > 0 or z.real < 0):
            raise TooCoarse
        size = abs(z.real) if real else abs(z)
        angle = arb(0) if real else arb.atan2(z.imag, z.real)
        direction = (Fraction(0) if z.real > 0 else Fraction(1, 2)) if real else _turn(factor)
        found.append(Root(index, place, size, size.log(), angle, direction, _square(factor, real)))
    return found


def _square(factor: fmpz_poly, real: bool) -> fmpq | None:
    """rho**2 for quadratic factors with conjugate or opposite roots."""
    if factor.degree() != 2 or (real and factor[1] != 0):
        return None
    return abs(fmpq(factor[0], factor[2]))


def _turn(factor: fmpz_poly) -> Fraction | None:
    """The angle of a root that is not real as a part of a turn, for quadratic factors where it is rational."""
    if factor.degree() != 2:
        return None
    ratio = fmpq(factor[1] * factor[1], factor[0] * factor[2])  # 4 cos(theta)**2
    turn = TURNS.get(int(ratio.p)) if ratio.q == 1 else None
    if turn is None:
        return None
    return turn if factor[1] * factor[2] <= 0 else Fraction(1, 2) - turn


@dataclass(frozen=True, eq=False)
class LinearSequence:
    """A vector sequence: its first values as columns, and the powers of the factors that annihilate it."""

    polynomial: Polynomial
    powers: tuple[int, ...]
    first: fmpq_mat

    @property
    def order(self) -> int:
        return sum(p * f.degree() for p, (f, _) in zip(self.powers, self.polynomial.factors, strict=True))


def sequence(whole: Polynomial, first: fmpq_mat) -> LinearSequence:
    """The sequence with these first values (columns, as many as the degree), its polynomial made as small as it is.

    A factor f is not needed if the sequence satisfies the recurrence of p/f. What that recurrence makes of the
    sequence satisfies the one of f, so it is 0 for ever if its first deg f values are.
    """
    powers = [m for _, m in whole.factors]
    for i, (factor, _) in enumerate(whole.factors):
        while powers[i]:
            powers[i] -= 1
            rest = fmpz_poly([1])
            for (f, _), power in zip(whole.factors, powers, strict=True):
                rest *= f**power
            length = rest.degree() + 1
            coefficients = fmpq_mat([[fmpq(rest[k])] for k in range(length)])
            if any(any((columns(first, s, length) * coefficients).entries()) for s in range(factor.degree())):
                powers[i] += 1
                break
    order = sum(p * f.degree() for p, (f, _) in zip(powers, whole.factors, strict=True))
    return LinearSequence(whole, tuple(powers), columns(first, 0, order) if order else fmpq_mat(first.nrows(), 0))


def columns(matrix: fmpq_mat, start: int, count: int) -> fmpq_mat:
    return fmpq_mat([row[start : start + count] for row in matrix.tolist()])


def constant_rows(given: LinearSequence) -> dict[int, fmpq]:
    """The components that never change, with their values, exact.

    With the root 1 among those of the polynomial, of order m, a component less its first value satisfies it too, so
    it is 0 for ever if its first m values are; without the root 1 only 0 is constant.
    """
    has_one = any(
        power and factor.degree() == 1 and factor[0] == -factor[1]
        for power, (factor, _) in zip(given.powers, given.polynomial.factors, strict=True)
    )
    rows = enumerate(given.first.tolist())
    return {i: row[0] for i, row in rows if row and all(x == row[0] for x in row) and (has_one or row[0] == 0)}


class Modes:
    """A sequence in modes, at a precision."""

    def __init__(self, given: LinearSequence, bits: int) -> None:
        self.bits = bits
        self.modes: list[Mode] = []
        for i, power in enumerate(given.powers):
            if power:
                for root in given.polynomial.roots(i, bits):
                    for exponent in range(power):
                        self.modes.append(Mode(root, exponent, False))
                        if not root.is_real:
                            self.modes.append(Mode(root, exponent, True))
        self.rows = given.first.nrows()
        self.constants = constant_rows(given)
        with ctx.workprec(bits):
            self.coefficients = self._solve(given)

    def _solve(self, given: LinearSequence) -> arb_mat | None:
        """The coefficients, a row for each component."""
        if not self.modes:
            return None
        values = arb_mat([[self.value(mode, t, t, t) for mode in self.modes] for t in range(given.order)])
        try:
            solved = values.solve(arb_mat(given.first).transpose())
        except ZeroDivisionError:
            raise TooCoarse from None
        return solved.transpose()

    @cached_property
    def period(self) -> int:
        """The period in t of all angles that are rational parts of a turn."""
        return lcm(*(m.root.turn.denominator for m in self.modes if m.root.turn is not None))

    def on(self, low: int, high: int, residue: int) -> list[arb]:
        """Balls that contain every component for all t from `low` to `high` that are `residue` modulo the period.

        Works at the current precision of flint, which must be that of the modes.
        """
        if self.coefficients is None:
            return [arb(0)] * self.rows
        column = arb_mat([[self.value(mode, low, high, residue)] for mode in self.modes])
        return (self.coefficients * column).entries()  # type: ignore[no-any-return]

    def power_of(self, root: Root) -> int:
        """How many modes of one kind a root has."""
        return sum(m.root is root and not m.sine for m in self.modes)

    def size(self, mode: Mode, t: int) -> arb:
        """rho**t of a mode."""
        return mode.root.modulus**t if t <= _SMALL else _size(mode.root, t)

    def value(self, mode: Mode, low: int, high: int, residue: int) -> arb:
        """The values of a mode for t from `low` to `high`, t = residue modulo the period."""
        single = low == high
        size = self.size(mode, low)
        if not single:
            size = size.union(self.size(mode, high))
        if mode.power:
            size = size * (arb(low**mode.power) if single else arb(low**mode.power).union(arb(high**mode.power)))
        if mode.root.is_positive:
            return size
        return size * self._wave(mode, low, high, residue)

    def _wave(self, mode: Mode, low: int, high: int, residue: int) -> arb:
        root = mode.root
        if root.is_real:
            return arb(-1 if residue % 2 and not root.is_positive else 1)
        if root.turn is not None:
            part = 2 * root.turn * (residue % root.turn.denominator)
            exact = to_fmpq(part)
            return arb.sin_pi_fmpq(exact) if mode.sine else arb.cos_pi_fmpq(exact)
        angle = root.angle * low
        if low != high:
            angle = angle.union(root.angle * high)
        return angle.sin() if mode.sine else angle.cos()

    def scale(self) -> Scale | None:
        """The largest t**l rho**t among the modes, by the middles of the balls; None without modes."""
        if not self.modes:
            return None
        top = max(self.modes, key=lambda m: (_middle(m.root.modulus), m.power)).root
        same = [m for m in self.modes if m.root.same_modulus(top)]
        return Scale(top, max(m.power for m in same))

    def after(self, low: int, residue: int, scale: Scale) -> list[arb] | None:
        """Balls that contain every component divided by the scale for all t >= `low` of a residue; None if unknown."""
        if self.coefficients is None:
            return [arb(0)] * self.rows
        column = []
        for mode in self.modes:
            size = _later(mode, low, scale)
            if size is None:
                return None
            root = mode.root
            wave = arb(0, 1) if root.turn is None else self._wave(mode, low, low, residue)
            column.append([size * wave])
        return (self.coefficients * arb_mat(column)).entries()  # type: ignore[no-any-return]


_SMALL = 64


def _size(root: Root, t: int) -> arb:
    return (root.logarithm * t).exp() if root.square != 1 else arb(1)


def _later(mode: Mode, low: int, scale: Scale) -> arb | None:
    """t**(l - L) (rho_j/rho)**t for all t >= low >= 1."""
    excess = mode.power - scale.power
    if mode.root.same_modulus(scale.root):
        if excess > 0:
            return None
        return arb(1) if excess == 0 else arb(0).union(1 / arb(low) ** -excess)
    decay = scale.root.logarithm - mode.root.logarithm
    if not decay > 0 or (excess > 0 and not decay * low > excess):  # else it still grows
        return None
    value = (-decay * low).exp()
    return arb(0).union(value * arb(low) ** excess)


def scaled_bound(bound: fmpq, low: int, scales: Sequence[Scale]) -> tuple[arb, arb] | None:
    """The least and the largest of bound/(product of the scales) for all t >= low >= 1; None if unknown."""
    if bound == 0 or not scales:
        return arb(bound), arb(bound)
    power = sum(s.power for s in scales)
    if all(s.root.square == 1 for s in scales):
        value = arb(bound)
        return (value, value) if not power else (arb(0), value / arb(low) ** power)
    growth = sum((s.root.logarithm for s in scales), start=arb(0))
    value = arb(bound) * (-growth * low).exp() / arb(low) ** power
    if growth > 0:
        return arb(0), value
    if growth < 0 and -growth * low > power:
        return value, arb.pos_inf()
    return None


def _middle(value: arb) -> float:
    return float(value.mid())

"""Descents of several variables with an affine step: never at the limit, and a modulus from a form that falls."""

from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq_mat

from infinitesimal.arithmetics.rationals import to_fmpq, to_fraction
from infinitesimal.errors import Undecided
from infinitesimal.linear.affine import AffineMap, affine_map
from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, theorem
from infinitesimal.proofs.families.quadratic_forms import (
    MAX_SIZE,
    Form,
    drop,
    falling_form,
    gram,
    ldl,
    least_value,
    radius_squared,
)
from infinitesimal.proofs.mirror import condition, decays, hypotheses
from infinitesimal.proofs.moduli import Modulus, modulus
from infinitesimal.proofs.printing import OverRationals, rational, variables_of
from infinitesimal.proofs.wording import factor, minus, number
from infinitesimal.rational import brief, show
from infinitesimal.recurrences.recurrence import Process, recurrence
from infinitesimal.terms.pretty import latex, latex_name
from infinitesimal.terms.term import Term
from infinitesimal.truth import Hypothesis

Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class SystemLimit(Claim):
    """The iterates of `step`, one term for each name, converge to `limit`; with `never` they are never equal to it.

    From halving*(2*m + shift) on every coordinate is within 2**-m of the limit. The witnesses are `form`, a sum of
    squares that falls at least by `rate` at every step, and `least`, with form(y) >= least*|y|**2.
    """

    names: tuple[str, ...]
    step: tuple[Term, ...]
    start: Vector
    limit: Vector
    form: Form
    rate: Fraction
    least: Fraction
    modulus: Modulus
    never: bool

    @property
    def away(self) -> Vector:
        """The start minus the limit."""
        return tuple(a - b for a, b in zip(self.start, self.limit, strict=True))

    @property
    def matrix(self) -> fmpq_mat | None:
        """The matrix of the step, if the step is affine."""
        found = affine_map(recurrence(dict(zip(self.names, self.step, strict=True)), dict.fromkeys(self.names, 0)))
        return None if found is None else found.matrix


def affine_system(process: Process, found: AffineMap) -> SystemLimit:
    """The claim of an affine step of several variables. Raises `Undecided` where it is not shown to contract."""
    n = found.dimension
    if n > MAX_SIZE:
        raise Undecided(f"no proof: {n} variables; at most {MAX_SIZE} are handled")
    names, step = (tuple(part) for part in zip(*process.recurrence.step, strict=True))
    start = process.recurrence.start_values()
    if any(len(row) != 1 for row in found.forcing):
        raise Undecided(f"no proof: the step of {process} depends on its own number")
    matrix = found.matrix
    away = fmpq_mat([[int(i == j) for j in range(n)] for i in range(n)]) - matrix
    if away.det() == 0:
        raise Undecided("no proof: the matrix of the step has the eigenvalue 1, so its fixed point is not the only one")
    limit = away.solve(fmpq_mat(n, 1, [row[0] for row in found.forcing]))
    point = tuple(to_fraction(limit[i, 0]) for i in range(n))
    at = tuple(start[name] for name in names)
    if at == point:
        raise Undecided("no proof: the start is the fixed point, where every iterate stays")
    least_rate = radius_squared(matrix)
    if least_rate >= 1:
        raise Undecided("no proof: the spectral radius of the step is not below 1; descents that converge are proved")
    for part in (Fraction(1, 8), Fraction(1, 2), Fraction(7, 8)):
        rate = _rounded_up(least_rate + (1 - least_rate) * part)
        form = falling_form(matrix, rate) if rate < 1 else None
        if form is not None:
            least = least_value(gram(form, n))
            size = _value(form, tuple(a - b for a, b in zip(at, point, strict=True))) / least
            regular = matrix.det() != 0
            return SystemLimit(names, step, at, point, form, rate, least, modulus(size, rate), regular)
    raise Undecided("no proof: no quadratic form was found that falls at every step")


def _rounded_up(rate: Fraction) -> Fraction:
    bits = 6 + (1 / (1 - rate)).__ceil__().bit_length()
    return Fraction(-((-rate.numerator << bits) // rate.denominator), 1 << bits)


def _value(form: Form, y: Vector) -> Fraction:
    dots = ((d, sum((a * b for a, b in zip(linear, y, strict=True)), _NONE)) for d, linear in form)
    return sum((d * dot**2 for d, dot in dots), _NONE)


_NONE = Fraction(0)


def _rests(claim: SystemLimit) -> tuple[Form | None, Form | None]:
    """What is left of the two inequalities of the form, as sums of squares; None where one is false."""
    n, matrix = len(claim.names), claim.matrix
    if matrix is None:
        return None, None
    whole = gram(claim.form, n)
    unit = fmpq_mat([[int(i == j) for j in range(n)] for i in range(n)])
    return ldl(drop(matrix, whole, claim.rate)), ldl(whole - unit * to_fmpq(claim.least))


def _linear(form: Vector, names: list[str]) -> str:
    written = ""
    for a, name in zip(form, names, strict=True):
        if a:
            sign = ("-" if a < 0 else "") if not written else " - " if a < 0 else " + "
            written += sign + (name if abs(a) == 1 else rf"{factor(abs(a))} \cdot {name}")
    return written or "0"


def _squares(form: Form, names: list[str]) -> str:
    parts = [rf"{factor(d)} \cdot \left({_linear(linear, names)}\right)^2" for d, linear in form]
    return " + ".join(parts) or "0"


@argument.register
def _(claim: SystemLimit) -> Argument:
    xs = [latex_name(name) for name in claim.names]
    ys = [f"y_{{{i}}}" for i in range(1, len(xs) + 1)]
    matrix = claim.matrix
    assert matrix is not None
    rows = [tuple(to_fraction(matrix[i, j]) for j in range(len(xs))) for i in range(len(xs))]
    falls, above = _rests(claim)
    n, j = claim.modulus.halving, claim.modulus.shift
    enough = rf"{n} \cdot (2 \cdot m + {j})" if j else rf"{2 * n} \cdot m"
    point = ", ".join(f"{x} = {number(c)}" for x, c in zip(xs, claim.limit, strict=True))
    near = ", ".join(rf"|{x}{minus(c)}| \le 2^{{-m}}" for x, c in zip(xs, claim.limit, strict=True))
    starts = ", ".join(f"${x} = {number(c)}$" for x, c in zip(xs, claim.start, strict=True))
    updates = ", ".join(rf"${x} \to {latex(t, computed=True)}$" for x, t in zip(xs, claim.step, strict=True))
    size = _value(claim.form, claim.away)
    rate = factor(claim.rate)
    total = " + ".join(f"{y}^2" for y in ys)
    return Argument(
        f"A descent of {len(xs)} variables with the limit ({', '.join(map(show, claim.limit))})",
        f"Let the update {updates} be repeated from {starts}",
        (
            *((rf"the state is never ${point}$",) if claim.never else ()),
            rf"it converges to that point: for every $m$, ${near}$ from step ${enough}$ on"
            if claim.never
            else rf"it converges to ${point}$: for every $m$, ${near}$ from step ${enough}$ on",
        ),
        (
            Step(
                "the differences "
                + ", ".join(rf"${y} = {x}{minus(c)}$" for x, y, c in zip(xs, ys, claim.limit, strict=True))
                + " are updated by "
                + ", ".join(rf"${y} \to {_linear(r, ys)}$" for y, r in zip(ys, rows, strict=True)),
                "expand both sides: they are the same polynomials",
            ),
            *(
                (
                    Step(
                        "they are never all 0",
                        f"the determinant of this linear map is ${number(to_fraction(matrix.det()))}$, "
                        "so only 0 is taken to 0, and the first differences are not all 0",
                    ),
                )
                if claim.never
                else ()
            ),
            Step(
                rf"$V = {_squares(claim.form, ys)}$ becomes at most ${number(claim.rate)} \cdot V$ by an update",
                rf"${number(claim.rate)} \cdot V$ minus its next value is ${_squares(falls or (), ys)}$: "
                "expand both sides, which are the same polynomial; no weight is negative",
            ),
            Step(
                rf"$V \ge {factor(claim.least)} \cdot \left({total}\right)$",
                rf"the difference is ${_squares(above or (), ys)}$",
            ),
            Step(
                rf"after $n$ updates every $y^2$ is at most ${factor(size / claim.least)} \cdot {rate}^{{n}}$",
                rf"steps {3 if claim.never else 2} and {4 if claim.never else 3}; at the start $V = {number(size)}$",
            ),
            Step(
                rf"${rate}^{{{n}}} \le \frac{{1}}{{2}}$ and ${number(size / claim.least)} \le 2^{{{j}}}$",
                "both are comparisons of numbers; the power is bounded from above by repeated squaring",
            ),
            Step(
                rf"from step ${enough}$ on every $y^2$ is at most $2^{{-2 \cdot m}}$",
                "the powers halve in every so many steps, by the step before",
            ),
        ),
    )


def _vector(values: Vector) -> str:
    return f"[{'; '.join(map(rational, values))}]"


def _form(form: Form | None) -> str:
    return f"[{'; '.join(f'({rational(d)}, {_vector(linear)})' for d, linear in form or ())}]%list"


def _matrix(matrix: fmpq_mat | None) -> str:
    if matrix is None:
        return "nil"
    rows = [[to_fraction(matrix[i, j]) for j in range(matrix.ncols())] for i in range(matrix.nrows())]
    return f"[{'; '.join(_vector(tuple(row)) for row in rows)}]%list"


@theorem.register
def _(claim: SystemLimit) -> Theorem:
    names, limit = variables_of(claim.names), _vector(claim.limit)
    updated = "; ".join(OverRationals().term(term, claim.names) for term in claim.step)
    falls, above = _rests(claim)
    matrix = claim.matrix
    never = "(forall n, ~ Forall2 Qeq (z n) " + limit + ") /\\\n  " if claim.never else ""
    inverse = f" {_matrix(matrix.inv() if matrix is not None and matrix.det() != 0 else None)}" if claim.never else ""
    word = "system_never_sound" if claim.never else "system_sound"
    k, j = claim.modulus.halving, claim.modulus.shift
    witnesses = f"{_form(claim.form)} {_form(falls)} {_form(above)} {rational(claim.rate)} {rational(claim.least)}"
    return Theorem(
        (
            f"Definition step (z : list Q) : list Q := match z with\n"
            f"  [{'; '.join(names)}]%list => [{updated}]%list | _ => z end.",
            f"Definition z (n : nat) : list Q := Nat.iter n step {_vector(claim.start)}%list.",
        ),
        f"{never}points_converge z {limit} (fun m => Pos.to_nat {k} * (2 * m + {j}))%nat",
        f"apply ({word} step {len(names)} {_matrix(matrix)}{inverse} {witnesses}); [affine_system_step step|{COMPUTE}]",
        ("Systems",),
    )


@hypotheses.register
def _(claim: SystemLimit) -> tuple[Hypothesis, ...]:
    falls, above = _rests(claim)
    n = len(claim.names)
    found = affine_map(recurrence(dict(zip(claim.names, claim.step, strict=True)), dict.fromkeys(claim.names, 0)))
    fixed = False
    if found is not None and all(len(row) == 1 for row in found.forcing):
        at = fmpq_mat(n, 1, [to_fmpq(c) for c in claim.limit])
        fixed = found.matrix * at + fmpq_mat(n, 1, [row[0] for row in found.forcing]) == at
    conditions = (
        condition("the step is affine, and the limit its fixed point", fixed),
        condition("the form falls by the rate", falls is not None and claim.rate >= 0, brief(claim.rate)),
        condition("it is at least its least value times |y|**2", above is not None and claim.least > 0),
        condition("its weights are not negative", all(d >= 0 for d, _ in claim.form)),
        *decays(_value(claim.form, claim.away) / claim.least if claim.least else _NONE, claim.rate, claim.modulus),
    )
    if not claim.never:
        return conditions
    regular = found is not None and found.matrix.det() != 0
    return (
        *conditions,
        condition("the step can be undone", regular),
        condition("the start is not the limit", any(claim.away)),
    )

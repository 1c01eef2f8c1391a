r"""Arguments: what a proof says, once, for all renderings.

An argument is a title, the parts of the statement, and numbered steps, each with its reason. Sentences are written with
mathematics between dollar signs, in the LaTeX that `prose` can also write as plain text.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import singledispatch

from infinitesimal.arithmetics.floating.format import INFINITY, NEGATIVE_INFINITY, NEGATIVE_ZERO, Format, Pair
from infinitesimal.proofs.claims import (
    Claim,
    DescentDivergence,
    DescentLimit,
    GeometricDivergence,
    GeometricLimit,
    RaceMeeting,
    ToleranceStop,
)
from infinitesimal.proofs.machine_claims import Arrival, ContrastClaim, Cycle, Machine
from infinitesimal.proofs.moduli import Modulus
from infinitesimal.proofs.printing import format_name
from infinitesimal.rational import show
from infinitesimal.terms.pretty import latex, latex_name, latex_number
from infinitesimal.terms.term import Term


@dataclass(frozen=True)
class Step:
    """One step of a proof and its reason."""

    text: str
    reason: str


@dataclass(frozen=True)
class Argument:
    """A theorem and its proof in sentences: the setting, the parts of the statement, the steps."""

    title: str
    setting: str
    statement: tuple[str, ...]
    steps: tuple[Step, ...]


@singledispatch
def argument(claim: Claim) -> Argument:
    """The theorem of a claim with its proof, all numbers in place."""
    raise NotImplementedError(type(claim).__name__)


_n = latex_number


def _in(value: Fraction) -> str:
    """A number as a factor or a base."""
    return _n(value) if value >= 0 and value.denominator == 1 else rf"\left({_n(value)}\right)"


def _minus(value: Fraction) -> str:
    return "" if not value else f" - {_n(value)}" if value > 0 else f" + {_n(-value)}"


def _plus(value: Fraction, rest: str) -> str:
    return rest if not value else f"{_n(value)} + {rest}"


def _steps_of(modulus: Modulus) -> str:
    plus = f"(m + {modulus.shift})" if modulus.shift else "m"
    return plus if modulus.halving == 1 and not modulus.shift else rf"{modulus.halving} \cdot {plus}"


def _within(sequence: str, limit: Fraction, modulus: Modulus) -> str:
    steps = _steps_of(modulus)
    near = rf"|{sequence}{_minus(limit)}| \le 2^{{-m}}"
    return rf"${sequence} \to {_n(limit)}$; for every $m$, ${near}$ for all $n \ge {steps}$"


def _factors(k: int) -> str:
    return "every factor halves them" if k == 1 else f"every {k} factors halve them"


def _decay(size: Fraction, ratio: Fraction, modulus: Modulus) -> tuple[Step, Step]:
    k, j, r = modulus.halving, modulus.shift, _in(abs(ratio))
    bound = rf"$2^{{{j}}} \cdot 2^{{-(m + {j})}} = 2^{{-m}}$" if j else "$2^{-m}$"
    return (
        Step(
            rf"${r}^{{{k}}} \le \frac{{1}}{{2}}$ and ${_n(size)} \le 2^{{{j}}}$",
            "both are comparisons of numbers; the power is bounded from above by repeated squaring",
        ),
        Step(
            rf"for $n \ge {_steps_of(modulus)}$ the distance ${_in(size)} \cdot {r}^{{n}}$ is at most " + bound,
            rf"the powers of ${_n(abs(ratio))}$ do not grow, and {_factors(k)} at least, by the step before",
        ),
    )


@argument.register
def _(claim: GeometricLimit) -> Argument:
    a, r, limit = _in(claim.first), _in(claim.ratio), claim.limit
    closed = rf"s_n = {_in(limit)} \cdot (1 - {r}^{{n}})"
    return Argument(
        f"A geometric series with the limit {show(limit)}",
        rf"Let $s_0 = 0$ and $s_{{n+1}} = s_n + {a} \cdot {r}^{{n}}$",
        (f"${closed}$ for all $n$", rf"$s_n \ne {_n(limit)}$ for all $n$", _within("s_n", limit, claim.modulus)),
        (
            Step(
                f"${closed}$",
                rf"induction: both sides are 0 for $n = 0$, and "
                rf"${_in(limit)} \cdot ({r}^{{n}} - {r}^{{n+1}}) = "
                rf"{_in(limit)} \cdot (1{_minus(claim.ratio)}) \cdot {r}^{{n}}"
                rf" = {a} \cdot {r}^{{n}}$",
            ),
            Step(
                rf"$s_n \ne {_n(limit)}$",
                rf"by step 1 the distance is ${_in(limit)} \cdot {r}^{{n}}$, a product of numbers other than 0",
            ),
            *_decay(abs(limit), claim.ratio, claim.modulus),
        ),
    )


@argument.register
def _(claim: GeometricDivergence) -> Argument:
    a, r, size = _in(claim.first), _in(claim.ratio), abs(claim.first)
    return Argument(
        "A geometric series without a limit",
        rf"Let $s_0 = 0$ and $s_{{n+1}} = s_n + {a} \cdot {r}^{{n}}$",
        ("no number is the limit of $s_n$",),
        (
            Step(
                rf"$|s_{{n+1}} - s_n| \ge {_n(size)}$ for all $n$",
                rf"the difference is ${a} \cdot {r}^{{n}}$, and $|{_n(claim.ratio)}| \ge 1$",
            ),
            _no_limit("s", size),
        ),
    )


def _no_limit(name: str, size: Fraction) -> Step:
    return Step(
        f"${name}_n$ has no limit",
        rf"near a limit $L$ both $|{name}_n - L|$ and $|{name}_{{n+1}} - L|$ would be less than ${_n(size / 2)}$, "
        rf"so $|{name}_{{n+1}} - {name}_n| < {_n(size)}$ by the triangle inequality, against step 1",
    )


def _iteration(name: str, step: Term, start: Fraction) -> str:
    x = latex_name(name)
    return rf"Let ${x}_0 = {_n(start)}$, and let ${x}_{{n+1}}$ be ${latex(step, computed=True)}$ at ${x} = {x}_n$"


def _affine(name: str, limit: Fraction, ratio: Fraction) -> str:
    x = latex_name(name)
    return rf"{x}_{{n+1}}{_minus(limit)} = {_in(ratio)} \cdot ({x}_n{_minus(limit)})"


@argument.register
def _(claim: DescentLimit) -> Argument:
    x, limit, r = latex_name(claim.name), claim.limit, _in(claim.ratio)
    away = claim.start - limit
    closed = f"{x}_n = " + _plus(limit, rf"{_in(away)} \cdot {r}^{{n}}")
    return Argument(
        f"A descent with the limit {show(limit)}",
        _iteration(claim.name, claim.step, claim.start),
        (f"${closed}$ for all $n$", rf"${x}_n \ne {_n(limit)}$ for all $n$", _within(f"{x}_n", limit, claim.modulus)),
        (
            Step(f"${_affine(claim.name, limit, claim.ratio)}$", "expand both sides: they are the same polynomial"),
            Step(f"${closed}$", rf"induction with step 1, from ${x}_0{_minus(limit)} = {_n(away)}$"),
            Step(
                rf"${x}_n \ne {_n(limit)}$",
                rf"by step 2 the difference is ${_in(away)} \cdot {r}^{{n}}$, a product of numbers other than 0",
            ),
            *_decay(abs(away), claim.ratio, claim.modulus),
        ),
    )


@argument.register
def _(claim: DescentDivergence) -> Argument:
    x = latex_name(claim.name)
    size = abs((claim.start - claim.centre) * (claim.ratio - 1))
    return Argument(
        "A descent without a limit",
        _iteration(claim.name, claim.step, claim.start),
        (f"no number is the limit of ${x}_n$",),
        (
            Step(
                rf"$|{x}_{{n+1}} - {x}_n| \ge {_n(size)}$ for all $n$",
                rf"${_affine(claim.name, claim.centre, claim.ratio)}$, the same polynomial on both sides; "
                rf"so the difference is ${_in(size)} \cdot {_in(abs(claim.ratio))}^{{n}}$ in size, "
                rf"and $|{_n(claim.ratio)}| \ge 1$",
            ),
            _no_limit(x, size),
        ),
    )


@argument.register
def _(claim: RaceMeeting) -> Argument:
    a, t, d = _in(claim.achilles), _in(claim.tortoise), _in(claim.head_start)
    time, place, ratio = _n(claim.time), _n(claim.place), claim.tortoise / claim.achilles
    gap = rf"g_n = {d} \cdot {_in(ratio)}^{{n}}"
    return Argument(
        "Achilles and the tortoise",
        rf"Let $x_0 = 0$ and $g_0 = {d}$; in stage $n + 1$ Achilles, at the speed {show(claim.achilles)}, "
        rf"runs to where the tortoise was, $x_{{n+1}} = x_n + g_n$, and the tortoise, "
        rf"at the speed {show(claim.tortoise)}, is then "
        rf"$g_{{n+1}} = g_n \cdot \frac{{{_n(claim.tortoise)}}}{{{_n(claim.achilles)}}}$ ahead",
        (
            rf"${gap} > 0$: Achilles is behind at every stage",
            rf"${a} \cdot t < {d} + {t} \cdot t$ for all $t < {time}$: he is behind at every time before",
            rf"${a} \cdot {_in(claim.time)} = {place} = {d} + {t} \cdot {_in(claim.time)}$: they are level then",
            rf"$x_n < {place}$ for all $n$, and {_within('x_n', claim.place, claim.modulus)}",
        ),
        (
            Step(f"${gap}$", rf"induction: each stage multiplies the gap by ${_n(ratio)}$; all factors are positive"),
            Step(
                rf"${d} + {t} \cdot t - {a} \cdot t = {_in(claim.achilles - claim.tortoise)} \cdot ({time} - t)$",
                rf"expand, with ${_in(claim.achilles - claim.tortoise)} \cdot {_in(claim.time)} = {d}$; "
                rf"the right side is positive before ${time}$ and 0 then",
            ),
            Step(
                rf"${place} - x_n = {_in(claim.place)} \cdot {_in(ratio)}^{{n}}$, which is positive",
                "induction with step 1: both sides lose the gap of the stage",
            ),
            *_decay(claim.place, ratio, claim.modulus),
        ),
    )


@argument.register
def _(claim: ToleranceStop) -> Argument:
    x, r, n = latex_name(claim.name), _in(abs(claim.ratio)), claim.steps
    first, bound = abs((claim.start - claim.limit) * (claim.ratio - 1)), _n(claim.tolerance)
    length = rf"|{x}_{{n+1}} - {x}_n| = {_in(first)} \cdot {r}^{{n}}"
    return Argument(
        f"A tolerance is met at update {n + 1}",
        _iteration(claim.name, claim.step, claim.start),
        (
            rf"$|{x}_{{n+1}} - {x}_n| > {bound}$ for all $n < {n}$",
            rf"$|{x}_{{n+1}} - {x}_n| \le {bound}$ for all $n \ge {n}$",
        ),
        (
            Step(
                f"${_affine(claim.name, claim.limit, claim.ratio)}$", "expand both sides: they are the same polynomial"
            ),
            Step(f"${length}$", "induction with step 1"),
            Step(
                rf"${_in(first)} \cdot {r}^{{{n - 1}}} > {bound} \ge {_in(first)} \cdot {r}^{{{n}}}$",
                "a comparison of numbers; the lengths fall with $n$",
            ),
        ),
    )


def _float(format: Format, pair: Pair) -> str:
    if format.is_finite(pair):
        return "-0" if pair == NEGATIVE_ZERO else _n(format.value(pair))
    return {INFINITY: r"\infty", NEGATIVE_INFINITY: r"-\infty"}.get(pair, r"\mathrm{NaN}")


def _machine(machine: Machine) -> str:
    recurrence = machine.recurrence
    start = recurrence.start_values()
    updates = ", ".join(rf"${latex_name(name)} \to {latex(term, computed=True)}$" for name, term in recurrence.step)
    starts = ", ".join(f"${latex_name(name)} = {_n(start[name])}$" for name in recurrence.names)
    return (
        f"Let a machine with the format {format_name(machine.format)} repeat the update {updates} from {starts}: "
        "every constant is rounded once, and every operation is the exact one rounded to nearest, ties to even"
    )


@argument.register
def _(claim: Arrival) -> Argument:
    machine, n = claim.machine, claim.arrival
    names = machine.recurrence.names if claim.watch is None else (machine.recurrence.names[claim.watch],)
    values = [_float(machine.format, pair) for pair in claim.value]
    reached = ", ".join(f"${latex_name(x)} = {v}$" for x, v in zip(names, values, strict=True))
    steps = (
        Step(
            f"step {n} is the first with {reached}"
            if claim.watch is not None
            else f"after step {n} the state is {reached}",
            f"the {n} updates are carried out, operation by operation",
        ),
        Step(
            "one more update gives the same state again"
            if not claim.settling
            else f"the value is the same in the {claim.settling} steps that follow, "
            "and the update of the last one gives its state again",
            "carried out; a state that is its own successor stays for ever, by induction",
        ),
    )
    before = Step(
        f"no step before {n} has the state of step {n}",
        f"if it had, it would have stayed there, by step 2, and step {n - 1} has another state"
        if n
        else "there is none",
    )
    return Argument(
        f"A run in {format_name(machine.format)} that arrives at step {n}",
        _machine(machine),
        (f"{reached} from step {n} on, and never before",),
        steps if claim.watch is not None else (*steps, before),
    )


@argument.register
def _(claim: Cycle) -> Argument:
    n, p = claim.tail, claim.period
    return Argument(
        f"A run in {format_name(claim.machine.format)} that cycles with the period {p}",
        _machine(claim.machine),
        (
            f"from step {n} on the states repeat every {p} steps",
            f"no state before step {n} comes again {p} steps later, "
            f"and no two steps that are fewer than {p} apart have the same state",
        ),
        (
            Step(
                f"step {n + p} has the state of step {n}",
                f"the {n + p} updates are carried out, operation by operation",
            ),
            Step(
                f"so has every step $k + {p}$ that of step $k$, for $k \\ge {n}$", "equal states have equal successors"
            ),
            Step(
                f"no smaller period, and no smaller tail: the {p - 1} states between differ from that of step {n}"
                + (f", and step {n - 1} differs from step {n - 1 + p}" if n else ""),
                "compared; an equality elsewhere would be carried on to these, as equal states have equal successors",
            ),
        ),
    )


@argument.register
def _(claim: ContrastClaim) -> Argument:
    exact, machine = argument(claim.exact), argument(claim.machine)
    statement = [*exact.statement, *(f"on the machine: {part}" for part in machine.statement)]
    steps = [
        *exact.steps,
        *(Step(f"on the machine: {s.text}", _shifted(s.reason, len(exact.steps))) for s in machine.steps),
    ]
    if claim.value is not None and isinstance(claim.exact, GeometricLimit | DescentLimit):
        limit, same = claim.exact.limit, claim.value == claim.exact.limit
        relation = "=" if same else r"\ne"
        verdict = f"${_n(claim.value)} {relation} {_n(limit)}$"
        ending = (
            "the machine is at the limit, which the exact process never reaches"
            if same
            else "the machine is not at the limit"
        )
        statement.append(f"{verdict}: {ending}")
        steps.append(Step(verdict, "a comparison of two numbers"))
    return Argument(
        f"{exact.title}, exactly; {machine.title[0].lower()}{machine.title[1:]}",
        f"{exact.setting}. {machine.setting}",
        tuple(statement),
        tuple(steps),
    )


def _shifted(reason: str, by: int) -> str:
    """A reason of the machine half, which speaks of its own step 2."""
    return reason.replace("by step 2", f"by step {2 + by}")

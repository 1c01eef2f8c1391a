"""The checks that Rocq makes, made in Python first: the hypotheses of a claim's theorem, each with its evidence.

A claim whose hypotheses all hold here is accepted by the kernel, and one with a false hypothesis is rejected; tests
hold the two together on claims that were broken on purpose. Here nothing is proved: that is the kernel's work.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import singledispatch
from itertools import islice

from flint import fmpq

from infinitesimal.arithmetics.floating.format import Pair
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.linear.affine import affine_map
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
from infinitesimal.proofs.moduli import Modulus, halves
from infinitesimal.proofs.printing import format_name
from infinitesimal.rational import brief
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.runs.compile import loops
from infinitesimal.terms.term import Term
from infinitesimal.truth import Hypothesis, Truth

State = tuple[Pair, ...]


def _holds(text: str, truth: bool, evidence: str = "computed exactly") -> Hypothesis:
    return Hypothesis(text, evidence, Truth.of(truth))


@singledispatch
def hypotheses(claim: Claim) -> tuple[Hypothesis, ...]:
    """The conditions under which the theorem of `claim` holds, each decided by exact computation."""
    raise NotImplementedError(type(claim).__name__)


def holds(claim: Claim) -> bool:
    """Whether every hypothesis of the claim holds."""
    return all(h.truth is Truth.TRUE for h in hypotheses(claim))


def _decays(size: Fraction, ratio: Fraction, modulus: Modulus) -> tuple[Hypothesis, ...]:
    k, j = modulus.halving, modulus.shift
    return (
        _holds("the ratio is at most 1 in size", abs(ratio) <= 1, brief(ratio)),
        _holds(f"|ratio|**{k} <= 1/2", halves(ratio, k), "repeated squaring, rounded up"),
        _holds(f"the first distance is at most 2**{j}", size <= 1 << j, brief(size)),
    )


@hypotheses.register
def _(claim: GeometricLimit) -> tuple[Hypothesis, ...]:
    return (
        _holds("the first term is not 0", claim.first != 0, brief(claim.first)),
        _holds("the ratio is not 0", claim.ratio != 0, brief(claim.ratio)),
        _holds("limit*(1 - ratio) = first", claim.limit * (1 - claim.ratio) == claim.first, brief(claim.limit)),
        *_decays(abs(claim.limit), claim.ratio, claim.modulus),
    )


@hypotheses.register
def _(claim: GeometricDivergence) -> tuple[Hypothesis, ...]:
    return (
        _holds("the first term is not 0", claim.first != 0, brief(claim.first)),
        _holds("the ratio is at least 1 in size", abs(claim.ratio) >= 1, brief(claim.ratio)),
    )


def _affine(name: str, step: Term, centre: Fraction, ratio: Fraction) -> Hypothesis:
    """That the step is centre + ratio*(x - centre), from its coefficients."""
    found = affine_map(recurrence({name: step}, {name: 0}))
    truth = False
    if found is not None and found.is_scalar:
        r = fmpq(ratio.numerator, ratio.denominator)
        c = fmpq(centre.numerator, centre.denominator)
        truth = found.matrix[0, 0] == r and found.forcing[0][0] == c * (1 - r)
    return _holds("the step multiplies the distance to the limit by the ratio", truth, f"ratio {brief(ratio)}")


@hypotheses.register
def _(claim: DescentLimit) -> tuple[Hypothesis, ...]:
    return (
        _affine(claim.name, claim.step, claim.limit, claim.ratio),
        _holds("the ratio is not 0", claim.ratio != 0, brief(claim.ratio)),
        _holds("the start is not the limit", claim.start != claim.limit, brief(claim.start)),
        *_decays(abs(claim.start - claim.limit), claim.ratio, claim.modulus),
    )


@hypotheses.register
def _(claim: DescentDivergence) -> tuple[Hypothesis, ...]:
    return (
        _affine(claim.name, claim.step, claim.centre, claim.ratio),
        _holds("the ratio is at least 1 in size", abs(claim.ratio) >= 1, brief(claim.ratio)),
        _holds("the ratio is not 1", claim.ratio != 1, brief(claim.ratio)),
        _holds("the start is not the fixed point", claim.start != claim.centre, brief(claim.start)),
    )


@hypotheses.register
def _(claim: RaceMeeting) -> tuple[Hypothesis, ...]:
    a, t, d = claim.achilles, claim.tortoise, claim.head_start
    return (
        _holds("the tortoise moves", t > 0, brief(t)),
        _holds("Achilles is faster", a > t, brief(a)),
        _holds("the tortoise is ahead", d > 0, brief(d)),
        _holds("time*(difference of the speeds) = head start", claim.time * (a - t) == d, brief(claim.time)),
        _holds("place = speed*time", claim.place == a * claim.time, brief(claim.place)),
        *(_decays(claim.place, t / a, claim.modulus) if a else ()),
    )


@hypotheses.register
def _(claim: ToleranceStop) -> tuple[Hypothesis, ...]:
    r, n = claim.ratio, claim.steps
    first = abs((claim.start - claim.limit) * (r - 1))
    tried = n >= 1 and abs(r) <= 1
    return (
        _affine(claim.name, claim.step, claim.limit, r),
        _holds("the ratio is at most 1 in size", abs(r) <= 1, brief(r)),
        _holds(f"update {n + 1} is at most the tolerance", tried and first * abs(r) ** n <= claim.tolerance),
        _holds(f"update {n} is larger", tried and first * abs(r) ** (n - 1) > claim.tolerance),
    )


def states(machine: Machine) -> Iterator[State]:
    """The states of a machine, the start first, without end; as pairs, so that +0 and -0 differ, as they do in Rocq."""
    engine = floats(machine.format)
    update = loops(machine.recurrence, engine, None).update
    start = machine.recurrence.start_values()
    state = tuple(engine.const(start[name]) for name in machine.recurrence.names)
    while True:
        yield state
        state = tuple(update(1, *state))


def _readable(machine: Machine) -> Hypothesis:
    """That the machine is one the specification has. Raises `Undecided` with the reason where it is not."""
    format_name(machine.format)
    free = not machine.recurrence.counts_steps and not machine.recurrence.parameters
    return _holds("the update depends on the state alone", free, str(machine.recurrence))


@hypotheses.register
def _(claim: Arrival) -> tuple[Hypothesis, ...]:
    readable = _readable(claim.machine)
    if readable.truth is not Truth.TRUE:
        return (readable,)
    watched = slice(None) if claim.watch is None else slice(claim.watch, claim.watch + 1)
    walk = states(claim.machine)
    before = not any(state[watched] == claim.value for state in islice(walk, claim.arrival))
    tail = list(islice(walk, claim.settling + 2)) if claim.settling < 100_000 else []
    n = claim.arrival
    return (
        readable,
        _holds(f"before step {n} another value is watched", before, f"{n} steps walked"),
        _holds(f"the value is reached at step {n}", bool(tail) and tail[0][watched] == claim.value),
        _holds("it stays until the state is fixed", bool(tail) and all(s[watched] == claim.value for s in tail)),
        _holds(f"the state no longer moves after step {n + claim.settling}", bool(tail) and tail[-1] == tail[-2]),
    )


@hypotheses.register
def _(claim: Cycle) -> tuple[Hypothesis, ...]:
    readable = _readable(claim.machine)
    if readable.truth is not Truth.TRUE or claim.period < 1:
        return (readable, _holds("the period is at least 1", claim.period >= 1))
    kept = list(islice(states(claim.machine), max(claim.tail - 1, 0), claim.tail + claim.period + 1))
    around = kept[1:] if claim.tail else kept
    return (
        readable,
        _holds(f"step {claim.tail + claim.period} repeats step {claim.tail}", around[-1] == around[0]),
        _holds("no smaller period", all(state != around[0] for state in around[1:-1])),
        _holds("no smaller tail", not claim.tail or kept[0] != kept[-2]),
    )


@hypotheses.register
def _(claim: ContrastClaim) -> tuple[Hypothesis, ...]:
    found = (*hypotheses(claim.exact), *hypotheses(claim.machine))
    if claim.value is None or not isinstance(claim.machine, Arrival):
        return found
    format, pair = claim.machine.machine.format, claim.machine.value[0]
    same = format.is_finite(pair) and format.value(pair) == claim.value
    return (*found, _holds("the exact value of the float", same, brief(claim.value)))

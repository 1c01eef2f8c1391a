"""Results as claims: from a process, a run or a contrast to the theorem about it."""

from fractions import Fraction
from functools import singledispatch
from typing import Any

from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.contrasts.contrast import Contrast
from infinitesimal.errors import InputError, Undecided
from infinitesimal.limits.stopping import StoppingTime
from infinitesimal.linear.affine import AffineMap, affine_map
from infinitesimal.optimization.stopping.rules import Condition
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.families.contractions import interval_contraction
from infinitesimal.proofs.families.descents import DescentDivergence, DescentLimit
from infinitesimal.proofs.families.geometric import GeometricDivergence, GeometricLimit
from infinitesimal.proofs.families.harmonic import harmonic_divergence
from infinitesimal.proofs.families.hypergeometric import hypergeometric_sum
from infinitesimal.proofs.families.races import RaceMeeting
from infinitesimal.proofs.families.reals import RealLimit, real_claim
from infinitesimal.proofs.families.sublinear import sublinear_descent
from infinitesimal.proofs.families.systems import affine_system
from infinitesimal.proofs.families.telescoping import telescoping_sum
from infinitesimal.proofs.families.tolerances import tolerance_claim
from infinitesimal.proofs.machines.contrasts import contrast_claim
from infinitesimal.proofs.machines.fates import fates_claim
from infinitesimal.proofs.machines.recognise import run_claim
from infinitesimal.proofs.moduli import modulus
from infinitesimal.proofs.summands import polynomial_times_power, rational_sum, rational_term
from infinitesimal.rational import show
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.races import Race
from infinitesimal.recurrences.recurrence import Process, Recurrence
from infinitesimal.recurrences.series import Geometric, Series
from infinitesimal.runs.starts.atlas import Atlas
from infinitesimal.runs.trajectory import Trajectory
from infinitesimal.runs.witness import RuleMet
from infinitesimal.terms.parse import constant
from infinitesimal.terms.term import const, variables


@singledispatch
def claim(result: Any) -> Claim:
    """The claim that a result makes: of a series, a race, a descent, its stop, a run, or a contrast of one machine.

    A claim stays as it is. Raises `Undecided`, with the hypothesis that fails, where no family of theorems has it, and
    `InputError` for what is no result.

    >>> from infinitesimal.recurrences.series import zeno
    >>> claim(zeno())
    GeometricLimit(first=Fraction(1, 2), ratio=Fraction(1, 2), limit=Fraction(1, 1),
                   modulus=Modulus(halving=1, shift=0))
    """
    raise InputError(f"{result!r} is nothing that is proved: give a series, a race, a descent, a run or a contrast")


@claim.register
def _(result: Claim) -> Claim:
    return result


def over_reals(result: Any) -> RealLimit:
    """The claim of a result that converges, and beside it that it converges as real numbers do.

    Only this last part rests on axioms: those of the real numbers of Rocq's standard library. Raises `Undecided` where
    the claim is not about one sequence of numbers that converges.

    >>> from infinitesimal.recurrences.series import zeno
    >>> over_reals(zeno()).target
    Fraction(1, 1)
    """
    return real_claim(claim(result))


@claim.register
def _(result: Geometric) -> Claim:
    if variables(result.first, result.ratio):
        raise Undecided(f"no proof: {result} has parameters; give them numbers")
    first, ratio = constant(result.first), constant(result.ratio)
    if not first or not ratio:
        raise Undecided(f"no proof: {'first term' if not first else 'ratio'} 0, so the sum is reached after one term")
    if abs(ratio) >= 1:
        return GeometricDivergence(first, ratio)
    limit = first / (1 - ratio)
    return GeometricLimit(first, ratio, limit, modulus(abs(limit), ratio))


@claim.register
def _(result: Series) -> Claim:
    power = polynomial_times_power(result)
    if power is not None:
        p, ratio = power
        single = len(p) == 1
        return claim(Geometric(const(p[0]), const(ratio))) if single else hypergeometric_sum(p, ratio)
    term = rational_term(result)
    harmonic = None if term is None else harmonic_divergence(*term)
    if harmonic is not None:
        return harmonic
    closed = None if term is None else rational_sum(result)
    if term is None or closed is None:
        raise Undecided(
            f"no proof: {result} is neither a sum of rational functions that telescopes, "
            "nor one of a polynomial times a power of a rational number"
        )
    return telescoping_sum(*term, *closed)


@claim.register
def _(result: Race) -> Claim:
    a, t, d = result.achilles, result.tortoise, result.head_start
    time, place = result.meeting_time, result.meeting_place
    if time is None or place is None or t <= 0 or d <= 0 or a <= t:
        raise Undecided("no proof: the tortoise has to move and to be ahead, and Achilles to be faster")
    return RaceMeeting(a, t, d, time, place, modulus(place, t / a))


@claim.register(Descent)
@claim.register(Recurrence)
def _(result: Descent | Recurrence) -> Claim:
    found = affine_map(result)
    if found is not None and found.is_scalar:
        return _affine(result, found)
    if found is not None:
        return affine_system(result, found)
    if found is None and len(result.recurrence.step) == 1 and not result.recurrence.parameters:
        name, step = result.recurrence.step[0]
        start = result.recurrence.start_values()[name]
        for family in (sublinear_descent, interval_contraction):
            made = family(name, step, start)
            if made is not None:
                return made
    raise Undecided(
        f"no proof: the step of {result} is in none of the families: affine steps, x - r (x - c)^3, "
        "and polynomials that contract an interval to a rational fixed point"
    )


def _affine(result: Descent | Recurrence, found: AffineMap) -> Claim:
    """The claim of an affine step of one number."""
    name, step = result.recurrence.step[0]
    if variables(step) != (name,):
        raise Undecided(f"no proof: the step {step} does not move one number by itself alone")
    start, ratio = result.recurrence.start_values()[name], to_fraction(found.matrix[0, 0])
    if ratio == 1:
        raise Undecided("no proof: the step adds the same number each time, so it has no fixed point to speak of")
    limit = to_fraction(found.forcing[0][0]) / (1 - ratio)
    if start == limit:
        raise Undecided(f"no proof: the start {show(start)} is the fixed point, where every iterate stays")
    if abs(ratio) >= 1:
        return DescentDivergence(name, step, start, limit, ratio)
    if not ratio:
        raise Undecided(f"no proof: the ratio is 0, so the limit {show(limit)} is reached at the first step")
    return DescentLimit(name, step, start, limit, ratio, modulus(abs(start - limit), ratio))


@claim.register
def _(result: Trajectory) -> Claim:
    if getattr(result.arithmetic, "exact", False):
        return _tolerance_stop(result)
    return run_claim(result)


def _tolerance_stop(trajectory: Trajectory) -> Claim:
    """An exact run that a tolerance stopped, on a process whose limit is proved."""
    halt = trajectory.halt
    if not isinstance(halt.witness, RuleMet) or halt.witness.rule.strict:
        raise Undecided(f"no proof: an exact run that ended by {halt.reason}; one that met a tolerance is proved")
    return _stop(trajectory.process, halt.witness.rule.bound, halt.step)


@claim.register
def _(result: StoppingTime) -> Claim:
    rule = result.rule
    if not isinstance(rule, Condition) or rule.quantity != "abs_dx" or rule.strict or result.process is None:
        raise Undecided(f"no proof: the rule {rule}; stops by |x_n - x_(n-1)| <= tolerance (abs_dx) are proved")
    return _stop(result.process, rule.tolerance, result.steps)


def _stop(process: Process, tolerance: Fraction, step: int | None) -> Claim:
    """The claim that update `step` is the first to move by at most `tolerance`."""
    exact = claim(_of(process))
    if not isinstance(exact, DescentLimit) or step is None or step < 2:
        raise Undecided(
            "no proof: a tolerance that is met after the first update, by a descent in one variable, is proved"
        )
    return tolerance_claim(exact, tolerance, step - 1)


@claim.register
def _(result: Atlas) -> Claim:
    return fates_claim(result)


@claim.register
def _(result: Contrast) -> Claim:
    if len(result.machines) != 1:
        raise Undecided(
            f"no proof: the contrast has {len(result.machines)} runs on machines, and a theorem is about one: "
            "give one format, as in contrast(process, binary64)"
        )
    return contrast_claim(claim(_of(result.process)), claim(result.machines[0]))


def _of(process: Process) -> Process:
    if not isinstance(process, Geometric | Race | Descent | Recurrence):
        raise Undecided(f"no proof: {process} is in none of the families: geometric series, races, descents")
    return process

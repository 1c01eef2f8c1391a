"""What holds exactly beside what holds on a machine, in one theorem."""

from dataclasses import dataclass
from fractions import Fraction

from infinitesimal.arithmetics.floating.format import INFINITIES
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.errors import Undecided
from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, theorem
from infinitesimal.proofs.families.contractions import IntervalContraction
from infinitesimal.proofs.families.descents import DescentDivergence, DescentLimit
from infinitesimal.proofs.families.geometric import GeometricDivergence, GeometricLimit
from infinitesimal.proofs.families.sublinear import SublinearLimit
from infinitesimal.proofs.families.systems import SystemLimit
from infinitesimal.proofs.machines.arrivals import Arrival
from infinitesimal.proofs.machines.cycles import Cycle
from infinitesimal.proofs.machines.machine import Machine
from infinitesimal.proofs.machines.updates import program
from infinitesimal.proofs.mirror import condition, hypotheses
from infinitesimal.proofs.printing import comment, rational, spec_float
from infinitesimal.rational import brief
from infinitesimal.terms.pretty import latex_number
from infinitesimal.truth import Hypothesis

Converging = GeometricLimit | DescentLimit | SublinearLimit | IntervalContraction
"""The exact claims of one sequence with a limit, which the value of a machine is compared with."""

Exact = Converging | GeometricDivergence | DescentDivergence | SystemLimit
"""The exact claims that a contrast has."""


@dataclass(frozen=True)
class ContrastClaim(Claim):
    """What holds exactly, and what holds on a machine for the same recurrence.

    For an arrival at a finite value, `value` is its exact rational, and the theorem says whether it is the limit. It
    also says which numbers the machine has in place of the constants that it rounds.
    """

    exact: Exact
    machine: Arrival | Cycle
    value: Fraction | None


@argument.register
def _(claim: ContrastClaim) -> Argument:
    exact, machine = argument(claim.exact), argument(claim.machine)
    statement = [*exact.statement, *(f"on the machine: {part}" for part in machine.statement)]
    steps = [
        *exact.steps,
        *(Step(f"on the machine: {s.text}", _shifted(s.reason, len(exact.steps))) for s in machine.steps),
    ]
    for what, exactly, rounded in rounded_numbers(claim.machine.machine):
        statement.append(f"on the machine the {what[0]} ${latex_number(exactly)}$ is ${latex_number(rounded)}$")
        steps.append(Step(f"${latex_number(exactly)}$ rounds to ${latex_number(rounded)}$", "carried out"))
    if claim.value is not None and isinstance(claim.exact, Converging):
        limit, same = claim.exact.limit, claim.value == claim.exact.limit
        relation = "=" if same else r"\ne"
        verdict = f"${latex_number(claim.value)} {relation} {latex_number(limit)}$"
        never = not isinstance(claim.exact, IntervalContraction) or claim.exact.floor is not None
        there = "the machine is at the limit" + (", which the exact process never reaches" if never else "")
        ending = there if same else "the machine is not at the limit"
        statement.append(f"{verdict}: {ending}")
        steps.append(Step(verdict, "a comparison of two numbers"))
    return Argument(
        f"{exact.title}, exactly; {machine.title[0].lower()}{machine.title[1:]}",
        f"{exact.setting}. {machine.setting}",
        tuple(statement),
        tuple(steps),
    )


@theorem.register
def _(claim: ContrastClaim) -> Theorem:
    exact, machine = theorem(claim.exact), theorem(claim.machine)
    parts, proofs = [exact.statement, machine.statement], [exact.proof, machine.proof]
    for (_, name), _, rounded in rounded_numbers(claim.machine.machine):
        parts.append(f"value {name} = Some {rational(rounded)}")
        proofs.append(COMPUTE)
    if claim.value is not None and isinstance(claim.machine, Arrival):
        value = rational(claim.value)
        parts.append(f"value {spec_float(claim.machine.value[0])} = Some {value}")
        proofs.append(COMPUTE)
        if isinstance(claim.exact, Converging):
            arrives = claim.value == claim.exact.limit
            parts.append(f"{'' if arrives else '~ '}{value} == {rational(claim.exact.limit)}")
            proofs.append("compare")
    *first, together = proofs
    for proof in reversed(first):
        together = f"split; [{proof}|{together}]"
    return Theorem(
        (
            comment(f"The machine is {claim.machine.machine.name.rstrip(',')}."),
            *exact.definitions,
            *machine.definitions,
        ),
        " /\\\n  ".join(f"({part})" for part in parts),
        together,
        (*exact.files, *machine.files),
        (*exact.axioms, *machine.axioms),
    )


@hypotheses.register
def _(claim: ContrastClaim) -> tuple[Hypothesis, ...]:
    found = (*hypotheses(claim.exact), *hypotheses(claim.machine))
    if claim.value is None or not isinstance(claim.machine, Arrival):
        return found
    format, pair = claim.machine.machine.format, claim.machine.value[0]
    same = format.is_finite(pair) and format.value(pair) == claim.value
    return (*found, condition("the exact value of the float", same, brief(claim.value)))


def rounded_numbers(machine: Machine) -> list[tuple[tuple[str, str], Fraction, Fraction]]:
    """The constants, and the start of a state of one number, that the format does not have.

    Each with what it is, what the certificate calls it, its exact value, and the finite value that it is rounded to.
    """
    engine, values = floats(machine.format, machine.rounding), machine.recurrence.start_values()
    numbers = [(("constant", f"c{i}"), value) for i, value in enumerate(program(machine).constants, 1)]
    if len(values) == 1:
        numbers += [(("start", "start"), value) for value in values.values()]
    read = [(what, value, engine.element_exact(engine.const(value))) for what, value in numbers]
    return [(what, value, rounded) for what, value, rounded in read if rounded is not None and rounded != value]


def _shifted(reason: str, by: int) -> str:
    """A reason of the machine half, which speaks of its own step 2."""
    return reason.replace("by step 2", f"by step {2 + by}")


def contrast_claim(exact: Claim, machine: Claim) -> ContrastClaim:
    """The claim of both halves. Raises `Undecided` where one of them is in no family that a contrast has."""
    if not isinstance(exact, Exact) or not isinstance(machine, Arrival | Cycle):
        raise Undecided("no proof: contrasts of geometric series and of descents are proved, no others")
    value = None
    if isinstance(machine, Arrival) and len(machine.value) == 1 and machine.value[0] not in INFINITIES:
        value = machine.machine.format.value(machine.value[0])
    return ContrastClaim(exact, machine, value)

"""Achilles and the tortoise."""

from dataclasses import dataclass
from fractions import Fraction

from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, modulus_text, theorem
from infinitesimal.proofs.mirror import condition, decays, hypotheses
from infinitesimal.proofs.moduli import Modulus
from infinitesimal.proofs.printing import rational
from infinitesimal.proofs.wording import decay, factor, number, within
from infinitesimal.rational import brief, show
from infinitesimal.truth import Hypothesis


@dataclass(frozen=True)
class RaceMeeting(Claim):
    """Achilles is behind at every stage and every time before `time`, and level with the tortoise then, at `place`."""

    achilles: Fraction
    tortoise: Fraction
    head_start: Fraction
    time: Fraction
    place: Fraction
    modulus: Modulus


@argument.register
def _(claim: RaceMeeting) -> Argument:
    a, t, d = factor(claim.achilles), factor(claim.tortoise), factor(claim.head_start)
    time, place, ratio = number(claim.time), number(claim.place), claim.tortoise / claim.achilles
    gap = rf"g_n = {d} \cdot {factor(ratio)}^{{n}}"
    return Argument(
        "Achilles and the tortoise",
        rf"Let $x_0 = 0$ and $g_0 = {d}$; in stage $n + 1$ Achilles, at the speed {show(claim.achilles)}, "
        rf"runs to where the tortoise was, $x_{{n+1}} = x_n + g_n$, and the tortoise, "
        rf"at the speed {show(claim.tortoise)}, is then "
        rf"$g_{{n+1}} = g_n \cdot \frac{{{number(claim.tortoise)}}}{{{number(claim.achilles)}}}$ ahead",
        (
            rf"${gap} > 0$: Achilles is behind at every stage",
            rf"${a} \cdot t < {d} + {t} \cdot t$ for all $t < {time}$: he is behind at every time before",
            rf"${a} \cdot {factor(claim.time)} = {place} = {d} + {t} \cdot {factor(claim.time)}$: they are level then",
            rf"$x_n < {place}$ for all $n$, and {within('x_n', claim.place, claim.modulus)}",
        ),
        (
            Step(
                f"${gap}$",
                rf"induction: each stage multiplies the gap by ${number(ratio)}$; all factors are positive",
            ),
            Step(
                rf"${d} + {t} \cdot t - {a} \cdot t = {factor(claim.achilles - claim.tortoise)} \cdot ({time} - t)$",
                rf"expand, with ${factor(claim.achilles - claim.tortoise)} \cdot {factor(claim.time)} = {d}$; "
                rf"the right side is positive before ${time}$ and 0 then",
            ),
            Step(
                rf"${place} - x_n = {factor(claim.place)} \cdot {factor(ratio)}^{{n}}$, which is positive",
                "induction with step 1: both sides lose the gap of the stage",
            ),
            *decay(claim.place, ratio, claim.modulus),
        ),
    )


@theorem.register
def _(claim: RaceMeeting) -> Theorem:
    achilles, tortoise, head_start = map(rational, (claim.achilles, claim.tortoise, claim.head_start))
    time, place = rational(claim.time), rational(claim.place)
    return Theorem(
        (
            "(* A stage takes (the place of Achilles, the gap to the tortoise) to the next one. *)",
            f"Definition stage : Q * Q -> Q * Q := fun '(x, gap) => (x + gap, gap * {tortoise} / {achilles}).",
            f"Definition place (n : nat) : Q := fst (Nat.iter n stage (0, {head_start})).",
            f"Definition gap (n : nat) : Q := snd (Nat.iter n stage (0, {head_start})).",
        ),
        f"(forall n, 0 < gap n /\\ gap n == {head_start} * power ({tortoise} / {achilles}) n) /\\\n"
        f"  (forall t, t < {time} -> {achilles} * t < {head_start} + {tortoise} * t) /\\\n"
        f"  {achilles} * {time} == {place} /\\ {head_start} + {tortoise} * {time} == {place} /\\\n"
        f"  (forall n, place n < {place}) /\\\n"
        f"  converges place {place} {modulus_text(claim.modulus)}",
        f"apply race_sound; {COMPUTE}",
        ("Races",),
    )


@hypotheses.register
def _(claim: RaceMeeting) -> tuple[Hypothesis, ...]:
    a, t, d = claim.achilles, claim.tortoise, claim.head_start
    return (
        condition("the tortoise moves", t > 0, brief(t)),
        condition("Achilles is faster", a > t, brief(a)),
        condition("the tortoise is ahead", d > 0, brief(d)),
        condition("time*(difference of the speeds) = head start", claim.time * (a - t) == d, brief(claim.time)),
        condition("place = speed*time", claim.place == a * claim.time, brief(claim.place)),
        *(decays(claim.place, t / a, claim.modulus) if a else ()),
    )

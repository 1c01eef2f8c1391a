r"""The sentences that several families share: numbers as factors, moduli, decay, steps that stay large.

Everything is text with mathematics between dollar signs, in the LaTeX that `prose` writes in three ways.
"""

from fractions import Fraction

from infinitesimal.proofs.argument import Step
from infinitesimal.proofs.moduli import Modulus
from infinitesimal.terms.pretty import latex, latex_name, latex_number
from infinitesimal.terms.term import Term

number = latex_number
"""A number in sentences."""


def factor(value: Fraction) -> str:
    """A number as a factor or a base."""
    return number(value) if value >= 0 and value.denominator == 1 else rf"\left({number(value)}\right)"


def sequence_name(name: str) -> str:
    r"""A variable as the name of a sequence, which takes an index: LaTeX refuses a second subscript.

    >>> print(sequence_name("x") + "_n", sequence_name("x_1") + "_n")
    x_n {x_{1}}_n
    """
    written = latex_name(name)
    return f"{{{written}}}" if "_" in written else written


def minus(value: Fraction) -> str:
    """What follows a sequence from which a number is taken away."""
    return "" if not value else f" - {number(value)}" if value > 0 else f" + {number(-value)}"


def plus(value: Fraction, rest: str) -> str:
    """A sum that starts with a number, which is left out when it is 0."""
    return rest if not value else f"{number(value)} + {rest}"


def steps_of(modulus: Modulus) -> str:
    """After how many steps the distance is at most 2**-m."""
    plus = f"(m + {modulus.shift})" if modulus.shift else "m"
    return plus if modulus.halving == 1 and not modulus.shift else rf"{modulus.halving} \cdot {plus}"


def within(sequence: str, limit: Fraction, modulus: Modulus) -> str:
    """That a sequence converges, with its modulus."""
    steps = steps_of(modulus)
    near = rf"|{sequence}{minus(limit)}| \le 2^{{-m}}"
    return rf"${sequence} \to {number(limit)}$; for every $m$, ${near}$ for all $n \ge {steps}$"


def _factors(k: int) -> str:
    return "every factor halves them" if k == 1 else f"every {k} factors halve them"


def decay(size: Fraction, ratio: Fraction, modulus: Modulus) -> tuple[Step, Step]:
    """The two steps that show the modulus of size*|ratio|**n."""
    k, j, r = modulus.halving, modulus.shift, factor(abs(ratio))
    bound = rf"$2^{{{j}}} \cdot 2^{{-(m + {j})}} = 2^{{-m}}$" if j else "$2^{-m}$"
    return (
        Step(
            rf"${r}^{{{k}}} \le \frac{{1}}{{2}}$ and ${number(size)} \le 2^{{{j}}}$",
            "both are comparisons of numbers; the power is bounded from above by repeated squaring",
        ),
        Step(
            rf"for $n \ge {steps_of(modulus)}$ the distance ${factor(size)} \cdot {r}^{{n}}$ is at most " + bound,
            rf"the powers of ${number(abs(ratio))}$ do not grow, and {_factors(k)} at least, by the step before",
        ),
    )


def no_limit(name: str, size: Fraction) -> Step:
    """The step from differences that stay as large as `size`, shown in step 1, to no limit."""
    near = rf"both $|{name}_n - L|$ and $|{name}_{{n+1}} - L|$ would be less than ${number(size / 2)}$, "
    return Step(
        f"${name}_n$ has no limit",
        rf"near a limit $L$ {near}"
        rf"so $|{name}_{{n+1}} - {name}_n| < {number(size)}$ by the triangle inequality, against step 1",
    )


def iteration(name: str, step: Term, start: Fraction) -> str:
    """The setting of an iteration in one variable."""
    x, next = sequence_name(name), latex(step, computed=True)
    return rf"Let ${x}_0 = {number(start)}$, and let ${x}_{{n+1}}$ be ${next}$ at ${x} = {x}_n$"

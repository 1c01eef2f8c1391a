"""Components that are multiplied and divided at every update, and the trends of their sizes.

Lemma. Let t be a value of a format and y a rounded product with |y| <= 2**k * |t|, k >= 0, where 2**k * t does not
overflow. Multiplied by a factor of size f, and rounded, it is at most |t| in size if 2**k * f <= 1, and otherwise at
most 2**j * |t| for every j with 2**k * f <= 2**j: both bounds are values of the format, and rounding is monotone.
"""

from collections.abc import Mapping
from fractions import Fraction

from infinitesimal.arithmetic import Element
from infinitesimal.runs.trends import Trend, Trends
from infinitesimal.terms.term import Apply, Term, Var, fold, variables

Factors = list[tuple[str, Term]]


def factors(name: str, step: Term) -> Factors | None:
    """The operations of a step such as -name*c/n, each with the term it multiplies or divides by; None for another."""
    if step == Var(name):
        return []
    if not isinstance(step, Apply) or step.operation not in ("mul", "div", "neg"):
        return None
    a, b = step.args[0], step.args[-1]
    if step.operation == "mul" and name not in variables(a):
        a, b = b, a
    inner = factors(name, a)
    if inner is None or (step.operation != "neg" and name in variables(b)):
        return None
    return [*inner, (step.operation, b)]


def component(name: str, step: Term, trends: Trends, known: Mapping[str, Trend], element: Element) -> Trend:
    """The trend of a component; of any but a product nothing is known."""
    found = factors(name, step)
    value = trends.machine.element_exact(element)
    if found is None or value is None or any(v not in known for _, t in found for v in variables(t) if v != name):
        return trends.unknown(element)
    read = [(op, fold(t, trends, known.__getitem__)) for op, t in found if op != "neg"]
    minus = sum(op == "neg" for op, _ in found) + sum(trend.sign < 0 for _, trend in read)
    mixed = minus % 2 == 1 or any(trend.mixed for _, trend in read)
    falls = _never_grows(trends, abs(value), read)
    rises = all(trend.constant and _size(trends, op, trend) >= 1 for op, trend in read)
    return trends.trend(falls, rises, element, mixed)


def _size(trends: Trends, operation: str, factor: Trend) -> Fraction:
    """How much a factor enlarges at most; 0 where it is no number."""
    size = abs(trends.machine.element_exact(factor.now) or 0)
    return size if operation == "mul" or not size else 1 / Fraction(size)


def _never_grows(trends: Trends, value: Fraction, read: list[tuple[str, Trend]]) -> bool:
    """Whether the lemma keeps the size of `value` from growing, now and ever after."""
    k = 0
    for operation, factor in read:
        if not (factor.falls if operation == "mul" else factor.rises and factor.sign):
            return False
        f = _size(trends, operation, factor) * (1 << k)
        k = 0 if f <= 1 else (-(-f.numerator // f.denominator) - 1).bit_length()
        if value * (1 << k) > trends.machine.format.largest:
            return False
    return not k

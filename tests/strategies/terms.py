"""Random terms: every operation, shared subterms, constants that no machine has."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from infinitesimal.terms.term import Apply, Const, Term, Var
from tests.strategies.numbers import small_rationals

BINARY = ("add", "sub", "mul", "div")


def terms(
    names: Sequence[str] = ("x", "y"), max_leaves: int = 12, exponents: tuple[int, int] = (-3, 4)
) -> st.SearchStrategy[Term]:
    """Terms in the variables `names`, with integer powers from `exponents[0]` to `exponents[1]`."""
    leaves = st.sampled_from([Var(name) for name in names]) | small_rationals().map(Const)

    def larger(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
        pairs = st.tuples(inner, inner) | inner.map(lambda a: (a, a))
        binary = st.builds(Apply, st.sampled_from(BINARY), pairs)
        negated = st.builds(lambda a: Apply("neg", (a,)), inner)
        power = st.builds(lambda a, k: Apply("pow", (a, Const(Fraction(k)))), inner, st.integers(*exponents))
        return binary | binary | negated | power

    return st.recursive(leaves, larger, max_leaves=max_leaves)

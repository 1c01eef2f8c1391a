"""Segments: what is called monotone is monotone, value by value."""

import itertools
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import Format
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.runs.forecasts.segments import NotMonotone, Segment, Segments
from infinitesimal.terms.parse import read
from infinitesimal.terms.program import compile_terms
from infinitesimal.terms.term import Term
from tests.strategies import roundings
from tests.strategies.terms import terms


@settings(max_examples=400)
@given(terms(("n",), max_leaves=5, exponents=(-2, 3)), st.integers(1, 30), st.integers(1, 12), roundings())
@example(read("(7 - n)*n"), 1, 12, Rounding.NEAREST_EVEN)
@example(read("(n - 7)*(n - 7)"), 1, 12, Rounding.NEAREST_EVEN)
@example(read("-3*n"), 1, 12, Rounding.UP)
@example(read("n/(3 - 9)"), 1, 12, Rounding.UP)
def test_a_segment_encloses_every_value_of_its_stretch(term: Term, first: int, more: int, rounding: Rounding) -> None:
    machine = floats(Format(5, -9, 12), rounding)
    program = compile_terms([term], ["n"])
    numbers = [machine.integer(n) for n in range(first, first + more + 1)]
    try:
        (found,) = program.execute(Segments(machine), [Segment(numbers[0], numbers[-1], 1)])
    except NotMonotone:
        return
    values: list[Fraction | None] = [machine.element_exact(program.execute(machine, [x])[0]) for x in numbers]
    assert all(v is not None for v in values)
    assert [machine.element_exact(found.first), machine.element_exact(found.last)] == [values[0], values[-1]]
    steps = [b - a for a, b in itertools.pairwise(values) if a is not None and b is not None]
    assert all((d > 0) - (d < 0) in (0, found.trend) for d in steps)

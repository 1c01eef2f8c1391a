"""Three-valued logic, and the arithmetic of enclosures."""

from fractions import Fraction
from itertools import product

import pytest

from infinitesimal.interval import Interval
from infinitesimal.truth import Truth

KNOWN = {Truth.TRUE: True, Truth.FALSE: False}


def possible(answer: Truth) -> set[bool]:
    """The answers that are still possible."""
    return {KNOWN[answer]} if answer in KNOWN else {True, False}


def settled(answers: set[bool]) -> Truth:
    """The answer, when only one is possible."""
    return Truth.of(answers.pop()) if len(answers) == 1 else Truth.UNKNOWN


@pytest.mark.parametrize(("a", "b"), list(product(Truth, Truth)))
def test_a_connective_is_known_when_the_unknown_part_does_not_matter(a: Truth, b: Truth) -> None:
    assert (a & b) is settled({x and y for x in possible(a) for y in possible(b)})
    assert (a | b) is settled({x or y for x in possible(a) for y in possible(b)})


@pytest.mark.parametrize(("a", "b"), list(product(Truth, Truth)))
def test_the_laws_of_de_morgan_hold(a: Truth, b: Truth) -> None:
    assert ~(a & b) is (~a | ~b)
    assert ~(a | b) is (~a & ~b)


@pytest.mark.parametrize("a", Truth)
def test_negation_negates_what_is_known(a: Truth) -> None:
    assert ~a is settled({not x for x in possible(a)})
    assert ~~a is a


def test_only_a_known_answer_has_a_truth_value() -> None:
    assert bool(Truth.TRUE) is True
    assert bool(Truth.FALSE) is False
    with pytest.raises(TypeError, match=r"UNKNOWN.*is Truth\.TRUE"):
        bool(Truth.UNKNOWN)
    with pytest.raises(TypeError):
        _ = not Truth.UNKNOWN


def test_a_boolean_becomes_a_known_answer() -> None:
    assert Truth.of(True) is Truth.TRUE
    assert Truth.of(False) is Truth.FALSE
    assert [repr(a) for a in Truth] == ["Truth.TRUE", "Truth.FALSE", "Truth.UNKNOWN"]


def test_an_interval_holds_its_ends_and_what_lies_between() -> None:
    third = Interval(Fraction(33, 100), Fraction(34, 100))
    assert third.width == Fraction(1, 100)
    assert all(x in third for x in (third.lower, third.upper, Fraction(1, 3)))
    assert all(x not in third for x in (Fraction(329, 1000), Fraction(341, 1000), Fraction(0)))
    assert str(third) == "[33/100, 17/50]"
    assert Interval(Fraction(1), Fraction(1)).width == 0

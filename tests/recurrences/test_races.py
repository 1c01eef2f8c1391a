"""Races: where and when Achilles is level with the tortoise."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from infinitesimal.errors import Diverges, InputError
from infinitesimal.limits.limit import limit
from infinitesimal.limits.values import at, steps, values
from infinitesimal.recurrences.races import race

positive = st.builds(Fraction, st.integers(1, 30), st.integers(1, 9))


def stages(achilles: Fraction, tortoise: Fraction, head_start: Fraction, count: int) -> list[Fraction]:
    """The places of Achilles, from the clock: he runs to where the tortoise was."""
    place, other, found = Fraction(0), head_start, []
    for _ in range(count):
        found.append(place)
        time = (other - place) / achilles
        place, other = other, other + tortoise * time
    return found


@settings(deadline=None, max_examples=80)
@given(positive, st.one_of(st.just(Fraction(0)), positive), st.one_of(st.just(Fraction(0)), positive))
def test_the_stages_are_those_of_the_clock(achilles: Fraction, tortoise: Fraction, head_start: Fraction) -> None:
    made = race(achilles, tortoise, head_start)
    assert values(made, 8) == stages(achilles, tortoise, head_start, 8)
    assert at(made, 7) == stages(achilles, tortoise, head_start, 8)[7]


@settings(deadline=None, max_examples=80)
@given(positive, st.one_of(st.just(Fraction(0)), positive), positive)
def test_the_limit_is_the_meeting_place(achilles: Fraction, tortoise: Fraction, head_start: Fraction) -> None:
    made = race(achilles, tortoise, head_start)
    if tortoise >= achilles:
        assert made.meeting_time is None and made.meeting_place is None
        with pytest.raises(Diverges):
            limit(made)
        return
    time = made.meeting_time
    assert time is not None and made.meeting_place == limit(made)
    assert achilles * time == head_start + tortoise * time == made.meeting_place


def test_the_race_of_a_hundred() -> None:
    made = race(10, 1, 100)
    assert (made.meeting_time, made.meeting_place, limit(made)) == (
        Fraction(100, 9),
        Fraction(1000, 9),
        Fraction(1000, 9),
    )
    assert steps(made, 4) == (100, 10, 1, Fraction(1, 10))


def test_a_tortoise_at_rest_is_reached_in_one_stage() -> None:
    assert values(race(3, 0, 6), 4) == [0, 6, 6, 6] and limit(race(3, 0, 6)) == 6


@pytest.mark.parametrize(("achilles", "tortoise"), [(1, 2), (2, 2), (2, 1)])
def test_without_a_head_start_they_are_level_at_once(achilles: int, tortoise: int) -> None:
    made = race(achilles, tortoise, 0)
    assert values(made, 3) == [0, 0, 0] and limit(made) == 0
    assert made.meeting_time == 0 and made.meeting_place == 0


@pytest.mark.parametrize("achilles", [0, -1, "-1/2", "0.0"])
def test_achilles_runs(achilles: object) -> None:
    with pytest.raises(InputError, match="positive"):
        race(achilles, 1, 1)


@pytest.mark.parametrize(("tortoise", "head_start"), [(-1, 1), (1, -1), ("-0.1", 0)])
def test_the_tortoise_and_the_head_start_are_not_negative(tortoise: object, head_start: object) -> None:
    with pytest.raises(InputError, match="negative"):
        race(1, tortoise, head_start)


@pytest.mark.parametrize("bad", [0.1, None, "x", "fast", "1/0", float("inf"), float("nan"), True])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_is_no_exact_number_is_refused_by_name(bad: object, place: int) -> None:
    given_numbers = [2, 1, 1]
    given_numbers[place] = bad  # type: ignore[call-overload]
    with pytest.raises(InputError, match=("achilles", "tortoise", "head start")[place]):
        race(*given_numbers)


def test_text_may_be_a_constant_term() -> None:
    assert race("10", "2 - 1", "0.5*200") == race(10, 1, 100)


@given(positive, positive, positive)
@settings(deadline=None, max_examples=40)
def test_the_unit_of_speed_does_not_matter(achilles: Fraction, tortoise: Fraction, unit: Fraction) -> None:
    assume(achilles > tortoise)
    assert race(achilles * unit, tortoise * unit, 5).meeting_place == race(achilles, tortoise, 5).meeting_place

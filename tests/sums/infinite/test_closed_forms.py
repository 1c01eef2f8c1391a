"""A closed form leaves only when an independent enclosure meets it: families that err are not believed."""

import pytest
import sympy
from flint import arb

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.infinite import closed_forms
from infinitesimal.sums.summands.summand import Summand

BASEL = Summand(1 / n**2, 1)
LIMIT = sympy.pi**2 / 6


def answer_with(monkeypatch: pytest.MonkeyPatch, *answers: sympy.Expr | None) -> None:
    """Replaces the families by one for each answer."""
    table = {f"family {i}": answer for i, answer in enumerate(answers)}
    monkeypatch.setattr(closed_forms, "FAMILIES", tuple(table))
    monkeypatch.setattr(closed_forms, "_asked", lambda family: lambda a: table[family])


def unenclosed(a: Summand) -> arb:
    raise Undecided("no enclosure")


def asked(a: Summand) -> closed_forms.Found:
    return closed_forms.closed_form.__wrapped__(a)


WRONG = [LIMIT + sympy.Rational(1, 10**45), LIMIT - sympy.Rational(1, 10**20), sympy.pi**2 / 5, sympy.Symbol("x")]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_wrong_answer_is_dropped_and_the_next_family_asked(
    monkeypatch: pytest.MonkeyPatch, wrong: sympy.Expr
) -> None:
    answer_with(monkeypatch, wrong)
    with pytest.raises(Undecided, match="not confirmed"):
        asked(BASEL)
    answer_with(monkeypatch, wrong, None, LIMIT)
    assert asked(BASEL)[:2] == (LIMIT, "family 2")


def test_a_right_answer_without_an_enclosure_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, LIMIT)
    monkeypatch.setattr(closed_forms, "enclosure", unenclosed)
    with pytest.raises(Undecided, match="not confirmed"):
        asked(BASEL)


def test_the_sum_of_the_parts_is_confirmed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, None)
    monkeypatch.setattr(closed_forms, "_by_parts", lambda a: LIMIT + sympy.Rational(1, 10**40))
    with pytest.raises(Undecided):
        asked(BASEL)
    monkeypatch.setattr(closed_forms, "_by_parts", lambda a: LIMIT)
    assert asked(BASEL)[:2] == (LIMIT, "parts")


def test_parts_that_diverge_are_not_summed_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closed_forms, "closed_form", lambda a: closed_forms.Found(LIMIT, "any", ""))
    assert closed_forms._by_parts(Summand(1 / n - 1 / (n + 1), 1)) is None
    assert closed_forms._by_parts(Summand(1 / n**2 + 1 / n**3, 1)) == 2 * LIMIT

"""Finite sums of elementary terms: what is returned is proved, and a changed closed form is refused in every class."""

import pytest
import sympy
from sympy import Integer, Rational, atan, cos, log, pi, sin, sqrt

from infinitesimal.sums.finite import comparison, methods
from infinitesimal.sums.finite.elementary_proof import proved
from infinitesimal.sums.finite.induction import Induction, cases
from infinitesimal.sums.finite.summation import summation_expr

n = sympy.Symbol("n", integer=True, nonnegative=True)
k, x, y, m = sympy.symbols("k x y m")

CLASSES = {
    "sine": (sin(k * x), 1, n),
    "cosine with a phase": (cos((2 * k - 1) * x), 1, n),
    "sine and sign": ((-1) ** k * sin(k * x), 1, n),
    "square of a cosine": (cos(k * x) ** 2, 1, n),
    "product of waves": (sin(k * x) * sin(2 * k * x), 1, n),
    "polynomial times wave": (k**2 * cos(k * x), 0, n),
    "power times wave": (2**k * cos(k * x), 0, n),
    "part of a turn": (cos(pi * k / 3), 0, n),
    "wave from a symbol": (cos(k * x), m, n),
    "wave to twice the bound": (sin(k), 0, 2 * n),
    "logarithm": (log(1 + 1 / k), 1, n),
    "logarithm of a product": (log(1 - 1 / k**2), 2, n),
    "logarithm of factorials": (log(2 * k + 1), 0, n),
    "arctangent": (atan(1 / (k**2 + k + 1)), 0, n),
    "arctangent with a constant": (atan(2 / k**2), 1, n),
    "root": (1 / (sqrt(k) + sqrt(k + 1)), 1, n),
    "product of roots": (1 / (k * sqrt(k + 1) + (k + 1) * sqrt(k)), 1, n),
    "roots two apart": (sqrt(k + 2) - sqrt(k), 0, n),
}


@pytest.mark.parametrize(("term", "first", "last"), CLASSES.values(), ids=CLASSES.keys())
def test_a_changed_closed_form_is_refused(term: sympy.Expr, first: object, last: sympy.Expr) -> None:
    closed, first = summation_expr(term, k, first, last), sympy.sympify(first)
    assert closed is not None and proved(term, k, first, last, closed, n)
    changed = [
        closed + 1,
        closed + Rational(1, 10**40),
        2 * closed if closed != 0 else closed + 2,
        closed + n,
        closed + Rational(1, 3) ** n,
        closed + (-1) ** n,
        closed.subs(n, n + 1),
    ]
    for wrong in changed:
        assert not proved(term, k, first, last, wrong, n), wrong
    # what only looks different is proved as well
    assert proved(term, k, first, last, closed + (n + 1) ** 2 - n**2 - 2 * n - 1, n)


def test_a_wrong_branch_is_refused() -> None:
    closed = summation_expr(cos(k * x), k, 0, n)
    (special, condition), (general, _) = closed.args
    wrong = sympy.Piecewise((special + 1, condition), (general, True))
    assert not proved(cos(k * x), k, Integer(0), n, wrong, n)
    assert not proved(cos(k * x), k, Integer(0), n, sympy.Piecewise((special, condition), (special, True)), n)


@pytest.mark.parametrize(("term", "first"), [(sin(k * x), 1), (log(1 + 1 / k), 1), (sqrt(k + 1) - sqrt(k), 0)], ids=str)
def test_nothing_unproved_is_returned(monkeypatch: pytest.MonkeyPatch, term: sympy.Expr, first: int) -> None:
    assert summation_expr(term, k, first, n) is not None
    for module in (methods, comparison):
        monkeypatch.setattr(module, "proved", lambda *_: False)
    assert summation_expr(term, k, first, n) is None


def test_angles_that_depend_on_the_bound_are_proved_for_all_angles() -> None:
    closed = summation_expr(sin(pi * k / n), k, 1, n - 1)
    for bound in range(2, 9):
        total = sum(sin(pi * Rational(i, bound)) for i in range(1, bound))
        assert abs(sympy.N(closed.subs(n, bound) - total, 30)) < Rational(1, 10**25)


def test_an_induction_has_the_first_terms_and_those_of_a_step() -> None:
    f = sympy.Function("f")
    found = Induction.of(f(k), k, Integer(1), 2 * n, n)
    assert found is not None and (found.start, found.base) == (1, f(1) + f(2))
    assert found.added == f(2 * n) + f(2 * n - 1)
    found = Induction.of(f(k), k, n, 2 * n, n)
    assert found is not None and (found.start, found.base) == (0, f(0))
    assert found.added == f(2 * n) + f(2 * n - 1) - f(n - 1)
    found = Induction.of(f(k), k, -n, n, n)
    assert found is not None and (found.start, found.base, found.added) == (0, f(0), f(n) + f(-n))
    found = Induction.of(f(n - k), k, Integer(0), n, n)
    assert found is not None and (found.base, found.added) == (f(0), f(n))
    assert Induction.of(f(k, n), k, Integer(0), n, n) is None
    assert Induction.of(f(k), k, Integer(0), n**2, n) is None


def test_choices_that_exclude_each_other_are_no_cases() -> None:
    both = sympy.Piecewise((1, sympy.Eq(sin(x), 0)), (2, True)) + sympy.Piecewise((10, sympy.Eq(sin(x), 0)), (20, True))
    assert sorted(value for value, _, _ in cases(both)) == [11, 22]

"""Which method sums which term: the question is taken apart until one of the algorithms of this package answers.

Classes of the index, harmonic and Fibonacci numbers, waves and irrational constants are taken out first; what is left
are hypergeometric terms, for Gosper's and Zeilberger's algorithms. Nothing leaves `closed_form` that was not compared.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import sympy
from sympy import Integer
from sympy.polys.polyerrors import PolynomialError

from infinitesimal.errors import NoClosedForm
from infinitesimal.sums.finite.binomial_transforms import without_pole
from infinitesimal.sums.finite.cfinite import as_product, binomial_wave, fibonacci_sum, reciprocal_sum
from infinitesimal.sums.finite.check import add_up, agrees
from infinitesimal.sums.finite.classes import by_classes, period
from infinitesimal.sums.finite.comparison import compared, compared_values, confirmed
from infinitesimal.sums.finite.constants import Constants
from infinitesimal.sums.finite.differences import power_difference
from infinitesimal.sums.finite.elementary_proof import proved
from infinitesimal.sums.finite.families import where_defined
from infinitesimal.sums.finite.floor_roots import floor_root_sum
from infinitesimal.sums.finite.gosper import has_antidifference
from infinitesimal.sums.finite.harmonic_binomials import one_harmonic_number
from infinitesimal.sums.finite.harmonic_sums import alternating_sum, harmonic_shift, harmonic_sum, rational_sum, settled
from infinitesimal.sums.finite.hypergeometric_sums import definite, every_qth_binomial, indefinite, similar_terms
from infinitesimal.sums.finite.ranges import natural_ranges
from infinitesimal.sums.finite.special_parameters import with_special_parameters
from infinitesimal.sums.finite.telescopes import telescoped, without_squares
from infinitesimal.sums.finite.trigonometric_sums import binomial_waves, free_angles, trigonometric_sum
from infinitesimal.sums.summands.factorial_products import Expr
from infinitesimal.sums.summands.residue_classes import ANGLES
from infinitesimal.sums.summands.tidy_products import counted_symbols, normal_form
from infinitesimal.truth import Truth


@dataclass
class Problem:
    """One question with its deadline: which method for which term."""

    deadline: float
    constants: Constants = field(default_factory=Constants)
    classes: bool = False
    refusals: dict[Expr, str] = field(default_factory=dict)
    refusal: str = ""
    """The proof that the whole sum has no hypergeometric closed form."""

    def closed_form(self, expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol) -> Expr | None:
        """The compared closed form, with first values and special parameters as branches."""
        expr = expr.replace(lambda e: isinstance(e, sympy.sinh | sympy.cosh), lambda e: e.rewrite(sympy.exp))
        found = floor_root_sum(expr, k, first, last) or self._around_zero(expr, k, first, last, step)
        if found is not None:
            return compared_values(expr, k, first, last, found, step)
        expr = without_squares(expr, k, first)
        if any(wave.has(k) for wave in expr.atoms(*ANGLES)):
            return self._trigonometric(expr, k, first, last, step)
        if expr.has(sympy.log, sympy.atan) or any(_root_of(power, k) for power in expr.atoms(sympy.Pow)):
            return confirmed(expr, k, first, last, telescoped(expr, k, first, last), step)
        if expr.has(sympy.gamma):
            form = normal_form(expr, (k,))
            if form is not None and not form.factorials:
                expr = form.expr()  # gamma values that cancel would hide that the terms are rational
        opened = self.constants.rational(expr, k, step)
        plain = opened if self.constants.values else expr
        for ends in natural_ranges(opened, k, first, last, step):
            result = self.attempt(opened, k, *ends, step)
            if result is not None:
                result = with_special_parameters(opened, k, *ends, step, settled(result), self.attempt)
                result = compared(plain, k, first, last, result, step)
            if result is not None:
                return result.xreplace(self.constants.values)
        terms = similar_terms(opened, k, step) or []
        self.refusal = self.refusals.get(terms[0], "") if len(terms) == 1 and not self.constants.values else ""
        return confirmed(expr, k, first, last, telescoped(expr, k, first, last), step)

    def _around_zero(self, expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol) -> Expr | None:
        """The sum with the absolute value of the index, over the negative indices and the others."""
        if not (expr.has(sympy.Abs(k)) and (-first).is_nonnegative and last.is_nonnegative) or first == 0:
            return None
        others = self.attempt(expr.subs(sympy.Abs(k), k), k, Integer(0), last, step)
        mirrored = expr.subs(k, -k).subs(sympy.Abs(k), k)
        negative = self.attempt(mirrored, k, Integer(1), -first, step)
        return None if others is None or negative is None else settled(others + negative)

    def attempt(
        self, expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol | None = None
    ) -> Expr | None:
        """The sum in closed form, not yet compared."""
        if step is None:
            step = next(iter(sorted(last.free_symbols, key=str)), None)
        if expr.has(sympy.floor, sympy.ceiling, sympy.Mod) or any(
            _sign_of_degree_two(p, k) for p in expr.atoms(sympy.Pow)
        ):
            return self._by_classes(expr, k, first, last)
        differences = power_difference(expr, k, first, last) if last is not sympy.oo else None
        if differences is not None:
            return differences
        if any(number.has(k) for number in expr.atoms(sympy.fibonacci, sympy.lucas)):
            return self._fibonacci(expr, k, first, last, step)
        if any(number.has(k) for number in expr.atoms(sympy.harmonic)):
            return self._harmonic(expr, k, first, last, step)
        terms = similar_terms(expr, k, step)
        if terms is None:
            return None
        parts: list[Expr] = []
        for term in terms:
            part = self._hypergeometric(term, k, first, last, step)
            if part is None and (-term.subs(k, k + 1) / term).cancel().is_rational_function(k):
                part = self._by_classes(term, k, first, last) if period(term, k) else None
            if part is None:
                return None
            parts.append(part)
        return sympy.Add(*parts)

    def _hypergeometric(self, term: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol) -> Expr | None:
        if time.monotonic() > self.deadline:
            return None
        try:
            found = None if last is sympy.oo else indefinite(term, k, first, last)
            form = normal_form(term, (k,)) if found is None else None
            if form is not None and not form.factorials and not form.powers:
                return rational_sum(form.rational, k, first, last)
            if form is not None and not form.factorials and list(form.powers.items()) == [(Integer(-1), k)]:
                found = alternating_sum(form.rational, k, first, last)
            if found is None:
                found = self._definite(term, k, first, last, step)
        except (PolynomialError, ValueError):
            return None  # a coefficient outside the rational functions
        return found

    def _definite(self, term: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol) -> Expr | None:
        """By a recurrence in the step; else by one in another whole number that the term depends on."""
        found = every_qth_binomial(term, k, step) if first == 0 and last in (step, sympy.oo) else None
        try:
            found = found or definite(term, k, first, last, step, self.attempt, self.deadline)
        except NoClosedForm as proof:
            self.refusals[term] = str(proof)
            return without_pole(term, k, first, last, step, self.attempt)
        if found is None and not (term.has(step) or first.has(step)) and has_antidifference(term, k) is Truth.FALSE:
            self.refusals[term] = (
                "the term has no hypergeometric antidifference, so that the sum is not a hypergeometric term plus a "
                "constant (Gosper's algorithm)"
            )
        if found is None and last == step:
            found = without_pole(term, k, first, last, step, self.attempt)
        if found is not None or not term.has(step):
            return found
        others = [s for s in counted_symbols(term) if s not in (k, step) and not (first + last).has(s)]
        parameters = (definite(term, k, first, last, other, self.attempt, self.deadline) for other in others)
        return next((found for found in parameters if found is not None), None)

    def _by_classes(self, expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
        q = period(expr, k)
        if q is None or self.classes:
            return None
        self.classes = True
        found = by_classes(expr, k, first, last, q, lambda term, low, high: self.attempt(term, k, low, high, high))
        self.classes = False
        return found

    def _fibonacci(self, expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol) -> Expr | None:
        if last in (step, sympy.oo):
            found = binomial_wave(expr, k, step)
            if found is not None:
                return found
        pair = fibonacci_sum(expr, k, first, last)
        if pair is None:
            return reciprocal_sum(expr, k, first, last) or telescoped(expr, k, first, last)
        rest = self.attempt(pair[1], k, first, last, step) if pair[1] != 0 else Integer(0)
        if rest is None:
            return None
        if last == step and first.is_Integer and not expr.free_symbols - {k}:
            low = int(first)
            product = as_product([add_up(expr, k, low, low + i) for i in range(8)], step, low)
            if product is not None:
                return product
        return pair[0] + rest

    def _trigonometric(self, expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol) -> Expr | None:
        """The sum for angles that are symbols where they depend on the step: it is proved for all of these."""
        if first == 0:
            found = binomial_waves(expr, k, step if last is sympy.oo else last)
            if found is not None:
                return found if agrees(expr, k, first, last, found, step) else None
        for numbers in (False, True):
            general, angles = free_angles(expr, k, step, numbers)
            found = self._waves(general, k, first, last, step) if angles or not numbers else None
            if found is not None:
                found = found.subs(angles)
                return found if agrees(expr, k, first, last, found, step) else None
        found = telescoped(expr, k, first, last)
        return confirmed(expr, k, first, last, None if found is None else where_defined(found, step), step)

    def _waves(self, expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol) -> Expr | None:
        """The proved sum of sines and cosines with polynomials and powers."""
        pair = trigonometric_sum(expr, k, first, last)
        if pair is None:
            return None
        rest = (
            self.attempt(self.constants.rational(pair[1], k, step), k, first, last, step)
            if pair[1] != 0
            else Integer(0)
        )
        if rest is None:
            return None
        found = pair[0] + rest.xreplace(self.constants.values)
        return found if proved(expr, k, first, last, found, step) else None

    def _harmonic(self, expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol) -> Expr | None:
        """The sum by parts; the rest without harmonic numbers as any other sum. Backwards if need be."""
        for direction in (expr, expr.subs(k, first + last - k)):
            shift = harmonic_shift(direction, k)
            low, high = sympy.expand(first + shift), sympy.expand(last + shift)

            def remainder(rest: Expr, low: Expr = low, high: Expr = high) -> Expr | None:
                return self._hypergeometric(rest, k, low, high, step)

            try:
                found = harmonic_sum(direction.subs(k, k - shift), k, low, high, remainder)
            except (PolynomialError, ValueError):
                found = None  # a coefficient outside the rational functions
            if found is not None:
                return found

        def add(part: Expr, index: sympy.Symbol, low: Expr, high: Expr) -> Expr | None:
            if time.monotonic() > self.deadline:
                return None
            return self.attempt(part, index, low, high, step if high is sympy.oo else None)

        return one_harmonic_number(expr, k, first, last, step, add, self.deadline)


def _root_of(power: Expr, k: sympy.Symbol) -> bool:
    return bool(power.exp.is_Rational and not power.exp.is_Integer and power.base.has(k))


def _sign_of_degree_two(power: Expr, k: sympy.Symbol) -> bool:
    return bool(power.base == -1 and power.exp.is_polynomial(k) and sympy.degree(power.exp, k) > 1)

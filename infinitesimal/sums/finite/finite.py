"""Finite sums in closed form: which method, special values of parameters, and the final comparison.

Every result has been compared with the sum itself, added up exactly, for the first values of the upper
bound and for several values of every parameter. It rests on a certificate besides: that of Gosper or Zeilberger, and
the difference of the result, which `finite_proof` compares with the term by algebra. Sums with irrational values
(trigonometric functions, logarithms, arctangents, roots) are returned only when `elementary_proof` proves them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import sympy
from sympy import Integer
from sympy.polys.polyerrors import PolynomialError

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import NoClosedForm
from infinitesimal.sums.finite.binomial_transforms import without_pole
from infinitesimal.sums.finite.cfinite import as_product, binomial_wave, fibonacci_sum, reciprocal_sum
from infinitesimal.sums.finite.elementary_proof import proved
from infinitesimal.sums.finite.finite_check import add_up, agrees
from infinitesimal.sums.finite.finite_classes import by_classes, period
from infinitesimal.sums.finite.finite_comparison import compared, compared_values, confirmed
from infinitesimal.sums.finite.finite_conditions import conditioned
from infinitesimal.sums.finite.finite_differences import power_difference
from infinitesimal.sums.finite.finite_families import where_defined
from infinitesimal.sums.finite.finite_ranges import natural_ranges
from infinitesimal.sums.finite.finite_telescopes import telescoped, without_squares
from infinitesimal.sums.finite.floor_roots import floor_root_sum
from infinitesimal.sums.finite.gosper import has_antidifference
from infinitesimal.sums.finite.harmonic_binomials import one_harmonic_number
from infinitesimal.sums.finite.harmonic_sums import alternating_sum, harmonic_shift, harmonic_sum, rational_sum, settled
from infinitesimal.sums.finite.hypergeometric_sums import definite, every_qth_binomial, indefinite, similar_terms
from infinitesimal.sums.finite.trigonometric_sums import binomial_waves, free_angles, trigonometric_sum
from infinitesimal.sums.summands.factorial_products import Expr
from infinitesimal.sums.summands.residue_classes import ANGLES
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.summands.tidy_products import counted_symbols, normal_form
from infinitesimal.truth import Truth

MAX_TERMS = 2000
"""How many terms of a sum with numeric bounds are added up."""

SECONDS = 8.0

MAX_DEGREE = 60
"""Polynomials of higher degree are not expanded."""


def summation_expr(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """The sum of the expression over first <= k <= last in closed form, or None when none is found.

    It holds for every range that is not empty; parameter values that need a form of their own are the
    branches of a `Piecewise`.

    >>> from sympy import binomial
    >>> k = sympy.Symbol("k")
    >>> summation_expr(binomial(n, k) ** 2, k, 0, n)
    binomial(2*n, n)
    """
    expr, first, last = (sympy.sympify(part) for part in (expr, first, last))
    return _found(expr, k, first, last)[0]


def _found(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> tuple[Expr | None, str]:
    """The closed form, or None and the proof that there is none, as far as one is known."""
    if (last - first).is_Integer:
        return _numeric(expr, k, first, int(last - first) + 1), ""
    step = _step(expr, k, first, last)
    if step is None or any(_degree(power, k) > MAX_DEGREE for power in expr.atoms(sympy.Pow)):
        return None, ""
    problem = _Problem(time.monotonic() + SECONDS)
    index = sympy.Dummy("k", integer=True, nonnegative=True if first.is_nonnegative else None)
    whole = sympy.Dummy("n", integer=True, nonnegative=True)
    renamed = [part.subs(k, index).subs(step, whole) for part in (expr, first, last)]
    result = problem.closed_form(renamed[0], index, renamed[1], renamed[2], whole)
    if result is None:
        return None, problem.refusal
    return result.subs(whole, step), ""


def conditional_sum(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """`summation_expr` with the conditions on n and the parameters under which every term is defined.

    Raises `NoClosedForm` where that is proved for hypergeometric forms.

    >>> k = sympy.Symbol("k")
    >>> conditional_sum(1 / ((k - 5) * (k - 6)), k, 1, n)
    Piecewise((-n/(5*n - 25), n < 5))
    """
    expr, first, last = (sympy.sympify(part) for part in (expr, first, last))
    result, proof = _found(expr, k, first, last)
    if proof:
        step = _step(expr, k, first, last)
        general = " for general values of the parameters" if expr.free_symbols - {k, step} else ""
        raise NoClosedForm(
            f"no closed form in hypergeometric terms exists{general} for the sum of {expr} over {k} from {first} to "
            f"{last}: {proof}"
        )
    if result is None or (last - first).is_Integer:
        return result
    step = _step(expr, k, first, last)
    return result if step is None else conditioned(expr, k, first, last, result, step)


def antidifference(a: Summand) -> Expr | None:
    """The partial sum of the terms from `a.start` to n as an expression in n, or None.

    >>> antidifference(Summand(n * sympy.factorial(n), 1))
    factorial(n + 1) - 1
    """
    k = sympy.Dummy("k", integer=True, nonnegative=True)
    return summation_expr(a.expr.subs(n, k), k, Integer(a.start), n)


def _degree(power: sympy.Pow, k: sympy.Symbol) -> int:
    """The degree of a power of a polynomial in k, or of its reciprocal; 0 for anything else."""
    if not power.exp.is_Integer or not power.base.has(k) or not power.base.is_polynomial(k):
        return 0
    return int(abs(power.exp) * sympy.degree(power.base, k))


def _numeric(expr: Expr, k: sympy.Symbol, first: Expr, count: int) -> Expr | None:
    if count > MAX_TERMS:
        bound = sympy.Dummy("n", integer=True, nonnegative=True)
        try:
            found = conditional_sum(expr, k, first, bound)
        except NoClosedForm:
            return None
        value = None if found is None else found.subs(bound, first + count - 1)
        return None if value is None or value.has(sympy.nan, sympy.zoo) else value
    if first.is_Integer:
        try:
            return add_up(expr, k, int(first), int(first) + count - 1)
        except ZeroDivisionError:
            return None
    return sympy.Add(*(expr.subs(k, first + i) for i in range(count)))


def _step(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> sympy.Symbol | None:
    """The symbol that the sum is a function of: one of the upper bound, the package's n if it is there."""
    symbols = (expr.free_symbols | first.free_symbols | last.free_symbols) - {k}
    if n in (last.free_symbols or symbols):
        return n
    candidates = sorted(last.free_symbols or symbols, key=str)
    return candidates[0] if candidates else None


@dataclass
class _Problem:
    """One question with its deadline."""

    deadline: float
    generators: dict[sympy.Dummy, Expr] = field(default_factory=dict)
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
        opened = self._rational(expr, k, step)
        plain = opened if self.generators else expr
        for ends in natural_ranges(opened, k, first, last, step):
            result = self.attempt(opened, k, *ends, step)
            if result is not None:
                result = self._with_special_parameters(opened, k, *ends, step, settled(result))
                result = compared(plain, k, first, last, result, step)
            if result is not None:
                return result.xreplace(self.generators)
        terms = similar_terms(opened, k, step) or []
        self.refusal = self.refusals.get(terms[0], "") if len(terms) == 1 and not self.generators else ""
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
        rest = self.attempt(self._rational(pair[1], k, step), k, first, last, step) if pair[1] != 0 else Integer(0)
        if rest is None:
            return None
        found = pair[0] + rest.xreplace(self.generators)
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

    def _rational(self, expr: Expr, k: sympy.Symbol, step: sympy.Symbol) -> Expr:
        """The expression with irrational constants, and functions of parameters, as new symbols."""
        if expr.is_Rational or expr.is_Symbol:
            return expr
        if expr.has(k) and not (expr.is_Add or expr.is_Mul or expr.is_Pow or isinstance(expr, sympy.exp)):
            return expr
        if not expr.has(k, step) and not (expr.is_Add or expr.is_Mul or (expr.is_Pow and expr.exp.is_Integer)):
            return self._generator(expr)
        power = expr.as_base_exp() if isinstance(expr, sympy.exp) or expr.is_Pow else None
        if power is not None and power[1].has(k, step) and not power[0].has(k, step):
            base, exponent = power
            return self._power(base, exponent, k, step)
        return expr.func(*(self._rational(arg, k, step) for arg in expr.args)) if expr.args else expr

    def _power(self, base: Expr, exponent: Expr, k: sympy.Symbol, step: sympy.Symbol) -> Expr:
        if base == -1:
            return base**exponent
        parts = []
        for part in sympy.Add.make_args(sympy.expand(exponent)):
            c, symbols = part.as_independent(k, step)
            if c.is_Integer or part.is_Integer:
                parts.append(self._rational(base, k, step) ** part)
            elif not part.has(k, step):
                parts.append(self._rational(base**part, k, step))
            elif c.is_Rational:
                parts.append(self._generator(base ** sympy.Rational(1, c.q)) ** (c.p * symbols))
            else:
                sign = -1 if c.could_extract_minus_sign() else 1
                parts.append(self._generator(base ** (sign * c)) ** (sign * symbols))
        return sympy.Mul(*parts)

    def _generator(self, value: Expr) -> Expr:
        for symbol, known in self.generators.items():
            if known == value:
                return symbol
        symbol = sympy.Dummy(f"c{len(self.generators)}")
        self.generators[symbol] = value
        return symbol

    def _with_special_parameters(
        self, expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol, result: Expr
    ) -> Expr:
        """The result with a branch for each zero of a denominator that is free of the step."""
        branches = []
        counted = counted_symbols(expr)
        for factor in _parameter_poles(result, step):
            symbol = next((s for s in sorted(factor.free_symbols, key=str) if sympy.degree(factor, s) == 1), None)
            if symbol is None:
                continue
            root = sympy.cancel(symbol - factor / factor.coeff(symbol)) if factor.coeff(symbol) else None
            if root is None or root.has(symbol) or (root.is_negative and symbol in counted):
                continue
            inner = [part.subs(symbol, root) for part in (expr, first, last)]
            special = self.attempt(inner[0], k, inner[1], inner[2], step)
            if special is not None and not special.has(sympy.nan, sympy.zoo, sympy.oo):
                branches.append((settled(special), sympy.Eq(symbol, root)))
        return sympy.Piecewise(*branches, (result, True)) if branches else result


def _root_of(power: Expr, k: sympy.Symbol) -> bool:
    return bool(power.exp.is_Rational and not power.exp.is_Integer and power.base.has(k))


def _sign_of_degree_two(power: Expr, k: sympy.Symbol) -> bool:
    return bool(power.base == -1 and power.exp.is_polynomial(k) and sympy.degree(power.exp, k) > 1)


def _parameter_poles(result: Expr, step: sympy.Symbol) -> list[Expr]:
    """The irreducible denominators of the result in the parameters alone."""
    factors: list[Expr] = []
    for power in result.atoms(sympy.Pow):
        base, exponent = power.as_base_exp()
        if not (exponent.is_Integer and exponent < 0) or base.has(step) or not base.free_symbols:
            continue
        if not base.is_polynomial():
            continue
        factors += [f for f, _ in sympy.factor_list(base)[1] if f not in factors]
    return factors

"""Limits of processes, verdicts on them, what is left before a limit, and how many steps are enough.

Series go to `infinite`, and what is known about sums with them; other processes have closed forms.
"""

import time
from fractions import Fraction
from typing import Any

from flint import acb, arb, ctx, fmpq, fmpq_poly, fmpz_poly

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import Diverges, InputError, Undecided
from infinitesimal.interval import Interval
from infinitesimal.limits.certified_descents import certified_limit, is_certifiable
from infinitesimal.limits.closed_form import ClosedForm, solve
from infinitesimal.limits.exponential import ONE, ExponentialPolynomial, Key, polynomial_text, text
from infinitesimal.limits.values import at, has_symbols, step_number, substituted, watched_names
from infinitesimal.linear.affine import affine_map
from infinitesimal.linear.jumps import LARGE
from infinitesimal.linear.orbits import Orbit, orbit
from infinitesimal.optimization.descent_enclosures import convergence_of, descent_enclosure
from infinitesimal.rational import rational, show
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.recurrences.series import Geometric, Series
from infinitesimal.truth import Hypothesis, Truth, Verdict

MOST_DIGITS = 1_000


def limit(process: Process) -> Any:
    """The limit of a process, exact: a `Fraction`, or a SymPy expression; conditional with parameters.

    A descent gives a dict from names to values, as does a process with several watched
    components. The limit of a series is its sum; it is handed out after it met an enclosure to 50
    digits. Raises `Diverges`, with the manner, where there is no limit, and `Undecided` where no
    closed form is found here, with what was tried.

    >>> from infinitesimal.recurrences.series import zeno
    >>> limit(zeno())
    Fraction(1, 1)
    """
    chosen = as_process(process)
    if isinstance(chosen, Series):
        from infinitesimal.limits.infinite import sum_of

        return sum_of(chosen)
    value = _limit(chosen)
    return {watched_names(chosen)[0]: value} if chosen.by_name and not isinstance(value, dict) else value


def _limit(process: Process) -> Any:
    """The limit of a process that is no series; a dict where several components are watched."""
    found = goes_to(process)
    if found is not None:
        if found.limit is None:
            raise Diverges(f"{process} has no limit: {found.manner}: {found.evidence}", found.manner)
        mapping = affine_map(process)
        assert mapping is not None
        settled = {mapping.names[i]: QQ.export(found.limit[i]) for i in mapping.watched}
        return settled if len(settled) > 1 else next(iter(settled.values()))
    if isinstance(process, Descent):
        from infinitesimal.limits.bent_descents import bent_limit

        bent = bent_limit(process)
        if bent is not None:
            return bent
        if is_certifiable(process):
            point = certified_limit(process)
            return point if len(point) > 1 else next(iter(point.values()))
    form = solve(process)
    if not isinstance(form, ClosedForm):
        return form.limit()
    what = process.recurrence
    several = {name: limit_of_sequence(form.components[name], f"{name} of {what}") for name in form.watch}
    return several if len(several) > 1 else next(iter(several.values()))


CLOSED_FORM = 2
"""Up to so many components the limit is read off the closed form."""


def goes_to(process: Process) -> Orbit | None:
    """Where an affine process of many components goes; None for others, whose closed form says it.

    A process that watches a part of its state only may have a limit where the whole state has none: None then.
    """
    mapping = affine_map(process)
    if mapping is None or mapping.dimension <= CLOSED_FORM or len(mapping.forcing[0]) > 1:
        return None
    if mapping.dimension > LARGE:
        raise Undecided(
            f"the limit of {mapping.dimension} components is not looked for: a characteristic polynomial of more than "
            f"{LARGE} takes minutes. values and at still work"
        )
    found = orbit(mapping)
    if found.limit is None and not isinstance(process, Descent) and len(mapping.watched) < mapping.dimension:
        return None
    return found


def converges(process: Process) -> Verdict:
    """Whether a process converges, with the test that decides and its hypotheses.

    A series converges absolutely or conditionally, or diverges in a named manner; where the theory
    built in does not decide, `kind` is None and `truth` is UNKNOWN. Other processes are decided by
    their closed form, and descents on losses that are not quadratic by a contraction. Source of the
    tests: Knopp, *Theory and Application of Infinite Series*.

    >>> from infinitesimal.recurrences.series import series
    >>> verdict = converges(series("(-1)**n/n"))
    >>> verdict.kind, verdict.test
    ('conditional', 'Leibniz test')
    """
    chosen = as_process(process)
    if isinstance(chosen, Series | Geometric):
        from infinitesimal.limits.infinite import verdict_of

        return verdict_of(chosen)
    try:
        final = limit(chosen)
    except Diverges as error:
        return Verdict(Truth.FALSE, "divergent", "closed form", error.manner)
    except Undecided as error:
        if isinstance(chosen, Descent) and is_certifiable(chosen):
            return convergence_of(chosen)
        return Verdict(Truth.UNKNOWN, None, "", str(error))
    if isinstance(chosen, Descent) and is_certifiable(chosen):
        return convergence_of(chosen)
    found = goes_to(chosen)
    if found is not None:
        evidence = Hypothesis("the eigenvalues that the start excites are 1 or inside the unit circle", found.evidence)
        return Verdict(Truth.TRUE, "absolute", "characteristic polynomial", "all components settle", (evidence,))
    if affine_map(chosen) is None and not has_symbols(chosen):
        return Verdict(Truth.TRUE, "absolute", "limit", f"the limit is {final}")
    evidence = Hypothesis("every base of the closed form is 1 or inside the unit circle", str(solve(chosen)))
    return Verdict(Truth.TRUE, "absolute", "closed form", f"the limit is {final}", (evidence,))


def enclose(process: Process, digits: int = 50, n: object = None) -> Any:
    """An `Interval` no wider than 10**-digits, with rational ends, that contains the limit of a process.

    With `n` it contains the value after n updates, however large n is: an affine process jumps there in balls, others
    are computed exactly within the budget, and beyond it by the mean-value step. Rigorous: the terms of a series are
    enclosed by balls and the rest after them by a theorem; for another process with a rational limit the interval is
    a point. Where `at` and `limit` give a dict, so does this. Raises `Diverges` where there is no limit, and
    `Undecided` where no bound of the rest is known.

    >>> from infinitesimal.recurrences.series import series
    >>> enclose(series("1/n**2"), 30).width <= Fraction(1, 10**30)
    True
    >>> from infinitesimal.recurrences.descents import descent
    >>> found = enclose(descent("17*x**2", 1, "1/100"), 20, n=10)
    >>> Fraction(66, 100)**10 in found["x"]
    True
    """
    chosen = as_process(process)
    if not isinstance(digits, int) or isinstance(digits, bool) or not 1 <= digits <= MOST_DIGITS:
        raise InputError(f"digits {digits!r}: give an integer from 1 to {MOST_DIGITS}")
    if n is not None:
        from infinitesimal.limits.far_values import enclose_at

        return enclose_at(chosen, n, digits)
    if isinstance(chosen, Series):
        from infinitesimal.limits.infinite import enclosure_of

        return enclosure_of(chosen, digits)
    if isinstance(chosen, Descent) and is_certifiable(chosen):
        return descent_enclosure(chosen, digits)
    final = limit(chosen)
    if isinstance(final, dict):
        return {name: _enclosed(value, digits) for name, value in final.items()}
    return _enclosed(final, digits)


def _enclosed(final: Any, digits: int) -> Interval:
    """A point for a fraction; a SymPy number in balls of rising precision."""
    if isinstance(final, Fraction):
        return Interval(final, final)
    if getattr(final, "free_symbols", True):
        raise InputError(f"the limit is {final}: enclose takes numbers, so give the parameters values")
    from infinitesimal.limits.far_values import interval_of
    from infinitesimal.sums.evaluation import real_ball

    bits = digits * 10 // 3 + 32
    while True:
        with ctx.workprec(bits):
            found = interval_of(real_ball(final, bits), digits)
        if found is not None:
            return found
        bits *= 2
        if bits > 1 << 20:
            raise Undecided(f"{final} is not enclosed to {digits} digits at {bits // 2} bits of precision")


def rate(process: Process) -> Any:
    """How fast a convergent series approaches its sum: linear with a ratio, sublinear with an exponent, or
    superlinear; and the asymptotic order of what is left.

    Raises `Diverges` for a divergent series, `InputError` for another process, and `Undecided` where no single leading
    term is found.

    >>> from infinitesimal.recurrences.series import zeno
    >>> rate(zeno()).ratio
    1/2
    """
    chosen = as_process(process)
    if not isinstance(chosen, Series | Geometric):
        raise InputError(f"{chosen} is not a series: rate takes series, such as series('1/n**2')")
    from infinitesimal.limits.infinite import rate_of

    return rate_of(chosen)


def limit_of_sequence(sequence: ExponentialPolynomial, what: str) -> Fraction:
    """The limit of an exponential polynomial; raises `Diverges` with the manner if it has none."""
    for key in sequence.parts:
        if len(key) > 2 and not all_roots_inside(key):
            polynomial = polynomial_text([Fraction(int(c.p), int(c.q)) for c in key], "t")
            manner = f"its closed form has bases on or outside the unit circle, the roots t of {polynomial}"
            raise Diverges(f"{what} has no limit: {manner}", manner)
    leading = [
        term for term in sequence.terms() if abs(term[2]) > 1 or (abs(term[2]) == 1 and (term[1] or term[2] < 0))
    ]
    if leading:
        manner = _manner(leading)
        raise Diverges(f"{what} has no limit: {manner}; its closed form is {text(sequence)}", manner)
    constant = sequence.parts.get(ONE)
    return Fraction(int(constant[0][0].p), int(constant[0][0].q)) if constant else Fraction(0)


def _manner(leading: list[tuple[Fraction, int, Fraction]]) -> str:
    c, i, r = leading[0]
    opposite = any(abs(s) == abs(r) and s != r and j == i for _, j, s in leading[1:])
    if r < 0 or opposite:
        return "it oscillates without settling" if abs(r) == 1 and not i else "it oscillates with growing size"
    return "it grows to +oo" if c > 0 else "it falls to -oo"


def all_roots_inside(key: Key) -> bool:
    """Whether all roots of an irreducible polynomial of degree 2 or more lie inside the unit circle.

    Decided exactly: a root on the circle would make the polynomial equal to its reverse up to a
    factor (its conjugate is its inverse), and such a polynomial has roots on or outside it. All
    other roots are enclosed at rising precision until they are on one side.
    """
    reverse = [c / key[0] for c in reversed(key)]
    if all(a == b for a, b in zip(key, reverse, strict=True)):
        return False
    polynomial = fmpz_poly(list(fmpq_poly(list(key)).numer()))
    bits = 64
    while True:
        with ctx.workprec(bits):
            sizes = [abs(acb(root)) for root, _ in polynomial.complex_roots()]
        if any(size > 1 for size in sizes):
            return False
        if all(size < 1 for size in sizes):
            return True
        bits *= 2


def partial_sum(series: Process, n: object) -> Any:
    """The sum of the first n terms, exact; a formula for the symbol `n`.

    >>> from infinitesimal.recurrences.series import geometric
    >>> partial_sum(geometric(1, "1/3"), 3)
    Fraction(13, 9)
    """
    return at(series, n)


def remainder(process: Process, n: object) -> Any:
    """What is left after n steps: the limit minus the n-th value, exact; a formula for the symbol `n`.

    A series whose sum has no closed form gives an `Interval` for a number, and for the symbol a
    `RemainderBounds`, two bounds that are proved.

    >>> from infinitesimal.recurrences.series import zeno
    >>> remainder(zeno(), 10)
    Fraction(1, 1024)
    """
    chosen = as_process(process)
    if isinstance(chosen, Series):
        return _remainder_of_series(chosen, n)
    final, value = limit(process), at(process, n)
    if isinstance(value, dict):
        return {name: _difference(final[name], value[name]) for name in value}
    return _difference(final, value)


def _remainder_of_series(series: Series, n: object) -> Any:
    from infinitesimal.limits.infinite import remainder_at, remainder_formula
    from infinitesimal.sums.remainders import RemainderBounds

    count = step_number(n)
    if count is not None:
        return remainder_at(series, count)
    formula = remainder_formula(series)
    return formula if isinstance(formula, RemainderBounds) else substituted(formula, n)


def distance_to_constant(final: Any, value: Fraction) -> Any:
    """abs(final - value) for an irrational constant, its sign found by enclosures; None for anything else."""
    if getattr(final, "free_symbols", None) != set():
        return None
    from infinitesimal.arithmetics.symbolic import number
    from infinitesimal.sums.evaluation import real_ball

    difference = final - number(value)
    try:
        positive = real_ball(difference, 64) > 0
    except Undecided:
        return None
    return difference if positive else -difference


def _difference(final: Any, value: Any) -> Any:
    if isinstance(final, Fraction) and isinstance(value, Fraction):
        return final - value
    from infinitesimal.arithmetics.symbolic import symbolic

    return symbolic.embed(final) - symbolic.embed(value)


def enough(process: Process, tolerance: object, budget: Budget = DEFAULT_BUDGET) -> int:
    """The smallest N such that the rest |limit - value(n)| is below `tolerance` for every n >= N.

    Exact, also where the rest meets the tolerance: it has to be smaller. With several watched
    components the largest rest counts. Raises `Diverges` where there is no limit, `Undecided`
    where the closed form has irrational bases, or the search takes longer than `budget` allows.

    >>> from infinitesimal.recurrences.series import zeno
    >>> enough(zeno(), "1e-6")
    20
    """
    bound = rational(tolerance, "tolerance")
    if bound <= 0:
        raise InputError(f"tolerance {show(bound)}: the rest never gets below it; give a positive number")
    chosen = as_process(process)
    if isinstance(chosen, Series):
        from infinitesimal.limits.infinite import enough_terms_of

        return enough_terms_of(chosen, bound, budget.seconds)
    limit(chosen)
    form = solve(chosen)
    if not isinstance(form, ClosedForm):
        raise Undecided("enough needs numbers: give the parameters values")
    deadline = time.monotonic() + budget.seconds
    return max(_enough(form, name, bound, deadline) for name in form.watch)


def _enough(form: ClosedForm, name: str, bound: Fraction, deadline: float) -> int:
    rest = form.components[name].without(ONE)
    if not rest.is_rational:
        raise Undecided(
            f"the rest of {name} has irrational bases ({text(rest)}); how many steps are enough is not decided here"
        )
    final = limit_of_sequence(form.components[name], name)
    first = form.first[name]
    terms = rest.terms()
    n = max(_settled(terms, bound), len(first))

    def small(k: int) -> bool:
        if k < len(first):
            return bool(abs(first[k] - fmpq(final.numerator, final.denominator)) < _fmpq(bound))
        return _is_below(terms, bound, k, signed=True)

    while n and small(n - 1):
        n -= 1
        if time.monotonic() > deadline:
            raise Undecided(
                f"the rest of {name} is small from step {n} on; whether an earlier step is enough took too long"
            )
    return n


def _settled(terms: list[tuple[Fraction, int, Fraction]], bound: Fraction) -> int:
    """The least N from which on the sizes of the terms together are below `bound` for ever, once
    they decrease: n**i r**n does from n >= i/(1 - r) on, since (1 + 1/n)**i <= 1/(1 - i/n) there.
    """
    decreasing = max((int(i / (1 - abs(r))) + 1 for _, i, r in terms if i), default=0)
    if _is_below(terms, bound, decreasing):
        return decreasing
    low, high = decreasing, 2 * decreasing + 1
    while not _is_below(terms, bound, high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _is_below(terms, bound, middle) else (middle, high)
    return high


def _is_below(terms: list[tuple[Fraction, int, Fraction]], bound: Fraction, n: int, signed: bool = False) -> bool:
    """Whether the sum of the terms at n (of their sizes, or the size of their sum) is below `bound`:
    by enclosures of rising precision, then exactly.
    """
    chosen = [(_fmpq(c), i, _fmpq(r)) if signed else (_fmpq(abs(c)), i, _fmpq(abs(r))) for c, i, r in terms]
    goal = _fmpq(bound)
    for bits in (64, 256, 1024):
        with ctx.workprec(bits):
            value = abs(sum((arb(c) * arb(n) ** i * arb(r) ** n for c, i, r in chosen), start=arb(0)))
            if value < goal:
                return True
            if value >= goal:
                return False
    return bool(abs(sum((c * n**i * r**n for c, i, r in chosen), start=fmpq(0))) < goal)


def _fmpq(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)

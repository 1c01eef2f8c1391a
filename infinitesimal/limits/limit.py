"""Limits of processes, verdicts on them, and how fast they are approached.

Series go to `infinite`, and what is known about sums with them; other processes have closed forms. What only descents
need is imported where it is needed: a short table should start fast.
"""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import Diverges, InputError, Undecided
from infinitesimal.limits.closed_form import ClosedForm, solve
from infinitesimal.limits.exponential_limits import SWINGS, limit_of_sequence
from infinitesimal.limits.values import has_symbols, watched_names
from infinitesimal.linear.affine import affine_map
from infinitesimal.linear.jumps import LARGE
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.recurrences.series import Geometric, Series
from infinitesimal.truth import Hypothesis, Truth, Verdict

if TYPE_CHECKING:
    from infinitesimal.linear.orbits import Orbit


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
    if isinstance(process, Descent):
        from infinitesimal.limits.convex_limits import convex_limit

        point = convex_limit(process)
        if point is not None:
            return point
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
        from infinitesimal.limits.certified_descents import certified_limit, is_certifiable

        bent = bent_limit(process)
        if bent is not None:
            return bent
        if is_certifiable(process):
            certified = certified_limit(process)
            return certified if len(certified) > 1 else next(iter(certified.values()))
    form = solve(process)
    if not isinstance(form, ClosedForm):
        return form.limit()
    what = process.recurrence
    several: dict[str, Fraction] = {}
    without: list[Diverges] = []
    for name in form.watch:
        try:
            several[name] = limit_of_sequence(form.components[name], f"{name} of {what}")
        except Diverges as error:
            without.append(error)
    if without:  # what grows says more of the whole than what swings
        raise next((error for error in without if error.manner != SWINGS), without[0])
    return several if len(several) > 1 else next(iter(several.values()))


CLOSED_FORM = 2
"""Up to so many components the limit is read off the closed form."""


def goes_to(process: Process) -> "Orbit | None":
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
    from infinitesimal.linear.orbits import orbit

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
        return Verdict(Truth.FALSE, "divergent", _test(chosen), error.manner)
    except Undecided as error:
        verdict = _contraction(chosen)
        return verdict if verdict is not None else Verdict(Truth.UNKNOWN, None, "", str(error))
    by_contraction = _contraction(chosen)
    if by_contraction is not None and by_contraction.truth is Truth.TRUE:
        return by_contraction
    found = goes_to(chosen)
    if found is not None:
        evidence = Hypothesis("the eigenvalues that the start excites are 1 or inside the unit circle", found.evidence)
        return Verdict(Truth.TRUE, "absolute", "characteristic polynomial", "all components settle", (evidence,))
    if affine_map(chosen) is None and not has_symbols(chosen):
        return Verdict(Truth.TRUE, "absolute", "limit", f"the limit is {final}")
    evidence = Hypothesis("every base of the closed form is 1 or inside the unit circle", str(solve(chosen)))
    return Verdict(Truth.TRUE, "absolute", "closed form", f"the limit is {final}", (evidence,))


def _test(process: Process) -> str:
    """What decides that a process diverges."""
    if isinstance(process, Descent) and affine_map(process) is None and not has_symbols(process):
        return "orbit"
    return "closed form"


def _contraction(process: Process) -> Verdict | None:
    """The verdict on a descent on a loss that is not quadratic; None for another process."""
    if not isinstance(process, Descent):
        return None
    from infinitesimal.limits.certified_descents import is_certifiable
    from infinitesimal.optimization.convergence.descent_enclosures import convergence_of

    return convergence_of(process) if is_certifiable(process) else None


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

"""The regime of any descent: exact on quadratic losses, proved on others, conditions on a symbolic rate."""

from fractions import Fraction

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.errors import BudgetSpent, Diverges, InfinitesimalError, Undecided, Undefined
from infinitesimal.limits.bent_descents import bent_limit, positive_integers, rational_rate
from infinitesimal.limits.bent_regimes import bent_regime
from infinitesimal.limits.certified_descents import is_certifiable
from infinitesimal.linear.quadratics import quadratic_of
from infinitesimal.optimization.regimes.curvatures import curvatures
from infinitesimal.optimization.regimes.local_steps import is_stationary
from infinitesimal.optimization.regimes.modes import Law
from infinitesimal.optimization.regimes.partitions import name_at, partition
from infinitesimal.optimization.regimes.regime_records import Regime, unknown
from infinitesimal.optimization.regimes.regimes import regime as fixed_regime
from infinitesimal.optimization.regimes.regimes import start_column, start_of
from infinitesimal.rational import show
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.losses import loss as as_loss
from infinitesimal.recurrences.recurrence import STEP_NUMBER
from infinitesimal.terms.term import Var, variables
from infinitesimal.truth import Truth


def regime(descent: Descent, budget: Budget = DEFAULT_BUDGET) -> Regime:
    """What a descent does with its rate, decided exactly or by proof: no float takes part, equality is equality.

    On quadratic losses every method with a fixed rational rate is decided, steepest and exact coordinate descent too;
    gradient, coordinate and Newton's method also with a rate that is a rational function of n, where its limit is
    known; for a rate that is a symbol the regime "depends", and has the `conditions`. On other losses the walk from the
    start is followed until a proof says where it leads; `name` is "unknown", with the reason, where none is found
    within `budget`. Raises `InputError` where the method has no step.

    >>> from infinitesimal.recurrences.descents import descent
    >>> regime(descent("9/2*(x-1)**2", start={"x": "14/9"}, rate="0.1"))
    monotone on the rates (0, 1/9): the curvature 9 has h = rate*curvature = 9/10: it shrinks without changing sign
    >>> regime(descent("x**2/2", 1, "1/(n+1)"))
    monotone: the rate 1/(n + 1) tends to 0, and the sum of the rates is infinite: it goes to x = 0
    >>> regime(descent("9/2*x**2", 1, "eta", parameters=["eta"])).conditions[0]
    ('eta in (0, 1/9)', 'monotone')
    >>> regime(descent("x**4 - 2*x**2", "1/2", "1/20"))
    monotone: it goes to the minimum x = 1 and never turns; the multiplier there is 3/5
    """
    found = fixed_regime(descent)
    if found.name != "unknown" or descent.method == "steepest":
        return found
    if descent.rate is not None and set(variables(descent.rate)) == {STEP_NUMBER}:
        return _numbered(descent) or found
    if isinstance(descent.rate, Var) and set(variables(descent.loss.term)) <= set(descent.loss.names):
        return _conditional(descent, descent.rate.name) or found
    if is_certifiable(descent) and start_of(descent) is not None and not descent.recurrence.parameters:
        return bent_regime(descent, budget)
    return found


def _numbered(descent: Descent) -> Regime | None:
    """A rate in n on a quadratic loss, where the limit is known."""
    quadratic, rate = quadratic_of(descent.loss), descent.rate
    assert rate is not None
    point = start_column(descent)
    if quadratic is None or point is None:
        return None
    shape = curvatures(quadratic, point).landscape
    try:
        limit = bent_limit(descent)
        top, bottom = rational_rate(descent, rate)
    except Diverges as error:
        return _diverging(descent, error.manner, shape)
    except (Undecided, Undefined, BudgetSpent) as error:
        return unknown(str(error), shape)
    if limit is None:
        return None
    scale = Fraction(1)
    if quadratic.dimension == 1:
        scale = Fraction(1) if descent.method == "newton" else to_fraction(quadratic.hessian[0, 0])
        hits = positive_integers(bottom - top * (1 if descent.method == "newton" else quadratic.hessian[0, 0]))
        if hits and scale:
            text = f"the rate of step {min(hits)} is that of one step: it arrives there"
            name = "one step" if min(hits) == 1 else "finite"
            return Regime(name, Truth.TRUE, Truth.TRUE, text, shape, arrival=min(hits), limit=limit)
    end = Fraction(0)
    if top.degree() == bottom.degree():
        end = to_fraction(top.leading_coefficient() / bottom.leading_coefficient())
    known = {name: x for name, x in limit.items() if isinstance(x, Fraction)}
    where = ", ".join(f"{name} = {show(x) if isinstance(x, Fraction) else x}" for name, x in limit.items())
    if len(known) < len(limit) or not is_stationary(descent.loss, known):
        text = f"the rates {rate} have a finite sum: it goes to {where}, which is not stationary"
        return Regime("stops short", Truth.TRUE, Truth.UNKNOWN, text, shape, limit=limit)
    if not end:
        text = f"the rate {rate} tends to 0, and the sum of the rates is infinite: it goes to {where}"
        return Regime("monotone", Truth.TRUE, Truth.of(shape in ("minimum", "valley")), text, shape, limit=limit)
    text = f"the rate {rate} tends to {show(end)}: it goes to {where}"
    law = Law("newton" if descent.method == "newton" else "gradient")
    name = name_at(end, curvatures(quadratic, point), law)
    name = {"one step": "superlinear", "two-cycle": "oscillating"}.get(name, name)
    if name not in ("monotone", "oscillating", "superlinear"):
        name = "converging"
    return Regime(name, Truth.TRUE, Truth.UNKNOWN, text, shape, limit=limit)


def _diverging(descent: Descent, manner: str, shape: str) -> Regime:
    if "without settling" in manner:
        text = f"with the rate {descent.rate} {manner}: it comes to alternate between two points"
        return Regime("two-cycle", Truth.FALSE, Truth.FALSE, text, shape)
    kind = "oscillating" if "oscillates" in manner else "monotone"
    return Regime(
        "divergent", Truth.FALSE, Truth.FALSE, f"with the rate {descent.rate} {manner}", shape, manner=kind
    )  # fmt: skip


def _conditional(descent: Descent, symbol: str) -> Regime | None:
    """The regimes of a quadratic loss for every positive value of a rate that is a symbol."""
    quadratic = quadratic_of(as_loss(descent.loss.term) if descent.loss.parameters else descent.loss)
    beta = Fraction(0) if descent.beta is None else descent.fixed_beta
    if quadratic is None or beta is None or descent.method not in ("gradient", "momentum", "nesterov", "newton"):
        return None
    if descent.start and start_of(descent) is None:
        return None
    found = curvatures(quadratic, start_column(descent))
    try:
        pieces = partition(found, Law(descent.method, beta))
    except InfinitesimalError:
        return None
    conditions = tuple(
        (f"{symbol} = {piece.lower}" if piece.is_point else f"{symbol} in {piece}", name) for piece, name in pieces
    )
    text = "; ".join(f"{name} for {condition}" for condition, name in conditions)
    return Regime("depends", Truth.UNKNOWN, Truth.UNKNOWN, text, found.landscape, conditions=conditions)

"""The record of what a descent does."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from infinitesimal.interval import Interval
from infinitesimal.optimization.algebraic import RealAlgebraic
from infinitesimal.optimization.regimes.curvatures import Curvatures
from infinitesimal.optimization.regimes.modes import Law
from infinitesimal.optimization.regimes.multipliers import (
    curvature_multipliers,
    largest_radius,
    period,
    spectrum_multipliers,
)
from infinitesimal.optimization.regimes.partitions import RateInterval
from infinitesimal.optimization.spectra import Spectrum
from infinitesimal.truth import Hypothesis, Truth


@dataclass(frozen=True, repr=False, eq=False)
class Regime:
    """What a descent does, from its start; without a start, what it does from almost every start.

    `name` is one of

    - "at rest": the gradient at the start is 0, nothing moves;
    - "one step", "finite": it arrives exactly, after 1 or `arrival` steps;
    - "monotone": it converges, every multiplier that takes part is real and not negative; it never arrives;
    - "oscillating": it converges, and some multiplier is negative or complex, so that it overshoots; it never arrives;
    - "superlinear": it converges, and every multiplier at its limit is 0, or they tend to 0 with n;
    - "zigzag": steepest descent that converges and never arrives;
    - "converging": it converges, and the signs of the multipliers at its limit are not decided;
    - "stops short": its rates have a finite sum: it converges to a point that is not stationary;
    - "two-cycle": -1 is a multiplier and all others are inside the unit circle: it comes to alternate;
    - "bounded": multipliers on the unit circle, none repeated; `period` says after how many steps it comes back, if
    ever;
    - "constant drift": the steps tend to a constant that is not 0, on a loss that falls for ever along a line;
    - "saddle": it runs away along negative curvature, on a rate that would converge without it;
    - "divergent": it runs away; `manner` is "monotone", "oscillating" or "drifting";
    - "depends": the rate is a symbol, and `conditions` say what each of its values does;
    - "unknown": the theory built in does not decide, for the `reason` given.

    On a loss that is not quadratic the multipliers are those at the limit of the walk from this start: "monotone",
    "oscillating", "superlinear" and "converging" say how it comes near in the end, and "two-cycle" and "bounded" that
    it is on, or approaches, a cycle of `period` points.

    `converges` is the answer for this start, `everywhere` for every start. `interval` has the rates on which the
    regime holds, from this start (None where there is no fixed rate, or it was not found). `landscape` is the shape
    of the loss.
    """

    name: str
    converges: Truth
    everywhere: Truth
    reason: str
    landscape: str = ""
    interval: RateInterval | None = None
    manner: str = ""
    arrival: int | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    law: Law | None = None
    rate: Fraction | None = None
    curvatures: Curvatures | None = None
    spectrum: Spectrum | None = None
    limit: Mapping[str, Any] | None = None
    """Where it goes, on a loss that is not quadratic: exact numbers, or intervals."""
    at_limit: tuple[RealAlgebraic, ...] = ()
    """The multipliers at the limit, where they are known and `spectrum` is not."""
    turns: int | None = None
    """The number of points of the cycle that a walk on a loss that is not quadratic comes to."""
    conditions: tuple[tuple[str, str], ...] = ()
    """For a symbolic rate: a condition on it, and the name of the regime under it."""

    @cached_property
    def multipliers(self) -> tuple[Any, ...]:
        """The distinct multipliers that take part: `Fraction`s, or SymPy expressions for irrational and complex ones.

        The error is a combination of their n-th powers. With a drift, the multiplier 1 is that of the steps.
        """
        if self.at_limit:
            return tuple(m.value for m in self.at_limit)
        if self.spectrum is not None:
            return spectrum_multipliers(self.spectrum)
        if self.law is None or self.curvatures is None or self.rate is None:
            return ()
        return curvature_multipliers(self.law, self.curvatures, self.rate)

    @cached_property
    def radius(self) -> Any:
        """The largest modulus of the multipliers: the asymptotic factor per step of the error. None if there are none.

        A `Fraction`, a SymPy expression, or an `Interval` for a complex root of high degree.
        """
        if self.at_limit:
            size: RealAlgebraic | Interval | None = max(map(abs, self.at_limit))
        elif self.spectrum is not None:
            size = self.spectrum.radius
        elif self.law is None or self.curvatures is None or self.rate is None:
            return None
        else:
            size = largest_radius(self.law, self.curvatures, self.rate)
        return size.value if isinstance(size, RealAlgebraic) else size

    @cached_property
    def period(self) -> int | None:
        """After how many steps it comes back to where it was, or comes to; None where it never does."""
        if self.turns is not None:
            return self.turns
        if self.name == "two-cycle":
            return 2
        if self.name != "bounded":
            return None
        if self.spectrum is not None:
            return self.spectrum.period
        if self.law is None or self.curvatures is None or self.rate is None:
            return None
        return period(self.law, self.curvatures, self.rate)

    def __str__(self) -> str:
        rates = f" on the rates {self.interval}" if self.interval is not None else ""
        return f"{self.name}{rates}: {self.reason}"

    __repr__ = __str__


def unknown(reason: str, landscape: str = "") -> Regime:
    """The regime where the theory built in does not decide."""
    return Regime("unknown", Truth.UNKNOWN, Truth.UNKNOWN, reason, landscape)

"""Exact mathematics for processes that approach a limit, and for the machines that make them halt.

The public words are loaded when they are first used, so that `import infinitesimal` costs nothing.
"""

__version__ = "0.1.0"

_HOMES = {
    "arithmetic": ("Arithmetic", "Budget"),
    "arithmetics.balls": ("balls",),
    "arithmetics.dual": ("Duals",),
    "arithmetics.floating.format": (
        "Format",
        "bfloat16",
        "binary16",
        "binary32",
        "binary64",
        "binary128",
        "e2m1",
        "e2m3",
        "e3m2",
        "e3m4",
        "e4m3",
        "e4m3fn",
        "e5m2",
        "interchange",
        "tf32",
        "x87",
    ),
    "arithmetics.floating.number": ("Float",),
    "arithmetics.floating.rounding": ("Rounding",),
    "arithmetics.floating.soft": ("floats",),
    "arithmetics.floating.stochastic": ("stochastic",),
    "arithmetics.rationals": ("QQ",),
    "arithmetics.symbolic": ("n", "symbolic"),
    "contrasts.contrast": ("Contrast", "contrast"),
    "contrasts.error": ("error_in_ulps", "ulp_at"),
    "errors": (
        "BudgetSpent",
        "Diverges",
        "InfinitesimalError",
        "InputError",
        "MissingExtra",
        "NoClosedForm",
        "Undecided",
        "Undefined",
    ),
    "interval": ("Interval",),
    "limits.closed_form": ("ClosedForm", "solve"),
    "limits.enclosures": ("enclose",),
    "limits.enough": ("enough",),
    "limits.far_values": ("nearest",),
    "limits.limit": ("converges", "limit", "rate"),
    "limits.remainders": ("partial_sum", "remainder"),
    "limits.stopping": ("StoppingTime", "steps_until"),
    "limits.summation": ("accelerate", "summation"),
    "limits.values": ("at", "steps", "values"),
    "optimization.convergence.contraction": ("Contraction", "contraction"),
    "optimization.stopping.rules": ("all_of", "any_of"),
    "optimization.convergence.definiteness": ("convexity",),
    "optimization.convergence.minima": ("NoMinimum", "minimum"),
    "optimization.regimes.rates": ("best_rate", "quadratic_from_steps", "rates"),
    "optimization.regimes.regime_records": ("Regime",),
    "limits.regimes": ("regime",),
    "optimization.regimes.worst_case": ("worst_case",),
    "proofs.batch": ("Proofs",),
    "proofs.check": ("CheckResult", "check"),
    "proofs.claims": ("Claim",),
    "proofs.proof": ("Proof", "prove"),
    "proofs.recognise": ("claim", "over_reals"),
    "rational": ("exact",),
    "recurrences.descents": ("Descent", "descent"),
    "recurrences.losses": ("Loss", "loss"),
    "recurrences.races": ("race",),
    "recurrences.recurrence": ("Recurrence", "recurrence"),
    "recurrences.series": ("geometric", "series", "zeno"),
    "regression.datasets": ("DataSet", "dataset"),
    "regression.least_squares": ("LeastSquares", "least_squares"),
    "regression.logistic": ("LogisticRegression", "logistic_regression"),
    "regression.splits": ("split",),
    "runs.starts.atlas": ("Atlas",),
    "runs.starts.atlas_binary32": ("census",),
    "runs.starts.census": ("Census",),
    "runs.starts.every_start": ("atlas",),
    "runs.starts.fate": ("Fate", "fate"),
    "runs.starts.fate_certificate": ("FateCertificate",),
    "runs.chains.chain": ("Chain", "chain"),
    "runs.halting": ("Halt", "Kind", "Reason"),
    "runs.halts_across": ("halts",),
    "runs.starts.orders": ("compare_orders",),
    "runs.forecasts.prediction": ("predict",),
    "runs.rules": ("tolerance",),
    "runs.run": ("run",),
    "runs.trajectory": ("Trajectory",),
    "terms.differentiate": ("differentiate",),
    "terms.evaluate": ("evaluate",),
    "terms.parse": ("read",),
    "terms.pretty": ("as_computed", "as_mathematics", "latex"),
    "terms.term": ("Apply", "Const", "Term", "Var", "const"),
    "truth": ("Hypothesis", "Truth", "Verdict"),
    "views.plot": ("plot",),
    "views.table": ("Table",),
    "views.tabulate": ("tabulate",),
}
_ROUNDINGS = ("nearest_even", "nearest_away", "toward_zero", "up", "down", "away", "odd")
_HOME_OF = {word: home for home, words in _HOMES.items() for word in words}

__all__ = [*sorted(_HOME_OF), *_ROUNDINGS]  # noqa: PLE0604 (the words are strings)


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name in _ROUNDINGS:
        value: object = import_module("infinitesimal.arithmetics.floating.rounding").Rounding(name)
    elif name in _HOME_OF:
        value = getattr(import_module(f"infinitesimal.{_HOME_OF[name]}"), name)
    else:
        raise AttributeError(f"module 'infinitesimal' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

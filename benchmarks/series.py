"""The corpus of series and finite sums: what is solved, unknown and wrong, beside SymPy on the same cases.

Each case runs in a worker process with a time limit, so that a hang is one line of the table and not
the end of it. `python -m benchmarks.series [--quick] [--ours] [--failures]`
"""

import argparse
import multiprocessing
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from tests.oracles.border_corpus import BORDER
from tests.oracles.finite_sum_corpus import FINITE_CORPUS, FiniteCase
from tests.oracles.judgement import judge_finite, judge_limit, judge_verdict
from tests.oracles.series_corpus import CORPUS, Case

SECONDS = 10.0
JUDGING_SECONDS = 60.0
OUTCOMES = ("solved", "unknown", "wrong", "timeout", "error")

Answer = Callable[[Any], Any]
Judge = Callable[[Any, Any], str]


@dataclass(frozen=True)
class Result:
    """What became of one case of one task."""

    task: str
    case: Any
    outcome: str
    seconds: float
    answer: str


def our_limit(case: Case) -> Any:
    import infinitesimal as inf

    try:
        return inf.limit(inf.series(case.term, case.start))
    except (inf.Diverges, inf.Undecided) as reason:
        return None if case.limit is None and isinstance(reason, inf.Undecided) else reason


def our_verdict(case: Case) -> Any:
    import infinitesimal as inf

    verdict = inf.converges(inf.series(case.term, case.start))
    return verdict.kind, verdict.manner


def our_finite_sum(case: FiniteCase) -> Any:
    import infinitesimal as inf

    try:
        return inf.summation(case.term, "k", case.first, case.last)
    except inf.Undecided as reason:
        return reason


def _sympy_sum(case: Any) -> Any:
    import sympy

    n, k = sympy.Symbol("n", integer=True, nonnegative=True), sympy.Symbol("k", integer=True)
    names = {"n": n, "k": k, "rf": sympy.rf}
    term = sympy.sympify(case.term, locals=names)
    if isinstance(case, Case):
        return sympy.Sum(term, (n, case.start, sympy.oo))
    first, last = (sympy.sympify(bound, locals=names) for bound in (case.first, case.last))
    return sympy.Sum(term, (k, first, last))


def sympy_value(case: Any) -> Any:
    import sympy

    value = _sympy_sum(case).doit()
    if value.has(sympy.Sum):
        return ArithmeticError("unevaluated")
    return sympy.nan if value.has(sympy.nan, sympy.oo, -sympy.oo, sympy.zoo) else value


def sympy_verdict(case: Case) -> Any:
    found = _sympy_sum(case)
    if found.is_convergent() == False:  # noqa: E712 (a SymPy truth value)
        return "divergent", ""
    return "absolute" if found.is_absolutely_convergent() else "conditional", ""


def _serve(connection: Connection, answer: Answer, judge: Judge) -> None:
    """Answers and judges the cases that come through the connection, for ever; times are of the answer alone."""
    import infinitesimal  # noqa: F401 (not part of the first case)

    while True:
        case = connection.recv()
        started = time.process_time()
        try:
            value = answer(case)
        except Exception as error:
            connection.send(("error", time.process_time() - started, f"{type(error).__name__}: {error}"))
            continue
        seconds = time.process_time() - started
        connection.send(("answered", seconds, ""))
        try:
            outcome = "unknown" if isinstance(value, Exception) else judge(case, value)
        except Exception as error:
            outcome, value = "error", f"{value}, which cannot be judged: {error}"
        connection.send((outcome, seconds, str(value)))


def outcomes(
    task: str, cases: Iterable[Any], answer: Answer, judge: Judge, seconds: float = SECONDS
) -> Iterator[Result]:
    """What becomes of each case: one worker takes them in turn, and is replaced when a time limit is over."""
    context = multiprocessing.get_context("spawn")
    worker = None
    for case in cases:
        if worker is None:
            ours, theirs = context.Pipe()
            worker = context.Process(target=_serve, args=(theirs, answer, judge), daemon=True)
            worker.start()
            started_up = 30.0
        ours.send(case)
        found = None
        if ours.poll(seconds + started_up):
            found = ours.recv()
            if found[0] == "answered":
                found = ours.recv() if ours.poll(JUDGING_SECONDS) else ("error", found[1], "not judged in time")
        started_up = 0.0
        if found is None or found[2] == "not judged in time":
            worker.kill()
            worker = None
        yield Result(task, case, *(found or ("timeout", seconds, "")))
    if worker is not None:
        worker.kill()


def _limit(case: Case, value: Any) -> str:
    return "unknown" if value is None else judge_limit(case, value)


def _verdict(case: Case, value: Any) -> str:
    return judge_verdict(case, *value)


def tasks(sympy_too: bool, stride: int) -> Iterator[tuple[str, list[Any], Answer, Judge]]:
    """The tasks of a campaign: a name, the cases, who answers, who judges."""
    known = [case for case in CORPUS if case.limit is not None][::stride]
    every, finite = [*CORPUS, *BORDER][::stride], list(FINITE_CORPUS)[::stride]
    unknown = [case for case in CORPUS if case.limit is None and case.verdict != "divergent"][::stride]
    yield "limit, infinitesimal", known, our_limit, _limit
    if sympy_too:
        yield "limit, SymPy", known, sympy_value, _limit
    yield "limit without a closed form, infinitesimal", unknown, our_limit, _limit
    yield "verdict, infinitesimal", every, our_verdict, _verdict
    if sympy_too:
        yield "verdict, SymPy", every, sympy_verdict, _verdict
    yield "finite sum, infinitesimal", finite, our_finite_sum, judge_finite
    if sympy_too:
        yield "finite sum, SymPy", finite, sympy_value, judge_finite


def table(results: list[Result]) -> str:
    """One row for each kind and one for all: how many of each outcome, median and largest time."""
    rows = [f"{results[0].task:<44}" + "".join(f"{name:>9}" for name in (*OUTCOMES, "median", "max s"))]
    kinds = dict.fromkeys(result.case.kind for result in results)
    for kind in (*kinds, "all"):
        chosen = [result for result in results if kind in (result.case.kind, "all")]
        count = Counter(result.outcome for result in chosen)
        times = [result.seconds for result in chosen]
        figures = "".join(f"{count[name]:>9}" for name in OUTCOMES)
        rows.append(f"  {kind:<36}{len(chosen):>6}{figures}{statistics.median(times):>9.3f}{max(times):>9.2f}")
    return "\n".join(rows)


def failure(result: Result) -> str:
    """One line on a case that is not solved."""
    case = result.case
    where = f"n >= {case.start}" if isinstance(case, Case) else f"k = {case.first}..{case.last}"
    right = (case.limit or case.verdict) if isinstance(case, Case) else case.value
    return (
        f"{result.outcome:<8} {case.kind}: {case.term}, {where}: {result.answer[:160]} [{right}] {result.seconds:.1f} s"
    )


def main() -> None:
    """Prints the tables, and with --failures every case that is not solved."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.series")
    parser.add_argument("--quick", action="store_true", help="every eighth case only")
    parser.add_argument("--ours", action="store_true", help="without SymPy")
    parser.add_argument("--failures", action="store_true", help="the cases that are not solved, after each table")
    chosen = parser.parse_args()
    for name, cases, answer, judge in tasks(not chosen.ours, 8 if chosen.quick else 1):
        results = list(outcomes(name, cases, answer, judge))
        print(table(results), end="\n\n", flush=True)
        if chosen.failures:
            failed = sorted((r for r in results if r.outcome != "solved"), key=lambda r: r.outcome, reverse=True)
            print("\n".join(map(failure, failed)), end="\n\n", flush=True)


if __name__ == "__main__":
    main()

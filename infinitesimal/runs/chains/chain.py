"""Stochastic rounding as an exact Markov chain on the values of a format."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from infinitesimal.arithmetics.floating.format import Format
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.named import format_of
from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.errors import InputError
from infinitesimal.rational import rational
from infinitesimal.recurrences.recurrence import Process, Recurrence, as_process
from infinitesimal.runs.chains.binomial import unlikely
from infinitesimal.terms.term import functions

if TYPE_CHECKING:
    from flint import fmpq

    from infinitesimal.runs.chains.absorption import Absorption
    from infinitesimal.runs.chains.chain_steps import States, Transitions

MODEL = "one exact step, then one stochastic rounding"
MOST_STATES = 1 << 20
BYTES = 600
"""Memory of one state while the chain is built and solved, roughly."""


@dataclass(frozen=True)
class Agreement:
    """A simulated count beside the exact probability.

    Of `runs` runs `count` had been absorbed after `steps` updates, which has the exact `probability` for each. A
    count as far from runs*probability as this one, or further, has at most the probability `tail`.
    """

    probability: Fraction
    runs: int
    count: int
    steps: int
    tail: Fraction

    def __str__(self) -> str:
        expected, tail = float(self.probability * self.runs), float(self.tail)
        return (
            f"{self.count} of {self.runs} runs were absorbed after {self.steps} updates, expected {expected:.6g}; "
            f"so far off or further has probability <= {tail:.3g}"
        )


@dataclass(frozen=True, repr=False, eq=False)
class Chain:
    """The Markov chain of a step in one variable under stochastic rounding, exact.

    The model: the step is computed exactly, with exact constants, and then rounded once to one of the two neighbours,
    to each with the probability of its nearness, so that the mean is exact. The states are the finite values of the
    format (the zeros are one); results beyond the largest value go to it. All probabilities are exact.
    """

    process: Process
    format: Format
    states: "States" = field()
    transitions: "Transitions" = field()

    def __len__(self) -> int:
        return len(self.states)

    def __repr__(self) -> str:
        ((_, step),) = self.process.recurrence.step
        return f"Markov chain of {step} in {self.format!r} ({MODEL}): {len(self)} states"

    @cached_property
    def _absorption(self) -> "Absorption":
        from infinitesimal.runs.chains.absorption import Absorption

        return Absorption(self.transitions)

    def _state(self, value: object, what: str = "start") -> int:
        """The state of a value; the start of the process when it is None."""
        if value is None:
            given = self.process.recurrence.start_values()
            value = next(iter(given.values()))
        exact = value.exact if isinstance(value, Float) else rational(value, what)
        found = self.states.number(exact) if isinstance(exact, Fraction) else None
        if found is None:
            near = floats(self.format).export(floats(self.format).embed(value))
            raise InputError(f"{what} {value} is no finite value of {self.format!r}: the nearest is {near.exact}")
        return found

    def step(self, value: object = None) -> dict[Fraction, Fraction]:
        """The values that may follow, with their probabilities.

        >>> from infinitesimal.arithmetics.floating.format import e5m2
        >>> from infinitesimal.recurrences.recurrence import recurrence
        >>> chain(recurrence({"x": "x - 0.1*x"}, {"x": 1}), e5m2).step()
        {Fraction(7, 8): Fraction(4, 5), Fraction(1, 1): Fraction(1, 5)}
        """
        return self._shown(dict(self._absorption.row(self._state(value))))

    def _shown(self, distribution: "dict[int, fmpq]") -> dict[Fraction, Fraction]:
        return {self.states.value(i): to_fraction(distribution[i]) for i in sorted(distribution)}

    @cached_property
    def recurrent(self) -> tuple[tuple[Fraction, ...], ...]:
        """The classes of values that are never left once reached, each in order; a class of one is a halt."""
        a = self._absorption
        a.classify(range(len(self)))
        found = [tuple(self.states.value(i) for i in sorted(a.components[number])) for number in a.recurrent]
        return tuple(sorted(found))

    def absorption(self, start: object = None) -> dict[tuple[Fraction, ...], Fraction]:
        """The probability of each class of `recurrent` that can be reached from a start, exact; they add up to 1."""
        state, a = self._state(start), self._absorption
        a.solve([state], targets=True)
        return {
            tuple(self.states.value(i) for i in sorted(a.components[number])): to_fraction(chance)
            for number, chance in a.targets[state].items()
            if chance
        }

    def expected_steps(self, start: object = None) -> Fraction:
        """The expected number of updates until a class of `recurrent` is reached, exact; 0 inside one.

        Raises `Undecided` when a set of states that lead to one another is too large for an exact system.

        >>> from infinitesimal.arithmetics.floating.format import e5m2
        >>> from infinitesimal.recurrences.recurrence import recurrence
        >>> chain(recurrence({"x": "x - 0.1*x"}, {"x": 1}), e5m2).expected_steps()
        Fraction(329, 3)
        """
        state, a = self._state(start), self._absorption
        a.solve([state], steps=True)
        return to_fraction(a.steps[state])

    def all_expected_steps(self) -> dict[Fraction, Fraction]:
        """`expected_steps` from every value of the format."""
        self._absorption.solve(range(len(self)), steps=True)
        return self._shown(self._absorption.steps)

    def distribution(self, steps: int, start: object = None) -> dict[Fraction, Fraction]:
        """The values after so many updates, with their exact probabilities."""
        return self._shown(self._after(self._state(start), steps))

    def _after(self, state: int, steps: int) -> "dict[int, fmpq]":
        from flint import fmpq

        from infinitesimal.runs.chains.absorption import after

        if not isinstance(steps, int) or isinstance(steps, bool) or steps < 0:
            raise InputError(f"steps {steps!r} is not a number of updates: give an integer from 0 on")
        found = {state: fmpq(1)}
        for _ in range(steps):
            found = after(self._absorption, found)
        return found

    def absorbed_within(self, steps: int, start: object = None) -> Fraction:
        """The probability that a class of `recurrent` is reached within so many updates, exact."""
        state, a = self._state(start), self._absorption
        a.classify([state])
        known = set(a.recurrent)
        return sum(
            (to_fraction(share) for i, share in self._after(state, steps).items() if a.component[i] in known),
            start=Fraction(0),
        )

    def simulate(self, runs: int, steps: int, start: object = None, seed: int = 0) -> Sequence[Fraction]:
        """The values of so many random runs after so many updates; the same seed gives the same runs.

        Every rounding compares an exact uniform integer with the exact probability.
        """
        if not isinstance(runs, int) or isinstance(runs, bool) or runs < 1:
            raise InputError(f"runs {runs!r} is not a number of runs: give an integer from 1 on")
        source, t, first = random.Random(seed), self.transitions, self._state(start)
        found = []
        for _ in range(runs):
            state = first
            for _ in range(steps):
                up = t.up[state]
                if not up and t.inner[state] == state:
                    break
                state = t.outer[state] if up and source.randrange(t.total[state]) < up else t.inner[state]
            found.append(self.states.value(state))
        return tuple(found)

    def agreement(self, runs: int, steps: int, start: object = None, seed: int = 0) -> Agreement:
        """How well simulated runs agree with the exact probability of being absorbed within so many updates."""
        probability = self.absorbed_within(steps, start)
        absorbed = {value for group in self._reachable(start) for value in group}
        count = sum(value in absorbed for value in self.simulate(runs, steps, start, seed))
        return Agreement(probability, runs, count, steps, unlikely(probability, runs, count))

    def _reachable(self, start: object) -> list[list[Fraction]]:
        a = self._absorption
        a.classify([self._state(start)])
        return [[self.states.value(i) for i in a.components[number]] for number in a.recurrent]


def chain(process: Process, format: Format | str) -> Chain:
    """Stochastic rounding of a process in one variable as an exact Markov chain; see `Chain` for the model.

    Raises `InputError` for more variables, a step that counts or has functions, and a format whose states do not fit
    in memory; `Undefined` where the exact step divides by zero.
    """
    chosen = as_process(process).recurrence
    format = format_of(format)
    _check(chosen)
    from infinitesimal.runs.chains.chain_steps import States, transitions

    states = States(format)
    count = 2 * states.top + 1
    if count > MOST_STATES:
        raise InputError(
            f"{format!r} has {count} finite values, and a chain on them takes about {count * BYTES >> 20} MB: at most "
            f"{MOST_STATES} are handled. Take a format of 16 bits or fewer"
        )
    return Chain(process, format, states, transitions(chosen.program, states))


def _check(recurrence: Recurrence) -> None:
    if len(recurrence.names) != 1:
        raise InputError(f"a chain is made of a step in one variable, not of {', '.join(recurrence.names)}")
    if recurrence.counts_steps:
        raise InputError(f"{recurrence} depends on the number of the update, so its chances differ from step to step")
    if recurrence.parameters:
        raise InputError(f"no value for {', '.join(recurrence.parameters)}: write it into the recurrence")
    if used := functions(*(t for _, t in recurrence.step)):
        raise InputError(f"{', '.join(used)}: the exact step has + - * / and integer powers")

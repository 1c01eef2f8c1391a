"""The search for the first step finds it, whatever enclosures leave open."""

import random
import time
from dataclasses import dataclass

from infinitesimal.optimization.stopping.search import first_step, least, least_near
from infinitesimal.truth import Truth


@dataclass
class Listed:
    """A question whose answers are listed, and then `later` for ever; ranges longer than `sight` are unknown."""

    answers: list[bool]
    later: bool
    sight: int
    draw: random.Random

    def on(self, low: int, high: int) -> Truth:
        if high - low >= self.sight:
            return Truth.UNKNOWN
        found = {self.answer(n) for n in range(low, high + 1)}
        return Truth.of(found.pop()) if len(found) == 1 else Truth.UNKNOWN

    def answer(self, n: int) -> bool:
        return self.answers[n] if n < len(self.answers) else self.later

    def at(self, step: int) -> Truth:
        return Truth.of(self.answer(step))

    def after(self, low: int) -> Truth:
        return Truth.of(self.later) if low >= len(self.answers) else Truth.UNKNOWN

    def next(self, low: int, high: int) -> int | None:
        """At times nothing, at times a step at or before the first yes."""
        if self.draw.random() < 0.3:
            return None
        first = next((n for n in range(low, high + 1) if self.answer(n)), high + 1)
        return first if self.draw.random() < 0.5 else self.draw.randint(low, first)


def test_the_first_yes_is_found_and_no_means_never() -> None:
    draw = random.Random(5)
    for _ in range(3000):
        length, share = draw.randint(1, 90), draw.choice([0, 0.02, 0.1, 0.9])
        answers = [draw.random() < share for _ in range(length)]
        question = Listed(answers, draw.random() < 0.5, draw.choice([1, 3, 200]), draw)
        start = draw.randint(0, 2)
        expected = next((n for n in range(start, length + 2) if question.answer(n)), None)
        if not question.later and expected is not None and expected >= length:
            expected = None
        found = first_step(question, start, time.monotonic() + 60)
        assert found.never is Truth.of(expected is None)
        assert found.step == expected


def test_a_threshold_is_found_from_any_guess() -> None:
    for edge in (0, 1, 2, 7, 100, 1000):
        for guess in (0, 1, 5, 99, 100, 101, 5000):
            assert least_near(lambda n, e=edge: n >= e, guess, 10**6) == edge  # type: ignore[misc]
        assert least(lambda n, e=edge: n >= e, 0, 10**6) == edge  # type: ignore[misc]
    assert least(lambda n: False, 0, 1000) is None

"""Three-valued answers: true, false, and an honest unknown; and verdicts that carry their reasons."""

from dataclasses import dataclass
from enum import Enum
from typing import Any


class Truth(Enum):
    """The answer to a question that theory or budget may leave open.

    The connectives are Kleene's strong ones: an answer is known when it does not depend on the
    unknown part. `bool` raises on `UNKNOWN`, so that "not proved" is never taken for "false".

    >>> Truth.TRUE & Truth.UNKNOWN, Truth.FALSE & Truth.UNKNOWN, ~Truth.UNKNOWN
    (Truth.UNKNOWN, Truth.FALSE, Truth.UNKNOWN)
    >>> bool(Truth.UNKNOWN)
    Traceback (most recent call last):
        ...
    TypeError: the answer is UNKNOWN: ask `answer is Truth.TRUE` or `answer is Truth.FALSE`
    """

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, value: bool) -> "Truth":
        """The known answer `value`."""
        return cls.TRUE if value else cls.FALSE

    def __bool__(self) -> bool:
        if self is Truth.UNKNOWN:
            raise TypeError("the answer is UNKNOWN: ask `answer is Truth.TRUE` or `answer is Truth.FALSE`")
        return self is Truth.TRUE

    def __and__(self, other: "Truth") -> "Truth":
        if Truth.FALSE in (self, other):
            return Truth.FALSE
        return Truth.UNKNOWN if Truth.UNKNOWN in (self, other) else Truth.TRUE

    def __or__(self, other: "Truth") -> "Truth":
        if Truth.TRUE in (self, other):
            return Truth.TRUE
        return Truth.UNKNOWN if Truth.UNKNOWN in (self, other) else Truth.FALSE

    def __invert__(self) -> "Truth":
        return {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE}.get(self, Truth.UNKNOWN)

    def __repr__(self) -> str:
        return f"Truth.{self.name}"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One condition of a theorem, and how it was checked: `evidence` can be re-checked by hand."""

    text: str
    evidence: str
    truth: Truth = Truth.TRUE

    def __str__(self) -> str:
        return f"{self.text}: {self.evidence}" + ("" if self.truth is Truth.TRUE else f" ({self.truth.value})")


_KINDS = {
    "absolute": "converges absolutely",
    "conditional": "converges conditionally",
    "divergent": "diverges",
    "strongly convex": "is strongly convex",
    "convex": "is convex",
    "not convex": "is not convex",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer with its reason: the theorem that decides, and its hypotheses with their evidence.

    Whether a series converges: `truth` says it, `kind` is "absolute", "conditional" or "divergent",
    None when the theory built in does not decide. `test` is the name of the deciding test and
    `reason` one line that says why. `manner` says how a divergent series diverges: "to +oo", "to -oo",
    "oscillates" or "terms do not vanish"; it is empty otherwise. With parameters `condition` is
    the region where the verdict holds. `str` is the whole as a short proof.

    >>> print(Verdict(Truth.FALSE, "divergent", "n-th term test", "the terms tend to 1", manner="to +oo"))
    diverges to +oo by the n-th term test: the terms tend to 1
    """

    truth: Truth
    kind: str | None
    test: str
    reason: str
    hypotheses: tuple[Hypothesis, ...] = ()
    manner: str = ""
    condition: Any = None

    def __bool__(self) -> bool:
        return bool(self.truth)

    def __str__(self) -> str:
        if self.kind is None:
            head = f"unknown: {self.reason}"
        else:
            word = _KINDS[self.kind]
            how = f" {self.manner}" if self.manner.startswith("to ") else f" ({self.manner})" if self.manner else ""
            head = f"{word}{how} by the {self.test}: {self.reason}"
        if self.condition is not None:
            head += f", where {self.condition}"
        return "\n".join([head, *(f"  {i}. {h}" for i, h in enumerate(self.hypotheses, 1))])

"""Three-valued answers: true, false, and an honest unknown."""

from enum import Enum


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

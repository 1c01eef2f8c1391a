"""What is claimed: one frozen record for each family of theorems, made of exact numbers only.

A record says what is claimed and with which witnesses. It proves nothing: `mirror.hypotheses` looks at its conditions,
`argument` writes its proof for a reader, and `emit.theorem` the theorem that Rocq checks. The module of a family
registers all three, so whoever has a record has them too.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """What is claimed."""

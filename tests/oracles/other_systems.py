"""Maxima and PARI as oracles, where they are installed: sums of the same terms, as numbers of 35 digits.

Each runs as one process for all terms, with its standard input closed after them and a time limit.
"""

import re
import shutil
import subprocess
from collections.abc import Sequence
from decimal import Decimal

HAS_MAXIMA = shutil.which("maxima") is not None
HAS_PARI = shutil.which("gp") is not None

Sum = tuple[str, int]
"""A term in n, in SymPy's spelling, and the first index."""

_NUMBER = re.compile(r"-?\d+\.?\d*(?:[bBeE][+-]?\d+)?")
_READABLE = re.compile(r"(?:factorial|binomial|n|\d+|[-+*/() ]|\*\*)+")


def is_readable(term: str) -> bool:
    """Whether a term is written the same way in both systems, but for the power sign."""
    return _READABLE.fullmatch(term) is not None


def maxima_sums(sums: Sequence[Sum]) -> list[Decimal | None]:
    """The infinite sums as Maxima's `simplify_sum` gives them; None where it gives no number."""
    lines = ['load("simplify_sum")$', "display2d:false$", "fpprec:40$"]
    for term, start in sums:
        text = term.replace("**", "^")
        lines.append(f'print(errcatch(bfloat(ev(simplify_sum(sum({text},n,{start},inf)),nouns))))$ print("end")$')
    return _answers(["maxima", "--very-quiet"], "\n".join(lines), len(sums))


def pari_sums(sums: Sequence[Sum], method: str) -> list[Decimal | None]:
    """The infinite sums by `sumnum`, `sumalt` or `suminf`: numbers with no bound of their error."""
    lines = ["default(realprecision,38);"]
    for term, start in sums:
        text = re.sub(r"factorial\(", "gamma(1+", term.replace("**", "^"))
        lines.append(f'iferr(print({method}(n={start},1.*({text}))),E,print("none")); print("end");')
    return _answers(["gp", "-q"], "\n".join(lines), len(sums))


def _answers(command: list[str], text: str, count: int) -> list[Decimal | None]:
    done = subprocess.run(command, input=text + "\n", capture_output=True, text=True, timeout=300, check=False)
    blocks = done.stdout.split("end")[:count]
    return [_number(block) for block in blocks] + [None] * (count - len(blocks))


def _number(block: str) -> Decimal | None:
    text = block.strip().strip("[]").strip()
    return Decimal(re.sub("[bB]", "e", text)) if _NUMBER.fullmatch(text) else None

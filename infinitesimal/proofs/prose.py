r"""The renderings of an argument: plain text, Markdown, LaTeX for amsthm, and data.

Sentences carry mathematics between dollar signs. Markdown and LaTeX keep it; `plain` writes it as text.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from infinitesimal.proofs.argument import Argument

_WORDS = {
    r"\le": "<=",
    r"\ge": ">=",
    r"\ne": "!=",
    r"\to": "->",
    r"\cdot": "*",
    r"\infty": "oo",
    r"\left": "",
    r"\right": "",
    r"\,": "*",
    r"\_": "_",
}
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\s+|.", re.DOTALL)
_SPECIAL = {"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}"}
_PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath,amsthm,longtable}
\newtheorem{theorem}{Theorem}
\allowdisplaybreaks
\begin{document}
"""
_COLUMNS = r"\begin{longtable}{rp{.18\linewidth}p{.5\linewidth}p{.2\linewidth}}"


def text(argument: Argument) -> str:
    """The theorem and its numbered proof as plain text."""
    return "\n".join(_lines(argument, _plain_sentence)) + "\n"


def markdown(argument: Argument) -> str:
    """The same with headings, lists, and mathematics between dollar signs."""
    statement = "\n".join(f"- {part}." for part in argument.statement)
    steps = "\n".join(f"{i}. {s.text}.\n   *Reason:* {s.reason}." for i, s in enumerate(argument.steps, 1))
    return f"**Theorem** ({argument.title}). {argument.setting}. Then:\n\n{statement}\n\n**Proof.**\n\n{steps}\n\n∎\n"


def latex(argument: Argument, document: bool = True) -> str:
    """The same in LaTeX: a document that compiles, or the theorem and the proof alone."""
    items = "\n".join(rf"  \item {_escaped(part)}." for part in argument.statement)
    steps = "\n".join(rf"  \item {_escaped(s.text)}. \emph{{Reason:}} {_escaped(s.reason)}." for s in argument.steps)
    body = (
        f"\\begin{{theorem}}[{_escaped(argument.title)}]\n{_escaped(argument.setting)}. Then:\n"
        f"\\begin{{enumerate}}\n{items}\n\\end{{enumerate}}\n\\end{{theorem}}\n"
        f"\\begin{{proof}}\n\\mbox{{}}\n\\begin{{enumerate}}\n{steps}\n\\end{{enumerate}}\n\\end{{proof}}\n"
    )
    return whole_document(body) if document else body


def data(argument: Argument) -> dict[str, Any]:
    """The theorem and the proof in parts, sentences as in Markdown."""
    return {
        "title": argument.title,
        "setting": argument.setting,
        "statement": list(argument.statement),
        "steps": [{"text": step.text, "reason": step.reason} for step in argument.steps],
    }


def as_json(schema: str, content: dict[str, Any]) -> str:
    """One JSON object that says what it is, as the tables of this package do."""
    return (
        json.dumps({"schema": f"infinitesimal/{schema}", "version": 1, **content}, indent=2, ensure_ascii=False) + "\n"
    )


def whole_document(body: str) -> str:
    """Theorems and proofs, or a table of them, as a document that compiles."""
    return f"{_PREAMBLE}{body}\\end{{document}}\n"


def table(rows: Sequence[tuple[Argument, str]], document: bool = True) -> str:
    """A table in LaTeX (longtable): number, title, statement, and the place of the proof, one row for each theorem."""
    head = r"& Theorem & Statement & Proof \\ \hline \endhead"
    body = [
        " & ".join(
            [
                str(number),
                _escaped(argument.title),
                _escaped(f"{argument.setting}. Then: {'; '.join(argument.statement)}."),
                rf"\texttt{{{_breakable(place)}}}",
            ]
        )
        + r" \\"
        for number, (argument, place) in enumerate(rows, 1)
    ]
    lines = [_COLUMNS, head, *body, r"\end{longtable}", ""]
    written = "\n".join(lines)
    return whole_document(written) if document else written


def _breakable(name: str) -> str:
    """A file name in which a line may end after every mark."""
    return re.sub(r"([.,/-]|\\_)", r"\1\\allowbreak{}", _escaped(name))


def _lines(argument: Argument, write: "type[str] | object") -> list[str]:
    assert callable(write)
    lines = [f"Theorem ({argument.title}). {write(argument.setting)}. Then:"]
    lines += [f"  - {write(part)}." for part in argument.statement]
    lines += ["Proof."]
    for i, step in enumerate(argument.steps, 1):
        lines += [f"  {i}. {write(step.text)}.", f"     Reason: {write(step.reason)}."]
    return [*lines, "QED"]


def _plain_sentence(sentence: str) -> str:
    parts = sentence.split("$")
    return "".join(plain(part) if i % 2 else part for i, part in enumerate(parts))


def _escaped(sentence: str) -> str:
    parts = sentence.split("$")
    return "".join(f"${part}$" if i % 2 else "".join(_SPECIAL.get(c, c) for c in part) for i, part in enumerate(parts))


def plain(mathematics: str) -> str:
    r"""LaTeX mathematics as plain text. Raises `ValueError` for a command that it does not know.

    >>> plain(r"s_{n+1} \le \left(-\frac{1}{3}\right)^{n} \cdot 2")
    's_(n+1) <= (-1/3)^n * 2'
    """
    written, rest = _group(_TOKEN.findall(mathematics), 0, "")
    assert rest >= 0
    return re.sub(r" +", " ", written).strip()


def _group(tokens: list[str], i: int, end: str) -> tuple[str, int]:
    """What stands from token `i` up to `end`, as text, and the place after it."""
    written = ""
    while i < len(tokens) and tokens[i] != end:
        token = tokens[i]
        i += 1
        if token == r"\frac":
            top, i = _argument(tokens, i)
            bottom, i = _argument(tokens, i)
            written += f"{_tight(top)}/{_tight(bottom)}"
        elif token in ("^", "_"):
            script, i = _argument(tokens, i)
            written += token + _tight(script)
        elif token in (r"\mathrm", r"\operatorname"):
            inner, i = _argument(tokens, i)
            written += inner
        elif token == "{":
            inner, i = _group(tokens, i, "}")
            i += 1
            written += inner
        elif token.startswith("\\"):
            if token not in _WORDS:
                raise ValueError(f"{token} has no plain text")
            written += _WORDS[token]
        else:
            written += token
    return written, i


def _argument(tokens: list[str], i: int) -> tuple[str, int]:
    if tokens[i] != "{":
        return tokens[i], i + 1
    inner, i = _group(tokens, i + 1, "}")
    return inner.strip(), i + 1


def _tight(inner: str) -> str:
    return inner if re.fullmatch(r"\w+", inner) else f"({inner})"

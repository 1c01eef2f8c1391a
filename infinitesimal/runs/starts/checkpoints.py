"""Checkpoints of long counts: what is done, in a file that a kill cannot leave half written.

A file has three lines: what it is about (JSON), what is counted so far (JSON), and the SHA-256 of both. It is written
beside its place, forced to the disk and moved there. A file that does not fit is refused and left as it is.
"""

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from infinitesimal.errors import InputError

KIND = "infinitesimal/census 1"


def save(path: Path, header: dict[str, Any], body: dict[str, Any]) -> None:
    """Writes a checkpoint, whole or not at all."""
    text = f"{_header_line(header)}\n{json.dumps(body)}\n"
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{text}{_digest(text)}\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def load(path: Path, header: dict[str, Any]) -> dict[str, Any] | None:
    """What a checkpoint says was done; None where there is no file.

    Raises `InputError` for a file that is damaged or about something else. It is not touched.
    """
    if not path.parent.is_dir():
        raise InputError(f"the folder {str(path.parent)!r} does not exist: make it first, or take another place")
    if not path.exists():
        return None
    try:
        text = path.read_text(encoding="utf-8")
        first, second, digest, *rest = text.split("\n")
        if rest != [""] or digest != _digest(f"{first}\n{second}\n"):
            raise ValueError("its checksum does not fit")
        found, body = json.loads(first), json.loads(second)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{str(path)!r} is no whole checkpoint ({error}). It is kept as it is: take another path, or remove it"
        ) from None
    wanted = json.loads(_header_line(header))
    if found != wanted:
        other = [k for k in sorted(set(found) | set(wanted)) if found.get(k) != wanted.get(k)]
        differences = "; ".join(f"{k}: {found.get(k)!r} there, {wanted.get(k)!r} here" for k in other)
        raise InputError(
            f"{str(path)!r} is a checkpoint of something else ({differences}). It is kept as it is: take another path"
        )
    return dict(body)


def _header_line(header: dict[str, Any]) -> str:
    return json.dumps({"kind": KIND, **header}, sort_keys=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

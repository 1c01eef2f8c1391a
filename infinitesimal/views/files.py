"""Writing files whole or not at all."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from infinitesimal.errors import InputError


def target_path(path: str | os.PathLike[str]) -> Path:
    """The path of a file to be written; raises `InputError` if its folder does not exist."""
    target = Path(path)
    if not target.parent.is_dir():
        raise InputError(f"the folder {str(target.parent)!r} does not exist: make it first, or write elsewhere")
    if target.is_dir():
        raise InputError(f"{str(target)!r} is a folder: give the name of a file in it")
    return target


def replace_whole(target: Path, write: Callable[[str], object]) -> None:
    """Lets `write` fill a file beside the target, then moves it there: a reader sees all or nothing.

    What is no regular file, such as a pipe or /dev/null, is written to as it is, and not replaced by a file.
    """
    if target.exists() and not target.is_file():
        write(str(target))
        return
    handle, name = tempfile.mkstemp(suffix=target.suffix, dir=target.parent)
    os.close(handle)
    try:
        write(name)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def write_whole(path: str | os.PathLike[str], text: str) -> None:
    """Writes `text` to a file, whole or not at all."""
    replace_whole(target_path(path), lambda name: Path(name).write_text(text, encoding="utf-8"))


def _umask() -> int:
    """The mask for new files; the system only tells it by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask

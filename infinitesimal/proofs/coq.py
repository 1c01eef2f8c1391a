"""The program coqc: where it is, which version, and the support library compiled for it."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from infinitesimal.errors import Undecided
from infinitesimal.proofs.support import LIBRARY, source

HOW_TO_INSTALL = "coqc is not installed: apt-get install --no-install-recommends coq"
MEMORY = 4 << 30
BUILD_SECONDS = 300.0
TESTED = (8, 16)


@dataclass(frozen=True)
class Outcome:
    """What a program did: its exit code (None where its time was up), its output, and processor seconds."""

    code: int | None
    output: str
    errors: str
    seconds: float


def coqc() -> str | None:
    """The path of coqc; None where it is not installed."""
    return shutil.which("coqc")


def coqchk() -> str | None:
    """The path of coqchk, which comes with coqc; None where it is not installed."""
    return shutil.which("coqchk")


def version(program: str) -> str:
    """The version of coqc, such as "8.16.1"; empty where it does not say."""
    found = re.search(r"version (\d+(?:\.\d+)*)", execute([program, "--version"], Path("/"), 30.0).output)
    return found.group(1) if found else ""


def execute(command: list[str], folder: Path, seconds: float) -> Outcome:
    """Runs a program with limits of time and memory; when its time is up it ends with all it started.

    The limit of processor time holds where this process is killed itself and can end nothing.
    """
    before, began = os.times(), time.monotonic()
    process = subprocess.Popen(
        ["/bin/sh", "-c", f'ulimit -v {MEMORY >> 10}; ulimit -t {int(seconds) + 5}; exec "$@"', "sh", *command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    code: int | None
    try:
        output, errors = process.communicate(timeout=seconds)
        code = process.returncode
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        output, errors = process.communicate()
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        code = None
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Outcome(code, output, errors, used or time.monotonic() - began)


def library(program: str) -> Path:
    """The folder of the compiled support library, in the user's cache, built when it is not there.

    Its name has coqc's version and the hash of the sources, and it appears whole or not at all. Raises `Undecided` when
    the library does not build, as with a coqc of another major version, or cannot be written.
    """
    try:
        return _library(program)
    except OSError as error:
        raise Undecided(f"the support library cannot be written to the cache (see XDG_CACHE_HOME): {error}") from error


def _library(program: str) -> Path:
    digest = hashlib.sha256("".join(source(name) for name in LIBRARY).encode()).hexdigest()[:16]
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "infinitesimal" / "rocq"
    folder = home / f"{version(program) or 'unknown'}-{digest}"
    if folder.is_dir():
        return folder
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as made:
        work = Path(made) / "library"
        work.mkdir()
        for name in LIBRARY:
            (work / f"{name}.v").write_text(source(name), encoding="utf-8")
            built = execute([program, "-q", "-Q", ".", "Infinitesimal", f"{name}.v"], work, BUILD_SECONDS)
            if built.code != 0:
                raise Undecided(
                    f"the support library does not build with coqc {version(program)} (it is written for "
                    f"{'.'.join(map(str, TESTED))} and later): {name}.v: {built.errors.strip()[:500]}"
                )
        try:
            work.rename(folder)
        except OSError:  # another process was faster
            if not folder.is_dir():
                raise
    return folder

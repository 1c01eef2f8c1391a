"""Files are written whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from infinitesimal.errors import InputError
from infinitesimal.views.files import replace_whole, target_path, write_whole


def test_a_text_is_written_as_it_is(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", "1 − 2⁻³\n")
    assert (tmp_path / "a.txt").read_bytes() == "1 − 2⁻³\n".encode()
    write_whole(str(tmp_path / "a.txt"), "new")
    assert (tmp_path / "a.txt").read_text() == "new"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_an_exception_while_writing_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fail(name: str) -> None:
        Path(name).write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_whole(target, fail)
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    write_whole(tmp_path / "whole", "")
    assert stat.S_IMODE((tmp_path / "whole").stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def test_a_folder_that_is_not_there_and_a_target_that_is_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        target_path(tmp_path / "none" / "a.txt")
    with pytest.raises(InputError, match="is a folder"):
        write_whole(tmp_path, "text")
    assert os.listdir(tmp_path) == []


def test_what_is_no_regular_file_is_written_to_and_stays(tmp_path: Path) -> None:
    """A device replaced by a file would harm the whole machine."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, "through")
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode) and os.listdir(tmp_path) == ["pipe"]

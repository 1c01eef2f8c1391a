"""The command line: its commands, its files, its exit codes, and one line for anything that is wrong."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from infinitesimal.cli import main


def invoke(arguments: list[str]) -> int:
    """The exit code, whether it is returned or raised."""
    try:
        return main(arguments)
    except SystemExit as done:
        return int(done.code or 0)


def process(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infinitesimal", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


COMMANDS = {
    "zeno": ["zeno"],
    "race": ["race", "--achilles", "10", "--tortoise", "1", "--head-start", "100"],
    "descent": ["descent", "9/2*x**2", "--start", "x=5/9", "--rate", "0.1", "--in", "bfloat16,binary32,binary64"],
    "run": ["run", "--step", "s = s + d", "--step", "d = d/2", "--start", "s=0", "--start", "d=1/2", "--watch", "s"],
    "series": ["series", "1/n", "--in", "binary16"],
}
HALTS = {
    "zeno": {"bfloat16": 10, "binary16": 13, "binary32": 26, "binary64": 55},
    "race": {"bfloat16": 4, "binary16": 5, "binary32": 9, "binary64": 18},
    "descent": {"bfloat16": 41, "binary32": 46, "binary64": 325},
    "run": {"bfloat16": 10, "binary16": 13, "binary32": 26, "binary64": 55},
    "series": {"binary16": 513},
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_where_the_machines_halt(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke([*COMMANDS[name], "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert {m["arithmetic"]: m["step"] for m in json.loads(out)["machines"]} == HALTS[name]
    assert invoke(COMMANDS[name]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert all(str(step) in out for step in HALTS[name].values())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_works_in_its_own_process(name: str) -> None:
    done = process(*COMMANDS[name])
    assert (done.returncode, done.stderr) == (0, "")
    assert "halts" in done.stdout


@pytest.mark.parametrize(
    ("form", "sign"),
    [("text", "----"), ("markdown", "| ---: |"), ("latex", r"\toprule"), ("csv", "n,name,exact"), ("html", "<table>")],
)
def test_every_format_is_written(form: str, sign: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["zeno", "--format", form]) == 0
    out = capsys.readouterr().out
    assert sign in out
    assert invoke(["zeno", "--format", form, "--output", str(tmp_path / "t")]) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "t").read_text(encoding="utf-8") == out


def test_json_is_a_format(capsys: pytest.CaptureFixture[str]) -> None:
    invoke(["zeno", "--format", "json"])
    first = capsys.readouterr().out
    invoke(["zeno", "--json"])
    assert capsys.readouterr().out == first
    rows = json.loads(first)["rows"]
    assert all(Fraction(row["exact"]) == 1 - Fraction(1, 2 ** row["n"]) for row in rows)


def test_csv_has_exact_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    invoke([*COMMANDS["descent"], "--format", "csv"])
    for row in csv.DictReader(io.StringIO(capsys.readouterr().out)):
        assert Fraction(row["exact"]) == Fraction(5, 9 * 10 ** int(row["n"]))


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_picture_is_drawn_beside_the_table(ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["zeno", "--in", "binary16", "--plot", str(tmp_path / f"z.{ending}")]) == 0
    assert "halts" in capsys.readouterr().out
    assert os.listdir(tmp_path) == [f"z.{ending}"]


def test_explain_adds_the_witness_of_every_halt(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["zeno", "--explain"]) == 0
    out = capsys.readouterr().out
    assert "binary64: witness: the exact update 2**-55 is below half the gap 2**-53" in out
    assert out.count(": for ever: true, ") == 4


def test_roundings_and_the_exact_arithmetic_have_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["zeno", "--in", "binary64:toward_zero,binary16:down,exact", "--steps", "60", "--json"]) == 0
    machines = json.loads(capsys.readouterr().out)["machines"]
    assert [(m["arithmetic"], m["reason"], m["step"]) for m in machines] == [
        ("binary64:toward_zero", "absorbed", 54),
        ("binary16:down", "absorbed", 12),
        ("exact", "budget", 60),
    ]


def test_a_tolerance_stops_every_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["zeno", "--tolerance", "1e-2", "--json"]) == 0
    assert {m["step"] for m in json.loads(capsys.readouterr().out)["machines"]} == {7}


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_are_answers(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke([option]) == 0
    assert "infinitesimal" in capsys.readouterr().out


def test_a_division_by_zero_is_a_result_on_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", "--step", "x = 1/x", "--start", "x=0"]) == 0
    out, err = capsys.readouterr()
    assert ("inf" in out, err) == (True, "")
    assert invoke(["run", "--step", "x = x/x", "--start", "x=0", "--in", "binary64"]) == 0
    assert "nan" in capsys.readouterr().out


def test_a_division_by_zero_is_one_line_in_exact_arithmetic() -> None:
    done = process("run", "--step", "x = 1/x", "--start", "x=0", "--in", "exact")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("infinitesimal: error: update 1 of")
    assert done.stderr.count("\n") == 1
    assert process("run", "--step", "x = 1/x", "--start", "x=0").returncode == 0


def test_an_overflow_in_a_step_that_stays_is_no_traceback() -> None:
    steps = ["--step", "x = x + 1/(y*y)", "--step", "y = y", "--start", "x=1", "--start", "y=1000", "--watch", "x"]
    done = process("run", *steps, "--in", "binary16")
    assert (done.returncode, done.stderr) == (0, "")


def test_exact_numbers_of_any_length_are_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", "--step", "x = x*x", "--start", "x=2", "--in", "exact", "--steps", "18"]) == 0
    assert len(capsys.readouterr().out) < 20_000


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m infinitesimal series 1/n --format csv --in binary16 --steps 500 | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith("n,name,exact")
    assert done.stderr == ""


def descent(loss: str, start: str = "x=1", rate: str = "0.1", *more: str) -> list[str]:
    return ["descent", loss, "--start", start, "--rate", rate, *more]


def run(step: str, start: str = "x=1", *more: str) -> list[str]:
    return ["run", "--step", step, "--start", start, *more]


BAD: list[list[str]] = [
    [],
    ["nonsense"],
    ["zen"],
    ["zeno", "extra"],
    ["zeno", "--unknown"],
    ["zeno", "--form", "csv"],
    ["zeno", "--format", "pdf"],
    ["zeno", "--in", "binary63"],
    ["zeno", "--in", "float"],
    ["zeno", "--in", "binary64,"],
    ["zeno", "--in", ","],
    ["zeno", "--in", "binary64:nearest"],
    ["zeno", "--in", "binary64:up:down"],
    ["zeno", "--in", "exact:up"],
    ["zeno", "--in", "binary64\x1b[31m"],
    ["zeno", "--steps", "-1"],
    ["zeno", "--steps", "1.5"],
    ["zeno", "--steps", "many"],
    ["zeno", "--steps", "9" * 5000],
    ["zeno", "--tolerance", "nan"],
    ["zeno", "--tolerance", "inf"],
    ["zeno", "--tolerance", "-1"],
    ["zeno", "--tolerance", "1e999999999999"],
    ["zeno", "--tolerance", ""],
    ["zeno", "--output", "{folder}/none/table.txt"],
    ["zeno", "--output", "{folder}"],
    ["zeno", "--output", ""],
    ["zeno", "--plot", "{folder}/picture.gif"],
    ["zeno", "--plot", "{folder}/none/picture.png"],
    ["zeno", "--plot", "{folder}/picture.gif", "--output", "{folder}/table.txt"],
    ["zeno", "--plot", "{folder}/picture.png", "--output", "{folder}/none/table.txt"],
    ["series"],
    ["series", "1/m"],
    ["series", "1/n", "--first", "x"],
    ["series", "1//n"],
    ["series", "1/n +"],
    ["series", "9**9**9"],
    ["series", "__import__('os').system('true')"],
    ["series", "n.real"],
    ["series", "n if n else 1"],
    ["series", "lambda: 0"],
    ["series", "0x10/n"],
    ["series", "1/n\x00"],
    ["series", "(" * 5000 + "n" + ")" * 5000],
    ["series", "-" * 20000 + "n"],
    ["series", "1e400000000*n"],
    ["series", "gamma(n)"],
    ["series", "factorial(n)"],
    ["series", "1/0*n", "--in", "exact"],
    ["race", "--achilles", "10", "--tortoise", "1"],
    ["race", "--achilles", "0", "--tortoise", "1", "--head-start", "100"],
    ["race", "--achilles", "10", "--tortoise", "-1", "--head-start", "100"],
    ["race", "--achilles", "fast", "--tortoise", "1", "--head-start", "100"],
    ["race", "--achilles", "10", "--tortoise", "1/0", "--head-start", "100"],
    ["race", "--achilles", "inf", "--tortoise", "1", "--head-start", "100"],
    ["descent", "x**2", "--rate", "0.1"],
    ["descent", "x**2", "--start", "x=1"],
    descent("x**2", "y=1"),
    descent("x**2", "x"),
    descent("x**2", "x="),
    descent("x**2", "=1"),
    descent("x**2", "x=nan"),
    descent("x**2", "x=inf"),
    descent("x**2", "x=1e"),
    descent("x**2", "x=1", "fast"),
    descent("x**2", "x=1", "nan"),
    descent("x**2", "x=1", "1/0"),
    descent("x**2", "x=1", "0.1", "--start", "x=2"),
    descent("x**y", "x=1", "0.1", "--start", "y=2"),
    descent("3"),
    descent("n*x"),
    descent("x**2 + y"),
    descent(""),
    descent("x**2; import os"),
    run("x = x/2", "y=1"),
    run("x = x/2", "x=1", "--start", "y=2"),
    run("x = x/2", "x=1", "--step", "x = x/3"),
    run("x = x/2", "x=1", "--watch", "y"),
    run("x/2"),
    run("x == x/2"),
    run("n = n/2", "n=1"),
    run("x = a*x"),
    run("x = x/2", "x=y"),
    run("__class__ = 1", "__class__=1"),
    run("if = if/2", "if=1"),
    run("x y = 1", "x y=1"),
    run("x = 9**9**9"),
    run("x = x**(1/2)"),
    run("x = x**1000000000"),
    run("x = eval('1')"),
    run("x = x\n\ny = 2"),
    run("x = x/2", "x=1e1000000000"),
    run("x = 1/x", "x=0", "--in", "exact"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to work in, which has to be empty afterwards."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("arguments", BAD, ids=lambda a: " ".join(a)[:60].encode("unicode_escape").decode())
def test_bad_input_is_one_line_and_exit_code_2(
    arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = invoke([a.replace("{folder}", str(folder)) for a in arguments])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err.startswith("infinitesimal")
    assert err.count("\n") == 1
    assert err.endswith("\n")
    assert err[:-1].isprintable()
    assert "Traceback" not in err
    assert len(err) < 6_000


def test_a_spent_budget_where_a_value_is_asked_for_is_exit_code_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from infinitesimal.contrasts import contrast
    from infinitesimal.errors import BudgetSpent

    def spend(*_: object, **__: object) -> None:
        raise BudgetSpent("step 12 would need numbers of up to 1e9 bits")

    monkeypatch.setattr(contrast, "contrast", spend)
    assert invoke(["zeno"]) == 3
    out, err = capsys.readouterr()
    assert (out, err) == ("", "infinitesimal: error: step 12 would need numbers of up to 1e9 bits\n")


def test_an_interruption_is_exit_code_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from infinitesimal.contrasts import contrast

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(contrast, "contrast", interrupt)
    assert invoke(["zeno"]) == 130
    assert capsys.readouterr().err == "infinitesimal: error: interrupted\n"


@pytest.mark.parametrize("name", ["zeno", "race"])
def test_a_plain_command_imports_no_heavy_package(name: str) -> None:
    code = (
        "import sys; from infinitesimal.cli import main; main(sys.argv[1:]); "
        "print([m for m in ('sympy', 'numpy', 'matplotlib', 'mpmath') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *COMMANDS[name]], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "[]\n")


@pytest.mark.parametrize("term", ["1if 1else 1", "0xfor n", "1or n"])
def test_a_numeral_that_runs_into_a_word_is_one_line_of_a_process_too(term: str) -> None:
    """Python's own parser would add warnings of its own."""
    done = process("series", term)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "neither a number nor a name" in done.stderr


def test_a_number_of_any_length_is_written_in_every_format() -> None:
    for format in ("text", "markdown", "latex", "csv", "json", "html"):
        arguments = ["run", "--step", "x=x/2", "--start", "x=1e20000", "--in", "binary16", "--format", format]
        done = process(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout


def test_the_prompt_knows_the_words_of_the_package_and_loads_them_when_they_are_named() -> None:
    typed = "limit(zeno())\ndef half(): return limit(geometric(1, '1/3'))\n\nhalf()\nnothing\n"
    found = subprocess.run(
        [sys.executable, "-m", "infinitesimal", "repl"],
        input=typed,
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert found.returncode == 0
    assert "Fraction(1, 1)" in found.stdout
    assert "Fraction(3, 2)" in found.stdout
    assert "NameError: name 'nothing'" in found.stderr


def test_contrast_takes_every_process_as_its_own_command_does(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["zeno"], ["race", "--achilles", "10", "--tortoise", "1", "--head-start", "100"]):
        assert main([*command, "--in", "bfloat16"]) == 0
        alone = capsys.readouterr().out
        assert main(["contrast", *command, "--in", "bfloat16"]) == 0
        assert capsys.readouterr().out == alone

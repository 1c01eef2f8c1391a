"""`infinitesimal descent` on data and with --until: exact answers, and one line for anything that is wrong."""

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

import pytest
from sklearn import datasets

import infinitesimal as inf
from infinitesimal.cli import main
from tests.regression.plain import gradient_at, half_mean_square
from tests.regression.test_csv_files import GOOD, write


def invoke(*arguments: object) -> int:
    try:
        return main([str(a) for a in arguments])
    except SystemExit as done:
        return int(done.code or 0)


@pytest.fixture(scope="module")
def iris(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "iris.csv"
    features, labels = datasets.load_iris(return_X_y=True)
    with path.open("w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["a", "b", "sepal length (cm)", "d", "target"])
        out.writerows([*map(repr, row), repr(y)] for row, y in zip(features.tolist(), labels.tolist(), strict=True))
    return path


def rows_of(path: Path) -> tuple[list[list[Fraction]], list[Fraction]]:
    with path.open(newline="") as stream:
        lines = list(csv.reader(stream))[1:]
    return [[*map(Fraction, line[:-1]), Fraction(1)] for line in lines], [Fraction(line[-1]) for line in lines]


COMMON = ("--label", "target", "--intercept", "--rate", "1/100")


def test_the_exact_minimiser_of_a_file(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke("descent", "--data", iris, *COMMON, "--until", "grad<=1/10", "--json") == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert err == ""
    rows, labels = rows_of(iris)
    point = [Fraction(found["limit"][name]) for name in ("a", "b", "w03", "d", "intercept")]
    assert gradient_at(rows, labels, point) == [0] * 5
    assert Fraction(found["loss_at_the_minimum"]) == half_mean_square(rows, labels, point)
    steps = found["until"]["steps"]
    fit = inf.least_squares(iris, "target", intercept=True)
    d = inf.descent(fit, start=0, rate="1/100")
    slopes = [
        max(abs(g) for g in gradient_at(rows, labels, [inf.at(d, n)[name] for name in fit.design.names]))
        for n in (steps - 1, steps)
    ]
    assert slopes[0] > Fraction(1, 10) >= slopes[1]
    assert found["regime"] in ("monotone", "oscillating")


def test_the_table_says_it_in_words(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke("descent", "--data", iris, *COMMON, "--until", "grad<=1e-3", "--hold-out", "5") == 0
    out, err = capsys.readouterr()
    assert err == ""
    for part in ("regime", "fires at step", "remaining distance", "30 rows held back", "sepal length (cm)", "w03"):
        assert part in out
    assert invoke("descent", "--data", iris, *COMMON, "--format", "csv") == 0
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    fit = inf.least_squares(iris, "target", intercept=True)
    assert {line["name"]: Fraction(line["limit"]) for line in lines} == fit.minimiser


@pytest.mark.parametrize(
    "more",
    [
        ("--method", "momentum", "--beta", "0.9"),
        ("--method", "nesterov", "--beta", "1/2"),
        ("--method", "coordinate"),
        ("--ridge", "1/10"),
        ("--degree", "2", "--columns", "a,b"),
        ("--start", "1/2"),
    ],
)
def test_methods_and_designs(more: tuple[str, ...], iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule = "abs_dx<1e-4" if "--method" in more else "abs_dx<1e-4 | patience(5)<=1e-9"
    assert invoke("descent", "--data", iris, *COMMON, *more, "--until", rule, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["until"]["steps"] >= 1
    ridge = "1/10" if "--ridge" in more else 0
    degree, columns = (2, ["a", "b"]) if "--degree" in more else (1, None)
    fit = inf.least_squares(iris, "target", intercept=True, ridge=ridge, degree=degree, columns=columns)
    assert {name: Fraction(x) for name, x in found["limit"].items()} == fit.minimiser


def test_newton_arrives_in_one_step(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--data", iris, "--label", "target", "--method", "newton", "--until", "grad<=0", "--json")
    assert invoke("descent", *arguments) == 0
    assert json.loads(capsys.readouterr().out)["until"]["steps"] == 1


def test_a_formula_with_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    worked = ("descent", "9/2*(x-1)**2", "--start", "x=14/9", "--rate", "0.1")
    assert invoke(*worked, "--until", "abs_dx<=1e-9", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["until"]["steps"], found["until"]["remaining"]) == (10, "1/18000000000")
    assert (found["regime"], found["limit"]) == ("monotone", {"x": "1"})
    assert invoke("descent", "x**2", "--start", "1", "--rate", "1", "--until", "grad<=1e-9") == 0
    assert "never" in capsys.readouterr().out
    assert invoke("descent", "x**2", "--start", "1", "--rate", "2", "--until", "grad<=1e-9") == 0
    assert "none" in capsys.readouterr().out


def test_columns_that_depend_on_each_other_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "cm,m,y\n170,1.7,1\n180,1.8,2\n165,1.65,2\n")
    assert invoke("descent", "--data", path, "--label", "y", "--rate", "1e-6", "--until", "grad<=1e-6") == 0
    assert "m = 1/100*cm on every row" in capsys.readouterr().out


def test_machines_run_on_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "x,y\n1,2\n2,4\n")
    arguments = ("--data", path, "--label", "y", "--rate", "1/10", "--in", "binary16", "--json")
    assert invoke("descent", *arguments) == 0
    assert json.loads(capsys.readouterr().out)["machines"][0]["arithmetic"] == "binary16"


BAD = {
    "missing": GOOD.replace("21.6", ""),
    "word": GOOD.replace("21.6", "x"),
    "nan": GOOD.replace("21.6", "nan"),
    "infinite": GOOD.replace("21.6", "inf"),
    "ragged": GOOD.replace("48,21.6,75", "48,21.6"),
    "no rows": "age,bmi,target\n",
    "empty": "",
    "titles": GOOD.replace("bmi", "age"),
    "quote": GOOD.replace("48", '"48'),
    "bytes": GOOD.encode().replace(b"48", b"\xff"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_line_and_exit_code_2(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, BAD[name])
    assert invoke("descent", "--data", path, "--label", "target", "--rate", "1e-6", "--until", "grad<=1e-3") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("infinitesimal: error: ")
    assert err.count("\n") == 1


FIT = ("--label", "target", "--rate", "1e-6")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("x**2", "--data", "FILE", *FIT), "either a loss"),
        (("--rate", "1"), "either a loss"),
        (("--data", "FILE", "--rate", "1"), "no --label"),
        (("--data", "FILE", "--label", "tarjet", "--rate", "1"), "did you mean 'target'"),
        (("--data", "FILE", "--label", "target"), "no rate"),
        (("--data", "FILE", *FIT, "--until", "grad"), "tolerance"),
        (("--data", "FILE", *FIT, "--until", "gard<=1"), "gard"),
        (("--data", "FILE", *FIT, "--until", "grad<=x"), "x"),
        (("--data", "FILE", *FIT, "--until", "grad<=1", "--in", "binary16"), "--in"),
        (("--data", "FILE", *FIT, "--until", "grad<=1", "--explain"), "--explain"),
        (("--data", "FILE", *FIT, "--columns", "age,foo"), "'foo'"),
        (("--data", "FILE", *FIT, "--ridge=-1"), "ridge"),
        (("--data", "FILE", *FIT, "--degree", "0"), "degree"),
        (("--data", "FILE", *FIT, "--hold-out", "1"), "every 1"),
        (("--data", "FILE", *FIT, "--hold-out", "9"), "none of 3 rows"),
        (("--data", "FILE", *FIT, "--separator", ";;"), "separator"),
        (("--data", "FILE", *FIT, "--encoding", "klingon"), "klingon"),
        (("--data", "FILE", *FIT, "--start", "foo=1"), "age"),
        (("--data", "none.csv", *FIT), "cannot be read"),
        (("--data", "FILE", "--label", "target", "--rate", "0"), "rate 0"),
        (("--data", "FILE", "--label", "target", "--rate=-1"), "rate -1"),
        (("--data", "FILE", *FIT, "--method", "adam"), "adam"),
        (("--data", "FILE", *FIT, "--beta", "1"), "beta"),
        (("x**2", "--rate", "1"), "no start"),
        (("x**2", "--start", "1", "--rate", "1", "--ridge", "1"), "--ridge belongs to --data"),
        (("x**2", "--start", "1", "--rate", "1", "--intercept"), "--intercept belongs to --data"),
        (("x**2", "--start", "1", "--rate", "1", "--hold-out", "5"), "--hold-out belongs to --data"),
    ],
)
def test_options_that_do_not_go_together(
    arguments: tuple[str, ...], part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, GOOD)
    assert invoke("descent", *(path if a == "FILE" else a for a in arguments)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert part in err
    assert err.count("\n") == 1


def test_the_best_rate_is_that_of_the_extreme_curvatures(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke("descent", "x**2 + 3*y**2", "--start", "1", "--rate", "best", "--until", "grad<=1e-6", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert Fraction(found["rate"].removeprefix("const(").removesuffix(")")) == Fraction(2, 2 + 6)
    for loss, method, words in (
        ("x**4", "gradient", "not a quadratic"),
        ("x**2", "newton", "for gradient descent, not for newton"),
        ("x**2 + y**2 + z**2 + x*y + 2*y*z/3 + x", "gradient", ""),
        ("x**2 + 2*y**2 + 5*z**2 + x*y + y*z + x", "gradient", "is irrational: give a fraction near it"),
    ):
        code = invoke("descent", loss, "--start", "1", "--rate", "best", "--method", method, "--until", "grad<=1e-2")
        out, err = capsys.readouterr()
        assert (code == 0) == (not words) and words in err and (not words or not out)


def test_a_best_rate_of_many_characters_is_named_shortly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["a,b,c,y", *(f"{i},{i * i},{1000 % (i + 3)},{i % 4}" for i in range(9))]
    path = write(tmp_path, "\n".join(rows) + "\n")
    assert invoke("descent", "--data", path, "--label", "y", "--rate", "best", "--until", "grad<=1e-3") == 2
    error = capsys.readouterr().err
    assert "2/(mu + L) is irrational: give a fraction near it, such as --rate 0." in error
    assert len(error) < 200

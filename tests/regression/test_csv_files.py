"""CSV files: exact cells, errors with row, column and value, and memory that does not grow with the file."""

import csv
import tracemalloc
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import infinitesimal as inf
from infinitesimal.errors import InputError
from infinitesimal.regression import csv_files
from infinitesimal.regression.csv_files import read_blocks
from infinitesimal.regression.datasets import dataset, joined
from infinitesimal.regression.least_squares import least_squares

GOOD = "age,bmi,target\n59,32.1,151\n48,21.6,75\n72,30.5,141\n"


def write(folder: Path, text: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table(path: Path, label: str = "target", **options: object) -> dict[str, list[Fraction]]:
    data = dataset(path, label, **options)  # type: ignore[arg-type]
    names = (*data.names, data.label)
    return {n: [c[i] for i in range(len(c))] for n, c in zip(names, (*data.columns, data.labels), strict=True)}


EXPECTED = {
    "age": [59, 48, 72],
    "bmi": [Fraction("32.1"), Fraction("21.6"), Fraction("30.5")],
    "target": [151, 75, 141],
}


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (GOOD, {}),
        ("\ufeff" + GOOD, {}),
        (GOOD.replace("\n", "\r\n"), {}),
        (GOOD.rstrip("\n"), {}),
        (GOOD + "\n\n", {}),
        (GOOD.replace(",", ";"), {"separator": ";"}),
        (GOOD.replace(",", "\t"), {"separator": "\t"}),
        (GOOD.replace(",", ", "), {}),
        ('"age","bmi","target"\n"59","32.1","151"\n"48",21.6,75\n72,"30.5",141\n', {}),
        (GOOD.encode("utf-16"), {"encoding": "utf-16"}),
        ("id,target,bmi,age\nA,151,32.1,59\nB,75,21.6,48\nC,141,30.5,72\n", {"columns": ("age", "bmi")}),
    ],
    ids=["plain", "mark", "crlf", "no end", "blank end", "semicolon", "tab", "spaces", "quoted", "utf-16", "chosen"],
)
def test_the_ways_to_write_a_table(text: str | bytes, options: dict[str, object], tmp_path: Path) -> None:
    assert table(write(tmp_path, text), **options) == EXPECTED


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (GOOD.replace("21.6", ""), ["row 2", "'bmi'", "''", "missing"]),
        (GOOD.replace("21.6", "NA"), ["row 2", "'bmi'", "'NA'", "missing"]),
        (GOOD.replace("21.6", "nan"), ["row 2", "'bmi'", "'nan'", "no exact value"]),
        (GOOD.replace("30.5", "-Inf"), ["row 3", "'bmi'", "'-Inf'", "no exact value"]),
        (GOOD.replace("48", "forty"), ["row 2", "'age'", "'forty'", "not a number"]),
        (GOOD.replace("21.6", '"21,6"'), ["row 2", "'bmi'", "'21,6'", "decimal point"]),
        (GOOD.replace("75", "x").replace("72", "y"), ["row 2", "'target'", "'x'"]),
        (GOOD.replace("48", "x").replace("141", "y"), ["row 2", "'age'", "'x'"]),
        (GOOD.replace("48,21.6,75", "48,21.6"), ["row 2", "2 cells", "3 columns"]),
        (GOOD.replace("48,21.6,75", "48,21.6,75,"), ["row 2", "4 cells", "3 columns"]),
        (GOOD.replace("48,", "\n48,"), ["row 2", "empty"]),
        (GOOD.replace("age", "years").replace("target", "tarjet"), ["'target'", "did you mean 'tarjet'", "years"]),
        (GOOD.replace("bmi", "age"), ["columns 1 and 2", "'age'"]),
        (GOOD.replace("bmi", ""), ["column 2", "no title"]),
        ("age,bmi,target\n", ["no rows"]),
        ("age,bmi,target\n\n\n", ["no rows"]),
        ("", ["titles"]),
        ("1,2,3\n4,5,6\n", ["numbers only"]),
        (GOOD.replace(",", ";"), ["separator=';'"]),
        ("target\n1\n", ["no features"]),
        (GOOD.replace("48", '"48'), ["line", "quotes"]),
        (GOOD.replace("48", '"4"8'), ["line", "quotes"]),
        (GOOD.replace("48", "4\x008"), ["row 2"]),
        (GOOD.encode().replace(b"48", b"4\xff8"), ["line 3", "utf-8", "encoding"]),
        (GOOD.encode("utf-16"), ["utf-8", "encoding"]),
    ],
)
def test_a_bad_file_is_one_error(text: str | bytes, parts: list[str], tmp_path: Path) -> None:
    path = write(tmp_path, text)
    for read in (dataset, least_squares):
        with pytest.raises(InputError) as caught:
            read(path, "target")
        assert all(part in str(caught.value) for part in parts), caught.value
        assert "\n" not in str(caught.value)


def test_files_and_options_that_are_not_there(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    for arguments, options, part in [
        ((tmp_path / "none.csv", "target"), {}, "cannot be read"),
        ((tmp_path, "target"), {}, "cannot be read"),
        ((path, None), {}, "title of their column"),
        ((path, "target"), {"encoding": "klingon"}, "not known"),
        ((path, "target"), {"separator": "::"}, "one character"),
        ((path, "target"), {"columns": ("agge",)}, "did you mean 'age'"),
        ((path, "target"), {"columns": ("age", "target")}, "twice"),
        ((path, "target"), {"names": ("a",)}, "1 names for 2 columns"),
        (("a\0b.csv", "target"), {}, "cannot be read"),
    ]:
        with pytest.raises(InputError, match=part):
            least_squares(*arguments, **options)  # type: ignore[arg-type]


def test_titles_that_cannot_name_a_variable_are_numbered(tmp_path: Path) -> None:
    text = "sepal length (cm),n,w01,lambda,y\n1,2,3,4,5\n"
    data = dataset(write(tmp_path, text), "y")
    assert data.names == ("w01_0", "w02", "w01", "w04")
    assert data.titles == ("sepal length (cm)", "n", "w01", "lambda")


cells = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.decimals(-1000, 1000, places=3).map(str),
    st.fractions(-9, 9, max_denominator=7).map(str),
)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=30), st.integers(1, 12))
def test_blocks_say_what_the_whole_says(rows: list[tuple[str, str, str]], size: int) -> None:
    """The oracle: Python's csv module and `Fraction`, cell by cell."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_files, "BLOCK_CELLS", 3 * size)
        path = Path(folder) / "t.csv"
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows([("a", "b", "y"), *rows])
        blocks = list(read_blocks(path, "y"))
        assert [len(b) for b in blocks[:-1]] == [size] * (len(blocks) - 1)
        data = joined(blocks)
        expected = [[Fraction(row[j]) for row in rows] for j in range(3)]
        assert [[c[i] for i in range(len(c))] for c in (*data.columns, data.labels)] == expected
        streamed, kept = least_squares(path, "y", intercept=True, test=None), least_squares(data, intercept=True)
        assert streamed.quadratic.hessian == kept.quadratic.hessian
        assert streamed.quadratic.slope == kept.quadratic.slope
        assert streamed.quadratic.constant == kept.quadratic.constant
        if len(rows) >= 3:
            point = {"a": 2, "b": "1/3", "intercept": -1}
            assert least_squares(path, "y", intercept=True, test=3).test_loss(point) == least_squares(
                data, intercept=True, test=3
            ).test_loss(point)


def test_a_long_file_takes_the_memory_of_a_short_one(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        with path.open("w") as stream:
            stream.write("a,b,c,y\n")
            stream.writelines(f"{i % 97}.{i % 7},{i % 89},{i % 13}.5,{i % 11}\n" for i in range(rows))
        tracemalloc.start()
        try:
            least_squares(path, "y", intercept=True)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    short, long = peak(40_000), peak(160_000)
    assert long < 1.1 * short
    assert long < 60_000_000


def test_a_file_that_is_streamed_keeps_no_rows(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    fit = inf.least_squares(path, "target")
    with pytest.raises(InputError, match=r"dataset\(path, label\)"):
        fit.residuals({"age": 1, "bmi": 1})
    assert inf.least_squares(inf.dataset(path, "target")).residuals({"age": 1, "bmi": 0}) == (-92, -27, -69)
    assert inf.least_squares(path, "target", gradient="rows").residuals({"age": 1, "bmi": 0}) == (-92, -27, -69)

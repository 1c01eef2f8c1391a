"""The package as a whole: its words can be imported, and importing it costs nothing."""

import subprocess
import sys

import pytest

import infinitesimal

HEAVY = ("sympy", "numpy", "matplotlib", "mpmath", "flint", "gmpy2", "ml_dtypes", "argparse", "fractions")


def fresh(code: str) -> str:
    """What a new interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("name", infinitesimal.__all__)
def test_every_public_word_can_be_imported(name: str) -> None:
    assert getattr(infinitesimal, name) is getattr(infinitesimal, name)
    assert name in dir(infinitesimal)


def test_the_public_words_are_there_once() -> None:
    assert len(set(infinitesimal.__all__)) == len(infinitesimal.__all__)
    for name in ("zeno", "run", "contrast", "tabulate", "plot", "limit", "binary64", "QQ", "up", "n", "Truth"):
        assert name in infinitesimal.__all__


def test_importing_the_package_imports_no_dependency() -> None:
    assert fresh(f"import sys, infinitesimal; print([m for m in {HEAVY!r} if m in sys.modules])") == "[]"


def test_importing_the_package_imports_none_of_its_modules() -> None:
    code = "import sys, infinitesimal; print([m for m in sys.modules if m.startswith('infinitesimal.')])"
    assert fresh(code) == "[]"


def test_machine_runs_need_neither_sympy_nor_numpy() -> None:
    code = (
        "import sys, infinitesimal as inf; halt = inf.run(inf.zeno(), inf.binary64).halt; halt.gap; "
        "inf.run(inf.zeno(), inf.binary16); inf.limit(inf.zeno()); "
        "print(halt.step, [m for m in ('sympy', 'numpy', 'matplotlib') if m in sys.modules])"
    )
    assert fresh(code) == "55 []"


def test_a_word_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'infinity'"):
        infinitesimal.infinity  # noqa: B018


def test_the_version_is_that_of_the_metadata() -> None:
    from importlib.metadata import version

    assert infinitesimal.__version__ == version("infinitesimal")

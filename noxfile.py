"""`nox` runs every check: format, lint, types, layers, tests, examples."""

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["style", "types", "layers", "tests"]


@nox.session
def style(session: nox.Session) -> None:
    """Format and lint."""
    session.run("python", "-m", "ruff", "format", "--check", ".")
    session.run("python", "-m", "ruff", "check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Static types, strict."""
    session.run("python", "-m", "mypy")


@nox.session
def layers(session: nox.Session) -> None:
    """Who may import whom."""
    session.run("lint-imports")


@nox.session
def tests(session: nox.Session) -> None:
    """Tests, doctests, examples and the README."""
    session.run("python", "-m", "pytest", "-q", *session.posargs)


@nox.session
def campaign(session: nox.Session) -> None:
    """The long campaigns; not run by default."""
    session.run("python", "-m", "pytest", "-q", "-m", "long", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Ratios against peers; not run by default."""
    session.run("python", "-m", "benchmarks")

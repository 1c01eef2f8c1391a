"""The command `repl`: Python's prompt with the words of the package."""

import argparse
import code


def add_options(parser: argparse.ArgumentParser, command: str) -> None:
    """The command takes no options."""
    parser.set_defaults(do=_do)


def _do(options: argparse.Namespace) -> int:
    import infinitesimal as inf

    words = _Words(__name__="__console__", inf=inf)
    _complete(words)
    banner = f"infinitesimal {inf.__version__}: inf is the package, and its words stand alone, as in limit(zeno())"
    code.InteractiveConsole(words).interact(banner, exitmsg="")
    return 0


class _Words(dict[str, object]):
    """The names at the prompt: those of the user, then the words of the package, each loaded when it is named."""

    def __missing__(self, name: str) -> object:
        import infinitesimal as inf

        if name not in inf.__all__:
            raise KeyError(name)
        return getattr(inf, name)


def _complete(words: _Words) -> None:
    """Completes names by the tabulator, where Python was built with readline."""
    try:
        import readline
    except ImportError:
        return
    from rlcompleter import Completer

    import infinitesimal as inf

    plain = Completer(words)

    def complete(text: str, state: int) -> str | None:
        if "." in text:
            return plain.complete(text, state)
        names = sorted({name for name in (*words, *inf.__all__) if name.startswith(text)})
        return names[state] if state < len(names) else None

    readline.set_completer(complete)
    readline.parse_and_bind("tab: complete")

"""`python -m infinitesimal` is the command line."""

from infinitesimal.cli import entry

entry()

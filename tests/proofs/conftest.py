import os

import pytest

from infinitesimal.proofs.coq import HOW_TO_INSTALL, coqc


@pytest.fixture
def rocq() -> None:
    """Skips a test that needs coqc where it is not installed; in CI it has to be."""
    if coqc() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(HOW_TO_INSTALL)

"""libroadrunner, an independent simulator of SBML."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="session")
def roadrunner() -> Any:
    """The library, quiet. It is in the extra ``dev``; its Linux wheel needs the shared libpython of the system."""
    try:
        import roadrunner
    except ImportError as error:
        pytest.fail(f"libroadrunner cannot be loaded ({error}); on Debian: apt-get install libpython3.11")
    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
    return roadrunner

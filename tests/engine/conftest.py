"""Double precision where an order of accuracy is measured."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import pytest


@pytest.fixture
def double() -> Iterator[None]:
    with jax.enable_x64(True):
        yield

"""Compiled programs are kept between tests, workers and runs: most of the time of a small course is compilation."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import pytest
from jax.experimental.compilation_cache import compilation_cache


@pytest.fixture(scope="package", autouse=True)
def _kept_programs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Pytest's own cache folder holds them while these tests run; elsewhere nothing changes."""
    cache = getattr(request.config, "cache", None)
    if cache is None:
        yield
        return
    before = jax.config.jax_compilation_cache_dir, jax.config.jax_persistent_cache_min_compile_time_secs
    compilation_cache.reset_cache()
    jax.config.update("jax_compilation_cache_dir", str(cache.mkdir("compiled")))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.3)
    yield
    compilation_cache.reset_cache()
    jax.config.update("jax_compilation_cache_dir", before[0])
    jax.config.update("jax_persistent_cache_min_compile_time_secs", before[1])

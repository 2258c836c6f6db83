"""Compiled steps are kept: where, when, and that a second process finds them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jax
import pytest

from skintwin.engine.compiled import keep_compiled, known, options

PROGRAM = """
import jax, jax.numpy as jnp
from skintwin.engine.compiled import keep_compiled
found = []
jax.monitoring.register_event_listener(lambda name, **_: found.append(name))
folder = keep_compiled()
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
jax.jit(lambda x: jnp.sin(x) @ x)(jnp.ones((64, 64))).block_until_ready()
print(folder, sum(name.endswith("compilation_cache/cache_hits") for name in found))
"""


@pytest.fixture
def unset():
    """No cache while the test lasts."""
    before = jax.config.jax_compilation_cache_dir
    jax.config.update("jax_compilation_cache_dir", None)
    yield
    jax.config.update("jax_compilation_cache_dir", before)


def run(folder: Path) -> tuple[str, int]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("JAX_")} | {"SKINTWIN_CACHE": str(folder)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=True)
    where, hits = done.stdout.split()
    return where, int(hits)


def test_a_second_process_finds_what_the_first_compiled(tmp_path: Path) -> None:
    first, second = run(tmp_path), run(tmp_path)
    assert first[0] == second[0]
    assert Path(first[0]).parent == tmp_path
    assert first[1] == 0
    assert second[1] > 0


@pytest.mark.usefixtures("unset")
def test_off_means_off_and_a_choice_of_the_user_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SKINTWIN_CACHE", "off")
    assert keep_compiled() is None
    assert jax.config.jax_compilation_cache_dir is None
    monkeypatch.setenv("SKINTWIN_CACHE", str(tmp_path))
    jax.config.update("jax_compilation_cache_dir", str(tmp_path / "mine"))
    assert keep_compiled() is None
    assert jax.config.jax_compilation_cache_dir == str(tmp_path / "mine")


@pytest.mark.usefixtures("unset")
def test_a_folder_that_cannot_be_made_is_no_reason_to_stop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SKINTWIN_CACHE", str(tmp_path / "file"))
    assert keep_compiled() is None


def test_options_of_a_step_are_those_that_the_compiler_knows() -> None:
    assert not known({"xla_cpu_no_such_option": True})
    assert known({})
    assert known(options())
    if jax.default_backend() != "cpu":
        assert options() == {}

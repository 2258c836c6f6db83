"""The compiled year is the same program in every process: else nothing is found in the cache, and sums change order."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
PROGRAM = """
import hashlib, jax
from rig import arguments, march_of
text = jax.jit(march_of(16)).lower(*jax.device_put(arguments(16, 1))).as_text()
print(hashlib.sha256(text.encode()).hexdigest())
"""


def lowered(seed: int) -> str:
    env = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(BENCHMARKS)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_program_does_not_depend_on_the_order_of_sets() -> None:
    assert lowered(1) == lowered(2)

"""Compilation of a year's step of a 256² patch: in a process with an empty cache, and in the next one.

    python benchmarks/compile_time.py          # prints one line: seconds traced, seconds compiled
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

SIZE = 256


def measure() -> dict[str, dict[str, float]]:
    """``cold`` and ``cached`` → seconds to ``trace`` and to ``compile``, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "JAX_COMPILATION_CACHE_DIR": folder, "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
        got = {}
        for name in ("cold", "cached"):
            done = subprocess.run([sys.executable, __file__], env=env, capture_output=True, text=True, check=True)
            trace, compiled = map(float, done.stdout.split())
            got[name] = {"trace": trace, "compile": compiled}
    return got


def main() -> None:
    import jax
    from rig import arguments, march_of

    from skintwin.engine.compiled import options

    given = jax.device_put(arguments(SIZE, 1))
    start = time.perf_counter()
    lowered = jax.jit(march_of(SIZE), compiler_options=options()).lower(*given)
    traced = time.perf_counter()
    lowered.compile()
    print(traced - start, time.perf_counter() - traced)


if __name__ == "__main__":
    main()

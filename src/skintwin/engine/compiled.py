"""How steps are compiled, and compiled steps kept on disk, so that the next process of this machine does not compile
them again.

A compiled step depends on mechanisms, grid and batch, not on a patient: what is kept holds no data of a person. It
holds machine code of this processor, so a folder that several machines share has one part for each kind of processor.
"""

from __future__ import annotations

import hashlib
import os
import platform
from functools import cache
from pathlib import Path
from typing import Any

import jax

_CPU = {
    # Matrix products by XLA itself, which use all cores for one patch too; the library that it prefers runs half of
    # them on one core.
    "xla_cpu_experimental_ynn_fusion_type": "",
    # Vectors as wide as the processor has them, where it has them.
    "xla_cpu_prefer_vector_width": 512,
    # Which values of a loop are alive together, told exactly: a step ends with 4 copies of whole fields, not with 44.
    "xla_cpu_copy_insertion_use_region_analysis": True,
}
"""Options that make a step faster on a processor (docs/performance.md). They are experimental in XLA."""

FOLDER = "SKINTWIN_CACHE"
"""Environment variable: where to keep compiled steps; ``off`` keeps none."""
WORTH_KEEPING = 0.5
"""Seconds of compilation from which a step is kept."""


@cache
def options() -> dict[str, Any]:
    """Compiler options of a step, for ``jax.jit``: those that XLA knows here, none for an accelerator. Without them a
    step is slower, and the same to rounding."""
    if jax.default_backend() != "cpu":
        return {}
    return {name: value for name, value in _CPU.items() if known({name: value})}


def known(chosen: dict[str, Any]) -> bool:
    """Whether XLA compiles with these options."""
    try:
        jax.jit(lambda x: x + 1.0, compiler_options=chosen).lower(0.0).compile()
    except RuntimeError:  # that is what JAX makes of an option that does not exist
        return False
    return True


def keep_compiled() -> Path | None:
    """Turn the cache on and return its folder; None when it is off, set by ``JAX_COMPILATION_CACHE_DIR``, or cannot be
    written."""
    settings: Any = jax.config
    wanted = os.environ.get(FOLDER, "")
    if wanted.lower() == "off" or settings.jax_compilation_cache_dir:
        return None
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = (Path(wanted) if wanted else home / "skintwin") / f"compiled-{jax.__version__}-{_processor()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    if not os.access(folder, os.W_OK):
        return None
    settings.update("jax_compilation_cache_dir", str(folder))
    settings.update("jax_persistent_cache_min_compile_time_secs", WORTH_KEEPING)
    return folder


def _processor() -> str:
    """Short name of this kind of processor: model and instruction sets."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    told = sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))})
    return hashlib.sha256("\n".join(told or [platform.machine(), platform.processor()]).encode()).hexdigest()[:8]

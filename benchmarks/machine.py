"""What the machine is, without saying whose it is."""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("skintwin", "jax", "jaxlib", "numpy", "numba", "py-pde", "libroadrunner")


def describe() -> dict[str, str]:
    """Processor, cores, memory, caches, versions, date and load, as label → text."""
    return {
        "processor": _cpu_model(),
        "cores used": str(len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else str(os.cpu_count()),
        "memory": f"{_memory_gib():.0f} GiB",
        "caches": _caches(),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "versions": ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
        "date": date.today().isoformat(),
    }


def load() -> float:
    """Runnable programs, mean over the last minute: above the number of cores, timings are disturbed."""
    return os.getloadavg()[0]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _caches() -> str:
    folder = Path("/sys/devices/system/cpu/cpu0/cache")
    found = []
    for index in sorted(folder.glob("index*")):
        kind = (index / "type").read_text().strip()
        if kind != "Instruction":
            found.append(f"L{(index / 'level').read_text().strip()} {(index / 'size').read_text().strip()}")
    return ", ".join(found) or "not known"

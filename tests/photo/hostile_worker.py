"""Reads the photographs named on standard input, one a line, and says of each what became of it (JSON lines)."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from skintwin.errors import SkintwinError
from skintwin.photo.intake import read_photograph


def _peak_gib() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 2**20


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (8 * 2**30, 8 * 2**30))  # a guard for the machine, not the test
    for line in sys.stdin:
        path = line.rstrip("\n")
        print(json.dumps({"start": path}), flush=True)
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak of the file before
        began = time.process_time()
        try:
            photograph = read_photograph(path)
        except SkintwinError as error:
            verdict = {"error": str(error), "named": bool(error.what and error.where and (error.expected or error.do))}
        else:
            strip = photograph.linear_srgb[:: max(1, photograph.shape[0] // 64)]
            verdict = {"size": photograph.shape, "named": bool(np.isfinite(strip).all())}
            del photograph, strip
        peak = _peak_gib()
        print(json.dumps({**verdict, "seconds": time.process_time() - began, "gib": peak}), flush=True)


if __name__ == "__main__":
    main()

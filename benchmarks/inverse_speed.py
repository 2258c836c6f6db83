"""Pixels a second of the inverse: melanin, blood, their standard deviations and the flag, on one thread and on all.

python benchmarks/inverse_speed.py
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from clock import interleaved

from skintwin.optics.colour import srgb_encode
from skintwin.optics.posterior.channels import ChannelSet
from skintwin.optics.posterior.population import Priors, draw_people, record
from skintwin.optics.posterior.table import PosteriorTable

PIXELS = 1 << 22


def main() -> None:
    channels, table = ChannelSet.srgb(), PosteriorTable.packaged()
    people = draw_people(1 << 16, 1)
    seen = record(people.raw(channels), channels, Priors.from_ledger().shading, np.random.default_rng(1))
    linear = np.ascontiguousarray(np.resize(seen.astype(np.float32), (PIXELS, 3)))
    codes = np.round(255 * srgb_encode(np.clip(linear, 0, 1))).astype(np.uint8)
    out, inside = np.empty((PIXELS, 4), np.float32), np.empty(PIXELS, np.bool_)
    threads = os.cpu_count() or 1
    parts = [slice(k * PIXELS // threads, (k + 1) * PIXELS // threads) for k in range(threads)]

    def all_threads() -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda part: table.fill(codes[part], out[part], inside[part]), parts))

    jobs = {
        "float32, one thread": lambda: table.fill(linear, out, inside),
        "8-bit, one thread": lambda: table.fill(codes, out, inside),
        f"8-bit, {threads} threads": all_threads,
    }
    for name, timing in interleaved(jobs, 9).items():
        wall, own = PIXELS / timing.best / 1e6, PIXELS / min(timing.cpu) / 1e6
        print(f"{name:24s} {wall:6.1f} Mpx/s of wall time, {own:6.1f} of processor time")


if __name__ == "__main__":
    main()

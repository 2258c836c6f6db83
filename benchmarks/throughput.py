"""Patch-years per second of the full mechanism set, and which limit of the machine it meets."""

from __future__ import annotations

from collections.abc import Mapping

from clock import Timing, interleaved
from rig import Rig, make_rig

from skintwin.study.ensemble import BATCH


def plan(quick: bool) -> list[tuple[int, int]]:
    """(size, batch) pairs to be measured."""
    if quick:
        return [(64, BATCH), (128, BATCH)]
    batches = {64: (BATCH, 32), 128: (1, BATCH, 16), 256: (1, BATCH), 512: (1,), 1024: (1,)}
    return [(size, batch) for size, tried in batches.items() for batch in tried]


def measure(quick: bool, bandwidth: float, spreading: Mapping[int, float]) -> list[dict[str, float]]:
    """One row per (size, batch); batches of one size take turns. bandwidth in GB/s; spreading: size → ns per
    pixel-step that the spreading of the signals takes alone."""
    rows = []
    sizes = sorted({size for size, _ in plan(quick)})
    for size in sizes:
        rigs = {str(b): make_rig(size, b) for s, b in plan(quick) if s == size}
        timings = interleaved({name: rig.run for name, rig in rigs.items()}, 2 if size > 256 else 4)
        rows += [_row(rigs[name], timing, bandwidth, spreading[size]) for name, timing in timings.items()]
    return rows


def _row(rig: Rig, timing: Timing, bandwidth: float, spreading: float) -> dict[str, float]:
    ns = timing.best / rig.pixel_steps() * 1e9
    return {
        "size": rig.size,
        "batch": rig.batch,
        "years": rig.patch_years(timing.best),
        "years_median": rig.patch_years(timing.median),
        "year_seconds": 1.0 / rig.patch_years(timing.best),
        "ns": ns,
        "compile": rig.compile_seconds,
        "traffic": rig.traffic,
        "memory_share": rig.traffic / ns / bandwidth,
        "memory_floor": rig.traffic / bandwidth,
        "spreading": spreading,
    }


def flatness(rows: list[dict[str, float]]) -> dict[str, float]:
    """Cost per pixel-step of one patch of each size from 128² on: the dearest over the cheapest, and over 128²."""
    alone = {int(r["size"]): r["ns"] for r in rows if r["batch"] == 1}
    return {
        "ratio": max(alone.values()) / min(alone.values()), "largest": max(alone),
        "growth": alone[max(alone)] / alone[min(alone)],
    }

"""Measure, print, and rewrite docs/performance.md.

    python benchmarks/run.py            # all, up to six minutes
    python benchmarks/run.py --quick    # under a minute; prints, leaves the page alone
    python benchmarks/run.py --only front     # one part; prints, leaves the page alone
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import bioskin_race
import compile_time
import first_picture
import front_race
import iadpython_race
import jinja2
import limits
import machine
import parts
import rig
import throughput
import wellmixed_race

from skintwin.engine.diffusion import PRODUCTS_TO

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "performance.md"
BAR_SIZE = 256
"""Pixels a side of the patch whose year has a target."""
NAMES = ("throughput", "compile", "parts", "front", "wellmixed", "optics", "picture")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=NAMES)
    given = parser.parse_args()
    text = render(measure(given.quick, (given.only,) if given.only else NAMES))
    print(text)
    if not given.quick and given.only is None:
        PAGE.write_text(text, encoding="utf-8")


def measure(quick: bool, names: tuple[str, ...]) -> dict[str, Any]:
    """Everything the page needs."""
    start = time.perf_counter()
    facts: dict[str, Any] = {
        "quick": quick, "machine": machine.describe(), "load_before": machine.load(), "interval": rig.INTERVAL,
        "cores": int(machine.describe()["cores used"]), "batch": throughput.BATCH, "parts_size": 128,
        "products": PRODUCTS_TO,
    }  # fmt: skip
    repeats = 3 if quick else 6
    if "throughput" in names:
        bandwidth = limits.triad_bandwidth(10)
        sizes = sorted({size for size, _ in throughput.plan(quick)})
        spreading = {size: limits.spreading_cost(size, 2 * repeats) for size in sizes}
        rows = _marked(throughput.measure(quick, bandwidth, spreading))
        facts |= {"bandwidth": bandwidth, "throughput": rows, "last": rows[-1]}
        if not quick:
            year = min(r["year_seconds"] for r in rows if r["size"] == BAR_SIZE)
            facts |= {"year": year, "flat": throughput.flatness(rows)}
    if "compile" in names:
        facts["compile"] = compile_time.measure()
    if "parts" in names and not quick:
        whole = rig.make_rig(128, throughput.BATCH)
        facts |= {"parts": parts.shares(whole, repeats), "trials": parts.trials(whole, repeats)}
    if "front" in names:
        facts["front"] = front_race.race(quick)
    if "wellmixed" in names and not quick:
        facts["wellmixed"] = wellmixed_race.race()
    if "optics" in names and not quick:
        facts |= {"bioskin": bioskin_race.race(), "layered": iadpython_race.race()}
    if "picture" in names and not quick:
        facts |= {"picture": first_picture.measure(), "picture_tried": True}
    return facts | {"load": machine.load(), "seconds": time.perf_counter() - start}


def _marked(rows: list[dict[str, float]]) -> list[dict[str, float]]:
    best = {size: max(r["years"] for r in rows if r["size"] == size) for size in {r["size"] for r in rows}}
    return [{**row, "best": row["years"] == best[row["size"]]} for row in rows]


def render(facts: dict[str, Any]) -> str:
    """The page."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), keep_trailing_newline=True)
    return environment.get_template("performance.md.j2").render(facts)


if __name__ == "__main__":
    main()

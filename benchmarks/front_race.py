"""skintwin and py-pde on the same front at equal error."""

from __future__ import annotations

from typing import Any

from clock import interleaved
from front_model import Front, error, front_shift, reference
from front_solvers import Solver, pypde_solver, skintwin_solver

LEVEL = 0.01
"""Error allowed: root mean square of A over its capacity."""
STEPS = (0.5, 0.25, 0.125, 0.0625, 0.03125)
"""skintwin's steps tried (days), longest first: the first within the level is taken."""
BATCH = 8
TARGET = 100.0
ADAPTIVE = ("py-pde, Euler, adaptive", "euler", 1e-2)
"""Name, stepper and tolerance. Faster here than Euler at its longest stable step; one only, for it compiles long."""


def race(quick: bool) -> dict[str, Any]:
    """Rows of the table, the front, and the ratio. ``quick`` leaves py-pde out: it compiles for half a minute."""
    front = Front()
    capacity = front.numbers()["K"]
    truth = reference(front)[0]
    step = next(dt for dt in STEPS if error(skintwin_solver(front, dt).march(), truth, capacity) <= LEVEL)
    solvers: dict[str, Solver] = {
        f"skintwin, step {step:g} day": skintwin_solver(front, step),
        f"skintwin, step {step:g} day, {BATCH} patches": skintwin_solver(front, step, BATCH),
    }
    for name, kind, tolerance in () if quick else (ADAPTIVE,):
        solvers[name] = pypde_solver(front, kind, 0.9 * front.explicit_limit(), tolerance)
    timed = interleaved({name: solver.march for name, solver in solvers.items()}, 5)
    rows = []
    for name, solver in solvers.items():
        found = solver.march()
        patches = 1 if found.ndim == 2 else len(found)
        one = found if found.ndim == 2 else found[0]
        rows.append(
            {
                "name": name,
                "dtype": "float64" if name.startswith("py-pde") else "float32",
                "steps": solver.steps() / front.days,
                "error": error(one, truth, capacity),
                "shift": front_shift(one, truth, capacity, front.pixel),
                "ms": 1e3 * timed[name].best / front.days / patches,
                "ms_median": 1e3 * timed[name].median / front.days / patches,
                "compile": solver.compile_seconds,
            }
        )
    others = [row for row in rows if row["name"].startswith("py-pde") and row["error"] <= LEVEL]
    return {
        "rows": rows,
        "level": LEVEL,
        "target": TARGET,
        "size": front.size,
        "pixel": front.pixel,
        "days": front.days,
        "limit": front.explicit_limit(),
        "clearance": front.numbers()["lam"],
        "diffusive": 8 * front.numbers()["DI"] / front.pixel**2,
        "cleared": front_shift(truth, 0 * truth + capacity, capacity, front.pixel),
        "unknowns": 3 * front.size**2,
        "ratio": min((row["ms"] for row in others), default=0.0) / rows[0]["ms"],
        "ratio_batch": min((row["ms"] for row in others), default=0.0) / rows[1]["ms"],
    }

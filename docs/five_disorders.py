"""One product of cells on five disorders: ``python docs/five_disorders.py``.

Rewrites the table of docs/five-disorders.md and docs/pictures/five_disorders.png.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image
from scipy.stats import spearmanr

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from tests.behaviours.five import CASES, DIFFERENCE, WEEK, Outcome, compare  # noqa: E402

from skintwin.disorders import disorders  # noqa: E402

DRAWS, LAST = 64, 26
TAN, BROWN, RED = "#cdbfae", "#5b3a1e", "#a33b2f"


def shares_text(outcome: Outcome) -> str:
    """Better, no different, worse in percent."""
    return " / ".join(f"{100 * share:.0f}" for share in outcome.shares)


def row(name: str) -> str:
    """Line of the table."""
    early, late = (compare(name, DRAWS, week, LAST) for week in (WEEK, LAST))
    low, middle, high = 100 * np.quantile(early.nearer, (0.05, 0.5, 0.95))
    arms = (spearmanr(arm, early.darker).statistic for arm in (early.trophic, early.antimelanogenic))
    text = " | ".join(f"{r:+.2f}" for r in arms)
    return (
        f"| {disorders()[name].title} | {shares_text(early)} | {middle:.0f} ({low:.0f} to {high:.0f}) "
        f"| {shares_text(late)} | {text} |"
    )


def picture() -> None:
    """Every draw as a dot, by disorder: how much nearer to its surroundings than under saline."""
    figure, axis = plt.subplots(figsize=(8.4, 3.6))
    generator = np.random.default_rng(1)
    for k, name in enumerate(CASES):
        nearer = 100 * compare(name, DRAWS, WEEK, LAST).nearer
        colour = np.where(nearer > 100 * DIFFERENCE, BROWN, np.where(nearer < -100 * DIFFERENCE, RED, TAN))
        axis.scatter(nearer, k + generator.uniform(-0.28, 0.28, len(nearer)), s=12, c=colour)
    axis.axvspan(-100 * DIFFERENCE, 100 * DIFFERENCE, color="#f1ece5", zorder=0)
    axis.axvline(0, color="black", linewidth=0.6)
    axis.set_yticks(range(len(CASES)), [disorders()[name].title for name in CASES], fontsize=8)
    axis.invert_yaxis()
    axis.set_xlabel("nearer to the skin around it than under saline, percent of what was wrong on day 0", fontsize=8)
    axis.tick_params(labelsize=8)
    figure.tight_layout()
    path = HERE / "pictures" / "five_disorders.png"
    figure.savefig(path, dpi=100)
    plt.close(figure)
    Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)


def main() -> None:
    """Table and picture."""
    lines = [
        f"| disorder | week {WEEK}: better / no different / worse, % of draws "
        f"| week {WEEK}: nearer, % of what was wrong, "
        f"median (90 % of draws) | week {LAST}: better / no different / worse | darker with trophic arm | darker with "
        "antimelanogenic arm |",
        "|---|---|---|---|---|---|",
    ]
    for name in CASES:
        lines.append(row(name))
        print(lines[-1], flush=True)
    page = HERE / "five-disorders.md"
    head, _, rest = page.read_text(encoding="utf-8").partition("<!-- table -->")
    _, _, tail = rest.partition("<!-- end -->")
    page.write_text(head + "<!-- table -->\n" + "\n".join(lines) + "\n<!-- end -->" + tail, encoding="utf-8")
    picture()


if __name__ == "__main__":
    main()

"""Figures as SVG inside the page: text stays text, so that the browser picks a font that has its letters."""

from __future__ import annotations

import io
import re
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from skintwin.report.run_folder import RunFolder

if TYPE_CHECKING:
    import pandas as pd

BLUE, REFERENCE = "#1f5f8b", "#555555"
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none", "svg.hashsalt": "skintwin", "font.size": 9, "axes.spines.top": False,
    "axes.spines.right": False, "axes.edgecolor": "#666666", "axes.linewidth": 0.7, "font.family": "sans-serif",
    "xtick.color": "#333333", "ytick.color": "#333333",
}  # fmt: skip
_METADATA = {"Creator": None, "Date": None, "Format": None, "Type": None}
PANEL = (2.7, 1.95)
"""Inches; only the shape matters on a screen."""


DAY, VALUE = "#day#", "#value#"
"""Stand for the axis labels, which :func:`labelled` puts in: a figure is drawn once for all languages."""


def curve_panels(run: RunFolder, endpoint: str) -> list[str]:
    """One panel per arm: median, 50 and 90 % bands over days; the first arm's median dashed in the others.

    All panels of an endpoint share the value axis. Returns SVG elements in the order of the arms, without labels.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    rows = run.summary[run.summary["endpoint"] == endpoint]
    bottom, top = _range(rows)
    arms = {arm: rows[rows["arm"] == arm].sort_values("day") for arm in run.arms}
    first = arms[run.arms[0]]
    panels = []
    with mpl.rc_context(_STYLE):
        for number, table in enumerate(arms.values()):
            figure, axes = _panel()
            _bands(axes, table)
            if number:
                axes.plot(first["day"], first["q50"], color=REFERENCE, lw=1.0, ls=(0, (3, 2)))
            axes.set_ylim(bottom, top)
            axes.set_xlim(0, max(run.last_day, 1))
            axes.set_xlabel(DAY)
            axes.set_ylabel(VALUE)
            panels.append(svg_element(figure, f"{endpoint}{number}"))
    return panels


def labelled(svg: str, day: str, value: str) -> str:
    """A panel with its axis labels in some language."""
    return svg.replace(DAY, escape(day)).replace(VALUE, escape(value))


def _panel() -> tuple[Any, Any]:
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=PANEL)
    axes = figure.add_axes((0.21, 0.22, 0.76, 0.73))
    axes.grid(axis="y", color="#dddddd", lw=0.6)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    return figure, axes


def _bands(axes: Any, table: pd.DataFrame) -> None:
    day = table["day"]
    axes.fill_between(day, table["q05"], table["q95"], color="#c9dcea", lw=0)
    axes.fill_between(day, table["q25"], table["q75"], color="#86b1d0", lw=0)
    axes.plot(day, table["q50"], color=BLUE, lw=1.8)


def _range(rows: pd.DataFrame) -> tuple[float, float]:
    low, high = float(rows["q05"].min()), float(rows["q95"].max())
    if low >= 0 and low < high / 2:
        low = 0.0
    room = 0.04 * (high - low) or 0.5
    return (low if low == 0 else low - room), high + room


def melanin_map(run: RunFolder) -> str:
    """Melanin column of day 0 (µm) with the lesion's outline, a colour bar and a scale bar in mm. SVG element."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.use("Agg")
    maps = run.maps
    melanin, lesion = maps["melanin_day0"].to_numpy(), maps["lesion"].to_numpy()
    pixel = float(run.info["patch"]["pixel_mm"])
    width, height = melanin.shape[1] * pixel, melanin.shape[0] * pixel
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(4.2, 3.4), layout="constrained")
        axes = figure.add_subplot()
        top = float(np.quantile(melanin, 0.99))
        shown = axes.imshow(
            melanin, extent=(0, width, height, 0), cmap="cividis_r", vmin=0, vmax=top, interpolation="nearest"
        )
        if lesion.max() > 0.5 and lesion.min() < 0.5:
            x, y = ((np.arange(n) + 0.5) * pixel for n in (melanin.shape[1], melanin.shape[0]))
            axes.contour(x, y, lesion, levels=[0.5], colors="white", linewidths=1.6)
            axes.contour(x, y, lesion, levels=[0.5], colors="black", linewidths=0.7)
        _scale_bar(axes, width, height)
        axes.set_axis_off()
        figure.colorbar(shown, ax=axes, shrink=0.85).set_label("µm")
        return svg_element(figure, "melanin")


def scale_bar_mm(width: float) -> float:
    """Length of a scale bar for a picture ``width`` mm wide: 1, 2 or 5 times a power of ten, about a quarter."""
    target = width / 4
    decade = 10.0 ** np.floor(np.log10(target))
    return float(max(step * decade for step in (1, 2, 5) if step * decade <= target * (1 + 1e-9)))


def _scale_bar(axes: Any, width: float, height: float) -> None:
    length = scale_bar_mm(width)
    x, y = 0.04 * width, 0.95 * height
    for colour, weight in (("white", 5.0), ("black", 2.5)):
        axes.plot([x, x + length], [y, y], color=colour, lw=weight, solid_capstyle="butt")
    axes.text(
        x + length / 2, y - 0.025 * height, f"{length:g} mm", ha="center", va="bottom", fontsize=9,
        bbox={"facecolor": "white", "alpha": 0.8, "lw": 0, "pad": 1.5},
    )  # fmt: skip


def svg_element(figure: Any, prefix: str) -> str:
    """A figure as an <svg> element that scales with the page; its ids carry ``prefix`` so that none occurs twice."""
    import warnings

    stream = io.StringIO()
    with warnings.catch_warnings():
        # Letters that the drawing font lacks are drawn by the browser.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        figure.savefig(stream, format="svg", metadata=_METADATA, transparent=True)
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{prefix}-{m[1]}"' if m[1] in used else "", text)
    text = re.sub(r'(href="#|url\(#)', rf"\g<1>{prefix}-", text)
    text = re.sub(r'(<svg[^>]*?) width="[^"]+"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]+"', r"\1", text, count=1)
    return re.sub(r"font: ([^;\"]*?)'[^;\"]*sans-serif", r"font: \1sans-serif", text)

"""Curves over visits as SVG: points, error bars of ±1.96 standard deviations, a line between neighbours.

Drawn without a plotting library, so that a report of three visits takes milliseconds. Visits stand at equal distances:
their dates are not kept. Text stays text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from skintwin.report.numbers import plain

COVERAGE = 1.96
"""Standard deviations on either side that hold 95 % of a normal distribution."""
WIDTH, HEIGHT = 300, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 10, 30
_BLUE, _GREY = "#1f5f8b", "#555555"
_FONTS = "Noto Sans, Noto Sans Thai, Arial, sans-serif"
_NOTHING = 1e-200
_LONGEST = 10  # letters of a visit's label below the axis


def chart_svg(
    labels: Sequence[str], values: Sequence[float | None], errors: Sequence[float | None], *, zero: bool = False
) -> str:
    """A curve. labels: of the visits. values, errors: in one unit, None where not known. zero: draw a line at 0.

    Needs at least one value. Labels longer than ten letters are replaced by the number of the visit.
    """
    bars = [(v, COVERAGE * (e or 0.0)) for v, e in zip(values, errors, strict=True) if v is not None]
    ends = [v + k * bar for v, bar in bars for k in (-1, 1)]
    ticks = nice_ticks(min([*ends, 0.0] if zero else ends), max([*ends, 0.0] if zero else ends))
    low, high = ticks[0], ticks[-1]
    across = (WIDTH - _LEFT - _RIGHT) / len(labels)
    xs = [_LEFT + across * (i + 0.5) for i in range(len(labels))]

    def y(value: float) -> float:
        return _TOP + (HEIGHT - _TOP - _BOTTOM) * (high - value) / (high - low)

    parts = [_frame(ticks, [y(t) for t in ticks]), _names(labels, xs)]
    if zero and low < 0 < high:
        parts.append(_line(_LEFT, y(0), WIDTH - _RIGHT, y(0), _GREY, 1, "4 3"))
    points = [(x, v, e) for x, v, e in zip(xs, values, errors, strict=True) if v is not None]
    path = " ".join(f"{x:.1f},{y(v):.1f}" for x, v, _ in points)
    parts.append(f'<polyline points="{path}" fill="none" stroke="{_BLUE}" stroke-width="1.4"/>')
    for x, v, e in points:
        if e:
            bottom, top = y(v - COVERAGE * e), y(v + COVERAGE * e)
            parts.append(_line(x, bottom, x, top, _BLUE, 1.6))
            parts += [_line(x - 4, at, x + 4, at, _BLUE, 1.6) for at in (bottom, top)]
        parts.append(f'<circle cx="{x:.1f}" cy="{y(v):.1f}" r="3.6" fill="{_BLUE}"/>')
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{_FONTS}" font-size="11"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>' + "".join(parts) + "</svg>"


def nice_ticks(low: float, high: float) -> list[float]:
    """Three to seven even marks at 1, 2 or 5 times a power of ten that hold ``low`` and ``high``."""
    if high - low < _NOTHING:  # one level, or numbers so small that their decades are none
        room = max(0.2 * abs(high), 1.0 if abs(high) < _NOTHING else 0.0)
        low, high = low - room / 2, high + room / 2
    decade = 10.0 ** math.floor(math.log10((high - low) / 4))
    for step in (decade * k for k in (1, 2, 5, 10, 20)):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first <= 6:
            return [step * k for k in range(first, last + 1)]
    raise AssertionError("a step of 20 decades of a quarter of the range leaves at most two parts")


def _frame(ticks: list[float], heights: list[float]) -> str:
    step = ticks[1] - ticks[0]
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    lines = []
    for tick, at in zip(ticks, heights, strict=True):
        lines.append(_line(_LEFT, at, WIDTH - _RIGHT, at, "#dddddd", 0.8))
        text = plain(tick, places) if places <= 6 and abs(tick) < 1e6 else f"{tick:.2g}"
        lines.append(f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end" fill="#333333">{text}</text>')
    return "".join(lines)


def _names(labels: Sequence[str], xs: list[float]) -> str:
    crowded = any(len(label) > _LONGEST for label in labels) or len(labels) > 5
    shown = [str(i + 1) for i in range(len(labels))] if crowded else labels
    return "".join(
        f'<text x="{x:.1f}" y="{HEIGHT - 10}" text-anchor="middle" fill="#333333">{escape(label)}</text>'
        for x, label in zip(xs, shown, strict=True)
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"{dashed}/>'

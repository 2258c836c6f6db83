"""The report: one self-contained page per language, made from the run folder alone."""

from __future__ import annotations

import os
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skintwin.errors import RunError

if TYPE_CHECKING:
    from jinja2 import Template

    from skintwin.report.run_folder import RunFolder

FILES = {"en": "report.html", "th": "report.th.html"}
CURVES = (
    "repigmentation", "closeness", "lightening", "melanocytes", "melanin", "dermal_melanin", "inflammation", "t_cells",
    "redness", "cells", "collagen", "elasticity", "hydration", "barrier", "ita", "delta_e",
)  # fmt: skip
"""Endpoints drawn over time, in this order, where the run has them."""


def write_report(folder: Path) -> None:
    """Write ``report.html`` (English) and ``report.th.html`` (Thai) into a run folder.

    Each page is one file with no outside resource. Both are written under temporary names first, so that an
    interrupted writer leaves no half page.

    Raises
    ------
    RunError: the folder is not a complete run (names the file), or the disk refuses.
    """
    from skintwin.report.run_folder import read_run

    folder = Path(folder)
    run = read_run(folder)
    pages = render(run)
    halves = {folder / name: folder / f"{name}.tmp" for name in FILES.values()}
    try:
        for language, name in FILES.items():
            halves[folder / name].write_text(pages[language], encoding="utf-8")
        for path, temporary in halves.items():
            os.replace(temporary, path)
    except OSError as error:
        for temporary in halves.values():
            temporary.unlink(missing_ok=True)
        raise RunError(
            f"the report cannot be written ({error.strerror})", where=str(folder), do="free space or allow writing"
        ) from None


def render(run: RunFolder) -> dict[str, str]:
    """Pages of a run, language → HTML."""
    from skintwin.report.words import LANGUAGES, words

    shared = _shared(run)
    pages = {}
    for language in LANGUAGES:
        speak = words(language)
        spoken = _spoken(run, language, shared["drawn"])
        pages[language] = _template().render(**shared, **spoken, w=speak, say=speak.say)
    return pages


def _shared(run: RunFolder) -> dict[str, Any]:
    """What does not depend on the language."""
    from skintwin.report import numbers
    from skintwin.report.figures import curve_panels, melanin_map
    from skintwin.report.gallery import make_gallery
    from skintwin.report.harms import assumed, harm_rows
    from skintwin.report.ranking import grade_name, rank_assumed
    from skintwin.report.results import EVENTS, SECONDARY, SKIN, interval, measure_rows, result_rows
    from skintwin.report.run_folder import ROLES
    from skintwin.report.verdict import arm_share, judge

    one_each, harms = run.draws.drop_duplicates("parameter"), harm_rows(run.harms, run.citations)
    return {
        "info": run.info, "study": run.info["study"], "patch": run.info["patch"], "gallery": make_gallery(run),
        "verdict": judge(run), "share_of": partial(arm_share, run),
        "measures": [("durability", measure_rows(run.durability)), ("burden", measure_rows(run.burden))],
        "rows": result_rows(run), "roles": ROLES, "events": EVENTS, "harms": harms, "harms_assumed": assumed(harms),
        "secondary": [name for name in SECONDARY if name in run.measured and name != run.main],
        "skin": [name for name in SKIN if name in run.measured],
        "rankings": {arm: rank_assumed(run, arm) for arm in run.arms}, "melanin_svg": _safe(melanin_map(run)),
        "drawn": {name: curve_panels(run, name) for name in CURVES if name in run.measured},
        "citations": run.citations, "interval_of": partial(interval, run), "numbers": numbers, "files": FILES,
        "grades": one_each["grade"].map(grade_name).value_counts().to_dict(),
        "day": f"{run.last_day:g}", "single": run.info["draws"]["n"] == 1,
    }  # fmt: skip


def _spoken(run: RunFolder, language: str, drawn: dict[str, list[str]]) -> dict[str, Any]:
    """What depends on the language: labels inside figures, name of the main endpoint."""
    from skintwin.report.figures import labelled
    from skintwin.report.words import words

    speak = words(language)
    units = {item["name"]: item["unit"] for item in run.info["endpoints"]}
    curves = {}
    for name in drawn:
        own = name in speak.table["axes"]
        label = speak.say(f"axes.{name}") if own else speak.unit(units[name])
        curves[name] = [_safe(labelled(svg, speak.say("axes.day"), label)) for svg in drawn[name]]
    return {
        "curves": curves, "main": run.main, "main_name": speak.say(f"endpoints.{run.main}.name"), "lang": language,
        "units": {name: speak.unit(unit) for name, unit in units.items()},
    }  # fmt: skip


def _safe(svg: str) -> Any:
    from markupsafe import Markup

    return Markup(svg)


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("skintwin.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    styles = resources.files("skintwin.report") / "templates"
    environment.filters["capitalize_first"] = _capital
    environment.filters["groupby_in_order"] = _grouped
    environment.globals["css"] = _safe((styles / "page.css").read_text(encoding="utf-8"))
    environment.globals["js"] = _safe((styles / "page.js").read_text(encoding="utf-8"))
    return environment.get_template("page.html")


def _grouped(rows: list[Any], name: str) -> list[tuple[Any, list[Any]]]:
    """Rows by the value of an attribute, values in the order in which they come first."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return list(found.items())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

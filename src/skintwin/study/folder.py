"""The run folder: self-describing, complete or absent.

    DIR/run.json             what was run: study, versions, seed, patch, arms, endpoints, which numbers were drawn
    DIR/study.yaml           the study as resolved, without paths
    DIR/fields.zarr          maps (xarray): day 0, three draws and the median of each arm at each visit
    DIR/endpoints.parquet    arm, draw, day, endpoint, value, unit
    DIR/summary.parquet      quantiles, difference to the first arm, share that rests on assumption
    DIR/durability.parquet   after the last thing was given: time to relapse, share of the gain kept
    DIR/burden.parquet       needle points, injured area, days of visible redness, load of inflammation on pigment
    DIR/harms.parquet        probability of each harm over the plan from published rates, with grade and sources;
                             post-inflammatory pigment as predicted
    DIR/draws.parquet        draw, parameter, value, unit, kind, grade
    DIR/citations.json       the sources behind the numbers that were used
    DIR/pictures/*.jpg       baseline and prediction of each arm and visit
    DIR/report.html, report.th.html

Everything is written under ``DIR.partial`` and renamed when it is complete.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

import skintwin
from skintwin.errors import RunError
from skintwin.evidence import ledger
from skintwin.skin.phototype import phototype_keys
from skintwin.study.burden import burden_table
from skintwin.study.config import Study
from skintwin.study.design import Design
from skintwin.study.durability import durability_table
from skintwin.study.endpoint_names import main_endpoint
from skintwin.study.ensemble import Ensemble
from skintwin.study.harms import harm_keys, harm_table
from skintwin.study.lines import Line
from skintwin.study.parts import KIND
from skintwin.study.patch import Patch
from skintwin.study.tables import draw_table, endpoint_table, measured, summary_table, write_fields

CONTENT = frozenset(
    {"run.json", "study.yaml", "fields.zarr", "endpoints.parquet", "summary.parquet", "draws.parquet",
     "durability.parquet", "burden.parquet", "harms.parquet", "citations.json", "pictures", "report.html",
     "report.th.html"}
)  # fmt: skip
"""Names that a run folder holds; a folder with anything else in it is never replaced."""

LIBRARIES = ("jax", "jaxlib", "numpy", "scipy", "xarray", "zarr", "pandas", "pyarrow", "pint", "pydantic", "pillow")


def prepare(out: Path, *, overwrite: bool) -> Path:
    """The partial folder of a run; what a killed run left in it is kept. RunError when it cannot be written."""
    out = out.resolve()
    if out.exists() and not _is_run(out):
        raise RunError(
            "exists and is not a run folder, so it is not replaced", where=str(out), do="choose another --out"
        )  # fmt: skip
    if out.exists() and not overwrite:
        raise RunError("exists already", where=str(out), do="choose another --out, or add --overwrite")
    partial = out.with_name(out.name + ".partial")
    try:
        partial.mkdir(parents=True, exist_ok=True)
        probe = partial / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise RunError(
            f"the output folder cannot be written ({error.strerror})", where=str(out), do="choose another --out"
        ) from None
    return partial


def _is_run(folder: Path) -> bool:
    """Whether a folder is a finished run and holds nothing else (an empty folder may be replaced too)."""
    if not folder.is_dir():
        return False
    names = {path.name for path in folder.iterdir()}
    return not names or ("run.json" in names and names <= CONTENT)


def discard_if_empty(partial: Path) -> None:
    """Remove a partial folder in which nothing was done; one with finished parts stays."""
    if partial.is_dir() and not any(partial.iterdir()):
        partial.rmdir()


def fingerprint(study: Study, partial: Path) -> None:
    """Throw away parts of another study: only the same study, code, ledger and picture may be resumed."""
    content = f"{study.model_dump_json()} {skintwin.__version__} {KIND} "
    content += json.dumps({key: asdict(p) for key, p in sorted(ledger().parameters.items())}, default=str)
    if study.lesion.photograph is not None:
        content += hashlib.sha256(study.lesion.photograph.read_bytes()).hexdigest()
    mark = hashlib.sha256(content.encode()).hexdigest()
    marker = partial / "fingerprint"
    if not marker.exists() or marker.read_text() != mark:
        for child in partial.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
        marker.write_text(mark)


def write_results(partial: Path, study: Study, patch: Patch, design: Design, ensemble: Ensemble) -> None:
    """Tables, maps and descriptions into the partial folder."""
    try:
        write_fields(ensemble, patch, partial / "fields.zarr")
        endpoint_table(ensemble).to_parquet(partial / "endpoints.parquet", index=False)
        summary_table(ensemble, design).to_parquet(partial / "summary.parquet", index=False)
        main = main_endpoint(patch.kind)
        durability_table(ensemble, design, main).to_parquet(partial / "durability.parquet", index=False)
        gain = design.draws[phototype_keys(study.patient.phototype)["inflammation_pigment_gain"]]
        burden_table(ensemble, design, gain).to_parquet(partial / "burden.parquet", index=False)
        harm_table(ensemble, study, patch, design).to_parquet(partial / "harms.parquet", index=False)
        draw_table(design).to_parquet(partial / "draws.parquet", index=False)
        description = describe(study, patch, design, ensemble)
        (partial / "run.json").write_text(json.dumps(description, indent=1, ensure_ascii=False))
        (partial / "study.yaml").write_text(yaml.safe_dump(description["study"], sort_keys=False, allow_unicode=True))
        cited = ledger().sources_of([*design.assumed, *design.sourced, *harm_keys(study)])
        (partial / "citations.json").write_text(json.dumps([asdict(s) for s in cited], indent=1, ensure_ascii=False))
    except OSError as error:
        raise RunError(
            f"results cannot be written ({error.strerror})", where=partial.name, do="free space and start again"
        ) from None


def publish(partial: Path, out: Path) -> None:
    """Make the partial folder the run folder, in one rename; parts and marks are left out."""
    shutil.rmtree(partial / "parts", ignore_errors=True)
    (partial / "fingerprint").unlink(missing_ok=True)
    old = out.with_name(out.name + ".old")
    if out.exists():
        os.replace(out, old)
    os.replace(partial, out)
    shutil.rmtree(old, ignore_errors=True)


def describe(study: Study, patch: Patch, design: Design, ensemble: Ensemble) -> dict[str, Any]:
    """What run.json holds."""
    shown = study.model_dump(mode="json", exclude_none=True)
    for key in ("photograph", "outline"):
        if key in shown["lesion"]:
            shown["lesion"][key] = Path(shown["lesion"][key]).name
    for arm, given in zip(shown["arms"], study.arms, strict=True):
        arm["plan"] = [
            {**line.model_dump(mode="json", exclude_none=True, exclude={"treatment", *_unsaid(line)}),
             **line.treatment.model_dump(mode="json", exclude_none=True)}
            for line in given.plan
        ]
    return {
        "skintwin": skintwin.__version__,
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "units_of_study": "mm, day, mL, cells/mL, J/m^2, hour, year, degree",
        "study": shown,
        "seed": study.seed,
        "patch": {
            "pixel_mm": patch.grid.pixel, "ny": patch.grid.ny, "nx": patch.grid.nx, "kind": patch.kind,
            "scale": patch.scale_origin, "area_known": patch.area_known,
            "lesion_mm2": float(patch.target.sum()) * patch.grid.pixel_area if patch.area_known else None,
            "reference_melanin_um": patch.reference_melanin, "reference_blood": patch.reference_blood,
            "residual_de00": patch.residual_de00, "out_of_gamut": patch.out_of_gamut, "notes": list(patch.notes),
        },
        "arms": [
            {"name": arm.name, "plan": [_described(line) for line in arm.plan]} for arm in study.arms
        ],
        "endpoints": [
            {"name": info.name, "unit": info.unit, "meaning": info.meaning} for info in measured(ensemble)
        ],
        "main_endpoint": main_endpoint(patch.kind),
        "visit_days": ensemble.visit_days.tolist(),
        "draws": {
            "n": design.n, "pairs": design.pairs, "assumed": list(design.assumed), "sourced": list(design.sourced),
        },
    }  # fmt: skip


def _unsaid(line: Line) -> set[str]:
    """The place of a line that has none: a study that gave it would be refused."""
    return {"where"} if line.treatment.everywhere and line.where != "patch" else set()


def _described(line: Line) -> dict[str, Any]:
    """A line for people: what, how, where, under which rules."""
    treatment = line.treatment
    rules = [{"when": when, "rule": rule} for when, rule in line.conditions]
    return {"title": treatment.title, "text": treatment.describe(), "where": line.where, "rules": rules}

"""The exported model, run by another program, does what ours does."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import libsbml
import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from skintwin.cli import app
from skintwin.engine.march import March
from skintwin.engine.reference import Reference
from skintwin.errors import ConfigError
from skintwin.export.equations import COLUMN, identifiers, needs_instant
from skintwin.export.sbml import to_sbml
from skintwin.export.well_mixed import WellMixed, well_mixed
from skintwin.mechanisms import amounts, mechanisms
from skintwin.skin.fields import MELANIN_STAGES
from tests.study.small import small_content, small_study

AGREEMENT = 1e-4
"""Asked for, relative to the largest value of each field."""
EVERY = 7.0
CASES = {
    "healthy skin in the sun for a year": {
        "lesion": {"disorder": "healthy", "synthetic": {"diameter": "5 mm", "patch": "9 mm", "melanin": 1.0}},
        "duration": "52 weeks", "arms": [{"name": "none"}], "start": "2026-03-15",
    },
    "vitiligo under narrow-band light": {
        "duration": "20 weeks", "arms": [{"name": "light", "plan": [{"give": "nb_uvb", "until": "16 weeks"}]}],
    },
    "cells injected, with a cream": {
        "duration": "8 weeks",
        "arms": [{"name": "cells", "plan": [
            {"give": "uc_msc_injection", "sessions": 2, "every": "2 weeks", "start": "3 days", "spacing": "3 mm"},
            {"give": "tacrolimus", "until": "6 weeks"},
        ]}],
    },
}  # fmt: skip


@cache
def reduced(case: str) -> tuple[WellMixed, str]:
    """Well-mixed model and its SBML."""
    study = small_study(pixels=12, **CASES[case])
    model = well_mixed(study, study.arms[0].name)
    return model, to_sbml(model)


def engine_course(model: WellMixed, every: int) -> list[dict[str, np.ndarray]]:
    march = March(model.system, lambda view: {}, every)
    seen = [dict(model.batch.fields)]
    for start in range(0, model.batch.steps, every):
        seen.append(march.advance(model.batch, seen[-1], start)[0])
    return seen


GATE = "cells injected, with a cream"
"""The case that guards main; `make validate` runs all."""


@pytest.mark.parametrize("case", [pytest.param(c, marks=[] if c == GATE else [pytest.mark.slow]) for c in CASES])
def test_another_program_gets_the_same_course(case, roadrunner):
    """libroadrunner on the file against the reference integrator, every week: 1e-4 of each field's largest value."""
    model, text = reduced(case)
    runner = roadrunner.RoadRunner(text)
    runner.integrator.relative_tolerance, runner.integrator.absolute_tolerance = 1e-9, 1e-11
    ids, names = identifiers(), list(model.batch.fields)
    runner.timeCourseSelections = ["time", *(ids[name] for name in names), COLUMN]
    every, weeks = round(EVERY / model.system.dt), model.batch.steps * model.system.dt / EVERY
    found = np.asarray(runner.simulate(0, EVERY * weeks, round(weeks) + 1))
    reference = Reference(model.system, amounts(), tolerance=1e-7, smooth=model.smooth)
    truth = _table(reference.run(model.batch, every), names)
    ours = _table(engine_course(model, every), names)
    largest = np.maximum(np.abs(truth).max(axis=0), 1e-9)
    gap, own = (np.abs(x - truth).max(axis=0) / largest for x in (found[:, 1:], ours))
    columns = [*names, COLUMN]
    print(case, "libroadrunner", f"{gap.max():.1e} ({columns[gap.argmax()]});", "the engine's half-day step:",
          {n: f"{own[columns.index(n)]:.1e}" for n in (COLUMN, "melanocytes", "uv_damage")})  # fmt: skip
    assert gap.max() < AGREEMENT, dict(zip(columns, gap, strict=True))
    assert (np.ptp(truth, axis=0) > 0.1 * largest).sum() > 5, "a course in which something happens"


def _table(seen: list[dict[str, np.ndarray]], names: list[str]) -> np.ndarray:
    """(times, fields and the melanin column)."""
    rows = [[np.asarray(fields[name]).item() for name in names] for fields in seen]
    return np.array([[*row, sum(row[names.index(stage)] for stage in MELANIN_STAGES)] for row in rows])


def test_file_is_valid_and_names_everything():
    """No errors of consistency; every field, output, parameter, map and input is there, with its unit and grade."""
    model, text = reduced("cells injected, with a cream")
    document = libsbml.readSBMLFromString(text)
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, False)
    document.checkConsistency()
    log = document.getErrorLog()
    assert log.getNumFailsWithSeverity(libsbml.LIBSBML_SEV_ERROR) == 0, log.toString()
    found = document.getModel()
    ids = identifiers()
    for name in (*model.batch.fields, *model.batch.maps, *model.batch.inputs):
        assert found.getParameter(ids[name]) is not None, name
    for name in model.batch.fields:
        assert found.getRateRuleByVariable(ids[name]) is not None, name
    for process in mechanisms():
        for output in process.outputs:
            assert found.getAssignmentRuleByVariable(ids[output]) is not None, output
        for short in process.parameters:
            assert "grade" in found.getParameter(ids[process.name, short]).getNotesString(), short
    assert "mm^2/day; " in found.getParameter("melanocytes__motility").getNotesString()
    assert found.getNumEvents() > 4


def test_a_laser_is_written_as_a_rate_of_the_moment():
    """Where it covers part of a pixel its formula knows the step; then, and only then, the limit for short steps is
    written."""
    plan = [{"give": "pigment_laser", "sessions": 1, "start": "7 days"}]
    spot = {"disorder": "solar_lentigo", "synthetic": {"diameter": "5 mm", "patch": "9 mm", "melanin": 2.0}}
    study = small_study(pixels=12, duration="4 weeks", lesion=spot, arms=[{"name": "laser", "plan": plan}])
    whole = well_mixed(study, "laser")
    half = replace(whole.batch, maps={**whole.batch.maps, "laser_zone": whole.batch.maps["laser_zone"] / 2})
    assert needs_instant(replace(whole, batch=half))
    assert not needs_instant(whole)
    assert not needs_instant(reduced("cells injected, with a cream")[0])


def test_what_cannot_be_exported_is_said():
    with pytest.raises(ConfigError, match="no arm 'x'; expected one of none"):
        well_mixed(small_study(pixels=12), "x")
    prescribed = small_study(
        mechanisms={"clone": "prescribed"}, prescribed={"clone": [["0 days", 0.0], ["9 days", 1.0]]}
    )
    with pytest.raises(ConfigError, match="clone is prescribed, which the export cannot write"):
        well_mixed(prescribed, "none")


def test_command_writes_a_file_and_keeps_what_is_there(tmp_path):
    study, out = tmp_path / "study.yaml", tmp_path / "model.xml"
    study.write_text(yaml.safe_dump(small_content(pixels=12, duration="2 weeks", arms=[{"name": "none"}])))
    command = ["export", "sbml", str(study), "--arm", "none", "--out", str(out)]
    first = CliRunner().invoke(app, command)
    assert first.exit_code == 0, first.output
    assert libsbml.readSBML(str(out)).getModel().getNumRules() > 40
    assert "is there already" in str(CliRunner().invoke(app, command).exception)

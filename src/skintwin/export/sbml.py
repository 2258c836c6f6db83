"""A well-mixed model as SBML Level 3 (Hucka 2019), for any program that reads it.

Fields are parameters with rate rules, outputs are parameters with assignment rules, numbers of the ledger and maps are
constants, the sun is an assignment rule of time, and what a plan gives is set by events at the edges of its steps. The
equations are those of ``equations``: nothing is written by hand, and a new mechanism appears by itself.

Needs the extra ``sbml`` (python-libsbml).
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import numpy as np

from skintwin.errors import ConfigError, RunError
from skintwin.evidence import ledger
from skintwin.export.equations import COLUMN, Equations, equations
from skintwin.export.formulas import Formulas
from skintwin.export.season import Season
from skintwin.export.well_mixed import WellMixed
from skintwin.mechanisms import mechanisms, quantities
from skintwin.skin.sun import DAYS_PER_YEAR

XHTML = "http://www.w3.org/1999/xhtml"
SUN = "sun"


def to_sbml(model: WellMixed) -> str:
    """The model as the text of an SBML file, checked by libSBML. RunError with the first fault found."""
    libsbml = _library()
    document = libsbml.SBMLDocument(3, 2)
    writer = _Writer(libsbml, document.createModel())
    found = equations(model)
    writer.head(model)
    names = {node: found.ids[name] for name, node in found.outputs.items() if not node.is_leaf}
    formulas = Formulas(names, [*found.rates.values(), *found.outputs.values()])
    _state(writer, model, found, formulas)
    _constants(writer, model, found)
    _inputs(writer, model, found)
    for name, node in found.outputs.items():
        note = "um; melanin of all stages" if name == COLUMN else _about(name)
        writer.rule(found.ids[name], formulas.text(node), note)
    for name, node in formulas.shared.items():
        writer.rule(name, formulas.text(node), "part of several equations")
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, False)
    document.checkConsistency()
    log = document.getErrorLog()
    if log.getNumFailsWithSeverity(libsbml.LIBSBML_SEV_ERROR) or log.getNumFailsWithSeverity(libsbml.LIBSBML_SEV_FATAL):
        raise RunError(f"not valid SBML: {log.toString().strip().splitlines()[0]}", where="SBML export")
    return str(libsbml.writeSBMLToString(document))


def _library() -> Any:
    try:
        import libsbml
    except ImportError:
        raise ConfigError("python-libsbml is not installed", do="pip install 'skintwin[sbml]'") from None
    return libsbml


class _Writer:
    """Adds parts to a model of libSBML."""

    def __init__(self, libsbml: Any, model: Any) -> None:
        self.libsbml, self.model = libsbml, model

    def head(self, model: WellMixed) -> None:
        """Name, unit of time, and what the model is."""
        self.model.setId("skintwin")
        self.model.setName(f"{model.title}: {model.arm}")
        day = self.model.createUnitDefinition()
        day.setId("day")
        unit = day.createUnit()
        unit.setKind(self.libsbml.UNIT_KIND_SECOND)
        unit.setExponent(1)
        unit.setScale(0)
        unit.setMultiplier(86400.0)
        self.model.setTimeUnits("day")
        self._note(
            self.model,
            f"skintwin, one well-mixed pixel; arm {model.arm!r} as planned, medians of the priors. Time in days from "
            f"the start of the study; doses are amounts per step of {model.system.dt:g} day. Research use only.",
        )

    def _note(self, part: Any, text: str) -> None:
        part.setNotes(f'<body xmlns="{XHTML}"><p>{escape(text)}</p></body>')

    def parameter(self, name: str, value: float | None, constant: bool, note: str) -> None:
        """A parameter, with a note of unit and meaning."""
        part = self.model.createParameter()
        part.setId(name)
        part.setConstant(constant)
        if value is not None:
            part.setValue(float(value))
        self._note(part, note)

    def rule(self, name: str, formula: str, note: str) -> None:
        """A parameter that follows from others at every moment."""
        self.parameter(name, None, False, note)
        self._math(self.model.createAssignmentRule(), name, formula)

    def rate(self, name: str, value: float, formula: str, note: str) -> None:
        """A parameter that changes at a rate per day."""
        self.parameter(name, value, False, note)
        self._math(self.model.createRateRule(), name, formula)

    def event(self, time: float, values: dict[str, float]) -> None:
        """New values from a moment on."""
        event = self.model.createEvent()
        event.setUseValuesFromTriggerTime(True)
        trigger = event.createTrigger()
        trigger.setInitialValue(True)
        trigger.setPersistent(True)
        trigger.setMath(self.libsbml.parseL3Formula(f"time >= {time!r}"))
        for name, value in values.items():
            self._math(event.createEventAssignment(), name, repr(float(value)))

    def _math(self, part: Any, name: str, formula: str) -> None:
        math = self.libsbml.parseL3Formula(formula)
        if math is None:
            raise RunError(f"not a formula: {self.libsbml.getLastParseL3Error()}", where=name)
        part.setVariable(name)
        part.setMath(math)


def _state(writer: _Writer, model: WellMixed, found: Equations, formulas: Formulas) -> None:
    for name, node in found.rates.items():
        value = model.batch.fields[name].item()
        writer.rate(found.ids[name], value, formulas.term(node), _about(name))


def _constants(writer: _Writer, model: WellMixed, found: Equations) -> None:
    for process in mechanisms():
        for short in process.parameters:
            value = model.batch.params[process.name][short].item()
            writer.parameter(found.ids[process.name, short], value, True, _evidence(f"{process.name}.{short}"))
    for name, value in model.batch.maps.items():
        writer.parameter(found.ids[name], value.item(), True, _about(name))


def _inputs(writer: _Writer, model: WellMixed, found: Equations) -> None:
    """Constant inputs, the sun as a rule, the others changed by events where they change."""
    steps, dt = model.batch.steps, model.system.dt
    courses = {name: value[0] for name, value in model.batch.inputs.items() if name != SUN}
    writer.rule(found.ids[SUN], season_formula(model.season), _about(SUN))
    for name, course in courses.items():
        writer.parameter(found.ids[name], course[0], bool(np.all(course == course[0])), _about(name))
    for step in range(1, steps):
        new = {found.ids[k]: float(v[step]) for k, v in courses.items() if v[step] != v[step - 1]}
        if new:
            writer.event(step * dt, new)
    last = {found.ids[k]: quantities()[k].neutral or 0.0 for k, v in courses.items() if np.any(v != v[0])}
    if last:
        writer.event(steps * dt, last)


def season_formula(season: Season) -> str:
    """The sun as cubic pieces of the day of the year."""
    year = repr(DAYS_PER_YEAR)
    day = f"(time + {season.origin!r} - {year} * floor((time + {season.origin!r}) / {year}))"
    pieces = []
    for start, c in zip(season.starts.tolist(), season.coefficients.tolist(), strict=True):
        x = f"({day} - {start!r})"
        pieces.append(f"((({c[3]!r}) * {x} + ({c[2]!r})) * {x} + ({c[1]!r})) * {x} + ({c[0]!r})")
    ends = season.starts[1:].tolist()
    branches = [f"{piece}, {day} < {end!r}" for piece, end in zip(pieces[:-1], ends, strict=True)]
    return f"max(0, piecewise({', '.join(branches)}, {pieces[-1]}))"


def _about(name: str) -> str:
    quantity = quantities()[name]
    return f"{quantity.unit}; {quantity.kind}: {quantity.meaning}"


def _evidence(key: str) -> str:
    entry = ledger().parameter(key)
    sources = ", ".join(entry.sources) or "none"
    return f"{entry.unit}; {entry.meaning}; grade {ledger().effective_grade(key).value}; sources: {sources}"

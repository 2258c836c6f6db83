"""Tests of the ledger: every number of the model has an entry, a unit, and a source or the mark "assumed"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from skintwin.errors import LedgerError
from skintwin.evidence.ledger import DATA, Ledger
from skintwin.evidence.loading import read_ledger
from skintwin.evidence.priors import prior_fault
from skintwin.evidence.records import Parameter
from skintwin.evidence.tables import Problem
from skintwin.evidence.units import parse_unit
from skintwin.evidence.usage import PACKAGE, Uses, scan_package


def check_ledger(folder: Path = DATA, package: Path = PACKAGE) -> list[Problem]:
    """All faults of the tables in ``folder`` and of the way ``package`` uses them, errors before warnings."""
    ledger, problems = read_ledger(folder)
    uses = scan_package(package)
    for parameter in ledger.parameters.values():
        problems += _entry_faults(parameter, ledger)
        if not uses.places(parameter.key):
            problems.append(_of(parameter, f"{parameter.key} is used nowhere", "key", "a use, or no entry"))
    problems += _missing_entries(ledger, uses)
    problems += _unknown_sources(ledger)
    problems += _double_targets(ledger)
    problems += _idle_sources(ledger, uses)
    return sorted(problems, key=lambda problem: problem.severity != "error")


def _of(parameter: Parameter, what: str, column: str, expected: str = "") -> Problem:
    return Problem(what, parameter.file, parameter.row, column, expected)


def _entry_faults(parameter: Parameter, ledger: Ledger) -> Iterator[Problem]:
    """Unit, sources and distribution of one entry."""
    key = parameter.key
    if not parameter.unit:
        yield _of(parameter, f"{key} has no unit", "unit", "a unit, or 1 for a pure number")
    else:
        try:
            parse_unit(parameter.unit)
        except LedgerError as error:
            yield _of(parameter, f"{key}: {error.what}", "unit", error.expected or "")
    if not parameter.sources and parameter.grade.needs_source:
        expected = "a source key or an extract id, or the grade assumed"
        yield _of(parameter, f"{key} is graded {parameter.grade.value} without a source", "sources", expected)
    for name in parameter.sources:
        if not ledger.knows(name):
            expected = "a key of sources*.csv, or an id of extracts.csv or outcomes.csv"
            yield _of(parameter, f"{key} cites the unknown source {name!r}", "sources", expected)
    fault = prior_fault(parameter.distribution, parameter.value, parameter.low, parameter.high)
    if fault:
        yield _of(parameter, f"{key}: {fault}", "distribution")


def _missing_entries(ledger: Ledger, uses: Uses) -> Iterator[Problem]:
    """Keys that the package asks for and that have no entry."""
    hint = "a row in evidence/data/parameters/{}.csv"
    for key, places in uses.asked.items():
        if key not in ledger.parameters:
            for place in places:
                group = key.partition(".")[0]
                yield Problem(f"{key} has no entry", place.file, place.line, expected=hint.format(group))
    for pattern, places in uses.patterns.items():
        if not any(re.fullmatch(pattern, key) for key in ledger.parameters):
            for place in places:
                yield Problem(f"no entry fits the pattern {pattern}", place.file, place.line)
    for name, place in uses.orphans:
        expected = "a class attribute `name` or a module constant GROUP beside the list"
        yield Problem(f"the parameter {name!r} has no group", place.file, place.line, expected=expected)


def _unknown_sources(ledger: Ledger) -> Iterator[Problem]:
    """Extracts and outcomes whose source is not in the tables."""
    tables = (("extracts.csv", ledger.extracts), ("outcomes.csv", ledger.outcomes))
    for file, records in tables:
        for key, record in records.items():
            if record.source not in ledger.sources:
                what = f"{key} cites the unknown source {record.source!r}"
                yield Problem(what, file, column="source", expected="a key of sources*.csv")


def _double_targets(ledger: Ledger) -> Iterator[Problem]:
    """A target (one endpoint of one publication at one site and time) may calibrate or validate, not both."""
    served: defaultdict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for outcome in ledger.outcomes.values():
        if outcome.use != "context":
            target = (outcome.source, outcome.endpoint, outcome.body_site, outcome.printed_week)
            served[target].setdefault(outcome.use, outcome.id)
    for name, rows in served.items():
        if len(rows) > 1:
            what = f"{' and '.join(rows.values())} are one target ({', '.join(name)}) with two uses"
            yield Problem(
                what, "outcomes.csv", column="use", expected="calibration or validation for all arms"
            )


def _idle_sources(ledger: Ledger, uses: Uses) -> Iterator[Problem]:
    """Warnings for sources that neither a row nor a docstring cites."""
    cited = {name for parameter in ledger.parameters.values() for name in parameter.sources}
    cited |= {record.source for record in ledger.extracts.values()}
    cited |= {record.source for record in ledger.outcomes.values()}
    for key in ledger.sources:
        if key not in cited and key not in uses.cited:
            yield Problem(f"the source {key} is cited nowhere", "sources*.csv", severity="warning")

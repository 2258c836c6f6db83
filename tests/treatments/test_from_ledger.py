"""What a treatment says of the ledger (its pages are made of it) is what it goes by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.quantities import unit_of
from skintwin.study.make_line import make_line
from skintwin.treatments import treatments
from skintwin.treatments.narrowband_uvb import NarrowbandUVB
from skintwin.treatments.pharmacology import Medicine
from tests.treatments.test_plans import occasion

ALL = {key: np.full(2, row.value) for key, row in ledger().parameters.items()}
NAMES = [name for name, kind in treatments().items() if kind.from_ledger()]


def _line(name, field, value):
    kind = treatments()[name]
    unit = unit_of(kind.model_fields[field].annotation, kind.model_fields[field].metadata)
    line = {"give": name, field: f"{value!r} {unit}" if unit else value}
    if "until" in kind.model_fields:
        line["until"] = "8 weeks"
    if field == "strength":
        line["per_day"] = 0.1
    if field == "first_dose":
        line["largest_dose"] = line[field]
    if field == "volume":
        line["spacing"] = "20 mm"
    if field == "spacing":
        line["volume"] = "0.001 mL"
    return make_line(line, 1).treatment


@pytest.mark.parametrize("name", NAMES)
def test_more_than_the_largest_and_less_than_the_least_are_refused(name):
    at = replace(occasion(), draws=ALL)
    for field, stands in treatments()[name].from_ledger().items():
        for key, factor in ((stands.largest, 1.01), (stands.least, 0.99)):
            if not key:
                continue
            bound = ledger().parameter(key).value
            _line(name, field, bound).contribute(at)
            with pytest.raises((ValueError, ConfigError)):
                _line(name, field, factor * bound).contribute(at)


@pytest.mark.parametrize("name", NAMES)
def test_defaults_are_those_of_the_ledger(name):
    kind = treatments()[name]
    wanted = [ledger().parameter(s.default).value for s in kind.from_ledger().values() if s.default]
    if issubclass(kind, Medicine):
        assert list(kind(until="8 weeks").used()) == wanted
    elif issubclass(kind, NarrowbandUVB):
        assert list(kind(until="8 weeks").scheme("back")) == wanted
    else:
        assert not wanted

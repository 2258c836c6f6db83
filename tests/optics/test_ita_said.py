"""Beside every typology angle that is printed stands whether gloss is in it, and its pole is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skintwin.measure.colour_indices import ita_observation, pole_of_ita
from skintwin.measure.table import to_csv, to_lines
from skintwin.report.words import words
from skintwin.study.config import study_from
from skintwin.study.endpoint_names import ENDPOINTS
from skintwin.study.patch import make_patch

TAN, PALM = np.array([55.7, 10.4, 17.8]), np.array([69.3, 5.2, 2.2])
ERROR = np.full(3, 0.5)


@pytest.mark.parametrize("geometry", ["SCI", "SCE", "unknown"])
def test_the_screen_and_the_table_of_measures_say_it(geometry: str) -> None:
    seen = ita_observation(TAN, ERROR, "lesion", geometry=geometry)  # type: ignore[arg-type]
    mark = "(neither SCI nor SCE)" if geometry == "unknown" else f"({geometry})"
    assert to_lines([seen])[0].endswith(mark)
    assert mark in to_csv([seen])
    other = replace(seen, name="lesion_L")
    assert "SC" not in to_lines([other])[0]


def test_the_pole_is_said_where_it_is_near() -> None:
    assert "pole" in to_lines([ita_observation(PALM, ERROR, "skin", geometry="SCE")])[0]
    assert pole_of_ita(17.8) == ""
    assert all("pole" in pole_of_ita(b) for b in (2.2, 0.0, -6.9))


def test_reports_and_endpoints_say_it() -> None:
    for language in ("en", "th"):
        entry = words(language).table["endpoints"]["ita"]
        assert "SCE" in entry["name"]
        assert "b*" in entry["meaning"]
    ita = next(info for info in ENDPOINTS if info.name == "ita")
    assert "SCE" in ita.meaning
    assert "b*" in ita.meaning
    assert (ita.low, ita.high) == (-180.0, 180.0)  # beyond the pole the angle goes on


@pytest.mark.parametrize(("site", "said"), [("palm", True), ("forearm", False)])
def test_a_study_of_a_palm_says_that_its_angle_means_little(site: str, said: bool) -> None:
    study = study_from({
        "title": "t", "duration": "1 weeks", "seed": 4, "pixels": 32, "arms": [{"name": "none"}],
        "patient": {"age": "35 years", "phototype": "III", "site": site},
        "lesion": {
            "disorder": "vitiligo", "synthetic": {"diameter": "10 mm", "map": "disc", "patch": "16 mm", "melanin": 0.0},
        },
    })  # fmt: skip
    notes = [note for note in make_patch(study).notes if note.startswith("ITA")]
    assert bool(notes) == said
    assert all("pole" in note for note in notes)

"""Language files: the same keys, the same blanks, nothing left in the other language; numbers as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skintwin.disorders import disorders
from skintwin.evidence import ledger
from skintwin.measure.colour_indices import pole_of_ita
from skintwin.report.numbers import figures, plain, signed
from skintwin.report.words import words
from skintwin.skin.site import SITES
from skintwin.study.patch import make_patch
from skintwin.treatments import treatments
from tests.study.small import small_study

OWN = ("parameters", "removed", "units", "sentences")
"""Tables of words looked up with a fallback: each language holds what it needs."""


def flat(table: Any, path: str = "") -> Iterator[tuple[str, str]]:
    items = table.items() if isinstance(table, dict) else enumerate(table)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", str(value)


def texts(language: str) -> dict[str, str]:
    return {key: text for key, text in flat(words(language).table) if not key.startswith(OWN)}


def test_languages_have_the_same_keys_and_blanks() -> None:
    english, thai = texts("en"), texts("th")
    assert english.keys() == thai.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", thai[key])), key


def test_thai_is_thai() -> None:
    symbols = {
        "other.en",
        "endpoints.ita.name",
        "endpoints.delta_e.name",
        "axes.delta_e",
        "spread.rho",
        "methods.seed",
        "results.main",
    }
    assert {key for key, text in texts("th").items() if not re.search("[ก-๙]", text)} == symbols


def test_the_text_on_durability_says_the_levels_of_the_ledger() -> None:
    """Both are constants of the ledger; the page is made from the run folder alone and holds them as words."""
    assert ledger().value("study.least_gain", "1") == 0.1
    assert ledger().value("study.relapse_loss", "1") == 0.25
    for language, words_for in (("en", ("10 percentage points", "a quarter")), ("th", ("10 จุดร้อยละ", "หนึ่งในสี่"))):
        assert all(part in words(language).say("durability.text") for part in words_for)


CHOICES = {
    "nb_uvb": {"first_dose": "0.2 J/cm^2", "largest_dose": "1 J/cm^2"},
    "excimer_308": {"first_dose": "0.2 J/cm^2"},
    "microneedling": {"occluded": True},
    "sunscreen": {"tinted": True},
    **{name: {"formulation": "gel", "microneedling": True, "occluded": True}
       for name in ("uc_msc_topical", "vesicles_topical", "growth_factors_topical", "prp_topical")},
}  # fmt: skip


@pytest.mark.parametrize("give", sorted(treatments()))
def test_every_line_of_a_plan_can_be_said_in_thai(give: str) -> None:
    kind, thai = treatments()[give], words("th")
    needed = {"until": "8 weeks"} if "until" in kind.model_fields else {}
    for choice in ({}, CHOICES.get(give, {})):
        line = kind(**needed, **choice)
        for text in (kind.title, line.describe()):
            assert "lang=" not in thai.sentence(text), text
            assert re.search("[ก-๙]", thai.sentence(text))
        numbers = [set(re.findall(r"[\d.]*\d", text)) for text in (line.describe(), thai.sentence(line.describe()))]
        if "e+" not in line.describe() and "e9" not in line.describe():
            assert numbers[0] == numbers[1], "no number is lost or made up"
    assert thai.place("lesion + 2 mm") == "รอยโรคและผิวรอบ ๆ 2 mm"


def test_rules_are_said_in_the_words_of_the_language() -> None:
    from skintwin.study.endpoint_names import ENDPOINTS
    from skintwin.study.rules import parse_rule

    assert words("en").rule("repigmentation >= 90.0 %") == "repigmentation ≥ 90\u00a0%"
    units = {"percent": "%", "1": ""}
    texts = [f"{info.name} > 12.5 {units.get(info.unit, info.unit)}" for info in ENDPOINTS]
    for text in [*(str(parse_rule(text)) for text in texts), str(parse_rule("relapse"))]:
        said = words("th").rule(text)
        names = ("ITA° (SCE)", "ΔE00")
        assert re.search("[ก-๙]", said) or said.startswith(names), said
        assert not re.search("_|[<>]=", said), said


@pytest.mark.parametrize("language", ["en", "th"])
def test_every_disorder_has_a_name(language: str) -> None:
    assert words(language).table["disorders"].keys() == disorders().keys()


_NOT_DRAWN = ("harms.", "optics.", "phantoms.", "scores.", "cards.")


def test_every_number_that_a_study_draws_has_a_thai_name() -> None:
    """Rates of harm have a table of their own; what light, photographs, phantoms and scores vary by is not drawn."""
    drawn = [key for key, p in ledger().parameters.items() if p.kind in ("uncertainty", "variability")]
    thai, drawn = words("th"), [key for key in drawn if not key.startswith(_NOT_DRAWN)]
    assert [key for key in drawn if "lang=" in thai.parameter(key)] == []
    assert "กรดอะซีลาอิก" in thai.parameter("medicine.azelaic_acid_onset")
    assert words("en").parameter("medicine.azelaic_acid_onset") == "time in which the level of azelaic acid follows"


def test_notes_on_a_patch_can_be_said_in_thai() -> None:
    """The pole of ITA on a palm, pixels that are too wide, and a depth that no photograph tells."""
    palm = small_study(
        patient={"age": "34 years", "phototype": "II", "site": "palm"}, pixels=12,
        lesion={"disorder": "vitiligo", "synthetic": {"diameter": "5 mm", "patch": "12 mm", "melanin": 0.0}},
    )  # fmt: skip
    poles = [f"ITA of the {where}: {pole_of_ita(-1.0)}." for where in ("skin", "lesion")]
    notes = [*make_patch(palm).notes, *poles]
    assert any("pixel" in note for note in notes)
    for note in notes:
        assert "lang=" not in words("th").sentence(note), note


@pytest.mark.parametrize("language", ["en", "th"])
def test_sites_have_words_and_new_names_fall_back_to_themselves(language: str) -> None:
    assert set(SITES) <= set(words(language).table["sites"])
    assert words(language).name("disorders", "new_disorder") == "new disorder"


@given(st.floats(min_value=1e-300, max_value=1e300))
def test_figures_keep_three_digits(value: float) -> None:
    text = figures(value).replace("\u00a0", "")
    mantissa, _, power = text.partition("×10")
    exponent = int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))) if power else 0
    assert float(mantissa) == pytest.approx(value / 10.0**exponent, rel=0.0051)


def test_printed_numbers_have_true_signs_and_no_negative_zero() -> None:
    assert [plain(x) for x in (-0.04, -1.26, float("nan"))] == ["0.0", "−1.3", "–"]
    assert [signed(x) for x in (0.04, 1.26, -1.26)] == ["0.0", "+1.3", "−1.3"]
    assert [figures(x) for x in (0.0, 0.01957, 19292.0)] == ["0", "0.0196", "19300"]

"""The same scene with every phototype: what is drawn, what is compared, and the command."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from skintwin.cli.verify import app
from skintwin.errors import RunError
from skintwin.measure.verification import run as run_module
from skintwin.measure.verification.rows_file import read_rows
from skintwin.measure.verification.run import measure_phantoms
from skintwin.measure.verification.twins import parities, parity, twins_page
from skintwin.optics.colour import delta_e_2000
from skintwin.phantoms.contrast import melanin_factor
from skintwin.phantoms.people import lab
from skintwin.phantoms.sets import TWIN_CONTRAST, twin_set
from skintwin.skin.phototype import PHOTOTYPES


def test_twins_differ_in_melanin_alone_and_their_lesions_are_as_clear() -> None:
    twins = twin_set(4, 77)
    assert twins == twin_set(4, 77)
    assert [t.person.phototype for t in twins] == list(PHOTOTYPES) * 4
    numbers = [t.number for t in twins[::6]]
    assert numbers == sorted(set(numbers))
    for first in range(0, 24, 6):
        scene = twins[first : first + 6]
        assert len({(t.number, t.lesion, t.scenes, t.course) for t in scene}) == 1
        assert len(scene[0].scenes) == 1
        melanin = [t.person.melanin_um for t in scene]
        assert melanin == sorted(melanin)
        others = [
            {k: v for k, v in asdict(t.person).items() if k not in ("phototype", "melanin_um")} for t in scene
        ]
        assert all(each == others[0] for each in others)
        for t in scene:
            skin = lab(t.person, t.person.melanin_um, t.person.blood)
            spot = lab(t.person, melanin_factor(t.person, t.lesion) * t.person.melanin_um,
                       t.person.blood * t.lesion.redness)  # fmt: skip
            apart = float(np.asarray(delta_e_2000(skin, spot)).squeeze())
            assert apart == pytest.approx(t.lesion.contrast, abs=0.1)
            assert apart > TWIN_CONTRAST - 0.1


def test_what_scenes_share_does_not_hide_a_difference() -> None:
    """Errors that differ a thousandfold between scenes, one phototype twice as wrong as the others in each."""
    random = np.random.default_rng(3)
    errors = np.exp(random.normal(0.0, 2.0, (60, 1))) * np.array([1.0, 1.0, 1.0, 1.0, 1.0, 2.0])
    found = parity("x", "1", errors)
    assert found.ratio == pytest.approx(2.0)
    assert found.low == pytest.approx(2.0)
    assert found.high == pytest.approx(2.0)
    assert found.chance[1] < 2.0
    assert not found.passed
    equal = parity("x", "1", errors[:, :1].repeat(6, axis=1))
    assert (equal.ratio, equal.chance) == (1.0, (1.0, 1.0))
    assert equal.passed


def test_noise_alone_is_within_what_chance_makes() -> None:
    random = np.random.default_rng(4)
    ratios = [parity("x", "1", random.exponential(size=(40, 6))) for _ in range(20)]
    above = [each.ratio > each.chance[1] for each in ratios]
    assert sum(above) <= 4  # 1 in 20 expected; 5 or more of 20: 3 in 1,000
    assert all(each.low <= each.ratio <= each.high for each in ratios)


def row(scene: int, phototype: str, **changed: object) -> dict[str, object]:
    wrong = 1.0 + scene + PHOTOTYPES.index(phototype)
    made: dict[str, object] = {
        "number": scene, "visit": 0, "told": False, "phototype": phototype, "disorder": "vitiligo", "delta_e": 9.0,
        "card": "nano", "card_read": True, "iou": 1 - wrong / 100, "area": -wrong, "ita_skin": wrong,
        "ita_lesion": -wrong, "b_skin": 15.0, "b_lesion": 12.0, "failed": "",
    }  # fmt: skip
    return made | changed


def test_a_scene_counts_where_all_twins_were_measured() -> None:
    rows = [row(n, p) for n in range(9) for p in PHOTOTYPES]
    rows[0] = row(0, "I", failed="PhotographError: nothing", iou=np.nan, area=np.nan, card_read=False)
    rows[7] = row(1, "II", card_read=False)
    rows.append(row(1, "II", told=True, area=500.0))
    found = {each.name: each for each in parities(rows)}
    assert found["1 − IoU"].scenes == 9  # what was not found has an IoU of 0
    assert found["area error"].scenes == 8
    assert found["ITA error of the skin, card read"].scenes == 7
    assert found["area error"].medians == {p: 5.5 + k for k, p in enumerate(PHOTOTYPES)}
    assert found["area error"].ratio == pytest.approx(10.5 / 5.5)
    page = twins_page(rows, 8)
    assert "9 scenes" in page
    assert "54 photographs" in page
    assert "| not measured | 1 | 0 | 0 | 0 | 0 | 0 |" in page
    assert "| colour card there and not read | 1 | 1 | 0 | 0 | 0 | 0 |" in page
    few = parities(rows[:12])[0]
    assert np.isnan(few.ratio)
    assert not few.passed


def test_the_command_goes_on_and_keeps_sets_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fake(job: tuple[int, object]) -> tuple[int, list[dict[str, object]]]:
        place = job[0]
        return place, [row(place // 6, PHOTOTYPES[place % 6])]

    monkeypatch.setattr(run_module, "_one", fake)
    journal, page = tmp_path / "j.jsonl", tmp_path / "page.md"
    words = ["phototypes", "--out", str(journal), "--count", "2", "--seed", "7", "--workers", "1", "--write", str(page)]
    for _ in range(2):
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 1, done.output  # two scenes are too few to tell
        assert "area error, worst phototype over best" in done.output
        assert len(journal.read_text(encoding="utf-8").splitlines()) == 13
    seed, rows = read_rows(page.with_suffix(".csv"))
    assert (seed, len(rows)) == (7, 12)
    assert twins_page(rows, seed) == page.read_text(encoding="utf-8")
    assert json.loads(journal.read_text(encoding="utf-8").splitlines()[0]) == {"seed": 7, "set": "twin_set"}
    with pytest.raises(RunError, match="twin_set"):
        measure_phantoms(2, 7, journal, workers=1)

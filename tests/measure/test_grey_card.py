"""A grey card takes the light of the photograph out of its colours, and says nothing of the camera's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from skintwin.cli import app
from skintwin.errors import ConfigError, PhotographError
from skintwin.measure.calibration import Rulers, calibrate
from skintwin.measure.follow_up import measure_follow_up
from skintwin.measure.lesion import on_map
from skintwin.measure.series_file import read_series_file
from skintwin.measure.verification.one import photographed
from skintwin.measure.visit import Visit, VisitSettings, measure_visit
from skintwin.phantoms import draw_phantom
from skintwin.photo.cards.errors import OccludedCardError, UnlikeCardError
from skintwin.photo.photograph import Photograph

BOX = (12, 12, 60, 40)
LIGHT = np.array([0.95, 0.75, 0.5])


@pytest.fixture(scope="module")
def scene() -> Photograph:
    """A white patch on brown skin, with a grey card in a corner."""
    phantom = draw_phantom(
        4, 31, phototype="IV", disorder="vitiligo", card=None, light="D65", gloss="crossed", hair="none",
        follow_up=False, width=480, height=360, tilt=5.0,
    )  # fmt: skip
    photograph, _ = photographed(phantom, 0)
    linear = photograph.linear_srgb.copy()
    linear[6:60, 6:80] = 0.18
    return replace(photograph, linear_srgb=linear)


def lit(photograph: Photograph, light: np.ndarray) -> Photograph:
    return replace(photograph, linear_srgb=(photograph.linear_srgb * light).astype(np.float32))


def measured(photograph: Photograph) -> Visit:
    return measure_visit(photograph, VisitSettings(phototype="IV", rulers=Rulers(grey=BOX)))


def test_the_light_does_not_enter_the_colours(scene: Photograph) -> None:
    one, other = measured(scene), measured(lit(scene, LIGHT))
    plain = measure_visit(lit(scene, LIGHT), VisitSettings(phototype="IV"))
    values = [{o.name: o for o in v.measures.observations} for v in (one, other, plain)]
    for name in ("lesion_L", "lesion_a", "lesion_b", "skin_L", "skin_b", "skin_ITA", "delta_E00", "lesion_area"):
        assert values[1][name].value == pytest.approx(values[0][name].value, abs=0.02), name
    assert abs((values[2]["skin_b"].value or 0) - (values[0]["skin_b"].value or 0)) > 5
    assert "grey card" in values[1]["skin_ITA"].note
    assert "grey card" not in values[2]["skin_ITA"].note


def test_the_card_is_neutral_at_its_reflectance_and_is_no_skin(scene: Photograph) -> None:
    calibration = calibrate(lit(scene, LIGHT), Rulers(grey=BOX))
    balanced = calibration.balanced(lit(scene, LIGHT))
    left, top, width, height = BOX
    assert balanced.linear_srgb[top : top + height, left : left + width] == pytest.approx(0.18, rel=1e-4)
    assert calibration.card is None
    assert calibration.taken[8:58, 8:78].all()
    assert calibration.taken.mean() < 0.05


@pytest.mark.slow
def test_a_grey_card_at_one_visit_makes_no_pigment_return(scene: Photograph) -> None:
    """The tone curve goes with the brightness as taken: balancing one of two pictures changes no repigmentation."""
    dim = lit(scene, np.full(3, 0.6))
    found = []
    for rulers in (Rulers(card="none"), Rulers(grey=BOX)):
        baseline = measure_visit(scene, VisitSettings(phototype="IV", rulers=Rulers(card="none")))
        _, change = measure_follow_up(baseline, dim, VisitSettings(phototype="IV", rulers=rulers))
        assert change.closed is not None
        found.append(float(np.nanmedian(change.closed[baseline_lesion(baseline)])))
    assert found[1] == pytest.approx(found[0], abs=0.01)


def baseline_lesion(visit: Visit) -> np.ndarray:
    measures = visit.measures
    return on_map(measures.view, measures.map_geometry, measures.view.outline.lesion_only.astype(float)) >= 0.5


def test_what_is_no_grey_card_is_refused(scene: Photograph) -> None:
    with pytest.raises(OccludedCardError, match="uneven"):
        calibrate(scene, Rulers(grey=(30, 20, 300, 300)))
    with pytest.raises(PhotographError, match="box 400,300,200,200"):
        calibrate(scene, Rulers(grey=(400, 300, 200, 200)))
    with pytest.raises(UnlikeCardError, match="looks like skin"):
        calibrate(scene, Rulers(grey=(12, 300, 40, 40)))
    with pytest.raises(ConfigError, match="a colour card and a grey card"):
        Rulers(card="colorchecker-classic", grey=BOX)


def test_it_is_said_for_each_photograph(tmp_path: Path) -> None:
    text = {"photographs": [{"file": "a.jpg", "grey": list(BOX)}, {"file": "b.jpg", "grey": [1, 2, 30, 40]}]}
    path = tmp_path / "series.yaml"
    path.write_text(yaml.safe_dump(text))
    _, found = read_series_file(path)
    assert [own.rulers.grey for _, own in found] == [BOX, (1, 2, 30, 40)]
    got = CliRunner().invoke(
        app, ["measure", "a.jpg", "b.jpg", "--out", str(tmp_path / "out"), "--grey", "12,12,60,40"]
    )
    assert isinstance(got.exception, ConfigError) or "series file" in got.output

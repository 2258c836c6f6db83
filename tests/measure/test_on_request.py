"""Share of the body and spots, when they are asked for: options of the command and fields of the series file."""

from __future__ import annotations

import json
import math

import pytest

from skintwin.cli import app
from skintwin.errors import ConfigError
from skintwin.measure.on_request import Body
from skintwin.measure.series_file import read_series_file
from tests.photo.pictures import disc, encoded, lesion_picture, png_bytes

SKIN, SPOT = (62.0, 12.0, 18.0), (45.0, 14.0, 20.0)
SHAPE, RADIUS, MM = (240, 320), 40, 0.25


@pytest.fixture
def photograph(tmp_path):
    """One dark disc of 40 pixels and three small ones beside it."""
    mask = disc(*SHAPE, (120, 160), RADIUS)
    for place in ((40, 40), (50, 280), (200, 60)):
        mask |= disc(*SHAPE, place, 7)
    path = tmp_path / "spots.png"
    path.write_bytes(png_bytes(encoded(lesion_picture(mask, SKIN, SPOT, noise=0.4))))
    return path


def measured(photograph, tmp_path, *options):
    out = tmp_path / "out"
    app(["measure", str(photograph), "--out", str(out), "--no-pdf", "--quiet", "--mm-per-pixel", str(MM), *options],
        standalone_mode=False)  # fmt: skip
    return {row["name"]: row for row in json.loads((out / "measures.json").read_text())}


def test_share_of_the_body_by_height_and_weight(photograph, tmp_path):
    found = measured(photograph, tmp_path, "--height", "1.8 m", "--weight", "72 kg")
    surface = math.sqrt(180 * 72 / 3600)  # Mosteller, m²
    assert found["body_surface"]["value"] == pytest.approx(surface)
    area = math.pi * (RADIUS * MM) ** 2
    assert found["body_surface_share"]["value"] == pytest.approx(100 * area / (surface * 1e6), rel=0.03)
    assert found["body_surface_share"]["unit"] == "percent"


def test_share_of_the_body_by_hand(photograph, tmp_path):
    found = measured(photograph, tmp_path, "--hand", "150 cm^2")
    assert found["hand_area"]["value"] == 15_000
    hands = math.pi * (RADIUS * MM) ** 2 / 15_000
    assert 0.6 * hands < found["body_surface_share"]["value"] < hands  # a hand is less than 1 %


def test_spots_are_counted(photograph, tmp_path):
    found = measured(photograph, tmp_path, "--spots")
    assert found["spot_count"]["value"] >= 3
    assert found["spot_diameter"]["value"] == pytest.approx(2 * 7 * MM, rel=0.15)
    assert "body_surface" not in found


@pytest.mark.parametrize(("given", "message"), [
    ({"height_cm": 170.0}, "belong together"), ({}, "one source"),
    ({"height_cm": 170.0, "weight_kg": 60.0, "hand_cm2": 150.0}, "one source"), ({"hand_cm2": -1.0}, "hand of -1"),
    ({"height_cm": 1.72, "weight_kg": 68.0}, "height of 1.72 cm"), ({"hand_cm2": float("nan")}, "hand of nan"),
    ({"height_cm": 172.0, "weight_kg": 68_000.0}, "weight of 68000 kg"), ({"hand_cm2": 1.5}, "hand of 1.5"),
])  # fmt: skip
def test_what_says_nothing_of_the_body_is_refused(given, message):
    with pytest.raises(ConfigError, match=message):
        Body(**given)


@pytest.mark.parametrize(("options", "where"), [
    (["--height", "tall", "--weight", "70 kg"], "--height"), (["--height", "180 kg", "--weight", "70 kg"], "--height"),
    (["--height", "1.72", "--weight", "68 kg"], "--height"), (["--height", "1.72 m", "--weight", "68"], "--weight"),
    (["--hand", "150"], "--hand"), (["--height", "1.72 cm", "--weight", "68 kg"], "height"),
])  # fmt: skip
def test_no_amount_is_named(photograph, tmp_path, options, where):
    with pytest.raises(ConfigError) as error:
        measured(photograph, tmp_path, *options)
    assert error.value.where == where


def test_the_series_file_says_the_same(photograph, tmp_path):
    (tmp_path / "series.yaml").write_text(
        "height_cm: 165\nweight_kg: 60\nspots: true\nphotographs:\n  - {file: spots.png}\n"
    )
    _, [(_, settings)] = read_series_file(tmp_path / "series.yaml")
    assert settings.body == Body(165.0, 60.0)
    assert settings.spots


def test_the_series_file_names_a_height_that_nobody_has(photograph, tmp_path):
    (tmp_path / "series.yaml").write_text("height_cm: 1.72\nweight_kg: 60\nphotographs:\n  - {file: spots.png}\n")
    with pytest.raises(ConfigError, match=r"height of 1\.72 cm.* expected 40 to 260 cm"):
        read_series_file(tmp_path / "series.yaml")


def test_a_box_for_the_first_of_two_is_no_region_for_spots(photograph, tmp_path):
    with pytest.raises(ConfigError, match="says nothing of where"):
        app(["measure", str(photograph), str(photograph), "--out", str(tmp_path / "out"), "--spots", "--box",
             "10,10,200,200"], standalone_mode=False)  # fmt: skip

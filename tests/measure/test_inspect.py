"""``skintwin inspect`` from the outside."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from skintwin.cli import inspect
from skintwin.errors import ConfigError, PhotographError
from skintwin.photo.intake import read_photograph
from skintwin.photo.polygon import read_outline
from tests.photo.pictures import disc, encoded, jpeg_bytes, lesion_picture

EXAMPLES = Path(__file__).parents[2] / "examples" / "photographs"
MASK = disc(160, 200, (80, 95), 30)


@pytest.fixture
def photo(tmp_path):
    exif = Image.Exif()
    exif[271], exif[315] = "PhoneMaker", "Somchai"
    pixels = encoded(lesion_picture(MASK, (56, 11, 18), (66, 8, 12), noise=0.8))
    path = tmp_path / "Somchai.jpg"
    path.write_bytes(jpeg_bytes(pixels, exif=exif))
    return path


def _inspect(*arguments):
    app = typer.Typer()
    app.command()(inspect.inspect)
    return CliRunner().invoke(app, [str(a) for a in arguments])


def _measures(folder):
    with (folder / "measures.csv").open() as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def test_everything_is_written_and_holds_nothing_personal(photo, tmp_path):
    out = tmp_path / "out"
    options = ["--lesion-diameter", "1.2 cm", "--phototype", "iii", "--site", "back"]
    result = _inspect(photo, "--out", out, *options)
    assert result.exit_code == 0, result.output
    assert {p.name for p in out.iterdir()} == {
        "overlay.png", "melanin.png", "blood.png", "outline.json", "measures.csv"}
    rows = _measures(out)
    # the largest diameter of a rough outline exceeds the disc's by a few pixels, so the scale comes out small
    assert float(rows["lesion_area"]["value"]) == pytest.approx(113.1, rel=0.06)
    assert rows["lesion_area"]["unit"] == "mm^2"
    assert float(rows["melanin_ratio"]["value"]) < 0.6
    assert "lesion_area" in result.output
    assert "device make and model" in result.output
    for path in out.iterdir():
        assert b"PhoneMaker" not in path.read_bytes()
        assert b"Somchai" not in path.read_bytes()
    assert read_photograph(out / "overlay.png").shape == MASK.shape


def test_the_outline_that_was_written_can_be_given_back(photo, tmp_path):
    assert _inspect(photo, "--out", tmp_path / "a", "--mm-per-pixel", 0.1).exit_code == 0
    given = ["--mm-per-pixel", 0.1, "--outline", tmp_path / "a/outline.json"]
    result = _inspect(photo, "--out", tmp_path / "b", *given)
    assert result.exit_code == 0, result.output
    first, second = (float(_measures(tmp_path / f)["lesion_area"]["value"]) for f in "ab")
    assert second == pytest.approx(first, rel=0.01)
    assert (read_outline(tmp_path / "a/outline.json", MASK.shape) ^ MASK).sum() < 0.05 * MASK.sum()


def test_an_outline_that_is_given_back_is_no_surer_than_a_hand(photo, tmp_path):
    _inspect(photo, "--out", tmp_path / "a", "--mm-per-pixel", 0.1)
    _inspect(photo, "--out", tmp_path / "b", "--mm-per-pixel", 0.1, "--outline", tmp_path / "a/outline.json")
    row = _measures(tmp_path / "b")["lesion_area"]
    assert float(row["error"]) == pytest.approx(0.08 * float(row["value"]), rel=0.05)  # 2 % of the diameter of a disc
    assert "drawn by a person" in row["note"]


def test_what_an_outline_has_outside_the_frame_is_said(photo, tmp_path):
    width = MASK.shape[1]
    half = tmp_path / "half.json"
    half.write_text(json.dumps([[width - 40.5, 50], [width + 39.5, 50], [width + 39.5, 90], [width - 40.5, 90]]))
    result = _inspect(photo, "--out", tmp_path / "out", "--outline", half, "--kind", "hypopigmented")
    assert "note: 50 % of the given outline lies outside the photograph and was cut off" in " ".join(
        result.output.split()
    )


def test_without_a_scale_the_area_is_not_known_and_the_table_says_why(photo, tmp_path):
    result = _inspect(photo, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    row = _measures(tmp_path / "out")["lesion_area"]
    assert row["value"] == ""
    assert "scale unknown" in row["note"]
    assert "neither phototype nor colour card" in result.output


def test_nothing_is_overwritten_unasked(photo, tmp_path):
    out = tmp_path / "out"
    assert _inspect(photo, "--out", out).exit_code == 0
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    second = _inspect(photo, "--out", out, "--mm-per-pixel", 0.1)
    assert isinstance(second.exception, PhotographError)
    assert "--overwrite" in str(second.exception)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert _inspect(photo, "--out", out, "--mm-per-pixel", 0.1, "--overwrite").exit_code == 0
    assert (out / "measures.csv").read_bytes() != before["measures.csv"]


@pytest.mark.parametrize(("options", "message"), [
    (["--lesion-diameter", "12"], "length"),
    (["--lesion-diameter", "12 kg"], "length"),
    (["--lesion-diameter", "wide mm"], "length"),
    (["--lesion-diameter", "12 mm", "--mm-per-pixel", "0.1"], "two scales"),
    (["--lesion-diameter", "-3 mm"], "positive"),
    (["--phototype", "7"], "phototype"),
    (["--site", "elbowish"], "site"),
    (["--kind", "red"], "kind"),
    (["--geometry", "SCX"], "geometry"),
    (["--box", "1,2,3"], "box"),
    (["--outline", "nowhere.json"], "outline"),
])
def test_wrong_options_are_named_and_nothing_is_written(photo, tmp_path, options, message):
    result = _inspect(photo, "--out", tmp_path / "out", *options)
    assert isinstance(result.exception, ConfigError | PhotographError)
    assert message in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_cannot_be_made(photo, tmp_path):
    (tmp_path / "file").write_text("in the way")
    result = _inspect(photo, "--out", tmp_path / "file" / "out")
    assert isinstance(result.exception, PhotographError)
    assert "cannot be made" in str(result.exception)


def test_the_neck_with_a_box(tmp_path):
    result = _inspect(EXAMPLES / "vitiligo_neck.png", "--out", tmp_path / "out", "--box", "190,400,300,260")
    assert result.exit_code == 0, result.output
    assert 0 <= float(_measures(tmp_path / "out")["core_share"]["value"]) < 10

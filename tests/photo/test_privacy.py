"""Nothing personal survives: not in the photograph, not in its repr, not in saved pictures."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from skintwin.errors import PhotographError
from skintwin.photo.intake import read_photograph
from skintwin.photo.save import save_png, write_safely
from tests.photo.pictures import P3_D50, SRGB_CURVE, jpeg_bytes, matrix_profile, png_bytes, skin

SECRETS = (
    "Somchai", "SN-778899", "PhoneMaker", "Model-X", "13.7563", "visit note", "2026:01:02", "Bangkok clinic",
)


@pytest.fixture
def personal(tmp_path):
    exif = Image.Exif()
    exif[271], exif[272], exif[315], exif[306] = "PhoneMaker", "Model-X", "Somchai", "2026:01:02 03:04:05"
    camera = exif.get_ifd(0x8769)
    camera[0xA431], camera[0xA430], camera[37510] = "SN-778899", "Somchai", b"ASCII\0\0\0visit note"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[29] = "N", (13.0, 45.0, 22.7), "2026:01:02"
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:creator>Somchai 13.7563</dc:creator></x:xmpmeta>"
    path = tmp_path / "in.jpg"
    path.write_bytes(jpeg_bytes(skin(), exif=exif, xmp=xmp, comment=b"Bangkok clinic"))
    assert all(secret.encode() in path.read_bytes() for secret in ("Somchai", "SN-778899", "Bangkok clinic"))
    return path


def test_the_kinds_are_named_and_the_values_are_gone(personal):
    photograph = read_photograph(personal)
    assert set(photograph.dropped) >= {
        "location", "device make and model", "device serial number", "names of people", "dates and times",
        "comments and titles", "XMP packet",
    }
    shown = repr(photograph) + str(photograph.source) + " ".join(photograph.warnings)
    assert not any(secret in shown for secret in SECRETS)
    assert str(personal) not in shown
    assert personal.name not in shown


def test_a_saved_picture_carries_pixels_only(personal, tmp_path):
    out = tmp_path / "out.png"
    save_png(out, read_photograph(personal).linear_srgb)
    content = out.read_bytes()
    assert not any(secret.encode() in content for secret in SECRETS)
    picture = Image.open(out)
    assert picture.info == {}
    assert len(picture.getexif()) == 0
    kinds = {content[i + 4 : i + 8] for i in _chunk_starts(content)}
    assert kinds == {b"IHDR", b"IDAT", b"IEND"}


def _chunk_starts(content):
    at = 8
    while at < len(content):
        yield at
        at += 12 + int.from_bytes(content[at : at + 4], "big")


def test_png_text_and_time_are_named(tmp_path):
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Somchai")
    text.add_itxt("XML:com.adobe.xmp", "<x>13.7563</x>")
    path = tmp_path / "in.png"
    path.write_bytes(png_bytes(skin(), pnginfo=text))
    photograph = read_photograph(path)
    assert {"comments and titles", "XMP packet"} <= set(photograph.dropped)
    assert "Somchai" not in repr(photograph)


def test_a_profile_named_after_its_owner_is_called_by_its_primaries(tmp_path):
    path = tmp_path / "in.png"
    profile = matrix_profile(P3_D50, parametric=SRGB_CURVE) + b"Somchai's laptop"
    path.write_bytes(png_bytes(skin(), icc_profile=profile))
    photograph = read_photograph(path)
    assert photograph.source.colour_space == "Display P3"
    assert "Somchai" not in repr(photograph)


def test_a_clean_picture_drops_nothing(tmp_path):
    path = tmp_path / "in.png"
    path.write_bytes(png_bytes(skin()))
    assert read_photograph(path).dropped == ()


def test_saving_returns_the_picture_and_never_overwrites_unasked(tmp_path):
    linear = read_back = np.random.default_rng(0).uniform(0, 1, (40, 40, 3))
    path = tmp_path / "a.png"
    save_png(path, linear)
    from skintwin.optics.colour import srgb_encode

    read_back = read_photograph(path).linear_srgb
    assert np.abs(srgb_encode(read_back) - srgb_encode(linear)).max() <= 0.5 / 255 + 1e-6
    with pytest.raises(PhotographError, match="exists"):
        save_png(path, linear)
    save_png(path, linear, overwrite=True)


def test_a_failed_write_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(PhotographError, match="cannot be written"):
        write_safely(tmp_path / "a.csv", b"1,2")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(PhotographError, match="cannot be written"):
        write_safely(tmp_path / "no such folder" / "a.csv", b"1,2")

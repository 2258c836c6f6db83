"""What cannot be measured is refused by name, and nothing but PhotographError ever comes out."""

from __future__ import annotations

import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from skintwin.errors import PhotographError
from skintwin.photo.intake import read_photograph
from tests.photo.pictures import chunk, jpeg_bytes, png_bytes, png_header, skin, with_chunk


def _cases():
    pixels = skin()
    jpeg, png = jpeg_bytes(pixels), png_bytes(pixels)
    grey = png_bytes(pixels[..., 0])
    cmyk = jpeg_bytes(Image.fromarray(pixels).convert("CMYK"))
    bomb = png_header(20000, 10000) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    animated = with_chunk(png, b"acTL", struct.pack(">II", 3, 0))
    return {
        "empty": (b"", "empty"),
        "text": (b"Dear doctor, here is my picture", "not a picture"),
        "truncated jpeg": (jpeg[: len(jpeg) // 2], "truncated|cut short"),
        "jpeg without its last bytes": (jpeg[:-60], "truncated|cut short"),
        "jpeg cut and closed": (jpeg[: len(jpeg) // 3] + b"\xff\xd9", "damaged|cut short"),
        "truncated png": (png[: len(png) // 2], "truncated"),
        "png with a flipped bit": (png[:60] + bytes([png[60] ^ 4]) + png[61:], "checksum"),
        "png short of data": (png_header(64, 64) + chunk(b"IDAT", zlib.compress(bytes(500)))
                              + chunk(b"IEND", b""), "damaged|cut short|fewer"),
        "1 x 1": (png_bytes(pixels[:1, :1]), "1 x 1"),
        "31 pixels high": (png_bytes(pixels[:31]), "80 x 31"),
        "200 megapixels": (bomb, "200 million"),
        "greyscale": (grey, "greyscale"),
        "grey stored as colour": (png_bytes(np.repeat(pixels[..., :1], 3, axis=2)), "greyscale"),
        "grey 16 bit": (png_bytes(pixels[..., 0].astype(np.uint16) * 257), "greyscale"),
        "cmyk without a profile": (cmyk, "CMYK"),
        "animated": (animated, "animated"),
        "gif": (b"GIF89a" + bytes(100), "GIF"),
        "tiff": (b"II*\0" + bytes(100), "TIFF"),
        "heic": (b"\0\0\0\x18ftypheic" + bytes(100), "HEIC"),
        "wholly transparent": (png_bytes(np.dstack([pixels, np.zeros((64, 80), np.uint8)])), "transparent"),
    }


@pytest.mark.parametrize("name", list(_cases()))
def test_each_bad_picture_is_refused_with_its_reason(tmp_path, name):
    content, reason = _cases()[name]
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    with pytest.raises(PhotographError, match=reason) as caught:
        read_photograph(path)
    assert str(path) in str(caught.value)
    assert caught.value.do or caught.value.expected


def test_the_bomb_is_refused_from_its_header_before_decoding(tmp_path):
    path = tmp_path / "bomb.png"
    body = zlib.compress(bytes(10_000_000), 9)
    path.write_bytes(png_header(20000, 10000) + chunk(b"IDAT", body) + chunk(b"IEND", b""))
    tracemalloc.start()
    with pytest.raises(PhotographError, match="million pixels"):
        read_photograph(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5e6


def test_paths_that_hold_no_file(tmp_path, monkeypatch):
    with pytest.raises(PhotographError, match="no such file"):
        read_photograph(tmp_path / "missing.jpg")
    with pytest.raises(PhotographError, match="folder"):
        read_photograph(tmp_path)
    with pytest.raises(PhotographError):
        read_photograph("null\0character.png")
    path = tmp_path / "locked.png"
    path.write_bytes(png_bytes(skin()))

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)  # a superuser may read everything
    with pytest.raises(PhotographError, match="may not be read"):
        read_photograph(path)


def test_grey_may_be_read_when_asked_for(tmp_path):
    path = tmp_path / "mask.png"
    path.write_bytes(png_bytes(skin()[..., 0]))
    photograph = read_photograph(path, allow_greyscale=True)
    assert (photograph.linear_srgb[..., 0] == photograph.linear_srgb[..., 2]).all()


_quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


_starts = st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", png_header(64, 64)])


@_quick
@given(st.binary(max_size=300), _starts)
def test_random_bytes_never_give_another_error(tmp_path, content, start):
    path = tmp_path / "random.png"
    path.write_bytes(start + content)
    with pytest.raises(PhotographError):
        read_photograph(path)


@_quick
@given(st.sampled_from(["png", "jpeg"]), st.floats(0, 1), st.binary(min_size=1, max_size=12))
def test_damage_gives_a_picture_or_a_named_error(tmp_path, kind, place, damage):
    exif = Image.Exif()
    exif[271] = "Maker"
    make = png_bytes if kind == "png" else jpeg_bytes
    content = bytearray(make(skin(), exif=exif))
    at = int(place * (len(content) - len(damage)))
    content[at : at + len(damage)] = damage
    path = tmp_path / "damaged"
    path.write_bytes(bytes(content))
    try:
        photograph = read_photograph(path)
    except PhotographError:
        return
    assert np.isfinite(photograph.linear_srgb).all()

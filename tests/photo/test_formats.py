"""Every stored form of one picture is read as the same linear colour."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from skintwin.errors import PhotographError
from skintwin.optics.colour import srgb_decode
from skintwin.photo.intake import read_photograph
from tests.photo.pictures import (
    P3_D50,
    SRGB_CURVE,
    chunk,
    jpeg_bytes,
    matrix_profile,
    png16_bytes,
    png_bytes,
    skin,
    with_chunk,
)


@pytest.fixture
def written(tmp_path):
    def write(content, name="picture.png"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def test_untagged_png_is_srgb_exactly_and_says_that_this_is_assumed(written):
    pixels = skin()
    photograph = read_photograph(written(png_bytes(pixels)))
    np.testing.assert_allclose(photograph.linear_srgb, srgb_decode(pixels / 255), atol=1e-6)
    assert photograph.linear_srgb.dtype == np.float32
    assert photograph.source.colour_space_from == "assumed"
    assert any("sRGB is assumed" in w for w in photograph.warnings)


def test_16_bit_png_keeps_its_depth_through_every_row_filter(written):
    rng = np.random.default_rng(1)
    samples = rng.integers(0, 65536, (40, 37, 3), dtype=np.uint16)
    photograph = read_photograph(written(png16_bytes(samples)))
    np.testing.assert_allclose(photograph.linear_srgb, srgb_decode(samples / 65535), atol=1e-6)
    assert photograph.source.bit_depth == 16


def test_16_bit_alpha_and_interlacing(written):
    samples = np.full((40, 40, 4), 30000, dtype=np.uint16)
    samples[..., 1] = 20000
    samples[..., 3] = 65535
    samples[:10, :, 3] = 100
    photograph = read_photograph(written(png16_bytes(samples, colour=6)))
    assert not photograph.valid[:10].any()
    assert photograph.valid[10:].all()
    interlaced = bytearray(png16_bytes(samples, colour=6))
    interlaced[8:33] = chunk(b"IHDR", bytes(interlaced[16:28]) + b"\x01")
    with pytest.raises(PhotographError, match="interlac"):
        read_photograph(written(bytes(interlaced)))


def test_display_p3_patch_decodes_to_its_linear_srgb(written):
    # Published: Display P3 red is linear sRGB (1.2249, -0.0420, -0.0197), outside the gamut and kept so.
    pixels = skin()
    pixels[:8] = (255, 0, 0)
    profile = matrix_profile(P3_D50, parametric=SRGB_CURVE)
    photograph = read_photograph(written(png_bytes(pixels, icc_profile=profile)))
    assert photograph.source.colour_space == "Display P3"
    np.testing.assert_allclose(photograph.linear_srgb[0, 0], (1.2249, -0.0420, -0.0197), atol=1.5e-3)


def test_the_same_colour_stored_as_p3_and_as_srgb_agrees_within_8_bit_rounding(written):
    p3_to_srgb = np.array([[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]])
    wanted = srgb_decode(skin() / 255)
    stored = np.round(255 * _encode(wanted @ np.linalg.inv(p3_to_srgb).T)).astype(np.uint8)
    profile = matrix_profile(P3_D50, parametric=SRGB_CURVE)
    got = read_photograph(written(png_bytes(stored, icc_profile=profile))).linear_srgb
    assert np.abs(_encode(got) - _encode(wanted)).max() < 1.0 / 255
    treated_as_srgb = srgb_decode(stored / 255)
    assert np.abs(_encode(treated_as_srgb) - _encode(wanted)).max() > 5 / 255


def _encode(linear):
    power = 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, 12.92 * linear, power)


def test_library_srgb_profile_is_recognised_and_exact(written):
    from PIL import ImageCms

    pixels = skin()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photograph = read_photograph(written(png_bytes(pixels, icc_profile=profile)))
    assert (photograph.source.colour_space, photograph.source.colour_space_from) == ("sRGB", "profile")
    np.testing.assert_allclose(photograph.linear_srgb, srgb_decode(pixels / 255), atol=1e-6)


def test_adobe_rgb_profile_agrees_with_the_colour_library(written):
    from PIL import ImageCms

    adobe = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
    profile = matrix_profile(adobe, gamma=563 / 256)
    pixels = skin()
    photograph = read_photograph(written(png_bytes(pixels, icc_profile=profile)))
    assert photograph.source.colour_space == "Adobe RGB (1998)"
    import io

    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    by_library = np.asarray(ImageCms.profileToProfile(
        Image.fromarray(pixels), source, ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    ))
    assert np.abs(255 * _encode(photograph.linear_srgb) - by_library).max() < 1.5


def test_damaged_profile_is_not_used_and_said(written):
    photograph = read_photograph(written(png_bytes(skin(), icc_profile=b"nonsense" * 40)))
    assert photograph.source.colour_space_from == "assumed"
    assert any("profile is damaged" in w for w in photograph.warnings)


def test_png_gamma_and_chromaticities(written):
    pixels = skin()
    srgb_like = with_chunk(png_bytes(pixels), b"gAMA", (45455).to_bytes(4, "big"))
    assert read_photograph(written(srgb_like)).source.colour_space == "sRGB"
    linear = with_chunk(png_bytes(pixels), b"gAMA", (100000).to_bytes(4, "big"))
    photograph = read_photograph(written(linear))
    np.testing.assert_allclose(photograph.linear_srgb, pixels / 255, atol=1e-6)
    assert photograph.source.colour_space_from == "PNG chunks"
    hdr = with_chunk(png_bytes(pixels), b"cICP", bytes([9, 16, 0, 1]))
    with pytest.raises(PhotographError, match="high-dynamic-range"):
        read_photograph(written(hdr))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_all_orientations_show_the_same_picture(written, orientation, kind):
    upright = skin(48, 64)
    inverse = {1: [], 2: [2], 3: [3], 4: [4], 5: [5], 6: [8], 7: [7], 8: [6]}[orientation]
    operation = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
                 4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
                 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90}
    image = Image.fromarray(upright)
    for step in inverse:
        image = image.transpose(operation[step])
    exif = Image.Exif()
    exif[274] = orientation
    make = jpeg_bytes if kind == "jpeg" else png_bytes
    photograph = read_photograph(written(make(np.asarray(image), exif=exif)))
    assert photograph.source.orientation == orientation
    assert photograph.shape == (48, 64)
    tolerance = 0.06 if kind == "jpeg" else 1e-6
    difference = photograph.linear_srgb - srgb_decode(upright / 255)
    assert np.abs(difference).max() < tolerance
    assert np.sqrt((difference**2).mean()) < 0.01


def test_transparent_pixels_are_invalid_and_not_flattened(written):
    pixels = np.dstack([skin(), np.full((64, 80), 255, np.uint8)])
    pixels[:16, :, 3] = 0
    photograph = read_photograph(written(png_bytes(pixels)))
    assert photograph.valid.mean() == 0.75
    assert any("25.0 %" in w for w in photograph.warnings)


def test_clipped_pixels_are_marked(written):
    pixels = skin()
    pixels[5, 7] = (255, 200, 190)
    photograph = read_photograph(written(png_bytes(pixels)))
    assert np.argwhere(photograph.clipped).tolist() == [[5, 7]]

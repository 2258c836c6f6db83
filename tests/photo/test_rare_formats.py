"""TIFF, WebP, HEIC, RAW and DICOM give the colour that was put into them, upright, once."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from skintwin.errors import PhotographError
from skintwin.optics.colour import srgb_decode
from skintwin.photo.intake import read_photograph
from tests.photo.pictures import P3_D50, SRGB_CURVE, jpeg_bytes, matrix_profile, skin
from tests.photo.writers import dicom, dng, heic, tiff16, tiff_file, webp

TURN = {1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270}  # fmt: skip
"""What a camera does to an upright scene before it stores it with this orientation."""


@pytest.fixture
def read(tmp_path):
    def write(content, name="picture.bin", **options):
        path = tmp_path / name
        path.write_bytes(content)
        return read_photograph(path, **options)

    return write


def stored(upright, orientation):
    image = Image.fromarray(upright)
    return np.asarray(image if TURN[orientation] is None else image.transpose(TURN[orientation]))


def noise16(channels=3, height=48, width=37):
    return np.random.default_rng(2).integers(0, 65536, (height, width, channels), dtype=np.uint16)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("predictor", [1, 2])
@pytest.mark.parametrize("compression", [1, 5, 8, 32773])
def test_16_bit_tiff_is_exact_in_every_packing(read, order, predictor, compression):
    samples = noise16()
    photograph = read(tiff16(samples, order, compression, predictor))
    assert (photograph.source.format, photograph.source.bit_depth) == ("TIFF", 16)
    np.testing.assert_allclose(photograph.linear_srgb, srgb_decode(samples / 65535), atol=1e-6)


def test_16_bit_tiff_in_tiles_planes_and_with_alpha(read):
    tifffile = pytest.importorskip("tifffile")
    samples = noise16(3, 70, 90)
    for options in ({"tile": (32, 48)}, {"planarconfig": "separate"}, {"planarconfig": "separate", "rowsperstrip": 9},
                    {"tile": (16, 16), "compression": "zlib"}):  # fmt: skip
        buffer = io.BytesIO()
        given = samples if "planarconfig" not in options else np.moveaxis(samples, 2, 0)
        tifffile.imwrite(buffer, given, photometric="rgb", **options)
        np.testing.assert_allclose(read(buffer.getvalue()).linear_srgb, srgb_decode(samples / 65535), atol=1e-6)
    clear = noise16(4)
    clear[..., 3] = 65535
    clear[:12, :, 3] = 7
    photograph = read(tiff16(clear))
    assert photograph.valid.mean() == 0.75


def test_tiff_profile_and_orientation(read):
    pixels = skin(48, 64)
    buffer = io.BytesIO()
    profile = matrix_profile(P3_D50, parametric=SRGB_CURVE)
    Image.fromarray(pixels).save(buffer, "TIFF", icc_profile=profile, compression="tiff_lzw")
    assert read(buffer.getvalue()).source.colour_space == "Display P3"
    samples = noise16()
    deep = read(tiff16(samples, tags={34675: ("B", list(profile))}))
    assert (deep.source.colour_space, deep.source.bit_depth) == ("Display P3", 16)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("compression", [1, 8])
def test_tiff_is_turned_once(read, orientation, bits, compression):
    pixels = skin(48, 64)
    picture = stored(pixels, orientation)
    if bits == 16:
        content = tiff16(picture.astype(np.uint16) * 257, compression=compression, tags={274: ("H", [orientation])})
    else:
        tags = {256: ("I", [picture.shape[1]]), 257: ("I", [picture.shape[0]]), 258: ("H", [8, 8, 8]), 262: ("H", [2]),
                259: ("H", [compression]), 274: ("H", [orientation]), 277: ("H", [3]),
                278: ("I", [picture.shape[0]])}  # fmt: skip
        raw = picture.tobytes()
        content = tiff_file(tags, [raw if compression == 1 else zlib.compress(raw)])
    np.testing.assert_allclose(read(content).linear_srgb, srgb_decode(pixels / 255), atol=1e-6)


def test_tiff_that_cannot_be_measured_is_named(read):
    pixels = skin()
    float32 = {256: ("I", [80]), 257: ("I", [64]), 258: ("H", [32] * 3), 259: ("H", [1]), 262: ("H", [2]),
               277: ("H", [3]), 278: ("I", [64]), 339: ("H", [3] * 3)}  # fmt: skip
    nan = np.full((64, 80, 3), np.nan, np.float32).tobytes()
    lab = {**float32, 258: ("H", [8] * 3), 262: ("H", [8]), 339: ("H", [1] * 3)}
    for content, reason in (
        (tiff_file(float32, [nan]), "floating-point"),
        (tiff_file(lab, [pixels.tobytes()]), "L\\*a\\*b\\*"),
        (tiff_file({**lab, 262: ("H", [2]), 258: ("H", [32] * 3)}, [nan]), "32 bits"),
    ):
        with pytest.raises(PhotographError, match=reason):
            read(content)
    buffer = io.BytesIO()
    pages = [Image.fromarray(pixels), Image.fromarray(pixels)]
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:])
    with pytest.raises(PhotographError, match="2 pages"):
        read(buffer.getvalue())
    cmyk = io.BytesIO()
    Image.fromarray(pixels).convert("CMYK").save(cmyk, "TIFF")
    with pytest.raises(PhotographError, match="CMYK"):
        read(cmyk.getvalue())


def test_webp_is_exact_honours_profile_orientation_alpha_and_refuses_animation(read):
    pixels = skin(48, 64)
    exif = Image.Exif()
    exif[274], exif[271] = 6, "Maker"
    profile = matrix_profile(P3_D50, parametric=SRGB_CURVE)
    photograph = read(webp(stored(pixels, 6), exif=exif, icc_profile=profile))
    assert (photograph.source.orientation, photograph.source.colour_space) == (6, "Display P3")
    assert photograph.dropped == ("device make and model",)
    np.testing.assert_allclose(read(webp(pixels)).linear_srgb, srgb_decode(pixels / 255), atol=1e-6)
    clear = np.dstack([pixels, np.full((48, 64), 255, np.uint8)])
    clear[:12, :, 3] = 0
    assert read(webp(clear)).valid.mean() == 0.75
    buffer = io.BytesIO()
    frames = [Image.fromarray(pixels), Image.fromarray(pixels[::-1].copy())]
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(PhotographError, match="animated"):
        read(buffer.getvalue())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_heic_is_turned_once(read, orientation):
    pixels = skin(48, 64)
    exif = Image.Exif()
    exif[274], exif[271] = orientation, "Maker"
    photograph = read(heic(stored(pixels, orientation), exif=exif))
    assert photograph.shape == (48, 64)
    assert np.abs(photograph.linear_srgb - srgb_decode(pixels / 255)).max() < 0.06
    assert "device make and model" in photograph.dropped
    assert photograph.source.orientation == 1


def test_heic_profile_depth_and_colour_box(read):
    pixels = skin(48, 64)
    profile = matrix_profile(P3_D50, parametric=SRGB_CURVE)
    assert read(heic(pixels, icc_profile=profile)).source.colour_space == "Display P3"
    plain = read(heic(pixels))
    assert (plain.source.colour_space, plain.source.colour_space_from) == ("sRGB", "HEIC colour box")
    deep = read(heic(pixels.astype(np.uint16) * 257, bits=10))
    assert deep.source.bit_depth == 10
    assert np.abs(deep.linear_srgb - srgb_decode(pixels / 255)).max() < 0.04
    white = pixels.astype(np.uint16) * 257
    white[:16] = 65535
    full = read(heic(white, bits=10)).linear_srgb[4:12, 8:-8]
    assert np.abs(full - 1).max() < 0.005
    with pytest.raises(PhotographError, match="high-dynamic-range"):
        read(heic(pixels.astype(np.uint16) * 257, bits=10, save_nclx_profile=True, transfer_characteristics=16,
                  color_primaries=9))  # fmt: skip


def test_raw_is_linear_light_of_the_camera(read):
    linear = np.empty((64, 80, 3))
    linear[:, :40], linear[:, 40:] = (0.42, 0.25, 0.17), (0.20, 0.10, 0.06)
    photograph = read(dng(linear))
    assert (photograph.source.format, photograph.source.colour_space_from) == ("RAW", "RAW")
    for half, colour in ((np.s_[8:-8, 8:32], (0.42, 0.25, 0.17)), (np.s_[8:-8, 48:72], (0.20, 0.10, 0.06))):
        # 12-bit counts, and a camera matrix stored to four places
        np.testing.assert_allclose(np.median(photograph.linear_srgb[half], axis=(0, 1)), colour, atol=2e-3)
    assert not photograph.clipped.any()


def test_raw_exposure_does_not_hang_on_the_picture_and_balance_is_as_shot(read):
    flat = np.broadcast_to((0.30, 0.20, 0.12), (64, 80, 3)).copy()
    dark = np.median(read(dng(flat * 0.5)).linear_srgb, axis=(0, 1))
    bright = np.median(read(dng(flat)).linear_srgb, axis=(0, 1))
    np.testing.assert_allclose(bright / dark, 2.0, atol=0.02)
    lamp = np.array([0.8, 1.0, 0.5])  # what the sensor counts of white under this lamp
    balanced = np.median(read(dng(flat * lamp, neutral=lamp)).linear_srgb, axis=(0, 1))
    np.testing.assert_allclose(balanced / balanced[1], bright / bright[1], atol=0.02)


def test_raw_clipping_is_the_sensors_and_orientation_is_applied_once(read):
    linear = np.full((64, 80, 3), 0.2)
    linear[:16, :20] = 1.2
    linear[..., 2] *= 0.5
    for orientation, shape, corner in ((1, (64, 80), (4, 4)), (6, (80, 64), (4, -4)), (3, (64, 80), (-4, -4))):
        photograph = read(dng(linear, orientation=orientation))
        assert photograph.shape == shape
        assert photograph.clipped[corner]
        assert photograph.clipped.mean() < 0.09
        assert photograph.linear_srgb[corner][1] > 0.9


def test_dicom_photometric_interpretations(read):
    from pydicom.pixels.processing import convert_color_space

    pixels = skin(48, 64)
    wanted = srgb_decode(pixels / 255)
    np.testing.assert_allclose(read(dicom(pixels)).linear_srgb, wanted, atol=1e-6)
    planar = dicom(np.moveaxis(pixels, 2, 0).reshape(48, 64, 3), PlanarConfiguration=1)
    np.testing.assert_allclose(read(planar).linear_srgb, wanted, atol=1e-6)
    ybr = convert_color_space(pixels, "RGB", "YBR_FULL")
    assert np.abs(read(dicom(ybr, model="YBR_FULL")).linear_srgb - wanted).max() < 0.02
    deep = pixels.astype(np.uint16) * 16
    twelve = read(dicom(deep, bits=16, stored=12))
    assert twelve.source.bit_depth == 12
    np.testing.assert_allclose(twelve.linear_srgb, srgb_decode(deep / 4095), atol=1e-6)
    index = np.tile(np.arange(64, dtype=np.uint8), (48, 1))
    table = {f"{c}PaletteColorLookupTableDescriptor": [256, 0, 8] for c in ("Red", "Green", "Blue")}
    for i, colour in enumerate(("Red", "Green", "Blue")):
        table[f"{colour}PaletteColorLookupTableData"] = bytes(((np.arange(256) + i * 40) % 256).astype(np.uint8))
    palette = read(dicom(index, model="PALETTE COLOR", **table))
    np.testing.assert_allclose(palette.linear_srgb[0, 7], srgb_decode(np.array([7, 47, 87]) / 255), atol=1e-6)


def test_dicom_encapsulated_and_unread_transfer_syntaxes(read):
    pixels = skin(48, 64)
    jpeg = dicom(pixels, frame=jpeg_bytes(pixels, subsampling=0), model="YBR_FULL", syntax="1.2.840.10008.1.2.4.50")
    photograph = read(jpeg)
    assert photograph.source.format == "DICOM"
    assert np.abs(photograph.linear_srgb - srgb_decode(pixels / 255)).max() < 0.06
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG2000", irreversible=False, no_jp2=True)
    lossless = dicom(pixels, frame=buffer.getvalue(), model="YBR_RCT", syntax="1.2.840.10008.1.2.4.90")
    np.testing.assert_allclose(read(lossless).linear_srgb, srgb_decode(pixels / 255), atol=1e-6)
    names = {"4.70": "JPEG Lossless", "4.80": "JPEG-LS", "4.201": "High-Throughput", "4.100": "MPEG2"}
    for syntax, name in names.items():
        with pytest.raises(PhotographError, match=name):
            read(dicom(pixels, frame=b"\xff\xd8" + bytes(100), syntax=f"1.2.840.10008.1.2.{syntax}"))
    with pytest.raises(PhotographError, match="Deflated"):
        read(dicom(pixels, syntax="1.2.840.10008.1.2.1.99"))
    with pytest.raises(PhotographError, match="12 frames"):
        read(dicom(pixels, NumberOfFrames=12))
    with pytest.raises(PhotographError, match="greyscale"):
        read(dicom(pixels[..., 0], model="MONOCHROME2"))


def test_dicom_colours_are_said_by_the_profile_or_the_colour_space(read):
    pixels = skin(48, 64)
    profile = matrix_profile(P3_D50, parametric=SRGB_CURVE)
    assert read(dicom(pixels, ICCProfile=profile)).source.colour_space == "Display P3"
    adobe = read(dicom(pixels, ColorSpace="ADOBERGB"))
    assert (adobe.source.colour_space, adobe.source.colour_space_from) == ("Adobe RGB (1998)", "DICOM colour space")

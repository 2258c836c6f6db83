"""In every format the kinds are named and no value survives, not even in an error or a log line."""

from __future__ import annotations

import io
import logging

import pytest
from PIL import Image

from skintwin.errors import PhotographError
from skintwin.photo.intake import read_photograph
from tests.photo.pictures import jpeg_bytes, skin
from tests.photo.writers import dicom, dng, heic, webp

SECRETS = ("Somchai", "SN-778899", "HN-0001", "Bangkok", "PhoneMaker")


def _exif():
    exif = Image.Exif()
    exif[271], exif[315], exif[33432] = "PhoneMaker", "Somchai", "Somchai"
    camera = exif.get_ifd(0x8769)
    camera[0xA431], camera[37500] = "SN-778899", b"maker Somchai"
    exif.get_ifd(0x8825)[1] = "N"
    return exif


def _files():
    pixels = skin()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Somchai</x:xmpmeta>"
    tiff = io.BytesIO()
    Image.fromarray(pixels).save(tiff, "TIFF", exif=_exif(), tiffinfo={700: xmp, 33723: b"Somchai", 269: "Somchai.tif"})
    two = io.BytesIO()
    Image.fromarray(pixels).save(two, "MPO", save_all=True, append_images=[Image.fromarray(pixels[::-1].copy())])
    camera = {"device make and model", "names of people", "device serial number", "location", "maker's private notes"}
    return {
        "jpg": (jpeg_bytes(pixels, exif=_exif(), xmp=xmp), camera | {"XMP packet"}),
        "webp": (webp(pixels, exif=_exif(), xmp=xmp), camera | {"XMP packet"}),
        "heic": (heic(pixels, exif=_exif(), xmp=xmp), camera | {"XMP packet"}),
        "tif": (tiff.getvalue(), {"XMP packet", "IPTC record", "file name"}),
        "mpo": (two.getvalue(), {"further pictures (preview, depth or gain map, film)"}),
        "dng": (dng(pixels / 600, tags={315: ("s", b"Somchai\0"), 0xC62F: ("s", b"SN-778899\0"),
                                        0xC68B: ("s", b"Somchai.dng\0"), 0xC634: ("B", list(b"Somchai"))}),
                {"names of people", "device serial number", "file name", "maker's private notes"}),
        "dcm": (dicom(pixels, PatientName="Somchai", PatientID="HN-0001", InstitutionName="Bangkok",
                      StudyDate="20260102", DeviceSerialNumber="SN-778899", Manufacturer="PhoneMaker",
                      ReferringPhysicianName="Somchai"),
                {"patient identity (PatientID, PatientName)", "institution and staff", "dates and times",
                 "device serial number", "device make and model", "identifiers of study and picture"}),
    }  # fmt: skip


@pytest.mark.parametrize("ending", ["jpg", "webp", "heic", "tif", "mpo", "dng", "dcm"])
def test_kinds_are_named_and_values_are_gone(tmp_path, ending):
    content, kinds = _files()[ending]
    path = tmp_path / f"a.{ending}"
    path.write_bytes(content)
    photograph = read_photograph(path)
    assert kinds <= set(photograph.dropped)
    shown = repr(photograph) + " ".join(photograph.warnings)
    assert not any(secret in shown for secret in SECRETS)


def test_a_damaged_dicom_tells_nobody_the_name(tmp_path, caplog, capfd):
    content = dicom(skin(), PatientName="Somchai", StudyDate="20260102", PatientAge="034Y")
    path = tmp_path / "a.dcm"
    for old, new in ((b"20260102", b"Somchai "), (b"034Y", b"Somc"), (b"IS", b"XX")):
        path.write_bytes(content.replace(old, new))
        with caplog.at_level(logging.DEBUG):
            read_photograph(path)
    path.write_bytes(content.replace(b"RGB ", b"Somc"))
    with pytest.raises(PhotographError) as caught:
        read_photograph(path)
    out = capfd.readouterr()
    assert "Somc" not in str(caught.value) + caplog.text + out.out + out.err

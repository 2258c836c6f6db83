"""The capture record: DICOM's names, clear refusals, and one word for file and user."""

from __future__ import annotations

import pytest

from skintwin.errors import ConfigError
from skintwin.photo.capture import OWN_FIELDS, CaptureRecord
from skintwin.photo.intake import read_photograph
from tests.photo.pictures import png_bytes, skin
from tests.photo.writers import dicom

RECORD = "light_source_polarization: POLARIZED\npolarization_filters: CROSSED\nmake_up: 'NO'\nsubject_distance: 0.4\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.png").write_bytes(png_bytes(skin()))
    return tmp_path


def test_fields_are_named_after_dicom():
    from pydicom.datadict import tag_for_keyword

    for field in set(CaptureRecord.model_fields) - OWN_FIELDS:
        assert tag_for_keyword("".join(word.capitalize() for word in field.split("_"))), field


def test_a_record_beside_the_photograph_is_read(folder):
    assert read_photograph(folder / "a.png").capture is None
    (folder / "a.capture.yaml").write_text(RECORD)
    capture = read_photograph(folder / "a.png").capture
    assert (capture.polarization_filters, capture.make_up, capture.subject_distance) == ("CROSSED", "NO", 0.4)
    (folder / "a.capture.json").write_text("{}")
    with pytest.raises(ConfigError, match="several"):
        read_photograph(folder / "a.png")


@pytest.mark.parametrize(("text", "reason"), [
    ("light_source_polarization: SOMETIMES", "light_source_polarization.*POLARIZED"),
    ("polarisation: POLARIZED", "polarisation.*one of light_source_polarization"),
    ("subject_distance: 40 cm", "subject_distance.*number"),
    ("contact_method: NON_CONTACT\nimmersion_media: [WATER]", "immersion_media needs contact_method CONTACT"),
    ("- a list", "no list of fields"),
    ("a: [", "cannot be read"),
    ("a: &a [*a]", "one of"),
    ("x: 1\n" * 20_000, "no list of fields|one of"),
])  # fmt: skip
def test_a_wrong_record_is_refused_by_field(folder, text, reason):
    (folder / "a.capture.yaml").write_text(text)
    with pytest.raises(ConfigError, match=reason) as caught:
        read_photograph(folder / "a.png")
    assert "a.capture.yaml" in str(caught.value)


def test_dicom_carries_its_own_record_and_the_user_may_add_but_not_contradict(tmp_path):
    path = tmp_path / "a.dcm"
    path.write_bytes(dicom(
        skin(), Modality="DMS", LightSourcePolarization="POLARIZED", ContactMethod="CONTACT", ImmersionMedia="WATER",
        EmitterColorTemperature="5500", OpticalMagnificationFactor="10", PixelSpacing=[0.01, 0.01],
    ))  # fmt: skip
    capture = read_photograph(path).capture
    assert capture.known() == {
        "light_source_polarization": "POLARIZED", "emitter_color_temperature": 5500.0, "contact_method": "CONTACT",
        "immersion_media": ("WATER",), "optical_magnification_factor": 10.0, "pixel_spacing": (0.01, 0.01),
        "modality": "DMS",
    }  # fmt: skip
    (tmp_path / "a.capture.yaml").write_text("make_up: 'NO'")
    assert read_photograph(path).capture.make_up == "NO"
    (tmp_path / "a.capture.yaml").write_text("light_source_polarization: NON_POLARIZED")
    with pytest.raises(ConfigError, match="disagree on light_source_polarization"):
        read_photograph(path)

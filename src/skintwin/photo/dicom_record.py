"""What a DICOM says beside its pixels: who (kinds only), how it was taken, in which colours."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from skintwin.errors import ConfigError
from skintwin.photo import privacy
from skintwin.photo.capture import CaptureRecord, capture_from
from skintwin.photo.encoding import (
    ADOBE_GAMMA,
    KNOWN_PRIMARIES,
    SRGB,
    RgbEncoding,
    matrix_from_primaries,
    power_curve,
)

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_DEVICE: Final = {"Manufacturer", "ManufacturerModelName", "DeviceID", "SoftwareVersions", "StationName", "LensMake",
                  "LensModel"}  # fmt: skip
_SERIAL: Final = {"DeviceSerialNumber", "DeviceUID", "LensSerialNumber", "PlateID", "DetectorID"}
_PLACE_OR_STAFF: Final = ("Institution", "Physician", "Operator", "Performer", "Requesting", "CameraOwner")
_LIGHT: Final = {1: "DAYLIGHT", 2: "FLUORESCENT", 3: "TUNGSTEN", 4: "FLASH", 9: "DAYLIGHT", 10: "DAYLIGHT",
                 11: "DAYLIGHT", 12: "FLUORESCENT", 13: "FLUORESCENT", 14: "FLUORESCENT", 15: "FLUORESCENT"}
_WORDS: Final = {"light_source_polarization": "LightSourcePolarization", "contact_method": "ContactMethod"}
_NUMBERS: Final = {"emitter_color_temperature": "EmitterColorTemperature", "subject_distance": "SubjectDistance",
                   "optical_magnification_factor": "OpticalMagnificationFactor"}  # fmt: skip


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the DICOM library from printing a file's values in its warnings."""
    from pydicom import config

    log = logging.getLogger("pydicom")
    before = log.disabled
    log.disabled = True
    try:
        with warnings.catch_warnings(), config.disable_value_validation():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.disabled = before


def kinds_in(dataset: Dataset) -> set[str]:
    """Kinds of personal data. Attributes of the patient are listed by their names, never by their values."""
    kinds: set[str] = set()
    patient: set[str] = set()
    for element in dataset.iterall():
        name = element.keyword
        if element.is_empty:
            continue
        if element.tag.group == 0x0010:
            patient.add(name or "unnamed attribute")
        elif element.tag.is_private or name == "MakerNote":
            kinds.add(privacy.MAKER)
        elif name in _SERIAL:
            kinds.add(privacy.SERIAL)
        elif name in _DEVICE:
            kinds.add(privacy.DEVICE)
        elif name.startswith(_PLACE_OR_STAFF):
            kinds.add(privacy.INSTITUTION)
        elif name.startswith("GPS"):
            kinds.add(privacy.LOCATION)
        elif name == "IconImageSequence":
            kinds.add(privacy.THUMBNAIL)
        else:
            kinds |= _kind_of_value(element.VR, name)
    if patient:
        kinds.add(f"{privacy.PATIENT} ({', '.join(sorted(patient))})")
    return kinds


def _kind_of_value(vr: str, name: str) -> set[str]:
    if vr == "PN":
        return {privacy.NAMES}
    if vr in ("DA", "TM", "DT"):
        return {privacy.TIMES}
    if (vr == "UI" and name.endswith("InstanceUID")) or name in ("AccessionNumber", "StudyID"):
        return {privacy.IDENTIFIERS}
    if vr in ("LT", "ST", "UT") or name.endswith(("Comments", "Description")):
        return {privacy.COMMENTS}
    return set()


def capture_in(dataset: Dataset, where: str) -> CaptureRecord | None:
    """The capture record that the file holds, or None. Values that the standard does not know are left out."""
    found: dict[str, Any] = {}
    for field, keyword in _WORDS.items():
        found[field] = str(dataset.get(keyword) or "")
    for field, keyword in _NUMBERS.items():
        found[field] = dataset.get(keyword)
    found["immersion_media"] = _several(dataset.get("ImmersionMedia"))
    found["pixel_spacing"] = _several(dataset.get("PixelSpacing"))
    found["modality"] = str(dataset.get("Modality") or "")
    found["light_source"] = _LIGHT.get(_integer(dataset.get("LightSource")))
    record: dict[str, Any] = {}
    for field, value in found.items():
        if value in (None, "", ()):
            continue
        with contextlib.suppress(ConfigError):
            record |= capture_from({**record, field: value}, where).known()
    return capture_from(record, where) if record else None


def _several(value: Any) -> tuple[Any, ...]:
    if value is None or value == "":
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _integer(value: Any) -> int:
    return value if isinstance(value, int) else 0


def encoding_in(dataset: Dataset) -> RgbEncoding | None:
    """What ColorSpace (0028,2002) says, when there is no profile."""
    name = str(dataset.get("ColorSpace") or "")
    if name == "SRGB":
        return SRGB
    if name == "ADOBERGB":
        curve = power_curve(ADOBE_GAMMA)
        adobe = "Adobe RGB (1998)"
        return RgbEncoding(adobe, (curve, curve, curve), matrix_from_primaries(KNOWN_PRIMARIES[adobe]))
    return None

"""How a photograph was taken: the capture record.

Names are those of DICOM PS3.3: the dermoscopic image module (C.8.12.13) and the EXIF-derived attributes of
visible-light photography, in lower case with underscores (LightSourcePolarization -> light_source_polarization).
What DICOM has no attribute for (make-up, pose, device class, crossed filters) is marked as the house's own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from skintwin.errors import ConfigError

YesNo = Literal["YES", "NO"]
Immersion = Literal["ULTRASOUND_GEL", "ALCOHOL", "WATER", "MINERAL_OIL", "PLASTIC_CAP"]
OWN_FIELDS: Final = frozenset({"polarization_filters", "make_up", "pose", "device_class"})
"""Fields that DICOM has no attribute for."""
_ENDINGS: Final = (".capture.yaml", ".capture.yml", ".capture.json")
_LARGEST: Final = 64 * 1024


class CaptureRecord(BaseModel):
    """How a photograph was taken. A field that is None is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    light_source_polarization: Literal["POLARIZED", "NON_POLARIZED"] | None = None
    """(0016,1001) polarisation of the light."""
    polarization_filters: Literal["CROSSED", "PARALLEL"] | None = None
    """House: the camera's filter to the light's. CROSSED takes surface gloss away, PARALLEL brings it out."""
    emitter_color_temperature: float | None = Field(default=None, ge=1000, le=25000)
    """(0016,1002) colour temperature of the light, K."""
    light_source: Literal["DAYLIGHT", "FLUORESCENT", "TUNGSTEN", "FLASH", "LED", "MIXED"] | None = None
    """(0016,0028) kind of light. DICOM stores EXIF's number; LED and MIXED are the house's."""
    contact_method: Literal["CONTACT", "NON_CONTACT"] | None = None
    """(0016,1003) whether the instrument touched the skin: pressure empties the vessels."""
    immersion_media: tuple[Immersion, ...] | None = None
    """(0016,1004) what lay between, with CONTACT only."""
    optical_magnification_factor: float | None = Field(default=None, gt=0, le=1000)
    """(0016,1005) times, on the sensor."""
    subject_distance: float | None = Field(default=None, gt=0, le=100)
    """(0016,0026) lens to skin, m."""
    pixel_spacing: tuple[float, float] | None = None
    """(0028,0030) between rows, between columns, mm."""
    modality: Literal["XC", "DMS"] | None = None
    """(0008,0060) XC external-camera photography, DMS dermoscopy."""
    device_class: (
        Literal["phone", "tablet", "compact camera", "system camera", "dermatoscope", "body scanner"] | None
    ) = None
    """House: what kind of instrument, never which one."""
    make_up: YesNo | None = None
    """House: whether anything covers or tints the skin: make-up, tinted sunscreen, self-tanner."""
    pose: Literal["standing", "sitting", "supine", "prone", "left lateral", "right lateral"] | None = None
    """House: how the patient was, for photographs that are to be compared."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.immersion_media and self.contact_method == "NON_CONTACT":
            raise ValueError("immersion_media needs contact_method CONTACT")
        if self.polarization_filters and self.light_source_polarization == "NON_POLARIZED":
            raise ValueError("polarization_filters needs light_source_polarization POLARIZED")
        if self.pixel_spacing is not None and not all(0 < v < 10 for v in self.pixel_spacing):
            raise ValueError("pixel_spacing must lie between 0 and 10 mm")
        return self

    def known(self) -> dict[str, Any]:
        """The fields that are known."""
        return self.model_dump(exclude_none=True)


def record_beside(photograph: Path) -> Path | None:
    """The capture record next to a photograph: ``lesion.jpg`` -> ``lesion.capture.yaml`` (.yml, .json), or None.

    Raises ConfigError when there are several.
    """
    found = [path for ending in _ENDINGS if (path := photograph.with_name(photograph.stem + ending)).is_file()]
    if len(found) > 1:
        raise ConfigError("there are several capture records for one photograph", where=str(photograph),
                          expected="one", do=f"keep one of {', '.join(path.name for path in found)}")  # fmt: skip
    return found[0] if found else None


def read_capture(path: Path) -> CaptureRecord:
    """Read a record from YAML or JSON. Raises ConfigError naming the field, what it holds and what was expected."""
    where = str(path)
    try:
        text = path.read_bytes()[: _LARGEST + 1].decode("utf-8")
        content = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise ConfigError("the capture record cannot be read", where=where, expected="YAML or JSON text",
                          do="correct it or take it away") from error  # fmt: skip
    if len(text) > _LARGEST or not isinstance(content, dict):
        raise ConfigError("the capture record is no list of fields", where=where, expected="lines of field: value")
    return capture_from(content, where)


def capture_from(content: dict[Any, Any], where: str) -> CaptureRecord:
    """Validate fields. Raises ConfigError for the first that is wrong."""
    try:
        return CaptureRecord.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = str(first["loc"][0]) if first["loc"] else "capture record"
        expected = f"one of {', '.join(CaptureRecord.model_fields)}" if first["type"] == "extra_forbidden" else None
        raise ConfigError(f"{field}: {first['msg']}", where=where, expected=expected,
                          do="see docs/photographs.md, capture record") from error  # fmt: skip


def merged(in_file: CaptureRecord | None, given: CaptureRecord | None, where: str) -> CaptureRecord | None:
    """One record of what the file says and what the user says. Raises ConfigError when they contradict each other."""
    if in_file is None or given is None:
        return in_file or given
    inside, outside = in_file.known(), given.known()
    wrong = [name for name in inside if name in outside and inside[name] != outside[name]]
    if wrong:
        raise ConfigError(
            f"the capture record and the picture disagree on {wrong[0]}: {outside[wrong[0]]} and {inside[wrong[0]]}",
            where=where, do="correct the record, or take the line away",
        )  # fmt: skip
    return capture_from({**inside, **outside}, where)

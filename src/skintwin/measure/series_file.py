"""What to measure, written down: a YAML file that names the photographs of a lesion and what is known of each.

    title: left cheek
    phototype: III
    site: cheek
    card: classic
    photographs:
      - {file: week00.jpg, label: week 0}
      - {file: week12.jpg, label: week 12, outline: week12.json}

What stands at the top holds for every photograph unless it says otherwise. Files are looked for beside the YAML.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skintwin.errors import ConfigError
from skintwin.measure.calibration import Rulers
from skintwin.measure.on_request import Body
from skintwin.measure.visit import VisitSettings
from skintwin.measure.yaml_text import yaml_content
from skintwin.photo.capture import capture_from
from skintwin.skin.phototype import phototype_named
from skintwin.skin.site import site_named

Point = tuple[float, float]
_LARGEST = 256 * 1024


class Shared(BaseModel):
    """What may be said of every photograph, or of one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phototype: str | None = None
    """I to VI; needed for pigment maps without a colour card."""
    site: str | None = None
    """Body site: thickness of the epidermis."""
    kind: Literal["hypopigmented", "hyperpigmented"] | None = None
    """Of the lesion; found if not given."""
    geometry: Literal["SCI", "SCE", "unknown"] | None = None
    """Whether surface gloss is in the picture."""
    card: str | None = None
    """auto, none, or the name of a colour card."""
    corners: tuple[Point, Point, Point, Point] | None = None
    """Centres of the card's corner patches, x, y in pixels."""
    grey: tuple[int, int, int, int] | None = None
    """A region inside a grey card: left, top, width, height."""
    mm_per_pixel: float | None = Field(default=None, gt=0)
    """Size of a pixel on the skin."""
    lesion_diameter_mm: float | None = Field(default=None, gt=0)
    """Largest diameter of the lesion."""
    ruler: tuple[float, float, float, float, float] | None = None
    """x0, y0, x1, y1 of a line across a ruler's ticks, and mm from tick to tick."""
    length: tuple[float, float, float, float, float] | None = None
    """x0, y0, x1, y1 of two points, and the mm between them."""
    coin: tuple[float, float, str | float] | None = None
    """x, y of a point on a coin, and its name (euro-1) or its diameter in mm."""
    marker: bool | None = None
    """Look for the printed marker."""
    box: tuple[int, int, int, int] | None = None
    """Where to look for the lesion: left, top, width, height."""
    capture: dict[str, Any] | None = None
    """How it was taken (see the capture record)."""
    height_cm: float | None = Field(default=None, gt=0)
    """Of the patient; with the weight, for the share of the body surface."""
    weight_kg: float | None = Field(default=None, gt=0)
    """Of the patient."""
    hand_cm2: float | None = Field(default=None, gt=0)
    """Area of the patient's palm with fingers, instead of height and weight."""
    spots: bool | None = None
    """Count spots, in the box or on all skin."""


class PhotographEntry(Shared):
    """One photograph. file: beside the YAML. label: shown in tables. outline: polygon or mask file."""

    file: Path
    label: str = Field(default="", max_length=80)
    outline: Path | None = None


class SeriesFile(Shared):
    """A whole series."""

    title: str = Field(default="", max_length=120)
    photographs: tuple[PhotographEntry, ...] = Field(min_length=1, max_length=200)


def read_series_file(path: Path) -> tuple[str, list[tuple[Path, VisitSettings]]]:
    """(title, photographs with their settings). Raises ConfigError naming the field that is wrong."""
    where = str(path)
    try:
        text = path.read_bytes()[: _LARGEST + 1].decode("utf-8")
    except (OSError, ValueError) as error:
        raise ConfigError("the series file cannot be read", where=where, expected="YAML text") from error
    content = yaml_content(text, where, "a series file")
    if not isinstance(content, dict):
        raise ConfigError("the series file is no list of fields", where=where, expected="lines of field: value")
    try:
        series = SeriesFile.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ConfigError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", where=where,
                          expected=f"fields {', '.join(PhotographEntry.model_fields)}",
                          do="correct the line") from error  # fmt: skip
    found = []
    for number, entry in enumerate(series.photographs):
        said = {k: v for k, v in series.model_dump(exclude={"photographs", "title"}).items() if v is not None}
        said |= {k: v for k, v in entry.model_dump().items() if v is not None}
        said["label"] = entry.label or f"visit {number + 1}"
        found.append((path.parent / entry.file, settings_from(said, where, path.parent)))
    return series.title or path.stem, found


def settings_from(said: dict[str, Any], where: str, folder: Path | None = None) -> VisitSettings:
    """Settings from fields of :class:`PhotographEntry`. Raises ConfigError for an unknown phototype, site or capture
    record, and when several sources of scale are given."""
    outline = said.get("outline")
    if outline is not None and folder is not None:
        outline = folder / outline
    capture = said.get("capture")
    rulers = Rulers(
        card=said.get("card") or "auto", corners=said.get("corners"), grey=said.get("grey"),
        mm_per_pixel=said.get("mm_per_pixel"), ruler=said.get("ruler"), length=said.get("length"),
        marker=bool(said.get("marker")), coin=said.get("coin"), lesion_diameter=said.get("lesion_diameter_mm"),
    )  # fmt: skip
    phototype, site = said.get("phototype"), said.get("site")
    sizes = {name: said.get(name) for name in ("height_cm", "weight_kg", "hand_cm2")}
    return VisitSettings(
        label=said.get("label") or "", rulers=rulers,
        phototype=phototype_named(phototype) if phototype else None, site=site_named(site) if site else None,
        kind=said.get("kind"), outline=outline, box=said.get("box"), geometry=said.get("geometry") or "unknown",
        capture=None if capture is None else capture_from(capture, where),
        body=Body(**sizes) if any(value is not None for value in sizes.values()) else None,
        spots=bool(said.get("spots")),
    )  # fmt: skip

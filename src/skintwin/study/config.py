"""The study file: what a person writes, checked line by line when it is read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from skintwin.disorders import disorders
from skintwin.errors import ConfigError
from skintwin.mechanisms import mechanisms
from skintwin.quantities import Days, Degrees, Length, Years
from skintwin.skin.phototype import phototype_named
from skintwin.skin.site import site_named
from skintwin.study.lines import Line
from skintwin.study.make_line import check_line, make_line
from skintwin.study.plan_table import arms_of, read_plan
from skintwin.study.reading import read_yaml, sentence
from skintwin.study.together import check_together


def _checked(function: Any) -> BeforeValidator:
    def run(value: Any) -> Any:
        try:
            return function(value)
        except ConfigError as error:
            raise ValueError(str(error)) from None

    return BeforeValidator(run)


def _mode(value: Any) -> Any:
    """YAML reads an unquoted off as false."""
    return "off" if value is False else value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Patient(_Part):
    """Who. Sun habit scales the exposure of the site."""

    age: Years = Field(ge=0, le=120)
    """Age. The living skin of the old turns over more slowly, and melanocytes decline."""
    phototype: Annotated[str, _checked(phototype_named)]
    """Fitzpatrick phototype; 1 to 6 are read too."""
    site: Annotated[str, _checked(site_named)]
    """Site of the body. Other common names are read and turned into one of these."""
    sex: Literal["female", "male", "unspecified"] = "unspecified"
    """Sex; the number of melanocytes depends on it."""
    latitude: Degrees = Field(default=13.75, ge=-90, le=90)
    """Where the patient lives, north positive: it sets the sun of each day of the year."""
    sun: Literal["avoid", "ordinary", "outdoor"] = "ordinary"
    """Sun habit: how much of the sun outdoors reaches the site."""


class Synthetic(_Part):
    """A drawn lesion. ``map``: ``disc``, an ellipse on even skin, or the look of the disorder (``typical``, and for
    melasma ``centrofacial``, ``malar``, ``mandibular``), drawn from the study's seed. ``melanin``: share of the
    surrounding melanin inside it. A look has a usual ``diameter``, ``patch`` and ``melanin``; a disc needs all
    three."""

    map: str = "disc"
    """Shape of the drawing: an ellipse (disc) or the look of the disorder, drawn from the seed."""
    diameter: Length | None = Field(default=None, gt=0)
    """Largest width of the lesion; a disc needs it, a look has a usual one."""
    patch: Length | None = Field(default=None, gt=0)
    """Width of the square of skin that is simulated; a disc needs it, a look has a usual one."""
    melanin: float | None = Field(default=None, ge=0, le=6)
    """Melanin inside the lesion over that of the skin around it (below 1 lighter, above 1 darker); a disc needs it, a
    look has a usual one."""
    aspect: float = Field(default=1.0, gt=0.2, le=1)
    """Short over long diameter of a disc; only for a disc."""

    @model_validator(mode="after")
    def _whole_disc(self) -> Any:
        missing = [name for name in ("diameter", "patch", "melanin") if getattr(self, name) is None]
        if self.map == "disc" and missing:
            raise ValueError(f"a disc needs {', '.join(missing)}; give them, or a map such as 'typical'")
        if self.map != "disc" and "aspect" in self.model_fields_set:
            raise ValueError("aspect belongs to a disc; a map has a shape of its own")
        return self


class Lesion(_Part):
    """What is wrong with the skin, and where it is seen: a photograph or a drawn lesion. ``severity``: 0 slight to 1 as
    bad as it gets; ``depth`` of the pigment; ``duration``: since it arose."""

    disorder: str
    """What the lesion is."""
    photograph: Path | None = None
    """File of a photograph, relative to the study file. Either this or synthetic."""
    synthetic: Synthetic | None = None
    """A drawn lesion in place of a photograph: a mapping, see below."""
    outline: Path | None = None
    """File of the outline on the photograph: a JSON polygon or a mask of its size (white is lesion); without it the
    outline is found."""
    calibrated: bool = False
    """True if the colours of the photograph are calibrated already; otherwise exposure and white balance are set from
    the skin around the lesion and the phototype."""
    mm_per_pixel: Length | None = Field(default=None, gt=0)
    """Scale of the photograph. Give this or diameter; without either a size is assumed."""
    diameter: Length | None = Field(default=None, gt=0)
    """Largest diameter of the lesion on the photograph, in place of mm_per_pixel."""
    activity: Literal["stable", "active"] = "stable"
    """Whether the border is attacked by T cells; only for lesions that lose melanocytes."""
    white_hair: bool = False
    """True if hair in the lesion is white (no reserve in its follicles); only for lesions that lose melanocytes."""
    severity: float = Field(default=0.5, ge=0, le=1)
    """0 slight to 1 as bad as it gets; sets size, number and darkness of a drawn look."""
    depth: Literal["epidermal", "mixed", "dermal"] = "epidermal"
    """Where the extra pigment lies; other than epidermal only for disorders that can be deeper."""
    duration: Days = Field(default=0.0, ge=0)
    """Time since the lesion arose; at most the patient's age."""

    @field_validator("disorder")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in disorders():
            raise ValueError(f"unknown disorder {value!r}; expected one of {', '.join(sorted(disorders()))}")
        return value

    @model_validator(mode="after")
    def _one_picture(self) -> Any:
        if (self.photograph is None) == (self.synthetic is None):
            raise ValueError("give either a photograph or a synthetic lesion")
        if self.mm_per_pixel is not None and self.diameter is not None:
            raise ValueError("give the scale once: mm_per_pixel or diameter")
        if self.synthetic is not None and (self.mm_per_pixel or self.diameter or self.outline):
            raise ValueError("a synthetic lesion has its own scale and outline")
        return self

    @model_validator(mode="after")
    def _fits_the_disorder(self) -> Any:
        disorder = disorders()[self.disorder]
        if self.depth not in disorder.depths:
            allowed = " or ".join(disorder.depths)
            raise ValueError(f"depth {self.depth!r} is not for {self.disorder}; expected {allowed}")
        if self.activity == "active" and disorder.kind != "hypopigmented":
            raise ValueError(f"activity is for lesions that lose melanocytes, not for {self.disorder}; leave it out")
        if self.white_hair and disorder.kind != "hypopigmented":
            raise ValueError(f"white_hair is for lesions that lose melanocytes, not for {self.disorder}; leave it out")
        maps = ("disc", *(disorder.maps if disorder.drawable else ()))
        if self.synthetic is not None and self.synthetic.map not in maps:
            raise ValueError(f"synthetic.map {self.synthetic.map!r} is not for {self.disorder}; expected one of "
                             f"{', '.join(maps)}")  # fmt: skip
        return self


class Arm(_Part):
    """A plan in the study: treatments on a calendar, none for no treatment."""

    name: str = Field(min_length=1, max_length=80)
    """Name of the arm, different from the names of the others."""
    plan: tuple[Line, ...] = ()
    """Lines of treatment, see below; none for no treatment."""

    @field_validator("plan", mode="before")
    @classmethod
    def _lines(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise ValueError("a plan is a list of lines, each with 'give'")
        return tuple(make_line(line, number) for number, line in enumerate(value, start=1))


class Study(_Part):
    """A study of one patient's lesion."""

    title: str = Field(min_length=1, max_length=200)
    """Title of the report."""
    patient: Patient
    """Who: a mapping, see below."""
    lesion: Lesion
    """What is wrong with the skin: a mapping, see below."""
    arms: tuple[Arm, ...] = Field(min_length=1, max_length=20)
    """Plans that are compared: a list of mappings, see below. Arms can also come from a plan table."""
    duration: Days = Field(gt=0, le=3653)
    """Length of the study."""
    start: dt.date = dt.date(2026, 1, 1)
    """Calendar date of day 0; it sets the season of the sun."""
    draws: int = Field(default=32, ge=1, le=4096)
    """Number of virtual patients, each with numbers of its own drawn from the ledger; the same in all arms."""
    seed: int = Field(default=1, ge=0, lt=2**31)
    """Seed of everything that is drawn; the same seed gives the same numbers."""
    pixels: int = Field(default=96, ge=8, le=1024)
    """Pixels along each side of the patch."""
    step: Days = Field(default=0.5, gt=0, le=1)
    """Time step of the simulation."""
    precision: Literal["float32", "float64"] = "float32"
    """Type of the numbers that are marched."""
    views: bool = False
    """True for rendered views of the skin (clinical, cross-polarised, Wood's lamp, maps, dermoscopy) beside the
    predictions."""
    mechanisms: dict[str, Annotated[Literal["model", "prescribed", "off"], BeforeValidator(_mode)]] = Field(
        default_factory=dict
    )
    """Mechanism → how it runs; those not named run as model."""
    prescribed: dict[str, list[tuple[Days, float]]] = Field(default_factory=dict)
    """Output of a prescribed mechanism → its course: pairs of a time with its unit and a value, linear between, held
    outside."""

    @model_validator(mode="after")
    def _consistent(self) -> Any:
        names = [arm.name.strip().casefold() for arm in self.arms]
        twice = sorted({arm.name for arm in self.arms if names.count(arm.name.strip().casefold()) > 1})
        if twice:
            raise ValueError(f"arms share a name: {', '.join(twice)}; give each arm a name of its own")
        if self.lesion.duration > 365.25 * self.patient.age:
            raise ValueError("lesion.duration is longer than the patient's life; check duration and age")
        known = [m.name for m in mechanisms()]
        for name in self.mechanisms:
            if name not in known:
                raise ValueError(f"unknown mechanism {name!r}; expected one of {', '.join(known)}")
        for arm in self.arms:
            for number, line in enumerate(arm.plan, start=1):
                try:
                    check_line(line, self.patient.site, self.duration, disorders()[self.lesion.disorder].kind)
                except ValueError as error:
                    raise ValueError(f"arm {arm.name!r}, line {number} ({line.give}): {error}") from None
            try:
                check_together(arm.plan, self.duration)
            except ValueError as error:
                raise ValueError(f"arm {arm.name!r}: {error}") from None
        return self

    @property
    def steps(self) -> int:
        """Number of steps."""
        return max(1, round(self.duration / self.step))

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the numbers that are marched."""
        return np.dtype(self.precision)


def read_study(path: Path | str) -> Study:
    """Study from a YAML file; paths in it are relative to the file. ConfigError names field and reason."""
    path = Path(path)
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise ConfigError("holds no study", where=str(path), expected="a mapping with title, patient, lesion, arms")
    lesion = content.get("lesion")
    if isinstance(lesion, dict):
        for key in ("photograph", "outline"):
            if isinstance(lesion.get(key), str):
                lesion[key] = str((path.parent / lesion[key]).resolve())
    if isinstance(content.get("plan"), str):
        content["plan"] = str((path.parent / content["plan"]).resolve())
    return study_from(content, where=str(path))


def study_from(content: dict[str, Any], where: str = "study") -> Study:
    """Study from a mapping. ConfigError names each field that is wrong."""
    content = dict(content)
    if "plan" in content:
        rows = content.pop("plan")
        table = f"{where}, plan" if not isinstance(rows, str | Path) else str(rows)
        if isinstance(rows, str | Path):
            rows = read_plan(Path(rows))
        content["arms"] = arms_of(rows, list(content.get("arms") or []), table)
    try:
        return Study(**content)
    except ValidationError as error:
        raise ConfigError(sentence(error, content, _KEYS), where=where) from None


_KEYS: dict[tuple[str, ...], list[str]] = {
    (): [*Study.model_fields, "plan"],
    ("patient",): list(Patient.model_fields),
    ("lesion",): list(Lesion.model_fields),
    ("lesion", "synthetic"): list(Synthetic.model_fields),
    ("arms",): list(Arm.model_fields),
}

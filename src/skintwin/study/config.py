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
    model_config = ConfigDict(extra="forbid", frozen=True)


class Patient(_Part):
    """Who. Sun habit scales the exposure of the site."""

    age: Years = Field(ge=0, le=120)
    phototype: Annotated[str, _checked(phototype_named)]
    site: Annotated[str, _checked(site_named)]
    sex: Literal["female", "male", "unspecified"] = "unspecified"
    latitude: Degrees = Field(default=13.75, ge=-90, le=90)
    sun: Literal["avoid", "ordinary", "outdoor"] = "ordinary"


class Synthetic(_Part):
    """A drawn lesion. ``map``: ``disc``, an ellipse on even skin, or the look of the disorder (``typical``, and for
    melasma ``centrofacial``, ``malar``, ``mandibular``), drawn from the study's seed. ``melanin``: share of the
    surrounding melanin inside it. A look has a usual ``diameter``, ``patch`` and ``melanin``; a disc needs all
    three."""

    map: str = "disc"
    diameter: Length | None = Field(default=None, gt=0)
    patch: Length | None = Field(default=None, gt=0)
    melanin: float | None = Field(default=None, ge=0, le=6)
    aspect: float = Field(default=1.0, gt=0.2, le=1)

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
    photograph: Path | None = None
    synthetic: Synthetic | None = None
    outline: Path | None = None
    calibrated: bool = False
    mm_per_pixel: Length | None = Field(default=None, gt=0)
    diameter: Length | None = Field(default=None, gt=0)
    activity: Literal["stable", "active"] = "stable"
    white_hair: bool = False
    severity: float = Field(default=0.5, ge=0, le=1)
    depth: Literal["epidermal", "mixed", "dermal"] = "epidermal"
    duration: Days = Field(default=0.0, ge=0)

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
    plan: tuple[Line, ...] = ()

    @field_validator("plan", mode="before")
    @classmethod
    def _lines(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise ValueError("a plan is a list of lines, each with 'give'")
        return tuple(make_line(line, number) for number, line in enumerate(value, start=1))


class Study(_Part):
    """A study of one patient's lesion."""

    title: str = Field(min_length=1, max_length=200)
    patient: Patient
    lesion: Lesion
    arms: tuple[Arm, ...] = Field(min_length=1, max_length=20)
    duration: Days = Field(gt=0, le=3653)
    start: dt.date = dt.date(2026, 1, 1)
    draws: int = Field(default=32, ge=1, le=4096)
    seed: int = Field(default=1, ge=0, lt=2**31)
    pixels: int = Field(default=96, ge=8, le=1024)
    step: Days = Field(default=0.5, gt=0, le=1)
    precision: Literal["float32", "float64"] = "float32"
    views: bool = False
    mechanisms: dict[str, Annotated[Literal["model", "prescribed", "off"], BeforeValidator(_mode)]] = Field(
        default_factory=dict
    )
    prescribed: dict[str, list[tuple[Days, float]]] = Field(default_factory=dict)

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

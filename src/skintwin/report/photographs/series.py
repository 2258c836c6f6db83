"""A measured series as the report reads it: ``series.json`` and the pictures that it names, nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from skintwin.errors import RunError

_DO = "measure the photographs again, or name a finished folder"
_LARGEST = 64 * 1024 * 1024
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""Control characters, and marks that turn the direction of the text around them."""


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError("should be a colour as #rrggbb")
    return text


Number = Annotated[float, Field(allow_inf_nan=False)]
Colour = Annotated[str, AfterValidator(_colour)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Card(_Part):
    """Colour card. A card without a residual (grey card) balances the light and gives no absolute colour."""

    kind: str
    title: str
    median_E00: Number | None = None
    largest_E00: Number | None = None
    expected_E00: Number | None = None
    patches: int | None = None
    flags: tuple[str, ...] = ()


class SeriesScale(_Part):
    """Size of a pixel."""

    mm_per_pixel: Number | None = None
    origin: str = "unknown"
    relative_sd: Number | None = None


class Quality(_Part):
    """One check of the photograph. passed: None where it could not be judged."""

    name: str
    value: Number | None = None
    unit: str = "1"
    threshold: Number | None = None
    better: Literal["higher", "lower"] | None = None
    passed: bool | None = None
    sentence: str = ""
    reason: str = ""


class SeriesOutline(_Part):
    """Of the lesion."""

    kind: str | None = None
    confidence: Number | None = None
    contrast: Number | None = None
    given: bool = False


class Measured(_Part):
    """An observation. error: one standard deviation, in ``unit``."""

    name: str
    value: Number | None = None
    unit: str = "1"
    error: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    method: str = ""
    note: str = ""


class Registration(_Part):
    """How well a follow-up lies on the baseline."""

    kind: str
    sd_px: Number | None = None
    sd_mm: Number | None = None
    matches: int | None = None
    correlation: Number | None = None


class Legend(_Part):
    """Colours of a map: ``colours`` from ``low`` to ``high`` in ``unit``, or classes of one colour each."""

    unit: str = "1"
    low: Number | None = None
    high: Number | None = None
    colours: tuple[Colour, ...] = ()
    classes: tuple[tuple[Colour, str], ...] = ()


class Visit(_Part):
    """One photograph."""

    label: str
    sha256: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    format: str
    colour_space: str
    dropped: tuple[str, ...]
    capture: dict[str, Any]
    card: Card | None = None
    card_refused: str | None = None
    scale: SeriesScale | None
    quality: tuple[Quality, ...]
    usable: bool
    outline: SeriesOutline | None
    observations: tuple[Measured, ...]
    registration: Registration | None = None
    registration_refused: str | None = None
    pictures: dict[str, str | None]
    legends: dict[str, Legend] = Field(default_factory=dict)
    warnings: tuple[str, ...]

    @property
    def colour_known(self) -> bool:
        """Whether colours are absolute: a card with a known residual was read."""
        return self.card is not None and self.card.median_E00 is not None

    @property
    def scale_known(self) -> bool:
        """Whether lengths can be given in mm."""
        return self.scale is not None and self.scale.mm_per_pixel is not None

    def observation(self, name: str) -> Measured | None:
        """The first observation of that name."""
        return next((o for o in self.observations if o.name == name), None)


class ScorePart(_Part):
    """A part of a score and where it comes from."""

    name: str
    value: Number | None = None
    origin: Literal["measured", "rated", "proposed"] = Field(alias="from")


class SeriesScore(_Part):
    """A clinical index of one visit."""

    name: str
    title: str
    visit: str
    value: Number | None = None
    error: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    unit: str = "1"
    low: Number | None = None
    high: Number | None = None
    parts: tuple[ScorePart, ...] = ()
    note: str = ""


class Literature(_Part):
    """A publication."""

    key: str
    text: str


class Settings(_Part):
    """How the run was made."""

    settings: dict[str, Any] = Field(default_factory=dict)


class Series(_Part):
    """``series.json``."""

    skintwin: str
    kind: Literal["photograph series"]
    title: str
    made_with: Settings
    visits: tuple[Visit, ...] = Field(min_length=1)
    scores: tuple[SeriesScore, ...]
    sources: tuple[Literature, ...]


def read_series(folder: Path) -> Series:
    """Read a measured series. RunError names the file, and in ``series.json`` the field, that is missing or wrong."""
    if not folder.is_dir():
        raise RunError("is not a folder", where=str(folder), expected="a measured series", do=_DO)
    path = folder / "series.json"
    try:
        if path.stat().st_size > _LARGEST:
            raise RunError("is too large", where=str(path), expected=f"at most {_LARGEST >> 20} MiB", do=_DO)
        content = _clean(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise RunError("is missing", where=str(path), expected="a complete folder", do=_DO) from None
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"cannot be read ({type(error).__name__})", where=str(path), do=_DO) from None
    try:
        series = Series.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise RunError(first["msg"][:1].lower() + first["msg"][1:], where=f"{path}, {_field(first['loc'])}", do=_DO) from None
    _consistent(series, path)
    for number, visit in enumerate(series.visits):
        _all_pictures(folder, path, number, visit)
    return series


def _clean(content: Any) -> Any:
    """JSON content that every page can hold: no control characters, no lone surrogates; null for NaN and infinities,
    which are numbers that could not be measured."""
    if isinstance(content, float):
        return content if content - content == 0 else None
    if isinstance(content, str):
        return _UNSAFE.sub("", content.encode("utf-8", "replace").decode("utf-8"))
    if isinstance(content, dict):
        return {_clean(key): _clean(value) for key, value in content.items()}
    return [_clean(value) for value in content] if isinstance(content, list) else content


def _field(loc: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return f"field {text.lstrip('.')}" if text else "the whole file"


def _consistent(series: Series, path: Path) -> None:
    labels = [visit.label for visit in series.visits]
    for number, label in enumerate(labels):
        if label in labels[:number]:
            raise RunError("two visits have the same label", where=f"{path}, field visits[{number}].label", do=_DO)
    for number, score in enumerate(series.scores):
        if score.visit not in labels:
            raise RunError("names a visit that is not there", where=f"{path}, field scores[{number}].visit", do=_DO)


def _all_pictures(folder: Path, path: Path, number: int, visit: Visit) -> None:
    """Every named picture is a file inside the folder, and the photograph itself is one of them."""
    for name, file in {"normal": None, **visit.pictures}.items():
        where = f"{path}, field visits[{number}].pictures.{name}"
        if file is None:
            if name == "normal":
                raise RunError("is missing", where=where, expected="the photograph as measured", do=_DO)
            continue
        whole = (folder / file).resolve()
        if not whole.is_relative_to(folder.resolve()):
            raise RunError("names a file outside the folder", where=where, do=_DO)
        if not whole.is_file():
            raise RunError("is missing", where=f"{folder / file} ({where.split(', ')[-1]})", expected="a complete folder", do=_DO)

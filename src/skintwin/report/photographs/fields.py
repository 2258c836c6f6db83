"""The fields of ``series.json``. What is null is not known; fields that are not listed here are not read."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


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

    kind: str | None = None
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


class Pattern(_Part):
    """How pigment came back: name, and what it was named by (:mod:`skintwin.measure.closing_pattern`)."""

    name: str
    nearness: Number | None = None
    front: Number | None = None
    largest_piece: Number | None = None


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
    pattern: Pattern | None = None
    pictures: dict[str, str | None]
    legends: dict[str, Legend] = Field(default_factory=dict)
    warnings: tuple[str, ...]

    @property
    def colour_known(self) -> bool:
        """Whether colours are absolute: a card with a known residual was read."""
        return self.card is not None and self.card.median_E00 is not None

    @property
    def balanced(self) -> bool:
        """Whether a grey card set the light, and no colour card the colours."""
        return self.card is not None and self.card.median_E00 is None

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

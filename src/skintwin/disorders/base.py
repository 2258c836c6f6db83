"""What a disorder is: how a measured lesion is explained by the fields of the patch."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from skintwin.disorders.canvas import Canvas, Drawing

DEPTHS = ("epidermal", "mixed", "dermal")
"""Where the extra pigment of melasma and of post-inflammatory pigment can lie."""


@dataclass(frozen=True)
class Presentation:
    """A lesion as it presents itself, and the patient's unknowns.

    ``drive`` (n, ny, nx): relative melanin production that would explain the photographed column in each draw
    (1 = surrounding skin). ``lesion``, ``core`` (ny, nx): shares of the pixel inside the outline and inside a
    pigmented centre. ``capacity`` (n,): melanocytes per mm² of the site. ``follicle_chance`` (n, ny, nx): uniform
    number of the follicle in the pixel. ``draws``: ledger key → (n,). ``activity``: stable or active.
    ``white_hair``: hair in the lesion is white. ``depth``: epidermal, mixed or dermal pigment. ``duration``: days since
    the lesion arose. ``severity``: 0 (slight) to 1 (as bad as it gets). ``dermal`` (ny, nx): dermal melanin column, µm;
    ``vessels`` (ny, nx): microvessels relative to the surrounding skin; None where neither was drawn nor measured.
    ``signals`` name → (n, ny, nx): light signal and drive of production on day 0 in skin with the pixel's melanin;
    ``params``: mechanism → name → (n,); ``pigment_gain`` (n,): gain of inflammation on pigment of the phototype.
    """

    drive: np.ndarray
    lesion: np.ndarray
    core: np.ndarray
    capacity: np.ndarray
    follicle_chance: np.ndarray
    draws: Mapping[str, np.ndarray]
    activity: str
    white_hair: bool
    pixel: float
    depth: str = "epidermal"
    duration: float = 0.0
    severity: float = 0.5
    dermal: np.ndarray | None = None
    vessels: np.ndarray | None = None
    signals: Mapping[str, np.ndarray] = field(default_factory=dict)
    params: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict)
    pigment_gain: np.ndarray | None = None


class Disorder(ABC):
    """Base of every disorder."""

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    kind: ClassVar[str]
    """``hypopigmented`` or ``hyperpigmented``: what the outline finder looks for and what success means."""
    parameters: ClassVar[tuple[str, ...]] = ()
    """Ledger keys whose draws it uses."""
    maps: ClassVar[tuple[str, ...]] = ("typical",)
    """How it can be drawn: where it lies, for a disorder with several maps. The first is the usual one."""
    depths: ClassVar[tuple[str, ...]] = ("epidermal",)
    """Where its extra pigment can lie."""

    def keys(self, activity: str, white_hair: bool) -> tuple[str, ...]:
        """Those of ``parameters`` that matter for this presentation."""
        return self.parameters

    def draw(self, at: Canvas) -> Drawing | None:
        """The lesion as a dermatologist would recognise it, drawn by ``at.key`` alone; None: it has no look of its own.

        The largest width (mm) and the contrast of a drawing are the ledger's ``drawing.extent_<name>`` and
        ``drawing.contrast_<name>``.
        """
        return None

    @property
    def drawable(self) -> bool:
        """Whether it has a look of its own."""
        return type(self).draw is not Disorder.draw

    @abstractmethod
    def layout(self, at: Presentation) -> dict[str, np.ndarray]:
        """Fields and maps that differ from healthy skin, name → (n, ny, nx) or broadcastable.

        ``melanocytes`` and ``melanogenic_capacity`` together must give the drive of each pixel, or less where
        the disorder leaves pigment unexplained (the patch keeps the rest as a constant offset). A disorder that holds
        pigment by other means adds ``production``: the whole drive of each pixel that day 0 is to be built from.
        """


def healthy_layout(at: Presentation) -> dict[str, np.ndarray]:
    """Full melanocytes; uneven colour is uneven production."""
    return {
        "melanocytes": np.broadcast_to(at.capacity[:, None, None], at.drive.shape).copy(),
        "melanogenic_capacity": at.drive.copy(),
        "reserve": np.ones_like(at.drive),
        "autoimmune_activity": np.zeros((len(at.capacity), 1, 1)),
        "cd8": np.zeros_like(at.drive),
        "cd8_resident": np.zeros_like(at.drive),
    }


def drive_of(drawn: np.ndarray, at: Presentation) -> np.ndarray:
    """Drive Q (n, ny, nx) that makes ``drawn`` times the melanin of the surrounding skin, below the maximum."""
    exponent = at.params["melanogenesis"]["drive_exponent"][:, None, None]
    wanted = at.signals["melanogenic_drive"] * np.maximum(drawn, 1.0) ** (1.0 / exponent)
    return np.asarray(np.minimum(wanted, 1.0 + NEAR * at.params["paracrine"]["maximum"][:, None, None]))


def input_of(drive: np.ndarray, at: Presentation) -> np.ndarray:
    """Inverse of the saturation Q = 1 + P y/(P + y): y that gives ``drive`` (n, ny, nx)."""
    top = at.params["paracrine"]["maximum"][:, None, None]
    above = drive - 1.0
    return np.asarray(top * above / (top - above))


NEAR = 0.95
"""Share of the largest drive that a layout asks for: nearer, the input would be without bound."""

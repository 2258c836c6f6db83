"""One line of a plan: a treatment, the place where it is given, and the rules under which it is given."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, SerializeAsAny, model_validator

from skintwin.quantities import parse_quantity
from skintwin.study.rules import Rule, check_rules, parse_rule
from skintwin.treatments.base import Treatment

_AROUND = re.compile(r"\s*lesion\s*\+\s*(.+)")


def _place(value: Any) -> Any:
    """Canonical text of a place: lesion, lesion + N mm, patch."""
    if isinstance(value, str):
        if value.strip().lower() in ("lesion", "patch"):
            return value.strip().lower()
        found = _AROUND.fullmatch(value)
        if found:
            margin = parse_quantity(found[1], "mm")
            if not 0 <= margin < np.inf:
                raise ValueError(f"{value!r}: a margin cannot be negative or endless")
            return f"lesion + {margin:g} mm" if margin else "lesion"
    raise ValueError(f"{value!r} is not a place; expected 'lesion', 'lesion + 5 mm' or 'patch'")


Place = Annotated[str, BeforeValidator(_place)]
RuleText = Annotated[
    Rule, BeforeValidator(lambda x: x if isinstance(x, Rule) else parse_rule(x)), PlainSerializer(str)
]


class Line(BaseModel):
    """A treatment in a plan. ``begin``, ``stop``, ``resume``: rules, or None. With ``begin`` the line's calendar starts
    when the rule first holds; sessions that fall while it is stopped are not given."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    give: str
    treatment: SerializeAsAny[Treatment]
    where: Place = "lesion"
    begin: RuleText | None = None
    stop: RuleText | None = None
    resume: RuleText | None = None

    @model_validator(mode="after")
    def _agree(self) -> Any:
        check_rules(self.begin, self.stop, self.resume)
        return self

    @property
    def ruled(self) -> bool:
        """True if it depends on how the skin answers."""
        return self.begin is not None or self.stop is not None

    @property
    def conditions(self) -> list[tuple[Literal["start", "stop", "resume"], str]]:
        """Its rules as text, in the order in which they come into play."""
        named = (("start", self.begin), ("stop", self.stop), ("resume", self.resume))
        return [(name, str(rule)) for name, rule in named if rule is not None]  # type: ignore[misc]

    def target(self, lesion: np.ndarray, core: np.ndarray, pixel: float) -> np.ndarray:
        """(ny, nx) bool: where it is given. lesion (bool) without its core; core: share of the pixel; pixel: mm."""
        if self.where == "lesion":
            return lesion
        if self.where == "patch":
            return np.asarray(core < 0.5)
        from scipy.ndimage import distance_transform_edt

        margin = parse_quantity(self.where.partition("+")[2].strip(), "mm")
        return np.asarray((distance_transform_edt(~lesion) * pixel <= margin) & (core < 0.5))

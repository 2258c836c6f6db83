"""A line of a plan from what a person wrote, in YAML or as the row of a table; and what only the study can refuse."""

from __future__ import annotations

import math
import re
from typing import Any

from pydantic import BeforeValidator, ValidationError

from skintwin.mechanisms import quantities
from skintwin.quantities import bare_number, parse_quantity
from skintwin.study.endpoint_names import ENDPOINTS
from skintwin.study.lines import Line
from skintwin.study.reading import sentence, suggestion
from skintwin.study.rules import RELAPSE, looks_like_rule
from skintwin.treatments import treatments
from skintwin.treatments.base import Treatment

_COUNT = re.compile(r"\s*(\d+)\s*sessions?\s*")
OWN = ("where", "stop", "resume")
"""Fields of the line itself; all others are the treatment's."""
OF_A_LESION = ("repigmentation", "lightening", "closeness", "lesion_area", RELAPSE)
"""What a rule can ask for only where day 0 has a contrast: skin without a lesion has none to lose or gain."""
UNITS = {
    "percent": ("%", "percent"), "mg": ("mg",), "spf": ("SPF",), "fold": ("times", "x", "times blood"),
    "expansion": ("times", "x"),
}  # fmt: skip
"""Unit of a medicine, or field that is a bare number → how it may be written; the first is said."""


def make_line(written: Any, number: int) -> Line:
    """Line from a mapping with ``give``. ValueError names the line, the field and the reason."""
    if isinstance(written, Line):
        return written
    if isinstance(written, Treatment):
        return Line(give=written.name, treatment=written)
    if not isinstance(written, dict) or "give" not in written:
        raise ValueError(f"line {number} of the plan has no 'give'")
    fields = {key: value for key, value in written.items() if key not in ("give", "row")}
    give = written["give"]
    label = f"row {written['row']}" if "row" in written else f"line {number}"
    kind = treatments().get(give)
    if kind is None:
        known = sorted(treatments())
        hint = suggestion(give, known)
        raise ValueError(f"{label}: unknown treatment {give!r}{hint}; expected one of {', '.join(known)}")
    own = {key: fields.pop(key) for key in OWN if key in fields}
    if looks_like_rule(fields.get("start")):
        own["begin"] = fields.pop("start")
    try:
        _placed(own, kind)
        _sessions(fields, kind)
        for key, value in fields.items():
            if isinstance(value, str) and re.match(r"\s*[-+]?(nan|inf)", value, re.IGNORECASE):
                raise ValueError(f"{key}: {value!r} is not a number")
        treatment = kind(**{key: _number(key, value, kind) for key, value in fields.items()})
        _finite(treatment)
        return Line(give=give, treatment=treatment, **own)
    except ValidationError as error:
        known_keys: dict[tuple[str, ...], list[str]] = {(): [*kind.model_fields, *OWN]}
        raise ValueError(f"{label} ({give}): {sentence(error, fields | own, known_keys)}") from None
    except ValueError as error:
        raise ValueError(f"{label} ({give}): {error}") from None


def _number(key: str, value: Any, kind: type[Treatment]) -> Any:
    """A bare number of a treatment (a strength, a share), where it was written with a unit; anything else as it is."""
    field = kind.model_fields.get(key)
    if field is None or not isinstance(value, str) or field.annotation not in (float, float | None, int):
        return value
    if any(isinstance(part, BeforeValidator) for part in field.metadata):
        return value  # a quantity reads its own unit
    share = any(getattr(part, "le", None) == 1 for part in field.metadata)
    if share and value.strip().endswith("%"):
        return bare_number(value, key, ("%",)) / 100.0
    unit = getattr(kind, "unit", key) if key == kind.amount else key
    return bare_number(value, key, UNITS.get(unit, ("",) if unit == key else (unit,)))


def _placed(own: dict[str, Any], kind: type[Treatment]) -> None:
    """Refuse a place for what acts on the whole patch."""
    where = own.get("where")
    if kind.everywhere and where is not None and str(where).strip().lower() != "patch":
        raise ValueError(f"where: {where!r} would change nothing, {kind.everywhere}; leave where out")


def _sessions(fields: dict[str, Any], kind: type[Treatment]) -> None:
    """``until`` for a treatment that counts sessions: a time is turned into their number."""
    until = fields.get("until")
    if not isinstance(until, str) or "sessions" not in kind.model_fields:
        return
    counted = _COUNT.fullmatch(until)
    if "until" in kind.model_fields and counted is None:
        return
    if "sessions" in fields:
        raise ValueError("until and sessions are both given")
    if counted:
        fields["sessions"] = int(counted[1])
    else:
        every = parse_quantity(fields["every"], "day") if "every" in fields else kind.model_fields["every"].default
        start = parse_quantity(fields["start"], "day") if "start" in fields else 0.0
        end = parse_quantity(until, "day")
        if not end > start:
            raise ValueError(f"until {until} is not after its start")
        if not every > 0:
            raise ValueError(f"every {fields['every']} is not a time between sessions")
        fields["sessions"] = max(1, math.ceil((end - start) / every - 1e-9))
    del fields["until"]


def _finite(treatment: Treatment) -> None:
    for name, value in treatment:
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{name}: is not a finite number")


def check_line(line: Line, site: str, duration: float, kind: str) -> None:
    """Refuse what does not fit the study. ValueError says why.

    site: where the lesion is; duration: days; kind: of lesion.
    """
    treatment = line.treatment
    if site in treatment.not_at:
        raise ValueError(f"cannot be given at the {site.replace('_', ' ')}")
    for _, text in line.conditions:
        name = text.split()[0]
        info = next((info for info in ENDPOINTS if info.name == name), None)
        absent = info is not None and info.name in ("collagen", "elasticity", "hydration", "barrier")
        if kind == "none" and name in OF_A_LESION:
            raise ValueError(f"rule {text!r}: {name} is never known in skin without a lesion; use melanin or redness")
        if info is not None and info.kind and info.kind != kind:
            raise ValueError(f"rule {text!r}: {name} is only defined for a {info.kind} lesion")
        if absent and name not in quantities():
            raise ValueError(f"rule {text!r}: no mechanism gives {name}")
    given = dict(treatment)
    start, until = given.get("start", 0.0), given.get("until")
    if isinstance(start, float | int) and start >= duration:
        raise ValueError(f"starts on day {start:g}, not before the end of the study on day {duration:g}")
    if isinstance(until, float | int) and until > duration * (1.0 + 1e-9):
        raise ValueError(f"goes on to day {until:g}, but the study ends on day {duration:g}")
    every, sessions = given.get("every"), given.get("sessions")
    if isinstance(every, float | int) and isinstance(sessions, int):
        late = [k for k in range(sessions) if start + k * every >= duration][:1]
        for k in late:
            raise ValueError(
                f"session {k + 1} falls on day {start + k * every:g}, but the study ends on day {duration:g}; give "
                "fewer sessions or a longer study"
            )

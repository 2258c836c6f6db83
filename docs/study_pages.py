"""Fields of study files and of treatments as tables, from the models that read them; the blocks of study-files.md."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from skintwin.disorders import disorders
from skintwin.evidence import ledger
from skintwin.mechanisms import mechanisms
from skintwin.quantities import DIMENSIONS, unit_of
from skintwin.skin.phototype import PHOTOTYPES
from skintwin.skin.site import ALIASES, SITES
from skintwin.study.config import Arm, Lesion, Patient, Study, Synthetic, study_from
from skintwin.study.endpoint_names import ENDPOINTS, main_endpoint
from skintwin.study.ensemble import INTERVAL
from skintwin.study.make_line import OF_A_LESION, OWN, UNITS
from skintwin.study.plan_table import COLUMNS
from skintwin.study.rules import parse_rule, spellings
from skintwin.treatments import treatments
from skintwin.treatments.base import FromLedger, Treatment

PAGE = Path(__file__).parent / "study-files.md"
_BLOCK = re.compile(r"(<!-- build: (\w+) -->\n).*?(<!-- end -->)", re.S)

CHOICES: dict[str, tuple[str, ...]] = {
    "phototype": PHOTOTYPES, "site": SITES, "disorder": tuple(sorted(disorders())),
    "map": tuple(sorted({"disc", *(name for d in disorders().values() if d.drawable for name in d.maps)})),
}  # fmt: skip
"""Fields whose choices are found by the code and not written in their type."""


TYPES = {str: "text", int: "whole number", float: "number", dt.date: "date, YYYY-MM-DD", Path: "file"}


def number(value: float) -> str:
    """Short text of a number."""
    return str(value) if isinstance(value, int) else f"{value:.6g}"


def _kinds(annotation: Any) -> list[Any]:
    """The types in an annotation, without None."""
    if get_args(annotation) and get_origin(annotation) is not Literal:
        return [kind for part in get_args(annotation) for kind in _kinds(part)]
    return [] if annotation in (None, NoneType) else [annotation]


def choices(name: str, info: FieldInfo) -> list[str]:
    """What a field takes by name."""
    named = [str(value) for kind in _kinds(info.annotation) if get_origin(kind) is Literal for value in get_args(kind)]
    if bool in _kinds(info.annotation):
        named = ["true", "false"]
    return [*CHOICES.get(name, ()), *named]


def bounds(info: FieldInfo, stands: FromLedger, unit: str) -> str:
    """Bounds of a field in words, those of the ledger with their keys."""
    book, own = ledger(), {}
    for part in info.metadata:
        own |= {sign: getattr(part, sign) for sign in ("gt", "ge", "lt", "le", "min_length", "max_length")
                if hasattr(part, sign)}  # fmt: skip
    said = []
    if "ge" in own and "le" in own:
        said.append(f"{number(own.pop('ge'))} to {number(own.pop('le'))}")
    if "min_length" in own and "max_length" in own:
        what = " characters" if info.annotation is str else ""
        said.append(f"{own.pop('min_length')} to {own.pop('max_length')}{what}")
    words = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
    said += [f"{words[sign]} {number(value)}" for sign, value in own.items()]
    for word, key in (("at least", stands.least), ("at most", stands.largest)):
        if key:
            said.append(f"{word} {number(book.value(key, unit) if unit else book.parameter(key).value)} (`{key}`)")
    return ", ".join(said)


def kind_of(info: FieldInfo) -> str:
    """What is written for a field without a unit."""
    kinds = _kinds(info.annotation)
    if any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in kinds):
        return "list of mappings" if get_origin(info.annotation) is tuple else "mapping"
    return "mapping" if get_origin(info.annotation) is dict else next((TYPES[k] for k in kinds if k in TYPES), "")


def default(info: FieldInfo, stands: FromLedger) -> str:
    """Default of a field in words."""
    if info.is_required():
        return "required"
    value = info.get_default(call_default_factory=True)
    if value is None or value in ((), {}):
        return f"{number(ledger().parameter(stands.default).value)} (`{stands.default}`)" if stands.default else ""
    if isinstance(value, bool):
        return str(value).lower()
    return number(value) if isinstance(value, int | float) else f"{value}"


def also(key: str) -> str:
    """A number of the ledger that decides about a field, in words."""
    row = ledger().parameter(key)
    unit = "" if row.unit == "1" else f" {row.unit}"
    return f"{row.meaning[:1].upper()}{row.meaning[1:]}: {number(row.value)}{unit} (`{key}`)."


def rows(model: type[BaseModel], said: dict[str, str] | None = None, above: str = "") -> list[str]:
    """Table of the fields of a model. said: field → unit in words, for bare numbers; above: start of the names."""
    table = ["| field | unit or type | bounds, choices | default | meaning |", "|---|---|---|---|---|"]
    behind = model.from_ledger() if issubclass(model, Treatment) else {}
    for name, info in model.model_fields.items():
        stands = behind.get(name, FromLedger())
        unit = "" if get_origin(info.annotation) is dict else unit_of(info.annotation, info.metadata)
        named = ", ".join(f"`{choice}`" for choice in choices(name, info))
        limits = "; ".join(part for part in (bounds(info, stands, unit), named) if part)
        meaning = " ".join([*(info.description or "").split(), *map(also, stands.also)])
        shown = unit or (said or {}).get(name) or ("" if named and kind_of(info) != "mapping" else kind_of(info))
        table.append(f"| `{above}{name}` | {shown} | {limits} | {default(info, stands)} | {meaning} |")
    return table


def bare_units(kind: type[Treatment]) -> dict[str, str]:
    """How the bare numbers of a treatment may be written: field → unit."""
    found = {}
    for name, info in kind.model_fields.items():
        if any(getattr(part, "le", None) == 1 for part in info.metadata) and float in _kinds(info.annotation):
            found[name] = "share, or %"
        unit = getattr(kind, "unit", name) if name == kind.amount else name
        if unit != name or name in UNITS:
            found[name] = UNITS.get(unit, (unit,))[0]
    return found


def treatment_rows(kind: type[Treatment]) -> list[str]:
    """The options of a treatment, and what is to be said of a line that gives it."""
    page = "[study files](../study-files.md)"
    notes = [
        "A quantity is written with a unit, any of its dimension; bounds and defaults are in the unit shown.",
        f"`stop`, `resume`, a rule as `start`, `where`, and plan tables: {page}.",
    ]
    if kind.amount:
        notes.append(f"In a plan table the column `amount` is `{kind.amount}`.")
    if kind.everywhere:
        notes.append(f"`where` is left out, or `patch`: {kind.everywhere}.")
    if "sessions" in kind.model_fields:
        notes.append("In place of `sessions`: `until`, a time before which they fall, or `until: 3 sessions`.")
    if kind.not_at:
        notes.append(f"Not at: {', '.join(sorted(kind.not_at))}.")
    return [*rows(kind, bare_units(kind)), "\n" + "\n".join(f"- {note}" for note in notes)]


def _unit_table() -> list[str]:
    return ["| held in | written as |", "|---|---|", *(f"| {unit} | {words} |" for unit, words in DIMENSIONS.items())]


def _treatment_table() -> list[str]:
    heads = ["| `give` | what it is | `amount` | schedule | `where` |", "|---|---|---|---|---|"]
    for name, kind in treatments().items():
        calendar = ", ".join(f"`{f}`" for f in ("start", "every", "sessions", "until") if f in kind.model_fields)
        place = "left out" if kind.everywhere else "yes"
        amount = f"`{kind.amount}`" if kind.amount else ""
        heads.append(f"| [`{name}`](generated/treatment-{name}.md) | {kind.title} | {amount} | {calendar} | {place} |")
    return heads


def _mechanism_table() -> list[str]:
    heads = ["| mechanism | outputs that can be prescribed |", "|---|---|"]
    for process in mechanisms():
        outputs = ", ".join(f"`{name}`" for name in process.outputs)
        heads.append(f"| [`{process.name}`](generated/{process.name}.md) | {outputs} |")
    return heads


def _endpoint_table() -> list[str]:
    heads = ["| endpoint | unit | from | to | meaning |", "|---|---|---|---|---|"]
    for info in ENDPOINTS:
        only = [f"only for a {info.kind} lesion"] if info.kind else []
        only += ["not in skin without a lesion"] if info.name in OF_A_LESION and not info.kind else []
        low, high = ("" if abs(x) == float("inf") else number(x) for x in (info.low, info.high))
        units = " or ".join(f"`{unit}`" if unit else "none" for unit in spellings(info.unit))
        meaning = "; ".join([info.meaning, *only])
        heads.append(f"| `{info.name}` | {units} | {low} | {high} | {meaning} |")
    return heads


def _choices_of_relapse() -> list[str]:
    book = ledger()
    loss, least = (100 * book.value(f"study.{key}", "1") for key in ("relapse_loss", "least_gain"))
    return [
        f"- Rules are looked at every {number(INTERVAL)} days, from day 0 on.",
        f"- `relapse` alone is `{parse_rule('relapse')}`: {number(loss)} % of the best since the line was stopped is "
        f"lost again (`study.relapse_loss`). A best below {number(least)} % (`study.least_gain`) counts for nothing.",
        f"- It is read from the main endpoint: `{main_endpoint('hypopigmented')}` of a light lesion, "
        f"`{main_endpoint('hyperpigmented')}` of a dark one (lighter than its surroundings counts as matched).",
    ]  # fmt: skip


REFUSED: tuple[dict[str, str], ...] = (
    {"stop": "repigmentation >= 90"},
    {"stop": "repigmentation => 90 %"},
    {"stop": "repigmentaton >= 90 %"},
    {"stop": "repigmentation >= 120 %"},
    {"stop": "repigmentation >= 0 %"},
    {"stop": "lightening >= 50 %"},
    {"resume": "relapse"},
    {"stop": "relapse"},
    {"stop": "repigmentation >= 90 %", "resume": "repigmentation > 80 %"},
    {"stop": "melanin > 80 %", "resume": "melanin < 85 %"},
    {"start": "lesion_area > 110 %", "stop": "lesion_area > 100 %"},
)
"""Rules that are refused in a light lesion; the page prints what is said."""


def refusal(rules: dict[str, str]) -> str:
    """What is said of a line with these rules, without the name of the study."""
    from skintwin.errors import ConfigError

    line = {"give": "nb_uvb", "until": "8 weeks", **rules}
    lesion = {"disorder": "vitiligo", "synthetic": {"map": "typical"}}
    patient = {"age": "30 years", "phototype": "IV", "site": "back"}
    content = {"title": "x", "patient": patient, "lesion": lesion, "duration": "8 weeks",
               "arms": [{"name": "a", "plan": [line]}]}  # fmt: skip
    try:
        study_from(content)
    except ConfigError as error:
        return re.sub(r"^.*?\(nb_uvb\): (study: )?", "", str(error).strip(), flags=re.S)
    raise AssertionError(f"{rules} is not refused")


def _refused_table() -> list[str]:
    heads = ["| written | said |", "|---|---|"]
    for rules in REFUSED:
        written = ", ".join(f"`{key}: {text}`" for key, text in rules.items())
        heads.append(f"| {written} | {refusal(rules)} |")
    return heads


BLOCKS: dict[str, Callable[[], list[str]]] = {
    "study": lambda: rows(Study),
    "patient": lambda: rows(Patient, above="patient."),
    "lesion": lambda: rows(Lesion, above="lesion."),
    "synthetic": lambda: rows(Synthetic, above="lesion.synthetic."),
    "arms": lambda: rows(Arm),
    "units": _unit_table,
    "sites": lambda: ["Other names of sites: " + ", ".join(f"{a} ({b})" for a, b in sorted(ALIASES.items())) + "."],
    "mechanisms": _mechanism_table,
    "treatments": _treatment_table,
    "endpoints": _endpoint_table,
    "relapse": _choices_of_relapse,
    "refused": _refused_table,
    "own": lambda: [f"Fields of the line itself: {', '.join(f'`{name}`' for name in ('give', *OWN))}; all others are "
                    "the treatment's, and on its page."],
    "columns": lambda: ["```text", ", ".join(COLUMNS), "```"],
}  # fmt: skip


def filled(text: str) -> str:
    """The page with its blocks written anew."""
    return _BLOCK.sub(lambda found: found[1] + "\n".join(BLOCKS[found[2]]()) + "\n" + found[3], text)

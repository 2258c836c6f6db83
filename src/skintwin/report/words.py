"""The report's words in one language: one YAML file per language, all with the same keys.

Sentences that the program wrote in English into the run (notes on the photograph, lines of a plan) are put into the
language by patterns; what no pattern knows stays English and is marked so.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import yaml
from markupsafe import Markup

from skintwin.errors import LedgerError

LANGUAGES = ("en", "th")
_SIGNS = {">=": "≥", "<=": "≤"}
_POWER = re.compile(r"([\d.]+)e([+-]\d+)")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Words:
    """Words of a language. ``table``: the parsed file."""

    def __init__(self, language: str, table: dict[str, Any]) -> None:
        self.language, self.table = language, table

    def say(self, key: str, **values: object) -> str:
        """The text at ``key`` (dots go down), with ``{names}`` filled in. KeyError for an unknown key."""
        found: Any = self.table
        for part in key.split("."):
            found = found[part]
        text = str(found).format(**values) if values else str(found)
        return self._spaced(text)

    def name(self, group: str, key: str) -> str:
        """A word for something the program names (site, disorder, grade); the name itself where there is none."""
        return str(self.table[group].get(key, key.replace("_", " ")))

    def place(self, where: str) -> str:
        """Where a line is given: patch, or lesion + N mm."""
        around = re.fullmatch(r"lesion \+ (\S+) mm", where)
        return self.say("places.around", mm=around[1]) if around else self.name("places", where)

    def rule(self, text: str) -> str:
        """A rule of a plan in words: what is looked at by its name, and its sign as printed."""
        found = re.fullmatch(r"(\w+) (>=|<=|>|<) (\S+) ?(.*)", text)
        if found is None:
            return text
        name, sign, level, unit = found.groups()
        known = self.table["endpoints"].get(name)
        what = known["name"] if known else self.name("measures", name)
        number = level.removesuffix(".0").replace("-", "−")
        return self._spaced(f"{what} {_SIGNS.get(sign, sign)} {number} {self.name('rule_units', unit)}".strip())

    @staticmethod
    def _spaced(text: str) -> str:
        return text.replace(" %", "\u00a0%")  # a number and its sign stay on one line

    def sentence(self, text: str) -> Markup:
        """A sentence that the program wrote in English, in this language, or as it is and marked as English."""
        spoken = self.spoken(text)
        if spoken is not None:
            return Markup.escape(spoken)
        return Markup('<span lang="en">{}</span>').format(text)

    def spoken(self, text: str) -> str | None:
        """A sentence that the program wrote in English, in this language; None where no pattern knows it."""
        for rule in self.table["sentences"]:
            found = re.fullmatch(rule["english"], text, flags=re.DOTALL)
            if found:
                parts = {key: self._part(key, value) for key, value in found.groupdict(default="").items()}
                return str(rule["text"]).format(**parts)
        return text if self.language == "en" else None

    def _part(self, key: str, value: str) -> str:
        """A captured part, 2e+05 as 2 × 10⁵; ``formulation`` is looked up, and so are the words of a ``list``."""
        if key == "formulation":
            return self.name("formulations", value)
        if key != "list":
            return _POWER.sub(lambda m: f"{m[1]}\u00a0×\u00a010{str(int(m[2])).translate(_RAISED)}", value)
        return ", ".join(self.name("removed", item) for item in value.split(", "))

    def parameter(self, key: str) -> Markup:
        """What a ledger key stands for: this language's words, else the ledger's, else the key."""
        for pattern, text in self.table["parameters"].items():
            found = re.fullmatch(pattern, key)
            if found:
                parts = found.groupdict()
                if "site" in parts:
                    parts["site"] = self.name("sites", parts["site"])
                if "drug" in parts:
                    parts["drug"] = self.name("drugs", parts["drug"])
                if "phototype" in parts:
                    parts["phototype"] = parts["phototype"].upper()
                return Markup.escape(str(text).format(**parts))
        meaning = _ledger_meaning(key)
        return Markup.escape(meaning) if self.language == "en" else Markup('<span lang="en">{}</span>').format(meaning)

    def unit(self, unit: str) -> str:
        """A unit as printed."""
        text = str(self.table["units"].get(unit, unit))
        return text.replace("^2", "²").replace("^3", "³").replace("um", "µm")


def _ledger_meaning(key: str) -> str:
    from skintwin.evidence import ledger

    try:
        return ledger().parameter(key).meaning
    except LedgerError:  # a run made with other evidence may hold a key that is gone
        return key


@cache
def words(language: str) -> Words:
    """Words of ``en`` or ``th``."""
    return Words(language, read_table("skintwin.report", language))


def read_table(package: str, language: str) -> dict[str, Any]:
    """The language file of a package, parsed."""
    text = resources.files(package).joinpath("languages", f"{language}.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return table

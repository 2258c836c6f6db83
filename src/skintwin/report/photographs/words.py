"""Words of the report of photographs: its own file over the report's, so that shared words stand in one place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from skintwin.report.words import Words, read_table, words

_BREAK = re.compile(r"(?<=;) |(?<=\.) (?=[A-Z])|(?<=pixels:) |(?<=registration:) |(?<=ring:) ")
"""Where a long sentence of the program may be parted: where: what was wrong; expected; what to do."""


@dataclass(frozen=True)
class Run:
    """A stretch of text. english: left in English inside another language. strong: stands out.
    value: the unrounded number that the text shows."""

    text: str
    english: bool = False
    strong: bool = False
    value: float | None = None


Line = tuple[Run, ...]
"""A paragraph, a cell, a caption."""


class PhotographWords(Words):
    """Words with lines for both kinds of page (HTML and PDF): never markup."""

    def line(self, key: str, **values: object) -> Line:
        """The text at ``key`` as a line."""
        return (Run(self.say(key, **values)),)

    def told(self, text: str) -> Line:
        """A sentence that the program wrote in English: whole, else part by part; unknown parts stay English."""
        whole = self.spoken(text)
        if whole is not None:
            return (Run(whole),)
        runs: list[Run] = []
        for number, part in enumerate(_BREAK.split(text)):
            if number:
                runs.append(Run(" "))
            runs.append(self._part_told(part))
        return tuple(runs)

    def _part_told(self, part: str) -> Run:
        bare = part.rstrip(";:")
        spoken = self.spoken(bare)
        if spoken is None:
            return Run(part, english=True)
        return Run(spoken + part[len(bare) :])

    def measure(self, name: str) -> str:
        """Name of a measure, its plain name where it is not known."""
        return self.name("measure_names", name)


@cache
def photograph_words(language: str) -> PhotographWords:
    """Words of ``en`` or ``th``."""
    own, shared = read_table("skintwin.report.photographs", language), words(language).table
    table = {**shared, **own}
    table["sentences"] = [*own["sentences"], *shared["sentences"]]
    table["units"] = {**shared["units"], **own["units"]}
    table["removed"] = {**shared["removed"], **own["removed"]}
    return PhotographWords(language, table)


def plain_text(line: Line) -> str:
    """A line without its marks."""
    return "".join(run.text for run in line)

"""What a report says, before it becomes HTML or PDF: sections of blocks, all text as runs and never as markup.

Both kinds of page are drawn from the same document, so that they cannot differ in a number or a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from skintwin.report.photographs.words import Line


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    line: Line
    kind: str = field(default="heading", init=False)


@dataclass(frozen=True)
class Paragraph:
    """style: plain, remark, lead (what this is), alert (what went wrong), box (research use)."""

    line: Line
    style: str = "plain"
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True)
class Bullets:
    """A list. style: plain, alert, literature."""

    lines: tuple[Line, ...]
    style: str = "plain"
    kind: str = field(default="bullets", init=False)


@dataclass(frozen=True)
class Facts:
    """Pairs of a word and what is known of it."""

    pairs: tuple[tuple[str, Line], ...]
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True)
class Table:
    """name: a word for tests and styles. head: of all columns. rows: cells, the first of a row being its head."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    kind: str = field(default="table", init=False)


@dataclass(frozen=True)
class Key:
    """Colours of a map: a gradient between two numbers (colours, low, high), or one colour and its meaning."""

    colours: tuple[str, ...]
    line: Line
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Shown:
    """A picture: file in the folder, its words, and the key of its colours."""

    file: str
    alt: str
    caption: Line
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Pictures:
    """Pictures in a row."""

    items: tuple[Shown, ...]
    kind: str = field(default="pictures", init=False)


@dataclass(frozen=True)
class Compare:
    """The baseline and follow-ups in its frame: a slider where there is a script, side by side elsewhere.

    aligned: for each of ``after`` whether it lies in the baseline's frame; only those take part in the slider.
    """

    before: Shown
    after: tuple[Shown, ...]
    aligned: tuple[bool, ...]
    names: tuple[str, ...]
    label: str
    choose: str
    hint: Line
    kind: str = field(default="compare", init=False)


@dataclass(frozen=True)
class Chart:
    """svg: an element that was drawn here, without anything from outside but escaped visit labels."""

    svg: str
    caption: Line
    alt: str


@dataclass(frozen=True)
class Charts:
    """Curves in a row."""

    items: tuple[Chart, ...]
    kind: str = field(default="charts", init=False)


Block = Heading | Paragraph | Bullets | Facts | Table | Pictures | Compare | Charts


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading; ``title`` empty for the first."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A report in one language. kicker: what kind of report. foot: line at the foot of every printed page."""

    language: str
    title: str
    kicker: str
    foot: str
    sections: tuple[Section, ...]

    def shown(self) -> list[Shown]:
        """Every picture, in order."""
        found: list[Shown] = []
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Pictures):
                    found += block.items
                elif isinstance(block, Compare):
                    found += [block.before, *block.after]
        return found

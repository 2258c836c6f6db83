"""Photographs side by side, and the maps of each kind over the visits."""

from __future__ import annotations

from skintwin.report.numbers import figures
from skintwin.report.photographs.document import Block, Compare, Heading, Key, Paragraph, Pictures, Section, Shown
from skintwin.report.photographs.fields import Series, Visit
from skintwin.report.photographs.words import PhotographWords, Run

MAPS = ("overlay", "card", "melanin", "blood", "closure", "change")
"""Kinds of pictures in the order in which they are shown; others that a run names follow."""
_OWN = ("normal", "aligned")


def pictures_section(series: Series, speak: PhotographWords) -> Section:
    """The baseline and every follow-up, in the baseline's frame where they could be laid on it."""
    first, later = series.visits[0], series.visits[1:]
    title = speak.say("sections.pictures")
    if not later:
        shown = _shown(first, "normal", speak.say("pictures.only", visit=first.label))
        return Section("pictures", title, (Pictures((shown,)), Paragraph(speak.line("pictures.alone"), "remark")))
    before = _shown(first, "normal", speak.say("pictures.baseline", visit=first.label))
    after, aligned = [], []
    for visit in later:
        laid = visit.pictures.get("aligned") is not None
        words = speak.say("pictures.aligned" if laid else "pictures.unaligned", visit=visit.label)
        after.append(_shown(visit, "aligned" if laid else "normal", words))
        aligned.append(laid)
    compare = Compare(
        before, tuple(after), tuple(aligned), tuple(visit.label for visit in later), speak.say("pictures.slider"),
        speak.say("pictures.choose"), speak.line("pictures.hint"),
    )  # fmt: skip
    blocks: list[Block] = [compare]
    if any(aligned) and not all(visit.colour_known for visit in series.visits):
        blocks.append(Paragraph(speak.line("pictures.matched"), "remark"))
    return Section("pictures", title, tuple(blocks))


def maps_section(series: Series, speak: PhotographWords) -> Section:
    """One row of pictures a kind, with what its colours mean."""
    others = dict.fromkeys(name for visit in series.visits for name in visit.pictures if name not in (*MAPS, *_OWN))
    blocks: list[Block] = []
    for name in (*MAPS, *others):
        title = speak.say(f"maps.{name}") if name in MAPS else speak.name("picture_names", name)
        having = [visit for visit in series.visits if visit.pictures.get(name) is not None]
        shown = tuple(_map(visit, name, title, speak) for visit in having)
        if shown:
            blocks.append(Heading((Run(title),)))
            if name in MAPS:
                blocks.append(Paragraph(speak.line(f"maps.{name}_text"), "remark"))
            blocks.append(Pictures(shown))
    return Section("maps", speak.say("sections.maps"), tuple(blocks))


def _shown(visit: Visit, name: str, caption: str, alt: str = "", keys: tuple[Key, ...] = ()) -> Shown:
    return Shown(str(visit.pictures[name]), alt or caption, (Run(caption),), keys)


def _map(visit: Visit, name: str, title: str, speak: PhotographWords) -> Shown:
    alt = speak.say("maps.alt", map=title, visit=visit.label)
    return _shown(visit, name, visit.label, alt, _keys(visit, name, speak))


def _keys(visit: Visit, name: str, speak: PhotographWords) -> tuple[Key, ...]:
    """What the run says of a map's colours."""
    legend = visit.legends.get(name)
    if legend is None:
        return ()
    keys = [Key((colour,), speak.told(text)) for colour, text in legend.classes]
    if len(legend.colours) > 1 and legend.low is not None and legend.high is not None:
        unit = (Run(speak.unit(legend.unit)),)
        keys.insert(0, Key(legend.colours, unit, figures(legend.low), figures(legend.high)))
    return tuple(keys)

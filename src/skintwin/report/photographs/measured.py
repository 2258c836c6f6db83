"""Measures: curves over the visits, the table of all values, and the differences beyond the measurement error."""

from __future__ import annotations

from skintwin.report.numbers import plain
from skintwin.report.photographs.by_visit import visit_tables
from skintwin.report.photographs.charts import COVERAGE, chart_svg
from skintwin.report.photographs.compare import CHANGES, OF_THE_FRAME, Difference, differences, without_comparison
from skintwin.report.photographs.document import Block, Bullets, Chart, Charts, Heading, Paragraph, Section, Table
from skintwin.report.photographs.fields import Measured, Series
from skintwin.report.photographs.values import number_text, value_line
from skintwin.report.photographs.words import Line, PhotographWords, Run, plain_text

CURVES = (
    "repigmentation", "closeness", "lesion_area", "area_change", "delta_E00", "melanin_difference",
    "lesion_melanin", "melanin_ratio", "blood_difference", "lesion_ITA", "relative_G", "relative_contrast_G",
    "spot_count", "spot_area", "body_surface_share", "colour_unevenness", "evenness", "border_width",
    "border_sharpness",
)  # fmt: skip
"""Measures drawn over the visits where two visits or more have them."""
INSTEAD = {"lesion_melanin": "melanin_difference", "melanin_ratio": "melanin_difference"}
"""Not drawn where the other one is."""
GROUPS = {
    "area": ("lesion_area", "lesion_area_share", "lesion_diameter", "core_share", "body_surface_share", "body_surface",
             "hand_area", "spot_count", "spot_area", "spot_area_share", "spot_density", "spot_diameter",
             "spot_contrast"),
    "change": (*CHANGES, "marginal_ratio", "perifollicular_ratio"),
    "colour": (
        "delta_E00", "lesion_ITA", "skin_ITA", "lesion_L", "skin_L", "lesion_a", "skin_a", "lesion_b", "skin_b",
        "mirrored_lamp", "relative_R", "relative_G", "relative_B", "relative_contrast_R", "relative_contrast_G",
        "relative_contrast_B",
    ),
    "pigment": (
        "lesion_melanin", "skin_melanin", "melanin_difference", "melanin_ratio", "lesion_blood", "skin_blood",
        "blood_difference", "blood_ratio", "map_residual_E00",
    ),
    "form": (
        "border_width", "border_relative_width", "border_sharpness", "colour_unevenness", "evenness",
        "melanin_variation", "melanin_relative_variation", "blood_variation", "blood_relative_variation",
    ),
    "other": (),
}  # fmt: skip
"""Measures by what they are about; unknown ones come last."""


def unit_of(series: Series, name: str) -> str:
    """Unit of a measure as the first visit that has it gives it."""
    return next((o.unit for visit in series.visits if (o := visit.observation(name))), "1")


def is_known(series: Series, name: str) -> bool:
    """Whether some visit has a value of a measure."""
    return any(o is not None and o.value is not None for o in (visit.observation(name) for visit in series.visits))


def named(name: str, unit: str, speak: PhotographWords) -> str:
    """Name of a measure with its unit in brackets."""
    printed = speak.unit(unit)
    return speak.measure(name) + (f" ({printed})" if printed else "")


def curves_section(series: Series, speak: PhotographWords) -> Section | None:
    """Curves, or None where no measure has two values."""
    labels = [visit.label for visit in series.visits]
    charts, drawn = [], set()
    for name in CURVES:
        found = [visit.observation(name) for visit in series.visits]
        known = [o is not None and o.value is not None for o in found]
        if sum(known) < 2 or INSTEAD.get(name) in drawn or len({o.unit for o in found if o}) > 1:
            continue
        drawn.add(name)
        charts.append(_chart(name, unit_of(series, name), labels, found, speak))
    if not charts:
        return None
    blocks: list[Block] = [Paragraph(speak.line("curves.text"), "remark"), Charts(tuple(charts))]
    if any(len(label) > 10 for label in labels) or len(labels) > 5:
        numbers = "; ".join(f"{i} = {label}" for i, label in enumerate(labels, 1))
        blocks.append(Paragraph(speak.line("curves.numbered", visits=numbers), "remark"))
    return Section("curves", speak.say("sections.curves"), tuple(blocks))


def _chart(name: str, unit: str, labels: list[str], found: list[Measured | None], speak: PhotographWords) -> Chart:
    values = [o.value if o else None for o in found]
    errors = [o.error if o else None for o in found]
    rows = zip(labels, values, errors, strict=True)
    told = "; ".join(f"{label}: {plain_text(value_line(v, e, unit, speak))}" for label, v, e in rows)
    svg = chart_svg(labels, values, errors, zero=name.endswith(("_difference", "_change")))
    alt = speak.say("curves.alt", measure=speak.measure(name), values=told)
    return Chart(svg, (Run(named(name, unit, speak)),), alt)


def measures_section(series: Series, speak: PhotographWords) -> Section:
    """Every observation of every visit, in groups, with remarks below."""
    labels = [visit.label for visit in series.visits]
    blocks: list[Block] = [Paragraph(speak.line("measures.text"), "remark")]
    for group, names in _grouped(series).items():
        rows = [(named(name, unit_of(series, name), speak), _cells(series, name, speak)) for name in names]
        blocks.append(Heading(speak.line(f"groups.{group}")))
        blocks += visit_tables("measures", speak.say("measures.measure"), labels, rows)
        if group == "change":
            blocks += _patterns(series, speak)
    if len(blocks) == 1:
        blocks = [Paragraph(speak.line("measures.none"))]
    notes = _notes(series, speak)
    if notes:
        blocks += [Heading(speak.line("measures.notes")), Bullets(tuple(notes))]
    return Section("measures", speak.say("sections.measures"), tuple(blocks))


def _patterns(series: Series, speak: PhotographWords) -> list[Block]:
    """How pigment came back, where a follow-up says so."""
    lines: list[Line] = []
    for visit in series.visits:
        found = visit.pattern
        if found is None:
            continue
        why = ""
        if found.nearness is not None and found.front is not None:
            share, width = plain(100 * found.nearness, 0), plain(found.front, 2)
            why = f" ({speak.say('measures.pattern_why', share=share, width=width)})"
        told, name = speak.say("measures.pattern", visit=visit.label), speak.name("patterns", found.name)
        lines.append((Run(f"{told} "), Run(name, strong=True), Run(why)))
    return [Bullets(tuple(lines))] if lines else []


def _grouped(series: Series) -> dict[str, list[str]]:
    present = dict.fromkeys(o.name for visit in series.visits for o in visit.observations)
    groups = {group: [name for name in names if name in present] for group, names in GROUPS.items()}
    groups["other"] = [name for name in present if not any(name in names for names in GROUPS.values())]
    return {group: names for group, names in groups.items() if names}


def _cells(series: Series, name: str, speak: PhotographWords) -> list[Line]:
    cells: list[Line] = []
    unit = unit_of(series, name)
    for visit in series.visits:
        o = visit.observation(name)
        if o is None:
            cells.append((Run("–"),))
        else:
            cells.append(value_line(o.value, o.error, o.unit, speak, show_unit=o.unit != unit))
    return cells


def _notes(series: Series, speak: PhotographWords) -> list[Line]:
    """Remarks of observations: each once, with the measures and visits that it is about."""
    about: dict[str, dict[str, list[str]]] = {}
    for visit in series.visits:
        for o in visit.observations:
            if o.note:
                about.setdefault(o.note, {}).setdefault(speak.measure(o.name), []).append(visit.label)
    lines = []
    for note, measures in about.items():
        where = "; ".join(
            name + (f" ({', '.join(visits)})" if len(series.visits) > 1 else "") for name, visits in measures.items()
        )
        lines.append((Run(f"{where}: "), *speak.told(note)))
    return lines


def differences_section(series: Series, speak: PhotographWords) -> Section | None:
    """Which differences exceed the measurement error, and the rule. None for one visit."""
    if len(series.visits) < 2:
        return None
    say = speak.say
    found = differences(series)
    blocks: list[Block] = [Paragraph(speak.line("differences.rule"))]
    if found:
        blocks.append(Paragraph(_beyond(found, speak)))
        rows = [_difference_row(d, speak) for d in found]
        head = ("measures.measure", "differences.visit", "differences.first", "differences.value",
                "differences.difference", "differences.limit", "differences.exceeds")  # fmt: skip
        titles = tuple(say(key, visit=series.visits[0].label) for key in head)
        blocks.append(Table("differences", titles, tuple(rows)))
        chance = plain(0.05 * len(found), 0 if len(found) >= 100 else 1)
        blocks.append(Paragraph(speak.line("differences.chance", n=len(found), by_chance=chance), "remark"))
    else:
        blocks.append(Paragraph(speak.line("differences.none")))
    lacking = [speak.measure(name) for name in without_comparison(series)]
    if lacking:
        blocks.append(Paragraph(speak.line("differences.uncompared", measures="; ".join(lacking)), "remark"))
    framed = [speak.measure(name) for name in OF_THE_FRAME if is_known(series, name)]
    if framed:
        blocks.append(Paragraph(speak.line("differences.framed", measures="; ".join(framed)), "remark"))
    return Section("differences", say("sections.differences"), tuple(blocks))


def _beyond(found: list[Difference], speak: PhotographWords) -> Line:
    """What differs beyond the error, in a sentence."""
    beyond: dict[str, list[str]] = {}
    for d in found:
        if d.exceeds:
            beyond.setdefault(speak.measure(d.name), []).append(d.visit)
    if not beyond:
        return (Run(speak.say("differences.none_beyond"), strong=True),)
    told = "; ".join(f"{name} ({', '.join(visits)})" for name, visits in beyond.items())
    return (Run(speak.say("differences.are_beyond", measures=told), strong=True),)


def _difference_row(d: Difference, speak: PhotographWords) -> tuple[Line, ...]:
    error = d.limit / COVERAGE

    def number(value: float | None, *, sign: bool = False, strong: bool = False) -> Line:
        if value is None:
            return (Run("–"),)
        return (Run(number_text(value, error, sign=sign)[0], strong=strong, value=value),)

    verdict = (Run(speak.say(f"differences.{'beyond' if d.exceeds else 'within'}"), strong=d.exceeds),)
    return (
        (Run(named(d.name, d.unit, speak)),), (Run(d.visit),), number(d.before), number(d.after),
        number(d.difference, sign=True, strong=True), number(d.limit), verdict,
    )  # fmt: skip

"""The first lines: what this is, what went wrong, what is known of each visit."""

from __future__ import annotations

from skintwin.report.numbers import figures, plain
from skintwin.report.photographs.by_visit import visit_tables
from skintwin.report.photographs.document import Block, Bullets, Paragraph, Section
from skintwin.report.photographs.fields import Quality, Series, Visit
from skintwin.report.photographs.words import Line, PhotographWords, Run


def opening(series: Series, speak: PhotographWords) -> Section:
    """What this is, and every failure of a check, a card or a registration before anything else."""
    blocks: list[Block] = [Paragraph(_lead(series, speak), "lead")]
    failures = alerts(series, speak)
    if failures:
        blocks.append(Paragraph((Run(speak.say("alerts.head"), strong=True),), "alert"))
        blocks.append(Bullets(tuple(failures), "alert"))
    blocks.append(Paragraph(speak.line("lead.research"), "box"))
    return Section("top", "", tuple(blocks))


def alerts(series: Series, speak: PhotographWords) -> list[Line]:
    """Lines on what went wrong: unusable photographs, failed checks, refused cards and registrations."""
    lines: list[Line] = []
    for visit in series.visits:
        if not visit.usable and all(check.passed for check in visit.quality):
            lines.append(speak.line("alerts.unusable", visit=visit.label))
        for check in visit.quality:
            if check.passed is False:
                failed = speak.line("alerts.failed", visit=visit.label, check=check_words(check, speak))
                lines.append((*failed, Run(" "), *speak.told(check.sentence)))
            elif check.passed is None:
                name = speak.name("checks", check.name)
                lines.append(speak.line("alerts.judged_not", visit=visit.label, check=name))
        for key, why in (("card", visit.card_refused), ("registration", visit.registration_refused)):
            if why:
                lines.append((*speak.line(f"alerts.refused_{key}", visit=visit.label), Run(" "), *speak.told(why)))
    return lines


def check_words(check: Quality, speak: PhotographWords) -> str:
    """``blur 0.14 (at most 0.1)``."""
    words = speak.name("checks", check.name)
    if check.value is not None:
        words += f" {check_number(check.value, check.unit, speak)}"
    limit = threshold_words(check, speak)
    return f"{words} ({limit})" if limit else words


def threshold_words(check: Quality, speak: PhotographWords) -> str:
    """``at least 0.5``; empty where there is no threshold."""
    if check.threshold is None:
        return ""
    number = check_number(check.threshold, check.unit, speak)
    if check.better is None:
        return number
    return speak.say("quality.at_least" if check.better == "higher" else "quality.at_most", threshold=number)


def check_number(value: float, unit: str, speak: PhotographWords) -> str:
    """A number of a check with its unit, not longer than it must be."""
    text = figures(value)
    text = text.rstrip("0").rstrip(".") if "." in text and "×" not in text else text
    return f"{text}\u00a0{speak.unit(unit)}".rstrip("\u00a0")


def _lead(series: Series, speak: PhotographWords) -> Line:
    visits = series.visits
    said = [speak.say("lead.one") if len(visits) == 1 else speak.say("lead.many", n=len(visits))]
    said += _colour(visits, speak)
    assumed = [v.label for v in visits if v.scale_known and v.scale and v.scale.origin == "assumed"]
    scale = [v.label for v in visits if v.scale_known and v.label not in assumed]
    if assumed:
        said.append(speak.say("lead.scale_assumed", visits=", ".join(assumed)))
    if scale or not assumed:
        said.append(speak.say(f"lead.scale_{_amount(scale, visits)}", visits=", ".join(scale)))
    return (Run(" ".join(said)),)


def _colour(visits: tuple[Visit, ...], speak: PhotographWords) -> list[str]:
    """Sentences on where absolute colour is known, and by what the light was set where it is not."""
    known = [v.label for v in visits if v.colour_known]
    grey = [v.label for v in visits if v.balanced]
    camera = [v.label for v in visits if not (v.colour_known or v.balanced)]
    amount = _amount(known, visits)
    if not grey:
        return [speak.say(f"lead.colour_{amount}", visits=", ".join(known))]
    said = [speak.say(f"lead.colour_{amount}_known", visits=", ".join(known)),
            speak.say("lead.colour_grey", visits=", ".join(grey))]  # fmt: skip
    if camera:
        said.append(speak.say("lead.colour_camera", visits=", ".join(camera)))
    if not known:
        said.append(speak.say("lead.colour_contrasts"))
    return said


def _amount(some: list[str], visits: tuple[Visit, ...]) -> str:
    return "none" if not some else "all" if len(some) == len(visits) else "some"


def visits_section(series: Series, speak: PhotographWords) -> Section:
    """What is known of each photograph."""
    visits = series.visits
    say = speak.say
    rows: list[tuple[str, list[Line]]] = [
        (say("visits.photograph"), [_size(visit, speak) for visit in visits]),
        (say("visits.usable"), [_usable(visit, speak) for visit in visits]),
        (say("visits.card"), [_card(visit, speak) for visit in visits]),
        (say("visits.scale"), [_scale(visit, speak) for visit in visits]),
        (say("visits.outline"), [_outline(visit, speak) for visit in visits]),
    ]
    if len(visits) > 1:
        rows.append((say("visits.registration"), [_registration(i, visit, speak) for i, visit in enumerate(visits)]))
    return Section("visits", say("sections.visits"), visit_tables("visits", "", [v.label for v in visits], rows))


def _usable(visit: Visit, speak: PhotographWords) -> Line:
    return (Run(speak.say("visits.usable_yes" if visit.usable else "visits.usable_no"), strong=not visit.usable),)


def _size(visit: Visit, speak: PhotographWords) -> Line:
    return speak.line(
        "visits.size", width=visit.width, height=visit.height, format=visit.format, space=visit.colour_space
    )


def _card(visit: Visit, speak: PhotographWords) -> Line:
    card = visit.card
    if card is None:
        if visit.card_refused is None:
            return speak.line("visits.card_none")
        return (Run(speak.say("visits.card_refused"), strong=True), Run(" "), *speak.told(visit.card_refused))
    if not visit.colour_known:
        line = speak.line("visits.card_grey")
    else:
        numbers = {k: _or_dash(getattr(card, f"{k}_E00"), 1) for k in ("median", "largest", "expected")}
        count = "–" if card.patches is None else card.patches
        line = speak.line("visits.card_read", title=card.title, n=count, **numbers)
    for flag in card.flags:
        line = (*line, Run("; "), *speak.told(flag))
    return line


def _scale(visit: Visit, speak: PhotographWords) -> Line:
    scale = visit.scale
    if scale is None or scale.mm_per_pixel is None:
        return speak.line("not_known")
    origin, mm = speak.name("origins", scale.origin), figures(scale.mm_per_pixel)
    if scale.relative_sd is None:
        return speak.line("visits.scale_known", mm=mm, origin=origin)
    return speak.line("visits.scale_sd", mm=mm, origin=origin, sd=figures(100 * scale.relative_sd, 2))


def _outline(visit: Visit, speak: PhotographWords) -> Line:
    outline = visit.outline
    if outline is None:
        return speak.line("visits.outline_none")
    kind = speak.name("kinds", outline.kind or "") or speak.say("not_known")
    if outline.given:
        text = speak.say("visits.outline_given", kind=kind)
    else:
        text = speak.say("visits.outline_found", kind=kind, confidence=_or_dash(outline.confidence, 2))
    if outline.contrast is not None:
        text += ", " + speak.say("visits.contrast", contrast=plain(outline.contrast))
    return (Run(text),)


def _registration(number: int, visit: Visit, speak: PhotographWords) -> Line:
    found = visit.registration
    if number == 0 and found is None:
        return speak.line("visits.baseline")
    if found is None:
        why = speak.told(visit.registration_refused) if visit.registration_refused else ()
        return (*speak.line("visits.registered_not"), *((Run(": "), *why) if why else ()))
    errors = [(sd, unit, n) for sd, unit, n in ((found.sd_mm, "mm", 2), (found.sd_px, "px", 1)) if sd is not None]
    sd = ", ".join(f"{plain(value, places)}\u00a0{speak.unit(unit)}" for value, unit, places in errors)
    return speak.line(
        "visits.registered", kind=speak.name("registrations", found.kind), sd=sd or speak.say("not_known"),
        matches="–" if found.matches is None else found.matches, correlation=_or_dash(found.correlation, 2),
    )  # fmt: skip


def _or_dash(value: float | None, places: int) -> str:
    return "–" if value is None else plain(value, places)

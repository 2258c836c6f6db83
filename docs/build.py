"""Writes the pages that come from code and ledger: ``python docs/build.py`` (``--check``: are they current?).

Pages land in docs/generated/: one per mechanism, disorder and treatment, the summary of equations, the sites and
phototypes. They are committed, so that they can be read without building anything; a test compares them. The tables of
docs/study-files.md are written into its marked blocks (docs/study_pages.py).
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import sys
from pathlib import Path

import study_pages
from behaviour_lines import table
from connections import connections
from study_pages import treatment_rows

from skintwin.disorders import disorders
from skintwin.engine.process import Process
from skintwin.evidence import ledger
from skintwin.mechanisms import mechanisms
from skintwin.skin.phototype import PHOTOTYPES, phototype_keys
from skintwin.skin.site import QUANTITIES, SITES, site_keys
from skintwin.treatments import treatments

HERE = Path(__file__).parent
OUT = HERE / "generated"
NOTE = "*This page is written by `docs/build.py` from the code and the evidence ledger.*\n"


def number(value: float | None) -> str:
    """Short text of a number; empty for None."""
    return "" if value is None else f"{value:.4g}"


def parameter_rows(keys: list[str]) -> list[str]:
    """Table of ledger entries."""
    book = ledger()
    rows = [
        "| key | symbol | meaning | value | 90 % interval | unit | kind | grade | sources |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for key in keys:
        p = book.parameter(key)
        span = f"{number(p.low)} – {number(p.high)}" if p.low is not None else ""
        grade = book.effective_grade(key).value
        sources = ", ".join(p.sources)
        rows.append(
            f"| `{key}` | {p.symbol} | {p.meaning} | {number(p.value)} | {span} | {p.unit} | {p.kind} | {grade} "
            f"| {sources} |"
        )
    return rows


def split_doc(text: str) -> str:
    """A module docstring as markdown: its indented equations become a code block."""
    lines, out, inside = inspect.cleandoc(text).splitlines(), [], False
    for line in lines:
        indented = line.startswith("    ")
        if indented and not inside:
            out.append("```text")
        if inside and line.strip() and not indented:
            out.append("```")
        inside = indented or (inside and not line.strip())
        out.append(line.removeprefix("    ") if indented else line)
    return "\n".join([*out, "```"] if inside else out)


def equations(text: str) -> list[str]:
    """The indented lines of a docstring."""
    return [line.removeprefix("    ") for line in inspect.cleandoc(text).splitlines() if line.startswith("    ")]


def module_doc(thing: object) -> str:
    """Docstring of the module in which a class lives."""
    return importlib.import_module(type(thing).__module__).__doc__ or ""


def mechanism_page(process: Process) -> str:
    """Equation, meaning, what it owns, what it is connected to, parameters with grade."""
    keys = [f"{process.name}.{short}" for short in process.parameters]
    own = process.quantities
    return "\n".join(
        [
            f"# {process.title}\n", NOTE, split_doc(module_doc(process)), "\n## What it owns\n",
            "| quantity | symbol | unit | kind | meaning |", "|---|---|---|---|---|",
            *(f"| `{f.name}` | {f.symbol} | {f.unit} | {f.kind} | {f.meaning} |" for f in own),
            "\nIn a study it runs as `model`, `prescribed` (time courses are given for its outputs) or `off`: "
            + (", ".join(f"`{k}` = {v:g}" for k, v in process.outputs.items()) or "it has no outputs")
            + (" when off.\n" if process.outputs else "; its fields then stay as they are.\n"),
            *connected(process), "## Parameters\n", *parameter_rows(keys),
            *picture(process),
            "\n## Limits\n", process.limits + "\n" if process.limits else "",
            f"{sum(ledger().effective_grade(k).is_assumed for k in keys)} of {len(keys)} parameters are assumed. "
            "None has been calibrated to a trial yet; the values are prior medians.\n",
        ]
    )  # fmt: skip


def connected(process: Process) -> list[str]:
    """Tables of what a mechanism reads of others and changes in them, found by running it."""
    found, parts = connections()[process.name], []
    for title, rows in (
        ("What it reads of others", found.reads), ("What it changes in others", found.changes),
    ):  # fmt: skip
        parts += [f"## {title}\n"]
        lines = [f"| `{q.name}` | {q.symbol} | {q.unit} | {q.meaning} | [{p.title}]({p.name}.md) |" for p, q in rows]
        head = ["| quantity | symbol | unit | meaning | of |", "|---|---|---|---|---|"]
        parts += [*head, *lines, ""] if lines else ["Nothing.\n"]
    return parts


def picture(process: Process) -> list[str]:
    """Reference to the picture that docs/mechanism_pictures.py has drawn, if any."""
    name = f"mechanism-{process.name}.png"
    owns = any(q.kind in ("field", "signal", "driver") for q in process.quantities)
    verb = "owns" if owns else "changes"
    words = f"What it {verb} in the year of treatments described on [the overview](../mechanisms.md)"
    return [f"\n![{process.title}](../pictures/{name})\n\n{words}.\n"] if (HERE / "pictures" / name).exists() else []


def behaviours_page() -> str:
    """What must come out, and the tests that look: the table of docs/behaviours.yaml."""
    parts = [
        "# Behaviours that must come out\n", NOTE,
        "Each heading is a behaviour that the model must show, each line under it a test, run by `make test` or "
        "`make validate`, with what it is compared with: a row of the outcomes table by its key, or a range or "
        "direction where no number is published, which it says. None of this is validation: some of these numbers "
        "informed priors.\n",
    ]
    return "\n".join([*parts, table()])


def equation_summary() -> str:
    """All equations on one page."""
    parts = ["# Equations\n", NOTE, "Time in days, lengths in mm; symbols as on the pages of the mechanisms.\n"]
    for process in mechanisms():
        parts += [f"## [{process.title}]({process.name}.md)\n", "```text", *equations(module_doc(process)), "```\n"]
    return "\n".join(parts)


def disorder_pages() -> dict[str, str]:
    """One page per disorder."""
    pages = {}
    for name, disorder in disorders().items():
        words = inspect.getdoc(type(disorder)) or ""
        body = [f"# {disorder.title}\n", NOTE, words, "", split_doc(module_doc(disorder))]
        if disorder.parameters:
            body += ["\n## Parameters\n", *parameter_rows(list(disorder.parameters))]
        pages[f"disorder-{name}.md"] = "\n".join([*body, f"\nIn a study: `disorder: {name}`.\n"])
    return pages


def treatment_pages() -> dict[str, str]:
    """One page per treatment: fields of a plan line with unit, bounds, default and meaning."""
    pages = {}
    for name, kind in treatments().items():
        doc = importlib.import_module(kind.__module__).__doc__ or ""
        body = [f"# {kind.title}\n", NOTE, split_doc(doc), "\n## A line of a plan\n", *treatment_rows(kind)]
        if kind.parameters:
            body += ["\n## Parameters\n", *parameter_rows(list(kind.parameters))]
        pages[f"treatment-{name}.md"] = "\n".join([*body, f"\nIn a plan: `give: {name}`.\n"])
    return pages


def harms_page() -> str:
    """Which harm each treatment can do, and every rate with its note."""
    book, rows = ledger(), ["| treatment | harms with a rate | harms of which no rate is known |", "|---|---|---|"]
    for name, kind in treatments().items():
        cells = [
            ", ".join(
                h.name + (f" (with {h.when})" if h.when else "") + (f": `{h.rate}`" if h.rate else "")
                for h in kind.harms if bool(h.rate) == rated
            )
            for rated in (True, False)
        ]  # fmt: skip
        rows.append(f"| [{kind.title}](treatment-{name}.md) | {' | '.join(cells)} |")
    keys = [key for key in book.parameters if key.startswith("harms.")]
    notes = [f"- `{key}`: {book.parameter(key).note}." for key in keys]
    return "\n".join(
        ["# Harms\n", NOTE, *rows, "\n## Rates\n", *parameter_rows(keys), "\n## How each was got\n", *notes, ""]
    )


def site_page() -> str:
    """Sites and phototypes."""
    book = ledger()
    heads = " | ".join(f"{q} ({u})" for q, u in QUANTITIES.items())
    parts = ["# Sites and phototypes\n", NOTE, f"| site | {heads} |"]
    parts.append("|---" * (len(QUANTITIES) + 1) + "|")
    for site in SITES:
        keys = site_keys(site)
        cells = [
            number(book.value(keys[q], u)) + ("*" if book.effective_grade(keys[q]).is_assumed else "")
            for q, u in QUANTITIES.items()
        ]
        parts.append(f"| {site} | " + " | ".join(cells) + " |")
    parts.append("\n\\* assumed. Medians; intervals and sources: `skintwin evidence show site.<site>_<quantity>`.\n")
    for phototype in PHOTOTYPES:
        parts += [f"\n## Phototype {phototype}\n", *parameter_rows(list(phototype_keys(phototype).values()))]
    return "\n".join(parts) + "\n"


def pages() -> dict[str, str]:
    """File name → content of every generated page."""
    found = {f"{process.name}.md": mechanism_page(process) for process in mechanisms()}
    found |= {"equations.md": equation_summary(), "sites.md": site_page(), "behaviours.md": behaviours_page()}
    found["harms.md"] = harms_page()
    found |= {**disorder_pages(), **treatment_pages()}
    index = ["# Generated pages\n", NOTE, *(f"- [{name.removesuffix('.md')}]({name})" for name in sorted(found)), ""]
    return {**found, "index.md": "\n".join(index)}


def main() -> None:
    """Write the pages, or with --check compare them and exit 1 when one is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    wanted = pages()
    stale = [n for n, text in wanted.items() if not (OUT / n).exists() or (OUT / n).read_text(encoding="utf-8") != text]
    left = [path for path in OUT.glob("*.md") if path.name not in wanted] if OUT.exists() else []
    written = study_pages.PAGE.read_text(encoding="utf-8")
    filled = study_pages.filled(written)
    if check:
        old = [*stale, *(p.name for p in left), *([study_pages.PAGE.name] if filled != written else [])]
        if old:
            sys.exit(f"out of date: {', '.join(old)}; run python docs/build.py")
        return
    if filled != written:
        study_pages.PAGE.write_text(filled, encoding="utf-8")
    OUT.mkdir(exist_ok=True)
    for path in left:
        path.unlink()
    for name in stale:
        (OUT / name).write_text(wanted[name], encoding="utf-8")
    print(f"{len(wanted)} pages in docs/generated, {len(stale)} changed")


if __name__ == "__main__":
    main()

"""The PDF: the same bytes each time, the numbers of the folder inside, user text never read as markup."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import typst

from skintwin.report.pdf import breakable, to_pdf
from skintwin.report.photographs import write_photograph_report
from skintwin.report.photographs.charts import chart_svg
from tests.report.photographs.made_series import make_series, read, write

FILES = ("report.pdf", "report.th.pdf")
HOSTILE = '#panic("x") #import "@preview/x:1.0.0" *b* _i_ $x$ `c` \\ [y] @z <w> // = - + ~ ไม่ #read("/etc/hostname")'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_series(tmp_path_factory.mktemp("prints") / "series", title=HOSTILE)
    write_photograph_report(made)
    return made


def test_four_files_are_written_and_are_what_they_say(folder: Path) -> None:
    made = write_photograph_report(folder)
    assert [path.name for path in made] == ["report.html", "report.th.html", *FILES]
    for name in FILES:
        content = (folder / name).read_bytes()
        assert content.startswith(b"%PDF-")
        assert content.rstrip().endswith(b"%%EOF")
        assert len(re.findall(rb"/Type\s*/Page\b", content)) > 3
        assert b"NotoSans" in content
        assert b"NotoSansThai" in content
        assert b"Libertinus" not in content, "no letter of the page is missing from the fonts that are shipped"
        assert not re.search(rb"/URI|/JavaScript|/Launch|/EmbeddedFile", content)


def test_the_same_folder_gives_the_same_bytes(folder: Path) -> None:
    before = [(folder / name).read_bytes() for name in FILES]
    time.sleep(1.1)  # a date in the file would differ
    write_photograph_report(folder)
    assert [(folder / name).read_bytes() for name in FILES] == before
    assert b"CreationDate" not in before[0]


def test_a_template_gets_text_and_not_markup(folder: Path) -> None:
    """What hostile text says is not done: it is set as it is, and nothing is fetched or read."""
    document = {"title": HOSTILE, "runs": [{"text": HOSTILE}]}
    template = '#set document(date: none)\n#set text(font: "Noto Sans")\n#let d = json(bytes(sys.inputs.document))\n'
    assert to_pdf(template + "#d.title", document, {}) == to_pdf(template + "#d.runs.first().text", document, {})


def test_long_words_break_and_thai_is_left_alone() -> None:
    assert breakable({"text": "a" * 60}) == {"text": "a" * 24 + "\u200b" + "a" * 24 + "\u200b" + "a" * 12}
    thai = "ความคลาดเคลื่อนของการวัดผิวหนังรอบรอยโรค"
    assert breakable([{"text": thai}, thai]) == [{"text": thai}, thai]
    svg = chart_svg(["a"], [1.0], [0.1])
    assert breakable({"svg": svg, "file": "x" * 40}) == {"svg": svg, "file": "x" * 40}


def test_every_letter_of_the_languages_is_in_the_fonts() -> None:
    from fontTools.ttLib import TTFont

    fonts = resources.files("skintwin.report") / "fonts"
    held = {weight: set() for weight in ("Regular", "Bold")}
    for weight, letters_ in held.items():
        for family in ("NotoSans", "NotoSansThai"):
            with (fonts / f"{family}-{weight}.ttf").open("rb") as stream:
                letters_ |= set(TTFont(stream).getBestCmap())
    with (fonts / "NotoSansMath-Regular.ttf").open("rb") as stream:
        symbols = set(TTFont(stream).getBestCmap())
    for language in ("en", "th"):
        text = (resources.files("skintwin.report.photographs") / "languages" / f"{language}.yaml").read_text("utf-8")
        for weight, letters_ in held.items():
            missing = {c for c in text if ord(c) not in letters_ | symbols and not c.isspace()}
            assert not missing, (language, weight, missing)
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text("utf-8")


def test_pdf_holds_the_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of the typesetter, about the very input that becomes the PDF; and of the file where a reader is at hand."""
    made = make_series(tmp_path / "s")
    content = read(made)
    content["visits"][0]["observations"][0]["value"] = 271828.0
    write(made, content)
    cells: list[str] = []
    compile_ = typst.compile

    def asked(source: bytes, **given: Any) -> Any:
        query = {key: given[key] for key in ("root", "font_paths", "ignore_system_fonts", "sys_inputs")}
        cells.append(typst.query(source, "table", field="children", **query))
        return compile_(source, **given)

    monkeypatch.setattr(typst, "compile", asked)
    write_photograph_report(made)
    assert len(cells) == 2
    for name, found in zip(FILES, cells, strict=True):
        texts = [found]
        if shutil.which("pdftotext"):
            read_back = subprocess.run(["pdftotext", made / name, "-"], capture_output=True, text=True, check=True)
            texts.append(read_back.stdout)
        for text in texts:
            for number in ("271828.0", "146.0", "12.10", "42.0"):
                assert number in text, (name, number)


def test_pdf_takes_little_time(tmp_path: Path) -> None:
    """Three visits, both languages: the budget is 3 s each, of which a busy machine may double."""
    made = make_series(tmp_path / "s", side=1200)
    start = time.perf_counter()
    write_photograph_report(made)
    assert time.perf_counter() - start < 12.0


def test_documents_survive_as_json(folder: Path) -> None:
    from skintwin.report.photographs.compose import compose
    from skintwin.report.photographs.series import read_series

    document = asdict(compose(read_series(folder), "th"))
    assert json.loads(json.dumps(document))["sections"]

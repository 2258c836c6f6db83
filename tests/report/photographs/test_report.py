"""The report of photographs: numbers of the folder, everything inside, user text is text, both languages alike."""

from __future__ import annotations

import base64
import math
import re
import time
from pathlib import Path

import pytest

from skintwin.report.photographs import write_photograph_report
from skintwin.report.photographs.compose import compose
from skintwin.report.photographs.document import Bullets, Charts, Compare, Document, Facts, Paragraph, Pictures, Table
from skintwin.report.photographs.series import read_series
from skintwin.report.photographs.words import plain_text
from tests.report.page_reader import PageReader
from tests.report.photographs.made_series import AREA_ERROR, AREAS, make_series, read, write

LANGUAGES = {"en": "report.html", "th": "report.th.html"}
HOSTILE = '<script>alert("x")</script> #panic("x") *b* $x$ `c` \\ [y] @z'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_series(tmp_path_factory.mktemp("photographs") / "series", title=HOSTILE)
    write_photograph_report(made, pdf=False)
    return made


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, PageReader]:
    return {lang: PageReader((folder / name).read_text(encoding="utf-8")) for lang, name in LANGUAGES.items()}


def page_of(folder: Path, language: str = "en") -> PageReader:
    write_photograph_report(folder, pdf=False)
    return PageReader((folder / LANGUAGES[language]).read_text(encoding="utf-8"))


def texts(document: Document) -> list[str]:
    """Every line of a document."""
    lines = [document.title, document.kicker]
    for section in document.sections:
        lines.append(section.title)
        for block in section.blocks:
            if isinstance(block, Table):
                lines += [*block.head, *(plain_text(cell) for row in block.rows for cell in row)]
            elif isinstance(block, Bullets):
                lines += [plain_text(line) for line in block.lines]
            elif isinstance(block, Facts):
                lines += [word for word, _ in block.pairs]
            elif isinstance(block, Pictures | Charts):
                lines += [plain_text(item.caption) for item in block.items]
            elif isinstance(block, Compare):
                lines += [plain_text(item.caption) for item in (block.before, *block.after)]
            else:
                lines.append(plain_text(block.line))
    return [line for line in lines if line]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_hold_the_numbers_of_the_folder(folder: Path, pages: dict[str, PageReader], lang: str) -> None:
    rows = pages[lang].tables["measures"]
    assert rows[0] == [[area, AREA_ERROR] for area in AREAS]
    compared = pages[lang].tables["differences"]
    limit = 1.96 * math.hypot(AREA_ERROR, AREA_ERROR)
    for row, area in zip(compared[:2], AREAS[1:], strict=True):
        assert row[1:5] == [[AREAS[0]], [area], [area - AREAS[0]], [pytest.approx(limit)]]
    assert pages[lang].tables["scores"][0][1] == [1.2, 0.1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_loaded_from_outside(folder: Path, pages: dict[str, PageReader], lang: str) -> None:
    for tag, given in pages[lang].tags:
        for name in ("src", "srcset", "data", "poster", "xlink:href", "href"):
            address = given.get(name) or ""
            if tag != "a":
                assert address == "" or address.startswith(("data:", "#")), (tag, name, address[:60])
            elif name == "href":
                assert re.fullmatch(r"report(\.th)?\.(html|pdf)", address)
        assert tag not in ("link", "iframe", "object", "embed", "base")
    assert not re.search(r"@import|url\((?!#)|<\?xml", (folder / LANGUAGES[lang]).read_text(encoding="utf-8"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_picture_is_inside_once(folder: Path, pages: dict[str, PageReader], lang: str) -> None:
    content = read(folder)
    shown = [str(given["src"]) for tag, given in pages[lang].tags if tag == "img"]
    inside = sorted(base64.b64decode(uri.split(",")[1]) for uri in shown)
    files = {
        file for i, visit in enumerate(content["visits"]) for name, file in visit["pictures"].items()
        if not (i and name == "normal")  # a follow-up that was laid on the baseline shows there, and with its outline
    }  # fmt: skip
    assert inside == sorted((folder / file).read_bytes() for file in files)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_is_well_formed_and_readable_aloud(pages: dict[str, PageReader], lang: str) -> None:
    page = pages[lang]
    assert page.open == []
    assert page.tags[0] == ("html", {"lang": lang})
    assert all(given.get("alt") for tag, given in page.tags if tag == "img")
    assert all(given.get("aria-label") for tag, given in page.tags if given.get("role") == "img")
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    assert {given.get("scope") for tag, given in page.tags if tag == "th"} == {"col", "row"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_user_text_stays_text(pages: dict[str, PageReader], lang: str) -> None:
    assert [given for tag, given in pages[lang].tags if tag == "script"] == [{}]
    for text in (HOSTILE, "Something new <b>was</b> seen.", "On <hands> & #feet."):
        assert text in pages[lang].text


def test_hostile_labels_stay_text_everywhere(tmp_path: Path) -> None:
    made = make_series(tmp_path / "s", 2, label='"><img src=x onerror=y>{n}')
    content = read(made)
    content["visits"][0]["legends"]["change"] = {"classes": [["#112233", HOSTILE]]}
    texts_ = dict.fromkeys(("name", "unit", "method", "note"), HOSTILE)
    content["visits"][1]["observations"].append({"value": 1, **texts_})
    content["visits"][1]["quality"][0] |= {"name": HOSTILE, "sentence": HOSTILE, "reason": HOSTILE, "passed": False}
    content["visits"][1]["capture"] = {HOSTILE: [HOSTILE]}
    content["made_with"]["settings"] = {HOSTILE: {HOSTILE: 1}}
    write(made, content)
    page = page_of(made)
    assert not any("onerror" in given for _, given in page.tags)
    assert [given for tag, given in page.tags if tag == "script"] == [{}]
    assert page.open == []


def test_both_languages_have_the_same_structure(pages: dict[str, PageReader]) -> None:
    def outline(page: PageReader) -> list[str]:
        return [tag for tag, _ in page.tags if tag != "span"]  # what no Thai pattern knows is marked as English

    assert outline(pages["en"]) == outline(pages["th"])
    marked = [given for tag, given in pages["th"].tags if tag == "span" and given.get("lang") == "en"]
    assert marked
    assert not any(tag == "span" and "lang" in given for tag, given in pages["en"].tags)


def test_failures_stand_at_the_top(folder: Path, tmp_path: Path) -> None:
    top = compose(read_series(folder), "en").sections[0]
    alert = [block for block in top.blocks if isinstance(block, Bullets) and block.style == "alert"]
    told = [plain_text(line) for line in alert[0].lines]
    assert told == [
        "visit 2: blur 0.14 (at most 0.1). The picture is blurred for a lesion of this size: hold still, focus on the"
        " skin, go nearer."
    ]
    bare = make_series(tmp_path / "s", 2)
    content = read(bare)
    content["visits"][1]["quality"] = []
    write(bare, content)
    doubt = texts(Document("en", "", "", "", (compose(read_series(bare), "en").sections[0],)))
    assert "visit 2: the photograph does not pass; doubt its values." in doubt, "unusable, though no check says why"
    thai = compose(read_series(folder), "th").sections[0]
    assert any("ความพร่ามัว 0.14 (ไม่เกิน 0.1) ภาพพร่ามัว" in text for text in texts(Document("th", "", "", "", (thai,))))


def test_first_line_says_what_is_known(tmp_path: Path) -> None:
    whole = make_series(tmp_path / "a")
    bare = make_series(tmp_path / "b", 1, card=False, scale=False)
    assumed = make_series(tmp_path / "c", 2)
    content = read(assumed)
    content["visits"][0]["scale"]["origin"] = "assumed"
    content["visits"][1]["card"]["median_E00"] = None  # a grey card
    write(assumed, content)

    def lead(made: Path) -> str:
        block = compose(read_series(made), "en").sections[0].blocks[0]
        assert isinstance(block, Paragraph)
        return plain_text(block.line)

    assert "measured on 3 photographs" in lead(whole)
    assert "Absolute colour is known, from a colour card" in lead(whole)
    assert "Lengths and areas are in mm." in lead(whole)
    assert "on one photograph" in lead(bare)
    assert "Absolute colour is not known" in lead(bare)
    assert "The scale is not known" in lead(bare)
    assert "rest on an assumed size of a pixel (visit 1): they are not measured" in lead(assumed)
    assert "known only where a colour card was read (visit 1)" in lead(assumed)
    assert "set by a grey card (visit 2)" in lead(assumed)
    assert "the camera's elsewhere" not in lead(assumed)
    for visit in content["visits"]:
        visit["card"]["median_E00"] = None
    write(assumed, content)
    for said in (
        "Absolute colour is not known: no colour card was read. Exposure and white balance were set by a grey card",
        "(visit 1, visit 2); the camera's own colours stay. Contrasts of the lesion",
    ):
        assert said in lead(assumed)
    assert "are the camera's" not in lead(assumed)
    content["visits"][0]["card"] = None
    write(assumed, content)
    assert "Exposure and white balance are the camera's elsewhere (visit 1)." in lead(assumed)


@pytest.mark.parametrize("visits", [1, 2, 9])
@pytest.mark.parametrize("known", [True, False])
def test_what_is_not_known_is_left_out_and_said(tmp_path: Path, visits: int, known: bool) -> None:
    made = make_series(tmp_path / "s", visits, card=known, scale=known, registered=known)
    page, thai = page_of(made), page_of(made, "th")
    assert page.open == thai.open == []
    assert ("differences" in page.tables) == (visits > 1)
    sliding = [given for _, given in page.tags if given.get("class") == "after"]
    assert len(sliding) == (visits - 1 if known else 0)
    tables = [given for tag, given in page.tags if tag == "table" and given.get("class") == "visits"]
    assert len(tables) == math.ceil(visits / 4)
    if not known:
        assert "it could not be laid on the baseline" in page.text or visits == 1
        assert "the colour card was refused. card at x 10 to 90" in page.text
        assert "แผ่นเทียบสีที่ x 10 ถึง 90, y 5 ถึง 60 พิกเซล: มีสิ่งบัง A1; บนแผ่นเทียบสีต้องไม่มีสิ่งใดบัง" in thai.text
        assert "Not compared, because absolute colour or scale is not known" in page.text or visits == 1
        assert "not known" in page.text


def test_pages_do_not_change_when_made_again(folder: Path) -> None:
    before = [(folder / name).read_bytes() for name in LANGUAGES.values()]
    write_photograph_report(folder, pdf=False)
    assert [(folder / name).read_bytes() for name in LANGUAGES.values()] == before
    assert not list(folder.glob("*.tmp"))


def test_html_takes_little_time(tmp_path: Path) -> None:
    """Three visits with pictures of 1200 pixels: the budget is 1.5 s, of which a busy machine may double."""
    made = make_series(tmp_path / "s", side=1200)
    start = time.perf_counter()
    write_photograph_report(made, pdf=False)
    assert time.perf_counter() - start < 3.0

"""The pages: numbers are those of the tables, everything is inside, user text is text."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skintwin.report import write_report
from tests.report.made_run import make_run
from tests.report.page_reader import PageReader

LANGUAGES = {"en": "report.html", "th": "report.th.html"}
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_run(tmp_path_factory.mktemp("report") / "run", arms=("none", HOSTILE), lesion_mm2=80.0)
    write_report(folder)
    return folder


@pytest.fixture(scope="module")
def pages(run: Path) -> dict[str, PageReader]:
    return {lang: PageReader((run / name).read_text(encoding="utf-8")) for lang, name in LANGUAGES.items()}


def last(run: Path, endpoint: str) -> pd.DataFrame:
    table = pd.read_parquet(run / "summary.parquet")
    return table[(table["day"] == table["day"].max()) & (table["endpoint"] == endpoint)].set_index("arm")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_main_table_holds_the_numbers_of_summary(run: Path, pages: dict[str, PageReader], lang: str) -> None:
    truth = last(run, "repigmentation")
    rows = pages[lang].tables["main-endpoint"]
    for row, arm in zip(rows, ("none", HOSTILE), strict=True):
        mine = truth.loc[arm]
        assert row[0] == [mine["q50"]]
        assert row[1] == [mine["q25"], mine["q75"]]
        assert row[2] == [mine["q05"], mine["q95"]]
    compared = truth.loc[HOSTILE]
    assert rows[0][3] == []
    assert rows[1][3] == [compared[f"versus_first_q{q}"] for q in ("50", "05", "95")]
    assert rows[1][4] == [compared[f"assumed_share{end}"] for end in ("", "_low", "_high")]
    assert rows[0][4] == [], "the first arm has no spread and so no share"


def test_lesion_area_is_in_mm2_where_it_is_known(run: Path, pages: dict[str, PageReader]) -> None:
    share, cells = last(run, "lesion_area"), pages["en"].tables["other-endpoints"][0]
    assert cells[0] == pytest.approx([0.8 * share.loc["none"].q50]), "the first arm does not vary: no interval"
    assert cells[1] == pytest.approx([0.8 * share.loc[HOSTILE][q] for q in ("q50", "q05", "q95")])
    assert "lesion area (mm²)" in pages["en"].text


def test_every_picture_is_inside(run: Path, pages: dict[str, PageReader]) -> None:
    files = {path.read_bytes() for path in (run / "pictures").iterdir()}
    for page in pages.values():
        book, _ = json.JSONDecoder().raw_decode(page.script)
        shown = [*book["data"], *(str(a["src"]) for tag, a in page.tags if tag == "img")]
        assert {base64.b64decode(uri.removeprefix("data:image/jpeg;base64,")) for uri in shown} == files
        for arm in range(2):
            for r, role in enumerate(("low", "typical", "high")):
                for v, day in enumerate((0, 14)):
                    content = (run / "pictures" / f"arm{arm:02d}-{role}-day{day:04d}.jpg").read_bytes()
                    assert base64.b64decode(book["data"][book["shown"][arm][r][v]].split(",")[1]) == content


def test_without_script_the_typical_draw_of_the_last_visit_shows(run: Path, pages: dict[str, PageReader]) -> None:
    images = {a["data-arm"]: str(a["src"]) for tag, a in pages["en"].tags if tag == "img" and "data-arm" in a}
    for arm in ("0", "1"):
        content = (run / "pictures" / f"arm0{arm}-typical-day0014.jpg").read_bytes()
        assert base64.b64decode(images[arm].split(",")[1]) == content


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_loaded_from_outside(run: Path, pages: dict[str, PageReader], lang: str) -> None:
    for tag, given in pages[lang].tags:
        for name in ("src", "srcset", "data", "poster", "xlink:href", "href"):
            address = given.get(name) or ""
            if tag != "a":
                assert address == "" or address.startswith(("data:", "#")), (tag, name, address[:60])
        assert tag not in ("link", "iframe", "object", "embed", "base")
    page = (run / LANGUAGES[lang]).read_text(encoding="utf-8")
    assert not re.search(r"@import|url\((?!#)", page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_is_well_formed_and_readable_aloud(pages: dict[str, PageReader], lang: str) -> None:
    page = pages[lang]
    assert page.open == []
    assert page.tags[0] == ("html", {"lang": lang})
    assert all(given.get("alt") for tag, given in page.tags if tag == "img")
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    targets = {str(given.get("xlink:href", "")) for _, given in page.tags}
    assert {target[1:] for target in targets if target.startswith("#")} <= set(ids)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_user_text_stays_text(pages: dict[str, PageReader], lang: str) -> None:
    scripts = [given for tag, given in pages[lang].tags if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "picture-data"}, {}]
    assert HOSTILE in pages[lang].text
    assert "A & B" in pages[lang].text
    assert "Something new <b>was</b> seen." in pages[lang].text


def test_both_languages_have_the_same_structure(pages: dict[str, PageReader]) -> None:
    def outline(page: PageReader) -> list[str]:
        spoken = {"span"}  # what no Thai pattern knows is marked as English
        return [tag for tag, _ in page.tags if tag not in spoken]

    assert outline(pages["en"]) == outline(pages["th"])
    assert pages["en"].tables == pages["th"].tables


def test_thai_page_leaves_only_marked_english(pages: dict[str, PageReader]) -> None:
    english = [given for _, given in pages["th"].tags if given.get("lang") == "en"]
    assert len(english) == 2  # the link to the English page, and the one note that is not known
    assert "ถือว่าเป็น sRGB" in pages["th"].text
    assert "2 × 10⁵ เซลล์" in pages["th"].text
    assert "2 × 10⁵ cells" in pages["en"].text


def test_literature_marks_what_was_not_checked(pages: dict[str, PageReader]) -> None:
    assert "On <hands>. J. doi:10.1/x [citation not checked]" in pages["en"].text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_measures_hold_the_quantiles_of_the_draws_that_have_them(pages: dict[str, PageReader], lang: str) -> None:
    assert pages[lang].tables["durability"] == [[[30.0]]], "one value: no interval"
    assert pages[lang].tables["burden"] == [[[7.5, 0.75, 14.25]]]
    assert pages[lang].text.count("25 %") == 1


def test_a_measure_that_one_arm_lacks_is_said_to_be_in_no_draw(tmp_path: Path) -> None:
    """One arm followed for a year after its stop, the other not."""
    folder = make_run(tmp_path / "run", arms=("none", HOSTILE))
    table = pd.read_parquet(folder / "durability.parquet")
    other = table.assign(arm="none", measure="kept_1y", value=80.0)
    pd.concat([table, other]).to_parquet(folder / "durability.parquet", index=False)
    write_report(folder)
    page = PageReader((folder / "report.html").read_text(encoding="utf-8"))
    assert page.tables["durability"] == [[[30.0], []], [[], [80.0]]]
    assert page.text.count("in no draw") == 2


def test_an_event_is_the_share_of_its_draws(tmp_path: Path) -> None:
    """A relapse in 3 of the 4 draws that have a gain that counts: 75 %, without an interval."""
    folder = make_run(tmp_path / "run")
    table = pd.read_parquet(folder / "durability.parquet")
    gained = table["draw"] <= 4
    counted = table.assign(measure="counted", unit="1", value=gained.astype(float))
    relapsed = table.assign(measure="relapsed", unit="1", value=(table["draw"] <= 3).where(gained).astype(float))
    pd.concat([counted, relapsed]).to_parquet(folder / "durability.parquet", index=False)
    write_report(folder)
    page = PageReader((folder / "report.html").read_text(encoding="utf-8"))
    assert page.tables["durability"] == [[[25.0]], [[75.0]]]
    assert "of those: relapse within the follow-up (%)" in page.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_harms_are_percent_and_unknown_is_never_zero(pages: dict[str, PageReader], lang: str) -> None:
    rows = [row[1] for row in pages[lang].tables["harms"]]
    assert rows[0] == pytest.approx([2.44, 1.0, 12.5])
    assert rows[2] == []
    assert rows[3] == pytest.approx([12.5])
    assert rows[5] == [1.5, 0.0, 8.0]


def test_harms_say_where_they_come_from_and_which_are_assumed(pages: dict[str, PageReader]) -> None:
    english, thai = pages["en"].text, pages["th"].text
    assert "The rates are taken from the literature, they are not predicted by the model" in english
    assert f"Not from the literature but assumed, because no study gives a rate: fever ({HOSTILE})." in english
    assert "12 % of 16 draws" in english
    assert "Hand A 2001" in english
    assert "assumed rate (Saline injection; UC-MSC injection; sessions: 3)" in english
    assert "not known" in english
    assert "0.025 ( 1.0 × 10⁻⁴ to 0.20 ) %" in english
    assert "ไม่ใช่ค่าที่แบบจำลองคาดการณ์" in thai
    assert "ไม่ทราบ" in thai


def test_a_study_without_an_untreated_arm_says_what_it_cannot_predict(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run")
    table = pd.read_parquet(folder / "harms.parquet")
    lacking = table[table["basis"] == "model"].head(1).assign(basis="no_reference", q50=np.nan, grade="", sources="")
    pd.concat([table[table["basis"] != "model"], lacking]).to_parquet(folder / "harms.parquet", index=False)
    write_report(folder)
    for name, said in (("report.html", "Add an arm without treatment."), ("report.th.html", "โปรดเพิ่มกลุ่มที่ไม่ให้การรักษา")):
        page = PageReader((folder / name).read_text(encoding="utf-8"))
        assert said in page.text
        assert page.tables["harms"][-1][1] == [], "not known"


def one_draw(folder: Path) -> None:
    """Make a run folder that of a study with ``draws: 1``."""
    info = json.loads((folder / "run.json").read_text())
    info["draws"] |= {"n": 1, "pairs": 1}
    (folder / "run.json").write_text(json.dumps(info))
    for name in ("endpoints", "draws", "durability", "burden"):
        table = pd.read_parquet(folder / f"{name}.parquet")
        table[table["draw"] == 1].to_parquet(folder / f"{name}.parquet", index=False)
    table = pd.read_parquet(folder / "summary.parquet")
    for name in table.columns[table.columns.str.contains("q[0-9]{2}|assumed")]:
        middle = "versus_first_q50" if name.startswith("versus") else "q50"
        table[name] = np.nan if name.startswith("assumed") else table[middle]
    table.to_parquet(folder / "summary.parquet", index=False)
    relapse = pd.read_parquet(folder / "durability.parquet").assign(measure="relapsed", unit="1", value=1.0)
    relapse.to_parquet(folder / "durability.parquet", index=False)
    harms = pd.read_parquet(folder / "harms.parquet")
    harms.loc[harms["basis"] == "model", "q50"] = [1.0, 0.0, 1.5]
    harms.to_parquet(folder / "harms.parquet", index=False)


def test_one_draw_is_said_to_be_one_run_and_has_no_intervals_or_verdicts(tmp_path: Path) -> None:
    """Old: 'the interval excludes zero', 'nine of ten draws', 'numbers that were drawn'."""
    folder = make_run(tmp_path / "run")
    one_draw(folder)
    write_report(folder)
    pages = {name: PageReader((folder / name).read_text(encoding="utf-8")) for name in LANGUAGES.values()}
    english, thai = (pages[name] for name in ("report.html", "report.th.html"))
    assert "This is one run with every number at its prior median." in english.text
    assert "นี่เป็นการคำนวณครั้งเดียวโดยใช้ค่ามัธยฐานเบื้องต้นของทุกตัวเลข" in thai.text
    for gone in ("excludes zero", "of ten draws", "50 % interval", "were drawn", "of 1 draws", "of the draws"):
        assert gone not in english.text.replace("\u00a0", " "), gone
    for gone in ("ช่วงนี้", "ช่วง 50 %", "ตัวเลขที่สุ่ม", "ของชุดสุ่ม", "จาก 1 ชุดสุ่ม"):
        assert gone not in thai.text.replace("\u00a0", " "), gone
    truth = last(folder, "repigmentation")
    wanted = [[[truth.loc["none"].q50], []], [[truth.loc["cells"].q50], [truth.loc["cells"].versus_first_q50]]]
    assert english.tables["main-endpoint"] == thai.tables["main-endpoint"] == wanted
    assert all(len(cell) < 2 for row in english.tables["other-endpoints"] for cell in row)
    assert [row[1] for row in english.tables["harms"]][3:] == [[], [], [1.5]], "yes, no, an area"
    assert english.open == []
    assert [tag for tag, _ in english.tags if tag != "span"] == [tag for tag, _ in thai.tags if tag != "span"]


def test_a_run_that_gives_nothing_has_no_table_of_harms(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", arms=("none", "still nothing"))
    table = pd.read_parquet(folder / "harms.parquet")
    table.iloc[:0].to_parquet(folder / "harms.parquet", index=False)
    write_report(folder)
    assert "harms" not in PageReader((folder / "report.html").read_text(encoding="utf-8")).tables


def test_few_draws_tell_nothing_and_a_drawn_lesion_is_no_photograph(tmp_path: Path) -> None:
    """A 90 % interval of fewer than 20 draws is their range: no word about zero."""
    folder = make_run(tmp_path / "run", lesion_mm2=80.0)
    texts = []
    for n, source in ((32, {"photograph": "lesion.png"}), (8, {"synthetic": {"map": "typical"}})):
        info = json.loads((folder / "run.json").read_text())
        info["draws"]["n"] = n
        info["study"]["lesion"] = {"disorder": "vitiligo", "activity": "stable", "white_hair": False, **source}
        (folder / "run.json").write_text(json.dumps(info))
        write_report(folder)
        texts.append({lang: (folder / name).read_text(encoding="utf-8") for lang, name in LANGUAGES.items()})
    many, few = texts
    assert "excludes zero" in many["en"]
    assert "Photograph, as measured" in many["en"]
    assert "excludes zero" not in few["en"]
    assert "8 draws are too few to tell" in few["en"]
    assert "Drawn lesion, day 0" in few["en"]
    assert "Photograph, as measured" not in few["en"]
    assert "8 ชุดสุ่ม" in few["th"].replace("\u2060", "").replace("\u200b", "").replace("\u00a0", " ")

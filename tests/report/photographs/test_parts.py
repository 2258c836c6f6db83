"""Words in both languages, curves, printed numbers, differences beyond the error, the index."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skintwin.errors import RunError
from skintwin.report.photographs import batch_index, write_photograph_report
from skintwin.report.photographs.charts import chart_svg, nice_ticks
from skintwin.report.photographs.compare import differences, without_comparison
from skintwin.report.photographs.document import Paragraph
from skintwin.report.photographs.measured import CURVES, differences_section
from skintwin.report.photographs.series import read_series
from skintwin.report.photographs.values import number_text
from skintwin.report.photographs.words import photograph_words, plain_text
from skintwin.report.words import read_table
from tests.report.page_reader import PageReader
from tests.report.photographs.made_series import make_series, read, write
from tests.report.test_words import flat

OWN = ("removed", "units", "sentences")


def own_texts(language: str) -> dict[str, str]:
    table = read_table("skintwin.report.photographs", language)
    return {key: text for key, text in flat(table) if not key.startswith(OWN)}


def test_languages_have_the_same_keys_and_blanks() -> None:
    english, thai = own_texts("en"), own_texts("th")
    assert english.keys() == thai.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", thai[key])), key


def test_thai_is_thai() -> None:
    lacking = {key for key, text in own_texts("th").items() if not re.search("[ก-๙]", text)}
    assert lacking == {"pictures.only", "alerts.failed", "scores.part", "maps.alt"}


def test_patterns_lose_no_number() -> None:
    """A Thai sentence may drop a list of patches' names, never a blank that its pattern captures."""
    for rule in read_table("skintwin.report.photographs", "th")["sentences"]:
        names = set(re.compile(rule["english"]).groupindex)
        assert set(re.findall(r"{(\w+)}", rule["text"])) <= names, rule


def test_sentences_are_told_part_by_part() -> None:
    thai = photograph_words("th")
    pole = "b* = 2.0 is near or beyond the pole of ITA: no measure of pigment here"
    line = thai.told(f"{pole}; something new; lesion minus skin around it")
    assert [run.english for run in line if run.text != " "] == [False, True, False]
    assert plain_text(line).startswith("b* = 2.0 ใกล้หรือเลยขั้วของ ITA")
    assert plain_text(photograph_words("en").told("a; b. C")) == "a; b. C"


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.none() | st.floats(0, 1e5)), min_size=1, max_size=12), st.booleans())
def test_charts_hold_every_point_and_bar(rows: list[tuple[float, float | None]], zero: bool) -> None:
    svg = chart_svg([f"<{i}>" for i in range(len(rows))], [v for v, _ in rows], [e for _, e in rows], zero=zero)
    root = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    circles = root.findall(f"{space}circle")
    assert len(circles) == len(rows)
    heights = [float(line.attrib[name]) for line in root.findall(f"{space}line") for name in ("y1", "y2")]
    heights += [float(circle.attrib["cy"]) for circle in circles]
    assert all(9.5 <= height <= 160.5 for height in heights)
    order = np.argsort([v for v, _ in rows], kind="stable")
    down = [-float(circles[i].attrib["cy"]) for i in order]
    assert down == sorted(down)


@pytest.mark.parametrize("value", [0.0, 5e-324, -1e-310, 3.0])
def test_one_level_has_a_scale_however_small(value: float) -> None:
    ticks = nice_ticks(value, value)
    assert ticks[0] < value < ticks[-1]
    assert 3 <= len(ticks) <= 7


@given(st.floats(-1e8, 1e8), st.floats(-1e8, 1e8))
def test_ticks_hold_the_range_and_are_few(a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    ticks = nice_ticks(low, high)
    step = ticks[1] - ticks[0]
    assert 2 <= len(ticks) <= 8
    assert ticks[0] <= low + 1e-6 * step
    assert ticks[-1] >= high - 1e-6 * step


def test_a_missing_value_leaves_a_gap() -> None:
    root = ElementTree.fromstring(chart_svg(["a", "b", "c"], [1.0, None, 2.0], [None, None, 0.1]))
    assert len(root.findall("{http://www.w3.org/2000/svg}circle")) == 2


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [(123.456, 3.21, ("123.5", "3.2")), (0.0123, 0.0005, ("0.01230", "0.00050")), (-5.0, 40.0, ("−5", "40")),
     (1.5, None, ("1.50", "")), (2.0, 0.0, ("2.00", "0")), (0.0, 0.1, ("0.00", "0.10"))],
)  # fmt: skip
def test_values_have_the_decimals_of_their_error(value: float, error: float | None, shown: tuple[str, str]) -> None:
    assert number_text(value, error) == shown


def test_differences_follow_the_rule(tmp_path: Path) -> None:
    series = read_series(make_series(tmp_path / "s"))
    found = {(d.name, d.visit): d for d in differences(series)}
    area = found["lesion_area", "visit 2"]
    assert area.limit == pytest.approx(1.96 * math.sqrt(18))
    assert area.exceeds
    assert not found["skin_ITA", "visit 2"].exceeds
    assert found["repigmentation", "visit 2"].limit == pytest.approx(1.96 * 2.5)
    assert ("blood_ratio", "visit 2") not in found, "an error that is not known allows no verdict"
    assert all(d.exceeds == (abs(d.difference) > d.limit) for d in found.values())


def test_one_in_twenty_exceeds_by_chance() -> None:
    """The rule is a 5 % test when nothing has changed: drawn with known errors."""
    rng = np.random.default_rng(5)
    e1, e2 = rng.uniform(0.5, 2, (2, 20_000))
    apart = rng.normal(0, e1) - rng.normal(0, e2)
    share = float(np.mean(np.abs(apart) > 1.96 * np.hypot(e1, e2)))
    assert share == pytest.approx(0.05, abs=4 * math.sqrt(0.05 * 0.95 / 20_000))


def test_absolute_colour_and_mm_are_compared_only_where_they_are_known(tmp_path: Path) -> None:
    made = make_series(tmp_path / "s", 2)
    content = read(made)
    content["visits"][1]["card"] = None
    content["visits"][0]["scale"]["mm_per_pixel"] = None
    write(made, content)
    series = read_series(made)
    names = {d.name for d in differences(series)}
    assert {"lesion_area", "lesion_ITA", "skin_ITA", "border_sharpness"}.isdisjoint(names)
    assert {"delta_E00", "melanin_difference"} <= names
    assert set(without_comparison(series)) == {"lesion_area", "lesion_ITA", "skin_ITA", "border_sharpness"}


def test_the_share_of_the_frame_is_never_compared(tmp_path: Path) -> None:
    """It changes when the photograph is cropped: here it doubles, and nothing else of the frame is said to differ."""
    made = make_series(tmp_path / "s", 2, scale=False)
    content = read(made)
    share = next(o for o in content["visits"][1]["observations"] if o["name"] == "lesion_area_share")
    share["value"] *= 2
    write(made, content)
    series = read_series(made)
    words = photograph_words("en")
    assert "lesion_area_share" not in {d.name for d in differences(series)}
    section = differences_section(series, words)
    assert section is not None
    told = [plain_text(block.line) for block in section.blocks if isinstance(block, Paragraph)]
    named = words.measure("lesion_area_share")
    assert [line for line in told if named in line] == [
        f"Not compared, because it depends on how a photograph is framed: {named}."
    ]
    assert "lesion_area_share" not in CURVES


def test_index_lists_series_and_failures(tmp_path: Path) -> None:
    name = 'b <i>"%20'
    for i, (folder, visits) in enumerate((("a", 3), (name, 1))):
        write_photograph_report(make_series(tmp_path / folder, visits, title=f"T{i} <b>"), pdf=False)
    make_series(tmp_path / "c")
    (tmp_path / "c" / "pictures" / "visit0-normal.jpg").unlink()
    make_series(tmp_path / ".half")
    (tmp_path / "notes").mkdir()
    (tmp_path / "failures.csv").write_text('series,reason\nd,"no normal-looking skin is left around the lesion"\n')
    assert [path.name for path in batch_index(tmp_path)] == ["index.html", "index.th.html"]
    english, thai = (PageReader((tmp_path / f).read_text("utf-8")) for f in ("index.html", "index.th.html"))
    assert english.open == thai.open == []
    assert [tag for tag, _ in english.tags if tag != "span"] == [tag for tag, _ in thai.tags if tag != "span"]
    assert "2 series were measured, 2 failed." in english.text
    assert "T0 <b>" in english.text
    assert "visit0-normal.jpg" in english.text
    assert "ไม่มีผิวหนังปกติเหลืออยู่รอบรอยโรค" in thai.text
    links = [str(given["href"]) for tag, given in english.tags if tag == "a"]
    assert links == ["index.th.html", "a/report.html", "b%20%3Ci%3E%22%2520/report.html"]
    assert english.tables["series"][0][2][:2] == [30.0, 2.5]


def test_an_empty_folder_and_other_columns(tmp_path: Path) -> None:
    batch_index(tmp_path)
    assert "No series was measured." in PageReader((tmp_path / "index.html").read_text("utf-8")).text
    (tmp_path / "failures.csv").write_text("a,b\n1,2\n")
    with pytest.raises(RunError, match=r"failures\.csv: lacks its columns"):
        batch_index(tmp_path)
    with pytest.raises(RunError, match="is not a folder"):
        batch_index(tmp_path / "none")

"""The reader: what is missing or wrong is named by file and field; nothing outside the folder is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from skintwin.errors import RunError
from skintwin.report.photographs import write_photograph_report
from skintwin.report.photographs.fields import Series
from skintwin.report.photographs.series import read_series
from tests.report.photographs.made_series import make_series, read, write


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return make_series(tmp_path / "series", 2)


def refused(folder: Path) -> str:
    with pytest.raises(RunError) as caught:
        write_photograph_report(folder)
    assert not [path for path in folder.glob("report*") if path.is_file()]
    return str(caught.value)


def test_a_whole_folder_is_read(made: Path) -> None:
    series = read_series(made)
    assert [visit.label for visit in series.visits] == ["visit 1", "visit 2"]
    assert series.scores[0].parts[1].origin == "rated"


def test_missing_files_are_named(made: Path) -> None:
    (made / "pictures" / "visit1-change.png").unlink()
    assert "visit1-change.png (field visits[1].pictures.change): is missing" in refused(made)
    (made / "series.json").unlink()
    assert "series.json: is missing" in refused(made)
    assert "is not a folder" in refused(made / "nothing")


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("visits",), [], "field visits:"),
        (("kind",), "run", "field kind:"),
        (("visits", 1, "label"), None, "field visits[1].label:"),
        (("visits", 1, "label"), "visit 1", "field visits[1].label: two visits have the same label"),
        (("visits", 0, "scale"), {"mm_per_pixel": "wide"}, "field visits[0].scale.mm_per_pixel:"),
        (("visits", 0, "observations", 2, "error"), -1.0, "field visits[0].observations[2].error:"),
        (("visits", 0, "observations", 1, "name"), "lesion_area", "visits[0].observations[1].name: is there twice"),
        (("visits", 0, "pictures", "normal"), None, "field visits[0].pictures.normal: is missing"),
        (("visits", 0, "pictures", "card"), "../../x.png", "field visits[0].pictures.card: names a file outside"),
        (("visits", 0, "pictures", "card"), "/etc/hostname", "field visits[0].pictures.card: names a file outside"),
        (("visits", 0, "legends", "melanin", "colours"), ['#fff"/>', "#ffffff"], "legends.melanin.colours[0]:"),
        (("scores", 0, "visit"), "visit 9", "field scores[0].visit: names a visit that is not there"),
        (("scores", 0, "parts", 0, "from"), "guessed", "field scores[0].parts[0].from:"),
    ],
)  # fmt: skip
def test_wrong_fields_are_named(made: Path, path: tuple[Any, ...], value: Any, named: str) -> None:
    content: Any = read(made)
    place = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    write(made, content)
    assert named in refused(made)


@pytest.mark.parametrize("field", [name for name, info in Series.model_fields.items() if info.is_required()])
def test_every_required_field_is_required(made: Path, field: str) -> None:
    content = read(made)
    del content[field]
    write(made, content)
    assert f"field {field}: field required" in refused(made)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5_000, b"1" * 10_000])
def test_other_content_is_refused(made: Path, text: bytes) -> None:
    (made / "series.json").write_bytes(text)
    assert "series.json" in refused(made)


def test_a_picture_that_is_none_is_named(made: Path) -> None:
    (made / "pictures" / "visit0-normal.jpg").write_bytes(b"GIF89a not a picture")
    assert "visit0-normal.jpg: is no picture that can be read" in refused(made)


def test_control_characters_and_numbers_that_are_none_do_no_harm(made: Path) -> None:
    content = read(made)
    content["title"] = "a\x00b\u202ec\ud800"
    content["visits"][0]["observations"][0]["value"] = float("nan")
    content["visits"][0]["observations"][1]["error"] = float("inf")
    write(made, content)
    series = read_series(made)
    assert series.title == "abc?"
    assert series.visits[0].observations[0].value is None
    assert series.visits[0].observations[1].error is None
    write_photograph_report(made)


def test_the_disk_that_refuses_leaves_no_half_page(made: Path) -> None:
    (made / "report.th.html.tmp").mkdir()
    assert "the report cannot be written" in refused(made)


_leaf = st.none() | st.booleans() | st.floats() | st.text(max_size=8)
_json = st.recursive(
    _leaf, lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=8), x, max_size=3), max_leaves=6
)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_mutated_files_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """A branch of the file replaced by anything: a series, or an error for people."""
    folder = tmp_path_factory.getbasetemp() / "mutated"
    if not folder.exists():
        make_series(folder, 2, side=16)
    whole = json.loads((folder / "series.json").read_text())
    place: Any = whole
    for _ in range(data.draw(st.integers(0, 4))):
        keys = list(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(list(keys)))
        if not isinstance(place[key], dict | list) or not place[key]:
            break
        place = place[key]
    key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else list(range(len(place)))))
    place[key] = data.draw(_json)
    other = folder.parent / "mutated-now"
    other.mkdir(exist_ok=True)
    if not (other / "pictures").exists():
        (other / "pictures").symlink_to(folder / "pictures")
    (other / "series.json").write_text(json.dumps(whole))
    try:
        read_series(other)
    except RunError:
        return
    except ValidationError:  # pragma: no cover
        pytest.fail("an error that is not for people")

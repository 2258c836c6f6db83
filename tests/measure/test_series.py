"""Series, folders and batches: from files to tables, resumed after a kill, nothing lost, nothing half written."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image
from typer.testing import CliRunner

from skintwin.cli import app
from skintwin.errors import ConfigError, PhotographError, RunError
from skintwin.measure import batch as batch_module
from skintwin.measure.batch import find_tasks, measure_batch
from skintwin.measure.calibration import Rulers
from skintwin.measure.series import Series, measure_series
from skintwin.measure.series_file import read_series_file
from skintwin.measure.series_folder import write_series
from skintwin.measure.visit import VisitSettings

EXAMPLE = Path(__file__).parents[2] / "examples" / "photographs" / "halo_naevus.png"
SETTINGS = VisitSettings(phototype="III", rulers=Rulers(card="none", mm_per_pixel=0.1))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A photograph, and the same skin turned, dimmer, and a little larger."""
    folder = tmp_path_factory.mktemp("two")
    picture = Image.open(EXAMPLE).convert("RGB").resize((640, 640), Image.Resampling.BOX)
    picture.crop((40, 40, 600, 600)).save(folder / "Somchai Jaidee.png")
    turned = picture.rotate(25, Image.Resampling.BICUBIC).resize((700, 700), Image.Resampling.BICUBIC)
    dim = Image.fromarray((np.asarray(turned.crop((110, 110, 590, 590))) * 0.9).astype(np.uint8))
    dim.save(folder / "later.jpg", quality=95)
    return folder / "Somchai Jaidee.png", folder / "later.jpg"


@pytest.fixture(scope="module")
def series(two: tuple[Path, Path]) -> Series:
    return measure_series([(path, SETTINGS) for path in two], "halo")


def test_the_same_skin_is_laid_over_itself_and_has_not_changed(series: Series) -> None:
    comparison = series.comparisons[1]
    assert comparison is not None
    assert comparison.registration is not None
    assert comparison.registration.local_scale() == pytest.approx(700 / 640, rel=0.01)
    found = {o.name: o for o in series.observations(1)}
    repigmented = found["repigmentation"]
    assert repigmented.value is not None
    assert repigmented.value < 6.0
    assert found["changed_area_darker"].value + found["changed_area_lighter"].value < 12.0
    first = {o.name: o for o in series.observations(0)}
    for name in ("delta_E00", "melanin_difference"):
        error = np.hypot(first[name].error, found[name].error)
        assert abs(first[name].value - found[name].value) < 3 * error


def test_a_folder_holds_everything_and_no_file_name(series: Series, tmp_path: Path) -> None:
    folder = write_series(series, tmp_path / "out")
    content = json.loads((folder / "series.json").read_text("utf-8"))
    assert [visit["label"] for visit in content["visits"]] == ["visit 1", "visit 2"]
    for visit in content["visits"]:
        for picture in visit["pictures"].values():
            assert Image.open(folder / picture).size[0] > 50
    assert content["visits"][1]["registration"]["matches"] > 10
    tables = [pd.read_csv(folder / "measures.csv"), pd.read_parquet(folder / "measures.parquet"),
              pd.DataFrame(json.loads((folder / "measures.json").read_text("utf-8")))]  # fmt: skip
    for other in tables[1:]:
        assert tables[0]["name"].tolist() == other["name"].tolist()
        np.testing.assert_allclose(tables[0]["value"], other["value"].astype(float), rtol=1e-9)
    for path in folder.rglob("*"):
        if path.is_file():
            assert b"Somchai" not in path.read_bytes()
    with pytest.raises(RunError, match="there already"):
        write_series(series, folder)


def test_a_failed_report_leaves_nothing(series: Series, tmp_path: Path) -> None:
    def broken(_: Path) -> None:
        raise RunError("no report")

    with pytest.raises(RunError, match="no report"):
        write_series(series, tmp_path / "out", finish=broken)
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_folder_is_never_replaced(series: Series, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="something else"):
        write_series(series, tmp_path, overwrite=True)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_another_place_is_named_in_the_error(two: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(PhotographError, match="photograph 2"):
        measure_series([(two[0], SETTINGS), (tmp_path / "empty.png", SETTINGS)])


@pytest.mark.parametrize(("text", "told"), [
    ("card: none\nphotographs:\n  - {file: a.png\n  - {file: b.png}\n", "line 4"),
    ("title: left: cheek\nphotographs: []\n", "line 1"),
    ("title: a\nphototype: III\n\tsite: cheek\n", "line 3"),
    ("title: 2026-02-30\n", "impossible value"), ("[" * 5000, "nested too deeply"),
])  # fmt: skip
def test_bad_yaml_of_a_series_names_the_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "series.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=told) as error:
        read_series_file(path)
    assert str(path) in str(error.value)


def test_series_files_say_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "series.yaml"
    path.write_text("card: none\nphotographs:\n  - {file: a.png, label: week 0}\n  - {file: b.png, kind: pale}\n")
    with pytest.raises(ConfigError, match=r"photographs\.1\.kind"):
        read_series_file(path)
    path.write_text("mm_per_pixel: 0.1\nphotographs: [{file: a.png}, {file: b.png, mm_per_pixel: 0.2}]\n")
    title, found = read_series_file(path)
    assert title == "series"
    assert [settings.rulers.mm_per_pixel for _, settings in found] == [0.1, 0.2]
    assert [settings.label for _, settings in found] == ["visit 1", "visit 2"]
    assert found[0][0] == tmp_path / "a.png"
    path.write_text("mm_per_pixel: 0.1\nlesion_diameter_mm: 3\nphotographs: [{file: a.png}]\n")
    with pytest.raises(ConfigError, match="sources of scale"):
        read_series_file(path)


def test_a_killed_batch_resumes_without_repeating_or_losing(
    two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photographs = tmp_path / "in"
    photographs.mkdir()
    small = Image.open(two[0]).resize((200, 200), Image.Resampling.BOX)
    for number in range(5):
        small.save(photographs / f"p{number}.png")
    (photographs / "p3.png").write_bytes(b"\x89PNG broken")
    (photographs / "notes.txt").write_text("no photograph")
    measured: list[str] = []
    real = batch_module.measure_series

    def counted(chosen, title):  # type: ignore[no-untyped-def]
        if len(measured) == 2:
            raise KeyboardInterrupt
        measured.append(title)
        return real(chosen, title)

    monkeypatch.setattr(batch_module, "measure_series", counted)
    with pytest.raises(KeyboardInterrupt):
        measure_batch(photographs, tmp_path / "out", SETTINGS)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["p0", "p1"]
    monkeypatch.setattr(batch_module, "measure_series", real)
    done = measure_batch(photographs, tmp_path / "out", SETTINGS)
    assert done.kept == ("p0", "p1")
    assert done.measured == ("p2", "p4")
    assert [name for name, _ in done.failed] == ["p3"]
    table = pd.read_csv(tmp_path / "out" / "measures.csv")
    assert sorted(table["series"].unique()) == ["p0", "p1", "p2", "p4"]
    assert "p3" in (tmp_path / "out" / "failures.csv").read_text()
    small.rotate(90).save(photographs / "p1.png")
    again = measure_batch(photographs, tmp_path / "out", SETTINGS)
    assert again.measured == ("p1",)
    assert again.kept == ("p0", "p2", "p4")


@pytest.mark.slow
def test_a_hundred_photographs_survive_two_kills(two: tuple[Path, Path], tmp_path: Path) -> None:
    """The process is killed without warning, twice; what was finished is not touched again, nothing is left over."""
    photographs, out = tmp_path / "in", tmp_path / "out"
    photographs.mkdir()
    small = np.asarray(Image.open(two[0]).resize((160, 160), Image.Resampling.BOX), np.float64)
    for number in range(100):
        noise = np.random.default_rng(number).normal(0.0, 1.0, small.shape)
        Image.fromarray(np.clip(small + noise, 0, 255).astype(np.uint8)).save(photographs / f"p{number:03d}.png")
    options = ["--phototype", "III", "--card", "none", "--no-pdf", "--quiet", "--out", str(out)]
    command = [sys.executable, "-m", "skintwin", "measure", str(photographs), *options]

    def finished() -> dict[str, int]:
        return {p.parent.name: p.stat().st_mtime_ns for p in out.glob("p*/inputs.json")}

    before: dict[str, int] = {}
    for enough in (12, 40):
        run = subprocess.Popen(command)
        while len(finished()) < enough:
            assert run.poll() is None
            time.sleep(0.02)
        run.kill()
        run.wait()
        now = finished()
        assert before.items() <= now.items()
        before = now
    (out / ".p099-abcdefgh").mkdir()  # as a kill at the worst moment leaves it
    begun = time.monotonic()
    subprocess.run(command, check=True)
    after = finished()
    print(f"{(time.monotonic() - begun) / (100 - len(before)):.2f} s a photograph, with its report in two languages")
    assert before.items() <= after.items()
    assert len(after) == 100
    assert not [p.name for p in out.iterdir() if p.name.startswith(".")]
    table = pd.read_csv(out / "measures.csv")
    assert table["series"].nunique() == 100
    assert not table.duplicated(["series", "visit", "name"]).any()


def test_a_batch_refuses_to_write_among_its_photographs(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="inside"):
        measure_batch(tmp_path, tmp_path / "out", SETTINGS)
    with pytest.raises(PhotographError, match="no photograph"):
        find_tasks(tmp_path, SETTINGS)


def test_the_command_measures_and_says_where(two: tuple[Path, Path], tmp_path: Path) -> None:
    options = ["--phototype", "III", "--card", "none", "--no-pdf", "--quiet", "--label", "first", "--label", "later"]
    command = ["measure", *map(str, two), *options, "--lesion-diameter", "12 mm", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert "later" in result.output
    assert "repigmentation" in result.output
    assert (tmp_path / "out" / "report.html").is_file()
    assert (tmp_path / "out" / "report.th.html").is_file()
    result = CliRunner().invoke(app, [*command, "--label", "third"])
    assert isinstance(result.exception, ConfigError)


@pytest.mark.parametrize("options", [
    ["--phototype", "VI"], ["--card", "nano"], ["--card", "auto"], ["--lesion-diameter", "11 mm"],
    ["--mm-per-pixel", "1"], ["--label", "a"], ["--grey", "0,0,50,50"], ["--outline", "a.json"],
    ["--box", "0,0,50,50"], ["--kind", "hypopigmented"], ["--site", "back"], ["--geometry", "SCE"],
    ["--height", "172 cm"], ["--hand", "150 cm^2"], ["--spots"], ["--marker"], ["--coin", "300,420,euro-1"],
    ["--phototype", "VI", "--card", "nano"],
])  # fmt: skip
def test_an_option_that_the_series_file_says_is_refused_by_name(
    two: tuple[Path, Path], tmp_path: Path, options: list[str]
) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(yaml.safe_dump({"phototype": "II", "photographs": [{"file": str(path)} for path in two]}))
    with pytest.raises(ConfigError, match=r"write it in the file") as error:
        app(["measure", str(file), "--out", str(tmp_path / "out"), *options], standalone_mode=False)
    assert all(option in str(error.value) for option in options if option.startswith("--"))
    assert not (tmp_path / "out").exists()


def test_a_batch_says_for_which_series_options_do_not_hold(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "series.yaml").write_text("photographs: [{file: missing.png}]\n")
    command = ["measure", str(folder), "--quiet", "--no-pdf", "--out", str(tmp_path / "out")]
    assert "note:" not in CliRunner().invoke(app, command).output
    got = CliRunner().invoke(app, [*command, "--phototype", "IV", "--card", "nano"])
    note = "note: only for photographs without a series file: --phototype, --card; these say their own: a/series.yaml"
    assert note in got.output

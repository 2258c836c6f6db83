"""The first sentence, the wording of dark lesions, the ranking, and folders that are no run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from skintwin.errors import RunError
from skintwin.report import write_report
from skintwin.report.ranking import chance_rho, rank_assumed
from skintwin.report.run_folder import read_run
from skintwin.report.verdict import judge
from tests.report.made_run import make_run
from tests.report.page_reader import PageReader


@pytest.mark.parametrize(
    ("share", "kind", "words"),
    [
        (0.7, "every", "This prediction is mostly assumption"),
        (0.45, "maybe", "This prediction may be mostly assumption"),
        (0.2, "less", "Less than half of the spread"),
        (np.nan, "none", "could not be computed"),
    ],
)
def test_first_sentence_says_how_much_is_assumption(tmp_path: Path, share: float, kind: str, words: str) -> None:
    folder = make_run(tmp_path / "run", share=share)
    verdict = judge(read_run(folder))
    assert (verdict.kind, verdict.assumed, verdict.sourced) == (kind, 2, 1)
    write_report(folder)
    text = PageReader((folder / "report.html").read_text(encoding="utf-8")).text
    first = text.index(words)
    assert first < text.index("Research use only") < text.index("Pictures")
    assert "2 of the 3 numbers that were drawn are assumed; 1 have a source." in text
    if np.isfinite(share):
        assert f"{100 * share:.0f} %" in text
        assert f"{100 * (share - 0.1):.0f} to {100 * (share + 0.1):.0f} %" in text


def test_one_arm_above_a_half_is_counted(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", arms=("none", "a", "b"))
    table = pd.read_parquet(folder / "summary.parquet")
    table.loc[table["arm"] == "b", "assumed_share"] = 0.1
    table.to_parquet(folder / "summary.parquet", index=False)
    verdict = judge(read_run(folder))
    assert (verdict.kind, verdict.above, verdict.worst.arm) == ("some", 1, "a")
    assert verdict.others_reach_above


def test_a_dark_lesion_is_judged_by_its_closeness(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", kind="hyperpigmented")
    write_report(folder)
    english = PageReader((folder / "report.html").read_text(encoding="utf-8")).text
    thai = PageReader((folder / "report.th.html").read_text(encoding="utf-8")).text
    assert "predicted closeness on day 14" in english
    assert "ความใกล้เคียงผิวรอบ ๆ" in thai


def test_ranking_is_spearmans_over_independent_points(tmp_path: Path) -> None:
    run = read_run(make_run(tmp_path / "run"))
    found = rank_assumed(run, "cells")
    assert found.points == 8, "16 draws in pairs that share their assumed numbers"
    assert found.rows[0].key == "cells.half_life"
    assert found.rows[0].rho == pytest.approx(1.0)
    wide = run.draws.pivot(index="draw", columns="parameter", values="value").loc[1:8]
    expected = spearmanr(wide["delivery.retention"], wide["cells.half_life"]).statistic
    assert found.rows[1].rho == pytest.approx(expected)
    assert rank_assumed(run, "none").rows == (), "an outcome without spread goes with nothing"


def test_chance_alone_reaches_further_with_more_parameters_and_fewer_points() -> None:
    assert chance_rho(101, 1) == pytest.approx(0.196, abs=1e-3)
    assert chance_rho(101, 60) > chance_rho(101, 1) > chance_rho(401, 1)
    rng = np.random.default_rng(0)
    outcome = rng.normal(size=33)
    passed = [abs(spearmanr(rng.normal(size=33), outcome).statistic) > chance_rho(33, 1) for _ in range(1500)]
    assert np.mean(passed) == pytest.approx(0.05, abs=0.02)
    assert chance_rho(1, 5) == 1.0


@pytest.mark.parametrize(
    "name",
    ["run.json", "summary.parquet", "endpoints.parquet", "draws.parquet", "citations.json", "pictures/baseline.jpg",
     "pictures/arm01-low-day0014.jpg"],
)  # fmt: skip
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = make_run(tmp_path / "run")
    (folder / name).unlink()
    with pytest.raises(RunError, match="is missing") as caught:
        write_report(folder)
    assert str(caught.value.where).endswith(name)
    assert not list(folder.glob("report*"))


@pytest.mark.parametrize("name", ["run.json", "summary.parquet", "citations.json"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    folder = make_run(tmp_path / "run")
    (folder / name).write_bytes(b"{\xff not this")
    with pytest.raises(RunError, match="cannot be read") as caught:
        write_report(folder)
    assert str(caught.value.where).endswith(name)


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is not a folder"):
        write_report(tmp_path / "nowhere")
    folder = make_run(tmp_path / "run")
    (folder / "run.json").write_text("[]")
    with pytest.raises(RunError, match="does not describe a run"):
        write_report(folder)


def test_a_disk_that_refuses_leaves_no_half_page(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run")
    (folder / "report.th.html").mkdir()  # cannot be replaced by a file
    with pytest.raises(RunError, match="the report cannot be written"):
        write_report(folder)
    assert not list(folder.glob("*.tmp"))

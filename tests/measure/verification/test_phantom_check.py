"""The check of the instrument itself: rows, bars, the page, and a run that is killed."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from skintwin.cli.verify import app
from skintwin.errors import ConfigError, PhotographError, RunError
from skintwin.evidence import ledger
from skintwin.measure.follow_up import measure_follow_up
from skintwin.measure.verification import one as one_module
from skintwin.measure.verification import run as run_module
from skintwin.measure.verification.bars import bars, by, chance_of_parity, hangs_on_contrast, table, with_first
from skintwin.measure.verification.one import measure_phantom, photographed, settings_for
from skintwin.measure.verification.page import verification_page
from skintwin.measure.verification.rows_file import read_rows, write_rows
from skintwin.measure.verification.run import finished_rows, measure_phantoms
from skintwin.measure.visit import VisitSettings, measure_visit
from skintwin.phantoms import draw_phantom


def row(number: int, visit: int = 0, **changed: object) -> dict[str, object]:
    made: dict[str, object] = {
        "number": number, "visit": visit, "phototype": "III", "disorder": "vitiligo", "kind": "hypopigmented",
        "delta_e": 9.0, "card": "nano", "light": "D65", "gloss": "crossed", "failed": "", "iou": 0.95, "area": 2.0,
        "card_read": True,
        "ita_lesion": 1.0, "ita_skin": -1.0, "b_lesion": 12.0, "b_skin": 15.0,
    }  # fmt: skip
    return made | changed


def named(rows: list[dict[str, object]]) -> dict[str, tuple[float, bool, int]]:
    return {bar.name: (bar.value, bar.passed, bar.n) for bar in bars(with_first(table(rows)))}


def test_a_lesion_that_was_not_found_counts_as_nothing() -> None:
    rows = [row(1), row(2, failed="PhotographError: nothing", iou=np.nan), row(3, failed="PhotographError", iou=np.nan)]
    value, passed, n = named(rows)["IoU, ΔE00 ≥ 6, median"]
    assert (value, passed, n) == (0.0, False, 3)


def test_bias_and_limits_of_repigmentation_are_of_clear_lesions_at_the_first_visit() -> None:
    rows = [row(n) for n in range(4)]
    rows += [row(n, 1, repigmentation_error=error, delta_e=1.0) for n, error in enumerate((1.0, -1.0, 3.0, -3.0))]
    rows += [row(9, delta_e=4.0), row(9, 1, repigmentation_error=50.0)]
    rows += [row(8, kind="hyperpigmented"), row(8, 1, kind="hyperpigmented", repigmentation_error=0.0)]
    found = named(rows)
    assert found["repigmentation, bias (points)"] == (0.0, True, 5)
    assert found["repigmentation, lesions paler than the skin (the others clear), bias (points)"] == (0.0, True, 4)
    limits = found["repigmentation, 95 % limits about it (points)"]
    assert limits[0] == pytest.approx(1.96 * np.std([1, -1, 3, -3, 0], ddof=1))


def test_numbers_are_shown_in_bands_with_their_lower_ends() -> None:
    drawn = ((0.0, 75), (8.0, 82), (25.0, 97))
    rows = [row(n, tilt=tilt, jpeg=jpeg, camera="sRGB") for n, (tilt, jpeg) in enumerate(drawn)]
    page = verification_page([*rows, row(3)], 5)
    table = page.split("## By tilt of the camera (degree)")[1].split("##")[0].strip().splitlines()[2:]
    assert [line.split("|")[1].strip() for line in table] == ["0 to 8", "8 to 16", "16 to 90"]
    assert [line.split("|")[2].strip() for line in table] == ["1", "1", "1"]
    assert "## By camera" in page
    assert "## By hair" not in page
    assert "90 to 101" in page


def test_no_phototype_may_be_much_worse_than_the_best() -> None:
    rows = [row(n, iou=0.96) for n in range(3)] + [row(10 + n, phototype="VI", iou=0.9) for n in range(3)]
    value, passed, _ = named(rows)["1 − IoU, worst phototype over best"]
    assert value == pytest.approx(2.5)
    assert not passed


def test_phototypes_are_compared_over_the_first_visits_of_other_runs_too() -> None:
    rows = [row(1, area=1.0), row(2, phototype="VI", area=3.0)]
    more = [row(n, area=1.0) for n in range(3)] + [row(10 + n, phototype="VI", area=1.2) for n in range(3)]
    more += [row(20, 1, phototype="VI", area=50.0), row(21, phototype="VI", delta_e=4.0, area=50.0)]
    alone, both = (
        {bar.name: bar for bar in bars(with_first(table(rows)), also)} for also in (None, table(more))
    )  # fmt: skip
    name = "area error, worst phototype over best"
    assert alone[name].value == pytest.approx(3.0)
    assert both[name].value == pytest.approx(1.2)
    assert both[name].n == 8
    assert all(both[k].value == alone[k].value for k in alone if "phototype" not in k and alone[k].value >= 0)
    assert "seed 7, drawn" in verification_page(rows, 5, {7: more})


def test_what_the_limits_ask_of_the_contrast_is_told() -> None:
    rows = [row(n) for n in range(3)] + [row(n, 1, by_contrast=by) for n, by in enumerate((3.0, 4.0, 0.0))]
    assert hangs_on_contrast(with_first(table(rows))) == pytest.approx(1.96 * np.sqrt(25 / 3))
    assert np.isnan(hangs_on_contrast(with_first(table(rows[:3]))))


def test_a_journal_of_another_seed_is_read_whole_or_refused(tmp_path: Path) -> None:
    journal = tmp_path / "j.jsonl"
    lines = [{"seed": 7}, {"number": 1, "rows": [row(1)]}, {"number": 0, "rows": [row(0)]}]
    journal.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    seed, rows = finished_rows(journal)
    assert (seed, [r["number"] for r in rows]) == (7, [0, 1])
    for broken in ('{"number": 1}', "", '{"seed": 7}\n{"number": 1, "ro'):
        journal.write_text(broken, encoding="utf-8")
        with pytest.raises(RunError, match="finished journal"):
            finished_rows(journal)
    with pytest.raises(RunError, match="cannot be read"):
        finished_rows(tmp_path / "none")


def test_the_page_can_be_computed_again_from_its_table(tmp_path: Path) -> None:
    rows = [row(n, area=0.3 * n, hair="none", tilt=4.0 * n, by_contrast=None) for n in range(4)]
    rows += [row(n, 1, repigmentation_error=2.0 * n - 3, stated_sd=4.0, registered=True, pattern="diffuse",
                 true_pattern="marginal", registration_px=0.2, registration_sd=0.3, by_contrast=1.5 * n)
             for n in range(3)]  # fmt: skip
    rows += [row(3, 1, failed="PhotographError: outline: differs by only 1.8"), row(0, told=True)]
    write_rows(rows, 7, tmp_path / "rows.csv")
    seed, again = read_rows(tmp_path / "rows.csv")
    assert seed == 7
    assert verification_page(again, seed) == verification_page(rows, 7)
    assert list(tmp_path.iterdir()) == [tmp_path / "rows.csv"]
    for broken in ("", "seed,number\n7,1\n"):
        (tmp_path / "rows.csv").write_text(broken, encoding="utf-8")
        with pytest.raises(RunError, match="no table of measured phantoms"):
            read_rows(tmp_path / "rows.csv")
    with pytest.raises(RunError, match="cannot be read"):
        read_rows(tmp_path / "none.csv")
    with pytest.raises(RunError, match="cannot be written"):
        write_rows(rows, 7, tmp_path / "nowhere" / "rows.csv")


def test_the_page_holds_every_bar_and_every_group() -> None:
    rows = [row(1), row(2, phototype="V", disorder="melasma", failed="PhotographError: outline: differs by only 1.8")]
    text = verification_page(rows, 5)
    for name in named(rows):
        assert name in text
    for group in ("III", "V", "melasma", "vitiligo", "nano", "D65", "crossed"):
        assert f"| {group} |" in text
    assert "1 of 2 photographs" in text
    assert list(by(table(rows), "phototype")["phototype"]) == ["III", "V"]


def test_one_phantom_is_measured_near_its_truth() -> None:
    phantom = draw_phantom(
        4, 31, phototype="IV", disorder="vitiligo", card="nano", light="D65", gloss="crossed", hair="none",
        follow_up=True, width=640, height=480, tilt=5.0,
    )  # fmt: skip
    first, second = measure_phantom(phantom)
    assert first["failed"] == second["failed"] == ""
    assert first["iou"] > 0.9
    assert abs(first["area"]) < 6
    assert first["card_read"]
    assert abs(first["ita_skin"]) < 4
    assert second["registered"]
    assert second["registration_px"] < 2
    assert abs(second["repigmentation_error"]) < 15


def test_where_another_thing_was_outlined_the_kind_is_said_and_kept_apart() -> None:
    rows = [row(1), row(1, 1, repigmentation_error=1.0)]
    rows += [row(2, iou=0.0, kind_right=False), row(2, 1, repigmentation_error=-60.0)]
    rows += [row(2, told=True), row(2, 1, repigmentation_error=-1.0, told=True)]
    found = named(rows)
    assert found["IoU, ΔE00 ≥ 6, median"][2] == 2
    assert found["repigmentation, bias (points)"] == (-29.5, False, 2)
    assert found["repigmentation, kind of lesion said, bias (points)"] == (0.0, True, 2)
    assert found["repigmentation, the right lesion outlined (IoU ≥ 0.5), bias (points)"] == (1.0, True, 1)
    assert f"{4} photographs of 2 lesions" in verification_page(rows, 5)


def test_follow_ups_with_a_card_at_both_visits_are_judged_apart() -> None:
    rows = [row(n, card_read=n != 2) for n in range(4)]
    rows += [row(0, 1, repigmentation_error=1.0), row(1, 1, repigmentation_error=7.0, card_read=False)]
    rows += [row(2, 1, repigmentation_error=5.0), row(3, 1, repigmentation_error=-1.0)]
    found = named(rows)
    both = "repigmentation, the right lesion, colour cards read at both visits"
    assert found[f"{both}, bias (points)"] == (0.0, True, 2)
    assert found["repigmentation, the right lesion, without, bias (points)"] == (6.0, False, 2)


def test_what_is_stated_as_sure_is_judged_apart() -> None:
    """Also from rows that carry the error in units of what was stated."""
    rows = [row(n) for n in range(3)]
    rows += [row(n, 1, repigmentation_error=error, stated_sd=sd) for n, error, sd in ((0, 1.0, 2.0), (1, 40.0, 30.0))]
    rows += [row(2, 1, repigmentation_error=3.0, repigmentation_z=1.0)]
    name = "repigmentation, the same with a stated standard deviation of 8 or less, bias (points)"
    assert named(rows)[name] == (2.0, False, 2)


def test_a_pale_lesion_beside_a_dark_one_is_measured_again_with_its_kind_said(monkeypatch: pytest.MonkeyPatch) -> None:
    phantom = draw_phantom(4, 31, disorder="vitiligo", card=None, follow_up=False, width=400, height=300)
    said: list[object] = []

    def never_right(photograph: object, settings: VisitSettings) -> object:
        said.append(settings.kind)
        raise PhotographError("nothing", where="outline")

    monkeypatch.setattr(one_module, "measure_visit", never_right)
    rows = measure_phantom(phantom)
    assert said == [None, "hypopigmented"]
    assert [r["told"] for r in rows] == [False, True]


def test_patterns_are_counted_as_drawn_and_as_named() -> None:
    later = {"registered": True, "registration_px": 0.2, "registration_sd": 0.2, "repigmentation_error": 0.0}
    drawn = (("marginal", "marginal"), ("diffuse", "marginal"), ("mixed", "none"))
    rows = [row(n) for n in range(3)]
    rows += [row(n, 1, true_pattern=a, pattern=b, **later) for n, (a, b) in enumerate(drawn)]
    text = verification_page(rows, 5)
    assert "named in 2 of 3, as drawn in 50 %" in text
    assert "| diffuse | 0 | 1 | 0 | 0 |" in text


def test_shuffled_phototypes_differ_by_chance_only() -> None:
    """Two groups of equal errors never differ; of unequal ones they do by chance."""
    same = [row(n, phototype="II" if n % 2 else "V", area=2.0) for n in range(20)]
    assert chance_of_parity(table(same)) == (1.0, 1.0)
    random = np.random.default_rng(1)
    mixed = [row(n, phototype="II" if n % 2 else "V", area=float(random.exponential())) for n in range(60)]
    usual, rare = chance_of_parity(table(mixed))
    assert 1.0 < usual < rare < 4.0


def test_a_killed_run_goes_on_and_a_cut_line_is_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def fake(job: tuple[int, object]) -> tuple[int, list[dict[str, object]]]:
        seen.append(job[0])
        if len(seen) == 3:
            raise KeyboardInterrupt
        return job[0], [row(job[0])]

    monkeypatch.setattr(run_module, "_one", fake)
    journal = tmp_path / "journal.jsonl"
    with pytest.raises(KeyboardInterrupt):
        measure_phantoms(5, 7, journal, workers=1)
    with journal.open("a") as file:
        file.write('{"number": 4, "rows": [{"cut')
    rows = measure_phantoms(5, 7, journal, workers=1)
    assert [r["number"] for r in rows] == [0, 1, 2, 3, 4]
    assert sorted(seen) == [0, 1, 2, 2, 3, 4]
    assert all(json.loads(line) for line in journal.read_text().splitlines())
    with pytest.raises(RunError, match="seed 7"):
        measure_phantoms(5, 8, journal, workers=1)


@pytest.mark.slow
def test_workers_end_with_a_killed_parent(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\nfrom skintwin.measure.verification.run import measure_phantoms\n"
        f"if __name__ == '__main__':\n    measure_phantoms(40, 3, Path({str(tmp_path / 'journal')!r}), workers=2)\n"
    )
    script = tmp_path / "run.py"
    script.write_text(code)
    parent = subprocess.Popen([sys.executable, str(script)])

    def workers() -> set[str]:
        there = set()
        for status in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if status.read_text().rpartition(")")[2].split()[1] == str(parent.pid):
                    there.add(status.parent.name)
        return there

    deadline = time.monotonic() + 60
    while len(found := workers()) < 2 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(found) >= 2
    parent.kill()
    parent.wait()
    while any((Path("/proc") / pid).exists() for pid in found) and time.monotonic() < deadline + 30:
        time.sleep(0.2)
    assert not any((Path("/proc") / pid).exists() for pid in found)


@pytest.mark.parametrize("card", ["nano", pytest.param(None, marks=pytest.mark.slow)])
def test_a_follow_up_says_when_its_repigmentation_is_uncertain(card: str | None) -> None:
    """Lit by a lamp and without a card, it is; between crossed polarisers with one, it is not."""
    gloss = "crossed" if card else "shiny"
    phantom = draw_phantom(
        4, 31, phototype="IV", disorder="vitiligo", card=card, light="D65", gloss=gloss, hair="none", follow_up=True,
        width=640, height=480, tilt=5.0,
    )  # fmt: skip
    (first, truth), (second, later) = (photographed(phantom, visit) for visit in (0, 1))
    baseline = measure_visit(first, settings_for(phantom, truth))
    _, found = measure_follow_up(baseline, second, settings_for(phantom, later))
    error = next(o.error for o in found.observations if o.name == "repigmentation")
    assert error is not None
    print(card, error)
    limit = ledger().value("measure.repigmentation_uncertain", "percent")
    assert (error > limit) == any("uncertain" in text for text in found.warnings)


def test_a_run_goes_on_from_the_table_of_a_smaller_one(tmp_path: Path) -> None:
    write_rows([row(0, area=1.25), row(0, 1), row(1), row(2)], 7, tmp_path / "page.csv")
    begun, journal = (str(tmp_path / name) for name in ("page.csv", "j.jsonl"))
    options = ["--count", "2", "--workers", "1", "--begun", begun, "--out", journal]
    done = CliRunner().invoke(app, ["photographs", "--seed", "7", "--write", str(tmp_path / "more.md"), *options])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    seed, rows = read_rows(tmp_path / "more.csv")
    assert seed == 7
    assert [(r["number"], r["visit"]) for r in rows] == [(0, 0), (0, 1), (1, 0)]
    assert rows[0]["area"] == 1.25
    other = CliRunner().invoke(app, ["photographs", "--seed", "8", *options])
    assert isinstance(other.exception, ConfigError)
    assert "rows of seed 7" in str(other.exception)


def test_a_seed_is_not_counted_twice(tmp_path: Path) -> None:
    journal = tmp_path / "other.jsonl"
    journal.write_text(json.dumps({"seed": 7}) + "\n" + json.dumps({"number": 0, "rows": [row(0)]}), encoding="utf-8")
    out = tmp_path / "own.jsonl"
    for seed, others in (("7", [journal]), ("8", [journal, journal])):
        also = [word for other in others for word in ("--also", str(other))]
        done = CliRunner().invoke(app, ["photographs", "--out", str(out), "--count", "1", "--seed", seed, *also])
        assert isinstance(done.exception, ConfigError)
        assert "one seed twice" in str(done.exception)
    assert not out.exists()

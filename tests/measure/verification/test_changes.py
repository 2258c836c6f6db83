"""How well changes are measured: which follow-ups count, figures of their errors, page and command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from skintwin.cli.verify import app
from skintwin.measure.verification import run as run_module
from skintwin.measure.verification.changes import agreement, changes_page, followed
from skintwin.measure.verification.rows_file import read_rows
from skintwin.phantoms.sets import OUTLINED, followed_set


def pair(number: int, kind: str = "hypopigmented", first: dict[str, object] | None = None, **later: object) -> list:
    common: dict[str, object] = {
        "number": number, "told": False, "phototype": "III", "kind": kind, "delta_e": 9.0, "card": "nano",
        "disorder": "vitiligo" if kind == "hypopigmented" else "melasma", "card_read": True, "failed": "",
        "gloss": "even",
    }  # fmt: skip
    return [
        common | {"visit": 0} | (first or {}),
        common | {"visit": 1, "registered": True, "repigmentation_error": 0.0, "stated_sd": 1.0, "closeness_error": 0.0,
                  "closeness_sd": 1.0} | later,
    ]  # fmt: skip


def test_follow_ups_of_lesions_clear_at_the_first_visit_count() -> None:
    rows = [*pair(0), *pair(1, first={"delta_e": 5.0}), *pair(2, first={"card_read": False})]
    rows += pair(3, delta_e=1.0, gloss="shiny")
    rows += pair(0, told=True)
    later = followed(rows)
    assert list(later["number"]) == [0, 2, 3]
    assert list(later["carded"]) == [True, False, True]
    assert list(later["shiny"]) == [False, False, True]


def test_figures_of_errors() -> None:
    errors, sds = (3.0, -1.0, 1.0, -3.0, 5.0), (1.0, 1.0, 1.0, 2.0, 5.0)
    rows = [row for n, (e, sd) in enumerate(zip(errors, sds, strict=True))
            for row in pair(n, closeness_error=e, closeness_sd=sd)]  # fmt: skip
    found = agreement(followed([*rows, *pair(9, closeness_error=None)]), "closeness")
    assert found.n == 5
    assert found.bias == pytest.approx(1.0)
    assert found.limits == pytest.approx(1.96 * np.std(errors, ddof=1))
    assert found.half == pytest.approx(3.0)
    assert found.covered == pytest.approx(0.8)  # 3 exceeds 1.96
    assert not found.passed
    exact = agreement(followed(rows), "repigmentation")
    assert (exact.bias, exact.limits, exact.covered) == (0.0, 0.0, 1.0)
    assert exact.passed


def test_too_few_have_no_limits_and_pass_nothing() -> None:
    one = agreement(followed(pair(0)), "closeness")
    assert (one.n, one.passed) == (1, False)
    assert "nan" not in one.cells()
    assert "nan" not in changes_page(pair(0), 5)


def test_the_page_keeps_kinds_and_cards_apart() -> None:
    rows = [row for n in range(4) for row in pair(n, closeness_error=float(n), first={"card_read": n % 2 == 0})]
    rows += [row for n in range(4, 8) for row in pair(n, "hyperpigmented", repigmentation_error=float(n))]
    page = changes_page([*rows, *pair(9, registered=False, repigmentation_error=None, closeness_error=None)], 5)
    lines = {line.split("|")[1].strip(): [c.strip() for c in line.split("|")[2:]] for line in page.splitlines()
             if line.startswith("|")}  # fmt: skip
    assert lines["closeness, lesions paler than the skin"][:1] == ["1.5"]
    assert lines["closeness, lesions paler than the skin, colour card read at both"][0] == "1.0"
    assert lines["closeness, lesions paler than the skin, without"][0] == "2.0"
    assert lines["clearing, lesions darker than the skin"][0] == "5.5"
    assert lines["repigmentation, lesions paler than the skin"][-2] == "met"
    assert "Not measured: 1 of 9, 1 of them" in page


def test_the_set_has_outlines_and_two_visits() -> None:
    drawn = followed_set(12, 77)
    assert len(drawn) == 12
    assert all(len(each.scenes) == 2 and each.course is not None for each in drawn)
    assert {each.lesion.disorder for each in drawn} <= set(OUTLINED)
    assert drawn[:5] == followed_set(12, 77)[:5]


def test_the_command_writes_the_page_that_its_table_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fake(job: tuple[int, object]) -> tuple[int, list[dict[str, object]]]:
        kind = "hyperpigmented" if job[0] % 2 else "hypopigmented"
        return job[0], pair(job[0], kind, repigmentation_error=0.5 if kind == "hypopigmented" else 30.0)

    monkeypatch.setattr(run_module, "_one", fake)
    page = tmp_path / "page.md"
    words = ["follow-ups", "--out", str(tmp_path / "j.jsonl"), "--count", "6", "--seed", "7", "--workers", "1"]
    done = CliRunner().invoke(app, [*words, "--write", str(page)])
    assert done.exit_code == 0, done.output
    assert "met  repigmentation, hypopigmented: bias 0.50" in done.output
    assert "MISS repigmentation, hyperpigmented" in done.output
    seed, rows = read_rows(page.with_suffix(".csv"))
    assert changes_page(rows, seed) == page.read_text(encoding="utf-8")

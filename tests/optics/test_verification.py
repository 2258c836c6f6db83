"""Adding-doubling against the Monte Carlo table, and what the command says about bad tables."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from skintwin.cli import verify
from skintwin.errors import ConfigError
from skintwin.optics.truth_table import read_truth
from skintwin.optics.verification import verify_optics

TRUTH = Path(__file__).parents[1] / "data" / "monte_carlo_spectra.csv"
Rows = list[dict[str, str]]


def rows_of(skin: str) -> Rows:
    with TRUTH.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["skin_id"] == skin]


def write(path: Path, rows: Rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_reference_quadrature_clears_every_bar() -> None:
    result = verify_optics(TRUTH, 32)
    assert result.passed, result.missed
    assert result.relative_rms < 0.0025
    assert abs(result.relative_mean) < 2e-4
    assert result.z_sd < 1.1
    assert result.z_max < 3.5
    assert all(skin.delta_e <= 0.1 for skin in result.skins)
    assert "S16_sc_n1p5" in [skin.name for skin in result.skins]  # the one with an index step


def test_default_quadrature_clears_the_bars_that_apply_to_it() -> None:
    result = verify_optics(TRUTH, 12)
    assert result.passed, result.missed
    assert abs(result.relative_mean) < 0.0012


def test_too_few_directions_are_caught(tmp_path: Path) -> None:
    result = verify_optics(write(tmp_path / "t.csv", rows_of("S04_type_I")), 6)
    assert not result.passed
    assert any("rms" in line for line in result.missed)


def test_a_shifted_table_is_caught(tmp_path: Path) -> None:
    rows = rows_of("S07_type_IV")
    for row in rows:
        row["R_diffuse_mc"] = str(float(row["R_diffuse_mc"]) * 1.02)
    result = verify_optics(write(tmp_path / "t.csv", rows), 24)
    assert len(result.missed) == 4  # rms, mean, z and colour


def test_wrong_coefficients_are_caught_apart_from_transport(tmp_path: Path) -> None:
    rows = rows_of("S07_type_IV")
    rows[3]["mua_epi_mm"] = str(float(rows[3]["mua_epi_mm"]) * 1.01)
    result = verify_optics(write(tmp_path / "t.csv", rows), 12)
    assert [line.split(":")[1][:13] for line in result.missed] == [" coefficients"]


def test_table_without_coefficient_columns_is_enough(tmp_path: Path) -> None:
    rows = [{k: v for k, v in row.items() if k[:3] not in ("mua", "mus")} for row in rows_of("S07_type_IV")]
    assert verify_optics(write(tmp_path / "t.csv", rows), 12).skins[0].coefficients is None


def test_command_prints_each_skin_and_says_how_it_ended(tmp_path: Path) -> None:
    good = CliRunner().invoke(verify.app, ["optics", "--truth", str(TRUTH), "--quadrature", "12", "--quick"])
    assert good.exit_code == 0
    assert "S09_type_VI" in good.output
    assert "all bars cleared" in good.output
    rows = rows_of("S07_type_IV")
    for row in rows:
        row["R_diffuse_mc"] = str(float(row["R_diffuse_mc"]) * 1.02)
    bad = CliRunner().invoke(verify.app, ["optics", "--quick", "--truth", str(write(tmp_path / "t.csv", rows))])
    assert bad.exit_code == 1
    assert "missed" in bad.output


def drop(column: str) -> Callable[[Rows], Rows]:
    return lambda rows: [{k: v for k, v in row.items() if k != column} for row in rows]


def put(column: str, value: str, row: int = 2) -> Callable[[Rows], Rows]:
    return lambda rows: [{**r, column: value} if i == row else r for i, r in enumerate(rows)]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (drop("mc_stderr"), "missing column mc_stderr"),
        (put("saturation", "plenty"), "line 4, column saturation.*'plenty'"),
        (put("mc_stderr", "0"), "line 4, column mc_stderr"),
        (put("R_diffuse_mc", "nan"), "line 4, column R_diffuse_mc"),
        (put("wavelength_nm", "90"), "250 to 1000"),
        (put("d_epi_mm", "0.1"), "one composition"),
        (put("wavelength_nm", "365"), "twice"),
        (lambda rows: [{**row, "melanin_fraction": "1.5"} for row in rows], "melanin_fraction"),
    ],
)
def test_bad_tables_are_refused_with_the_place(
    tmp_path: Path, spoil: Callable[[Rows], Rows], says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        read_truth(write(tmp_path / "bad.csv", spoil(rows_of("S04_type_I"))))


def test_short_rows_empty_and_absent_tables_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", rows_of("S04_type_I"))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:3], "S04_type_I,0.018"]))
    with pytest.raises(ConfigError, match="line 4, column d_epi_mm"):
        read_truth(path)
    path.write_text(lines[0])
    with pytest.raises(ConfigError, match="no rows"):
        read_truth(path)
    with pytest.raises(ConfigError, match="cannot read"):
        read_truth(tmp_path / "absent.csv")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_clear_refusal(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "noise.csv"
    path.write_bytes(data)
    with pytest.raises(ConfigError):
        read_truth(path)

"""The check passes a sound ledger and catches each planted defect, by place."""

from __future__ import annotations

from pathlib import Path

import pytest

from skintwin.errors import LedgerError
from skintwin.evidence.check import check_ledger
from skintwin.evidence.usage import scan_package

from .conftest import EXTRACTS, PARAMETERS, SOURCES, Write

CODE = '''\
"""Formula of smith2001."""
GROUP = "optics"
PARAMETERS = ("share",)


def blood(book, site):
    return book.value("optics.blood", "g/L") + book.parameter("optics.depth").value


class Light:
    name = "optics"
    parameters: tuple[str, ...] = ("speed",)
'''
OUTCOME = "{id},vitiligo,,face,,{arm},,,,,,,F-VASI75,24,30,%,,,,human RCT,human RCT,{source},{use}\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    root = tmp_path / "house"
    root.mkdir()
    (root / "light.py").write_text(CODE, encoding="utf-8")
    return root


def told(folder: Path, package: Path, severity: str = "error") -> list[str]:
    return [str(problem) for problem in check_ledger(folder, package) if problem.severity == severity]


def test_a_sound_ledger_passes(write: Write, package: Path) -> None:
    assert told(write(), package) == []
    assert told(write(), package, "warning") == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("150,g/L", "150,", ["row 2, column unit: optics.blood has no unit"]),
        ("150,g/L", "150,gramz", ["row 2, column unit: optics.blood: 'gramz' is not a unit"]),
        (
            "animal,smith2001",
            "animal,",
            ["row 4, column sources: optics.depth is graded animal without a source"],
        ),
        (
            "animal,smith2001",
            "animal,jones1999",
            ["row 4, column sources: optics.depth cites the unknown source"],
        ),
        ("EX-1", "EX-9", ["row 2, column sources: optics.blood cites the unknown source 'EX-9'"]),
        ("120,200", "160,200", ["row 2, column distribution: optics.blood: low < value < high"]),
        (
            "0.6,0.85",
            "0.6,1.2",
            ["row 3, column distribution: optics.share: beta needs 0 < low and high < 1"],
        ),
        (
            "optics.share",
            "optics.other",
            ["row 3, column key: optics.other is used nowhere", "optics.share has no entry"],
        ),
        ("optics.depth", "optics.blood", ["row 4, column key: duplicate key", "optics.depth has no entry"]),
    ],
)
def test_each_defect_is_caught(write: Write, package: Path, old: str, new: str, expected: list[str]) -> None:
    assert old in PARAMETERS
    found = told(write(parameters=PARAMETERS.replace(old, new, 1)), package)
    assert len(found) == len(expected)
    assert all(any(part in line for line in found) for part in expected), found


def test_a_missing_entry_is_named_by_file_and_line(write: Write, package: Path) -> None:
    (package / "more.py").write_text('x = 1\ny = book.value("optics.glow")\n', encoding="utf-8")
    found = told(write(), package)
    assert found == [
        "house/more.py, row 2: optics.glow has no entry; "
        "expected a row in evidence/data/parameters/optics.csv"
    ]


def test_rows_that_cite_no_known_source(write: Write, package: Path) -> None:
    outcome = OUTCOME.format(id="O1", arm="a", source="ghost2000", use="context")
    folder = write(extracts=EXTRACTS.replace("web2020", "ghost1999"), outcomes=outcome)
    found = told(folder, package)
    assert any("extracts.csv" in line and "'ghost1999'" in line for line in found)
    assert any("outcomes.csv" in line and "'ghost2000'" in line for line in found)
    assert len(found) == 2


def test_a_target_has_one_use(write: Write, package: Path) -> None:
    def outcomes(first: str, second: str) -> str:
        return "".join(
            OUTCOME.format(id=key, arm=arm, source="smith2001", use=use)
            for key, arm, use in (("O1", "cream", first), ("O2", "vehicle", second))
        )

    for uses in (("calibration", "calibration"), ("validation", "context")):
        assert told(write(outcomes=outcomes(*uses)), package) == []
    (line,) = told(write(outcomes=outcomes("calibration", "validation")), package)
    assert "O1 and O2 are one target" in line


def test_an_idle_source_is_a_warning(write: Write, package: Path) -> None:
    folder = write(sources=SOURCES + "idle1999,,1999,,J,,,no,\n")
    assert told(folder, package) == []
    assert told(folder, package, "warning") == ["sources*.csv: the source idle1999 is cited nowhere"]
    (package / "more.py").write_text('"""After idle1999."""\n', encoding="utf-8")
    assert told(folder, package, "warning") == []


def test_the_scan_finds_every_way_of_asking(package: Path) -> None:
    (package / "more.py").write_text(
        "class Cells:\n"
        "    name = 'cells'\n"
        "    parameters = ('loss',) + ('gain', 'optics.blood')\n"
        "PARAMETERS = {'rate': '1/day'}\n"
        "def read(book, site, q):\n"
        "    book.value(f'site.{site}_depth'); keys = [f'site.{site}_{q}']\n"
        "    book.draw(['optics.x', 'optics.y'], 3, 1); prefix = 'tone.melanin_' + q\n"
        "    f'{site}.x'; book.value(site); 'not a key'\n",
        encoding="utf-8",
    )
    uses = scan_package(package)
    lines = {key: [place.line for place in uses.places(key)] for key in
             ("cells.loss", "cells.gain", "cells.rate", "optics.x", "site.back_depth", "site.back_other",
              "tone.melanin_vi", "tone.other")}  # fmt: skip
    assert lines == {
        "cells.loss": [3], "cells.gain": [3], "cells.rate": [4], "optics.x": [7], "site.back_depth": [6],
        "site.back_other": [6], "tone.melanin_vi": [7], "tone.other": [],
    }  # fmt: skip
    assert [str(place) for place in uses.places("optics.blood")] == ["house/light.py:7", "house/more.py:3"]
    assert uses.orphans == []


def test_a_list_without_a_group_is_told(write: Write, package: Path) -> None:
    (package / "more.py").write_text("PARAMETERS = ('rate',)\n", encoding="utf-8")
    (line,) = told(write(), package)
    assert "house/more.py, row 1: the parameter 'rate' has no group" in line


def test_a_pattern_that_fits_nothing_and_a_file_that_is_not_python(write: Write, package: Path) -> None:
    (package / "more.py").write_text("book.value(f'optics.{x}_glow')\n", encoding="utf-8")
    assert "no entry fits" in told(write(), package)[0]
    (package / "more.py").write_text("def (\n", encoding="utf-8")
    with pytest.raises(LedgerError, match=r"house/more\.py:1: is not valid Python"):
        scan_package(package)

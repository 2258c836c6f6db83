"""Small ledgers written to a temporary folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from skintwin.evidence import loading

PARAMETERS = """\
optics.blood,B,haemoglobin of blood,150,g/L,lognormal,120,200,uncertainty,human in vivo,EX-1,as printed
optics.share,e,eumelanin share,0.74,1,beta,0.6,0.85,uncertainty,assumed,,by judgement
optics.depth,d,depth,2,mm,normal,1,3,variability,animal,smith2001,as printed
optics.speed,c,speed of light,299792458,m/s,fixed,,,constant,definition,,exact
"""
SOURCES = """\
smith2001,Smith A; Jones B,2001,On skin,J Skin 1:1-9,10.1000/1,,yes,
web2020,,2020,,web page,,https://example.org/a,no,not seen
"""
EXTRACTS = """\
EX-1,haemoglobin,B,150,120,200,g/L,adults,human,human in vivo,human in vivo,smith2001
EX-2,ratio,R,1:7,1:7.4,1:6.5,ratio,basal layer,human,assumed,human ex vivo,web2020
"""

Write = Callable[..., Path]


def rows(header: tuple[str, ...], body: str) -> str:
    return ",".join(header) + "\n" + body


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a ledger folder; any table can be replaced by keyword."""

    def make(
        parameters: str = PARAMETERS, sources: str = SOURCES, extracts: str = EXTRACTS, outcomes: str = ""
    ) -> Path:
        folder = tmp_path / "ledger"
        (folder / "parameters").mkdir(parents=True, exist_ok=True)
        tables = {
            "parameters/optics.csv": (loading.PARAMETER_HEADER, parameters),
            "sources.csv": (loading.SOURCE_HEADER, sources),
            "extracts.csv": (loading.EXTRACT_HEADER, extracts),
            "outcomes.csv": (loading.OUTCOME_HEADER, outcomes),
        }
        for name, (header, body) in tables.items():
            (folder / name).write_text(rows(header, body), encoding="utf-8")
        return folder

    return make

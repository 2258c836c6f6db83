"""The command: progress to the terminal, the report's place to standard output, errors as one message."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml

from tests.study.small import small_content

RUN = [sys.executable, "-c", "from skintwin.cli import main; main()", "simulate"]


def _run(study, out):
    command = [*RUN, str(study), "--out", str(out)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def study_file(tmp_path):
    content = small_content(draws=2, duration="2 weeks", pixels=16)
    content["arms"] = content["arms"][:1]
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(content))
    return tmp_path / "study.yaml"


def test_the_command_says_where_the_report_is(study_file, tmp_path):
    done = _run(study_file, tmp_path / "run")
    assert done.returncode == 0, done.stderr
    assert f"report: {tmp_path / 'run' / 'report.html'}" in done.stdout
    assert (tmp_path / "run" / "report.html").exists()
    assert "drawn, not photographed" in done.stderr


def test_an_error_is_one_message_and_exit_status_2(study_file, tmp_path):
    study_file.write_text(study_file.read_text().replace("phototype: III", "phototype: 7"))
    done = _run(study_file, tmp_path / "run")
    assert done.returncode == 2
    assert "patient.phototype" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("run*"))

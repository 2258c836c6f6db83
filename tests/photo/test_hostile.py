"""Damaged and hostile files give a photograph or a named error, within 10 s and 1 GiB; none hangs or crashes."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from pathlib import Path

import pytest

from tests.photo.hostile import ours, write

SECONDS, GIB = 10.0, 1.0
"""Of one core; a file that is silent for half as long again on the clock counts as hanging."""
ROOT = Path(__file__).parents[2]


def judge(paths, module="tests.photo.hostile_worker"):
    """{path: verdict} of reading each in another process, which is started anew when it hangs or dies."""
    verdicts, waiting = {}, [str(path) for path in paths]
    while waiting:
        worker = subprocess.Popen(
            [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, bufsize=0, cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        try:
            waiting = _until_it_stops(worker, waiting, verdicts)
        finally:
            worker.kill()
            worker.communicate()
    return verdicts


def _until_it_stops(worker, waiting, verdicts):
    lines = selectors.DefaultSelector()
    lines.register(worker.stdout, selectors.EVENT_READ)
    while waiting:
        path = waiting[0]
        worker.stdin.write(f"{path}\n".encode())
        worker.stdin.flush()
        for _ in range(2):  # that it starts, and what became of it
            ready = lines.select(timeout=1.5 * SECONDS)
            line = worker.stdout.readline() if ready else b""
            if not line:
                verdicts[path] = {"crash": worker.wait() if ready else None, "hang": not ready}
                return waiting[1:]
        verdicts[path] = json.loads(line)
        waiting = waiting[1:]
    return []


def wrong(verdicts):
    return {
        Path(path).name: verdict for path, verdict in verdicts.items()
        if not verdict.get("named") or verdict["seconds"] > SECONDS or verdict["gib"] > GIB
    }  # fmt: skip


def test_one_in_eight_of_the_hostile_files(tmp_path):
    verdicts = judge(write(tmp_path, every=8))
    assert len(verdicts) > 50
    assert not wrong(verdicts)


@pytest.mark.slow
def test_every_hostile_file(tmp_path):
    verdicts = judge(write(tmp_path))
    assert len(verdicts) >= 300
    assert not wrong(verdicts)
    read = [v for v in verdicts.values() if "size" in v]
    assert 20 < len(read) < 0.6 * len(verdicts)  # neither is everything refused nor everything taken


def test_the_files_that_are_damaged_are_always_the_same():
    assert ours() == ours()

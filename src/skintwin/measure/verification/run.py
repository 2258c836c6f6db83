"""Thousands of phantoms, measured on all cores; a killed run goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from skintwin.errors import RunError
from skintwin.measure.verification.one import measure_phantom
from skintwin.phantoms import phantom_set

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def measure_phantoms(
    count: int, seed: int, journal: Path, *, workers: int = 2, progress: Callable[[int, int], None] | None = None,
    begun: Iterable[dict[str, Any]] = (),
) -> list[dict[str, Any]]:  # fmt: skip
    """Rows of ``phantom_set(count, seed)``, in order of their numbers whatever the workers.

    journal: file of finished phantoms, one line each; what it holds is not measured again, nor are phantoms of which
    ``begun`` has rows, from an earlier run of this seed. Raises RunError when the journal is of another seed or cannot
    be written.
    """
    done = _read(journal, seed)
    for number, rows in groupby(begun, key=lambda row: int(row["number"])):
        done.setdefault(number, list(rows))
    phantoms = phantom_set(count, seed)
    waiting = [p.number for p in phantoms if p.number not in done]
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    try:
        fresh = not journal.exists() or not journal.stat().st_size
        with journal.open("a", encoding="utf-8") as file:
            if fresh:
                file.write(json.dumps({"seed": seed}) + "\n")
            for number, rows in _results(count, seed, waiting, workers):
                done[number] = rows
                file.write(json.dumps({"number": number, "rows": rows}) + "\n")
                file.flush()
                if progress is not None:
                    progress(len(done), count)
    except OSError as error:
        raise RunError(f"cannot be written: {error.strerror}", where=str(journal), do="choose another place") from None
    return [row for number in sorted(done) if number < count for row in done[number]]


def finished_rows(journal: Path) -> tuple[int, list[dict[str, Any]]]:
    """Seed and rows of a finished journal, in order of their numbers. RunError when it is none."""
    try:
        entries = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
        seed, done = int(entries[0]["seed"]), {int(entry["number"]): entry["rows"] for entry in entries[1:]}
    except OSError as error:
        raise RunError(f"cannot be read: {error.strerror}", where=str(journal)) from None
    except (ValueError, KeyError, IndexError, TypeError):
        raise RunError("is no finished journal", where=str(journal), expected="what `verify photographs --out` wrote",
                       do="let that run end first") from None  # fmt: skip
    return seed, [row for number in sorted(done) for row in done[number]]


def _results(count: int, seed: int, waiting: Sequence[int], workers: int) -> Any:
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    if workers <= 1:
        for number in waiting:
            yield _one((count, seed, number))
        return
    # Fresh processes: a forked one would share the compiled kernels' locks.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        jobs = [pool.submit(_one, (count, seed, number)) for number in waiting]
        try:
            for job in as_completed(jobs):
                yield job.result()
        finally:
            for job in jobs:
                job.cancel()


def _end_with_parent() -> None:
    """A worker whose parent was killed ends too; it would wait for work for ever."""
    from multiprocessing import parent_process
    from threading import Thread

    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


_SETS: dict[tuple[int, int], Any] = {}


def _one(key: tuple[int, int, int]) -> tuple[int, list[dict[str, Any]]]:
    count, seed, number = key
    if (count, seed) not in _SETS:
        _SETS[count, seed] = phantom_set(count, seed)
    return number, measure_phantom(_SETS[count, seed][number])


def _read(journal: Path, seed: int) -> dict[int, list[dict[str, Any]]]:
    """number → rows of the finished phantoms; a line that a kill cut short is dropped."""
    if not journal.exists():
        return {}
    found: dict[int, list[dict[str, Any]]] = {}
    whole = []
    for number, line in enumerate(journal.read_text(encoding="utf-8").splitlines()):
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if number == 0 and entry.get("seed") != seed:
            raise RunError(f"holds phantoms of seed {entry.get('seed')}", where=str(journal), expected=f"seed {seed}",
                           do="choose another file")  # fmt: skip
        whole.append(line)
        if "number" in entry:
            found[entry["number"]] = entry["rows"]
    journal.write_text("".join(line + "\n" for line in whole), encoding="utf-8")
    return found

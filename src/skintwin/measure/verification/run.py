"""Thousands of phantoms, measured on all cores; a killed run goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from skintwin.errors import RunError
from skintwin.measure.verification.one import measure_phantom
from skintwin.phantoms import Phantom, phantom_set

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


Draw = Callable[[int, int], tuple[Phantom, ...]]
"""Phantoms of a count and a seed."""
Job = tuple[int, Phantom]
"""Place in the set, and what is there."""


def measure_phantoms(
    count: int, seed: int, journal: Path, *, workers: int = 2, progress: Callable[[int, int], None] | None = None,
    begun: Iterable[dict[str, Any]] = (), draw: Draw = phantom_set,
) -> list[dict[str, Any]]:  # fmt: skip
    """Rows of ``draw(count, seed)``, in the order of the set whatever the workers.

    journal: file of finished phantoms, one line each, by their place in the set; what it holds is not measured again,
    nor are phantoms of which ``begun`` has rows (by number, which is the place in a ``phantom_set``), from an earlier
    run of this seed. Raises RunError when the journal is of another seed or set, or cannot be written.
    """
    done = _read(journal, seed, draw.__name__)
    for number, rows in groupby(begun, key=lambda row: int(row["number"])):
        done.setdefault(number, list(rows))
    phantoms = draw(count, seed)
    total = len(phantoms)
    waiting = [(place, phantom) for place, phantom in enumerate(phantoms) if place not in done]
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    try:
        fresh = not journal.exists() or not journal.stat().st_size
        with journal.open("a", encoding="utf-8") as file:
            if fresh:
                file.write(json.dumps({"seed": seed, "set": draw.__name__}) + "\n")
            for place, measured in _results(waiting, workers):
                done[place] = measured
                file.write(json.dumps({"number": place, "rows": measured}) + "\n")
                file.flush()
                if progress is not None:
                    progress(len(done), total)
    except OSError as error:
        raise RunError(f"cannot be written: {error.strerror}", where=str(journal), do="choose another place") from None
    return [row for number in sorted(done) if number < total for row in done[number]]


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


def _results(waiting: Sequence[Job], workers: int) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    if workers <= 1:
        for job in waiting:
            yield _one(job)
        return
    # Fresh processes: a forked one would share the compiled kernels' locks.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        running = [pool.submit(_one, job) for job in waiting]
        try:
            for each in as_completed(running):
                yield each.result()
        finally:
            for each in running:
                each.cancel()


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


def _one(job: Job) -> tuple[int, list[dict[str, Any]]]:
    place, phantom = job
    return place, measure_phantom(phantom)


def _read(journal: Path, seed: int, name: str) -> dict[int, list[dict[str, Any]]]:
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
        if number == 0 and entry.get("set", name) != name:
            raise RunError(f"holds phantoms of a {entry.get('set')}", where=str(journal), expected=f"a {name}",
                           do="choose another file")  # fmt: skip
        if number == 0 and entry.get("seed") != seed:
            raise RunError(f"holds phantoms of seed {entry.get('seed')}", where=str(journal), expected=f"seed {seed}",
                           do="choose another file")  # fmt: skip
        whole.append(line)
        if "number" in entry:
            found[entry["number"]] = entry["rows"]
    journal.write_text("".join(line + "\n" for line in whole), encoding="utf-8")
    return found

"""``skintwin measure`` on the photographs named on standard input, one a line: what became of each (JSON lines)."""

from __future__ import annotations

import contextlib
import io
import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

import typer

from skintwin.cli import app
from skintwin.errors import SkintwinError
from tests.measure.nasty import lesion
from tests.photo.hostile_worker import _peak_gib
from tests.photo.pictures import png_bytes


def measured(path: str) -> dict[str, object]:
    """Verdict on one file: an error by name, or the measures that were written."""
    folder = Path(tempfile.mkdtemp())
    said = ["measure", path, "--out", str(folder / "out"), "--no-pdf", "--quiet", "--phototype", "III"]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            app(said, standalone_mode=False)
    except SkintwinError as error:
        return {"error": str(error), "named": bool(error.what and error.where and (error.expected or error.do))}
    except typer.Exit as left:
        return {"exit": left.exit_code, "named": (folder / "out" / "failures.csv").is_file()}
    else:
        return {"measures": True, "named": (folder / "out" / "measures.csv").is_file()}
    finally:
        shutil.rmtree(folder)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (8 * 2**30, 8 * 2**30))  # a guard for the machine, not the test
    with tempfile.TemporaryDirectory() as folder:  # imports and compiled steps are not the file's
        good = Path(folder) / "good.png"
        good.write_bytes(png_bytes(lesion()))
        measured(str(good))
    for line in sys.stdin:
        path = line.rstrip("\n")
        print(json.dumps({"start": path}), flush=True)
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak of the file before
        began = time.process_time()
        verdict = measured(path)
        peak = _peak_gib()
        print(json.dumps({**verdict, "seconds": time.process_time() - began, "gib": peak}), flush=True)


if __name__ == "__main__":
    main()

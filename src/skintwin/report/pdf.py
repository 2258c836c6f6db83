"""A document as a PDF, set by Typst with the fonts of the package.

User text reaches the typesetter as strings inside a JSON document, never as markup. The same document and pictures give
the same bytes: no date, no fonts of the machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from skintwin.errors import RunError

_MAIN = "report.typ"
_LONG = re.compile(r"[!-~]{24}(?=[!-~])")
"""Latin text without a place to break; Thai is left to the typesetter, which knows its words."""

_TEXTS = ("text", "title")


def to_pdf(template: str, document: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """Set a document.

    template: text of a Typst file that reads ``sys.inputs.document``. document: JSON content. files: name → bytes of
    the pictures, which the template finds under ``/name``.

    Raises
    ------
    RunError: the typesetter refuses (a picture that it cannot read).
    """
    import typst

    fonts = str(resources.files("skintwin.report") / "fonts")
    with TemporaryDirectory(prefix="skintwin-") as place:
        for name, content in {**files, _MAIN: template.encode("utf-8")}.items():
            (Path(place) / name).write_bytes(content)
        try:
            made = typst.compile(
                str(Path(place) / _MAIN), root=place, font_paths=[fonts], ignore_system_fonts=True, format="pdf",
                sys_inputs={"document": json.dumps(breakable(document), ensure_ascii=False)},
            )  # fmt: skip
        except typst.TypstError as error:
            raise RunError(
                f"the PDF cannot be set ({str(error).splitlines()[0]})", where="PDF report",
                do="make the report without PDF, and report this",
            ) from None  # fmt: skip
    return made


def breakable(content: Any) -> Any:
    """JSON content in which long Latin words may break: a zero-width space after every 24 letters of ``text``, of
    ``title`` and of the strings in lists (heads of tables, words of facts)."""
    if isinstance(content, Mapping):
        return {key: _parted(value) if key in _TEXTS else breakable(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_parted(value) if isinstance(value, str) else breakable(value) for value in content]
    return content


def _parted(value: Any) -> Any:
    return _LONG.sub("\\g<0>\u200b", value) if isinstance(value, str) else breakable(value)

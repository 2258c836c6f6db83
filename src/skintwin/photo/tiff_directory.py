"""The directories of a TIFF file, read before any pixel is decoded (TIFF 6.0; also the frame of most camera RAW)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from skintwin.errors import PhotographError
from skintwin.photo import limits

SIGNATURES: Final = (b"II*\0", b"MM\0*")
SUBFILE, PHOTOMETRIC, SUB_IFDS, EXIF_IFD, GPS_IFD = 254, 262, 330, 34665, 34853
_CHILDREN: Final = (SUB_IFDS, EXIF_IFD, GPS_IFD)
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_INTEGERS: Final = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I"}
_MOST_VALUES: Final = 4_000_000


@dataclass(frozen=True)
class Entry:
    """One tag: its field type, how many values, and their bytes."""

    kind: int
    count: int
    content: bytes


@dataclass(frozen=True)
class Directory:
    """One image file directory. parent: the tag that pointed at it, or None in the main chain."""

    entries: dict[int, Entry]
    order: str
    parent: int | None

    def integers(self, tag: int) -> tuple[int, ...]:
        """The integer values of a tag; empty when it is absent or of another type."""
        entry = self.entries.get(tag)
        if entry is None or entry.kind not in _INTEGERS:
            return ()
        return struct.unpack(f"{self.order}{entry.count}{_INTEGERS[entry.kind]}", entry.content)

    def integer(self, tag: int, default: int) -> int:
        """The first integer value of a tag."""
        values = self.integers(tag)
        return values[0] if values else default

    def content(self, tag: int) -> bytes | None:
        """The bytes of a tag, or None."""
        entry = self.entries.get(tag)
        return entry.content if entry is not None else None

    @property
    def reduced(self) -> bool:
        """Whether it holds a smaller copy of another picture in the file."""
        return bool(self.integer(SUBFILE, 0) & 1)


def directories(data: bytes, where: str) -> list[Directory]:
    """Every directory of the file, each once, the main chain first.

    Raises PhotographError when the first one cannot be read, or there are more than any camera writes. Later ones
    that are damaged or point back are left out: no pixel of the measured picture hangs on them.
    """
    order = "<" if data[:2] == b"II" else ">"
    (first,) = struct.unpack_from(f"{order}I", data, 4)
    found: list[Directory] = []
    seen: set[int] = set()
    waiting: list[tuple[int, int | None]] = [(first, None)]
    while waiting:
        at, parent = waiting.pop(0)
        if at in seen or at == 0:
            continue
        seen.add(at)
        if len(seen) > limits.MOST_DIRECTORIES:
            raise PhotographError(
                f"the file has more than {limits.MOST_DIRECTORIES} directories", where=where,
                expected="a single picture", do="export the one picture that is to be measured",
            )  # fmt: skip
        try:
            directory, following = _read(data, at, order, parent)
        except (struct.error, ValueError) as error:
            if not found:
                raise PhotographError(
                    "the first directory of the TIFF is damaged or cut short", where=where,
                    expected="an intact TIFF", do="copy the file again from the camera",
                ) from error  # fmt: skip
            continue
        found.append(directory)
        if parent is None and following:
            waiting.insert(0, (following, None))
        waiting += [(child, tag) for tag in _CHILDREN for child in directory.integers(tag)[: limits.MOST_DIRECTORIES]]
    if not found:
        raise PhotographError("the TIFF has no directory", where=where, expected="an intact TIFF",
                              do="copy the file again from the camera")  # fmt: skip
    return found


def pictures(found: list[Directory]) -> Iterator[Directory]:
    """Directories that hold pictures: the main chain and its sub-pictures."""
    return (one for one in found if one.parent in (None, SUB_IFDS))


def _read(data: bytes, at: int, order: str, parent: int | None) -> tuple[Directory, int]:
    """One directory and the offset of the next. Raises struct.error or ValueError when it leaves the file."""
    (count,) = struct.unpack_from(f"{order}H", data, at)
    entries: dict[int, Entry] = {}
    for i in range(count):
        tag, kind, many = struct.unpack_from(f"{order}HHI", data, at + 2 + 12 * i)
        if kind not in _SIZES:
            continue
        size = many * _SIZES[kind]
        start = at + 10 + 12 * i
        if size > 4:
            (start,) = struct.unpack_from(f"{order}I", data, start)
        if start + size > len(data) or (kind in _INTEGERS and many > _MOST_VALUES):
            raise ValueError("a tag leaves the file")
        entries.setdefault(tag, Entry(kind, many, data[start : start + size]))
    (following,) = struct.unpack_from(f"{order}I", data, at + 2 + 12 * count)
    return Directory(entries, order, parent), following

"""What a photograph may cost, in one place. Engineering limits, not measurements."""

from __future__ import annotations

from typing import Final

LARGEST_PIXELS: Final = 64_000_000
"""Pixels in one picture, checked on the header before anything is decoded. A linear float copy of this many
pixels takes 0.8 GB; current phone main cameras write 12 to 50 million."""

LARGEST_FILE_BYTES: Final = 512 * 2**20
"""Bytes of one file, checked before it is read."""

SMALLEST_SIDE: Final = 32
"""Pixels on the shorter side. Below this neither skin texture nor a lesion border can be told from noise."""

LARGEST_PROFILE_BYTES: Final = 16 * 2**20
"""Bytes of an embedded colour profile after decompression (printer profiles reach a few megabytes)."""

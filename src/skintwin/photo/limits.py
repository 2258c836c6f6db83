"""What a photograph may cost, in one place. Engineering limits, not measurements.

Together they keep reading under 10 s of one core and 1 GiB (a 16-bit TIFF of 45 million pixels: 1.2 GiB).
"""

from __future__ import annotations

from typing import Final

LARGEST_PIXELS: Final = 50_200_000
"""Pixels in one picture of 8 bits a channel, checked on the header before anything is decoded: 3 bytes stored and
12 bytes of linear colour each. Phone main cameras write 12 to 50 million."""

LARGEST_PIXELS_16BIT: Final = 46_000_000
"""The same for more than 8 bits: 6 bytes stored. System cameras write 20 to 46 million."""

LARGEST_PIXELS_SLOW: Final = 16_000_000
"""The same for codings whose decoders take seconds (run-length and JPEG 2000 in DICOM)."""

LARGEST_FILE_BYTES: Final = 288 * 2**20
"""Bytes of one file, checked before it is read: 46 million uncompressed pixels of 16 bits take 263 MiB."""

SMALLEST_SIDE: Final = 32
"""Pixels on the shorter side. Below this neither skin texture nor a lesion border can be told from noise."""

LARGEST_PROFILE_BYTES: Final = 16 * 2**20
"""Bytes of an embedded colour profile after decompression (printer profiles reach a few megabytes)."""

MOST_PROFILE_TAGS: Final = 200
"""Tags of a colour profile. Cameras write about ten; a crowd of overlapping tags would fill the memory."""

MOST_CHUNKS: Final = 200_000
"""Chunks of a PNG or segments of a JPEG or boxes of a HEIC."""

MOST_SCANS: Final = 40
"""Passes over a progressive JPEG. Encoders write about ten; thousands of empty ones cost hours."""

MOST_DIRECTORIES: Final = 64
"""Image file directories of a TIFF or RAW, sub-directories included."""

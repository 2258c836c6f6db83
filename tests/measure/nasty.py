"""Photographs that read well and are hard to measure: damaged files of a lesion, and valid pictures of no use."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image

from tests.photo.hostile import corpus
from tests.photo.pictures import disc, encoded, jpeg_bytes, lesion_picture, png_bytes, skin

SKIN, LESION = (62.0, 12.0, 18.0), (38.0, 13.0, 18.0)
FLIPS = 40


def lesion(height=120, width=160, radius=25.0):
    """(h, w, 3) uint8: a dark disc on skin."""
    mask = disc(height, width, (height / 2, width / 2), radius)
    return encoded(lesion_picture(mask, SKIN, LESION, noise=0.6))


def damaged_lesions() -> Iterator[tuple[str, bytes]]:
    """JPEG of a lesion whose compressed data carry flipped bits: decoders make coloured blocks of them."""
    rng = np.random.default_rng(41)
    good = jpeg_bytes(lesion())
    start = good.find(b"\xff\xda") + 14
    for i in range(FLIPS):
        wrong = bytearray(good)
        for at in rng.integers(start, len(wrong) - 2, 1 + i // 4):
            wrong[at] ^= 1 << int(rng.integers(0, 8))
        yield f"flipped_{i}.jpg", bytes(wrong)


def useless() -> Iterator[tuple[str, bytes]]:
    """Valid pictures with nothing to measure, or nearly."""
    rng = np.random.default_rng(42)
    flat = np.full((96, 128, 3), (180, 135, 110), np.uint8)
    picture = lesion()
    rows, columns = np.mgrid[:96, :128]
    yield "black.png", png_bytes(np.zeros_like(flat))
    yield "white.png", png_bytes(np.full_like(flat, 255))
    yield "flat.png", png_bytes(flat)
    yield "noise.png", png_bytes(rng.integers(0, 256, flat.shape, dtype=np.uint8))
    yield "speckle.png", png_bytes(rng.choice(np.array([0, 255], np.uint8), flat.shape))
    yield "checks.png", png_bytes(np.where(((rows + columns) % 2 == 0)[..., None], flat, 30).astype(np.uint8))
    yield "stripes.png", png_bytes(np.where((columns % 4 < 2)[..., None], flat, 60).astype(np.uint8))
    yield "one_pixel.png", png_bytes(np.where(((rows == 48) & (columns == 64))[..., None], 20, flat).astype(np.uint8))
    yield "half.png", png_bytes(np.where((columns < 64)[..., None], flat, 60).astype(np.uint8))
    yield "frame_full.png", png_bytes(lesion(radius=400.0))
    yield "corner.png", png_bytes(np.roll(picture, (60, 80), axis=(0, 1)))
    yield "tiny.png", png_bytes(lesion(32, 32, 7.0))
    yield "thin.png", png_bytes(np.tile(picture[44:76], (1, 20, 1)))
    yield "tall.png", png_bytes(np.tile(picture[:, 64:96], (20, 1, 1)))
    yield "burnt_lesion.png", png_bytes(np.where(picture[..., :1] < 120, 255, picture).astype(np.uint8))
    yield "black_lesion.png", png_bytes(np.where(picture[..., :1] < 120, 0, picture).astype(np.uint8))
    yield "burnt_skin.png", png_bytes(np.where(picture[..., :1] < 120, picture, 255).astype(np.uint8))
    yield "green.png", png_bytes(picture[..., [1, 0, 2]])
    yield "negative.png", png_bytes(255 - picture)
    yield "red_only.png", png_bytes(picture * np.array([1, 0, 0], np.uint8))
    yield "dark.png", png_bytes((picture // 40).astype(np.uint8))
    clear = np.dstack([picture, np.zeros(picture.shape[:2], np.uint8)])
    yield "transparent.png", png_bytes(clear)
    clear[:, :90, 3] = 255
    yield "half_transparent.png", png_bytes(clear)
    clear[..., 3] = 255 * (picture[..., 0] > 120)
    yield "transparent_lesion.png", png_bytes(clear)
    clear[..., 3] = 255 * (picture[..., 0] <= 120)
    yield "transparent_skin.png", png_bytes(clear)
    many = np.tile(lesion(40, 40, 8.0), (6, 8, 1))
    yield "many.png", png_bytes(many)
    yield "large_flat.png", png_bytes(np.asarray(Image.fromarray(skin(60, 80)).resize((4000, 3000))))
    yield "large_lesion.jpg", jpeg_bytes(Image.fromarray(picture).resize((8000, 6000)))


def everything(every: int = 1) -> Iterator[tuple[str, bytes]]:
    """The reader's hostile corpus (each ``every``-th of it) and these."""
    for i, (name, content) in enumerate([*corpus(), *_own()]):
        if i % every == 0:
            yield name, content


def _own() -> Iterator[tuple[str, bytes]]:
    for group in (damaged_lesions, useless):
        for name, content in group():
            yield f"{group.__name__}-{name}", content

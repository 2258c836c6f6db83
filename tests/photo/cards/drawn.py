"""Drawn cards: known colours under a known light, from any side."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from skintwin.photo.cards.homography import fit_homography, project
from skintwin.photo.cards.reference import reference
from skintwin.photo.photograph import Photograph, SourceInfo

SKIN = np.array([0.45, 0.26, 0.18])
BOARD = np.array([0.03, 0.03, 0.03])
CORNERS = np.array([[0, 0], [5, 0], [5, 3], [0, 3]], dtype=float)


def photograph(linear):
    """A Photograph of (h, w, 3) linear light, clipped at 0 and 1 as a file is, in 8 bits."""
    clipped = (linear >= 1).any(axis=2)
    info = SourceInfo("PNG", linear.shape[1], linear.shape[0], 8, "sRGB", "assumed", 1)
    held = np.clip(linear, 0, 1).astype(np.float32)
    return Photograph(held, np.ones(clipped.shape, bool), clipped, info, (), (), "0" * 64)


def pose(rng, shape=(420, 560), pitch=(26, 44), tilt=0.12):
    """(3, 3) card -> pixels: any turn, a tilt that shortens up to an eighth, the whole card inside."""
    height, width = shape
    for _ in range(1000):
        size, turn = rng.uniform(*pitch), rng.uniform(0, 2 * np.pi)
        spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        flat = (CORNERS - [2.5, 1.5]) * size
        bent = (flat * (1 + tilt * rng.uniform(-1, 1, 2) @ flat.T / np.abs(flat).max())[:, None]) @ spin.T
        h = fit_homography(CORNERS, bent + [width / 2, height / 2] + rng.uniform(-0.25, 0.25, 2) * [width, height])
        edge = project(h, np.array([[-0.8, -0.8], [5.8, -0.8], [5.8, 3.8], [-0.8, 3.8]]))
        if (edge > 2).all() and (edge < np.array([width, height]) - 3).all():
            return h
    raise AssertionError("no pose fits")


def draw(h, rng, shape=(420, 560), fill=0.8, gain=(1, 1, 1), noise=0.004, edition="2014-11", onto=None, colours=None):
    """(height, width, 3) linear light of a card on skin. colours: (24, 3), else those of the edition."""
    colours = reference(edition).linear_srgb if colours is None else colours
    y, x = np.mgrid[: 3 * shape[0], : 3 * shape[1]]
    uv = project(np.linalg.inv(h), np.stack([(x - 1) / 3, (y - 1) / 3], axis=-1))
    near = np.nan_to_num(np.rint(uv), nan=-9)
    on_board = (uv > -0.8).all(axis=-1) & (uv[..., 0] < 5.8) & (uv[..., 1] < 3.8)
    in_patch = (np.abs(uv - near) < fill / 2).all(axis=-1) & (near >= 0).all(axis=-1)
    in_patch &= (near[..., 0] <= 5) & (near[..., 1] <= 3)
    if onto is None:
        bumps = ndimage.gaussian_filter(rng.normal(size=shape), 6)
        onto = SKIN * gain * np.exp(0.1 * bumps / bumps.std())[..., None]
    big = np.repeat(np.repeat(onto, 3, axis=0), 3, axis=1)
    big[on_board] = BOARD * gain
    index = (near[..., 1] * 6 + near[..., 0]).astype(int)
    big[in_patch] = np.maximum(colours[index[in_patch]], 0) * gain
    small = big.reshape(shape[0], 3, shape[1], 3, 3).mean(axis=(1, 3))
    small = ndimage.gaussian_filter(small, (0.6, 0.6, 0))
    return small + rng.normal(size=small.shape) * noise * np.sqrt(np.maximum(small, 0.01))

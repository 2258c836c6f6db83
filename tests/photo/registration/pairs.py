"""Two visits of one skin, made so that the map between them is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from skintwin.optics.colour import srgb_decode, srgb_encode
from skintwin.photo.cards.homography import project
from skintwin.photo.intake import read_photograph
from skintwin.photo.photograph import Photograph, SourceInfo

EXAMPLES = Path(__file__).parents[3] / "examples" / "photographs"


def photograph(linear: np.ndarray, valid: np.ndarray | None = None) -> Photograph:
    """A photograph of 8 bits from linear light, with what is at the ceiling marked."""
    pixels = np.round(255 * srgb_encode(np.clip(linear, 0, 1))).astype(np.uint8)
    shape = pixels.shape[:2]
    return Photograph(
        srgb_decode(np.arange(256) / 255).astype(np.float32)[pixels],
        np.ones(shape, bool) if valid is None else valid, (pixels == 255).any(axis=-1),
        SourceInfo("PNG", shape[1], shape[0], 8, "sRGB", "assumed", 1), (), (), "0" * 64,
    )  # fmt: skip


@cache
def example(name: str) -> np.ndarray:
    """Linear light of a shipped photograph."""
    return read_photograph(EXAMPLES / name).linear_srgb


@cache
def rendered(pixels: int = 480, side_mm: float = 40.0, patient: int = 0, lesion: bool = True) -> np.ndarray:
    """Linear light of a rendered patch: a pale lesion, a few naevi, pores, relief, vessels, mottling."""
    from skintwin.optics.camera.device import Camera
    from skintwin.optics.layers import LayeredSkin
    from skintwin.optics.render.skin_maps import SkinMaps
    from skintwin.optics.render.skin_spectra import SkinSpectra
    from skintwin.optics.texture.keys import Key
    from skintwin.optics.texture.settings import Texture
    from skintwin.optics.views.photographs import clinical

    rng = np.random.default_rng(100 + patient)
    y, x = (np.mgrid[:pixels, :pixels] + 0.5) * side_mm / pixels - side_mm / 2
    melanin = np.full(x.shape, 4.0)
    for cx, cy in rng.uniform(-side_mm / 2, side_mm / 2, (12, 2)):
        melanin += 4.0 * np.exp(-(((x - cx) ** 2 + (y - cy) ** 2) / rng.uniform(0.4, 1.2) ** 2))
    if lesion:
        angle = np.arctan2(y, x)
        radius = side_mm * (0.2 + sum(rng.normal(0, 0.02) * np.cos(k * angle + rng.uniform(0, 6)) for k in range(1, 6)))
        melanin *= 1 - 0.85 / (1 + np.exp((np.hypot(x, y) - radius) / 0.3))
    maps = SkinMaps(melanin, np.full(x.shape, 0.02), side_mm / pixels)
    picture = clinical(maps, SkinSpectra.build(LayeredSkin.reference()), camera=Camera(),
                       texture=Texture(vellus=False), key=Key(patient=patient))
    return srgb_decode(picture / 255.0).astype(np.float32)


@dataclass(frozen=True)
class Pair:
    baseline: Photograph
    follow_up: Photograph
    truth: Callable[[np.ndarray], np.ndarray]

    def error(self, found, points: np.ndarray) -> np.ndarray:
        """(n, 2) error of mapped points, in pixels of the baseline (the true map's mean scale)."""
        return (found.to_follow_up(points) - self.truth(points)) / self.scale(points.mean(axis=0))

    def scale(self, point: np.ndarray) -> float:
        """Pixels of the follow-up to one of the baseline at a point."""
        at = self.truth(point + np.array([[0.5, 0.0], [-0.5, 0.0], [0.0, 0.5], [0.0, -0.5]]))
        return float(np.sqrt(abs(np.linalg.det(np.stack([at[0] - at[1], at[2] - at[3]])))))

    def inside(self, margin: float = 0.1, count: int = 15) -> np.ndarray:
        """(n, 2) points on the baseline that lie inside both photographs."""
        h, w = self.baseline.shape
        grid = np.stack(np.meshgrid(np.linspace(margin, 1 - margin, count) * w,
                                    np.linspace(margin, 1 - margin, count) * h), -1).reshape(-1, 2)
        at, (h2, w2) = self.truth(grid), self.follow_up.shape
        return grid[(at > 0).all(axis=1) & (at[:, 0] < w2) & (at[:, 1] < h2)]


def view_matrix(shape, out_shape, *, turn=0.0, scale=1.0, tilt=0.0, tilt_way=0.0, shift=(0.0, 0.0)) -> np.ndarray:
    """(3, 3) from baseline to follow-up: a camera five frames away, turned (degrees), nearer by ``scale``, tilted."""
    a, t = np.deg2rad(turn), np.deg2rad(tilt)
    away = 5.0 * max(shape)
    to_middle = np.array([[1, 0, -shape[1] / 2 + 0.5], [0, 1, -shape[0] / 2 + 0.5], [0, 0, 1]])
    spin = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    w = np.deg2rad(tilt_way)
    axis = np.array([[np.cos(w), -np.sin(w), 0], [np.sin(w), np.cos(w), 0], [0, 0, 1]])
    lean = np.array([[np.cos(t), 0, 0], [0, 1, 0], [np.sin(t) / away, 0, 1]])
    middle = out_shape[1] / 2 - 0.5 + shift[0], out_shape[0] / 2 - 0.5 + shift[1]
    back = np.array([[scale, 0, middle[0]], [0, scale, middle[1]], [0, 0, 1]])
    return back @ axis @ lean @ axis.T @ spin @ to_middle


def bend(shape, amount: float, seed: int) -> Callable[[np.ndarray], np.ndarray]:
    """Smooth moves of the skin: waves of at least half the frame, root mean square ``amount`` pixels along an axis."""
    rng = np.random.default_rng(seed)
    k = rng.normal(0, 1, (3, 2))
    k = 2 * np.pi * rng.uniform(0.8, 1.6, (3, 1)) * k / np.linalg.norm(k, axis=1, keepdims=True) / max(shape)
    phase, way = rng.uniform(0, 2 * np.pi, 3), rng.normal(0, 1, (3, 2))
    way *= amount / np.sqrt((way**2).mean() * 1.5)

    def moves(points: np.ndarray) -> np.ndarray:
        return np.sin(points @ k.T + phase) @ way

    return moves


def pair(
    linear, *, after=None, out_shape=None, h=None, bent=0.0, seed=0, gains=(1.0, 1.0, 1.0), shading=0.0, noise=0.004,
    blur=0.0,
) -> Pair:  # fmt: skip
    """Two visits. after: the baseline's pixels as the skin is at the second visit (the same as before if None)."""
    shape = linear.shape[:2]
    out_shape = out_shape or shape
    h = np.eye(3) if h is None else h
    moves = bend(shape, bent, seed) if bent else (lambda p: np.zeros_like(p))
    after = linear if after is None else after

    def truth(points):
        return project(h, points + moves(points))

    q = np.stack(np.meshgrid(np.arange(out_shape[1]), np.arange(out_shape[0])), -1).reshape(-1, 2).astype(float)
    y = project(np.linalg.inv(h), q)
    x = y
    for _ in range(12 if bent else 0):
        x = y - moves(x)
    scale = np.sqrt(abs(np.linalg.det(h[:2, :2] / h[2, 2])))
    source = cv2.GaussianBlur(after, (0, 0), 0.45 / scale) if scale < 0.8 else after
    at = x.reshape(*out_shape, 2).astype(np.float32)
    source = np.asarray(source, np.float32)
    seen = cv2.remap(source, at[..., 0], at[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    if blur:
        seen = cv2.GaussianBlur(seen, (0, 0), blur)
    rng = np.random.default_rng(seed + 1)
    light = 1 + shading * np.linspace(-1, 1, out_shape[1])[None, :, None]
    second = seen * np.asarray(gains) * light + rng.normal(0, noise, seen.shape)
    first = linear + rng.normal(0, noise, linear.shape)
    return Pair(photograph(first), photograph(second), truth)


def repigmented(linear: np.ndarray, mask: np.ndarray, part: np.ndarray) -> np.ndarray:
    """The skin with a part (h, w) bool of the lesion at the colour of the skin around, its relief kept."""
    relief = linear / np.maximum(cv2.GaussianBlur(linear, (0, 0), 5), 1e-3)
    wide = cv2.dilate(mask.astype(np.uint8), np.ones((9, 9), np.uint8))
    around = np.median(linear[(wide == 0)], axis=0)
    share = cv2.GaussianBlur((part & mask).astype(np.float32), (0, 0), 2)[..., None]
    return (linear * (1 - share) + share * around * relief).astype(np.float32)

"""The printed marker: drawn, tilted, found, and its scale is right."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from skintwin.errors import PhotographError
from skintwin.photo.cards.homography import project
from skintwin.photo.cards.marker import save_marker, scale_from_marker
from tests.photo.cards.drawn import SKIN, photograph


def on_skin(path, h, shape=(300, 400)):
    """The saved marker laid on skin: (3, 3) h from millimetres of the print to pixels."""
    paper = np.asarray(Image.open(path), dtype=float) / 255
    y, x = np.mgrid[: shape[0] * 2, : shape[1] * 2]
    mm = project(np.linalg.inv(h), np.stack([(x - 0.5) / 2, (y - 0.5) / 2], axis=-1))
    inside = (mm >= 0).all(axis=-1) & (mm[..., 0] < paper.shape[1] / 10) & (mm[..., 1] < paper.shape[0] / 10)
    ink = ndimage.map_coordinates(paper, [mm[..., 1] * 10 - 0.5, mm[..., 0] * 10 - 0.5], order=1, mode="nearest")
    light = np.where(inside[..., None], 0.03 + 0.7 * ink[..., None], SKIN)
    small = light.reshape(shape[0], 2, shape[1], 2, 3).mean(axis=(1, 3))
    return ndimage.gaussian_filter(small, (0.8, 0.8, 0)) + np.random.default_rng(0).normal(size=small.shape) * 0.003


@pytest.fixture(scope="module")
def marker(tmp_path_factory):
    path = tmp_path_factory.mktemp("marker") / "marker.png"
    save_marker(path, dpi=254)
    return path


@pytest.mark.parametrize("turn", [0.0, 0.4, 1.9])
def test_the_scale_is_right_to_half_a_per_cent(marker, turn):
    size = 3.7  # pixels a millimetre
    spin = size * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    h = np.eye(3)
    h[:2, :2] = spin
    h[:2, 2] = [200, 150] - spin @ [24, 21]
    scale = scale_from_marker(photograph(on_skin(marker, h)))
    assert scale.mm_per_pixel == pytest.approx(1 / size, rel=0.005)
    assert scale.relative_sd < 0.01


def test_a_tilt_is_in_the_error(marker):
    h = np.array([[4, 0, 90], [0, 4, 60], [0.004, 0, 1.0]])
    scale = scale_from_marker(photograph(on_skin(marker, h)))
    assert scale.relative_sd > 0.02


def test_a_covered_marker_and_none_are_refused(marker):
    picture = on_skin(marker, np.array([[4.0, 0, 90], [0, 4, 60], [0, 0, 1]]))
    covered = picture.copy()
    covered[50:100, 60:140] = SKIN
    for image in (covered, np.tile(SKIN, (200, 300, 1))):
        with pytest.raises(PhotographError, match=r"no whole marker.*`skintwin marker`"):
            scale_from_marker(photograph(image))


def test_the_print_has_its_size(marker, tmp_path):
    with Image.open(marker) as picture:
        assert picture.info["dpi"] == pytest.approx((254, 254), rel=1e-3)
    save_marker(tmp_path / "marker.pdf", dpi=300)
    assert (tmp_path / "marker.pdf").read_bytes().startswith(b"%PDF")

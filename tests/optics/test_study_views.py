"""Views of a run: only on request, and of what the run says."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from skintwin.optics.texture.keys import Key
from skintwin.study.patch import make_patch
from skintwin.study.simulate import simulate
from skintwin.study.views import NAMES, patch_maps, views_of
from tests.study.small import small_study


@pytest.mark.slow
def test_a_run_writes_views_when_it_is_asked(tmp_path) -> None:
    study = small_study(draws=2, duration="1 weeks", views=True, arms=[{"name": "none"}])
    folder = simulate(study, tmp_path / "run").folder / "views"
    wanted = {f"{name}-{view}.jpg" for name in ("baseline", "arm00") for view in NAMES}
    assert {path.name for path in folder.iterdir()} == wanted
    lamp = np.asarray(Image.open(folder / "baseline-woods-lamp.jpg")).astype(float)
    assert lamp[200, 200, 2] > 1.5 * lamp[20, 20, 2]  # the white lesion shines


def test_nothing_is_written_by_default() -> None:
    assert small_study().views is False


def test_views_follow_the_maps() -> None:
    patch = make_patch(small_study())
    shape = patch.melanin.shape
    maps = {"melanin": np.full(shape, 2.0), "inflammation": np.ones(shape), "vessels": np.ones(shape)}
    red = patch_maps(patch, maps, erythema_gain=1.0)
    np.testing.assert_allclose(red.blood, 2.0 * patch.blood)
    shown = views_of(red, patch, Key(1))
    calm = views_of(patch_maps(patch, {**maps, "inflammation": np.zeros(shape)}), patch, Key(1))
    redness = [float(np.mean(v["cross-polarised"][..., 0] / v["cross-polarised"][..., 1])) for v in (shown, calm)]
    assert redness[0] > redness[1] + 0.1

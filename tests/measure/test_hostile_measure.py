"""``skintwin measure`` on damaged, hostile and useless photographs: measures or a named error, in 10 s and 1 GiB."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.measure.sampling import region_median
from skintwin.measure.visit import VisitSettings, measure_visit
from skintwin.photo.intake import read_photograph
from tests.measure.nasty import SKIN, damaged_lesions, everything, useless
from tests.photo.pictures import disc, encoded, lesion_picture, png_bytes
from tests.photo.test_hostile import GIB, judge, wrong

WORKER = "tests.measure.hostile_measure_worker"
QUICK = 40
"""Each so many-th file, the two groups of this room aside."""
LARGE = ("thirty_passes", "declared_large", "zeros_deep.tif", "zeros_6", "large_lesion")
"""45 to 49 megapixels: measured or refused by name in time too, but with more memory (docs/real-photographs.md)."""
LARGE_GIB = 1.5


def written(folder, files):
    paths = []
    for name, content in files:
        paths.append(folder / name)
        paths[-1].write_bytes(content)
    return paths


def test_some_hostile_photographs(tmp_path):
    own = [pair for i, pair in enumerate([*useless(), *damaged_lesions()]) if i % 18 == 0]
    chosen = [*list(everything(QUICK))[:5], *own[:5]]
    paths = written(tmp_path, [pair for pair in chosen if not any(name in pair[0] for name in LARGE)])
    verdicts = judge(paths, WORKER)
    assert len(verdicts) >= 8
    assert not wrong(verdicts)
    assert any("measures" in verdict for verdict in verdicts.values())


@pytest.mark.slow
def test_every_hostile_photograph(tmp_path):
    files = [pair for pair in everything() if not any(name in pair[0] for name in LARGE)]
    verdicts = judge(written(tmp_path, files), WORKER)
    assert len(verdicts) > 600
    assert not wrong(verdicts)
    assert sum("measures" in verdict for verdict in verdicts.values()) > 30


@pytest.mark.slow
def test_large_photographs_take_no_longer(tmp_path):
    files = [pair for pair in everything() if any(name in pair[0] for name in LARGE)]
    verdicts = judge(written(tmp_path, files), WORKER)
    assert len(verdicts) == 6
    assert {name for name, verdict in wrong(verdicts).items() if verdict["gib"] <= GIB} == set()
    assert max(verdict["gib"] for verdict in verdicts.values()) < LARGE_GIB


def test_a_region_in_one_direction_has_a_median_and_no_error():
    one = np.zeros((5, 5), dtype=bool)
    one[2, 2] = True
    median, error = region_median(np.full((5, 5, 1), 3.0), one)
    assert median.tolist() == [3.0]
    assert np.isnan(error).tolist() == [True]


def test_a_lesion_of_no_skin_colour_is_measured_without_pigment(tmp_path):
    """Blue-black: neither melanin nor blood gives it. The rest is measured, and a warning says what is not."""
    mask = disc(96, 128, (48, 64), 22)
    (tmp_path / "blue.png").write_bytes(png_bytes(encoded(lesion_picture(mask, SKIN, (12.0, 0.0, -25.0), noise=0.4))))
    visit = measure_visit(read_photograph(tmp_path / "blue.png"), VisitSettings(phototype="III"))
    names = {found.name for found in visit.measures.observations}
    assert "delta_E00" in names
    assert ("melanin_difference" in names) != any("pigment is not measured" in w for w in visit.measures.warnings)

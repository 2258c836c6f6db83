"""Day 0: rendering the patch gives the photograph back, in every draw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skintwin.engine.march import Batch, March
from skintwin.measure.lighting import light_surface
from skintwin.mechanisms import neutral
from skintwin.optics.colour import delta_e_2000, linear_srgb_to_lab
from skintwin.skin.fields import MELANIN_STAGES
from skintwin.study.baseline import make_baseline
from skintwin.study.config import study_from
from skintwin.study.design import make_design
from skintwin.study.keys import study_keys
from skintwin.study.observe import MAPS, endpoints, observe
from skintwin.study.patch import make_patch
from skintwin.study.render import predicted_picture
from skintwin.study.system import make_system
from tests.study.small import small_content, small_study

EXAMPLES = Path(__file__).parents[2] / "examples" / "photographs"

PHOTOGRAPHS = {
    "halo_naevus": ("halo_naevus.png", "back", "III", {}),
    "solar_lentigo": ("temple_lentigo.png", "temple", "IV", {}),
    "vitiligo": ("vitiligo_neck.png", "neck", "III", {"outline": "vitiligo_neck.json"}),
}


def _study(disorder):
    name, site, phototype, extra = PHOTOGRAPHS[disorder]
    lesion = {"disorder": disorder, "photograph": str(EXAMPLES / name), "diameter": "12 mm"}
    lesion |= {key: str(EXAMPLES / value) for key, value in extra.items()}
    patient = {"age": "30 years", "phototype": phototype, "site": site}
    return study_from(small_content(lesion=lesion, patient=patient, pixels=48, draws=2))


def _baseline(study, changed=None):
    patch = make_patch(study)
    design = make_design(study_keys(study), study.draws, study.seed)
    for key, value in (changed or {}).items():
        design.draws[key][:] = value
    return patch, design, make_baseline(study, patch, design, make_system(study, patch.grid))


@pytest.fixture(scope="module", params=sorted(PHOTOGRAPHS))
def laid(request):
    return _baseline(_study(request.param))


def test_a_photograph_comes_back(laid):
    """Residual of the measured patch, and of every draw's day 0 against the measured map."""
    patch, _, baseline = laid
    # Hair and glare on the neck are no colours of skin; a difference of about 2 is the least that an eye sees.
    assert patch.residual_de00 < 1.5
    column = sum(baseline.fields[name] for name in MELANIN_STAGES) + baseline.maps["melanin_offset"]
    assert np.abs(column - patch.melanin).max() < 1e-4
    still = np.zeros(patch.grid.shape)
    first, again = (
        predicted_picture(patch, {"melanin": m, "inflammation": still, "vessels": still + 1.0}, 1.0)
        for m in (patch.melanin, column[0].astype(float))
    )
    assert np.abs(first - patch.display).max() < 1e-9
    assert delta_e_2000(linear_srgb_to_lab(again), linear_srgb_to_lab(first)).max() < 0.05


def test_the_surrounding_skin_starts_at_rest(laid):
    patch, _, baseline = laid
    capacity = baseline.maps["melanocyte_capacity"]
    around = baseline.fields["melanocytes"][:, patch.skin & (patch.lesion == 0)].mean(axis=1)
    assert np.allclose(around, capacity[:, 0, 0], rtol=0.05)
    assert baseline.fields["msc"].max() == 0


def test_day_0_of_sunburnt_skin_is_the_picture_in_every_draw():
    """Light skin outdoors in July, whose owner does not mind burns: they redden the lesion and drop melanin before
    day 0, which the picture has."""
    patient = {"age": "34 years", "phototype": "II", "site": "cheek", "latitude": "40 degrees", "sun": "outdoor"}
    study = small_study(patient=patient, start="2024-07-20", draws=4, pixels=16)
    patch, design, baseline = _baseline(study, {"sunlight.tolerated_damage": 100.0})
    assert baseline.fields["melanin_dermal"].max() > 1
    inputs = {name: np.full((design.n, 1), value) for name, value in neutral("input").items()}
    batch = Batch(baseline.fields, baseline.maps, baseline.params, inputs, np.arange(design.n))
    maps = March(make_system(study, patch.grid), observe, 1).look(batch, baseline.fields, 0)
    assert maps["inflammation"].max() > 1
    gain = design.draws["inflammation.erythema_gain"]
    for draw in range(design.n):
        now = {name: maps[name][draw] for name in MAPS}
        assert np.abs(predicted_picture(patch, now, gain[draw]) / patch.display - 1).max() < 1e-6, "single precision"
    seen = endpoints(maps, patch, gain)
    assert np.abs(seen["redness"]).max() < 1e-3
    assert seen["dermal_melanin"].max() == 0
    assert np.ptp(seen["ita"]) < 1e-4
    assert np.ptp(seen["delta_e"]) < 1e-4


def test_collagen_and_hydration_are_relative_to_day_0_whatever_burns_did_before():
    patient = {"age": "34 years", "phototype": "I", "site": "cheek", "latitude": "40 degrees", "sun": "outdoor"}
    study = small_study(patient=patient, start="2024-07-20", draws=4, pixels=16)
    patch, design, baseline = _baseline(study, {"sunlight.tolerated_damage": 100.0})
    inputs = {name: np.full((design.n, 1), value) for name, value in neutral("input").items()}
    batch = Batch(baseline.fields, baseline.maps, baseline.params, inputs, np.arange(design.n))
    maps = March(make_system(study, patch.grid), observe, 1).look(batch, baseline.fields, 0)
    seen = endpoints(maps, patch, design.draws["inflammation.erythema_gain"])
    for name in ("collagen", "hydration"):
        assert baseline.fields[name].min() < 0.95, "the burns of two summers have left their trace"
        assert seen[name] == pytest.approx(100.0, abs=1e-3)


def test_draws_of_a_pair_share_follicles():
    study = small_study(draws=8)
    _, design, baseline = _baseline(study)
    half = design.pairs
    assert design.patients[half] == design.patients[1]
    a, b = baseline.follicles[half].positions, baseline.follicles[1].positions
    assert np.array_equal(a, b) or "site.forearm_follicles" in design.assumed


def test_the_light_surface_is_found_beside_a_lesion():
    """A quadratic surface with a dark disc that the fit must not see."""
    y, x = np.meshgrid(np.linspace(-1, 1, 40), np.linspace(-1, 1, 40), indexing="ij")
    truth = 0.1 + 0.2 * x - 0.15 * y + 0.1 * x * y - 0.05 * y**2
    lesion = x**2 + y**2 < 0.3
    spots = np.zeros_like(lesion)
    spots[5:8, 5:8] = True
    seen = truth - 0.5 * lesion - 0.4 * spots
    assert np.abs(light_surface(seen, ~lesion) - truth).max() < 0.01

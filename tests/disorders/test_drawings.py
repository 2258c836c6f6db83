"""Drawings: every disorder has one, it is made by its key alone, and it has what a dermatologist looks for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from skintwin.disorders import disorders
from skintwin.skin.fields import MELANIN_STAGES
from skintwin.study.baseline import make_baseline
from skintwin.study.config import Study, study_from
from skintwin.study.design import make_design
from skintwin.study.keys import study_keys
from skintwin.study.patch import Patch, make_patch
from skintwin.study.system import make_system

NAMES = sorted(set(disorders()) - {"healthy"})


def study_of(
    name: str, *, phototype: str = "III", seed: int = 1, pixels: int = 128, draws: int = 1, map: str = "", **lesion: Any
) -> Study:
    """A study of a lesion with its own look."""
    return study_from({
        "title": "drawing", "duration": "1 weeks", "pixels": pixels, "seed": seed, "draws": draws,
        "patient": {"age": "35 years", "phototype": phototype, "site": "cheek"},
        "lesion": {"disorder": name, "synthetic": {"map": map or disorders()[name].maps[0]}, **lesion},
        "arms": [{"name": "nothing"}],
    })  # fmt: skip


def drawn(name: str, **options: Any) -> Patch:
    """A lesion with its own look."""
    return make_patch(study_of(name, **options))


def spots(patch: Patch) -> tuple[int, np.ndarray]:
    """Number of separate spots and their equivalent diameters (mm)."""
    labels, count = ndimage.label(patch.lesion > 0.5)
    areas = ndimage.sum_labels(np.ones_like(patch.lesion), labels, np.arange(1, count + 1)) * patch.grid.pixel_area
    return count, 2.0 * np.sqrt(areas / np.pi)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("phototype", ["I", "VI"])
def test_every_disorder_is_drawn_with_its_kind_of_pigment_and_skin_around_it(name: str, phototype: str) -> None:
    patch = drawn(name, phototype=phototype, pixels=96)
    inside = np.median(patch.melanin[patch.target])
    assert (inside < patch.reference_melanin) == (disorders()[name].kind == "hypopigmented")
    assert abs(inside / patch.reference_melanin - 1) > 0.15
    assert patch.skin.mean() > 0.2
    assert patch.kind == disorders()[name].kind


SOME = [pytest.param(n, marks=[] if k % 3 == 0 else [pytest.mark.slow]) for k, n in enumerate(NAMES)]
"""All of them; one in three guards main."""


@pytest.mark.parametrize("name", SOME)
def test_a_drawn_lesion_starts_a_run_with_a_row_for_every_draw_and_its_own_picture(name: str) -> None:
    """Fields and maps of day 0 have one row a draw; model melanin and offset together are what was drawn."""
    study = study_of(name, pixels=96, draws=2)
    patch = make_patch(study)
    design = make_design(study_keys(study), 2, 1)
    baseline = make_baseline(study, patch, design, make_system(study, patch.grid))
    short = [k for part in (baseline.fields, baseline.maps) for k, value in part.items() if len(value) != design.n]
    assert not short
    column = sum(baseline.fields[stage] for stage in MELANIN_STAGES) + baseline.maps["melanin_offset"]
    assert column == pytest.approx(np.broadcast_to(patch.melanin, column.shape), abs=1e-3)


@pytest.mark.parametrize("name", ["vitiligo", "freckles"])
def test_a_drawing_follows_from_the_seed_alone(name: str) -> None:
    first, again, other = drawn(name), drawn(name), drawn(name, seed=2)
    assert np.array_equal(first.lesion, again.lesion)
    assert np.array_equal(first.display, again.display)
    assert not np.array_equal(first.lesion, other.lesion)


def test_a_finer_grid_shows_the_same_lesion() -> None:
    """Mean over 2 × 2 pixels of the fine drawing; twice as many samples of edges, so a few percent at single pixels."""
    coarse, fine = drawn("vitiligo", pixels=64), drawn("vitiligo", pixels=128)
    folded = fine.lesion.reshape(64, 2, 64, 2).mean(axis=(1, 3))
    assert np.abs(folded - coarse.lesion).mean() < 0.01


def test_vitiligo_is_sharp_and_one_main_patch() -> None:
    patch = drawn("vitiligo")
    edge = (patch.lesion > 0.05) & (patch.lesion < 0.95)
    assert edge.sum() < 0.25 * (patch.lesion >= 0.95).sum()
    assert spots(patch)[1].max() > 15


def test_trichrome_has_three_colours() -> None:
    patch = drawn("vitiligo_trichrome", phototype="V")
    relative = patch.melanin / patch.reference_melanin
    tan = (relative > 0.4) & (relative < 0.75)
    white = relative < 0.2
    assert min(tan.mean(), white.mean(), (relative > 0.9).mean()) > 0.05


def test_segmental_vitiligo_stops_at_the_midline() -> None:
    """Its left end is straight: the outline's leftmost pixels of most rows lie in one narrow column."""
    patch = drawn("vitiligo_segmental")
    rows = np.flatnonzero(patch.lesion.max(axis=1) > 0.5)
    starts = np.array([np.argmax(patch.lesion[row] > 0.5) for row in rows])
    assert np.mean(np.abs(starts - starts.min()) * patch.grid.pixel < 3.0) > 0.3


def test_a_halo_naevus_is_dark_in_the_middle_of_a_white_ring() -> None:
    patch = drawn("halo_naevus")
    middle = patch.grid.ny // 2
    assert patch.core[middle, middle] > 0.5
    assert patch.melanin[middle, middle] > 1.5 * patch.reference_melanin
    assert np.median(patch.melanin[patch.target]) < 0.1 * patch.reference_melanin


@pytest.mark.parametrize("map", disorders()["melasma"].maps)
def test_melasma_lies_on_both_sides_of_the_face(map: str) -> None:
    shade = drawn("melasma", map=map).lesion
    left, right = shade[:, : shade.shape[1] // 2].sum(), shade[:, shade.shape[1] // 2 :].sum()
    assert 0.6 < left / right < 1.6
    both = np.minimum(shade, shade[:, ::-1]).sum() / shade.sum()
    assert both > 0.45
    below = shade[shade.shape[0] // 2 :].sum() / shade.sum()
    assert (below > 0.9) == (map == "mandibular")


def test_freckles_are_small_and_more_numerous_in_red_hair_type_skin() -> None:
    """1 to 5 mm. Direction only: HP134, eleven-fold risk of freckles with two MC1R variants."""
    many, some, few = (spots(drawn("freckles", phototype=p, pixels=256))[0] for p in ("I", "II", "V"))
    assert many > some > 2 * few
    assert 0.8 < np.median(spots(drawn("freckles", phototype="IV", pixels=256))[1]) < 5.0


def test_marks_redden_while_young_and_turn_grey_when_deep() -> None:
    young, old = drawn("pih_acne"), drawn("pih_acne", duration="300 days")
    assert young.vessels is not None
    assert old.vessels is not None
    assert young.vessels.max() > 1.5 > 1.05 > old.vessels.max()
    deep = drawn("pih_acne", duration="300 days", depth="dermal")
    assert deep.dermal is not None
    assert deep.dermal.max() > 1.0
    seen = deep.display[100:300, 100:300].reshape(-1, 3)
    dark = seen[np.argsort(seen.sum(axis=1))[:200]].mean(axis=0)
    brown = old.display[100:300, 100:300].reshape(-1, 3)
    ochre = brown[np.argsort(brown.sum(axis=1))[:200]].mean(axis=0)
    assert dark[2] / dark[0] > 1.1 * ochre[2] / ochre[0]


@pytest.mark.parametrize("name", ["freckles", "solar_lentigo", "vitiligo", "pih_wound"])
def test_more_severe_means_more_pigment_changed(name: str) -> None:
    change = []
    for severity in (0.1, 0.9):
        patch = drawn(name, severity=severity)
        off = np.abs(patch.melanin / patch.reference_melanin - 1.0)
        change.append(off[patch.target].sum() * patch.grid.pixel_area)
    assert change[1] > 1.2 * change[0]

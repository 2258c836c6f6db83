"""Pictures that do not belong together are refused, and the machinery behind it does what it says."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.photo.cards.homography import project
from skintwin.photo.photograph import Photograph
from skintwin.photo.registration import MirroredFollowUpError, RegistrationError, register, register_by_points
from skintwin.photo.registration.field import fit_field
from skintwin.photo.registration.plane import fit_similarity, jacobian, plausible
from skintwin.photo.registration.verify import Verdict, verify
from skintwin.photo.registration.views import View, even
from tests.photo.registration.pairs import bend, example, photograph, rendered, view_matrix


def blank(shape=(400, 400), seed=0):
    return photograph(np.array([0.4, 0.25, 0.18]) + np.random.default_rng(seed).normal(0, 0.004, (*shape, 3)))


def test_different_places_are_refused():
    with pytest.raises(RegistrationError, match="not recognised as showing the same skin"):
        register(photograph(example("vitiligo_neck.png")), photograph(example("temple_lentigo.png")))


def test_two_patients_with_the_same_kind_of_lesion_are_refused():
    with pytest.raises(RegistrationError):
        register(photograph(rendered(300, patient=0)), photograph(rendered(300, patient=1)))


def disc(middle: tuple[int, int], radius: float) -> np.ndarray:
    y, x = np.mgrid[:480, :480]
    return np.hypot(y - middle[0], x - middle[1]) < radius


@pytest.mark.parametrize("now", [disc((240, 240), 60), disc((400, 400), 50), None], ids=["same place", "apart", "none"])
def test_the_same_label_beside_two_patients_is_not_the_same_skin(now):
    """A printed label makes the map; the skin around it has to agree with it."""
    printed = np.kron(np.random.default_rng(4).random((10, 24)) < 0.5, np.ones((6, 6)))[..., None] * 0.5 + 0.1
    pictures = [rendered(480, patient=k).copy() for k in (0, 1)]
    for picture in pictures:
        picture[20:80, 20:164] = printed
    then = None if now is None else disc((240, 240), 60)
    with pytest.raises(RegistrationError):
        register(photograph(pictures[0]), photograph(pictures[1]), lesion=then, lesion_now=now)


def test_a_mirror_image_is_named():
    linear = example("temple_lentigo.png")
    with pytest.raises(MirroredFollowUpError, match="mirror"):
        register(photograph(linear), photograph(np.ascontiguousarray(linear[:, ::-1]) * 0.8))


def test_skin_without_anything_on_it_is_refused():
    with pytest.raises(RegistrationError):
        register(blank(seed=0), blank(seed=1))


def test_a_mask_of_another_picture_is_named():
    with pytest.raises(RegistrationError, match="lesion_now: a mask of shape"):
        register(blank(), blank(seed=1), lesion_now=np.ones((5, 5), bool))


def test_nothing_usable_is_refused():
    picture = photograph(example("temple_lentigo.png"))
    hidden = np.zeros(picture.shape, bool)
    nothing = Photograph(picture.linear_srgb, hidden, picture.clipped, picture.source, (), (), "")
    with pytest.raises(RegistrationError):
        register(picture, nothing)


def test_chance_is_not_believed():
    """Views of independent noise: squares are found at the predicted place as often as the bound says, or less."""
    rng = np.random.default_rng(3)
    light = [np.exp(rng.normal(0, 0.1, (480, 640))).astype(np.float32) for _ in range(2)]
    views = [View(x, np.ones(x.shape, bool), np.eye(3)) for x in light]
    verdict = verify(*views, lambda p: p, None)
    assert verdict.squares > 150
    assert verdict.hits < 20
    assert not verdict.believed
    assert verify(views[0], views[0], lambda p: p, None).hits == verdict.squares
    assert not Verdict(0, 0, 0.0).believed


def test_even_views_do_not_know_exposure_shading_or_contrast():
    rng = np.random.default_rng(0)
    light = np.exp(rng.normal(0, 0.1, (200, 300))).astype(np.float32)
    ok = np.ones(light.shape, bool)
    ramp = np.exp(np.linspace(-0.4, 0.4, 300))[None, :].astype(np.float32)
    assert np.abs(even(light, ok) - even(3 * light, ok)).max() < 1e-3
    assert np.corrcoef(even(light, ok).ravel(), even(light**1.4 * ramp, ok).ravel())[0, 1] > 0.99


def test_the_field_finds_the_deformation_and_knows_how_well():
    rng = np.random.default_rng(1)
    moves = bend((1000, 1000), 4.0, 7)
    points = rng.uniform(0, 1000, (250, 2))
    field = fit_field(points, moves(points) + rng.normal(0, 0.3, (250, 2)))
    at = rng.uniform(100, 900, (400, 2))
    error = field.moves(at) - moves(at)
    assert field.deformed
    assert field.noise == pytest.approx(0.3, rel=0.2)
    assert np.sqrt((error**2).mean()) < 0.3
    assert 0.6 < np.sqrt((error**2 / field.variance(at)[:, None]).mean()) < 1.5


def test_noise_is_not_taken_for_deformation():
    drawn = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        points = rng.uniform(0, 1000, (120, 2))
        field = fit_field(points, rng.normal(0, 0.5, (120, 2)))
        drawn += field.deformed
        assert np.sqrt((field.moves(points) ** 2).mean()) < 0.3
        assert field.held_out[1] <= field.held_out[0] * 1.05
    assert drawn <= 2


def test_planes():
    shape = (300, 400)
    h = view_matrix(shape, shape, turn=33, scale=1.2, tilt=20)
    at = np.array([[50.0, 60.0], [300.0, 200.0]])
    step = 1e-4
    numeric = np.stack([(project(h, at + d) - project(h, at - d)) / (2 * step) for d in step * np.eye(2)], axis=-1)
    assert jacobian(h, at) == pytest.approx(numeric, abs=1e-6)
    assert plausible(h, shape)
    assert not plausible(h @ np.diag([-1.0, 1, 1]), shape)
    assert not plausible(view_matrix(shape, shape, scale=6.0), shape)
    turn = view_matrix(shape, shape, turn=200, scale=0.7, shift=(5, -3))
    z = np.random.default_rng(0).uniform(0, 300, (9, 2))
    assert fit_similarity(z, project(turn, z)) == pytest.approx(turn, abs=1e-9)


@pytest.mark.parametrize("count", [2, 3, 4, 9])
def test_points_set_by_hand(count):
    """Coverage over many draws of the points' error."""
    rng = np.random.default_rng(count)
    shape = (600, 800)
    h = view_matrix(shape, shape, turn=50, scale=1.4, tilt=0 if count < 4 else 15)
    at = np.array([[100.0, 100], [700, 500], [650, 90], [120, 520], [400, 80], [380, 540], [90, 300], [720, 310],
                   [300, 200]])
    errors, stated = [], []
    for _ in range(200):
        seen = project(h, at[:count]) + 1.4 * rng.normal(0, 1.5, (count, 2))
        found = register_by_points(at[:count], seen, shape)
        errors.append((found.to_follow_up(found.middle[None])[0] - project(h, found.middle)) / 1.4)
        stated.append(found.sd_px)
    assert found.kind == ("similarity" if count < 4 else "homography")
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(np.mean(stated), rel=0.25)


@pytest.mark.parametrize(("one", "other", "match"), [
    ([[0, 0]], [[0, 0]], "not pairs"), ([[0, 0], [1, 1]], [[0, 0], [50, 50]], "lie on each other"),
    ([[0, 0], [90, 0], [0, 90]], [[90, 0], [0, 0], [90, 90]], "mirror"),
    ([[0, 0], [90, 0]], [[0, 0], [1900, 0]], "no camera"), ([[0, 0], [90, np.nan]], [[0, 0], [90, 0]], "not pairs"),
])
def test_points_that_cannot_be(one, other, match):
    with pytest.raises(RegistrationError, match=match):
        register_by_points(one, other, (100, 100))

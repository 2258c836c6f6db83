"""Random numbers by key: nothing but seed, patient, purpose and step decides them."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from skintwin.engine.grid import Grid
from skintwin.engine.streams import purpose_number, stream, streams
from skintwin.engine.system import System
from tests.engine.toys import Noise, batch_of, final


def number(*who: object) -> float:
    return float(jax.random.uniform(stream(*who)))


def test_the_same_key_gives_the_same_number_and_any_other_does_not() -> None:
    here = number(1, 2, "follicle", 3)
    assert here == number(1, 2, "follicle", 3)
    others = [number(2, 2, "follicle", 3), number(1, 3, "follicle", 3), number(1, 2, "cell", 3),
              number(1, 2, "follicle", 4), number(3, 2, "follicle", 1)]  # fmt: skip
    assert len({here, *others}) == 6


def test_a_batch_holds_the_streams_of_its_patients_in_any_order() -> None:
    keys = streams(5, jnp.array([4, 9, 2]), "step", 7)
    alone = [stream(5, patient, "step", 7) for patient in (4, 9, 2)]
    assert jax.random.key_data(keys).tolist() == [jax.random.key_data(key).tolist() for key in alone]


def test_numbers_are_uniform_and_uncorrelated_over_patients_and_steps() -> None:
    draw = jax.vmap(lambda who: jax.vmap(lambda step: jax.random.uniform(stream(1, who, "x", step)))(jnp.arange(60)))
    u = np.asarray(draw(jnp.arange(60)))
    assert abs(u.mean() - 0.5) < 4 * np.sqrt(1 / 12 / u.size)
    off = np.corrcoef(u)[~np.eye(60, dtype=bool)]
    assert abs(off.mean()) < 0.01
    assert np.abs(np.corrcoef(u[:-1].ravel(), u[1:].ravel())[0, 1]) < 0.07


def test_the_number_of_a_purpose_never_changes() -> None:
    """Written into runs: a change would break every resumed run."""
    assert purpose_number("step") == 0x3E64CC41 >> 1


def test_a_random_process_does_not_depend_on_batch_order_or_restart() -> None:
    system = System((Noise(),), Grid(5, 5, 0.2), 0.5)
    together = final(system, batch_of(system, 9, [3, 1, 8]))["u"]
    turned = final(system, batch_of(system, 9, [8, 3, 1]), 4)["u"]
    alone = final(system, batch_of(system, 9, [1]), 2)["u"]
    assert np.array_equal(together, turned[[1, 2, 0]])
    assert np.array_equal(together[1:2], alone)
    assert np.abs(together[0] - together[1]).min() > 0
    other = final(system, batch_of(system, 9, [3, 1, 8], seed=2))["u"]
    assert np.abs(together - other).min() > 0

"""Training of the posterior: people of the population, a fresh picture of them at each step, Adam with a falling step.
Of a photograph every person gives one pixel, drawn beforehand: the pixel's pigment and its colour belong together.

Loss: -ln of a normal law, Σ ln sd + (target - mean)² / 2 sd², over the three targets.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from skintwin.optics.posterior.channels import ChannelSet
from skintwin.optics.posterior.network import DARKEST, DERMAL_FOOT, MELANIN_FOOT, PosteriorNet
from skintwin.optics.posterior.photograph_law import PhotographLaw, photographed
from skintwin.optics.posterior.population import Priors, draw_people, record

PEOPLE: Final = 1 << 21
STEPS: Final = 24000
WIDTHS: Final = (48, 48, 48)
_BATCH: Final = 4096
_RATE: Final = 4e-3


def train_posterior(
    channels: ChannelSet | None = None, people: int = PEOPLE, steps: int = STEPS, seed: int = 0,
    priors: Priors | None = None, widths: tuple[int, ...] = WIDTHS,
) -> PosteriorNet:  # fmt: skip
    """The posterior of a set of channels (linear sRGB if None) with the coefficients and priors in force."""
    chosen = ChannelSet.srgb() if channels is None else channels
    prior = Priors.from_ledger() if priors is None else priors
    drawn, law, shading = draw_people(people, seed, prior), None, prior.shading
    if chosen.photographed is None:
        raw = drawn.raw(chosen)
    else:
        law = PhotographLaw.measured(chosen.photographed)
        drawn, raw = photographed(drawn, chosen, law, shading, np.random.default_rng([seed, 5]))
        chosen, shading = ChannelSet.as_recorded(chosen.names), 0.0
    wanted = np.stack(
        [np.log(drawn.melanin_um + MELANIN_FOOT), np.log(drawn.blood), np.log(drawn.dermal_um + DERMAL_FOOT)], axis=-1
    )
    seen = record(raw[: 1 << 16], chosen, shading, np.random.default_rng(seed))
    logs = np.log(np.maximum(seen, DARKEST))
    centre = logs.mean(axis=0)
    size, axes = np.linalg.eigh(np.cov(logs.T))
    turn = axes / np.sqrt(np.maximum(size, 1e-4 * size.max()))
    middle, unit = wanted.mean(axis=0), wanted.std(axis=0)
    layers = _descend(
        raw.astype(np.float32), ((wanted - middle) / unit).astype(np.float32), chosen, shading,
        centre.astype(np.float32), turn.astype(np.float32), widths, steps, seed,
    )  # fmt: skip
    return PosteriorNet(
        channels=chosen.names,
        centre=centre.astype(np.float32),
        turn=turn.astype(np.float32),
        weights=[np.asarray(weight) for weight, _ in layers],
        biases=[np.asarray(bias) for _, bias in layers],
        middle=middle.astype(np.float32),
        unit=unit.astype(np.float32),
        law=law,
    )


def _descend(
    raw: Any, wanted: Any, channels: ChannelSet, shading: float, centre: Any, turn: Any, widths: tuple[int, ...],
    steps: int, seed: int,
) -> list[tuple[Any, Any]]:  # fmt: skip
    """Weights and biases of the layers."""
    import jax
    import jax.numpy as jnp

    from skintwin.optics.small_network import descended, first_guess, output

    matrix, noisy = (jnp.asarray(m.T, jnp.float32) for m in (channels.matrix, channels.noise_matrix))
    noise = channels.noise
    clean, target, key = jnp.asarray(raw), jnp.asarray(wanted), jax.random.key(seed)
    targets, batch = wanted.shape[1], min(_BATCH, raw.shape[0])

    def picture(rows: Any, key: Any) -> Any:
        """Inputs of the network for people ``rows`` with fresh shading and noise."""
        light, electrons, rest = jax.random.split(key, 3)
        lit = clean[rows] * jnp.exp(shading * jax.random.normal(light, (batch, 1)))
        variance = jnp.maximum(noise.raw_variance(lit), 0.0)
        seen = lit @ matrix + jnp.sqrt(variance) * jax.random.normal(electrons, lit.shape) @ noisy
        seen = seen + jnp.sqrt(noise.recorded_variance(seen)) * jax.random.normal(rest, seen.shape)
        return (jnp.log(jnp.maximum(seen, DARKEST)) - centre) @ turn

    def loss(theta: Any, inputs: Any, rows: Any) -> Any:
        found = output(theta, inputs)
        log_sd = found[:, targets:]
        miss = (target[rows] - found[:, :targets]) * jnp.exp(-log_sd)
        return jnp.mean(jnp.sum(log_sd + 0.5 * miss**2, axis=1))

    def slope(theta: Any, at: Any) -> Any:
        mine = jax.random.fold_in(key, at)
        rows = jax.random.randint(mine, (batch,), 0, raw.shape[0])
        found = jax.grad(loss)(theta, picture(rows, jax.random.fold_in(mine, 1)), rows)
        norm = jnp.sqrt(sum(jnp.sum(g**2) for g in jax.tree.leaves(found)))
        return jax.tree.map(lambda g: g / jnp.maximum(1.0, norm), found)

    return descended(first_guess([turn.shape[1], *widths, 2 * targets], seed), slope, steps, _RATE)

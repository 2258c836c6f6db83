"""BioSkin's encoder, RGB to six skin properties: as its package calls it, and by other ways of the same arithmetic.

    x → tanh(W₁ x + b₁) → tanh(W₂ · + b₂) → sigmoid(W₃ · + b₃)        3 → 70 → 70 → 6, x = linear blue, green, red

The package's own call and its classes need PyTorch and ``bioskin`` (extra ``peers``); the others need neither.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

WEIGHTS = Path(__file__).parent / "data" / "bioskin" / "encoder.npz"
LAYERS = ("fc_enc_in", "fc_enc", "fc_enc_out")
WIDTH, OUTPUTS = 70, 6
BATCHES = (1024, 4096, 16384)
"""Pixels that go through the network at a time: the fastest is taken."""
THICKNESS_UM = (10.0, 350.0)
"""Epidermal thickness where the third output is 0 and 1."""
PACKAGE_BATCH = 65536
"""What the package takes at a time unless told otherwise."""
Encoder = Callable[[np.ndarray], np.ndarray]
"""(n, 3) float32 linear red, green, blue → (n, 6)."""


def load(path: Path = WEIGHTS) -> dict[str, np.ndarray]:
    """Tensors of the encoder by name; the file may hold the decoder too."""
    with np.load(path, allow_pickle=False) as held:
        return {f"{layer}.{part}": held[f"{layer}.{part}"] for layer in LAYERS for part in ("weight", "bias")}


def encoders(path: Path = WEIGHTS, batches: tuple[int, ...] = BATCHES) -> dict[str, dict[str, Encoder]]:
    """Every way that is installed, each with its encoders by batch."""
    tensors, found = load(path), {}
    made = {"package's own call": packaged, "its PyTorch classes": classes, "JAX": with_jax, "NumPy": with_numpy}
    for name, make in made.items():
        try:
            step = make(tensors)
        except ImportError:
            continue
        if make is packaged:
            found[name] = {f"{PACKAGE_BATCH:,}": step}
        else:
            found[name] = {f"{batch:,}": batched(step, batch) for batch in batches}
    return found


def batched(step: Encoder, batch: int) -> Encoder:
    """``step`` on ``batch`` pixels at a time."""

    def encode(rgb: np.ndarray) -> np.ndarray:
        return np.concatenate([step(rgb[i : i + batch]) for i in range(0, len(rgb), batch)])

    return encode


def with_numpy(tensors: dict[str, np.ndarray]) -> Encoder:
    """Matrix products of the installed BLAS."""
    (w1, b1), (w2, b2), (w3, b3) = ((tensors[f"{k}.weight"].T.copy(), tensors[f"{k}.bias"]) for k in LAYERS)

    def encode(rgb: np.ndarray) -> np.ndarray:
        hidden = rgb[:, ::-1] @ w1
        hidden += b1
        hidden = np.tanh(hidden, out=hidden) @ w2
        hidden += b2
        return np.asarray(1.0 / (1.0 + np.exp(-(np.tanh(hidden, out=hidden) @ w3 + b3))))

    return encode


def with_jax(tensors: dict[str, np.ndarray]) -> Encoder:
    """Compiled by XLA."""
    import jax
    import jax.numpy as jnp

    (w1, b1), (w2, b2), (w3, b3) = ((jnp.asarray(tensors[f"{k}.weight"].T), tensors[f"{k}.bias"]) for k in LAYERS)

    @jax.jit
    def encode(rgb: jax.Array) -> jax.Array:
        return jax.nn.sigmoid(jnp.tanh(jnp.tanh(rgb[:, ::-1] @ w1 + b1) @ w2 + b2) @ w3 + b3)

    return lambda rgb: np.asarray(encode(rgb))


def packaged(tensors: dict[str, np.ndarray]) -> Encoder:
    """``BioSkinInference.reflectance_to_skin_props`` with its usual batch; ImportError without the package."""
    import torch
    from bioskin.bioskin import BioSkinInference

    caller = object.__new__(BioSkinInference)  # its constructor wants a checkpoint of PyTorch
    caller.model, caller.device = _network(tensors), torch.device("cpu")
    caller.batch_size, caller.latent_size = PACKAGE_BATCH, OUTPUTS

    def encode(rgb: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return np.asarray(caller.reflectance_to_skin_props(torch.from_numpy(rgb[:, ::-1].copy())).numpy())

    return encode


def classes(tensors: dict[str, np.ndarray]) -> Encoder:
    """The package's network alone; ImportError without the package."""
    import torch

    network = _network(tensors)

    def encode(rgb: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return np.asarray(network.forward(torch.from_numpy(rgb[:, ::-1].copy()), "reflectance2skin").numpy())

    return encode


def _network(tensors: dict[str, np.ndarray]) -> Any:
    import torch
    from bioskin.bioskin import Skin2ReflectanceOcclusionNN

    torch.set_num_threads(1)
    network = Skin2ReflectanceOcclusionNN(WIDTH, 2, 3, OUTPUTS - 1, 2)  # the decoder's size does not matter here
    network.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in tensors.items()}, strict=False)
    return network.eval()


def properties(code: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n, 6) → melanin column (µm: its share times the epidermal thickness that goes with it) and haemoglobin share."""
    melanin, haemoglobin = code[:, 0].astype(float) ** 3, code[:, 1].astype(float) ** 4
    low, high = THICKNESS_UM
    return melanin * (low + (high - low) * code[:, 2]), haemoglobin

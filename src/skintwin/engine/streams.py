"""Random numbers by key: who, what for, which step.

Every number is a function of (seed, patient, purpose, step) alone, so a result does not depend on batch size,
on the number of workers, on the order of work or on a restart; and two arms that share a patient share its
chance events (common random numbers).
"""

from __future__ import annotations

import hashlib

import jax


def purpose_number(purpose: str) -> int:
    """Stable 31-bit number of a purpose's name."""
    return int.from_bytes(hashlib.sha256(purpose.encode()).digest()[:4], "big") >> 1


def stream(seed: int, patient: int, purpose: str, step: int = 0) -> jax.Array:
    """JAX key of (seed, patient, purpose, step); ``patient`` and ``step`` may be traced integers."""
    key = jax.random.key(seed, impl="threefry2x32")
    key = jax.random.fold_in(key, patient)
    key = jax.random.fold_in(key, purpose_number(purpose))
    return jax.random.fold_in(key, step)


def streams(seed: int, patients: jax.Array, purpose: str, step: int = 0) -> jax.Array:
    """One key per patient, shape (batch,)."""
    return jax.vmap(lambda patient: stream(seed, patient, purpose, step))(patients)

"""Random numbers of a picture by key: a function of seed, patient and purpose, and of nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Key:
    """Who a picture belongs to: the seed of a study and the number of a patient; the picture counts visits or views."""

    seed: int = 0
    patient: int = 0
    picture: int = 0

    def generator(self, purpose: str) -> np.random.Generator:
        """Independent stream for a purpose such as "hair"; the same key gives the same numbers."""
        text = f"{self.seed}/{self.patient}/{self.picture}/{purpose}"
        digest = hashlib.sha256(text.encode()).digest()
        return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "big")))

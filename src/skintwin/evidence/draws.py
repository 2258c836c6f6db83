"""Keyed random numbers: what a parameter draws depends on (seed, stream, kind, key) and on nothing else.

So the order of keys does not matter, adding a parameter leaves the others as they were, and the first k of n
draws are the k draws. Uncertainty and variability have streams of their own because the kind is hashed too.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def uniform_stream(
    key: str, n: int, seed: int, *, kind: str = "uncertainty", stream: str = ""
) -> NDArray[np.float64]:
    """The first ``n`` uniform numbers, strictly inside (0, 1), of the stream of one key; shape (n,).

    Philox is counter based and takes one counter step per number, so a longer draw extends a shorter one. Its
    128-bit key is a BLAKE2 hash, which unlike Python's ``hash`` is the same in every process.
    """
    import numpy as np

    text = "\x1f".join((str(int(seed)), stream, kind, key))
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    generator = np.random.Generator(np.random.Philox(key=np.frombuffer(digest, dtype="<u8")))
    # Half a step up from [0, 1): 0 would be minus infinity as a normal score.
    return np.minimum(generator.random(n) + 2.0**-54, np.nextafter(1.0, 0.0))

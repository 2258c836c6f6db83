"""How much melanin makes a lesion of a given CIEDE2000 to its skin."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.colour import delta_e_2000
from skintwin.phantoms.description import Lesion, Person
from skintwin.phantoms.people import lab, most_melanin

Array = NDArray[np.float64]

_STEPS: Final = 400


def melanin_factor(person: Person, lesion: Lesion) -> float:
    """Melanin of the lesion over that of the skin: 0 to 1 for a light one, above 1 for a dark one.

    The nearest to the contrast that is asked for; 0 or the most that skin holds where that is not enough.
    """
    factors, apart = _apart(person, lesion)
    return float(np.interp(lesion.contrast, apart + 1e-9 * np.arange(_STEPS), factors))


def most_contrast(person: Person, lesion: Lesion) -> float:
    """CIEDE2000 to the skin of the strongest lesion of this kind that this person can have."""
    return float(_apart(person, lesion)[1][-1])


def _apart(person: Person, lesion: Lesion) -> tuple[Array, Array]:
    """(_STEPS,) melanin factors from none of the lesion to all of it, and their CIEDE2000 to the skin, rising."""
    if lesion.kind == "hypopigmented":
        factors = np.linspace(1.0, 0.0, _STEPS)
    else:
        factors = np.geomspace(1.0, max(most_melanin(person) / person.melanin_um, 1.01), _STEPS)
    skin = lab(person, person.melanin_um, person.blood)
    there = lab(person, factors * person.melanin_um, np.full(_STEPS, person.blood * lesion.redness))
    return factors, np.maximum.accumulate(delta_e_2000(there, skin))

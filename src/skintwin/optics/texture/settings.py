"""What is drawn on the skin of a picture. Every part has its own switch and its own random numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Texture:
    """Switches; none of them changes pigment or blood on average.

    Attributes
    ----------
    relief: furrows of the skin surface. pores: visible openings of follicles.
    mottling: unevenness of pigment and blood.
    vessels: superficial vessels. network: pigment in rete ridges, seen at dermoscopic scale.
    vellus, terminal: fine and coarse hair.
    """

    relief: bool = True
    pores: bool = True
    mottling: bool = True
    vessels: bool = True
    network: bool = False
    vellus: bool = True
    terminal: bool = False

    def __bool__(self) -> bool:
        """Whether anything is drawn."""
        return any(vars(self).values())

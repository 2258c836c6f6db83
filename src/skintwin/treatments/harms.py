"""Harms that a treatment can do, and where the ledger keeps how often.

A rate is a row of the ledger's group ``harms``; its unit says whether it holds for a session or for a patient. A harm
without a rate is one of which nobody has published how often it comes: it is reported as not known, never as none.
"""

from __future__ import annotations

from dataclasses import dataclass

PIGMENT = "post_inflammatory_pigment"
"""The harm that the model predicts itself; a rate in the ledger is printed beside the prediction."""


@dataclass(frozen=True)
class Harm:
    """``name`` of the harm; ``rate``: ledger key, empty for not known; ``when``: field or property of the
    treatment (true or false) without which it cannot happen, or not at this rate; empty for always. ``least``: sessions
    given, of all lines of the arm with this rate, from which on the rate is known."""

    name: str
    rate: str = ""
    when: str = ""
    least: int = 1


NEEDLE = (Harm("site_reaction", "harms.site_reaction_needle"), Harm("infection", "harms.infection_needle"))
"""What an intradermal injection does whatever is in the syringe."""

NEEDLING = (
    Harm("site_reaction", "harms.site_reaction_microneedling"), Harm("infection", "harms.infection_microneedling"),
    Harm("granuloma", "harms.granuloma_microneedling"), Harm(PIGMENT, "harms.pigment_microneedling"),
)  # fmt: skip
"""What microneedling does, with or without a product on the skin."""

OF_THE_NEEDLE = frozenset(harm.rate for harm in (*NEEDLE, *NEEDLING) if harm.rate)
"""Rates of the needle whatever is given with it; a product with a rate of its own has the needle in it."""

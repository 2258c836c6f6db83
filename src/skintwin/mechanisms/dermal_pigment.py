"""Dermal pigment: melanin that falls through a damaged basal layer and stays for years.

    Ḋ = k N m₁ − (ln2/t_½) D            and m₁ loses what D gains

Where the junction is inflamed, basal melanin drops into the papillary dermis and is held by macrophages. They release
and take it up again (as they do with ink), so it clears over months to years.
"""

from __future__ import annotations

import jax.numpy as jnp

from skintwin.engine.flows import Flow, lose, transfer
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class DermalPigment(Process):
    """Incontinence and clearance."""

    name = "dermal_pigment"
    title = "Dermal pigment"
    limits = (
        "One depth, the papillary dermis; the amount that falls does not depend on the kind of inflammation."
    )
    quantities = table(
        """
        field|melanin_dermal|D|um|0|melanin in melanophages of the papillary dermis, as a column
        map|dermal_unseen|D_0|um|0|dermal melanin of day 0 that the photograph shows and its reading calls epidermal
        """
    )
    parameters = ("incontinence", "half_life")

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Drop and clearance."""
        return [
            transfer("melanin_basal", "melanin_dermal", p.incontinence * s.inflammation, label="melanin dropped"),
            lose("melanin_dermal", jnp.log(2.0) / p.half_life, "dermal melanin cleared"),
        ]

"""Platelet growth factors: early and sustained release."""

from __future__ import annotations

import jax.numpy as jnp

from skintwin.engine.flows import Array
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Platelets(Process):
    """Platelet growth factors: early and sustained release."""

    name = "platelets"
    title = "Platelets"
    idle_unless_given = True
    quantities = table(
        """
        field|platelets_early|p1|1|0|platelet factors released at once, 1 = undiluted blood in the tissue
        field|platelets_late|p2|1|0|platelet factors bound to fibrin, released over days, same unit
        driver|platelet_drive|F|1|0|effect of platelet growth factors, 1 = half-maximal
        driver|platelet_tgf|g_p|1|0|antimelanogenic effect of platelet TGF-beta1, added to that of the secretome
        input|platelets|n_p|1|0|platelet concentrate given per needle point in this step, mL times its fold over blood
        input|topical_platelets||1|0|platelet concentrate put on the skin in this step, fold over blood
        """
    )

    def drive(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Effects of the pools."""
        return {"platelet_drive": jnp.zeros((1, 1, 1)), "platelet_tgf": jnp.zeros((1, 1, 1))}

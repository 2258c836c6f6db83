"""What the injected cells secrete, and its three effects.

    Ẋ = (λ l M − X)/τ_X                        pool, in licensed cells that would sustain it; λ lot strength
    S  = spread of X/X_½ over ℓ_S
    E  = e S/(1+S);   U = u S/(1+S);   G = g S/(1+S)

E trophic (survival, growth, follicles), U immunomodulating, G antimelanogenic. The three maxima e, u, g are
independent and uncertain: published work disagrees on the sign of the net effect on melanin, so both arms are
carried and neither is fixed. One reach ℓ_S serves all three, because none has been measured in skin.
"""

from __future__ import annotations

from skintwin.engine.flows import Array, Emission, Flow, lose, produce
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Secretome(Process):
    """Pool, signal and effects."""

    name = "secretome"
    title = "Secretome"
    idle_unless_given = True
    quantities = table(
        """
        field|secretome_pool|X|cells/mm^2|0|secreted factors in the tissue, as licensed cells that would sustain them
        signal|secretome|S|1|0|secretome signal, 1 = half-maximal effect
        driver|trophic|E|1|0|trophic effect of the secretome
        driver|immunomodulation|U|1|0|immunomodulating effect of the secretome
        driver|antimelanogenic|G|1|0|antimelanogenic effect of the secretome
        map|lot_strength|lambda|1|1|strength of the product lot, 1 = median lot
        field|vesicle_depot|X_v|1|0|vesicle doses held in the tissue
        field|factor_depot|X_f|1|0|growth-factor doses held in the tissue
        """
    )
    parameters = (
        "pool_time", "half_density", "reach", "trophic_maximum", "immunomodulation_maximum",
        "antimelanogenic_maximum",
    )  # fmt: skip

    def emit(self, s: View, p: View, c: Context) -> dict[str, Emission]:
        """Signal S."""
        return {"secretome": Emission(s.secretome_pool / p.half_density, p.reach)}

    def respond(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """The three effects."""
        filled = s.secretome / (1.0 + s.secretome)
        return {
            "trophic": p.trophic_maximum * filled,
            "immunomodulation": p.immunomodulation_maximum * filled,
            "antimelanogenic": p.antimelanogenic_maximum * filled,
        }

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Pool filled by licensed cells."""
        return [
            produce("secretome_pool", s.lot_strength * s.licensing * s.msc / p.pool_time),
            lose("secretome_pool", 1.0 / p.pool_time),
        ]

"""What the injected cells secrete, and its three effects.

    Ẋ = (λ l M − X)/τ_X                        pool, in licensed cells that would sustain it; λ lot strength
    Ẋ_v = (vesicles taken up) − X_v/τ_v;   Ẋ_f = (growth factors taken up) − X_f/τ_f
    S  = spread of X/X_½ + s_v X_v over ℓ_S
    E  = e y/(1+y), y = S + s_f X_f;   U = u S/(1+S);   G = g S/(1+S)

E trophic (survival, growth, follicles), U immunomodulating, G antimelanogenic. The three maxima e, u, g are
independent and uncertain: published work disagrees on the sign of the net effect on melanin, so both arms are carried
and neither is fixed. One reach ℓ_S serves all three, because none has been measured in skin. Vesicles carry all
three; a growth-factor product is taken to carry the trophic one only.
"""

from __future__ import annotations

from skintwin.engine.flows import Array, Emission, Flow, lose, produce
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Secretome(Process):
    """Pool, signal and effects."""

    name = "secretome"
    title = "Secretome"
    limits = (
        "Hundreds of factors are three effects with one reach; the composition does not answer to what the skin "
        "needs."
    )
    idle_unless_given = True
    quantities = table(
        """
        field|secretome_pool|X|cells/mm^2|0|secreted factors in the tissue, as licensed cells that would sustain them
        signal|secretome|S|1|0|secretome signal, 1 = half-maximal effect
        driver|trophic|E|1|0|trophic effect of the secretome
        driver|immunomodulation|U|1|0|immunomodulating effect of the secretome
        driver|antimelanogenic|G|1|0|antimelanogenic effect of the secretome
        map|lot_strength|lambda|1|1|strength of the lot of live cells, 1 = median lot
        field|vesicle_depot|X_v|1|0|vesicle doses of median strength held in the tissue
        field|factor_depot|X_f|1|0|growth-factor doses of median strength held in the tissue
        """
    )
    parameters = (
        "pool_time", "half_density", "reach", "trophic_maximum", "immunomodulation_maximum",
        "antimelanogenic_maximum", "vesicle_strength", "vesicle_time", "factor_strength", "factor_time",
    )  # fmt: skip

    def emit(self, s: View, p: View, c: Context) -> dict[str, Emission]:
        """Signal S."""
        source = s.secretome_pool / p.half_density + p.vesicle_strength * s.vesicle_depot
        return {"secretome": Emission(source, p.reach)}

    def respond(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """The three effects."""
        filled = s.secretome / (1.0 + s.secretome)
        all_factors = s.secretome + p.factor_strength * s.factor_depot
        return {
            "trophic": p.trophic_maximum * all_factors / (1.0 + all_factors),
            "immunomodulation": p.immunomodulation_maximum * filled,
            "antimelanogenic": p.antimelanogenic_maximum * filled,
        }

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Pool filled by licensed cells."""
        return [
            produce("secretome_pool", s.lot_strength * s.licensing * s.msc / p.pool_time),
            lose("secretome_pool", 1.0 / p.pool_time),
            produce("vesicle_depot", s.vesicle_deposit),
            lose("vesicle_depot", 1.0 / p.vesicle_time),
            produce("factor_depot", s.factor_deposit),
            lose("factor_depot", 1.0 / p.factor_time),
        ]

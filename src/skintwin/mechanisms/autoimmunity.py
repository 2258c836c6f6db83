"""Autoimmunity against melanocytes: a front while it is active, a memory when it is not.

    I  = spread over ℓ_I of  i (T + a T_rm) A/(A + A_½) + g_s J              interferon-γ/CXCL10 axis
    I′ = I/(1 + z j)                                     what is felt of it under JAK inhibition j on the area z
    b  = 1/((1 + U)(1 + z c_n)(1 + g_s z g))              immunomodulation, calcineurin inhibition, corticosteroid
    Ṫ  = a b ρ I′²/(1 + I′²)/Z + a b η T_rm A/(A + A_½)/(1 + z j) − (1/τ_T + k_u u + c) T
    Ṫ_rm = c T − T_rm/τ_rm
    Ȧ  = … − κ (T + a T_rm)/((A + A_½)(1 + U)) A          also B; and the reserve R at a share s_R
    Ż  = (1 + g_Z U − Z)/τ_Z
    h  = T_rm/(T_rm + M_½) b/(1 + z j)                     hold of resident memory on melanocytes around

a, the disease activity, is 0 in healthy skin and 1 in active disease. With a = 0 resident memory cells stay but neither
recruit nor kill: a stable lesion. What they make still keeps melanocytes and follicles from answering to the everyday
sun (h, read by ``melanocytes``); medicines that quiet them lift it. A kill needs contact, hence T/(A + A_½). Light of a
lamp or the sun removes effector cells (k_u), not memory. Medicines hold back recruitment and reactivation, not T_rm:
when they stop, relapse comes back in the same place. Injury and burns (the infiltrate J) raise the signal too: where
disease is active, a needle can cost melanocytes (Koebner).
"""

from __future__ import annotations

from skintwin.engine.flows import Array, Emission, Flow, lose, produce, transfer
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Autoimmunity(Process):
    """CD8 T cells, resident memory, regulation and the interferon signal."""

    name = "autoimmunity"
    title = "Autoimmunity"
    needs = ("immunomodulation",)
    limits = (
        "Antibodies, other T-cell subsets and the whole-body course of the disease are left out; activity is a "
        "constant of the run, so a flare from outside does not come."
    )
    quantities = table(
        """
        field|cd8|T|cells/mm^2|0|effector CD8 T cells
        field|cd8_resident|Trm|cells/mm^2|0|resident memory CD8 T cells
        field|treg|Z|1|1|regulatory T cells, relative to healthy skin
        driver|memory_hold|h|1|0|hold of resident memory on melanocytes and follicles around, 0 none to 1 full
        signal|ifn|I|1|0|interferon-gamma/CXCL10 axis, 1 = half-maximal effect
        map|autoimmune_activity|a|1|0|activity of autoimmunity against melanocytes, 0 none to 1 active disease
        input|jak_block|j|1|0|JAK inhibition on the treated area, 1 = half inhibition
        input|calcineurin_block|c_n|1|0|calcineurin inhibition on the treated area, 1 = half inhibition
        """
    )
    parameters = (
        "signal_per_cell", "reach", "recruitment", "reactivation", "effector_time", "uv_loss", "residency_rate",
        "resident_time", "kill_rate", "half_target", "reserve_share", "stress_gain", "treg_gain",
        "treg_time", "steroid_gain", "half_hold",
    )  # fmt: skip

    def emit(self, s: View, p: View, c: Context) -> dict[str, Emission]:
        """Interferon axis."""
        antigen = s.melanocytes / (s.melanocytes + p.half_target)
        cells = s.cd8 + s.autoimmune_activity * s.cd8_resident
        return {"ifn": Emission(p.signal_per_cell * cells * antigen + p.stress_gain * s.infiltrate, p.reach)}

    def respond(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Hold of resident memory."""
        kept = s.cd8_resident / (s.cd8_resident + p.half_hold)
        return {"memory_hold": kept / (_quiet(s, p, c) * _felt(s, c))}

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Recruitment, memory, killing, regulation."""
        activity = s.autoimmune_activity
        damping = 1.0 + s.immunomodulation
        antigen = s.melanocytes / (s.melanocytes + p.half_target)
        felt, quiet = _felt(s, c), _quiet(s, p, c)
        signal = s.ifn / felt
        recruited = activity * p.recruitment * signal**2 / (1.0 + signal**2) / (quiet * s.treg)
        reactivated = activity * p.reactivation * s.cd8_resident * antigen / (quiet * felt)
        kill = p.kill_rate * (s.cd8 + activity * s.cd8_resident) / ((s.melanocytes + p.half_target) * damping)
        return [
            produce("cd8", recruited + reactivated),
            lose("cd8", 1.0 / p.effector_time + p.uv_loss * s.uv_dose),
            transfer("cd8", "cd8_resident", p.residency_rate),
            lose("cd8_resident", 1.0 / p.resident_time),
            lose("melanocytes", kill, "melanocytes killed"),
            lose("melanoblasts", kill),
            lose("reserve", p.reserve_share * kill),
            produce("treg", (1.0 + p.treg_gain * s.immunomodulation) / p.treg_time),
            lose("treg", 1.0 / p.treg_time),
        ]


def _felt(s: View, c: Context) -> Array:
    """1 + z j: what JAK inhibition divides the interferon signal by."""
    return 1.0 + s.topical_zone * c.inputs.jak_block


def _quiet(s: View, p: View, c: Context) -> Array:
    """1/b: what immunomodulation, calcineurin inhibition and a corticosteroid divide the T cells' doings by."""
    calcineurin = 1.0 + s.topical_zone * c.inputs.calcineurin_block
    return (1.0 + s.immunomodulation) * calcineurin * (1.0 + p.steroid_gain * s.topical_zone * c.inputs.steroid)

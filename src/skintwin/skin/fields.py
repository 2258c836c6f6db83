"""Every quantity on a patch: name, symbol, unit, meaning. One place, so that a number can be labelled anywhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldInfo:
    """A quantity on the grid. ``kind``: field (slow state), signal (fast), driver (algebraic) or map (constant)."""

    name: str
    symbol: str
    unit: str
    meaning: str
    kind: str


_TABLE = """
melanocytes|A|cells/mm^2|active epidermal melanocytes|field
melanoblasts|B|cells/mm^2|melanoblasts and inactive melanocytes in the epidermis|field
reserve|R|1|share of a follicle's melanocyte stem-cell reserve that is left|field
follicle_hazard|H|1|accumulated hazard of follicle activation (unit-exponential clock)|field
melanin_basal|m1|um|melanin in basal keratinocytes, as a column of melanosome volume per area|field
melanin_spinous|m2|um|melanin in spinous keratinocytes|field
melanin_granular|m3|um|melanin in granular keratinocytes|field
melanin_cornified|m4|um|melanin in corneocytes|field
uv_damage|d|MED|unrepaired ultraviolet damage at the basal layer|field
uv_adaptation|w|1|epidermal thickening after ultraviolet light, as relative loss of transmission|field
uv_early|e1|MED|early keratinocyte response to ultraviolet light (stem cell factor)|field
uv_late|e2|MED|late keratinocyte response to ultraviolet light (endothelin-1)|field
infiltrate|J|1|innate inflammatory infiltrate, 1 = half-maximal effect|field
cd8|T|cells/mm^2|effector CD8 T cells|field
cd8_resident|Trm|cells/mm^2|resident memory CD8 T cells|field
treg|Z|1|regulatory T cells, relative to healthy skin|field
msc|M|cells/mm^2|viable injected mesenchymal stem cells|field
secretome_pool|X|cells/mm^2|secreted factors held in the tissue, in licensed cells that would sustain them|field
uv_dose|u|MED/day|effective ultraviolet dose at the basal layer|driver
uv_repaired|d/tau_d|MED/day|damage worked off per day, which starts the keratinocyte response|driver
capacity|K|cells/mm^2|melanocytes that the site can hold at this age|driver
paracrine_uv|p|1|keratinocyte melanogenic signal from ultraviolet light|signal
paracrine|P|1|melanogenic paracrine drive relative to unstimulated skin|driver
stimulus|s|1|stimulation of melanocyte growth and migration, 0 to 1|driver
melanin_production|q|um/day|melanin made per day|driver
inflammation|N|1|innate inflammatory signal, 1 = half-maximal effect|signal
ifn|I|1|interferon-gamma/CXCL10 axis, 1 = half-maximal effect|signal
licensing|l|1|licensed share of the injected cells' capacity to secrete|driver
secretome|S|1|secretome signal, 1 = half-maximal effect|signal
trophic|E|1|trophic effect of the secretome|driver
immunomodulation|U|1|immunomodulating effect of the secretome|driver
antimelanogenic|G|1|antimelanogenic effect of the secretome|driver
melanocyte_capacity|K0|cells/mm^2|melanocytes that the site holds at the start|map
melanogenic_capacity|c|1|local melanin production per melanocyte relative to the surrounding skin|map
melanogenesis_rate|q0|um/day per cell/mm^2|melanin production per unstimulated melanocyte of this patient|map
reference_melanin|m0|um|melanin column of the surrounding skin at the start|map
melanin_offset|mo|um|part of the photographed melanin column that the model does not explain, kept constant|map
blood|b|1|papillary blood volume fraction|map
follicle_density|f|1/mm^2|follicles in the pixel per area|map
follicle_threshold|h|1|hazard at which the follicle of this pixel becomes active|map
autoimmune_activity|a|1|activity of autoimmunity against melanocytes, 0 none to 1 active disease|map
lesion|Lm|1|share of the pixel inside the lesion outline|map
"""


def _read(table: str) -> dict[str, FieldInfo]:
    rows = [line.split("|") for line in table.strip().splitlines()]
    return {row[0]: FieldInfo(*row) for row in rows}


FIELDS: dict[str, FieldInfo] = _read(_TABLE)
"""Name → FieldInfo."""

MELANIN_STAGES: tuple[str, ...] = ("melanin_basal", "melanin_spinous", "melanin_granular", "melanin_cornified")
"""The transit chain of melanin, from the basal layer outwards."""

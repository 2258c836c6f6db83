"""Delivery: by needle into a wheal, or from the surface through what is open, and the injury that goes with it.

    Ṁ = n v r w(x)                    n cells per point, v viability, r retention, w the wheals' density (1/mm²)
    J̇ = n_s (j_n d(x) + j_w c(x)) + j_m n_m z_n      needle dots d, wheal cover c; microneedled area z_n
    ȯ = n_m z_n − (ln2/t_o) o                        openness of microchannels; õ = o + n_m z_n within a session's step
    taken up:  vesicles a_v z (f_v/Q + h_v õ) + 100 r_x n_x w,  factors a_f z (f_f/Q + h_f õ),  cells a_c z h_c õ,
               platelets a_p z h_p õ
    ṗ = (platelet deposit) = n_p w/L                 n_p: volume times fold over blood, L thickness of tissue it fills
               n_x: doses given per point; a dose is 1e9 particles per cm², which is 100 mm²
    v(t) = v₀ exp(−k t)               t on the bench since thawing
    D(V) = D₀ (V/V₀)^{1/3}            wheal diameter

A wheal of diameter D carries its cells evenly over a disc with a soft rim; the discs of one session add up. The
needle and the volume injure whether or not there are cells in the syringe: saline is a real arm. Through an intact
barrier (Q = 1) pass the small shares f of vesicles and proteins and no cell at all; microchannels let the shares h
through while they are open, which is hours. A product put on in the step of the microneedling finds them open.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from skintwin.engine.flows import Array, Flow, lose, produce
from skintwin.engine.grid import Grid
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table
from skintwin.mechanisms.sunlight import session_steps

PARAMETERS = (
    "wheal_diameter", "wheal_reference_volume", "retention", "vesicle_retention", "viability_thaw", "viability_loss",
    "needle_injury", "injury_diameter", "volume_injury", "microneedle_injury", "channel_half_life",
    "vesicles_intact", "vesicles_open", "factors_intact", "factors_open", "cells_open", "platelets_open",
    "tissue_depth",
)  # fmt: skip
"""Ledger names that a plan with injections needs; what of it varies is drawn with the rest."""


MM3_PER_ML = 1000.0
MM2_PER_CM2 = 100.0


class Delivery(Process):
    """Deposits of the injection sessions."""

    name = "delivery"
    title = "Delivery"
    limits = (
        "Wheals do not flow along planes of the tissue; a topical product is one thin dose a day without drying "
        "or washing off; occlusion, formulation and charge act only through the shares that pass."
    )
    idle_unless_given = True
    quantities = table(
        """
        driver|cell_deposit||cells/mm^2/day|0|injected cells that stay, per day
        driver|injury_deposit||1/day|0|injury by needle and volume, per day
        map|wheals|w|1/mm^2|0|density of the wheals of a needle session
        map|wheal_cover|c_w|1|0|share of the pixel inside a wheal
        map|needle_dots|d_n|1|0|share of the pixel inside the injury of a needle
        input|cells|n_c|cells|0|viable cells given per needle point in this step
        input|vesicles|n_x|1|0|vesicles given per needle point in this step, in 1e9 particles
        input|needles|n_s|1|0|needle sessions given in this step
        map|topical_zone|z_t|1|0|share of the pixel in the area that creams, serums and gels are put on
        map|needling_zone|z_n|1|0|share of the pixel in the area that is microneedled
        input|microneedling|n_m|1|0|microneedling sessions given in this step
        input|topical_cells||cells/mm^2|0|viable cells put on the skin in this step
        input|topical_vesicles||1|0|vesicle doses put on the skin in this step
        input|topical_factors||1|0|growth-factor doses put on the skin in this step
        field|microchannels|o|1|0|openness of microchannels, 1 = just after microneedling
        driver|vesicle_deposit||1/day|0|vesicle doses that reach the tissue, per day
        driver|platelet_deposit||1/day|0|platelets that reach the tissue, in units of undiluted blood, per day
        driver|factor_deposit||1/day|0|growth-factor doses that reach the tissue, per day
        """
    )
    parameters = PARAMETERS

    def drive(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Inputs: ``cells`` (viable cells per point given in this step), ``needles`` (share of a session)."""
        injury = p.needle_injury * s.needle_dots + p.volume_injury * s.wheal_cover
        session = c.inputs.microneedling * s.needling_zone
        opened = jnp.minimum(s.microchannels + session, 1.0)
        area = s.topical_zone
        cells = c.inputs.topical_cells * area * p.cells_open * opened
        vesicles = p.vesicles_intact / s.barrier + p.vesicles_open * opened
        factors = p.factors_intact / s.barrier + p.factors_open * opened
        injected = MM2_PER_CM2 * p.vesicle_retention * c.inputs.vesicles * s.wheals
        filled = c.inputs.platelets * MM3_PER_ML * s.wheals / p.tissue_depth
        return {
            "cell_deposit": (c.inputs.cells * p.retention * s.wheals + cells) / c.dt,
            "injury_deposit": (c.inputs.needles * injury + p.microneedle_injury * session) / c.dt,
            "vesicle_deposit": (c.inputs.topical_vesicles * area * vesicles + injected) / c.dt,
            "factor_deposit": c.inputs.topical_factors * area * factors / c.dt,
            "platelet_deposit": (filled + c.inputs.topical_platelets * area * p.platelets_open * opened) / c.dt,
        }

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Cells and injury."""
        return [
            produce("msc", s.cell_deposit, label="cells deposited"),
            produce("infiltrate", s.injury_deposit),
            produce("microchannels", c.inputs.microneedling * s.needling_zone / c.dt),
            lose("microchannels", jnp.log(2.0) / p.channel_half_life),
        ]


def wheal_diameter(volume: float, reference_diameter: np.ndarray, reference_volume: float) -> np.ndarray:
    """Diameter (mm) of a wheal of ``volume`` (mL), for draws (n,) of the reference diameter."""
    return np.asarray(reference_diameter * (volume / reference_volume) ** (1.0 / 3.0))


def viability(hours: float, at_thaw: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """Viable share after ``hours`` on the bench, draws (n,)."""
    return np.asarray(at_thaw * np.exp(-loss * hours))


SHIFTS = 5
"""Positions of a needle lattice that are tried in each direction, evenly over its spacing."""


def needle_grid(mask: np.ndarray, grid: Grid, spacing: float) -> np.ndarray:
    """Needle points (n, 2) as (y, x) in mm: a square lattice of ``spacing`` inside the mask.

    The lattice lies so that as many points as possible fall into the mask, and among equals so that they lie deepest
    in it; centred on the mask if that is as good as any. A lesion that no lattice hits gets one point where it is
    widest; an empty mask gets none.
    """
    from scipy.ndimage import distance_transform_edt

    ys, xs = np.nonzero(mask)
    if len(ys) == 0:
        return np.zeros((0, 2))
    depth = distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1] * grid.pixel
    centre = (np.array([ys.mean(), xs.mean()]) + 0.5) * grid.pixel
    reach = int(np.ceil(max(grid.shape) * grid.pixel / spacing)) + 1
    ticks = np.arange(-reach, reach + 1) * spacing
    lattice = np.stack(np.meshgrid(ticks, ticks, indexing="ij"), axis=-1).reshape(-1, 2) + centre
    tried = [_within(lattice + np.array(shift) * spacing / SHIFTS, depth, grid) for shift in np.ndindex(SHIFTS, SHIFTS)]
    points, depths = max(tried, key=lambda found: (len(found[0]), round(float(found[1].sum()), 6)))
    widest = np.array(np.unravel_index(int(np.argmax(depth)), depth.shape))
    return points if len(depths) else (widest[None] + 0.5) * grid.pixel


def _within(points: np.ndarray, depth: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Points (k, 2) that lie where ``depth`` (ny, nx), distance to the edge of a mask, is above 0, and its values."""
    pixel = np.floor(points / grid.pixel).astype(int)
    inside = np.all((pixel >= 0) & (pixel < np.array(grid.shape)), axis=1)
    found = depth[tuple(pixel[inside].T)]
    return points[inside][found > 0], found[found > 0]


def discs(points: np.ndarray, diameter: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Soft discs of ``diameter`` (n,) mm around points (k, 2).

    Returns the density (n, ny, nx) in 1/mm², whose integral over the plane is the number of points (what falls
    outside the patch is lost to it), and the cover (n, ny, nx), 0 to 1.
    """
    y = (np.arange(grid.ny) + 0.5) * grid.pixel
    x = (np.arange(grid.nx) + 0.5) * grid.pixel
    radius = np.asarray(diameter)[:, None, None] / 2
    rim = np.maximum(0.1 * radius, grid.pixel / 2)
    density = np.zeros((len(diameter), grid.ny, grid.nx))
    uncovered = np.ones_like(density)
    for py, px in points:
        distance = np.hypot(y[:, None] - py, x[None, :] - px)[None]
        disc = 1.0 / (1.0 + np.exp(np.clip((distance - radius) / (rim / 4), -50, 50)))
        density += disc / _soft_area(radius, rim / 4)
        uncovered *= 1.0 - disc
    return density, 1.0 - uncovered


def _soft_area(radius: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Area of a logistic disc: ∫ 2πr/(1+exp((r−R)/w)) dr = πR² + π³w²/3 up to exp(−R/w)."""
    return np.asarray(np.pi * radius**2 + np.pi**3 * width**2 / 3)


def over_session(days: np.ndarray, amounts: np.ndarray, steps: int, dt: float) -> np.ndarray:
    """Amounts of sessions at ``days``, each spread over the steps of one session from then on; (..., steps)."""
    spread = session_steps(dt)
    out = np.zeros((*np.shape(amounts)[:-1], steps))
    for k, day in enumerate(days):
        # A session that would round to the end of the study, or past it, is given in the last steps, not lost.
        first = max(0, min(round(float(day) / dt), steps - spread))
        for j in range(first, min(first + spread, steps)):
            out[..., j] += np.asarray(amounts)[..., k] / spread
    return out

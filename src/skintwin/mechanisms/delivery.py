"""Delivery: by needle into a wheal, or from the surface through what is open, and the injury that goes with it.

    Ṁ = n v r w(x)                    n cells per point, v viability, r retention, w the wheals' density (1/mm²)
    J̇ = n_s (j_n d(x) + j_w c(x)) + j_m n_m z_n      needle dots d, wheal cover c; microneedled area z_n
    ȯ = n_m z_n − ln2 ((1 − c)/t_o + c/t_c) o        openness of microchannels, c covered; õ = o + n_m z_n while needled
    taken up of a film:  a z s,  s = 1 − (1 − f)^{1/Q} (1 − h)^{õ g},  g = 1 + (γ − 1) c
    vesicles a_v z s_v + 100 r_x n_x w,  factors a_f z s_f,  cells a_c z s_c (f = 0),  platelets F z s_p/L (f = 0)
    ṗ = (platelet deposit) = n_p w/L                 n_p: volume times fold over blood, L thickness of tissue it fills
               n_x: doses given per point; a dose is 1e9 particles per cm², which is 100 mm²
    v(t) = v₀ exp(−k t)               t on the bench since thawing
    D(V) = D₀ (V/V₀)^{1/3}            wheal diameter

A wheal of diameter D carries its cells evenly over a disc with a soft rim; the discs of one session add up. The
needle and the volume injure whether or not there are cells in the syringe: saline is a real arm.

A film is used up by two ways in, each of the first order, so that no more can be taken up than was put on: an intact
barrier (Q = 1) lets the small shares f of vesicles and proteins and no cell at all through, fresh microchannels the
shares h while they are open. Without a cover that is an hour or two; under one (c = 1) it is days, and γ times as much
is on its way. A product put on in the step of the microneedling finds the channels open. F is the thickness of the film
times the fold of its platelets over blood.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from skintwin.engine.elementary import gone
from skintwin.engine.flows import Array, Flow, produce, take
from skintwin.engine.grid import Grid
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table
from skintwin.mechanisms.sunlight import session_steps

PARAMETERS = (
    "wheal_diameter", "wheal_reference_volume", "retention", "vesicle_retention", "viability_thaw", "viability_loss",
    "needle_injury", "injury_diameter", "volume_injury", "microneedle_injury", "channel_half_life",
    "channel_half_life_occluded", "occlusion_gain",
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
        "Wheals do not flow along planes of the tissue; a topical product is taken up in the step in which it is put "
        "on; drying, washing off, formulation and charge act only through the shares that pass. A cover acts on "
        "microchannels, not on intact skin."
    )
    idle_unless_given = True
    quantities = table(
        """
        driver|cell_deposit||cells/mm^2/day|0|injected cells that stay, per day
        driver|injury_deposit||1/day|0|injury by needle and volume, per day
        place|wheals|w|1/mm^2|0|density of the wheals of a needle session
        place|wheal_cover|c_w|1|0|share of the pixel inside a wheal
        place|needle_dots|d_n|1|0|share of the pixel inside the injury of a needle
        input|cells|n_c|cells|0|viable cells given per needle point in this step
        input|vesicles|n_x|1|0|vesicles given per needle point in this step, in 1e9 particles of median strength
        input|needles|n_s|1|0|needle sessions given in this step
        place|topical_zone|z_t|1|0|share of the pixel in the area that medicines are put on
        place|product_zone|z|1|1|share of the pixel in the area that cell products and platelets are put on
        place|needling_zone|z_n|1|0|share of the pixel in the area that is microneedled
        input|microneedling|n_m|1|0|microneedling sessions given in this step
        input|occlusion|c|1|0|share of the step in which needled skin is covered
        input|topical_cells||cells/mm^2|0|viable cells put on the skin in this step
        input|topical_vesicles||1|0|vesicle doses of median strength put on the skin in this step
        input|topical_factors||1|0|growth-factor doses of median strength put on the skin in this step
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
        opened = jnp.minimum(s.microchannels + session, 1.0) * (1.0 + (p.occlusion_gain - 1.0) * covered(c))
        area = s.product_zone
        cells = area * taken_up(0.0, p.cells_open, s.barrier, opened)
        vesicles = area * taken_up(p.vesicles_intact, p.vesicles_open, s.barrier, opened)
        factors = area * taken_up(p.factors_intact, p.factors_open, s.barrier, opened)
        platelets = area * taken_up(0.0, p.platelets_open, s.barrier, opened) / p.tissue_depth
        injected = MM2_PER_CM2 * p.vesicle_retention * c.inputs.vesicles * s.wheals
        filled = c.inputs.platelets * MM3_PER_ML * s.wheals / p.tissue_depth
        return {
            "cell_deposit": (c.inputs.cells * p.retention * s.wheals + c.inputs.topical_cells * cells) / c.dt,
            "injury_deposit": (c.inputs.needles * injury + p.microneedle_injury * session) / c.dt,
            "vesicle_deposit": (c.inputs.topical_vesicles * vesicles + injected) / c.dt,
            "factor_deposit": c.inputs.topical_factors * factors / c.dt,
            "platelet_deposit": (filled + c.inputs.topical_platelets * platelets) / c.dt,
        }

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Cells, injury, and microchannels, which open and close within a step: integrated exactly over it."""
        closing = (1.0 - covered(c)) / p.channel_half_life + covered(c) / p.channel_half_life_occluded
        closed = jnp.log(2.0) * closing * c.dt
        still_open = -jnp.expm1(-closed) / closed
        return [
            produce("msc", s.cell_deposit, label="cells deposited"),
            produce("infiltrate", s.injury_deposit),
            produce("microchannels", c.inputs.microneedling * s.needling_zone * still_open / c.dt),
            take("microchannels", -jnp.expm1(-closed)),
        ]


def covered(c: Context) -> Array:
    """Share of the step under a cover, no more than all of it though two lines cover the same skin."""
    return jnp.minimum(c.inputs.occlusion, 1.0)


def taken_up(intact: Array, opened: Array, barrier: Array, openness: Array) -> Array:
    """Share of a film that is taken up, 0 to 1: 1 − (1 − f)^{1/Q} (1 − h)^õ.

    intact f, opened h: shares through an intact barrier and through fresh channels, below 1. barrier Q. openness õ, 1 =
    fresh channels without a cover.
    """
    return gone(-jnp.log1p(-intact) / barrier - openness * jnp.log1p(-opened))


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

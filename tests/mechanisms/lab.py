"""A bench for the mechanisms: healthy skin at rest on a grid, to which a test adds what it needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import jax.numpy as jnp
import numpy as np

from skintwin.engine.grid import Grid
from skintwin.engine.march import Batch, March
from skintwin.engine.process import View
from skintwin.engine.system import System
from skintwin.evidence import ledger
from skintwin.mechanisms import mechanisms, neutral, parameter_keys
from skintwin.skin.fields import MELANIN_STAGES
from skintwin.skin.follicles import rasterise, scatter
from skintwin.skin.phototype import phototype_keys
from skintwin.skin.site import site_keys

OUTPUTS = (
    "uv_dose", "paracrine", "aftermath_drive", "stimulus", "capacity", "trophic", "ifn", "inflammation", "secretome",
)  # fmt: skip
DT = 0.5


@cache
def march(ny: int, nx: int, interval: int, tally: bool = False) -> March:
    """The whole set of mechanisms on a grid, compiled once for every test that wants it."""
    return March(System(mechanisms(), Grid(ny, nx, 0.2), DT), observe, interval, tally=tally)


def observe(view: View) -> dict[str, jnp.ndarray]:
    return {name: getattr(view, name) for name in OUTPUTS}


def column(fields: dict[str, np.ndarray]) -> np.ndarray:
    return np.sum([np.asarray(fields[name], np.float64) for name in MELANIN_STAGES], axis=0)


def medians(n: int = 1, **changed: float) -> dict[str, np.ndarray]:
    """Parameters at their prior medians, with ``group__name=value`` changes."""
    keys = [*parameter_keys(), "site.viable_transit", "secretome.lot_strength"]
    values = {key: np.full(n, ledger().value(key)) for key in keys}
    return values | {key.replace("__", "."): np.full(n, value) for key, value in changed.items()}


def draws(n: int, seed: int = 3) -> dict[str, np.ndarray]:
    """Parameters drawn from their priors."""
    kinds = ("uncertainty", "variability")
    return {**medians(n), **ledger().draw(list(medians()), n, seed, kinds=kinds)}


@dataclass
class Bench:
    """Healthy skin at rest, in the dark. Change ``fields``, ``maps``, ``inputs``; then ``run``."""

    n: int = 1
    shape: tuple[int, int] = (1, 1)
    days: float = 365.0
    values: dict[str, np.ndarray] = field(default_factory=dict)
    site: str = "back"
    phototype: str = "III"
    reference: float = 2.0
    follicles: bool = False
    tally: bool = False

    def __post_init__(self) -> None:
        self.values = self.values or medians(self.n)
        self.steps = round(self.days / DT)
        value = ledger().value
        place = {k: value(key) for k, key in site_keys(self.site).items()}
        person = {k: value(key) for k, key in phototype_keys(self.phototype).items()}
        self.grid = Grid(*self.shape, 0.2)
        self.maps = {
            "melanocyte_capacity": self._map(place["melanocytes"]), "melanogenic_capacity": self._map(1.0),
            "reference_melanin": self._map(self.reference), "med_sun": self._map(person["med_sun"]),
            "med_lamp": self._map(person["med_lamp"]),
            "inflammation_pigment_gain": self._map(person["inflammation_pigment_gain"]),
            "viable_transit": self._per(self.values["site.viable_transit"]),
            "cornified_transit": self._map(place["cornified_transit"]),
            "lot_strength": self._per(self.values["secretome.lot_strength"]),
        }  # fmt: skip
        self.maps = {k: self._map(v) for k, v in neutral("map").items()} | self.maps
        self.points = scatter(self.grid, place["follicles"], np.random.default_rng(5))
        if self.follicles:
            raster = rasterise(self.points, self.grid)
            for name in ("follicle_density", "follicle_threshold"):
                self.maps[name] = self._map(raster[name])
        self.inputs = {k: np.full((self.n, self.steps), v, np.float32) for k, v in neutral("input").items()}
        self._rest()

    def _map(self, value: float | np.ndarray) -> np.ndarray:
        return np.broadcast_to(np.asarray(value, np.float32), (self.n, *self.shape)).copy()

    def _per(self, values: np.ndarray) -> np.ndarray:
        return self._map(np.asarray(values)[:, None, None])

    def _rest(self) -> None:
        """Rest state of the transit chain: m_k falls by k_v/(k_v + k_d) a stage; q makes the column m_0."""
        living, lost = 3.0 / self.maps["viable_transit"], self._per(self.values["turnover.degradation_rate"])
        passed = living / (living + lost)
        per_made = [passed**k / (living + lost) for k in range(3)]
        per_made.append(per_made[2] * living * self.maps["cornified_transit"])
        made = self.reference / np.sum(per_made, axis=0)
        self.maps["melanogenesis_rate"] = made / self.maps["melanocyte_capacity"]
        self.fields = {name: self._map(value) for name, value in neutral("field").items()}
        self.fields |= {name: made * share for name, share in zip(MELANIN_STAGES, per_made, strict=True)}
        self.fields["melanocytes"] = self.maps["melanocyte_capacity"].copy()

    def batch(self) -> Batch:
        params = {
            m.name: {short: self.values[f"{m.name}.{short}"].astype(np.float32) for short in m.parameters}
            for m in mechanisms()
        }
        return Batch(self.fields, self.maps, params, self.inputs, np.arange(self.n, dtype=np.int32), 1)

    def run(self, every: float = 28.0) -> list[dict[str, np.ndarray]]:
        """States and outputs at day 0 and every ``every`` days; tallies of the interval by label."""
        machine, batch = march(*self.shape, round(every / DT), self.tally), self.batch()
        now, seen, tallies = dict(self.fields), [], {}
        for start in range(0, self.steps, machine.interval):
            seen.append({**_arrays(now), **machine.look(batch, now, start), **tallies})
            now, tallies = machine.advance(batch, now, start)
        return [*seen, {**_arrays(now), **machine.look(batch, now, self.steps), **tallies}]


def _arrays(fields: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: np.asarray(value) for name, value in fields.items()}

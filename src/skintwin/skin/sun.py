"""Daily erythemal dose of the sun at a latitude.

The noon index I₀ of the month comes from a satellite climatology; over the day the clear-sky index follows
(cos z/cos z₀)^2.42 (Madronich 2007, key madronich2007), z the solar zenith angle, z₀ at noon. So

    H = k I₀ ∫ (cos z(t)/cos z₀)^2.42 dt,       k = 0.025 W/m² per unit of the index,

in erythemal J/m² per day, times the transmission of clouds.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np

from skintwin.errors import ConfigError
from skintwin.evidence import ledger

DAYS_PER_YEAR = 365.25
MID_MONTH = (np.arange(12) + 0.5) * DAYS_PER_YEAR / 12


@cache
def _climatology() -> tuple[np.ndarray, np.ndarray]:
    """Latitudes (n,) rising, and noon index (n, 12)."""
    text = files("skintwin.skin").joinpath("data/uv_index_zonal.csv").read_text()
    rows = [line for line in text.splitlines() if line and not line.startswith("#")][1:]
    table = np.array([[float(x) for x in row.split(",")] for row in rows])
    table = table[np.argsort(table[:, 0])]
    return table[:, 0], table[:, 1:]


def noon_index(latitude: float, day_of_year: np.ndarray) -> np.ndarray:
    """Clear-sky noon ultraviolet index at ``latitude`` (degrees) on days of the year (any shape)."""
    if not -90 <= latitude <= 90:
        raise ConfigError(f"latitude {latitude}", expected="degrees between -90 and 90")
    latitudes, table = _climatology()
    monthly = np.array([np.interp(latitude, latitudes, table[:, month]) for month in range(12)])
    # One period on each side makes the interpolation in time periodic.
    days = np.concatenate([MID_MONTH - DAYS_PER_YEAR, MID_MONTH, MID_MONTH + DAYS_PER_YEAR])
    return np.asarray(np.interp(np.asarray(day_of_year) % DAYS_PER_YEAR, days, np.tile(monthly, 3)))


def clear_sky_dose(latitude: float, day_of_year: np.ndarray) -> np.ndarray:
    """Clear-sky erythemal dose of a day, J/m², at ``latitude`` (degrees), in the shape of ``day_of_year``."""
    day = np.asarray(day_of_year, float).ravel()
    exponent = ledger().value("sunlight.elevation_exponent", "1")
    irradiance = ledger().value("sunlight.uv_index_irradiance", "W/m^2")
    declination = np.deg2rad(-23.44) * np.cos(2 * np.pi * (day + 10) / DAYS_PER_YEAR)
    phi = np.deg2rad(latitude)
    hours = np.linspace(-12, 12, 289)
    angle = np.deg2rad(15 * hours)
    height = np.sin(phi) * np.sin(declination)[:, None] + np.cos(phi) * np.cos(declination)[:, None] * np.cos(angle)
    noon = np.cos(phi - declination)
    relative = np.where(height > 0, np.maximum(height, 0) / np.maximum(noon, 1e-3)[:, None], 0.0) ** exponent
    relative[noon <= 1e-3] = 0.0
    seconds = np.trapezoid(relative, hours * 3600.0, axis=-1)
    dose = irradiance * noon_index(latitude, day) * seconds
    return dose.reshape(np.shape(day_of_year))

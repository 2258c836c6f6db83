"""src/skintwin/photo/cards/data/responses.npz: what channels of photographs respond to, by family of lamps.

Cameras: the 52 of the package. Lamps: CIE illuminants and measured lamps as colour-science holds them, black bodies,
daylights, and the flash of the package. Each camera has, under each lamp, the matrix that suits 190 measured surfaces
(least squares of lightness-weighted linear sRGB, white kept); matrices spread by ``SPREAD`` about it stand for what
makers do to colours.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from skintwin.optics.camera.colour_matrix import training_reflectances
from skintwin.optics.camera.lights import GRID_NM, light_power
from skintwin.optics.camera.sensors import OBSERVER, camera_names, channel_weights, sensitivity
from skintwin.optics.colour import WHITE_SRGB, xyz_to_linear_srgb
from skintwin.optics.spectra import VISIBLE_NM
from skintwin.photo.cards.responses import ResponsePrior

OUT = Path(__file__).parents[1] / "src" / "skintwin" / "photo" / "cards" / "data" / "responses.npz"
SPREAD = 0.08  # sd of the elements of a matrix about the one that suits best; rows keep their sum
DRAWS = 2  # matrices for each camera and lamp
RANK = 30
LAMPS = {
    "LED": ["LED-B1", "LED-B2", "LED-B3", "LED-B4", "LED-B5", "LED-BH1", "LED-V1", "LED-V2", "PHOS-1", "PHOS-2",
            "PHOS-3", "PHOS-4", "Phosphor LED YAG", "Luxeon WW 2880"],
    "fluorescent": ["FL1", "FL2", "FL3", "FL4", "FL5", "FL6", "FL3.1", "FL3.2", "Cool White FL", "Daylight FL",
                    "F34/CW/RS/EW (Cool White FL)", "F34T12WW/RS/EW (Warm White FL)"],
    "fluorescent, broad": ["FL7", "FL8", "FL9", "FL3.4", "FL3.5", "FL3.6", "FL3.12"],
    "fluorescent, three bands": ["FL10", "FL11", "FL12", "FL3.7", "FL3.8", "FL3.9", "FL3.10", "FL3.11", "Philips TL-84",
                                 "Triphosphor FL", "F32T8/TL830 (Triphosphor)", "F32T8/TL841 (Triphosphor)",
                                 "F32T8/TL865/PLUS (Triphosphor)"],
}  # fmt: skip
KELVIN = {"black body": (2400, 2700, 3000, 3400), "daylight": (4300, 5000, 5700, 6500, 7500)}
ALIKE = {
    "D65": ("D65", "daylight 6500"), "A": ("A", "black body 2700", "black body 3000"), "flash": ("flash",),
    "led": ("LED-B4",), "fluorescent": ("FL2", "Cool White FL", "F34/CW/RS/EW (Cool White FL)"),
    "fluorescent_triband": ("FL11", "Philips TL-84", "F32T8/TL841 (Triphosphor)", "FL3.8"),
}  # fmt: skip
"""Lamps that are a light of the package or very like it: left out together where a prior without it is tested."""


def lamps() -> dict[str, dict[str, np.ndarray]]:
    """Family → lamp → (81,) power on ``GRID_NM``; beyond what was measured as at its end."""
    import colour

    shape = colour.SpectralShape(380, 780, 5)
    thermal = {name: light_power(name) for name in ("D65", "A", "flash")}
    for kelvin in KELVIN["black body"]:
        thermal[f"black body {kelvin}"] = _power(colour.sd_blackbody(kelvin, shape))
    for kelvin in KELVIN["daylight"]:
        xy = colour.temperature.CCT_to_xy_CIE_D(kelvin * 1.4388 / 1.4380)
        thermal[f"daylight {kelvin}"] = _power(colour.sd_CIE_illuminant_D_series(xy))
    found = {"thermal": thermal}
    for family, names in LAMPS.items():
        stored = colour.SDS_ILLUMINANTS, colour.SDS_LIGHT_SOURCES
        known = [stored[n not in stored[0]][n] for n in names]
        found[family] = {n: _power(sd) for n, sd in zip(names, known, strict=True)}
    return found


def _power(sd) -> np.ndarray:
    return np.interp(GRID_NM, sd.wavelengths, sd.values) / float(np.max(sd.values))


def made(without_camera: str | None = None, without_light: str | None = None) -> ResponsePrior:
    """The prior, of all or without a camera, a light of the package and those like it."""
    rng = np.random.default_rng(20260)
    means, factors, families = [], [], lamps()
    spread = np.stack([np.interp(GRID_NM, VISIBLE_NM, row) for row in np.eye(VISIBLE_NM.size)])
    surfaces = training_reflectances()
    exact = xyz_to_linear_srgb(np.diag(WHITE_SRGB))
    target = surfaces @ channel_weights(OBSERVER, "D65", GRID_NM)[0] @ exact
    for family in families.values():
        rows = []
        for lamp, power in family.items():
            if without_light is not None and lamp in ALIKE[without_light]:
                continue
            for camera in camera_names():
                seen = sensitivity(camera) * power[:, None]
                seen = seen / seen.sum(axis=0)
                response = _matrix(surfaces @ seen, target) @ (spread @ seen).T
                moved = rng.normal(0.0, SPREAD, (DRAWS, 3, 3))
                moved -= moved.mean(axis=2, keepdims=True)
                if camera != without_camera:
                    rows += [((np.eye(3) + m) @ response).ravel() for m in moved]
        x = np.array(rows)
        _, s, v = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
        means.append(x.mean(axis=0))
        factors.append((v[:RANK] * (s[:RANK, None] / np.sqrt(len(x) - 1))).T)
    return ResponsePrior(tuple(families), np.array(means), np.array(factors))


def _matrix(raw: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(3, 3) rows that sum to 1, least squares weighted by the slope of lightness."""
    weight = 1 / np.cbrt(np.maximum(target.mean(axis=1), 0.01))[:, None] ** 2
    found = np.linalg.lstsq((raw[:, :2] - raw[:, 2:]) * weight, (target - raw[:, 2:]) * weight, rcond=None)[0].T
    return np.column_stack([found, 1.0 - found.sum(axis=1)])


def main() -> None:
    prior = made()
    np.savez_compressed(OUT, families=np.array(prior.families), mean=prior.mean.astype(np.float32),
                        factor=prior.factor.astype(np.float32))  # fmt: skip
    print(OUT, OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()

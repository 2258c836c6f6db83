"""The bars of camera and views: exact where exactness can be had, within stated differences where light is sampled."""

from __future__ import annotations

from time import process_time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics import colour
from skintwin.optics.bars import Bar
from skintwin.optics.camera.device import Camera, encoded
from skintwin.optics.camera.lens import blurred
from skintwin.optics.camera.lights import GRID_NM, LIGHTS
from skintwin.optics.camera.noise import exposed
from skintwin.optics.camera.sensors import OBSERVER, camera_names
from skintwin.optics.emulator import SkinEmulator
from skintwin.optics.emulator_data import EMULATED_NM, direct_spectra
from skintwin.optics.fluorescence import dermal_fluorescence
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.measured_skin import measured_sets
from skintwin.optics.render.picture import fresnel_share, photograph
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.render.skin_spectra import SkinSpectra
from skintwin.optics.render.spread import spread
from skintwin.optics.spectra import VISIBLE_NM, skin_spectrum, spectrum_to_linear_srgb, spectrum_to_xyz
from skintwin.optics.tables import spectral_table
from skintwin.optics.texture.keys import Key

Array = NDArray[np.float64]

SHARES: Final = np.array([0.0, 0.012, 0.035, 0.12, 0.22])
"""Melanosome shares from vitiligo to type VI whose colours are compared."""
WOOD_SHARES: Final = np.array([0.003, 0.01, 0.02, 0.04, 0.07, 0.13])
WOOD_FLUORESCENCE: Final = np.array([1.17, 1.59, 2.3, 4.4, 9.6, 37.0])
"""Fluorescence of skin without melanin over that with ``WOOD_SHARES``: a Monte Carlo of 1.2e5 photons that was made
apart from this program; blood in vessels."""
WOOD_VISIBLE: Final = np.array([1.04, 1.15, 1.30, 1.62, 2.1, 3.4])
"""The same of luminance in daylight, by the same Monte Carlo."""
WOOD_EPIDERMIS_MM: Final = 0.060
"""Thickness at which the reflectances of that Monte Carlo agree with ours; its table does not print one."""
_PRIMARIES: Final = np.array([[0.64, 0.33], [0.30, 0.60], [0.15, 0.06], [0.3127, 0.3290]])
"""x, y of red, green, blue and white of sRGB (IEC 61966-2-1)."""
_SIDE: Final = 512


def camera_bars() -> list[Bar]:
    """Every row; a minute on one core, most of it for fitting a matrix to each camera under each light."""
    return [*exactness_bars(), *capture_bars(), *rendering_bars(), *wood_bars(), picture_bar()]


def exactness_bars() -> list[Bar]:
    """sRGB against the standard's own formulas, white, and 8 bits."""
    spectra = skin_spectrum(LayeredSkin.reference(melanin_fraction=SHARES), GRID_NM)
    truth = colour.linear_srgb_to_lab(standard_srgb(spectra))
    fine = colour.delta_e_2000(colour.linear_srgb_to_lab(Camera().linear(spectra @ Camera().weights(GRID_NM))), truth)
    coarse = np.array([np.interp(VISIBLE_NM, GRID_NM, each) for each in spectra])
    tens = colour.delta_e_2000(colour.linear_srgb_to_lab(spectrum_to_linear_srgb(coarse)), truth)
    white = np.ones(VISIBLE_NM.size)
    off = max(np.abs(c.linear(white @ c.weights(VISIBLE_NM)) - 1.0).max() for c in every_camera())
    linear = np.linspace(0.0, 1.0, 100_001)
    wanted = 255.0 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return [
        Bar("sRGB of five skins against sums every 5 nm, by the observer: ΔE00", "", float(fine.max()), 0.05, 0.01, 3),
        Bar("the same from 31 bands, as pictures are made: ΔE00", "", float(tens.max()), 0.3, 0.15, 3),
        Bar("white, 53 sensors × 6 lights: off neutral by", "e-9", 1e9 * float(off), 1e3, 1.0, 0),
        Bar("8 bits against the formula: off by", "units", float(np.abs(encoded(linear) - wanted).max()), 1.5, 1.0),
    ]


def capture_bars(side: int = _SIDE) -> list[Bar]:
    """Noise, lens, and light that spreads: moments and sums."""
    mean, variance = [], []
    for level in (0.02, 0.2, 0.8):
        full, read = 20_000.0, 5.0
        seen = exposed(np.full((side, side, 3), level, np.float32), full, read, Key(7)).astype(np.float64) * full
        mean.append(abs(seen.mean() / (level * full) - 1.0))
        variance.append(abs(seen.var() / (level * full + read**2) - 1.0))
    rough = np.random.default_rng(5).uniform(0.0, 1.0, (side, side, 1)).astype(np.float32)
    lens = abs(blurred(rough, 0.6).sum(dtype=np.float64) / rough.sum(dtype=np.float64) - 1.0)
    clear, received = np.ones_like(rough), np.ones((VISIBLE_NM.size, 1))
    wandered = spread(clear, rough[..., 0], 0.08, VISIBLE_NM, received).sum(dtype=np.float64)
    kept = abs(wandered / rough.sum(dtype=np.float64) - 1.0)
    return [
        Bar("noise: mean off by", "%", 100 * float(max(mean)), 0.2, 0.05, 3),
        Bar("noise: variance off photons + reading by", "%", 100 * float(max(variance)), 2.0, 0.5),
        Bar("lens: light lost or made", "e-6", 1e6 * lens, 10.0, 1.0),
        Bar("sideways spread: light lost or made", "e-6", 1e6 * kept, 10.0, 1.0),
    ]


def rendering_bars(skins: int = 256) -> list[Bar]:
    """Emulator and table against adding-doubling, through every camera and light; cameras on people."""
    places, truth = direct_spectra(skins, 20262)
    emulator = SkinEmulator.load()
    guess = emulator.spectra(emulator.coefficients(places)).astype(np.float64)
    off = np.concatenate([_difference(camera, guess, truth) for camera in every_camera()])
    column, blood = np.array([0.0, 0.3, 1.0, 3.0, 9.0]), np.array([0.005, 0.02, 0.08])
    table = SkinSpectra.build(LayeredSkin.reference())
    camera = Camera()
    weights = camera.weights(VISIBLE_NM)
    drawn = table.channels(weights)(*(np.array(m) for m in np.meshgrid(column, blood, indexing="ij")))
    made = colour.linear_srgb_to_lab(camera.linear(drawn.astype(np.float64)))
    direct = skin_spectrum(_pigmented(column[:, None], blood[None, :]), EMULATED_NM)
    shown = colour.linear_srgb_to_lab(camera.linear(direct @ camera.weights(EMULATED_NM)))
    table_off = colour.delta_e_2000(made, shown)
    cheeks = measured_sets()[1]
    seen = colour.linear_srgb_to_lab(standard_srgb(_on_grid(cheeks.reflectance, cheeks.wavelength)))
    nm = cheeks.wavelength
    means = [
        float(np.mean(colour.delta_e_2000(_lab(Camera(name), cheeks.reflectance, nm), seen))) for name in camera_names()
    ]
    return [
        Bar(f"emulator's pictures, {skins} skins, 53 sensors × 6 lights: 99 % of ΔE00", "", _p99(off), 0.5, 0.15, 3),
        Bar("picture's table against 41 bands: largest ΔE00", "", float(table_off.max()), 0.3, 0.1, 3),
        Bar("52 cameras in daylight, 71 cheeks: median of mean ΔE00", "", float(np.median(means)), 1.5, 1.0),
    ]  # fmt: skip


def wood_bars() -> list[Bar]:
    """Contrast under the lamp against an independent Monte Carlo."""
    shares = np.concatenate([[0.0], WOOD_SHARES])
    skin = LayeredSkin.reference(melanin_fraction=shares, epidermis_mm=WOOD_EPIDERMIS_MM)
    glow = dermal_fluorescence(skin, [450.0])[:, 0]
    luminance = spectrum_to_xyz(skin_spectrum(skin))[:, 1]
    dim, dark = glow[0] / glow[1:], luminance[0] / luminance[1:]
    gain, wanted = (1 - 1 / dim) / (1 - 1 / dark), (1 - 1 / WOOD_FLUORESCENCE) / (1 - 1 / WOOD_VISIBLE)
    steps, least = float(np.min(np.diff(dim))), float(np.min(dim / dark))
    return [
        Bar("Wood's lamp: fluorescence ratios off Monte Carlo by", "%", _off(dim, WOOD_FLUORESCENCE), 10.0, 6.0, 1),
        Bar("the same skins in daylight: luminance ratios", "%", _off(dark, WOOD_VISIBLE), 10.0, 6.0, 1),
        Bar("Wood's lamp over daylight, gain of contrast 1 − I/I₀", "%", _off(gain, wanted), 10.0, None, 1),
        Bar("Wood's lamp: smallest rise of contrast with pigment", "", steps, 0.0, None, 2, more=True),
        Bar("Wood's lamp over daylight: smallest ratio of ratios", "", least, 1.0, None, 2, more=True),
    ]


def picture_bar(side: int = _SIDE, repeats: int = 5) -> Bar:
    """Time of a spectral picture of side × side pixels to 8-bit sRGB, JPEG included: processor time, all threads."""
    y, x = (np.mgrid[:side, :side] + 0.5) * 40.0 / side - 20.0
    inside = 1.0 / (1.0 + np.exp((np.hypot(x, 1.2 * y) - 9.0) / 0.3))
    maps = SkinMaps(3.4 * (1 - inside), 0.02 + 0.01 * inside, 40.0 / side)
    skin, camera, taken = SkinSpectra.build(LayeredSkin.reference()), Camera.usual("Nikon D810", "flash"), []
    for _ in range(repeats + 1):
        begun = process_time()
        photograph(maps, skin, camera, gloss=fresnel_share())
        taken.append(process_time() - begun)
    return Bar(f"spectral picture of {side} × {side} pixels to sRGB", "s", min(taken[1:]), 0.3, 0.1)


def every_camera() -> list[Camera]:
    """The observer and the measured cameras under each light, without noise or lens."""
    return [Camera(sensor, light) for sensor in (OBSERVER, *camera_names()) for light in LIGHTS]


def standard_srgb(spectra: Array) -> Array:
    """(..., 81) reflectance on ``GRID_NM`` → (..., 3) linear sRGB under D65 straight from the definitions: sums every
    5 nm, primaries and white by their chromaticities."""
    observer, lights = spectral_table("cie1931_2deg_5nm"), spectral_table("illuminants_5nm")
    rows = np.isin(observer["wavelength_nm"], GRID_NM)
    bars = np.stack([observer[name][rows] for name in ("x_bar", "y_bar", "z_bar")], axis=-1)
    power = lights["D65"][np.isin(lights["wavelength_nm"], GRID_NM)][:, None]
    x, y = _PRIMARIES.T
    xyz = np.stack([x / y, np.ones(4), (1 - x - y) / y])
    to_xyz = xyz[:, :3] * np.linalg.solve(xyz[:, :3], xyz[:, 3])
    # The sums' own white is that of the standard within 1e-4; it is taken as exactly white, as a grey card would be.
    balanced = spectra @ (bars * power) / (bars * power).sum(axis=0) * xyz[:, 3]
    return np.asarray(np.linalg.solve(to_xyz, balanced[..., None])[..., 0])


def _pigmented(column_um: Array, blood: Array) -> LayeredSkin:
    from skintwin.optics.pigment_nodes import with_blood, with_melanin_column

    return with_blood(with_melanin_column(LayeredSkin.reference(), column_um), blood)


def _difference(camera: Camera, guess: Array, truth: Array) -> Array:
    return colour.delta_e_2000(_lab(camera, guess, EMULATED_NM), _lab(camera, truth, EMULATED_NM))


def _lab(camera: Camera, spectra: Array, wavelength: Array) -> Array:
    return colour.linear_srgb_to_lab(camera.linear(spectra @ camera.weights(wavelength)))


def _on_grid(spectra: Array, wavelength: Array) -> Array:
    return np.array([np.interp(GRID_NM, wavelength, each) for each in spectra])


def _p99(values: Array) -> float:
    return float(np.percentile(values, 99))


def _off(found: Array, wanted: Array) -> float:
    return 100.0 * float(np.abs(found / wanted - 1.0).max())

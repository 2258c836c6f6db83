"""How far the emulator is from adding-doubling on skins it has not seen, and how fast it is."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from time import thread_time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics import colour
from skintwin.optics.emulator import SkinEmulator
from skintwin.optics.emulator_data import direct_spectra
from skintwin.optics.spectra import spectrum_to_xyz

Array = NDArray[np.float64]

TEST_SEED: Final = 20261
"""Seed of the test skins; training must not use it."""


@dataclass(frozen=True)
class EmulatorError:
    """dE00 (D65, 10 degrees) and relative error of R against adding-doubling over ``skins`` skins.

    The skins are drawn evenly over the whole box of inputs: harder than a population.
    """

    skins: int
    median: float
    p99: float
    largest: float
    relative_p99: float


def emulator_error(emulator: SkinEmulator, skins: int = 2048, seed: int = TEST_SEED) -> EmulatorError:
    """Compare on ``skins`` skins."""
    places, truth = direct_spectra(skins, seed)
    found = emulator.spectra(emulator.coefficients(places)).astype(np.float64)
    difference = colour.delta_e_2000(_lab(found, emulator.wavelength), _lab(truth, emulator.wavelength))
    return EmulatorError(
        skins=skins,
        median=float(np.median(difference)),
        p99=float(np.percentile(difference, 99)),
        largest=float(difference.max()),
        relative_p99=float(np.percentile(np.abs(found / truth - 1.0), 99)),
    )


def emulator_speed(emulator: SkinEmulator, skins: int = 1 << 15, repeats: int = 9) -> float:
    """Spectra a second of this thread's time, each as its principal components; the best of some repeats."""
    places = np.random.default_rng(0).uniform(-1.0, 1.0, (skins, emulator.weights[0].shape[0])).astype(np.float32)
    best = np.inf
    for _ in range(repeats):
        begun = thread_time()
        emulator.coefficients(places)
        best = min(best, thread_time() - begun)
    return skins / best


def one_core_speed() -> float:
    """:func:`emulator_speed` of the packaged emulator in a process of its own whose linear algebra has one thread."""
    code = (
        "from skintwin.optics.emulator import SkinEmulator; from skintwin.optics.emulator_error import emulator_speed; "
        "print(emulator_speed(SkinEmulator.load()))"
    )
    one = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "VECLIB", "BLIS")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=os.environ | one, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _lab(spectra: Array, nm: Array) -> Array:
    return colour.xyz_to_lab(spectrum_to_xyz(spectra, nm, "10deg"), colour.WHITE_D65_10)

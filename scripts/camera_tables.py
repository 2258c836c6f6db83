"""Tables of src/skintwin/optics/data from their sources: ``camera_tables.py RAWTOACES_DATA ISETCAM_SKIN``.

RAWTOACES_DATA: checkout of AcademySoftwareFoundation/rawtoaces-data (Apache-2.0). ISETCAM_SKIN: folder with
lights/VivitarFlash.mat of ISETCam (MIT). CIE lamps come from colour-science (BSD-3-Clause).
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np

NM = np.arange(380, 781, 5)
OUT = Path(__file__).parents[1] / "src" / "skintwin" / "optics" / "data"


def write(name: str, columns: dict[str, np.ndarray], digits: int) -> None:
    with (OUT / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["wavelength_nm", *columns])
        for k, nm in enumerate(NM):
            out.writerow([nm, *(f"{float(v[k]):.{digits}g}" for v in columns.values())])


def spectra(path: Path) -> tuple[dict[str, str], np.ndarray]:
    read = json.loads(path.read_text(encoding="utf-8"))
    main = read["spectral_data"]["data"]["main"]
    return read["header"], np.array([main[str(nm)] for nm in NM])


def cameras(folder: Path) -> None:
    columns = {}
    for path in sorted((folder / "data" / "camera").glob("*.json")):
        header, values = spectra(path)
        name = f"{header['manufacturer']} {header['model']}"
        for k, channel in enumerate("RGB"):
            columns[f"{name}|{channel}"] = np.maximum(values[:, k], 0.0) / values.max()
    write("cameras_5nm", columns, 4)


def reflectances(folder: Path) -> None:
    _, values = spectra(folder / "data" / "training" / "training_spectral.json")
    write("training_reflectances_5nm", {f"patch {k + 1}": values[:, k] for k in range(values.shape[1])}, 4)


def lamps(isetcam: Path) -> None:
    import colour
    from scipy.io import loadmat

    flash = loadmat(isetcam / "lights" / "VivitarFlash.mat")
    nm, power = flash["wavelength"].ravel().astype(float), flash["data"].ravel().astype(float)
    # The first point (380 nm) of the measurement is empty; the next one stands for it.
    columns = {"flash": np.interp(NM, nm[1:], power[1:])}
    for name, theirs in {"led": "LED-B4", "fluorescent": "FL2", "fluorescent_triband": "FL11"}.items():
        found = colour.SDS_ILLUMINANTS[theirs].copy().align(colour.SpectralShape(380, 780, 5))
        columns[name] = np.asarray(found.values)
    write("lamps_5nm", {name: v / v.max() for name, v in columns.items()}, 5)


if __name__ == "__main__":
    source, isetcam = Path(sys.argv[1]), Path(sys.argv[2])
    cameras(source)
    reflectances(source)
    lamps(isetcam)

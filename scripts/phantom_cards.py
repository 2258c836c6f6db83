"""card_spectra_10nm.csv of src/skintwin/photo/cards/data from its source: ``phantom_cards.py ISETCAM_SKIN``.

ISETCAM_SKIN: folder with macbethChart.mat of ISETCam (MIT), measured reflectances of a ColorChecker. Each is bent by a
smooth factor, exp(a + b x + c x²) over the wavelength, to the published colour of its edition (photo/cards/data), so
that the rendered card is the published one. The published colours of the ColorChecker are relative to D50, of
cameratrax to D65.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

NM = np.arange(400, 701, 10)
HERE = Path(__file__).parents[1] / "src" / "skintwin"
OUT = HERE / "photo" / "cards" / "data" / "card_spectra_10nm.csv"


def measured(folder: Path) -> np.ndarray:
    """(24, 31) in card order: the file counts down the columns of the card."""
    from scipy.io import loadmat

    read = loadmat(folder / "macbethChart.mat")
    columns = read["data"].reshape(-1, 6, 4)  # wavelength, column, row
    rows = columns.transpose(2, 1, 0).reshape(24, -1)
    return np.stack([np.interp(NM, read["wavelength"].ravel().astype(float), row) for row in rows])


def weights(illuminant: str) -> tuple[np.ndarray, np.ndarray]:
    """(31, 3) reflectance → XYZ under a light, 2 degree observer; and its white."""
    import colour

    shape = colour.SpectralShape(400, 700, 10)
    light = colour.SDS_ILLUMINANTS[illuminant].copy().align(shape).values
    seen = colour.MSDS_CMFS["CIE 1931 2 Degree Standard Observer"].copy().align(shape).values
    total = light[:, None] * seen
    total[[0, -1]] *= 0.5
    total = total / total[:, 1].sum()
    return total, total.sum(axis=0)


def bent(spectrum: np.ndarray, lab: np.ndarray, illuminant: str) -> np.ndarray:
    """The spectrum times a smooth factor that gives it the colour L*a*b*."""
    from scipy.optimize import least_squares

    from skintwin.optics.colour import xyz_to_lab

    to_xyz, white = weights(illuminant)
    x = (NM - 550.0) / 150.0

    def made(p: np.ndarray) -> np.ndarray:
        return spectrum * np.exp(p[0] + p[1] * x + p[2] * x**2)

    found = least_squares(lambda p: xyz_to_lab(made(p) @ to_xyz, white) - lab, np.zeros(3))
    miss = float(np.abs(found.fun).max())
    if miss > 0.01:
        raise SystemExit(f"a colour is missed by {miss:.2f}")
    return made(found.x)


def main(folder: Path) -> None:
    from skintwin.photo.cards.reference import reference

    rows = list(csv.DictReader((HERE / "photo" / "cards" / "data" / "patches.csv").read_text("utf-8").splitlines()))
    base, columns = measured(folder), {}
    for edition, illuminant in (("2014-11", "D50"), ("cameratrax", "D65"), ("before-2014-11", "D50")):
        own = [row for row in rows if row["edition"] == edition]
        for k, row in enumerate(own):
            printed = np.array([float(row[f"c{c}"]) for c in (1, 2, 3)])
            lab = printed if illuminant == "D50" else reference(edition).lab[k]
            columns[f"{edition}|{row['patch']}"] = bent(base[k], lab, illuminant)
    with OUT.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["wavelength_nm", *columns])
        for k, nm in enumerate(NM):
            out.writerow([nm, *(f"{float(v[k]):.5g}" for v in columns.values())])
    factor = [np.abs(np.log(columns[f"2014-11|{r['patch']}"] / base[k])).max() for k, r in enumerate(rows[:24])]
    print("largest bend of 2014-11:", " ".join(f"{v:.2f}" for v in factor))
    print("largest reflectance:", max(float(v.max()) for v in columns.values()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Pictures of the docs: ``python docs/pictures.py`` rewrites docs/pictures/, with names after it only those.

Look at them before you keep them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from skintwin.optics.colour import srgb_encode
from skintwin.study.config import Study, read_study
from skintwin.study.observe import MAPS
from skintwin.study.render import predicted_picture
from skintwin.study.simulate import Outcome, simulate
from skintwin.study.tables import kept_draws

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "examples"


def run(name: str, **changes: object) -> Outcome:
    """An example study, with changes, in a folder that is thrown away."""
    study: Study = read_study(EXAMPLES / name).model_copy(update=changes)
    return simulate(study, Path(tempfile.mkdtemp()) / "run")


def picture(outcome: Outcome, arm: str, draw: int, visit: int) -> np.ndarray:
    """Predicted picture, sRGB 0..1."""
    import xarray as xr

    fields = xr.open_zarr(outcome.folder / "fields.zarr", consolidated=False)
    place = list(outcome.ensemble.arms).index(arm)
    role = list(fields.kept_draw.values[place]).index(draw + 1)
    maps = {name: fields[name].values[place, role, visit] for name in MAPS if name in fields}
    gain = float(outcome.design.draws["inflammation.erythema_gain"][draw])
    linear = predicted_picture(outcome.patch, maps, gain)
    return srgb_encode(np.clip(linear, 0, 1))


def islands() -> None:
    """A drawn vitiligo of the upper arm under light at the prior medians; dots: follicles that kept a reserve."""
    from skintwin.study.baseline import make_baseline
    from skintwin.study.system import make_system

    patient = read_study(EXAMPLES / "synthetic_vitiligo.yaml").patient.model_copy(update={"site": "upper_arm"})
    outcome = run("synthetic_vitiligo.yaml", draws=1, duration=168.0, pixels=128, patient=patient)
    system = make_system(outcome.study, outcome.patch.grid)
    baseline = make_baseline(outcome.study, outcome.patch, outcome.design, system)
    points, grid = baseline.follicles[0].positions, outcome.patch.grid
    pixel = np.minimum((points / grid.pixel).astype(int), grid.ny - 1)
    kept = points[(baseline.fields["reserve"][0][tuple(pixel.T)] > 0) & outcome.patch.target[tuple(pixel.T)]]
    days = outcome.ensemble.visit_days
    figure, axes = plt.subplots(1, 5, figsize=(15, 3.4))
    side = grid.ny * grid.pixel
    for axis, visit in zip(axes, np.linspace(0, len(days) - 1, 5).round().astype(int), strict=True):
        axis.imshow(picture(outcome, "Narrow-band UVB", 0, visit), extent=(0, side, side, 0))
        if visit == 0:
            axis.plot(kept[:, 1], kept[:, 0], ".", markersize=2, color="black")
        axis.set_title(f"week {days[visit] / 7:.0f}", fontsize=10)
        axis.set_xticks([0, side])
        axis.set_yticks([])
        axis.set_xlabel("mm", fontsize=8)
    figure.tight_layout()
    figure.savefig(HERE / "pictures" / "islands.png", dpi=110, bbox_inches="tight")


def first_light() -> None:
    """The demo: the photograph, and what light and no treatment predict."""
    outcome = run("halo_naevus.yaml")
    rows = [("No treatment", 1), ("UC-MSC injection", 1), ("Narrow-band UVB", 1), ("Narrow-band UVB", 2)]
    tiles = [srgb_encode(np.clip(outcome.patch.display, 0, 1))]
    tiles += [picture(outcome, arm, kept_draws(outcome.ensemble, arm)[role], -1) for arm, role in rows]
    names = ["photograph", *(f"{arm},\n{('low', 'typical', 'high')[role]} draw, week 36" for arm, role in rows)]
    figure, axes = plt.subplots(1, len(tiles), figsize=(15, 3.5))
    for axis, tile, name in zip(axes, tiles, names, strict=True):
        axis.imshow(tile)
        axis.set_title(name, fontsize=10)
        axis.axis("off")
    figure.tight_layout()
    figure.savefig(HERE / "pictures" / "first_light.png", dpi=90, bbox_inches="tight")


TILE = 132
"""Side (pixels) of one picture of the contact sheet."""
NAMES, HEAD = 124, 30
"""Width of the column of names and height of the row of phototypes, pixels."""


def sheet_row(name: str, site: str, **lesion: object) -> list[np.ndarray]:
    """A disorder on each phototype: the same drawing, sRGB 0..255."""
    from skintwin.disorders import disorders
    from skintwin.skin.phototype import PHOTOTYPES
    from skintwin.study.config import study_from
    from skintwin.study.patch import make_patch

    tiles = []
    for phototype in PHOTOTYPES:
        drawn = {"map": disorders()[name].maps[0], **lesion.get("synthetic", {})}
        study = study_from({
            "title": name, "duration": "1 weeks", "seed": 4, "pixels": 128, "arms": [{"name": "none"}],
            "patient": {"age": "35 years", "phototype": phototype, "site": site},
            "lesion": {"disorder": name, **lesion, "synthetic": drawn},
        })  # fmt: skip
        tile = Image.fromarray(np.round(255 * srgb_encode(np.clip(make_patch(study).display, 0, 1))).astype(np.uint8))
        tiles.append(np.asarray(tile.resize((TILE, TILE), Image.Resampling.LANCZOS)))
    return tiles


def disorders_sheet() -> None:
    """Contact sheet: every disorder and its variants (rows of docs/disorders.yaml) on every phototype."""
    import yaml
    from PIL import ImageDraw, ImageFont

    from skintwin.skin.phototype import PHOTOTYPES

    rows = yaml.safe_load((HERE / "disorders.yaml").read_text(encoding="utf-8"))
    font = ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", 14)
    sheet = Image.new("RGB", (NAMES + len(PHOTOTYPES) * (TILE + 4), HEAD + len(rows) * (TILE + 4)), "white")
    pen = ImageDraw.Draw(sheet)
    for k, phototype in enumerate(PHOTOTYPES):
        pen.text((NAMES + k * (TILE + 4) + TILE / 2, HEAD / 2), phototype, "black", font, anchor="mm")
    for r, row in enumerate(rows):
        top = HEAD + r * (TILE + 4)
        pen.text((6, top + TILE / 2), row["title"].replace(", ", ",\n"), "black", font, anchor="lm")
        for k, tile in enumerate(sheet_row(row["disorder"], row["site"], **row.get("lesion", {}))):
            sheet.paste(Image.fromarray(tile), (NAMES + k * (TILE + 4), top))
    sheet.save(HERE / "pictures" / "disorders.png")


DRAWN = {"islands": islands, "first_light": first_light, "disorders": disorders_sheet}


if __name__ == "__main__":
    (HERE / "pictures").mkdir(exist_ok=True)
    for name in sys.argv[1:] or DRAWN:
        DRAWN[name]()
        path = HERE / "pictures" / f"{name}.png"
        if name == "disorders":  # a palette of 256 would lose the red of a young mark; 64 levels a channel do not show
            levels = np.asarray(Image.open(path).convert("RGB")) // 4 * 4 + 2
            Image.fromarray(levels.astype(np.uint8)).save(path, optimize=True)
        else:
            Image.open(path).convert("RGB").quantize(256).save(path, optimize=True)

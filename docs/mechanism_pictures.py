"""One picture per mechanism: ``python docs/mechanism_pictures.py`` rewrites docs/pictures/mechanism-*.png.

A drawn lesion lives through a year in which much is given (docs/mechanism_year.yaml): a white one for most mechanisms,
a brown one for those of ``BROWN``. What each owns, averaged over the lesion, is drawn over that year: median and
90 % band over draws of the priors. Mechanisms that own nothing show what they change (``CHANGES``).
"""

from __future__ import annotations

from pathlib import Path

import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from skintwin.engine.march import Batch, March
from skintwin.engine.process import View
from skintwin.mechanisms import mechanisms, quantities
from skintwin.study.arms import arm_inputs
from skintwin.study.baseline import make_baseline
from skintwin.study.config import Study, study_from
from skintwin.study.design import make_design
from skintwin.study.keys import idle_keys, study_keys
from skintwin.study.patch import make_patch
from skintwin.study.reading import read_yaml
from skintwin.study.system import make_system

HERE = Path(__file__).parent
YEAR = HERE / "mechanism_year.yaml"
SHOWN = [name for name, q in quantities().items() if q.kind in ("field", "signal", "driver")]
BROWN = frozenset({"clone", "laser", "dermal_pigment", "inflammation", "vasculature", "turnover", "melanogenesis"})
"""Mechanisms of which the brown lesion's year shows more."""
CHANGES = {
    "laser": ("clone", "melanin_basal", "infiltrate", "aftermath_late"), "grafting": ("melanocytes", "infiltrate"),
}  # fmt: skip
"""What a mechanism changes that owns nothing itself."""
EVERY = 7
"""Steps between points of a curve."""


def courses(study: Study) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Days (times,) and, for each quantity, its mean over the lesion (draws, times)."""
    patch = make_patch(study)
    system = make_system(study, patch.grid)
    design = make_design(study_keys(study), study.draws, study.seed, idle_keys(study))
    baseline = make_baseline(study, patch, design, system)
    given = arm_inputs(study, study.arms[0], patch, design)
    inside = jnp.asarray(patch.target)

    def observe(view: View) -> dict[str, object]:
        shape = (design.n, *patch.grid.shape)
        return {
            name: jnp.sum(jnp.broadcast_to(getattr(view, name), shape) * inside, axis=(-2, -1)) / inside.sum()
            for name in SHOWN
        }

    march = March(system, observe, EVERY)
    patients = design.patients.astype(np.int32)
    batch = Batch(baseline.fields, {**baseline.maps, **given.maps}, baseline.params, given.inputs, patients)
    fields, seen, days = dict(batch.fields), [], []
    for start in range(0, study.steps, EVERY):
        seen.append(march.look(batch, fields, start))
        days.append(start * study.step)
        fields, _ = march.advance(batch, fields, start)
    return np.array(days), {name: np.stack([moment[name] for moment in seen], axis=1) for name in SHOWN}


def draw(name: str, own: list[str], days: np.ndarray, curves: dict[str, np.ndarray]) -> None:
    """Small multiples of what one mechanism owns."""
    columns = min(4, len(own))
    rows = -(-len(own) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(3.1 * columns, 2.2 * rows), squeeze=False)
    for axis in axes.ravel()[len(own):]:
        axis.axis("off")
    for axis, key in zip(axes.ravel(), own, strict=False):
        low, middle, high = np.quantile(curves[key], (0.05, 0.5, 0.95), axis=0)
        axis.fill_between(days / 7, low, high, color="#b9a48f", alpha=0.5, linewidth=0)
        axis.plot(days / 7, middle, color="#5b3a1e")
        unit = quantities()[key].unit
        axis.set_title(key.replace("_", " ") + ("" if unit == "1" else f", {unit}"), fontsize=8)
        axis.set_xlabel("week", fontsize=7)
        axis.tick_params(labelsize=7)
        axis.margins(x=0)
    figure.tight_layout()
    path = HERE / "pictures" / f"mechanism-{name}.png"
    figure.savefig(path, dpi=90)
    plt.close(figure)
    Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)


def main() -> None:
    """All pictures."""
    years = {name: courses(study_from(content, where=str(YEAR))) for name, content in read_yaml(YEAR).items()}
    for process in mechanisms():
        days, curves = years["brown" if process.name in BROWN else "white"]
        own = [q.name for q in process.quantities if q.name in curves] or list(CHANGES.get(process.name, ()))
        if own:
            draw(process.name, own, days, curves)


if __name__ == "__main__":
    main()

"""Reflectance of a template skin over a grid of melanin and blood, from cached coat and dermis operators."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.evidence import ledger
from skintwin.optics.coat import coat, coated_reflectance
from skintwin.optics.doubling import Slab, add, layer_operators, reflect_over
from skintwin.optics.layers import LayeredSkin, OpticalLayers
from skintwin.optics.quadrature import DEFAULT_POINTS, quadrature
from skintwin.optics.spectra import VISIBLE_NM, refractive_index, skin_spectrum

Array = NDArray[np.float64]


def with_blood(template: LayeredSkin, papillary: ArrayLike) -> LayeredSkin:
    """The template with a new papillary blood share; deeper blood keeps its ratio to the papillary one."""
    share = np.asarray(papillary, dtype=np.float64)
    factor = share / template.blood_papillary
    return template.replace(
        blood_papillary=share,
        blood_reticular=factor * template.blood_reticular,
        blood_subcutis=factor * template.blood_subcutis,
    )


def with_melanin_column(template: LayeredSkin, melanin_um: ArrayLike) -> LayeredSkin:
    """The template with a melanin column (um): share of the living epidermis times its thickness."""
    column_mm = np.asarray(melanin_um, dtype=np.float64) * 1e-3
    return template.replace(melanin_fraction=column_mm / template.epidermis_mm)


def layered_index() -> tuple[float, ...]:
    """Refractive index of each of the five layers, the stratum corneum having one of its own (key ``yoshida2013``)."""
    return (ledger().value("optics.refractive_index_corneum", "1"), *(refractive_index(),) * 4)


def node_reflectance(
    template: LayeredSkin,
    melanin_um: Array,
    blood: Array,
    wavelength: Array = VISIBLE_NM,
    points: int = DEFAULT_POINTS,
    index: Sequence[float] | None = None,
) -> Array:
    """(M, K, W) diffuse reflectance for M melanin columns (um) times K papillary blood shares.

    ``template`` holds plain numbers. Cost: M + K + 1 layer stacks and M K solves per wavelength. index: refractive
    index of each of the five layers, which costs M K stacks; the ledger's one for all if None.
    """
    if index is not None:
        lines = with_blood(template, blood)
        return np.stack(
            [skin_spectrum(with_melanin_column(lines, m), wavelength, points=points, index=index) for m in melanin_um]
        )
    quad = quadrature(points, refractive_index())
    upper = with_melanin_column(template, melanin_um).optical_layers(wavelength)
    lower = with_blood(template, blood).optical_layers(wavelength)

    def operators(layers: OpticalLayers, i: int, rows: slice) -> Slab:
        return layer_operators(
            layers.mu_a[i, rows], layers.mu_s[i, rows], layers.g[i, rows], layers.thickness[i, rows], quad
        )

    every = slice(None)
    horny = operators(upper, 0, slice(0, 1))  # has no melanin: one for all columns
    coats = coat(add(horny, operators(upper, 1, every)), quad)
    papillary, reticular, subcutis = (operators(lower, i, every) for i in (2, 3, 4))
    dermis = reflect_over(papillary, reflect_over(reticular, subcutis.top))
    # One melanin column at a time keeps the working set in cache.
    return np.stack([coated_reflectance(coats[i], dermis) for i in range(melanin_um.size)])

"""Fluorescence of one site over melanin column and blood, for every pixel of a patch under a Wood's lamp."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.camera.lights import GRID_NM
from skintwin.optics.camera.sensors import channel_weights, sensitivity
from skintwin.optics.dermal_tint import COLUMNS, DERMAL
from skintwin.optics.fluorescence import dermal_fluorescence, emission_shape
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.pigment_nodes import with_blood, with_melanin_column
from skintwin.optics.pigment_table import MELANIN_FOOT_UM, pigment_axes
from skintwin.optics.render.channel_table import ChannelTable
from skintwin.optics.spectra import skin_spectrum

Array = NDArray[np.float64]

EMISSION_NM: Final[Array] = np.array([400.0, 425.0, 450.0, 480.0, 510.0, 540.0, 580.0, 630.0])
"""Wavelengths (nm) at which the emission is followed through the skin."""
_NODES: Final = (19, 5)
_DENSE: Final = (129, 33)


@dataclass(frozen=True, eq=False)
class WoodTable:
    """Make it with :meth:`build`.

    Attributes
    ----------
    template: the site. u, v: axes of the dense grid. fluorescence: (A, B, E) F on ``EMISSION_NM`` relative to skin
    without melanin at usual blood. violet: (A, B) reflectance of the lamp's visible light relative to the same skin.
    deep: (5, 5, E + 1) the same two over ``COLUMNS`` and ``DERMAL`` at usual blood.
    """

    template: LayeredSkin
    u: Array
    v: Array
    fluorescence: Array
    violet: Array
    deep: Array

    @classmethod
    @cache
    def build(cls, template: LayeredSkin) -> WoodTable:
        """Compute the table of a site (plain numbers in ``template``); kept for the next time."""
        from scipy.interpolate import RectBivariateSpline

        u, v = pigment_axes(template, _NODES)
        columns = np.exp(u) - MELANIN_FOOT_UM
        signal = _signal(with_blood(with_melanin_column(template, columns[:, None]), np.exp(v)[None, :]))
        bare = _signal(with_melanin_column(template, 0.0))
        fine_u, fine_v = np.linspace(u[0], u[-1], _DENSE[0]), np.linspace(v[0], v[-1], _DENSE[1])
        logs = np.log(signal / bare)
        fine = [RectBivariateSpline(u, v, logs[..., k])(fine_u, fine_v) for k in range(logs.shape[-1])]
        dense = np.exp(np.stack(fine, axis=-1))
        papillary = 1e3 * float(np.asarray(template.papillary_mm))
        tinted = with_melanin_column(template, COLUMNS[:, None]).replace(dermal_melanin=DERMAL[None, :] / papillary)
        return cls(template, fine_u, fine_v, dense[..., :-1], dense[..., -1], _signal(tinted) / bare)

    def signal(self) -> ChannelTable:
        """One channel: fluorescence at the peak of emission, skin without melanin being 1."""
        at = int(np.argmin(np.abs(EMISSION_NM - ledger().value("woods.emission_peak", "nm"))))
        deep = np.log(self.deep[..., at : at + 1])
        return self._table(np.log(self.fluorescence[..., at : at + 1]), deep)

    def channels(self, sensor: str) -> ChannelTable:
        """Three channels of a camera, balanced for daylight: emitted light and the lamp's violet, the brightest of the
        three being 1 for skin without melanin."""
        seen = sensitivity(sensor) / (sensitivity(sensor) * _daylight(sensor)).sum(axis=0)
        basis = np.stack([np.interp(GRID_NM, EMISSION_NM, row, right=0.0) for row in np.eye(EMISSION_NM.size)])
        glow = basis @ (seen * emission_shape(GRID_NM)[:, None])
        violet = np.array([np.interp(ledger().value("woods.leak_wavelength", "nm"), GRID_NM, s) for s in seen.T])
        violet *= ledger().value("woods.leak", "1") * glow.sum() / violet.sum()
        full = (glow.sum(axis=0) + violet).max()
        weights = np.concatenate([glow, violet[None, :]]) / full
        both = np.concatenate([self.fluorescence, self.violet[..., None]], axis=-1)
        return self._table(np.log(both @ weights), np.log(self.deep @ weights))

    def _table(self, values: Array, deep: Array) -> ChannelTable:
        return ChannelTable(self.u, self.v, values.astype(np.float32), (deep - deep[:, :1]).astype(np.float32))


def _signal(skin: LayeredSkin) -> Array:
    """(..., E + 1) fluorescence at ``EMISSION_NM``, and reflectance of the lamp's violet light."""
    violet = skin_spectrum(skin, np.array([ledger().value("woods.leak_wavelength", "nm")]))
    return np.concatenate([dermal_fluorescence(skin, EMISSION_NM), violet], axis=-1)


def _daylight(sensor: str) -> Array:
    """(81, 1) power of daylight: a white under it has equal channels."""
    from skintwin.optics.camera.lights import light_power

    channel_weights(sensor, "D65", GRID_NM)  # refuses a sensor that is not known
    return light_power("D65")[:, None]

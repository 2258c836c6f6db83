"""A Monte Carlo of light in layered skin whose melanin may change at a straight border: the test of lateral spread.

Photons enter at normal incidence, scatter by Henyey-Greenstein's law, lose weight to absorption and meet a Fresnel
surface; the ground is black. The border x = 0 divides the second layer (the epidermis) into two absorptions.
"""

from __future__ import annotations

import numba
import numpy as np

from skintwin.optics.layers import LayeredSkin


@numba.njit(cache=True)
def _fresnel(cosine, n):
    sine = n * np.sqrt(max(0.0, 1.0 - cosine * cosine))
    if sine >= 1.0:
        return 1.0
    out = np.sqrt(1.0 - sine * sine)
    rs, rp = (n * cosine - out) / (n * cosine + out), (cosine - n * out) / (cosine + n * out)
    return 0.5 * (rs * rs + rp * rp)


@numba.njit(cache=True)
def _walk(mu_a, mu_a_left, mu_s, g, bottom, n, photons, half_width, random):
    """(photons, 4): x at entry, x and y at exit, weight at exit (0: absorbed); mu_a_left holds for x < 0."""
    out = np.zeros((photons, 4))
    layers = mu_a.size
    for photon in range(photons):
        x, y, z = half_width * (2.0 * random.random() - 1.0), 0.0, 0.0
        out[photon, 0] = x
        ux, uy, uz, weight, layer = 0.0, 0.0, 1.0, 1.0 - ((n - 1.0) / (n + 1.0)) ** 2, 0
        while weight > 0.0:
            step = -np.log(1.0 - random.random())
            while True:  # through the borders of layers, until the step is used up; absorption along the path
                length = step / mu_s[layer]
                edge = bottom[layer] if uz > 0 else (bottom[layer - 1] if layer > 0 else 0.0)
                to_edge = (edge - z) / uz if uz != 0.0 else 1e30
                move = min(length, to_edge)
                middle = x + 0.5 * move * ux
                absorb = mu_a_left[layer] if middle < 0.0 else mu_a[layer]
                weight *= np.exp(-absorb * move)
                x, y, z = x + move * ux, y + move * uy, z + move * uz
                if length <= to_edge:
                    break
                step -= move * mu_s[layer]
                z = edge
                if uz > 0:
                    layer += 1
                    if layer == layers:
                        weight = 0.0
                        break
                elif layer > 0:
                    layer -= 1
                elif random.random() < _fresnel(-uz, n):
                    uz = -uz
                else:
                    out[photon, 1], out[photon, 2], out[photon, 3] = x, y, weight
                    weight = 0.0
                    break
            if weight == 0.0:
                break
            if weight < 1e-3:
                if random.random() < 0.1:
                    weight *= 10.0
                else:
                    break
            c = g[layer]
            part = (1.0 - c * c) / (1.0 - c + 2.0 * c * random.random())
            cosine = (1.0 + c * c - part * part) / (2.0 * c)
            sine, turn = np.sqrt(max(0.0, 1.0 - cosine * cosine)), 2.0 * np.pi * random.random()
            a, b = sine * np.cos(turn), sine * np.sin(turn)
            if abs(uz) > 0.99999:
                ux, uy, uz = a, b, cosine * np.sign(uz)
            else:
                root = np.sqrt(1.0 - uz * uz)
                ux, uy, uz = (
                    a * ux * uz / root - b * uy / root + ux * cosine,
                    a * uy * uz / root + b * ux / root + uy * cosine,
                    -a * root + uz * cosine,
                )
    return out


def walk(skin: LayeredSkin, nm: float, photons: int, *, left: LayeredSkin | None = None, half_width=0.0, seed=1):
    """Photons of one wavelength: entry x, exit x and y (mm), exit weight, each (photons,)."""
    layers = skin.optical_layers(np.array([nm]))
    mu_a, mu_s, g = layers.mu_a[:, 0], layers.mu_s[:, 0], layers.g[:, 0]
    other = mu_a if left is None else left.optical_layers(np.array([nm])).mu_a[:, 0]
    bottom, random = np.cumsum(layers.thickness[:, 0]), np.random.default_rng(seed)
    found = _walk(mu_a, other, mu_s, g, bottom, 1.4, photons, half_width, random)
    return found.T


def radii(skin: LayeredSkin, nm: float, photons: int, shares=(0.5, 0.8, 0.95)) -> np.ndarray:
    """Radii (mm) that hold these shares of the diffuse reflectance."""
    x0, x, y, weight = walk(skin, nm, photons)
    r = np.hypot(x - x0, y)
    order = np.argsort(r)
    total = np.cumsum(weight[order])
    return np.asarray(np.interp(np.asarray(shares) * total[-1], total, r[order]))

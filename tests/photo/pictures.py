"""Pictures made by the tests, so that what they hold is known exactly."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image

from skintwin.optics.colour import lab_to_xyz, srgb_encode, xyz_to_linear_srgb


def skin(height=64, width=80, seed=0):
    """(h, w, 3) uint8 skin-like colours without symmetry."""
    rng = np.random.default_rng(seed)
    ramp = np.linspace(0, 12, width)[None, :, None] + np.linspace(0, 6, height)[:, None, None]
    grain = rng.normal(0, 1.5, (height, width, 3))
    return (np.array([180, 135, 110]) + ramp + grain).round().astype(np.uint8)


def png_bytes(pixels, **options):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", **options)
    return buffer.getvalue()


def jpeg_bytes(pixels, **options):
    buffer = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(buffer, "JPEG", **{"quality": 95, **options})
    return buffer.getvalue()


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_chunk(png, kind, content):
    """Insert a chunk right after IHDR."""
    return png[:33] + chunk(kind, content) + png[33:]


def png_header(width, height, depth=8, colour=2, interlace=0):
    fields = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", fields)


def filtered_rows(samples, kinds):
    """Apply PNG row filters, written from the specification, one sample byte at a time."""
    height, width, channels = samples.shape
    raw = samples.astype(">u2").tobytes()
    stride, step = width * channels * 2, channels * 2
    rows = [raw[y * stride : (y + 1) * stride] for y in range(height)]
    out = b""
    for y, row in enumerate(rows):
        above = rows[y - 1] if y else bytes(stride)
        kind = kinds[y % len(kinds)]
        line = bytearray()
        for x in range(stride):
            a = row[x - step] if x >= step else 0
            b = above[x]
            c = above[x - step] if x >= step else 0
            paeth = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            line.append((row[x] - (0, a, b, (a + b) // 2, paeth)[kind]) % 256)
        out += bytes([kind]) + bytes(line)
    return out


def png16_bytes(samples, colour=2, kinds=(0, 1, 2, 3, 4)):
    """A 16-bit PNG that uses every row filter."""
    height, width = samples.shape[:2]
    body = zlib.compress(filtered_rows(samples, kinds))
    return png_header(width, height, 16, colour) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def matrix_profile(columns_xyz_d50, gamma=None, parametric=None):
    """A minimal ICC matrix profile: colorants (3 rows of XYZ under D50) and one tone curve."""

    def fixed(values):
        return b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    if parametric is not None:
        curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + fixed(parametric)
    else:
        curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    tags = [(b"rXYZ", b"XYZ " + bytes(4) + fixed(columns_xyz_d50[0])),
            (b"gXYZ", b"XYZ " + bytes(4) + fixed(columns_xyz_d50[1])),
            (b"bXYZ", b"XYZ " + bytes(4) + fixed(columns_xyz_d50[2])),
            (b"rTRC", curve), (b"gTRC", curve), (b"bTRC", curve)]
    table, body, at = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, content in tags:
        table += struct.pack(">4sII", name, at + len(body), len(content))
        body += content
    size = at + len(body)
    head = struct.pack(">I", size) + bytes(4) + struct.pack(">I", 0x04300000) + b"mntrRGB XYZ " + bytes(12)
    head += b"acsp" + bytes(28) + fixed((0.9642, 1.0, 0.8249)) + bytes(48)
    return head[:128] + table + body


SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
# Display P3 colorants adapted to D50 as published with the profile (rounded to 4 places).
P3_D50 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))


def lesion_picture(mask, skin_lab, lesion_lab, *, shading=0.0, noise=0.0, seed=0):
    """(h, w, 3) linear float32: a flat lesion on flat skin, lit unevenly, with noise in L*a*b*."""
    height, width = mask.shape
    rng = np.random.default_rng(seed)
    lab = np.where(mask[..., None], np.asarray(lesion_lab, float), np.asarray(skin_lab, float))
    lab = lab + rng.normal(0, 1, (height, width, 3)) * noise
    linear = xyz_to_linear_srgb(lab_to_xyz(lab, white=_white()))
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    light = 1 + shading * (0.6 * x - 0.4 * y - 0.3 * (x**2 + y**2))
    return (linear * light[..., None]).astype(np.float32)


def disc(height, width, centre, radius):
    y, x = np.mgrid[:height, :width]
    return (y - centre[0]) ** 2 + (x - centre[1]) ** 2 <= radius**2


def encoded(linear):
    return np.round(255 * srgb_encode(np.clip(linear, 0, 1))).astype(np.uint8)


def _white():
    from skintwin.optics.colour import WHITE_SRGB

    return WHITE_SRGB

"""Files of the rarer formats, written by the tests so that what they hold is known exactly."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image, TiffImagePlugin

_CODES = {"H": (3, 2), "I": (4, 4), "B": (1, 1), "s": (2, 1), "R": (5, 8), "r": (10, 8)}
XYZ_TO_SRGB = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])


def _packed(order, code, values):
    if code == "s":
        return values
    if code in "Rr":
        unit = "I" if code == "R" else "i"
        return b"".join(struct.pack(f"{order}2{unit}", round(v * 10000), 10000) for v in values)
    return struct.pack(f"{order}{len(values)}{code}", *values)


def tiff_file(tags, strips, order="<", following=0):
    """tags: {number: (code, values)}; strips: list of bytes. 273 and 279 are filled in."""
    data, offsets = bytearray(), []
    for strip in strips:
        offsets.append(8 + len(data))
        data += strip + b"\0" * (len(strip) % 2)
    data = bytes(data)
    tags = {**tags, 273: ("I", offsets), 279: ("I", [len(s) for s in strips])}
    extra, fields = b"", b""
    base = 8 + len(data)
    for tag in sorted(tags):
        code, values = tags[tag]
        packed = _packed(order, code, values)
        kind, size = _CODES[code]
        count = len(packed) // size
        if len(packed) <= 4:
            place = packed.ljust(4, b"\0")
        else:
            place = struct.pack(f"{order}I", base + len(extra))
            extra += packed + b"\0" * (len(packed) % 2)
        fields += struct.pack(f"{order}HHI", tag, kind, count) + place
    start = struct.pack(f"{order}HI", 42, base + len(extra))
    head = (b"II" if order == "<" else b"MM") + start
    return head + data + extra + struct.pack(f"{order}H", len(tags)) + fields + struct.pack(f"{order}I", following)


def tiff16(samples, order="<", compression=1, predictor=1, rows=16, **more):
    """A 16-bit TIFF of (h, w, channels) in strips; the differences are taken here, the packing by libraries."""
    height, width, channels = samples.shape
    stored = samples.astype(np.uint16)
    if predictor == 2:
        stored = np.diff(stored, axis=1, prepend=np.zeros((height, 1, channels), np.uint16))
    strips = []
    for y in range(0, height, rows):
        raw = stored[y : y + rows].astype(f"{order}u2").tobytes()
        packed = {1: lambda b: b, 8: zlib.compress, 5: lambda b: _by_pillow(b, "tiff_lzw"),
                  32773: lambda b: _by_pillow(b, "packbits")}[compression](raw)  # fmt: skip
        strips.append(packed)
    tags = {256: ("I", [width]), 257: ("I", [height]), 258: ("H", [16] * channels), 259: ("H", [compression]),
            262: ("H", [2 if channels >= 3 else 1]), 277: ("H", [channels]), 278: ("I", [rows]),
            317: ("H", [predictor]),
            **({338: ("H", [2])} if channels in (2, 4) else {}), **more.get("tags", {})}  # fmt: skip
    return tiff_file(tags, strips, order)


def _by_pillow(raw, compression):
    """Pack bytes as one strip with the picture library and take the strip out."""
    buffer = io.BytesIO()
    image = Image.frombytes("L", (len(raw), 1), raw)
    image.save(buffer, "TIFF", compression=compression)
    data = buffer.getvalue()
    tags = TiffImagePlugin.TiffImageFile(io.BytesIO(data)).tag_v2
    assert len(tags[273]) == 1
    return data[tags[273][0] : tags[273][0] + tags[279][0]]


def mosaic(linear, white=4095, black=256):
    """(h, w, 3) linear camera colour -> (h, w) RGGB photosites."""
    counts = np.round(black + linear * (white - black)).clip(0, white).astype(np.uint16)
    sites = counts[..., 1].copy()
    sites[0::2, 0::2] = counts[0::2, 0::2, 0]
    sites[1::2, 1::2] = counts[1::2, 1::2, 2]
    return sites


def dng(linear, neutral=(1.0, 1.0, 1.0), orientation=1, white=4095, black=256, tags=None):
    """A minimal DNG whose camera has the primaries of sRGB."""
    sites = mosaic(linear, white, black)
    height, width = sites.shape
    entries = {
        254: ("I", [0]), 256: ("I", [width]), 257: ("I", [height]), 258: ("H", [16]), 259: ("H", [1]),
        262: ("H", [32803]), 271: ("s", b"TestMaker\0"), 272: ("s", b"TestModel\0"), 274: ("H", [orientation]),
        277: ("H", [1]), 278: ("I", [height]), 284: ("H", [1]), 33421: ("H", [2, 2]), 33422: ("B", [0, 1, 1, 2]),
        50706: ("B", [1, 4, 0, 0]), 50708: ("s", b"TestMaker TestModel\0"), 50714: ("H", [black]),
        50717: ("I", [white]), 50721: ("r", list(XYZ_TO_SRGB.ravel())), 50728: ("R", list(neutral)),
        50778: ("H", [21]), **(tags or {}),
    }  # fmt: skip
    return tiff_file(entries, [sites.astype("<u2").tobytes()])


def dicom(pixels=None, *, frame=None, model="RGB", syntax="1.2.840.10008.1.2.1", bits=8, stored=None, **attributes):
    """A visible-light DICOM. pixels: (h, w[, 3]); frame: bytes of one encapsulated frame instead of plain pixels."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.encaps import encapsulate
    from pydicom.uid import DermoscopicPhotographyImageStorage

    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = DermoscopicPhotographyImageStorage
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = "1.2.3.4.5"
    ds.Rows, ds.Columns = pixels.shape[:2]
    ds.SamplesPerPixel = 1 if model.startswith(("PALETTE", "MONO")) else 3
    ds.PhotometricInterpretation = model
    if ds.SamplesPerPixel == 3:
        ds.PlanarConfiguration = 0
    ds.BitsAllocated, ds.BitsStored = bits, stored or bits
    ds.HighBit, ds.PixelRepresentation = ds.BitsStored - 1, 0
    for name, value in attributes.items():
        setattr(ds, name, value)
    if frame is None:
        ds.PixelData = pixels.astype(f"<u{bits // 8}").tobytes()
        ds["PixelData"].VR = "OB" if bits == 8 else "OW"
    else:
        ds.PixelData = encapsulate([frame])
        ds["PixelData"].VR = "OB"
    buffer = io.BytesIO()
    ds.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def heic(pixels, *, exif=None, bits=8, quality=95, **options):
    """A HEIC; with an EXIF orientation the encoder writes irot and imir, as phones do."""
    import pillow_heif

    if bits == 8:
        file = pillow_heif.from_pillow(Image.fromarray(pixels))
    else:
        height, width = pixels.shape[:2]
        file = pillow_heif.from_bytes("RGB;16", (width, height), pixels.astype(np.uint16).tobytes())
    buffer = io.BytesIO()
    if exif is not None:
        options["exif"] = exif.tobytes()
    file.save(buffer, quality=quality, chroma=444, **options)
    return buffer.getvalue()


def webp(pixels, **options):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", **{"lossless": True, **options})
    return buffer.getvalue()

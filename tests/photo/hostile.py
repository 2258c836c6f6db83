"""Damaged and hostile files, made from ours: ``python -m tests.photo.hostile FOLDER`` writes them all.

Each must give a photograph or a named error within 10 s and 1 GiB (``test_hostile.py``). Always the same files: the
damage is drawn from a fixed seed.
"""

from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from tests.photo.pictures import SRGB_CURVE, chunk, jpeg_bytes, matrix_profile, png16_bytes, png_bytes, png_header, skin
from tests.photo.writers import dicom, dng, heic, tiff16, tiff_file, webp

FLIPS, CUTS, BURSTS = 9, 7, 6
"""Of each of our files: so many with flipped bits, cut short, with a burst of noise."""


def ours() -> dict[str, bytes]:
    """Good files, one or two of each format, with metadata where there can be some."""
    pixels = skin(96, 128)
    exif = Image.Exif()
    exif[271], exif[274], exif[315] = "Maker", 6, "Somchai"
    exif.get_ifd(0x8825)[1] = "N"
    profile = matrix_profile(((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841)),
                             parametric=SRGB_CURVE)  # fmt: skip
    packed = io.BytesIO()
    Image.fromarray(pixels).save(packed, "TIFF", compression="tiff_lzw", icc_profile=profile)
    as_jpeg = io.BytesIO()
    Image.fromarray(pixels).save(as_jpeg, "TIFF", compression="jpeg")
    linear = np.full((96, 128, 3), (0.4, 0.25, 0.15))
    return {
        "plain.png": png_bytes(pixels, exif=exif, icc_profile=profile),
        "deep.png": png16_bytes(pixels[:40, :48].astype(np.uint16) * 257),
        "plain.jpg": jpeg_bytes(pixels, exif=exif, icc_profile=profile),
        "progressive.jpg": jpeg_bytes(pixels, progressive=True, exif=exif),
        "lzw.tif": packed.getvalue(),
        "jpeg.tif": as_jpeg.getvalue(),
        "deep.tif": tiff16(pixels.astype(np.uint16) * 257, compression=5, predictor=2),
        "deep_big_endian.tif": tiff16(pixels.astype(np.uint16) * 257, order=">", compression=8),
        "lossless.webp": webp(pixels, exif=exif, icc_profile=profile),
        "lossy.webp": webp(pixels, lossless=False, quality=90),
        "plain.heic": heic(pixels, exif=exif, icc_profile=profile),
        "ten_bits.heic": heic(pixels.astype(np.uint16) * 257, bits=10),
        "sensor.dng": dng(linear, tags={34665: ("I", [8])}),
        "plain.dcm": dicom(pixels, PatientName="Somchai", ICCProfile=profile),
        "jpeg.dcm": dicom(pixels, frame=jpeg_bytes(pixels), model="YBR_FULL_422", syntax="1.2.840.10008.1.2.4.50"),
    }


def damaged() -> Iterator[tuple[str, bytes]]:
    """Our files with flipped bits, cut short, with bursts of noise, and with another format's beginning."""
    files = ours()
    rng = np.random.default_rng(20)
    for name, content in files.items():
        for i in range(FLIPS):
            wrong = bytearray(content)
            reach = len(wrong) if i % 3 else min(len(wrong), 200)  # every third in the header
            for at in rng.integers(0, reach, 1 + 2 * i):
                wrong[at] ^= 1 << int(rng.integers(0, 8))
            yield f"flip{i}_{name}", bytes(wrong)
        for i in range(CUTS):
            yield f"cut{i}_{name}", content[: int(len(content) * (i + 0.5) / CUTS)]
        for i in range(BURSTS):
            wrong = bytearray(content)
            at = int(rng.integers(0, max(1, len(wrong) - 64)))
            wrong[at : at + 64] = rng.bytes(64) if i % 2 else b"\xff" * 64
            yield f"burst{i}_{name}", bytes(wrong)
    names = list(files)
    for name, other in zip(names, names[1:] + names[:1], strict=True):
        yield f"head_of_another_{name}", files[other][:64] + files[name][64:]


def _zeros(width: int, height: int, channels: int) -> bytes:
    """PNG rows of zeros, packed: a megabyte to a kilobyte."""
    packer = zlib.compressobj(9)
    row = bytes(1 + width * channels)
    return b"".join(packer.compress(row) for _ in range(height)) + packer.flush()


def _tags(width: int, height: int, **more: tuple[str, list[int]]) -> dict[int, tuple[str, list[int]]]:
    tags = {256: ("I", [width]), 257: ("I", [height]), 258: ("H", [8, 8, 8]), 259: ("H", [1]), 262: ("H", [2]),
            277: ("H", [3]), 278: ("I", [height])}  # fmt: skip
    return {**tags, **{int(tag[1:]): value for tag, value in more.items()}}


def png_bombs() -> Iterator[tuple[str, bytes]]:
    """PNG: sizes, packed zeros, profiles, text and chunks that grow."""
    end = chunk(b"IEND", b"")
    pixels = skin()
    for width, height in ((2**31 - 1, 2**31 - 1), (0, 64), (64, 0), (60000, 60000), (51_000_000, 1), (1, 1)):
        body = chunk(b"IDAT", zlib.compress(bytes(100)))
        yield f"size_{width}x{height}.png", png_header(width, height) + body + end
    for width, height, channels, colour in ((7100, 7100, 3, 2), (7100, 7100, 1, 0), (6700, 6700, 4, 6)):
        body = chunk(b"IDAT", _zeros(width, height, channels))
        yield f"zeros_{colour}.png", png_header(width, height, 8, colour) + body + end
    yield "zeros_deep.png", png_header(6700, 6700, 16, 2) + chunk(b"IDAT", _zeros(6700, 6700, 6)) + end
    yield "more_than_said.png", png_header(64, 64) + chunk(b"IDAT", zlib.compress(bytes(50_000_000), 9)) + end
    bomb = zlib.compress(bytes(300_000_000), 9)
    for kind, content in ((b"iCCP", b"x\0\0" + bomb), (b"zTXt", b"x\0\0" + bomb), (b"iTXt", b"x\0\1\0\0\0" + bomb)):
        yield f"bomb_{kind.decode()}.png", png_bytes(pixels)[:33] + chunk(kind, content) + png_bytes(pixels)[33:]
    yield "crowd_of_chunks.png", png_bytes(pixels)[:33] + chunk(b"teSt", b"") * 250_000 + png_bytes(pixels)[33:]
    yield "animated.png", png_bytes(pixels)[:33] + chunk(b"acTL", struct.pack(">II", 9, 0)) + png_bytes(pixels)[33:]
    yield "one_bit.png", png_bytes(np.asarray(Image.fromarray(pixels).convert("1")))
    yield "alpha.png", png_bytes(np.dstack([pixels, np.full(pixels.shape[:2], 9, np.uint8)]))


def profile_bombs() -> Iterator[tuple[str, bytes]]:
    """ICC profiles that are long, crowded, looped, or made of nonsense, in each container."""
    pixels = skin()
    good = matrix_profile(((0.4, 0.2, 0.0), (0.4, 0.7, 0.1), (0.2, 0.1, 0.7)), gamma=2.2)
    crowd = good[:128] + struct.pack(">I", 50_000)
    crowd += b"".join(struct.pack(">III", i, 0, 500_000) for i in range(50_000))
    curves = good[:200] + b"\xff" * (len(good) - 200)
    lut = bytearray(good)
    lut[132:136] = b"A2B0"
    flat = matrix_profile(((0.4, 0.2, 0.0), (0.4, 0.2, 0.0), (0.4, 0.2, 0.0)), gamma=2.2)
    profiles = {"crowd": crowd, "curves": curves, "lut": bytes(lut), "flat": flat, "short": good[:131],
                "zeros": bytes(3_000_000), "cmyk": good.replace(b"RGB ", b"CMYK")}  # fmt: skip
    for name, profile in profiles.items():
        yield f"profile_{name}.png", png_bytes(pixels, icc_profile=profile)
        yield f"profile_{name}.jpg", jpeg_bytes(pixels, icc_profile=profile[:60_000])
        yield f"profile_{name}.webp", webp(pixels, icc_profile=profile)
        yield f"profile_{name}.dcm", dicom(pixels, ICCProfile=profile + b"\0" * (len(profile) % 2))


def jpeg_bombs() -> Iterator[tuple[str, bytes]]:
    """JPEG: thousands of passes, false sizes, crowds of segments."""
    base = jpeg_bytes(skin(), progressive=True)
    at = base.find(b"\xff\xc2")
    for width, height in ((65535, 65535), (0, 64), (65535, 1)):
        yield f"size_{width}x{height}.jpg", base[: at + 5] + struct.pack(">HH", height, width) + base[at + 9 :]
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x01\x05\x00" + b"\x00"
    big = base[: at + 5] + struct.pack(">HH", 7000, 7000) + base[at + 9 :]
    yield "ten_thousand_passes.jpg", big[:-2] + scan * 10_000 + b"\xff\xd9"
    yield "thirty_passes.jpg", big[:-2] + scan * 25 + b"\xff\xd9"
    yield "declared_large.jpg", big
    yield "crowd_of_segments.jpg", base[:2] + b"\xff\xe5\x00\x02" * 300_000 + base[2:]
    yield "fill_bytes.jpg", base[:2] + b"\xff" * 3_000_000 + base[2:]
    yield "twelve_bits.jpg", base[: at + 4] + b"\x0c" + base[at + 5 :]
    exif = b"Exif\0\0II*\0\x08\0\0\0" + b"\x01\x00" + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    yield "exif_loop.jpg", base[:2] + b"\xff\xe1" + struct.pack(">H", 2 + len(exif)) + exif + base[2:]
    yield "film_behind.jpg", base + b"\0\0\0\x18ftypmp42" + bytes(5000)
    yield "cmyk.jpg", jpeg_bytes(Image.fromarray(skin()).convert("CMYK"))
    yield "grey.jpg", jpeg_bytes(skin()[..., 0])


def tiff_bombs() -> Iterator[tuple[str, bytes]]:
    """TIFF and DNG: loops, crowds, false counts, packed zeros, every odd sample format."""
    raw = skin(64, 80).tobytes()
    good = tiff_file(_tags(80, 64), [raw])
    (first,) = struct.unpack_from("<I", good, 4)
    yield "next_is_itself.tif", good[:-4] + struct.pack("<I", first)
    yield "first_is_nowhere.tif", good[:4] + struct.pack("<I", 0x7FFFFFFF) + good[8:]
    yield "first_is_the_header.tif", good[:4] + struct.pack("<I", 0) + good[8:]
    for tag in (330, 34665, 34853):
        loop = tiff_file({**_tags(80, 64), tag: ("I", [0x10101010])}, [raw])
        yield f"child_is_parent_{tag}.tif", loop.replace(struct.pack("<I", 0x10101010), struct.pack("<I", first))
        yield f"crowd_of_children_{tag}.tif", tiff_file({**_tags(80, 64), tag: ("I", list(range(8, 40_000)))}, [raw])
    chain, at = b"", 8
    for _ in range(5000):
        at += 6
        chain += struct.pack("<HI", 0, at)
    yield "long_chain.tif", b"II*\0" + struct.pack("<I", 8) + chain + bytes(6)
    yield "count_of_billions.tif", good.replace(struct.pack("<HHI", 258, 3, 3), struct.pack("<HHI", 258, 3, 2**32 - 1))
    for width, height in ((2**32 - 1, 2**32 - 1), (0, 0), (60000, 60000), (1, 1)):
        yield f"size_{width}x{height}.tif", tiff_file({**_tags(width, height)}, [raw])
    yield "declared_large.tif", tiff_file(_tags(7100, 7100), [raw])
    zeros = zlib.compress(bytes(7100 * 7100 * 3), 9)
    yield "zeros.tif", tiff_file({**_tags(7100, 7100), 259: ("H", [8])}, [zeros])
    deep = {258: ("H", [16] * 3), 259: ("H", [8])}
    strip = zlib.compress(bytes(6700 * 100 * 6), 9)
    yield "zeros_deep.tif", tiff_file({**_tags(6700, 6700), **deep, 278: ("I", [100])}, [strip] * 67)
    yield "more_than_said.tif", tiff_file({**_tags(80, 64), 259: ("H", [8])}, [zlib.compress(bytes(200_000_000), 9)])
    rows = {278: ("I", [1])}
    yield "a_strip_a_row.tif", tiff_file({**_tags(80, 100_000), **rows}, [bytes(240)] * 100_000)
    yield "tiles_of_zero.tif", tiff_file({**_tags(80, 64), 322: ("I", [0]), 323: ("I", [0]), 324: ("I", [8]),
                                          325: ("I", [100])}, [raw])  # fmt: skip
    yield "tiles_huge_deep.tif", tiff_file({**_tags(80, 64), **deep, 322: ("I", [2**31]), 323: ("I", [2**31]),
                                            324: ("I", [8]), 325: ("I", [100])}, [raw])  # fmt: skip
    nan = np.full((64, 80, 3), np.nan, np.float32).tobytes()
    yield "nan.tif", tiff_file({**_tags(80, 64), 258: ("H", [32] * 3), 339: ("H", [3] * 3)}, [nan])
    yield "double.tif", tiff_file({**_tags(80, 64), 258: ("H", [64] * 3), 339: ("H", [3] * 3)}, [nan * 2])
    yield "thirty_two_bits.tif", tiff_file({**_tags(80, 64), 258: ("H", [32] * 3)}, [nan])
    yield "one_bit.tif", tiff_file({**_tags(80, 64), 258: ("H", [1]), 262: ("H", [1]), 277: ("H", [1])}, [bytes(640)])
    for photometric in (3, 4, 5, 6, 8, 9, 99, 32844):
        yield f"photometric_{photometric}.tif", tiff_file({**_tags(80, 64), 262: ("H", [photometric])}, [raw])
    for compression in (2, 3, 4, 6, 7, 9, 34676, 34712, 50001, 65000):
        yield f"compression_{compression}.tif", tiff_file({**_tags(80, 64), 259: ("H", [compression])}, [raw])
        yield f"deep_{compression}.tif", tiff_file({**_tags(80, 64), **deep, 259: ("H", [compression])}, [raw * 2])
    pages = io.BytesIO()
    page = Image.fromarray(skin())
    page.save(pages, "TIFF", save_all=True, append_images=[page] * 3)
    yield "four_pages.tif", pages.getvalue()
    yield "big.tif", b"II+\0\x08\0\0\0" + struct.pack("<Q", 16) + bytes(200)
    linear = np.full((64, 80, 3), 0.3)
    for width, height in ((60000, 60000), (6700, 6700), (1, 1)):
        yield f"size_{width}x{height}.dng", dng(linear, tags={256: ("I", [width]), 257: ("I", [height])})
    yield "matrix_of_zeros.dng", dng(linear, tags={50721: ("r", [0.0] * 9)})
    yield "balance_of_zero.dng", dng(linear, neutral=(0.0, 0.0, 0.0))
    yield "white_below_black.dng", dng(linear, tags={50717: ("I", [10])})
    yield "four_colours.dng", dng(linear, tags={33422: ("B", [0, 1, 2, 3]), 50710: ("B", [0, 1, 2, 3])})
    yield "compressed_lie.dng", dng(linear, tags={259: ("H", [7])})
    for mark in (b"FUJIFILMCCD-RAW ", b"IIRO", b"IIU\0", b"FOVb", b"\0MRM", b"\0\0\0\x18ftypcrx "):
        yield f"mark_{mark[-4:].hex()}.raw", mark + bytes(3000)


def container_bombs() -> Iterator[tuple[str, bytes]]:
    """WebP, HEIC and DICOM."""
    pixels = skin()
    good, still = heic(pixels), webp(pixels, lossless=False)
    at = good.find(b"ispe")
    for width, height in ((2**32 - 1, 2**32 - 1), (60000, 60000), (7100, 7100), (0, 0)):
        head = struct.pack(">II", width, height)
        yield f"size_{width}x{height}.heic", good[: at + 8] + head + good[at + 16 :]
    box = b""
    for _ in range(3000):
        box = struct.pack(">I4s", 12 + len(box), b"meta") + bytes(4) + box
    yield "nested_boxes.heic", good[:24] + box
    yield "crowd_of_boxes.heic", good + struct.pack(">I4s", 8, b"free") * 300_000
    yield "box_of_zero.heic", good[:24] + bytes(64)
    yield "box_of_64_bits.heic", good[:24] + struct.pack(">I4sQ", 1, b"meta", 2**63) + bytes(64)
    yield "only_a_head.heic", good[:24]
    yield "film.mp4", b"\0\0\0\x18ftypmp42" + bytes(200)
    yield "picture.avif", b"\0\0\0\x18ftypavif" + bytes(200)
    yield "film.heic", good.replace(b"ftypheic", b"ftyphevc")
    at = still.find(b"VP8 ")
    yield "size.webp", still[: at + 14] + b"\xff\x3f\xff\x3f" + still[at + 18 :]
    yield "canvas.webp", b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\0" * 4 + b"\xff" * 6
    yield "length_lie.webp", still[:4] + struct.pack("<I", 2**32 - 10) + still[8:]
    yield "crowd_of_chunks.webp", still[:4] + struct.pack("<I", len(still) - 8 + 2_400_000) + still[8:] + (
        b"teSt" + bytes(4)) * 300_000  # fmt: skip
    frames = io.BytesIO()
    first = Image.fromarray(pixels)
    first.save(frames, "WEBP", save_all=True, append_images=[Image.fromarray(pixels[::-1].copy())] * 3)
    yield "animated.webp", frames.getvalue()
    yield from dicom_bombs()


def dicom_bombs() -> Iterator[tuple[str, bytes]]:
    """DICOM: false sizes, depths, palettes, syntaxes, nested sequences, packed zeros."""
    pixels = skin()
    for rows, columns in ((65535, 65535), (7100, 7100), (1, 1), (0, 0)):
        yield f"size_{columns}x{rows}.dcm", dicom(pixels, Rows=rows, Columns=columns)
    yield "frames.dcm", dicom(pixels, NumberOfFrames=1000)
    yield "frames_negative.dcm", dicom(pixels, NumberOfFrames=-1)
    for model in ("MONOCHROME1", "MONOCHROME2", "YBR_PARTIAL_420", "HSV", "ARGB", "CMYK", "YBR_ICT", "PALETTE COLOR"):
        yield f"model_{model.replace(' ', '_')}.dcm", dicom(pixels[..., 0] if "MONO" in model else pixels, model=model)
    palette = {f"{c}PaletteColorLookupTableDescriptor": [0, 0, 16] for c in ("Red", "Green", "Blue")}
    yield "palette_short.dcm", dicom(pixels[..., 0], model="PALETTE COLOR", **palette)
    yield "signed.dcm", dicom(pixels.astype(np.uint16), bits=16, PixelRepresentation=1)
    yield "thirty_two_bits.dcm", dicom(pixels.astype(np.uint32), bits=32)
    yield "one_bit_stored.dcm", dicom(pixels, stored=1)
    yield "planes_lie.dcm", dicom(pixels, PlanarConfiguration=7)
    for syntax in ("1.2.1.99", "4.57", "4.70", "4.80", "4.81", "4.90", "4.91", "4.100", "4.202", "5"):
        full = "1.2.840.10008." + (syntax if syntax.startswith("1.") else f"1.2.{syntax}")
        yield f"syntax_{syntax}.dcm", (dicom(pixels, syntax=full) if syntax == "1.2.1.99"
                                       else dicom(pixels, frame=b"\xff\xd8\xff" + bytes(999), syntax=full))  # fmt: skip
    run = struct.pack("<16I", 3, *(64 + i * 200_000 for i in range(3)), *[0] * 12) + b"\x81\x00" * 300_000
    yield "run_length.dcm", dicom(pixels, frame=run, syntax="1.2.840.10008.1.2.5", Rows=4000, Columns=4000)
    head = dicom(pixels)
    at = head.find(b"\x28\x00\x02\x00")  # samples per pixel: sequences go before it
    nested = b""
    for _ in range(3000):
        nested += struct.pack("<HH2sHI", 0x0008, 0x1140, b"SQ", 0, 2**32 - 1)
        nested += struct.pack("<HHI", 0xFFFE, 0xE000, 2**32 - 1)
    yield "nested_sequences.dcm", head[:at] + nested + head[at:]
    yield "length_lie.dcm", head[:at] + struct.pack("<HH2sHI", 0x0008, 0x1140, b"OB", 0, 2**32 - 2) + head[at:]
    yield "only_a_preamble.dcm", bytes(128) + b"DICM"
    yield "profile_in_a_crowd.dcm", dicom(pixels, PixelSpacing=[0, -1], ImmersionMedia="HONEY", Modality="CT")


def odd_files() -> Iterator[tuple[str, bytes]]:
    """What is no photograph, and photographs under a wrong name."""
    files = ours()
    yield "empty.jpg", b""
    for size in (1, 4, 12, 132):
        yield f"zeros_{size}.png", bytes(size)
    yield "text.heic", "Dear doctor, here is my picture. สวัสดี".encode() * 50
    yield "page.dcm", b"<!doctype html><html></html>"
    yield "archive.png", b"PK\x03\x04" + bytes(500)
    yield "report.jpg", b"%PDF-1.7" + bytes(500)
    yield "moving.gif", b"GIF89a" + bytes(500)
    yield "noise.tif", np.random.default_rng(3).bytes(5000)
    names = list(files)
    for name, other in zip(names, names[4:] + names[:4], strict=True):
        yield f"really_{Path(other).stem}_{name}", files[other]


def corpus() -> Iterator[tuple[str, bytes]]:
    """Every file by name, hostile ones first."""
    for group in (png_bombs, profile_bombs, jpeg_bombs, tiff_bombs, container_bombs, odd_files, damaged):
        for name, content in group():
            yield f"{group.__name__}-{name}", content


def write(folder: Path, *, every: int = 1) -> list[Path]:
    """Write the corpus (or each ``every``-th of it) and what is no file at all. Returns the paths to try."""
    paths = []
    for i, (name, content) in enumerate(corpus()):
        if i % every == 0:
            paths.append(folder / name)
            paths[-1].write_bytes(content)
    good = folder / "good.png"
    good.write_bytes(png_bytes(skin()))
    (folder / "link.png").symlink_to(good)
    (folder / "broken_link.png").symlink_to(folder / "nowhere")
    (folder / "circle.png").symlink_to(folder / "circle.png")
    (folder / "folder.png").mkdir()
    os.mkfifo(folder / "pipe.png")
    sparse = folder / "sparse.png"
    with sparse.open("wb") as file:
        file.truncate(2**40)
    other = ["good.png", "link.png", "broken_link.png", "circle.png", "folder.png", "pipe.png", "sparse.png",
             "none.png"]  # fmt: skip
    return [*paths, *(folder / name for name in other), Path("/dev/zero"), Path("/dev/stdin")]


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    print(len(write(target)), "files in", target)

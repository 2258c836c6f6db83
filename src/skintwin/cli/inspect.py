"""``skintwin inspect PHOTOGRAPH``: what a photograph shows, measured and drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skintwin.measure.lesion import LesionMeasures
    from skintwin.photo.outline import LesionOutline
    from skintwin.photo.photograph import Photograph
    from skintwin.photo.scale import Scale


def inspect(
    photo: Annotated[Path, typer.Argument(help="Photograph: PNG, JPEG, TIFF, WebP, HEIC, camera RAW or DICOM.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for pictures and measures.csv.")],
    mm_per_pixel: Annotated[float | None, typer.Option(help="Size of a pixel, mm.")] = None,
    lesion_diameter: Annotated[
        str, typer.Option(help='Largest diameter of the lesion, with its unit: "12 mm".')
    ] = "",
    phototype: Annotated[str, typer.Option(help="I to VI; needed for pigment maps.")] = "",
    site: Annotated[str, typer.Option(help="Body site, such as back; sets skin thickness.")] = "",
    outline: Annotated[Path | None, typer.Option(help="Outline: polygon .json or mask picture.")] = None,
    box: Annotated[
        str, typer.Option(help="Where to look for the lesion: left,top,width,height in pixels.")
    ] = "",
    kind: Annotated[str, typer.Option(help="hypopigmented or hyperpigmented; found if not given.")] = "",
    geometry: Annotated[
        str, typer.Option(help="Surface gloss: SCI, SCE (crossed polarisers) or unknown.")
    ] = "unknown",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files of an earlier call.")] = False,
) -> None:
    """Measure the lesion on a photograph: outline, area, colour, contrast and pigment maps."""
    from skintwin.errors import ConfigError
    from skintwin.measure.lesion import measure_lesion
    from skintwin.measure.table import to_lines
    from skintwin.photo.intake import read_photograph
    from skintwin.skin.phototype import phototype_named
    from skintwin.skin.site import site_named

    if mm_per_pixel is not None and lesion_diameter:
        raise ConfigError("two scales are given", where="--mm-per-pixel, --lesion-diameter", expected="one")
    if kind not in ("", "hypopigmented", "hyperpigmented"):
        raise ConfigError(f"no kind {kind!r}", where="--kind", expected="hypopigmented or hyperpigmented")
    if geometry not in ("SCI", "SCE", "unknown"):
        raise ConfigError(f"no geometry {geometry!r}", where="--geometry", expected="SCI, SCE or unknown")
    skin_type = phototype_named(phototype) if phototype else None
    place = site_named(site) if site else None
    photograph = read_photograph(photo)
    drawn = _outline(photograph, outline, box, kind)
    scale = _scale(drawn, mm_per_pixel, lesion_diameter)
    measures = measure_lesion(
        photograph, drawn, scale, phototype=skin_type, site=place,
        geometry=geometry,  # type: ignore[arg-type]
    )
    names = _write(out, photograph, drawn, scale, measures, overwrite)
    for line in to_lines(measures.observations):
        typer.echo(line)
    for warning in measures.warnings:
        typer.echo(f"note: {warning}")
    if photograph.dropped:
        typer.echo(f"note: found in the file and not kept: {', '.join(photograph.dropped)}")
    typer.echo(f"written to {out}: {', '.join(names)}")


def _outline(photograph: Photograph, path: Path | None, box: str, kind: str) -> LesionOutline:
    """The given outline, or the one that is found."""
    from skintwin.measure.kind import kind_of
    from skintwin.photo.outline import drawn_outline
    from skintwin.photo.polygon import read_drawing
    from skintwin.photo.region import find_outline_in, parse_box

    wanted = kind or None
    if path is None:
        return find_outline_in(photograph, parse_box(box) if box else None, wanted)  # type: ignore[arg-type]
    mask, cut = read_drawing(path, photograph.shape)
    return drawn_outline(mask, wanted or kind_of(photograph, mask), cut)  # type: ignore[arg-type]


def _scale(outline: LesionOutline, mm_per_pixel: float | None, diameter: str) -> Scale:
    """The scale that was given, or unknown."""
    from skintwin.photo.scale import UNKNOWN_SCALE, scale_from_diameter, scale_from_mm_per_pixel

    if mm_per_pixel is not None:
        return scale_from_mm_per_pixel(mm_per_pixel)
    if diameter:
        return scale_from_diameter(millimetres(diameter), outline.mask)
    return UNKNOWN_SCALE


def millimetres(text: str) -> float:
    """"12 mm" or "1.2 cm" -> 12.0. Raises ConfigError for a missing or wrong unit."""
    from skintwin.errors import ConfigError, LedgerError
    from skintwin.evidence.units import conversion_factor

    number, _, unit = text.strip().partition(" ")
    try:
        return float(number) * conversion_factor(unit.strip() or "1", "mm")
    except (ValueError, LedgerError) as error:
        raise ConfigError(f"{text!r} is not a length", where="--lesion-diameter",
                          expected='a number, a space and a unit of length, such as "12 mm"') from error


def _write(
    out: Path, photograph: Photograph, outline: LesionOutline, scale: Scale, measures: LesionMeasures,
    overwrite: bool,
) -> list[str]:
    """Make every file's content first, check that none is in the way, then write."""
    from skintwin.errors import PhotographError
    from skintwin.measure.table import to_csv
    from skintwin.photo.frame_view import frame_view
    from skintwin.photo.overlay import map_picture, overlay
    from skintwin.photo.polygon import polygon_json
    from skintwin.photo.save import png_content, write_safely

    frame = frame_view(photograph, outline, measures.view, measures.ring)
    drawn = overlay(frame.photograph, frame.outline, frame.ring, scale.resized(frame.shrink))
    contents = {"overlay.png": png_content(drawn)}
    if measures.maps is not None:
        small = measures.map_geometry.scale(scale)
        contents["melanin.png"] = png_content(map_picture(measures.maps.melanin_um, small))
        contents["blood.png"] = png_content(map_picture(measures.maps.blood, small))
    contents["outline.json"] = polygon_json(outline.polygon).encode()
    contents["measures.csv"] = to_csv(measures.observations).encode()
    there = [name for name in contents if (out / name).exists()]
    if there and not overwrite:
        raise PhotographError(f"holds {', '.join(there)} already", where=str(out),
                              expected="a folder without an earlier result",
                              do="choose another folder or add --overwrite")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PhotographError("the folder cannot be made", where=str(out),
                              do="choose another place") from error
    for name, content in contents.items():
        write_safely(out / name, content, overwrite=overwrite)
    return list(contents)

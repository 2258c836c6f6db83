"""Commands of ``skintwin optics``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Light and skin.")


@app.command()
def train_emulator(
    out: Annotated[Path, typer.Option("--out", help="File to write (.npz).")],
    samples: Annotated[int, typer.Option("--samples", min=64, help="Spectra to learn from.")] = 65536,
    steps: Annotated[int, typer.Option("--steps", min=1, help="Steps of the training.")] = 48000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the skins and of the training.")] = 0,
) -> None:
    """Train the emulator of skin spectra on adding-doubling with the coefficients in force: some minutes, one core."""
    from time import process_time

    from skintwin.errors import RunError
    from skintwin.optics.emulator import write_emulator
    from skintwin.optics.emulator_error import emulator_error
    from skintwin.optics.emulator_training import train_emulator as train

    begun = process_time()
    trained = train(samples, steps, seed)
    seconds = process_time() - begun
    error = emulator_error(trained)
    try:
        write_emulator(trained, out, samples=samples, steps=steps, seed=seed)
    except OSError as problem:
        raise RunError(f"cannot be written: {problem.strerror}", where=str(out), do="choose another place") from None
    typer.echo(f"emulator: {out} ({seconds:.0f} s of processor time)")
    typer.echo(f"{error.skins} skins not seen: dE00 median {error.median:.3f}, 99 % below {error.p99:.3f}")


@app.command()
def train_inverse(
    out: Annotated[Path, typer.Option("--out", help="File to write (.npz).")],
    kind: Annotated[str, typer.Option("--kind", help="srgb (calibrated, even skin) or photograph.")] = "srgb",
    sensor: Annotated[str, typer.Option("--sensor", help="A measured camera for a photograph.")] = "sRGB",
    light: Annotated[str, typer.Option("--light", help="Light of that camera.")] = "D65",
    people: Annotated[int, typer.Option("--people", min=4096, help="People to learn from.")] = 1 << 21,
    steps: Annotated[int, typer.Option("--steps", min=1, help="Steps of the training.")] = 24000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the people and of the training.")] = 0,
) -> None:
    """Train what a pixel's colour says of pigment, with the coefficients and priors in force: two minutes, one core."""
    from time import process_time

    from skintwin.errors import ConfigError, RunError
    from skintwin.optics.camera.device import Camera
    from skintwin.optics.posterior.channels import ChannelSet
    from skintwin.optics.posterior.network import PACKAGED, write_posterior
    from skintwin.optics.posterior.training import train_posterior

    if kind not in PACKAGED:
        raise ConfigError(f"a posterior of {kind!r}", where="--kind", expected=" or ".join(PACKAGED))
    channels = ChannelSet.srgb() if kind == "srgb" else ChannelSet.photograph(Camera.usual(sensor, light))
    begun = process_time()
    trained = train_posterior(channels, people, steps, seed)
    seconds = process_time() - begun
    try:
        write_posterior(trained, out, channels, people=people, steps=steps, seed=seed)
    except OSError as problem:
        raise RunError(f"cannot be written: {problem.strerror}", where=str(out), do="choose another place") from None
    typer.echo(f"posterior of {', '.join(channels.names)}: {out} ({seconds:.0f} s of processor time)")

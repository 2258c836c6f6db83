"""1,024 patches of 128² for a year with all mechanisms, and the share of the measured copy bandwidth.

    python benchmarks/gpu.py                      # on a GPU, after `pip install -e '.[gpu]'`
    python benchmarks/gpu.py --size 16 --patches 2 --steps 14 --copy-mib 8        # anywhere, to see that it runs

Needs only skintwin and JAX (0.10 to 0.12, Python 3.11 or 3.12).
"""

from __future__ import annotations

import argparse
import time

import jax
import jax.numpy as jnp
from clock import repeated
from rig import INTERVAL, STEPS_PER_YEAR, make_rig


def copy_bandwidth(mebibytes: int, repeats: int = 10) -> float:
    """GB/s, read and written, of b ← a + 1 on the default device."""
    a = jnp.zeros(mebibytes * 2**18, jnp.float32)
    add = jax.jit(lambda x: x + 1.0)
    return 2.0 * a.nbytes / repeated(lambda: add(a).block_until_ready(), repeats).best / 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=128, help="pixels a side")
    parser.add_argument("--patches", type=int, default=1024)
    parser.add_argument("--batch", type=int, default=0, help="patches marched together (default: all)")
    parser.add_argument("--steps", type=int, default=STEPS_PER_YEAR, help="half-day steps")
    parser.add_argument("--copy-mib", type=int, default=1024, help="size of the array of the copy test")
    given = parser.parse_args()
    batch = given.batch or given.patches
    rig = make_rig(given.size, batch)
    rig.run()
    bandwidth = copy_bandwidth(given.copy_mib)
    intervals = -(-given.steps // INTERVAL) * -(-given.patches // batch)
    start = time.perf_counter()
    for _ in range(intervals):
        rig.run()
    seconds = time.perf_counter() - start
    ns = seconds / intervals / rig.pixel_steps() * 1e9
    print(f"device              {jax.devices()[0].device_kind}, jax {jax.__version__}")
    print(f"patches             {given.patches} of {given.size}², {intervals * INTERVAL} steps in batches of {batch}")
    print(f"time                {seconds:.2f} s (compilation {rig.compile_seconds:.1f} s apart)")
    print(f"cost                {ns:.4f} ns per pixel-step")
    print(f"traffic, least      {rig.traffic:.0f} bytes per pixel-step: {rig.traffic / ns:.1f} GB/s")
    print(f"copy bandwidth      {bandwidth:.1f} GB/s; share {100 * rig.traffic / ns / bandwidth:.1f} % (target 30 %)")


if __name__ == "__main__":
    main()

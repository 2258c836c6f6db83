"""Draws depend on seed, stream, kind and key, and on nothing else."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from skintwin.evidence import Ledger
from skintwin.evidence.draws import uniform_stream

from .conftest import Write

KEYS = ["optics.blood", "optics.share", "optics.depth", "optics.speed"]
seeds = st.integers(-(2**70), 2**70)


@pytest.fixture
def book(write: Write) -> Ledger:
    return Ledger.load(write())


@given(seeds, st.text(max_size=20), st.integers(0, 40), st.integers(0, 40))
def test_a_longer_draw_extends_a_shorter_one(seed: int, key: str, n: int, more: int) -> None:
    long = uniform_stream(key, n + more, seed)
    assert np.array_equal(uniform_stream(key, n, seed), long[:n])
    assert np.all((long > 0) & (long < 1))


@given(seeds)
def test_streams_are_told_apart(seed: int) -> None:
    streams = [
        uniform_stream("optics.blood", 8, seed),
        uniform_stream("optics.blood", 8, seed + 1),
        uniform_stream("optics.bloom", 8, seed),
        uniform_stream("optics.blood", 8, seed, kind="variability"),
        uniform_stream("optics.blood", 8, seed, stream="B"),
    ]
    assert len({float(stream[0]) for stream in streams}) == len(streams)


def test_ledger_draws_are_independent_of_order(book: Ledger) -> None:
    forward, backward = book.draw(KEYS, 16, seed=3), book.draw(reversed(KEYS), 16, seed=3)
    assert all(np.array_equal(forward[key], backward[key]) for key in KEYS)
    assert list(backward) == KEYS[::-1]


def test_only_the_asked_kinds_vary(book: Ledger) -> None:
    default = book.draw(KEYS, 8, seed=1)
    assert np.unique(default["optics.blood"]).size == 8
    assert default["optics.depth"].tolist() == [2.0] * 8
    assert default["optics.speed"].tolist() == [299792458.0] * 8
    patients = book.draw(KEYS, 8, seed=1, kinds=("variability",))
    assert patients["optics.blood"].tolist() == [150.0] * 8
    assert np.unique(patients["optics.depth"]).size == 8


def test_draws_follow_their_prior(book: Ledger) -> None:
    sample = book.draw(["optics.blood"], 20_000, seed=11)["optics.blood"]
    assert np.quantile(sample, [0.05, 0.5, 0.95]) == pytest.approx([120, 150, 200], rel=0.01)
    u = book.unit_draws(["optics.blood"], 20_000, seed=11)["optics.blood"]
    assert stats.kstest(u, "uniform").pvalue > 0.01


def test_unit_draws_and_quantiles_make_a_draw(book: Ledger) -> None:
    u = book.unit_draws(KEYS, 6, seed=9)
    assert u["optics.depth"].tolist() == [0.5] * 6
    rebuilt = book.quantiles(u)
    drawn = book.draw(KEYS, 6, seed=9)
    assert all(np.array_equal(rebuilt[key], drawn[key]) for key in KEYS)


def test_pick_freeze_moves_one_parameter(book: Ledger) -> None:
    a, b = (book.unit_draws(KEYS, 32, seed=5, stream=name) for name in "AB")
    mixed = book.quantiles(a | {"optics.blood": b["optics.blood"]})
    base = book.quantiles(a)
    assert np.array_equal(mixed["optics.share"], base["optics.share"])
    assert not np.any(mixed["optics.blood"] == base["optics.blood"])


def test_draws_come_in_the_unit_asked_for(book: Ledger) -> None:
    plain = book.draw(["optics.blood"], 4, seed=2)["optics.blood"]
    scaled = book.draw(["optics.blood"], 4, seed=2, units={"optics.blood": "g/mL"})["optics.blood"]
    assert scaled == pytest.approx(plain / 1000)


def test_the_same_numbers_in_another_process() -> None:
    code = "from skintwin.evidence.draws import uniform_stream as u; print(u('optics.blood', 3, 7).tolist())"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == str(uniform_stream("optics.blood", 3, 7).tolist())

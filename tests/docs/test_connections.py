"""What the pages say that a mechanism reads and changes is what it reads and changes."""

from __future__ import annotations

import runpy
from pathlib import Path

from skintwin.mechanisms import mechanisms

ROOT = Path(__file__).parents[2]
FOUND = runpy.run_path(str(ROOT / "docs" / "connections.py"))["connections"]()


def test_what_a_mechanism_needs_before_it_responds_is_among_what_it_reads() -> None:
    needed = {p.name: set(p.needs) for p in mechanisms() if p.needs}
    assert needed
    for name, needs in needed.items():
        assert needs <= {q.name for _, q in FOUND[name].reads}, name


def test_connections_that_the_equations_show() -> None:
    """Follicles send melanoblasts out where they are called; light meets melanin; T cells take melanocytes."""
    follicles, sunlight, immunity = (FOUND[name] for name in ("follicles", "sunlight", "autoimmunity"))
    assert [(p.name, q.name) for p, q in follicles.changes] == [("melanocytes", "melanoblasts")]
    assert {"inflammation", "stimulus", "capacity"} <= {q.name for _, q in follicles.reads}
    assert {q.name for _, q in sunlight.reads} >= {"melanin_basal", "melanin_cornified"}
    assert not sunlight.changes
    assert {q.name for _, q in immunity.changes} == {"melanocytes", "melanoblasts", "reserve"}


def test_nothing_of_its_own_is_listed() -> None:
    for process in mechanisms():
        own = {q.name for q in process.quantities}
        assert not own & {q.name for _, q in (*FOUND[process.name].reads, *FOUND[process.name].changes)}

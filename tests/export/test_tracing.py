"""Expressions followed through a traced calculation are the calculation."""

from __future__ import annotations

import importlib.util

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from skintwin.errors import ConfigError
from skintwin.export.expressions import Graph
from skintwin.export.formulas import Formulas
from skintwin.export.tracing import trace


def _everything(x):
    """Every operation that mechanisms may use."""
    a, b = x["a"], x["b"]
    pair = jnp.stack([a, b])
    return {
        "sums": a + b - 2.0 * a / b,
        "powers": a**2 + a**b + jnp.sqrt(b) + jnp.square(a),
        "logs": jnp.log1p(a) + jnp.log(b) + jnp.expm1(-a) + jnp.exp(a - b),
        "choices": jnp.where((a > b) & (b > 0), a, jnp.minimum(a, 1.0)) + jnp.clip(b, 0.0, 1.0),
        "steps": jnp.where(a >= 0.5, 1.0, 0.0) + jnp.sign(a - b) + jnp.abs(a - b) + (a > b).astype(float),
        "waves": jnp.sin(a) * jnp.cos(b) + jnp.tanh(a) + jax.nn.sigmoid(b) + jnp.floor(3 * b),
        "moved": pair.max(axis=0) + pair[1] + pair.sum() + jnp.concatenate([a, b], axis=0).mean(),
        "nothing": 0.0 * a + 1.0 * b + jnp.maximum(b, b),
    }


def test_every_operation_gives_the_numbers_that_jax_gives():
    """With numbers for names, an expression works itself out; to rounding."""
    for a, b in ((0.3, 1.7), (2.5, 0.4)):
        graph = Graph()
        cells = {name: np.full((1, 1, 1), graph.number(value), object) for name, value in (("a", a), ("b", b))}
        found = trace(_everything, cells, graph)
        with jax.enable_x64(True):
            expected = _everything({"a": jnp.full((1, 1, 1), a), "b": jnp.full((1, 1, 1), b)})
        for name, node in found.items():
            assert node.value == pytest.approx(expected[name].item(), rel=1e-14), name


def test_what_is_neutral_is_left_out_and_what_is_shared_has_a_name():
    graph = Graph()
    cells = {name: np.full((1, 1, 1), graph.name(name), object) for name in "ab"}
    found = trace(lambda x: {"n": 0.0 * x["a"] + 1.0 * x["b"], "s": jnp.exp(x["a"] * 3) ** 2,
                             "t": 1 + jnp.exp(x["a"] * 3)}, cells, graph)  # fmt: skip
    formulas = Formulas({}, list(found.values()))
    assert formulas.text(found["n"]) == "b"
    assert formulas.shared == {"shared_1": found["s"].arguments[0]}
    assert formulas.text(found["s"]) == "(shared_1 ^ 2.0)"
    assert formulas.text(found["t"]) in ("(1.0 + shared_1)", "(shared_1 + 1.0)")


def test_an_operation_without_counterpart_is_refused_by_mechanism_and_name(tmp_path):
    """Only when it is needed."""
    file = tmp_path / "mechanisms" / "oddity.py"
    file.parent.mkdir()
    file.write_text("import jax.scipy as js\n\n\ndef rate(a):\n    return js.special.erf(a)\n")
    spec = importlib.util.spec_from_file_location("oddity", file)
    odd = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(odd)
    graph = Graph()
    cells = {"a": np.full((1, 1, 1), graph.name("a"), object)}
    with pytest.raises(ConfigError, match=r"rate u: mechanism oddity uses the primitive 'erf'"):
        trace(lambda x: {"rate u": 1 + odd.rate(x["a"])}, cells, graph)
    assert trace(lambda x: {"rate u": x["a"] + 0.0 * odd.rate(x["a"])}, cells, graph)["rate u"].name == "a"

# skintwin: `make demo` and `make test` do all set-up themselves.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
OUT    ?= runs/halo_naevus

.PHONY: demo test lint validate bench docs clean

$(VENV)/.base: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	touch $@

$(VENV)/.dev: $(VENV)/.base
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	touch $@

$(VENV)/.bench: $(VENV)/.base
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev,bench]'
	touch $@

$(VENV)/.docs: $(VENV)/.base
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[docs]'
	touch $@

demo: $(VENV)/.base  ## the main job on a real photograph
	$(BIN)/skintwin simulate examples/halo_naevus.yaml --out $(OUT) --overwrite

test: $(VENV)/.dev  ## everything that guards main
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/skintwin evidence check
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow"

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy

validate: $(VENV)/.dev  ## the slow validation
	$(BIN)/pytest -n 2 --dist worksteal

bench: $(VENV)/.bench  ## rewrites docs/performance.md
	$(BIN)/python benchmarks/run.py

docs: $(VENV)/.docs  ## generated pages, then the site under site/
	$(BIN)/python docs/build.py
	$(BIN)/mkdocs build --quiet --strict

clean:
	rm -rf $(VENV) site runs .mypy_cache .ruff_cache .pytest_cache

# One entry for people, pre-commit and CI. `make` lists the targets.
#
# Every target makes its own environment in .venv when there is none. PYTHON=... uses one that has `.[dev]` already.

VENV   ?= .venv
JOBS   ?= auto
ARGS   ?=
BIN    := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
LINTED := checker tests benchmarks

ifdef PYTHON
READY :=
else
PYTHON := $(BIN)/python
READY  := $(VENV)/.ready
endif

# Asked only when an environment has to be made: the first Python here that this project supports.
SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
BASE_PYTHON ?= $(firstword $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c '$(SUPPORTED)' >/dev/null 2>&1 && echo "$$name"; done))

.DEFAULT_GOAL := help
.PHONY: help setup check lint types layers test wheel-test bench format clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## Make the environment in .venv, with the tool installed in it

$(VENV)/.ready: pyproject.toml
	@test -n "$(BASE_PYTHON)" || { \
		echo "No Python 3.11 to 3.14 with venv and pip found. Install one, or name it: make setup BASE_PYTHON=..." >&2; \
		exit 1; }
	"$(BASE_PYTHON)" -m venv --clear "$(VENV)"
	"$(BIN)/python" -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch "$@"

check: lint types layers test ## Everything that must pass before a change goes in

lint: $(READY) ## Style, likely bugs, complexity, formatting
	"$(PYTHON)" -m ruff check $(wildcard $(LINTED))
	"$(PYTHON)" -m ruff format --check $(wildcard $(LINTED))

types: $(READY) ## Types
	"$(PYTHON)" -m mypy

layers: $(READY) ## Who may import what
	"$(PYTHON)" -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

test: $(READY) ## The tests; ARGS="-k name" narrows them, JOBS=0 runs them in one process
	"$(PYTHON)" -m pytest -n $(JOBS) $(ARGS)

# The tests run in a room of their own, where the only `checker` is the one from the wheel that was built from the sdist.
wheel-test: $(READY) ## Build the wheel and run the tests against it, away from this folder
	@set -eu; \
	room=$$(mktemp -d); trap 'rm -rf "$$room"' EXIT; mkdir "$$room/suite"; \
	"$(PYTHON)" -m build --outdir "$$room/dist" . >"$$room/log" 2>&1 || { cat "$$room/log" >&2; exit 1; }; \
	tar -cf - --exclude ./checker --exclude ./.git --exclude "./$(VENV)" --exclude './.*_cache' . \
		| tar -xf - -C "$$room/suite"; \
	"$(PYTHON)" -m venv "$$room/venv"; \
	"$$room/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$$(echo "$$room"/dist/*.whl)[test]"; \
	cd "$$room/suite"; test ! -e checker; \
	"$$room/venv/bin/modelpolicy" --version; \
	"$$room/venv/bin/python" -m pytest -n $(JOBS) $(ARGS)

bench: $(READY) ## Measure start-up against its promises
	"$(PYTHON)" benchmarks/startup.py
	"$(PYTHON)" benchmarks/catalog_size.py

format: $(READY) ## Mend what can be mended, and format
	"$(PYTHON)" -m ruff check --fix $(wildcard $(LINTED))
	"$(PYTHON)" -m ruff format $(wildcard $(LINTED))

clean: ## Remove what these targets made
	rm -rf "$(VENV)" build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

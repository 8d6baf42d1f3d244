# One entry for people, pre-commit and CI. `make` lists the targets.
#
# Every target makes an environment in .venv-dev when there is none, from the lock in .ci/dev.txt. PYTHON=... uses
# one that is there already.

VENV   ?= .venv-dev
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

QUIETLY := install --quiet --disable-pip-version-check
# $(call locked,PYTHON): what is locked and nothing else; a file that is not the one that was locked is refused.
locked = "$(1)" -m pip $(QUIETLY) --require-hashes --requirement .ci/dev.txt

# Asked only when an environment has to be made: the first Python here that this project supports.
SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
BASE_PYTHON ?= $(firstword $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c '$(SUPPORTED)' >/dev/null 2>&1 && echo "$$name"; done))

# What the wheel can change: what is shipped, found, compiled and printed.
WHEEL_TESTS := tests/cli tests/unit/loading tests/test_docs.py tests/test_examples.py tests/test_policies.py
# What another version of a dependency can change.
RESOLVED_TESTS := tests/unit tests/cli

.DEFAULT_GOAL := help
.PHONY: help setup lock check lint types layers test wheel-test newest-test lowest-test bench format clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## Make the environment in .venv-dev from the lock, with the tool installed in it

$(VENV)/.ready: pyproject.toml .ci/dev.txt
	@test -n "$(BASE_PYTHON)" || { \
		echo "No Python 3.11 to 3.14 with venv and pip found. Install one, or name it: make setup BASE_PYTHON=..." >&2; \
		exit 1; }
	"$(BASE_PYTHON)" -m venv --clear "$(VENV)"
	$(call locked,$(BIN)/python)
	"$(BIN)/python" -m pip $(QUIETLY) --no-build-isolation --no-deps --editable .
	@touch "$@"

lock: $(READY) ## Write the lock anew, with the newest versions that pyproject.toml allows
	"$(PYTHON)" -m uv pip compile .ci/dev.in --upgrade --universal --generate-hashes --no-emit-package modelpolicy \
		--python-version 3.11 --output-file .ci/dev.txt

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
wheel-test: $(READY) ## Build the wheel and run against it what it can change, away from this folder
	@set -eu; \
	room=$$(mktemp -d); trap 'rm -rf "$$room"' EXIT; mkdir "$$room/suite"; \
	"$(PYTHON)" -m build --no-isolation --outdir "$$room/dist" . >"$$room/log" 2>&1 || { cat "$$room/log" >&2; exit 1; }; \
	tar -cf - --exclude ./checker --exclude ./.git --exclude './.venv*' --exclude './.*_cache' . \
		| tar -xf - -C "$$room/suite"; \
	"$(PYTHON)" -m venv "$$room/venv"; \
	$(call locked,$$room/venv/bin/python); \
	"$$room/venv/bin/python" -m pip $(QUIETLY) --no-deps "$$room"/dist/*.whl; \
	cd "$$room/suite"; test ! -e checker; \
	"$$room/venv/bin/modelpolicy" --version; \
	"$$room/venv/bin/python" -m pytest -n $(JOBS) $(WHEEL_TESTS) $(ARGS)

# $(call resolved,RESOLUTION): the tests of what a user's own resolution of the requirements can change. Plug-ins of
# pytest that somebody has besides are not ours to test.
define resolved
	@set -eu; \
	room=$$(mktemp -d); trap 'rm -rf "$$room"' EXIT; \
	"$(PYTHON)" -m venv "$$room/venv"; \
	"$(PYTHON)" -m uv pip install --quiet --python "$$room/venv/bin/python" --resolution $(1) --editable ".[test]"; \
	"$$room/venv/bin/python" -m pytest -n $(JOBS) $(RESOLVED_TESTS) $(ARGS)
endef

newest-test: $(READY) ## Run what dependencies can change with the newest ones that pyproject.toml allows
	$(call resolved,highest)

lowest-test: $(READY) ## The same with the lowest ones that it allows
	$(call resolved,lowest-direct)

bench: $(READY) ## Measure start-up against its promises
	"$(PYTHON)" benchmarks/startup.py
	"$(PYTHON)" benchmarks/catalog_size.py

format: $(READY) ## Mend what can be mended, and format
	"$(PYTHON)" -m ruff check --fix $(wildcard $(LINTED))
	"$(PYTHON)" -m ruff format $(wildcard $(LINTED))

clean: ## Remove what these targets made
	rm -rf .venv-dev build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

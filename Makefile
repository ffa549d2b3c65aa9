# Needs Python 3.11 or newer, git and make; everything else goes into .venv. All targets may be run again.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DEMO   := build/demo
# What `make demo` judges, and what `make bench` measures.
FIXTURE ?= fixtures/tangle
TREE    ?= fixtures

.PHONY: help demo test lint bench clean
help:
	@echo "make demo   lint $(FIXTURE) and write the reports to $(DEMO)"
	@echo "make test   linters, type checker, import contracts and tests"
	@echo "make lint   the same without the tests"
	@echo "make bench  speed and memory on TREE=$(TREE)"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("eda-lint needs Python 3.11 or newer: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

# The package is installed in place, so only its metadata makes a new installation necessary.
$(VENV)/user.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/user.stamp

# Findings are the point of the demonstration: --exit-zero keeps exit 2 (could not run) and drops exit 1.
demo: $(VENV)/user.stamp
	@mkdir -p $(DEMO)
	$(BIN)/eda-lint check $(FIXTURE) --exit-zero --output-file $(DEMO)/findings.txt
	$(BIN)/eda-lint check $(FIXTURE) --exit-zero --format json --output-file $(DEMO)/findings.json
	$(BIN)/eda-lint check $(FIXTURE) --exit-zero --format sarif --output-file $(DEMO)/findings.sarif
	$(BIN)/eda-lint graph --root $(FIXTURE) --format json --output-file $(DEMO)/graph.json
	$(BIN)/eda-lint check $(FIXTURE) --exit-zero --format concise
	@echo "Reports: $(DEMO)/findings.txt, findings.json, findings.sarif, graph.json"

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: lint
	$(BIN)/python -m pytest

bench: $(VENV)/user.stamp
	$(BIN)/python bench/measure.py $(TREE)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .eda-lint-cache

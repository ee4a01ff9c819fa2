# Everything rests on `make install`, which makes .venv/bin/marty.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: help install dev demo test check format docs bench lock example clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Marty needs Python 3.11 or newer; PYTHON=/path/to/python3.11 make … chooses one" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || { echo "This Python has no venv module (Debian, Ubuntu: apt install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@

install: $(VENV)/.installed  ## make .venv with what requirements.lock pins, and .venv/bin/marty

dev: $(VENV)/.installed-dev  ## the same, with the tools that check the code

demo: install  ## try Marty: a local Slack workspace, a sample project, no account (ARGS=--once: three questions, then exit)
	@$(BIN)/marty demo $(ARGS)

test: dev  ## run every test
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 $(ARGS)

lock:  ## pin the newest versions that pyproject.toml allows, with hashes
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	    --python-version 3.11 --group build --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	    --python-version 3.11 --group build --group dev --extra multilingual --extra anthropic --extra bedrock --extra google --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

check: dev  ## everything that must hold before a commit: format, lint, types, layers, tests, docs
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/python -m bot.docs --check
	$(MAKE) --no-print-directory test

format: dev  ## format the code and mend what the linter can
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

docs: install  ## write the parts of the documentation that are made from the code
	$(BIN)/python -m bot.docs

bench: dev  ## measure speed and size (ARGS passes options on)
	$(BIN)/python -m tests.bench $(ARGS)

clean:  ## remove what the targets above made
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache build dist

example:  ## rebuild the sample project in examples/ with dbt and DuckDB, in an environment of its own
	@$(PYTHON) examples/build.py

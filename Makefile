# What a developer types. `make` alone lists it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Tests that wait for a server in real time leave the processors to others.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(3 * (os.cpu_count() or 1))' 2> /dev/null || echo 2)
PYTEST := python -m pytest -n $(WORKERS) --dist worksteal
NODE_CLIENTS := tests/clients/node
NODE_STAMP := $(NODE_CLIENTS)/node_modules/.stamp
PEERS := benchmarks/peers
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'
.DEFAULT_GOAL := help
.PHONY: help run install test check lowest bench peers pictures clauses lock clean
.DELETE_ON_ERROR:

# $(call install,arguments of pip install,venv): installs quietly; a failure shows the reason in a few lines.
define install
echo "Installing packages into $(2) ..."; \
$(2)/bin/python -m pip install --disable-pip-version-check --retries 2 $(1) > $(2)/install.log 2>&1 || { \
	grep -E '^ *(ERROR|error)' $(2)/install.log | tail -n 2 >&2; \
	echo "The packages could not be installed (all of pip's words: $(2)/install.log)." >&2; \
	echo "This step needs the network, or pip configured for a package index that can be reached." >&2; \
	exit 2; }
endef

# $(call create_venv,directory)
define create_venv
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2> /dev/null || echo not there)." >&2; \
	echo "Name another one: PYTHON=python3.12 make $(or $(MAKECMDGOALS),run)" >&2; exit 2; }; \
$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
	echo "$(PYTHON) cannot make virtual environments: its venv or ensurepip module is missing." >&2; \
	echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }; \
$(PYTHON) -m venv --clear $(1)
endef

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  PYTHON=python3.12 make run   uses that Python (after make clean, if an environment exists)"

run: $(VENV)/.stamp-run ## run the contracts of all APIs against the built-in mock
	$(BIN)/contracts run $(ARGS)

install: $(VENV)/.stamp-test $(NODE_STAMP) ## install what the tests need

test: $(VENV)/.stamp-test $(NODE_STAMP) ## run every test
	$(BIN)/$(PYTEST) $(ARGS) tests

check: $(VENV)/.stamp-test $(NODE_STAMP) ## check format, lint, types and tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@# Types take one processor; another compiles the tests meanwhile, which else each worker would do by itself.
	@$(BIN)/python -m pytest --collect-only -qq tests > /dev/null 2>&1 & compiling=$$!; \
	echo $(BIN)/mypy; $(BIN)/mypy || exit; wait $$compiling || true
	$(BIN)/$(PYTEST) $(ARGS) tests

lowest: $(VENV)-lowest/.stamp-test $(NODE_STAMP) ## run every test with the oldest versions allowed
	$(VENV)-lowest/bin/$(PYTEST) $(ARGS) tests

bench: $(VENV)/.stamp-test peers ## run the benchmarks and write benchmarks/RESULTS.md (docs/benchmarks.md)
	$(BIN)/python benchmarks/results.py $(ARGS)

# A benchmark says itself what it could not be compared with.
peers: ## install what the benchmarks compare the mock with
	@command -v wrk > /dev/null || echo "wrk is not there (on Debian: apt-get install wrk): a slower client is used."
	@$(MAKE) --no-print-directory $(PEERS)/.venv/.stamp || true
	@$(MAKE) --no-print-directory $(PEERS)/node_modules/.stamp || true

$(PEERS)/.venv/.stamp: $(PEERS)/requirements.txt
	@$(call create_venv,$(PEERS)/.venv)
	@$(call install,--require-hashes --requirement $(PEERS)/requirements.txt,$(PEERS)/.venv)
	@touch $@

$(PEERS)/node_modules/.stamp: $(PEERS)/package-lock.json
	@echo "Installing what the mock is compared with (400 MB) ..."
	@npm ci --prefix $(PEERS) --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

pictures: $(VENV)/.stamp-test ## make the pictures of the page in a browser anew (needs Chromium)
	$(BIN)/python -m tests.mockserver.ui.pictures docs/images

clauses: $(VENV)/.stamp-run ## write docs/clauses.md and the pages beside it anew
	$(BIN)/contracts clauses --markdown docs

lock: $(VENV)/.stamp-run ## write the files of requirements/ anew (ARGS=--upgrade takes the newest versions)
	@$(call install,uv,$(VENV))
	$(COMPILE) --extra dev $(ARGS) --output-file requirements/lock.txt pyproject.toml
	$(COMPILE) --constraint requirements/lock.txt --output-file requirements/runtime.txt pyproject.toml
	$(COMPILE) $(ARGS) --output-file $(PEERS)/requirements.txt $(PEERS)/requirements.in

clean: ## remove environments, caches and build results
	rm -rf $(VENV) $(VENV)-lowest $(NODE_CLIENTS)/node_modules $(PEERS)/.venv $(PEERS)/node_modules build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find openapi mockserver contracts tests benchmarks requirements -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/pip:
	@$(call create_venv,$(VENV))

$(VENV)-lowest/bin/pip:
	@$(call create_venv,$(VENV)-lowest)

$(VENV)/.stamp-run: pyproject.toml | $(BIN)/pip
	@$(call install,--editable .,$(VENV))
	@touch $@

$(VENV)/.stamp-test: pyproject.toml requirements/lock.txt | $(BIN)/pip
	@$(call install,--require-hashes --requirement requirements/lock.txt,$(VENV))
	@$(call install,--no-deps --no-build-isolation --editable .,$(VENV))
	@touch $@

$(VENV)-lowest/.stamp-test: pyproject.toml requirements/lower_bounds.py | $(VENV)-lowest/bin/pip
	@$(call install,packaging,$(VENV)-lowest)
	@$(VENV)-lowest/bin/python requirements/lower_bounds.py > $(VENV)-lowest/constraints.txt
	@$(call install,--constraint $(VENV)-lowest/constraints.txt --editable '.[dev]',$(VENV)-lowest)
	@touch $@

# The tests of the Node.js clients say themselves that they were skipped where Node.js is absent.
$(NODE_STAMP): $(NODE_CLIENTS)/package-lock.json
	@if command -v npm > /dev/null; then \
		echo "Installing the Node.js clients ..."; \
		npm ci --prefix $(NODE_CLIENTS) --no-audit --no-fund --loglevel error && touch $@; \
	else echo "npm is not there: the Node.js clients are not installed."; fi

# The few commands of this repository; `make help` lists them.
# Everything they make lies in .venv and .monitor (as root also in one folder below /var/lib); `make clean` removes it.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# The first Python that is new enough and can make an environment; `make PYTHON=/path/to/python3 …` overrules it.
USABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3.14 python3; do \
	"$$python" -c '$(USABLE)' 2>/dev/null && echo "$$python" && break; done)
# What the environment was made from: the locks, and the folder (an environment cannot move).
KEY := $(shell cat requirements-build.lock requirements.lock requirements-test.lock | cksum | tr " " "-") $(CURDIR)

# A caller's settings for Python must not reach the environment we make.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV PIP_USER PIP_TARGET PIP_PREFIX
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo up test torture lint bench lock clean compile for-demo for-test install
.DEFAULT_GOAL := help

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: for-demo ## play September 2022 through everything, print what was found, stop
	@$(BIN)/monitor demo

up: for-demo ## the same, and stay up on the schedule until Ctrl-C
	@$(BIN)/monitor demo --keep-running

test: lint ## lint, types, import contracts and every test, on a PostgreSQL of its own
	@$(BIN)/pytest

torture: for-test ## the tests' full numbers: hundreds of kills, whole months; takes long (MONITOR_TORTURE_POSTS=FILE)
	@$(BIN)/pytest -m torture -s

lint: for-test ## style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: for-test ## print the ratios of bench/
	@for file in bench/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

lock: ## pin the newest versions that fit together (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv (pip install uv)"; exit 1; }
	printf 'mypy\npackaging\nsetuptools\nwheel\n' | uv pip compile - --upgrade $(LOCK) -o requirements-build.lock
	uv pip compile pyproject.toml --upgrade $(LOCK) -o requirements.lock
	uv pip compile pyproject.toml --group test --constraint requirements.lock $(LOCK) -o requirements-test.lock

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

compile: for-demo ## compile what reads every post, which doubles its speed, if there is a C compiler (done by all of the above)

clean: ## stop the demo's PostgreSQL, delete its data, the environment and every cache
	rm -f src/*.so src/monitor/*.so src/monitor/*/*.so src/monitor/compiled.txt
	@if [ -x $(BIN)/python ] && [ -d "$${MONITOR_HOME:-.monitor}" ]; then $(BIN)/python -m monitor.demo.clean; fi
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist src/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment is made anew when its key is not today's. The environment of the tests holds all that the demo needs.
for-demo:
	@grep -qsxF "$(KEY)" $(VENV)/.installed-test $(VENV)/.installed-demo || \
	$(MAKE) --no-print-directory install KIND=demo LOCKED=requirements.lock
	@$(MAKE) --no-print-directory $(VENV)/.compiled

for-test:
	@grep -qsxF "$(KEY)" $(VENV)/.installed-test || \
	$(MAKE) --no-print-directory install KIND=test LOCKED=requirements-test.lock
	@$(MAKE) --no-print-directory $(VENV)/.compiled

# The key is written last, so that a broken-off installation is done again.
install:
	@python="$(PYTHON)"; \
	if [ -z "$$python" ]; then \
		echo "Monitor needs Python 3.11 to 3.14 with venv (on Debian: apt install python3-venv), or make PYTHON=/path/to/python3"; \
		exit 1; \
	fi; \
	"$$python" -c '$(USABLE)' || { echo "$$python is not Python 3.11 to 3.14 with venv"; exit 1; }; \
	echo "Installing $(LOCKED) into $(VENV) with $$("$$python" --version): about a minute, once."; \
	"$$python" -m venv --clear $(VENV)
	@$(PIP) --require-hashes -r requirements-build.lock
	@$(PIP) --require-hashes --no-build-isolation -r $(LOCKED)
	@MONITOR_COMPILE=0 $(PIP) --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib src >/dev/null 2>&1 || true
	@echo "$(KEY)" > $(VENV)/.installed-$(KIND)

# Machine code, made anew when its sources were changed.
$(VENV)/.compiled: setup.py src/monitor/text.py $(wildcard src/monitor/match/*.py src/monitor/classify/*.py)
	@echo "Compiling what reads every post: half a minute, once."
	@$(BIN)/python setup.py --quiet build_ext --inplace >/dev/null
	@touch $@

PIP := $(BIN)/python -m pip install --quiet --no-compile

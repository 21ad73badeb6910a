# make run    sets everything up and starts the terminal
# make test   sets everything up and checks everything: format, lint, types, imports, tests
# make test-whole   the same with every case of the tests that walk a matrix (tests/tiers.py)
#
# Needed before: Python 3.11 or newer with pip, and make. Nothing is installed outside this folder,
# and nothing is downloaded a second time: each stamp in .venv is newer than the lock it stands for.

PYTHON ?= python3
ARGS ?=
CASES ?=
WORKERS ?= auto
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check \
    --require-hashes --no-deps --only-binary :all:
SOURCES := $(wildcard terminal screens devices audio sim tests tools main.py)
# Tests start the program some hundred times: it is compiled once, also where that is switched off.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

.PHONY: run test test-whole test-display sound fix lock clean

run: .venv/.run-ready
	$(BIN)/python main.py run $(ARGS)

test: .venv/.test-ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --num-workers 2 $(SOURCES)
	$(BIN)/lint-imports --no-logo
	$(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder --ignore=tests/display $(CASES)

test-whole: CASES := --whole
test-whole: test

# A real window in a virtual X display; needs xvfb and xdotool, for the screen reader at-spi2-core and busctl.
# Without -noreset the display turns away whoever comes just as the last other client has gone.
test-display: .venv/.test-ready
	xvfb-run -a -s "-screen 0 1280x1024x24 -nolisten tcp -noreset" env $(PYTEST) tests/display

# What really comes out of which sound device; needs pulseaudio, pactl and parec, and skips without.
sound: .venv/.test-ready
	$(PYTEST) tests/sound

fix: .venv/.test-ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Writes both locks anew from pyproject.toml; needs uv (pip install uv).
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --custom-compile-command "make lock" pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --custom-compile-command "make lock" --group dev pyproject.toml --output-file requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Some systems ship Python without ensurepip: then pip from outside fills the environment.
.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Say which one: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@echo "Setting up .venv (only this once; it takes a minute)"
	@$(PYTHON) -m venv .venv 2>/dev/null \
	    || { $(PYTHON) -m venv --clear --without-pip .venv \
	         && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; } \
	    || { echo "Python could not make a virtual environment: install pip for $(PYTHON)."; exit 1; }
	@touch $@

.venv/.run-ready: requirements.lock | .venv/.made
	$(PIP) -r requirements.lock
	@touch $@

# The development lock holds the run-time lock's packages too, so both are ready afterwards.
.venv/.test-ready: requirements-dev.lock requirements.lock | .venv/.made
	$(PIP) -r requirements-dev.lock
	@touch .venv/.run-ready $@

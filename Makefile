# Needs only make and Python 3.11 or newer; everything else is put into .venv.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
# Installed once for this place and these versions.
STAMP := $(VENV)/.installed-$(shell { pwd; cat pyproject.toml constraints.txt; } | cksum | tr ' ' '-')

.PHONY: setup demo test lint format types contracts check

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "PinLever needs Python 3.11 or newer; $(PYTHON) is older or missing."; \
	  echo "Name another one: make setup PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian and Ubuntu:"; \
	  echo "  apt-get install python3-venv"; exit 1; }
	@$(RUN)/python -c pass 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@rm -f $(VENV)/.installed-*
	@touch $@

demo: setup
	@$(RUN)/python manage.py demo

test: setup
	$(RUN)/pytest -n 2 -m 'not chaos'

lint: setup
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .

format: setup
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

types: setup
	$(RUN)/mypy pinlever

contracts: setup
	$(RUN)/lint-imports

check: lint types contracts
	$(RUN)/python manage.py check
	$(RUN)/python manage.py makemigrations --check --dry-run

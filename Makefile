.PHONY: demo test lint bench bench-commands bench-model bench-server catalogues clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Make the fictional shop, load it, write its report, print where it is; DEMO_LANG=en or it, else your language
demo: $(VENV)/.installed
	@sh scripts/system_libraries.sh || true
	@$(BIN)/clientela $(if $(DEMO_LANG),--lang $(DEMO_LANG)) demo --to demo

# Run the whole test suite: style, types, imports, tests
test: $(VENV)/.installed-test
	@sh scripts/system_libraries.sh --tests || true
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --dist worksteal

# Mend style
lint: $(VENV)/.installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Compile the translation catalogues
catalogues: $(VENV)/.installed-test
	$(BIN)/python -m scripts.catalogues

# Time and memory at 10 million orders beside the floor; N=1000000 for less, PEERS=1 with the peers
N ?= 10000000
bench: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.warehouse --orders $(N) $(if $(PEERS),--peers)
	$(BIN)/python -m benchmarks.texts --orders $(N)
	$(BIN)/python -m benchmarks.commands --customers $$(($(N) / 10)) $(if $(filter 10000000,$(N)),--to docs/benchmarks.md)
	$(BIN)/python -m benchmarks.model $(if $(PEERS),--peers) $(if $(filter 10000000,$(N)),--to docs/benchmarks.md,--customers $$(($(N) / 10)))

# Commands from a cold start, on the demo and on a million customers; CUSTOMERS=0 for the demo alone
bench-commands: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.commands --customers $(CUSTOMERS) --to docs/benchmarks.md

# The model at a million customers beside lifetimes; CUSTOMERS=100000 for less, PEERS=1 with the peer
CUSTOMERS ?= 1000000
bench-model: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.model --customers $(CUSTOMERS) $(if $(PEERS),--peers) --to docs/benchmarks.md

# Redirects a second beside a bare function, memory and the owner's page; SECONDS=5 for a glance; needs wrk
SECONDS ?= 15
bench-server: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.server --seconds $(SECONDS) --to docs/benchmarks.md

# Remove what the other targets made
clean:
	rm -rf $(VENV) demo build *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "clientela needs Python 3.11 or newer; found: $$($(PYTHON) --version)" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

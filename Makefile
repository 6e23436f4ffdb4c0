# make demo   everything, then http://127.0.0.1:8000 with a town in it (PORT changes it)
# make test   everything that the tests need, then all of them
# make help   the rest
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT

.PHONY: help setup setup-test demo test test-sqlite test-postgres test-long lint bench lock messages clean

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/.base: requirements/base.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/base.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.test: $(VENV)/.base requirements/test.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

setup: $(VENV)/.base ## install the product into .venv
	@$(BIN)/chuangwen compile

setup-test: $(VENV)/.test
	@$(BIN)/python -c "from chuangwen.kernel.catalogs import ensure_compiled; ensure_compiled()"

demo: setup ## fill the demonstration town and serve it
	@$(BIN)/chuangwen migrate
	@$(BIN)/chuangwen demo
	@$(BIN)/chuangwen serve --port $(PORT)

test: setup-test lint test-sqlite test-postgres ## lint, types, contracts, then the whole suite on both databases

lint: setup-test
	$(BIN)/ruff check .
	$(BIN)/mypy chuangwen
	$(BIN)/lint-imports
	$(BIN)/python tools/messages.py --check

# Three processes for two cores, for tests in a browser wait; a file is run by one of them (conftest.py says which stay together and which begin).
SPREAD := -n 3 --dist loadgroup --no-loadscope-reorder
test-sqlite: setup-test
	$(BIN)/pytest $(SPREAD) -m "not long" --ignore=tests/test_pages_in_browser.py

# The rooms that lean on the database most (races, counters, exact sums), without arithmetic that knows no database. The whole suite runs on PostgreSQL in test-long: at each change it would take as long again.
ON_POSTGRES := $(addprefix chuangwen/,kernel people places standards ledger papers overview messaging volunteers)
test-postgres: setup-test
	$(BIN)/python tools/with_postgres.py $(BIN)/pytest $(SPREAD) -m "not long and not browser and not office" -k "not arithmetic and not against_reference" $(ON_POSTGRES)

test-long: setup-test ## slow proofs: kill loops, large sheets, every page in a browser, the whole suite on PostgreSQL
	$(BIN)/pytest -m long
	$(BIN)/pytest tests/test_pages_in_browser.py
	$(BIN)/python tools/with_postgres.py $(BIN)/pytest $(SPREAD) -m "not long and not browser and not office" --ignore=tests/test_pages_in_browser.py
	$(BIN)/python tools/with_postgres.py $(BIN)/pytest -m long

bench: setup-test ## measure; prints a table and writes bench-results/*.json
	$(BIN)/chuangwen bench all

messages: setup-test ## collect messages into the catalogues
	$(BIN)/python tools/messages.py

lock: ## pin requirements with hashes and without download addresses (needs uv)
	uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 requirements/base.in -o requirements/base.txt
	uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 requirements/test.in -o requirements/test.txt
	uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 requirements/cluster.in -o requirements/cluster.txt

clean:
	rm -rf $(VENV) build *.egg-info

# Needs Python 3.11 or newer and nothing else.
PYTHON ?= python3
BIN := .venv/bin
PYTEST_ARGS ?=
BENCH_ARGS ?=

.PHONY: run test bench lint ci messages help

help:  ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: .venv/.run  ## Start everything; prints the address and, the first time, the login
	@exec $(BIN)/python manage.py start

test: .venv/.dev  ## The whole suite, embedded, or on DATABASE_URL and REDIS_URL where they are set
	$(BIN)/python -m pytest $(PYTEST_ARGS)

bench: .venv/.dev  ## The benchmarks, at full scale (DATABASE_URL and REDIS_URL needed)
	$(BIN)/python -m benchmarks.bench_start
	$(BIN)/python -m benchmarks.bench_first_load
	$(BIN)/python -m benchmarks.bench_engine
	$(BIN)/python -m benchmarks.bench_pipeline $(BENCH_ARGS)
	PROCESS_TESTS=full $(BIN)/python -m pytest -s helpdesk/tests/processes/test_kills.py helpdesk/tests/processes/test_sending_with_kills.py helpdesk/tests/test_url_walk.py
	$(BIN)/python -m benchmarks.bench_channels

lint: .venv/.dev  ## What can be found without running anything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet templates

ci:  ## What the server runs on every push
	.ci/run

messages: .venv/.dev  ## Collect and compile translations (needs gettext)
	$(BIN)/python manage.py makemessages --locale pt_BR --ignore ".venv/*" --no-location --no-wrap
	$(BIN)/python manage.py compilemessages --locale pt_BR --ignore ".venv/*"

# Installed again only when the list of packages has changed.
.venv/.run: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what is needed (about a minute, only when it has changed) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.dev: requirements.txt requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/.run

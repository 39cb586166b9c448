# make graph   build outputs/ from data/reports and print what was found
# make test    run every test
# make bench   benchmarks: ratios side by side, not part of the tests
# make hostile 500 inputs of all kinds, a fifth of them broken, some made to kill or hang their reader
# make fuzz    ten thousand spoilt queries and 200 requests to each address of the API; the tests do a few of them
# make fuzz-readers  ten minutes of damaged files and odd texts against readers and extractor
# make lock    every dependency with its hashes into requirements.lock; make locked installs just these; make audit
# make screenshots  the pictures of the README, taken of kg serve by Chromium
# make lint    ruff, the formatter and mypy --strict
.DEFAULT_GOAL := graph
.PHONY: graph test lint format bench hostile fuzz fuzz-readers lock locked audit screenshots clean

PYTHON ?= python3
BIN := .venv/bin

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/developed: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

graph: .venv/installed
	$(BIN)/kg build data/reports

test: .venv/developed
	$(BIN)/python -m pytest

lint: .venv/developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/developed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/developed
	$(BIN)/python tests/benchmarks/builds.py
	$(BIN)/python tests/benchmarks/answers.py
	$(BIN)/python tests/benchmarks/serving.py

fuzz: .venv/developed
	KG_MUTANTS=10000 KG_EXAMPLES=200 $(BIN)/python -m pytest tests/test_clients.py -q -s -k "mutated or schemathesis"

screenshots: .venv/developed
	$(BIN)/python scripts/make_screenshots.py

hostile: .venv/developed
	REFORM_KG_INPUTS=500 $(BIN)/python -m pytest tests/test_hostile.py -k many_inputs --durations=1

fuzz-readers: .venv/developed
	$(BIN)/python -m tests.fuzz 600

lock: .venv/developed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --quiet --universal --generate-hashes --all-extras --group dev \
		--python-version 3.11 --custom-compile-command 'make lock' -o requirements.lock

locked:
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch .venv/installed .venv/developed

audit: .venv/developed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(BIN)/pip-audit --disable-pip --require-hashes -r requirements.lock

clean:
	rm -rf outputs .venv

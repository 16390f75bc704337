# Every target sets up what it needs first (deploy/bootstrap.sh: quick and silent when nothing has changed).
SHELL := /bin/sh
.DEFAULT_GOAL := help
ready := @sh deploy/bootstrap.sh
app := .venv/bin/python
engine := .venv-engine/bin/python

# Rasa says a great deal when it is imported; what it says is of no use to the reader of an answer.
quiet_engine := OMP_NUM_THREADS=1 TF_INTRA_OP_PARALLELISM_THREADS=1 TF_INTER_OP_PARALLELISM_THREADS=1 \
	TF_CPP_MIN_LOG_LEVEL=3 RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 \
	PYTHONWARNINGS=ignore::DeprecationWarning

.PHONY: help run up down status test check understand plan bench encoder lock clean

help: ## show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

run: ## set up, start everything in the foreground, stop all on Ctrl-C
	$(ready) all
	@exec $(app) -m deploy.house run

up: ## set up, start everything in the background; returns when every part is healthy
	$(ready) all
	@exec $(app) -m deploy.house up

down: ## stop what `make up` started
	$(ready) app
	@exec $(app) -m deploy.house down

status: ## show what runs
	$(ready) app
	@exec $(app) -m deploy.house status

test: ## run the whole test suite, real servers included
	$(ready) all services
	@exec $(app) -m deploy.run_tests

check: ## ruff, mypy, import-linter and the house tests
	$(ready) app
	@$(app) -m ruff check .
	@$(app) -m mypy
	@.venv/bin/python -c 'import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())'
	@$(app) -m pytest tests/house -q

understand: ## JSON lines on stdin: what the bot understands in each, on stdout
	$(ready) model
	@$(quiet_engine) exec $(engine) -m bot.engine.understand

plan: ## one intake as JSON on stdin: its plan on stdout
	$(ready) app
	@exec $(app) -m api.plan_command

bench: ## measure start, memory and latency beside a plain Rasa bot, and understanding beside three plain readers; writes bench/results
	$(ready) all
	@$(app) -m bench.run
	@$(quiet_engine) $(engine) -m bench.understanding
	@$(quiet_engine) exec $(engine) -m bench.baselines

# The allocator keeps what it has: given back and fetched anew for each batch, memory costs a fifth of the time.
encoder: ## make the sentence encoder anew from nlu_data (PyTorch; an hour and more; goes on where it was stopped)
	@test -d .venv-encoder || python3 -m venv .venv-encoder
	@.venv-encoder/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	@.venv-encoder/bin/python -m pip install --quiet --group encoder
	@MALLOC_TRIM_THRESHOLD_=4294967296 MALLOC_MMAP_THRESHOLD_=1073741824 .venv-encoder/bin/python -m bot.encoder

lock: ## compile requirements/*.txt anew from pyproject.toml, with hashes
	$(ready) tools
	@sh deploy/lock.sh

clean: ## remove everything that set-up made (not the data in .data)
	@rm -rf .venv .venv-engine .venv-encoder .tools node_modules bot/widget/node_modules api/console/node_modules \
		bot/widget/dist api/console/static/vendor models build .rasa

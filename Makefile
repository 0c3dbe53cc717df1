# make demo       show the site on this machine, at http://127.0.0.1:8000
#                 PORT=8001 DATA=/some/folder make demo: another one beside it
# make test       every test, and a sample of the proofs; ARGS="tests/repository -n 0" for some of them,
#                 SEED=123 for the sample of an earlier run
# make proof      the proofs in full: thousands of histories, every form, all pages in a browser
# make test-all   both in one run
# make check      style, types, migrations, the settings of production, translations
# make trees      compare all pages of two versions: see tests/page_trees.py
# make bench      how fast the pages are
# make messages   collect the texts that want translating into locale/
# make lock       write the lock files again, after a change of pyproject.toml
# make lock-migrations  note in migrations.lock which migrations are new

PORT ?= 8000
DATA ?= .data
# A process for each of two processors: with more, what is measured in time is no longer the same.
# In the order of the files, of which tests/conftest.py puts the long ones first.
ALL_TESTS := -n 2 --dist loadfile --no-loadscope-reorder $(if $(SEED),--seed=$(SEED))
ARGS ?= $(ALL_TESTS) --sample

PYTHON := .venv/bin/python
# Python keeps what it has compiled, away from the files themselves: half the time of each start.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX := $(CURDIR)/.data/bytecode

# Tests and checks keep their database apart from the demo's. What the person who runs them has
# set for a site of their own must not change the outcome.
OWN := env -u ALLOWED_HOSTS -u CACHE_URL -u COUNTS_WRITTEN_EVERY -u DATABASE_POOL_SIZE -u FIGURES_KEPT_FOR \
	-u DEBUG -u DEFAULT_FROM_EMAIL -u DEMO -u DJANGO_SETTINGS_MODULE -u MAIL_URL -u PAGES_CACHE -u SECRET_KEY \
	-u SECURITY_CONTACT -u SITE_URL -u STATIC_ROOT -u TESTING -u TRUSTED_PROXIES -u WORKER_THREADS
TESTS := $(OWN) TESTING=1 DATA_DIR=.data/test
# A command after this runs with a database server that is stopped after it.
WITH_DATABASE := $(TESTS) $(PYTHON) -m config.postgres
# All tests make a database anew, in memory. For some of them it is kept from one time to the next.
ifeq ($(origin ARGS),file)
IN_MEMORY := $(PYTHON) -m tests.in_memory
endif
proof: ARGS := $(ALL_TESTS) -m proof
test-all: ARGS := $(ALL_TESTS)
PRODUCTION := $(OWN) DATA_DIR=.data/test ALLOWED_HOSTS=exchange.example MAIL_URL=smtp://localhost \
	SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))')"

.PHONY: demo test proof test-all trees bench messages lock lock-migrations bootstrap check check-code \
	check-templates check-house check-with-database check-types check-migrations check-production check-translations

demo: bootstrap
	@exec $(OWN) DEMO=1 DATA_DIR="$(DATA)" $(PYTHON) manage.py demo --port "$(PORT)"

test proof test-all: bootstrap
	@deploy/ensure-pango && CHROMIUM="$$(deploy/ensure-chromium)" && VNU_JAR="$$(deploy/ensure-vnu)" && \
	VALKEY="$$(deploy/ensure-valkey)" && export CHROMIUM VALKEY VNU_JAR && exec $(TESTS) $(IN_MEMORY) \
	$(PYTHON) -m config.postgres $(PYTHON) -m pytest $(ARGS)

# `make -k check` goes on after a failure.
check: check-code check-templates check-house
	@echo "All checks passed."

check-code: bootstrap
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check

check-templates: bootstrap
	@find . -path './.*' -prune -o -name '*.html' -path '*/templates/*' -print | sort | \
		xargs .venv/bin/djade --check --target-version 6.1

check-house: bootstrap
	@deploy/ensure-gettext
	@exec $(WITH_DATABASE) $(MAKE) --no-print-directory check-with-database

check-with-database: check-types check-migrations check-production check-translations

check-types:
	@$(PYTHON) -m mypy

check-migrations:
	@$(PYTHON) manage.py makemigrations --check --dry-run
	@$(PYTHON) -m config.migration_lock

check-production:
	@$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING

check-translations:
	@$(PYTHON) -m config.translations check

trees: bootstrap
	@exec $(WITH_DATABASE) $(PYTHON) -m tests.page_trees $(ARGS)

bench: bootstrap
	@exec $(OWN) $(PYTHON) benchmarks/run.py

messages: bootstrap
	@deploy/ensure-gettext
	@$(PYTHON) -m config.translations collect

lock-migrations: bootstrap
	@$(PYTHON) -m config.migration_lock add

lock: bootstrap
	@deploy/lock

bootstrap:
	@deploy/bootstrap

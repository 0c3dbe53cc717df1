"""After a backup is restored, what changes next is told apart from what had changed before."""

import pytest
from django.db import connection, transaction
from django.test import Client
from psycopg import sql

from community.pages.stamps import touch_members
from repository.models import CaseStudy, Edition, PageStamp, Theme
from tests.factories import CaseStudyFactory, ThemeFactory
from tests.page import page_of

TABLES = [
    *("repository_casestudy", "repository_theme"),
    *("repository_edition", "repository_editionpart", "repository_pagestamp"),
]
TABLES += ["community_user", "repository_casechange"]


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
def test_show_another_page_after_a_restore():
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
@pytest.mark.parametrize("before", [0, 1])
def test_show_other_comments_after_a_restore(before):
    """Whether or not the page had a stamp when the backup was made."""
    CaseStudyFactory(published=True, slug="shown")
    PageStamp.objects.touch(*["/cases/shown/"] * before)
    backup = Backup()
    first = etag("/cases/shown/")
    PageStamp.objects.touch("/cases/shown/")
    one, version = etag("/cases/shown/"), PageStamp.objects.get().version
    backup.restore()
    assert etag("/cases/shown/") == first
    PageStamp.objects.touch("/cases/shown/")
    assert PageStamp.objects.get().version == version
    assert len({first, one, etag("/cases/shown/")}) == 3


@pytest.mark.django_db(transaction=True)
def test_show_a_member_something_else_after_a_restore(member):
    CaseStudyFactory(published=True, slug="shown")
    client = Client()
    client.force_login(member)
    client.get("/cases/shown/")  # The first visit brings the cookie of the forms.
    backup = Backup()
    first = etag("/cases/shown/", client)
    touch_members([member.pk])
    one = etag("/cases/shown/", client)
    backup.restore()
    assert etag("/cases/shown/", client) == first
    touch_members([member.pk])
    assert len({first, one, etag("/cases/shown/", client)}) == 3
    # A member saved by a request that read the row before it was touched.
    member.save()
    assert len({first, one, etag("/cases/shown/", client)}) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/cases/", "/feeds/cases.atom", "/api/v1/cases"])
def test_rebuild_what_is_cached_for_an_edition(path):
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


@pytest.mark.django_db(transaction=True)
def test_raise_the_edition_when_a_transaction_has_the_number_of_an_earlier_one():
    """A dump restored on another server brings a number that server has not reached yet."""
    theme = ThemeFactory()
    before = Edition.objects.get()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE repository_edition SET transaction = txid_current()")
        Theme.objects.filter(pk=theme.pk).update(name="Other")
    after = Edition.objects.get()
    assert (after.number, after.token != before.token) == (before.number + 1, True)

"""The list of decisions, with links to what they are about."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import Decision, Membership, User, Verb
from community.moderation.decisions.actions import decide
from tests.conftest import staff
from tests.desk_client import DeskClient
from tests.factories import CommentFactory, ExperienceFactory, UserFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db

URL = "/admin/decisions/"
WORDS = {"reason": "spam", "message": "This is advertising."}


@pytest.fixture
def client():
    return DeskClient()


@pytest.fixture
def hidden(member, moderator):
    subject = CommentFactory(author=member, body="Buy this")
    return decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)


def rows_of(response) -> list:
    return page_of(response).select(".queue tbody tr")


def test_list_links_to_the_review_page(client, hidden, moderator):
    client.force_login(moderator)
    assert page_of(client.get("/admin/")).link("Decision log") == URL
    (row,) = rows_of(client.get(URL))
    assert row.link("Buy this") == f"/admin/review/comment/{hidden.object_id}/"
    assert row.select("td")[1].lines[0] == "Hidden"
    client.post(f"/admin/decisions/{hidden.pk}/undo/")
    verbs = [row.select("td")[1].lines[0] for row in rows_of(client.get(URL))]
    assert verbs == ["Undone", "Hidden · undone"]


def test_filter_by_own_decisions(client, hidden, moderator):
    client.force_login(staff("Moderators", "another"))
    assert len(rows_of(client.get(URL))) == 1
    mine = client.get(f"{URL}?mine=on")
    assert rows_of(mine) == []
    assert "No decisions yet." in page_of(mine).lines
    client.force_login(moderator)
    assert len(rows_of(client.get(f"{URL}?mine=on"))) == 1


def test_leave_out_deleted_accounts(client, moderator, administrator):
    Decision.objects.create(
        subject=User(pk=10_000), by=administrator, verb=Verb.DELETE_ACCOUNT, **WORDS
    )
    client.force_login(moderator)
    assert rows_of(client.get(URL)) == []


def test_show_deleted_objects_without_a_link(client, hidden, moderator):
    hidden.subject.delete()
    client.force_login(moderator)
    (row,) = rows_of(client.get(URL))
    assert row.one("th").text == "Comment This no longer exists."
    assert row.links == []


def a_profile() -> User:
    member = UserFactory()
    Membership.objects.create(member=member)
    return member


def test_list_in_a_fixed_number_of_queries(client, hidden, moderator):
    client.force_login(moderator)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(URL)
        return len(asked)

    queries()
    one = queries()
    for subject in (ExperienceFactory(), a_profile()):
        Decision.objects.create(subject=subject, by=moderator, verb=Verb.HIDE, **WORDS)
    two = queries()
    for subject in (CommentFactory(), ExperienceFactory(), a_profile()):
        Decision.objects.create(subject=subject, by=moderator, verb=Verb.HIDE, **WORDS)
    # One query more for each model, and one for the subjects of experiences.
    assert (two, queries()) == (one + 3, two)


@pytest.mark.parametrize(("query", "rows"), [("", 50), ("?p=2", 1), ("?p=3", 0), ("?p=x", 50)])
def test_list_is_paginated(query, rows, client, hidden, moderator):
    Decision.objects.bulk_create(
        Decision(subject=hidden.subject, by=moderator, verb=Verb.APPROVE) for _number in range(50)
    )
    client.force_login(moderator)
    response = client.get(f"{URL}{query}")
    assert len(rows_of(response)) == rows
    assert ("Next page" in dict(page_of(response).links)) == (rows == 50)

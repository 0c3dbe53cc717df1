"""The list of what moderators decided, which leads back to it."""

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


def test_lead_back_to_what_was_decided(client, hidden, moderator):
    client.force_login(moderator)
    assert f'href="{URL}"' in client.get("/admin/").text
    page = page_of(client.get(URL))
    assert page.link("Buy this") == f"/admin/review/comment/{hidden.object_id}/"
    assert "Hide · undone" not in page.text
    client.post(f"/admin/decisions/{hidden.pk}/undo/")
    assert "Hide · undone" in page_of(client.get(URL)).text


def test_show_what_one_decided_oneself(client, hidden, moderator):
    client.force_login(staff("Moderators", "another"))
    assert len(client.get(URL).context["rows"]) == 1
    assert "Nothing has been decided yet." in client.get(f"{URL}?mine=on").text
    client.force_login(moderator)
    assert len(client.get(f"{URL}?mine=on").context["rows"]) == 1


def test_leave_out_accounts_that_were_deleted(client, moderator, administrator):
    Decision.objects.create(
        subject=User(pk=10_000), by=administrator, verb=Verb.DELETE_ACCOUNT, **WORDS
    )
    client.force_login(moderator)
    assert client.get(URL).context["rows"] == []


def test_show_what_is_gone_without_a_link(client, hidden, moderator):
    hidden.subject.delete()
    client.force_login(moderator)
    assert "This is no longer there." in client.get(URL).text


def a_profile() -> User:
    member = UserFactory()
    Membership.objects.create(member=member)
    return member


def test_ask_the_same_for_any_number(client, hidden, moderator):
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
    # For each kind of thing one more, and one for what experiences are about.
    assert (two, queries()) == (one + 3, two)


@pytest.mark.parametrize(("query", "rows"), [("", 50), ("?p=2", 1), ("?p=3", 0), ("?p=x", 50)])
def test_show_a_page_at_a_time(query, rows, client, hidden, moderator):
    Decision.objects.bulk_create(
        Decision(subject=hidden.subject, by=moderator, verb=Verb.APPROVE) for _number in range(50)
    )
    client.force_login(moderator)
    page = client.get(f"{URL}{query}")
    assert (len(page.context["rows"]), "Next page" in page.text) == (rows, rows == 50)

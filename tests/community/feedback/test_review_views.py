"""Reports of wrong translations on the site, for language reviewers without staff rights."""

import pytest
from django.test import Client
from django.utils import timezone

from community.feedback import actions
from community.models import PageFeedback, ReportStatus
from tests.collection import signed_in
from tests.community.translating.proposals import reviews
from tests.desk_client import DeskClient
from tests.factories import TranslationReportFactory, UserFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db
URL = "/translations/reports/"


@pytest.fixture
def reviewer():
    return reviews(UserFactory(), "fr")


@pytest.fixture
def client(reviewer):
    return signed_in(reviewer)


def reported(text="Save", **changes) -> PageFeedback:
    return TranslationReportFactory(text=text, **changes)


def listed(client, query="") -> list[str]:
    page = page_of(client.get(f"{URL}{query}"))
    return [heading.one("bdi").text for heading in page.select("main .panes > h2")]


def finish(client, text):
    return client.post(f"{URL}{text.pk}/done/", follow=True)


def test_show_the_reports_of_a_language(client):
    report = reported(quoted="Enregistrer", message="Garder")
    reported("Open", language="es")
    reported(language="es")
    assert listed(client) == ["Save"]
    page = page_of(client.get(URL))
    assert page.one("h1").text == "Reported translations"
    assert page.one("title").text.startswith("Reported translations")
    pane = page.one("main .panes")
    assert [each.text for each in pane.select(".changes")] == [
        "Save",
        "Enregistrer",
        "Enregistrer",
        "Garder",
    ]
    assert pane.one(".source a")["href"] == "/fr/cases/"
    # The text is corrected, no matter who has reported it.
    assert report.by.display_name not in page.text


def test_show_all_reports_of_a_text_together(client):
    for suggestion in ("Garder", "Sauver"):
        reported(message=suggestion)
    assert listed(client) == ["Save"]
    shown = [each.text for each in page_of(client.get(URL)).select("main .panes .changes")]
    assert shown[2:] == ["Le texte", "Sauver", "Le texte", "Garder"]


def test_finish_and_reopen(client, reviewer):
    text = reported()
    page = page_of(finish(client, text))
    assert page.outcomes == ["success"]
    text.refresh_from_db()
    assert (text.status, text.done_by) == (ReportStatus.DONE, reviewer)
    event = text.events.latest("pgh_id")
    assert event.pgh_context.metadata["user"] == reviewer.pk
    assert (listed(client), listed(client, "?status=done")) == ([], ["Save"])
    client.post(f"{URL}{text.pk}/reopen/")
    assert listed(client) == ["Save"]


def test_refuse_the_list_to_others(member, broker, moderator):
    assert [signed_in(user).get(URL).status_code for user in (member, broker)] == [403, 403]
    assert Client().get(URL).status_code == 302
    reported("Open", language="es")
    desk = DeskClient()
    desk.force_login(moderator)
    assert listed(desk) == ["Open"]


def test_a_role_that_was_revoked_ends_at_once(client, reviewer):
    text = reported()
    assert listed(client) == ["Save"]
    reviewer.reviewed_languages.update(language="es")
    assert listed(client) == []
    assert finish(client, text).status_code == 404
    reviewer.reviewed_languages.all().delete()
    assert client.get(URL).status_code == 403
    assert finish(client, text).status_code == 404
    text.refresh_from_db()
    assert text.status == ReportStatus.OPEN


def test_lead_reviewers_from_the_desk_and_the_list_of_translations(client, reviewer, member):
    def cards(client) -> list[tuple[str, str]]:
        found = page_of(client.get("/desk/")).select(".todo")
        return [(card.one(".eyebrow").text, card.one("h2").text) for card in found]

    assert cards(client) == []
    assert cards(client) == []
    first, _last = reported(), reported("Open")
    reported("Close", language="es")
    reported("Done", status="done", done_at=timezone.now())
    assert cards(client) == [("2 texts with reported translations", "Open")]
    assert page_of(client.get("/desk/")).one(".todo a")["href"] == URL
    actions.finish(report=first, by=reviewer)
    assert cards(client) == [("1 text with a reported translation", "Open")]
    assert page_of(client.get("/translations/")).link("Reported translations") == URL
    other = signed_in(member)
    assert cards(other) == []
    assert "Reported translations" not in page_of(other.get("/translations/")).text


@pytest.mark.parametrize("number", [1, 3])
def test_list_with_the_same_queries(client, number, django_assert_max_num_queries):
    for place in range(number):
        reported(f"Text {place}")
    client.get(URL)
    with django_assert_max_num_queries(10):
        assert len(listed(client)) == number

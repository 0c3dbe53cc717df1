"""Canned responses of brokers, separate from those of moderators."""

import pytest

from community.models import CannedText, Verb
from community.moderation.reviews.forms import DecisionForm
from partnerships.desk.forms import BrokerDecisionForm
from tests.desk_client import DeskClient
from tests.factories import CommentFactory, MatchFactory, RepresentationFactory
from tests.page import page_of
from tests.partnerships.matches.pairs import pair

pytestmark = pytest.mark.django_db


def reasons_of(texts) -> list[str]:
    return sorted(text.reason for text in texts)


def test_installed_texts():
    found = CannedText.objects.for_brokers()
    assert len(found) == 14
    assert {text.language for text in found} == {"en"}
    assert {"fit", "capacity", "incomplete", "duplicate", "unconfirmed"} <= {*reasons_of(found)}


def test_texts_follow_the_words_of_the_site():
    texts = [each.text.lower() for each in CannedText.objects.for_brokers()]
    assert [text for text in texts if "please" in text or "speak for" in text] == []


def test_each_desk_has_its_own_texts():
    CannedText.objects.create(reason="spam", language="en", title="Ad", text="No advertising.")
    offered = {
        form: {*form(language="en").fields["canned"].queryset}
        for form in (DecisionForm, BrokerDecisionForm)
    }
    texts = CannedText.objects.filter(used_by__in=["brokers", "reviews"])
    assert offered[BrokerDecisionForm] == {*texts}
    assert offered[DecisionForm] & offered[BrokerDecisionForm] == set()
    assert "Ad" in {text.title for text in offered[DecisionForm]}


OFFERED = {
    (Verb.REQUEST_CHANGES,): {"duplicate", "incomplete", "outdated", "unclear"},
    (Verb.DECLINE,): {"capacity", "duplicate", "fit", "outdated"},
    (Verb.APPROVE, Verb.REQUEST_CHANGES, Verb.DECLINE): {
        "capacity",
        "duplicate",
        "fit",
        "incomplete",
        "outdated",
        "unclear",
    },
    (Verb.REOPEN,): {"duplicate", "mistake", "outdated"},
}


@pytest.mark.parametrize("verbs", OFFERED)
def test_texts_go_with_the_possible_decisions(verbs):
    texts = BrokerDecisionForm(language="en", verbs=verbs).fields["canned"].queryset
    assert {*reasons_of(texts)} == OFFERED[verbs]


@pytest.mark.parametrize("status", ["asked", "approved"])
def test_texts_about_representations_are_offered_there(status, broker):
    client = DeskClient()
    client.force_login(broker)
    row = RepresentationFactory(status=status)
    page = page_of(client.get(f"/admin/review/representation/{row.pk}/"))
    found = [radio["value"] for radio in page.select(".canned [data-reason=unconfirmed]")]
    texts = CannedText.objects.for_brokers().filter(reason="unconfirmed")
    assert found == [str(text.pk) for text in texts]
    assert len(found) == 2
    reasons = [option["value"] for option in page.select("select[name=reason] option")]
    assert "unconfirmed" in reasons


def test_reason_of_representations_is_not_for_moderators():
    assert "unconfirmed" not in dict(DecisionForm(language="en").fields["reason"].choices)


def test_each_decision_about_a_match_has_its_own_texts(broker):
    client = DeskClient()
    client.force_login(broker)
    page = page_of(client.get(f"/admin/partnerships/matches/{pair().match.pk}/"))
    titles = [label.text.split(": ")[0] for label in page.select(".canned label")]
    assert titles == [
        "No canned response",
        "Something else · Why we propose this match",
        "None",
        "No capacity at the moment · No capacity this year",
        "Not a good fit · Not a good match",
        "The earlier decision was a mistake · Our mistake",
        "No answer · No answer",
    ]


def reasons_on(page) -> set[str]:
    """The reasons of the canned texts on a page, of which one can also be none."""
    return {radio["data-reason"] for radio in page.select(".canned [data-reason]")}


def test_texts_for_a_reason_without_scripts(broker):
    client = DeskClient()
    client.force_login(broker)
    row = RepresentationFactory(asked=True, place="Kisumu")
    url = f"/admin/review/representation/{row.pk}/"
    page = page_of(client.get(url))
    assert len(reasons_on(page)) > 1
    assert page.one("button[name=show_texts]")
    sent = {"show_texts": "1", "reason": "unconfirmed", "message": "Dear <b>you</b>,"}
    sent |= {"until": "2031-05-06", "city": "new", "name": "Kisumu North"}
    page = page_of(client.post(url, sent))
    assert reasons_on(page) == {"unconfirmed"}
    assert page.select(".errorlist, .errornote") == []
    form = next(form for form in page.forms if "reason" in form.fields)
    entered = {name: form.fields.get(name) for name in sent if name != "show_texts"}
    del sent["show_texts"]
    # This row has no country, so there is no new city to choose.
    assert entered | {"city": "new"} == sent
    row.refresh_from_db()
    assert row.status == "asked"
    # All texts again without a reason, or with one that does not exist.
    for reason in ("", "lost", "\0"):
        page = page_of(client.post(url, {"show_texts": "1", "reason": reason}))
        assert len(reasons_on(page)) > 1


def test_texts_for_the_end_of_a_match_without_scripts(broker):
    client = DeskClient()
    client.force_login(broker)
    match = MatchFactory()
    url = f"/admin/partnerships/matches/{match.pk}/"
    button = page_of(client.get(url)).one("button[name=show_texts]")
    page = page_of(client.post(url, {button["name"]: button["value"], "reason": "fit"}))
    assert reasons_on(page) == {"fit"}
    assert page.one("select[name=reason] [selected]")["value"] == "fit"
    match.refresh_from_db()
    assert match.status == "candidate"


def test_texts_for_moderators_without_scripts(moderator):
    client = DeskClient()
    client.force_login(moderator)
    for reason in ("spam", "abuse"):
        CannedText.objects.create(reason=reason, language="en", title=reason, text="No.")
    comment = CommentFactory(pending=True)
    url = f"/admin/review/comment/{comment.pk}/"
    page = page_of(client.get(url))
    assert reasons_on(page) >= {"spam", "abuse"}
    page = page_of(client.post(url, {"show_texts": "1", "reason": "spam", "message": "You"}))
    assert reasons_on(page) == {"spam"}
    assert page.one("textarea[name=message]").text == "You"
    comment.refresh_from_db()
    assert comment.standing == "pending"

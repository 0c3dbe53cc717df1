"""What a moderator needs to go on: what has changed since the last round, and the next entry."""

import pytest
from django.urls import reverse

from community.models import Appeal, Decision, Standing, Verb
from community.moderation.claims.actions import claim
from community.moderation.queue.entries import next_item
from community.moderation.reviews.case_review import decide
from community.writing.drafts import actions, documents, reviewable
from repository.models import CaseStudy, Evidence
from tests.community.writing.drafts.cases import WORDS, whole
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, CommentFactory, EvidenceFactory, ReferenceFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db

MESSAGE = {"reason": "incomplete", "message": "What did it cost?"}


@pytest.fixture
def desk(moderator):
    client = DeskClient()
    client.force_login(moderator)
    return client


def url_of(word: str, subject) -> str:
    return reverse("admin:review", args=[word, subject.pk])


@pytest.fixture
def case(member):
    """A case with a document that can be submitted."""
    case = CaseStudyFactory(status="draft", authors=[member], title="Parcels", challenge=WORDS)
    document = whole()
    case.cities.set(document_links(document, "cities"))
    case.themes.set(document_links(document, "themes"))
    return case


def document_links(document, name):
    model = CaseStudy._meta.get_field(name).related_model
    return model.objects.filter(slug__in=document[name])


def submit(case, by, **changes) -> CaseStudy:
    CaseStudy.objects.filter(pk=case.pk).update(**changes)
    return actions.submit(case=CaseStudy.objects.get(pk=case.pk), by=by)


# Rounds


def test_submit_records_the_text(case, member):
    submit(case, member)
    assert case.submissions.get().document == documents.document_of(case)


def test_show_what_changed_since_changes_were_requested(case, member, moderator, desk):
    submitted = submit(case, member, cost="Unknown", results="Three days.")
    assert reviewable.last_round(submitted) is None
    assert page_of(desk.get(url_of("case", case))).select(".round") == []
    decide(case=submitted, verb=Verb.REQUEST_CHANGES, by=moderator, **MESSAGE)
    # A submission that its author withdrew was no round.
    actions.withdraw(case=submit(case, member, cost="No idea"), by=member)
    again = submit(case, member, cost="Two million yuan")
    [change] = reviewable.last_round(again).changes
    assert (change.key, change.pieces) == (
        "cost",
        [("removed", "Unknown"), ("added", "Two million yuan")],
    )
    shown = page_of(desk.get(url_of("case", case))).one(".round")
    assert shown.one("blockquote").text == MESSAGE["message"]
    assert [each.one("h3").text for each in shown.select(".field-change")] == ["Cost"]
    before, after = shown.select(".side .words")
    assert ("Unknown" in before.text, "Two million" in before.text) == (True, False)
    assert ("Unknown" in after.text, "Two million" in after.text) == (False, True)


def test_show_no_changes_where_the_earlier_text_was_not_recorded(case, member, moderator, desk):
    submitted = submit(case, member)
    decide(case=submitted, verb=Verb.REQUEST_CHANGES, by=moderator, **MESSAGE)
    case.submissions.update(document={})
    assert reviewable.last_round(submit(case, member)).changes is None
    shown = page_of(desk.get(url_of("case", case))).one(".round")
    assert shown.select(".field-change") == []


def test_undone_request_for_changes_is_no_round(case, member, moderator, desk):
    decide(case=submit(case, member), verb=Verb.REQUEST_CHANGES, by=moderator, **MESSAGE)
    desk.post(reverse("admin:decision_undo", args=[Decision.objects.get().pk]))
    assert reviewable.last_round(CaseStudy.objects.get()) is None


def test_show_place_cost_sources_and_practices(case, member, desk):
    reference = ReferenceFactory()
    case.references.add(reference)
    submit(case, member, cost="Two million yuan")
    shown = page_of(desk.get(url_of("case", case))).one(".as-shown")
    facts = [fact.text for fact in shown.select(".record dd")]
    assert {"Kisumu", "Two million yuan"} <= set(facts)
    assert reference.title in shown.one(".references").text


# Who decides


@pytest.mark.parametrize("by", ["moderator", "member"])
def test_offer_no_decision_to_who_may_not_make_it(by, moderator, member, administrator, desk):
    """Neither one's own contribution, nor the appeal against one's own decision."""
    subject = CommentFactory(author=member, standing=Standing.HIDDEN)
    author = moderator if by == "moderator" else administrator
    decision = Decision.objects.create(
        subject=subject, by=author, concerns=member, verb="hide", before="published", **MESSAGE
    )
    appeal = Appeal.objects.create(decision=decision, by=member, words="No ad.")
    page = page_of(desk.get(url_of("appeal", appeal)))
    buttons = page.select("[name=outcome]")
    assert len(buttons) == (0 if by == "moderator" else 2)
    assert len(page.select(".review-decide > .notice")) == (1 if by == "moderator" else 0)


def test_offer_no_decision_about_ones_own(moderator, desk):
    own = CommentFactory(author=moderator, pending=True)
    page = page_of(desk.get(url_of("comment", own)))
    assert page.select("[name=verb]") == []
    assert len(page.select(".review-decide > .notice")) == 1


# The next entry


def test_next_is_neither_ones_own_nor_claimed(moderator, administrator):
    first, claimed, own, last = [
        CommentFactory(pending=True, **({"author": moderator} if number == 2 else {}))
        for number in range(4)
    ]
    claim(subject=claimed, by=administrator)
    assert next_item(first, by=moderator.pk).key == last.pk
    # After the last comes the first; what is decided is no longer in the queue.
    assert next_item(last, by=moderator.pk).key == first.pk
    own.standing = Standing.PUBLISHED
    own.save()
    assert next_item(own, by=moderator.pk).key == first.pk
    for each in (first, last):
        each.standing = Standing.PUBLISHED
        each.save()
    assert next_item(first, by=moderator.pk) is None


def test_link_the_next_entry(desk):
    first, second = CommentFactory.create_batch(2, pending=True)
    [link] = page_of(desk.get(url_of("comment", first))).select("a[rel=next]")
    assert (link["href"], link["accesskey"]) == (url_of("comment", second), "n")


def test_undo_from_the_message(desk):
    first, second = CommentFactory.create_batch(2, pending=True)
    seen = desk.get(url_of("comment", first)).context["form"].initial["seen"]
    sent = {"verb": "approve", "seen": seen, "edit_body": first.body}
    response = desk.post(url_of("comment", first), sent, follow=True)
    page = page_of(response)
    undo = reverse("admin:decision_undo", args=[Decision.objects.get().pk])
    [button] = page.select(".messagelist button")
    assert (button["formaction"], button["form"]) == (undo, "message-acts")
    links = [link["href"] for link in page.select(".messagelist a")]
    assert links == [url_of("comment", first), url_of("comment", second)]
    desk.post(undo)
    first.refresh_from_db()
    assert first.is_pending


def test_mark_only_the_changed_of_two_figures(case, member, moderator):
    figures = {"case": case, "unit": "days", "currency": "", "period": "2024", "is_headline": True}
    EvidenceFactory(label="Days at the border", value=3, **figures)
    changed = EvidenceFactory(label="Papers", value=5, **figures | {"is_headline": False})
    decide(case=submit(case, member), verb=Verb.REQUEST_CHANGES, by=moderator, **MESSAGE)
    Evidence.objects.filter(pk=changed.pk).update(value=4)
    [change] = reviewable.last_round(submit(case, member)).changes
    assert change.key == "evidence"
    assert [
        (kind, text.strip()) for kind, text in change.pieces if kind in ("removed", "added")
    ] == [("removed", "5"), ("added", "4")]

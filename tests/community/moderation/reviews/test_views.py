"""The desk of moderators: what waits, one page for each thing, and what may be done there."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import (
    Appeal,
    CannedText,
    Claim,
    Comment,
    Decision,
    Flag,
    MemberKind,
    Membership,
    ProposedPractice,
    Standing,
    TagProposal,
    Verb,
)
from community.moderation.appeals.actions import appeal
from community.moderation.queue import entries as queue_entries
from community.moderation.reviews import case_review
from repository.models import CaseStudy, Practice
from tests.conftest import staff
from tests.desk_client import DeskClient
from tests.factories import (
    CaseStudyFactory,
    CommentFactory,
    EvidenceFactory,
    ExperienceFactory,
    PracticeFactory,
    UserFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db

WORDS = {"reason": "spam", "message": "This is advertising."}


@pytest.fixture
def client():
    return DeskClient()


def page(word, subject, rest="") -> str:
    return f"/admin/review/{word}/{subject.pk}/{rest}"


def decide(client, word, subject, *, read=True, **data):
    """Open the page and decide on it."""
    path = page(word, subject)
    seen = client.get(path).context["form"].initial.get("seen", "") if read else ""
    return client.post(path, {"seen": seen, **data}, follow=True)


def told(response) -> list[str]:
    """What the page says, without the way back to what was decided."""
    return [str(message).partition(" <a")[0] for message in response.context["messages"]]


@pytest.fixture
def comment(member):
    return CommentFactory(author=member, pending=True, body="We **see** the same.")


@pytest.fixture
def appealed(member, moderator):
    hidden = CommentFactory(author=member, standing="hidden")
    decision = Decision.objects.create(
        subject=hidden, by=moderator, concerns=member, verb="hide", before="published", **WORDS
    )
    return Appeal.objects.create(decision=decision, by=member, words="No ad.")


def asking(member):
    return Membership.objects.update_or_create(
        member=member,
        defaults={
            "kind": MemberKind.POLICYMAKER,
            "organization": "Bureau of Commerce",
            "proof": "See our page.",
            "asked_at": "2026-01-01T00:00Z",
        },
    )[0].member


# The first page


def test_desk_shows_what_waits_oldest_first(client, moderator, comment):
    Comment.objects.filter(pk=comment.pk).update(created_at="2026-01-01T00:00Z")
    CommentFactory(pending=True, body="New")
    client.force_login(moderator)
    response = client.get("/admin/")
    rows = response.context["queue"]["rows"]
    assert [row["item"].title for row in rows] == ["We see the same.", "New"]
    assert response.text.count("late-word") == 1
    assert page("comment", comment) in response.text
    assert response.context["queue"]["total"] == 2


def test_desk_of_others_shows_no_queue(client, broker, comment):
    client.force_login(broker)
    response = client.get("/admin/")
    assert (response.status_code, "queue" in response.context) == (200, False)


@pytest.mark.parametrize(
    "query",
    ["kind=x&theme=x&language=<&p=x", "p=0", "theme=99999999999&p=9999", "kind=%00&language=%00"],
)
def test_desk_takes_any_filter(query, client, moderator, comment):
    client.force_login(moderator)
    assert client.get(f"/admin/?{query}").status_code == 200


def test_desk_by_filters_and_pages(client, moderator, comment):
    for _number in range(51):
        CommentFactory(pending=True, subject=comment.subject, author=comment.author)
    ExperienceFactory(pending=True)
    client.force_login(moderator)
    first = client.get("/admin/?kind=comment")
    assert (len(first.context["queue"]["rows"]), first.context["queue"]["has_next"]) == (50, True)
    second = client.get("/admin/?kind=comment&p=2")
    assert (len(second.context["queue"]["rows"]), second.context["queue"]["has_next"]) == (2, False)
    assert client.get("/admin/?mine=on").context["queue"]["rows"] == []
    client.post(page("comment", comment, "take/"))
    mine = client.get("/admin/?mine=on")
    assert [row["item"].key for row in mine.context["queue"]["rows"]] == [comment.pk]


def test_desk_costs_the_same_for_one_row_and_three(client, moderator, comment):
    client.force_login(moderator)

    def queries() -> int:
        client.get("/admin/")
        with CaptureQueriesContext(connection) as found:
            client.get("/admin/")
        return len(found)

    one = queries()
    for _number in range(2):
        CommentFactory(pending=True)
        flagged = ExperienceFactory()
        Flag.objects.create(subject=flagged, by=UserFactory(), reason="spam")
        CaseStudyFactory(status="submitted", authors=[UserFactory()])
    assert queries() == one
    assert one <= 14


# Who


REVIEW = ["comment", "experience", "case", "appeal", "member"]


@pytest.fixture
def reviewed(comment, member, appealed):
    return {
        "comment": comment,
        "experience": ExperienceFactory(pending=True),
        "case": CaseStudyFactory(published=True),
        "appeal": appealed,
        "member": asking(member),
    }


@pytest.mark.parametrize("word", REVIEW)
@pytest.mark.parametrize("role", ["visitor", "member", "broker", "moderator", "administrator"])
def test_review_by_role(word, role, client, request, reviewed):
    """The same door for reading, deciding and taking."""
    if role != "visitor":
        client.force_login(request.getfixturevalue(role))
    before = (Decision.objects.count(), Claim.objects.count())
    allowed = role in {"moderator", "administrator"}
    refusal = 302 if role == "visitor" else 403
    path = page(word, reviewed[word])
    assert client.get(path).status_code == (200 if allowed else refusal)
    if not allowed:
        data = {"verb": "approve", "outcome": "restored", "answer": "Yes.", **WORDS}
        assert client.post(path, data).status_code == refusal
        assert client.post(f"{path}take/").status_code == refusal
        assert (
            client.post(f"/admin/decisions/{Decision.objects.get().pk}/undo/").status_code
            == refusal
        )
        assert (Decision.objects.count(), Claim.objects.count()) == before


def test_review_after_the_right_was_taken_away(client, moderator, comment):
    client.force_login(moderator)
    moderator.groups.clear()
    assert client.post(page("comment", comment), {"verb": "approve"}).status_code == 403
    assert Comment.objects.get(pk=comment.pk).standing == "pending"


@pytest.mark.parametrize("path", ["comment/0/", "nothing/1/", "user/1/", "member/0/", "appeal/0/"])
def test_review_of_nothing_is_not_found(path, client, moderator):
    client.force_login(moderator)
    assert client.get(f"/admin/review/{path}").status_code == 404
    assert client.post(f"/admin/review/{path}take/").status_code == 404


def test_review_of_a_member_who_asks_nothing(client, moderator):
    client.force_login(moderator)
    quiet = UserFactory()
    Membership.objects.filter(member=quiet).delete()
    assert client.get(page("member", quiet)).status_code == 404


# What


def test_review_shows_the_words_and_what_is_known(client, moderator, comment, member):
    Flag.objects.create(subject=comment, by=UserFactory(), reason="spam", note="<script>")
    CommentFactory(subject=comment.subject, body="Said beside it.")
    CommentFactory(author=member)
    client.force_login(moderator)
    response = client.get(page("comment", comment))
    assert "<p>We <strong>see</strong> the same.</p>" in response.text
    assert "&lt;script&gt;" in response.text
    assert "Said beside it." in response.text
    record = response.context["record"]
    assert (record.accepted, record.declined, record.flagged) == (1, 0, 0)
    assert response.context["verbs"] == [Verb.APPROVE, Verb.DECLINE]


def test_review_tells_a_report_in_the_order_of_its_form(client, moderator):
    report = ExperienceFactory(pending=True, worked="Calls.", failed="Letters.")
    client.force_login(moderator)
    parts = client.get(page("experience", report)).context["parts"]
    assert [str(name) for name, _html in parts] == ["what worked", "what did not work"]


@pytest.mark.parametrize("word", REVIEW)
def test_review_costs_the_same_whatever_there_is(word, client, moderator, reviewed):
    client.force_login(moderator)
    found = reviewed[word]
    subject = found.decision.subject if word == "appeal" else found

    def queries() -> int:
        client.get(page(word, found))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page(word, found)).status_code == 200
        return len(asked)

    Flag.objects.create(subject=subject, by=UserFactory(), reason="spam")
    Decision.objects.create(subject=subject, by=moderator, verb="dismiss", **WORDS)
    one = queries()
    for _number in range(2):
        Flag.objects.create(subject=subject, by=UserFactory(), reason="spam")
        Decision.objects.create(
            subject=subject, by=staff("Moderators", f"m{_number}"), verb="dismiss", **WORDS
        )
    assert queries() <= one + 1


def test_approve(client, moderator, comment, member):
    client.force_login(moderator)
    response = decide(client, "comment", comment, verb="approve", edit_body=comment.body)
    assert (response.request["PATH_INFO"], told(response)) == ("/admin/", ["Done: Approve."])
    assert (
        f'Done: Approve. <a href="{page("comment", comment)}">Look at it again</a>' in response.text
    )
    changed = Comment.objects.get(pk=comment.pk)
    assert (changed.standing, changed.edited_at) == ("published", None)
    response = decide(client, "comment", comment, verb="approve")
    assert "is not possible now" in response.text
    assert (Decision.objects.count(), member.notifications.count()) == (1, 1)


def test_edit_then_approve(client, moderator, comment):
    client.force_login(moderator)
    seen = client.get(page("comment", comment)).context["form"].initial["seen"]
    client.post(
        page("comment", comment),
        {"verb": "approve", "edit_body": "We see\r\nthe same.", "seen": seen},
    )
    changed = Comment.objects.get(pk=comment.pk)
    assert (changed.body, changed.standing) == ("We see\nthe same.", "published")


def test_edit_into_more_than_a_report_holds_is_refused(client, moderator, member):
    report = ExperienceFactory(author=member, pending=True)
    client.force_login(moderator)
    response = decide(client, "experience", report, verb="approve", edit_worked="a" * 3001)
    assert "3000" in response.context["form"].errors["edit_worked"][0]
    assert type(report).objects.get(pk=report.pk).standing == "pending"


def test_approve_what_was_not_read_is_refused(client, moderator, comment):
    client.force_login(moderator)
    seen = client.get(page("comment", comment)).context["form"].initial["seen"]
    Comment.objects.filter(pk=comment.pk).update(body="Buy at once.")
    response = client.post(
        page("comment", comment), {"verb": "approve", "edit_body": "We see.", "seen": seen}
    )
    assert "The text has changed since you opened it." in response.text
    assert response.context["form"]["edit_body"].value() == "Buy at once."
    assert Comment.objects.get(pk=comment.pk).body == "Buy at once."
    assert (
        "The text has changed"
        in decide(client, "comment", comment, read=False, verb="decline", **WORDS).text
    )


def test_decline_with_a_canned_text_and_own_words(client, moderator, comment):
    text = CannedText.objects.create(
        reason="spam", language="en", title="Ad", text="This advertises."
    )
    client.force_login(moderator)
    decide(client, "comment", comment, verb="decline", canned=text.pk, message="Sorry.")
    decision = Decision.objects.get()
    assert (decision.reason, decision.message) == ("spam", "This advertises.\n\nSorry.")


def test_canned_texts_in_the_language_of_the_author(client, moderator, comment, member):
    CannedText.objects.all().delete()
    for language in ("en", "fr"):
        CannedText.objects.create(
            reason="spam", language=language, title=language, text=f"Text in {language}"
        )
    client.force_login(moderator)
    assert "Text in en" in client.get(page("comment", comment)).text
    member.language = "fr"
    member.save()
    text = client.get(page("comment", comment)).text
    assert ("Text in fr" in text, "Text in en" in text) == (True, False)


def test_decline_without_words_asks_again(client, moderator, comment):
    client.force_login(moderator)
    response = decide(client, "comment", comment, verb="decline")
    _before, form = response.text.split('id="decide"')
    assert "Choose a reason and write a message" in form
    long = {"verb": "decline", "reason": "spam", "message": "x" * 2001}
    assert client.post(page("comment", comment), long).context["form"].errors.keys() == {"message"}
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("verb", ["", "destroy", "undo", "uphold", "archive", "request-changes"])
def test_decide_otherwise_is_refused(verb, client, moderator, comment):
    client.force_login(moderator)
    assert decide(client, "comment", comment, verb=verb, **WORDS).status_code == 200
    assert Decision.objects.count() == 0


def test_hide_remove_restore_and_undo(client, moderator, comment):
    Comment.objects.update(standing=Standing.PUBLISHED)
    client.force_login(moderator)
    for verb, standing in (("hide", "hidden"), ("remove", "removed"), ("restore", "published")):
        decide(client, "comment", comment, verb=verb, **WORDS)
        assert Comment.objects.get(pk=comment.pk).standing == standing
    last = Decision.objects.first()
    assert f"/admin/decisions/{last.pk}/undo/" in client.get(page("comment", comment)).text
    assert client.get(f"/admin/decisions/{last.pk}/undo/").status_code == 405
    assert Comment.objects.get(pk=comment.pk).standing == "published"
    response = client.post(f"/admin/decisions/{last.pk}/undo/", follow=True)
    assert told(response) == ["The decision is undone."]
    assert Comment.objects.get(pk=comment.pk).standing == "removed"
    response = client.post(f"/admin/decisions/{last.pk}/undo/", follow=True)
    assert told(response) == ["This has been undone already."]


def test_take_and_leave(client, moderator, administrator, comment):
    client.force_login(moderator)
    assert client.get(page("comment", comment, "take/")).status_code == 405
    assert Claim.objects.count() == 0
    for _time in range(2):
        response = client.post(page("comment", comment, "take/"), follow=True)
        assert "You have taken this until" in response.text
    other = DeskClient()
    other.force_login(administrator)
    response = other.post(page("comment", comment, "take/"), follow=True)
    assert [words.split(" and ")[0] for words in told(response)] == ["Moderator has taken this"]
    response = decide(other, "comment", comment, verb="approve")
    assert "Moderator has taken this" in response.text
    assert Comment.objects.get(pk=comment.pk).standing == "pending"
    client.post(page("comment", comment, "take/"), {"release": ""})
    assert Claim.objects.count() == 0


def test_answer_an_appeal(client, moderator, appealed):
    client.force_login(moderator)
    data = {"outcome": "restored", "answer": "Right."}
    assert "You took the first decision" in client.post(page("appeal", appealed), data).text
    client.force_login(staff("Moderators", "another"))
    assert "No ad." in client.get(page("appeal", appealed)).text
    response = client.post(page("appeal", appealed), data, follow=True)
    assert told(response) == ["Done: Restored."]
    assert Comment.objects.get(pk=appealed.decision.object_id).standing == "published"
    assert "This appeal has been decided." in client.post(page("appeal", appealed), data).text


def test_undo_the_answer_to_an_appeal(client, moderator, appealed, administrator):
    another = staff("Moderators", "another")
    client.force_login(another)
    client.post(page("appeal", appealed), {"outcome": "upheld", "answer": "No."})
    undo = f"/admin/decisions/{Decision.objects.first().pk}/undo/"
    assert f'action="{undo}"' in client.get(page("appeal", appealed)).text
    client.force_login(moderator)
    shown = client.get(page("appeal", appealed)).text
    assert (f'action="{undo}"' in shown, "Only who decided, or an administrator" in shown) == (
        False,
        True,
    )
    client.force_login(another)
    assert told(client.post(undo, follow=True)) == ["The decision is undone."]
    assert [
        item.key
        for item in queue_entries.items(queue_entries.Filters(kind="appeal"), start=0, stop=9)
    ] == [appealed.pk]


def test_say_why_what_an_appeal_gave_back_stays(client, moderator, member):
    case = CaseStudyFactory(status="submitted", authors=[member])
    declined = case_review.decide(case=case, verb=Verb.DECLINE, by=moderator, **WORDS)
    made = appeal(decision=declined, by=member, words="Why?")
    client.force_login(staff("Moderators", "another"))
    client.post(page("appeal", made), {"outcome": "restored", "answer": "Right."})
    for reader in (staff("Moderators", "third"), moderator):
        client.force_login(reader)
        assert "is not taken away by undoing" in client.get(page("case", case)).text


@pytest.mark.parametrize(("verb", "status"), [("dismiss", "published"), ("archive", "archived")])
def test_answer_the_flags_on_a_case(verb, status, client, moderator, member):
    case = CaseStudyFactory(published=True, authors=[member])
    client.force_login(moderator)
    assert client.post(page("case", case), {"verb": verb, **WORDS}).status_code == 200
    assert Decision.objects.count() == 0
    Flag.objects.create(subject=case, by=UserFactory(), reason="wrong")
    response = client.post(page("case", case), {"verb": verb, **WORDS}, follow=True)
    assert told(response) == [f"Done: {Verb(verb).label}."]
    assert CaseStudy.objects.get().status == status
    assert Flag.objects.get().outcome == ("upheld" if verb == "archive" else "dismissed")
    assert [note.event for note in member.notifications.all()] == (
        ["case.archived"] if verb == "archive" else []
    )
    assert client.post(page("case", case), {"verb": verb, **WORDS}).status_code == 200
    assert Decision.objects.count() == 1
    client.post(f"/admin/decisions/{Decision.objects.get().pk}/undo/")
    assert (CaseStudy.objects.get().status, Flag.objects.get().outcome) == ("published", "")


@pytest.mark.parametrize(
    ("verb", "status"),
    [("approve", "published"), ("request-changes", "changes-requested"), ("decline", "declined")],
)
def test_decide_about_a_submitted_case(verb, status, client, moderator, member):
    case = CaseStudyFactory(status="submitted", authors=[member])
    client.force_login(moderator)
    decide(client, "case", case, verb=verb, **WORDS)
    assert CaseStudy.objects.get().status == status
    client.post(f"/admin/decisions/{Decision.objects.get().pk}/undo/")
    back = "published" if verb == "approve" else "submitted"
    assert CaseStudy.objects.get().status == back


@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_verify_a_member(verb, client, moderator, member):
    asking(member)
    client.force_login(moderator)
    assert "See our page." in client.get(page("member", member)).text
    client.post(page("member", member), {"verb": verb, **WORDS})
    assert Membership.objects.get(member=member).is_verified == (verb == "approve")
    assert ContentType.objects.get_for_model(member) == Decision.objects.get().content_type


# What comes with a case


@pytest.fixture
def proposed(member):
    case = CaseStudyFactory(status="submitted", title="Parcels", authors=[member])
    return ProposedPractice.objects.create(
        case=case, by=member, name="Village desks", summary="One desk for all."
    )


def test_show_what_came_with_a_case(client, moderator, member, proposed):
    case = proposed.case
    case.submissions.create(by=member, note="Please look at the <b>figures</b>.")
    file = case.attachments.create(by=member, kind="pdf", file="a.pdf", size=2048, caption="Plan")
    EvidenceFactory(case=case, label="Parcels", value=212, period="2025", place="Register")
    EvidenceFactory(case=case, label="Villages", value=9)
    client.force_login(moderator)
    shown = page_of(client.get(page("case", case)))
    assert [each.text for each in shown.select(".as-shown li:has(strong)")] == [
        "212 Parcels, 2025 Register",
        "9 Villages without a source",
    ]
    # As on the page, nothing is said of sections without words.
    assert "Challenge" in shown.headings
    assert "Preconditions" not in shown.headings
    assert "Please look at the <b>figures</b>." in shown.text
    assert shown.link("Plan") == f"/cases/{case.slug}/files/{file.pk}/"
    assert shown.link("Village desks") == f"/admin/review/practice/{proposed.pk}/"


def test_show_the_last_word_of_the_author(client, moderator, member, proposed):
    for note in ("Before.", "Now with figures."):
        proposed.case.submissions.create(by=member, note=note)
    client.force_login(moderator)
    shown = client.get(page("case", proposed.case)).text
    assert ("Now with figures." in shown, "Before." in shown) == (True, False)


def test_review_a_proposed_practice_from_the_queue(client, moderator, member, proposed):
    client.force_login(moderator)
    assert page("practice", proposed) in client.get("/admin/?kind=practice").text
    shown = client.get(page("practice", proposed)).text
    assert ("Village desks" in shown, "One desk for all." in shown) == (True, True)
    data = {"edit_name": "Village desks", "edit_summary": "One desk for each carrier."}
    response = decide(client, "practice", proposed, verb="approve", **data)
    assert told(response) == ["Done: Approve."]
    practice = Practice.objects.get()
    assert practice.summary == "One desk for each carrier."
    assert list(proposed.case.practices.all()) == [practice]
    assert "There is nothing to decide here now." in client.get(page("practice", proposed)).text
    assert page("practice", proposed) not in client.get("/admin/").text


def test_say_which_practice_it_is_already(client, moderator, member, proposed):
    practice = PracticeFactory()
    client.force_login(moderator)
    response = decide(client, "practice", proposed, verb="merge")
    assert "Choose the practice that it is already." in response.text
    response = decide(client, "practice", proposed, verb="merge", practice=practice.pk)
    assert told(response) == ["Done: It is this one already."]
    assert list(proposed.case.practices.all()) == [practice]


def test_decline_a_proposed_practice_in_words(client, moderator, member, proposed):
    client.force_login(moderator)
    assert "Choose a reason" in decide(client, "practice", proposed, verb="decline").text
    decide(client, "practice", proposed, verb="decline", **WORDS)
    decision = Decision.objects.get()
    client.force_login(member)
    assert WORDS["message"] in client.get(f"/appeals/new/{decision.pk}/").text
    assert f"/admin/review/practice/{proposed.pk}/" not in client.get("/notifications/").text
    assert "The practice that you proposed with" in client.get("/notifications/").text


def test_read_again_what_the_author_has_changed(client, moderator, member, proposed):
    client.force_login(moderator)
    client.get(page("practice", proposed))
    data = {"seen": "older", "verb": "approve", "edit_name": "Village desks", "edit_summary": "S"}
    response = client.post(page("practice", proposed), data)
    assert "The text has changed since you opened it." in response.text
    # What the author says now stands in the boxes.
    assert response.context["form"]["edit_summary"].value() == "One desk for all."
    assert Practice.objects.count() == 0


# Tags, and taking back what was answered


def test_review_a_proposed_tag_and_undo_it(client, moderator, member, colleague):
    case = CaseStudyFactory(published=True, title="Parcels", authors=[colleague], tags=["rail"])
    proposal = TagProposal.objects.create(subject=case, name="Dry port", by=member)
    client.force_login(moderator)
    assert page("tag", proposal) in client.get("/admin/").text
    shown = client.get(page("tag", proposal)).text
    assert ("Dry port" in shown, "Parcels" in shown, ">rail</a>" in shown) == (True, True, True)
    assert "Choose a reason" in decide(client, "tag", proposal, verb="decline").text
    decide(client, "tag", proposal, verb="decline", **WORDS)
    decision = Decision.objects.get()
    undo = f"/admin/decisions/{decision.pk}/undo/"
    assert f'action="{undo}"' in client.get(page("tag", proposal)).text
    assert client.post(undo).url == page("tag", proposal)
    decide(client, "tag", proposal, verb="approve")
    assert {tag.name for tag in case.tags.all()} == {"rail", "Dry port"}
    # The page where members propose leads to the desk, where there is room for a reason.
    other = TagProposal.objects.create(subject=case, name="Quay", by=member)
    shown = client.get(f"/tag-proposals/case/{case.pk}/new/").text
    assert f'href="{page("tag", other)}"' in shown
    assert f"/tag-proposals/{other.pk}/decline/" not in shown


def test_tell_what_a_decision_is_about_and_answer_its_appeal(
    client, moderator, administrator, member, proposed
):
    """Of each kind: the page of the decision, the desk of the member, the page of the appeal."""
    case = CaseStudyFactory(published=True, title="Quays", authors=[UserFactory()])
    tag = TagProposal.objects.create(subject=case, name="Dry port", by=member)
    asking(member)
    for word, subject, about, state in (
        (
            "practice",
            proposed,
            "Your practice “Village desks”, proposed with “Parcels”",
            "Declined",
        ),
        ("tag", tag, "Your tag “Dry port”, proposed for “Quays”", "Declined"),
        ("member", member, "Your mark as a policymaker", "Not verified"),
    ):
        client.force_login(moderator)
        decide(client, word, subject, verb="decline", **WORDS)
        decision = Decision.objects.first()
        client.force_login(member)
        path = f"/appeals/new/{decision.pk}/"
        assert path in client.get("/notifications/").text
        desk = client.get("/desk/")
        assert f'href="{path}"' in desk.text
        assert state in [each.state for each in desk.context["contributions"]]
        assert about in client.get(path).text
        client.post(path, {"words": "Look again."})
        client.force_login(administrator)
        appeal = Appeal.objects.get(decision=decision)
        shown = client.get(page("appeal", appeal)).text
        assert ("Look again." in shown, WORDS["message"] in shown) == (True, True)
        # What the member gave as proof is there again for whoever decides.
        assert ("See our page." in shown) == (word == "member")
        sent = {"outcome": "restored", "answer": "It waits again."}
        assert client.post(page("appeal", appeal), sent).status_code == 302
        client.force_login(member)
        assert "Waiting for" in client.get("/desk/").text

"""The moderation queue, the review page of each kind of contribution, and its actions."""

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
from community.moderation.decisions.models import DONE
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
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db

WORDS = {"reason": "spam", "message": "This is advertising."}


@pytest.fixture
def client():
    return DeskClient()


def url_of(word, subject, rest="") -> str:
    return f"/admin/review/{word}/{subject.pk}/{rest}"


def decide(client, word, subject, *, read=True, **data):
    """Open the page and decide on it."""
    path = url_of(word, subject)
    seen = client.get(path).context["form"].initial.get("seen", "") if read else ""
    return client.post(path, {"seen": seen, **data}, follow=True)


def messages_of(response) -> list[str]:
    """The messages of the page; of one about a decision, what was decided."""
    return [text.partition(": ")[0] for text in page_of(response).messages]


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


# The queue


def test_queue_is_sorted_oldest_first(client, moderator, comment):
    Comment.objects.filter(pk=comment.pk).update(created_at="2026-01-01T00:00Z")
    CommentFactory(pending=True, body="New")
    client.force_login(moderator)
    page = page_of(client.get("/admin/"))
    rows = page.select(".queue tbody tr")
    assert [row.one("a").text for row in rows] == ["We see the same.", "New"]
    assert [len(row.select(".late-word")) for row in rows] == [1, 0]
    assert page.link("We see the same.") == url_of("comment", comment)
    assert page.one("#waiting").text == "Queue (2)"


def test_queue_is_hidden_from_other_staff(client, broker, comment):
    client.force_login(broker)
    response = client.get("/admin/?records")
    assert (response.status_code, "queue" in response.context) == (200, False)


@pytest.mark.parametrize(
    "query",
    ["kind=x&theme=x&language=<&p=x", "p=0", "theme=99999999999&p=9999", "kind=%00&language=%00"],
)
def test_queue_accepts_any_filter(query, client, moderator, comment):
    client.force_login(moderator)
    assert client.get(f"/admin/?{query}").status_code == 200


def test_queue_by_filters_and_pages(client, moderator, comment):
    for _number in range(51):
        CommentFactory(pending=True, subject=comment.subject, author=comment.author)
    ExperienceFactory(pending=True)
    client.force_login(moderator)
    first = client.get("/admin/?kind=comment")
    assert (len(first.context["queue"]["rows"]), first.context["queue"]["has_next"]) == (50, True)
    second = client.get("/admin/?kind=comment&p=2")
    assert (len(second.context["queue"]["rows"]), second.context["queue"]["has_next"]) == (2, False)
    assert client.get("/admin/?mine=on").context["queue"]["rows"] == []
    client.post(url_of("comment", comment, "take/"))
    mine = client.get("/admin/?mine=on")
    assert [row["item"].key for row in mine.context["queue"]["rows"]] == [comment.pk]


def test_queue_in_as_many_queries_for_one_row_as_for_three(client, moderator, comment):
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


# Access


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


def test_review_after_losing_the_permission(client, moderator, comment):
    client.force_login(moderator)
    moderator.groups.clear()
    assert client.post(url_of("comment", comment), {"verb": "approve"}).status_code == 403
    assert Comment.objects.get(pk=comment.pk).standing == "pending"


@pytest.mark.parametrize("path", ["comment/0/", "nothing/1/", "user/1/", "member/0/", "appeal/0/"])
def test_review_of_an_unknown_object_is_not_found(path, client, moderator):
    client.force_login(moderator)
    assert client.get(f"/admin/review/{path}").status_code == 404
    assert client.post(f"/admin/review/{path}take/").status_code == 404


def test_review_of_a_member_without_a_request_is_not_found(client, moderator):
    client.force_login(moderator)
    quiet = UserFactory()
    Membership.objects.filter(member=quiet).delete()
    assert client.get(url_of("member", quiet)).status_code == 404


# The page and its decisions


def test_review_shows_the_text_and_its_context(client, moderator, comment, member):
    Flag.objects.create(subject=comment, by=UserFactory(), reason="spam", note="<script>")
    beside = CommentFactory(subject=comment.subject, body="Said beside it.")
    CommentFactory(author=member)
    client.force_login(moderator)
    response = client.get(url_of("comment", comment))
    page = page_of(response)
    assert page.one(".as-shown .words p").html == "<p>We <strong>see</strong> the same.</p>"
    assert page.one("[aria-labelledby=flags] [dir=auto]").text == "<script>"
    assert page.one("[aria-labelledby=similar]").links == [
        ("Said beside it.", beside.get_absolute_url())
    ]
    record = response.context["record"]
    assert (record.accepted, record.declined, record.flagged) == (1, 0, 0)
    assert response.context["verbs"] == [("approve", "Approve"), ("decline", "Decline")]


def test_review_shows_a_report_in_the_order_of_its_form(client, moderator):
    report = ExperienceFactory(pending=True, worked="Calls.", failed="Letters.")
    client.force_login(moderator)
    parts = client.get(url_of("experience", report)).context["parts"]
    assert ["Calls." in parts[0][1], "Letters." in parts[1][1]] == [True, True]


@pytest.mark.parametrize("word", REVIEW)
def test_review_in_as_many_queries_for_one_flag_as_for_three(word, client, moderator, reviewed):
    client.force_login(moderator)
    found = reviewed[word]
    subject = found.decision.subject if word == "appeal" else found

    def queries() -> int:
        client.get(url_of(word, found))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url_of(word, found)).status_code == 200
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
    assert (response.request["PATH_INFO"], messages_of(response)) == ("/admin/", ["Published"])
    assert url_of("comment", comment) in [url for _name, url in page_of(response).links]
    changed = Comment.objects.get(pk=comment.pk)
    assert (changed.standing, changed.edited_at) == ("published", None)
    response = decide(client, "comment", comment, verb="approve")
    assert page_of(response).wrong_fields == [""]
    assert (Decision.objects.count(), member.notifications.count()) == (1, 1)


def test_edit_then_approve(client, moderator, comment):
    client.force_login(moderator)
    seen = client.get(url_of("comment", comment)).context["form"].initial["seen"]
    client.post(
        url_of("comment", comment),
        {"verb": "approve", "edit_body": "We see\r\nthe same.", "seen": seen},
    )
    changed = Comment.objects.get(pk=comment.pk)
    assert (changed.body, changed.standing) == ("We see\nthe same.", "published")


def test_edit_beyond_the_maximum_length_is_refused(client, moderator, member):
    report = ExperienceFactory(author=member, pending=True)
    client.force_login(moderator)
    response = decide(client, "experience", report, verb="approve", edit_worked="a" * 3001)
    assert "3000" in response.context["form"].errors["edit_worked"][0]
    assert type(report).objects.get(pk=report.pk).standing == "pending"


def test_approve_a_text_changed_since_is_refused(client, moderator, comment):
    client.force_login(moderator)
    seen = client.get(url_of("comment", comment)).context["form"].initial["seen"]
    Comment.objects.filter(pk=comment.pk).update(body="Buy at once.")
    response = client.post(
        url_of("comment", comment), {"verb": "approve", "edit_body": "We see.", "seen": seen}
    )
    form = page_of(response).form("#decide")
    assert page_of(response).wrong_fields == [""]
    assert form.fields["edit_body"] == "Buy at once."
    assert Comment.objects.get(pk=comment.pk).body == "Buy at once."
    unread = decide(client, "comment", comment, read=False, verb="decline", **WORDS)
    assert page_of(unread).wrong_fields == [""]


def test_decline_with_a_canned_text_and_a_message(client, moderator, comment):
    text = CannedText.objects.create(
        reason="spam", language="en", title="Ad", text="This advertises."
    )
    client.force_login(moderator)
    decide(client, "comment", comment, verb="decline", canned=text.pk, message="Sorry.")
    decision = Decision.objects.get()
    assert (decision.reason, decision.message) == ("spam", "This advertises.\n\nSorry.")


def test_canned_text_in_the_language_of_the_author(client, moderator, comment, member):
    CannedText.objects.all().delete()
    text = CannedText.objects.create(reason="spam", language="en", title="Ad", text="No ads.")
    translated("canned", text, language="fr")
    client.force_login(moderator)

    def offered() -> list[str]:
        page = page_of(client.get(url_of("comment", comment)))
        return list(page.form("#decide").choices("canned").values())

    assert offered() == ["None", "Spam or advertising · Ad: No ads."]
    member.language = "fr"
    member.save()
    assert offered() == ["None", "Spam or advertising · Ad: ES No ads."]
    decide(client, "comment", comment, verb="decline", canned=text.pk)
    assert Decision.objects.get().message == "ES No ads."


def test_decline_without_a_message_is_refused(client, moderator, comment):
    client.force_login(moderator)
    response = decide(client, "comment", comment, verb="decline")
    assert page_of(response).wrong_fields == [""]
    long = {"verb": "decline", "reason": "spam", "message": "x" * 2001}
    assert client.post(url_of("comment", comment), long).context["form"].errors.keys() == {
        "message"
    }
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("verb", ["", "destroy", "undo", "uphold", "archive", "request-changes"])
def test_decide_with_another_verb_is_refused(verb, client, moderator, comment):
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
    undo = f"/admin/decisions/{last.pk}/undo/"
    assert page_of(client.get(url_of("comment", comment))).form(undo).buttons == ["Undo"]
    assert client.get(undo).status_code == 405
    assert Comment.objects.get(pk=comment.pk).standing == "published"
    response = client.post(undo, follow=True)
    assert messages_of(response) == ["Decision undone."]
    assert Comment.objects.get(pk=comment.pk).standing == "removed"
    response = client.post(undo, follow=True)
    assert page_of(response).outcomes == ["error"]


def test_take_and_release(client, moderator, administrator, comment):
    client.force_login(moderator)
    assert client.get(url_of("comment", comment, "take/")).status_code == 405
    assert Claim.objects.count() == 0
    for _time in range(2):
        response = client.post(url_of("comment", comment, "take/"), follow=True)
        taking = page_of(response).form(url_of("comment", comment, "take/"))
        assert taking.select("[name=release]")
    other = DeskClient()
    other.force_login(administrator)
    response = other.post(url_of("comment", comment, "take/"), follow=True)
    assert page_of(response).outcomes == ["error"]
    response = decide(other, "comment", comment, verb="approve")
    assert page_of(response).wrong_fields == [""]
    assert Comment.objects.get(pk=comment.pk).standing == "pending"
    client.post(url_of("comment", comment, "take/"), {"release": ""})
    assert Claim.objects.count() == 0


def test_answer_an_appeal(client, moderator, appealed):
    client.force_login(moderator)
    data = {"outcome": "restored", "answer": "Right."}
    assert page_of(client.post(url_of("appeal", appealed), data)).wrong_fields == [""]
    client.force_login(staff("Moderators", "another"))
    page = page_of(client.get(url_of("appeal", appealed)))
    assert page.select("[aria-labelledby=appeal] blockquote")[-1].text == "No ad."
    response = client.post(url_of("appeal", appealed), data, follow=True)
    assert messages_of(response) == ["Restored"]
    assert Comment.objects.get(pk=appealed.decision.object_id).standing == "published"
    again = page_of(client.post(url_of("appeal", appealed), data))
    assert again.wrong_fields == [""]


def test_undo_the_answer_to_an_appeal(client, moderator, appealed, administrator):
    another = staff("Moderators", "another")
    client.force_login(another)
    client.post(url_of("appeal", appealed), {"outcome": "upheld", "answer": "No."})
    undo = f"/admin/decisions/{Decision.objects.first().pk}/undo/"
    assert page_of(client.get(url_of("appeal", appealed))).form(undo).buttons == ["Undo"]
    client.force_login(moderator)
    decisions = page_of(client.get(url_of("appeal", appealed))).one(".decisions")
    assert decisions.forms == []
    assert decisions.select(".help")
    client.force_login(another)
    assert messages_of(client.post(undo, follow=True)) == ["Decision undone."]
    kinds, appeals = queue_entries.moderated(), queue_entries.Filters(kind="appeal")
    assert [item.key for item in queue_entries.items(kinds, appeals, start=0, stop=9)] == [
        appealed.pk
    ]


def test_explain_why_a_restoration_on_appeal_cannot_be_undone(client, moderator, member):
    case = CaseStudyFactory(status="submitted", authors=[member])
    declined = case_review.decide(case=case, verb=Verb.DECLINE, by=moderator, **WORDS)
    made = appeal(decision=declined, by=member, words="Why?")
    client.force_login(staff("Moderators", "another"))
    client.post(url_of("appeal", made), {"outcome": "restored", "answer": "Right."})
    for reader in (staff("Moderators", "third"), moderator):
        client.force_login(reader)
        decisions = page_of(client.get(url_of("case", case))).one(".decisions")
        assert (decisions.forms, len(decisions.select(".help"))) == ([], 1)


@pytest.mark.parametrize(("verb", "status"), [("dismiss", "published"), ("archive", "archived")])
def test_answer_the_flags_on_a_case(verb, status, client, moderator, member):
    case = CaseStudyFactory(published=True, authors=[member])
    client.force_login(moderator)
    assert client.post(url_of("case", case), {"verb": verb, **WORDS}).status_code == 200
    assert Decision.objects.count() == 0
    Flag.objects.create(subject=case, by=UserFactory(), reason="wrong")
    response = client.post(url_of("case", case), {"verb": verb, **WORDS}, follow=True)
    assert messages_of(response) == [DONE[Verb(verb)]]
    assert CaseStudy.objects.get().status == status
    assert Flag.objects.get().outcome == ("upheld" if verb == "archive" else "dismissed")
    assert [note.event for note in member.notifications.all()] == (
        ["case.archived"] if verb == "archive" else []
    )
    assert client.post(url_of("case", case), {"verb": verb, **WORDS}).status_code == 200
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
    assert CaseStudy.objects.get().status == "submitted"


@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_verify_a_member(verb, client, moderator, member):
    asking(member)
    client.force_login(moderator)
    page = page_of(client.get(url_of("member", member)))
    assert page.one(".as-shown dd[dir=auto]").text == "See our page."
    client.post(url_of("member", member), {"verb": verb, **WORDS})
    assert Membership.objects.get(member=member).is_verified == (verb == "approve")
    assert ContentType.objects.get_for_model(member) == Decision.objects.get().content_type


# What is submitted with a case


@pytest.fixture
def proposed(member):
    case = CaseStudyFactory(status="submitted", title="Parcels", authors=[member])
    return ProposedPractice.objects.create(
        case=case, by=member, name="Village desks", summary="One desk for all."
    )


def test_review_shows_what_was_submitted_with_a_case(client, moderator, member, proposed):
    case = proposed.case
    case.submissions.create(by=member, note="Please look at the <b>figures</b>.")
    file = case.attachments.create(by=member, kind="pdf", file="a.pdf", size=2048, caption="Plan")
    EvidenceFactory(case=case, label="Parcels", value=212, period="2025", place="Register")
    EvidenceFactory(case=case, label="Villages", value=9)
    client.force_login(moderator)
    shown = page_of(client.get(url_of("case", case)))
    assert [each.text for each in shown.select(".as-shown li:has(strong)")] == [
        "212 Parcels, 2025 Register",
        "9 Villages without a source",
    ]
    # As on the page, empty sections are left out.
    assert "Challenge" in shown.headings
    assert "Preconditions" not in shown.headings
    assert shown.one("[aria-labelledby=word] blockquote").text == (
        "Please look at the <b>figures</b>."
    )
    assert shown.link("Plan") == f"/cases/{case.slug}/files/{file.pk}/"
    assert shown.link("Village desks") == f"/admin/review/practice/{proposed.pk}/"


def test_review_shows_the_last_note_of_the_author(client, moderator, member, proposed):
    for note in ("Before.", "Now with figures."):
        proposed.case.submissions.create(by=member, note=note)
    client.force_login(moderator)
    shown = page_of(client.get(url_of("case", proposed.case)))
    assert shown.one("[aria-labelledby=word] blockquote").text == "Now with figures."
    assert "Before." not in shown.html


def test_review_a_proposed_practice_from_the_queue(client, moderator, member, proposed):
    client.force_login(moderator)
    queue = page_of(client.get("/admin/?kind=practice"))
    assert queue.link("Village desks") == url_of("practice", proposed)
    shown = page_of(client.get(url_of("practice", proposed))).one(".as-shown")
    assert shown.one("h3").text == "Village desks"
    assert shown.one("p[dir=auto]").text == "One desk for all."
    data = {"edit_name": "Village desks", "edit_summary": "One desk for each carrier."}
    response = decide(client, "practice", proposed, verb="approve", **data)
    assert messages_of(response) == ["Approved"]
    practice = Practice.objects.get()
    assert practice.summary == "One desk for each carrier."
    assert list(proposed.case.practices.all()) == [practice]
    decided = page_of(client.get(url_of("practice", proposed)))
    assert decided.select("#decide") == []
    assert url_of("practice", proposed) not in page_of(client.get("/admin/")).html


def test_merge_a_proposed_practice_into_another(client, moderator, member, proposed):
    practice = PracticeFactory()
    client.force_login(moderator)
    response = decide(client, "practice", proposed, verb="merge")
    assert page_of(response).wrong_fields == [""]
    assert list(proposed.case.practices.all()) == []
    response = decide(client, "practice", proposed, verb="merge", practice=practice.pk)
    assert messages_of(response) == ["Marked as duplicate"]
    assert list(proposed.case.practices.all()) == [practice]


def test_decline_a_proposed_practice(client, moderator, member, proposed):
    client.force_login(moderator)
    refused = page_of(decide(client, "practice", proposed, verb="decline"))
    assert len(refused.form("#decide").errors) == 1
    assert Decision.objects.count() == 0
    decide(client, "practice", proposed, verb="decline", **WORDS)
    decision = Decision.objects.get()
    client.force_login(member)
    address = f"/appeals/new/{decision.pk}/"
    assert page_of(client.get(address)).select("blockquote")[0].text == WORDS["message"]
    notices = page_of(client.get("/notifications/"))
    assert url_of("practice", proposed) not in notices.html
    assert notices.one(".notices li").links == [("Parcels", address)]


def test_approve_a_practice_changed_since_is_refused(client, moderator, member, proposed):
    client.force_login(moderator)
    client.get(url_of("practice", proposed))
    data = {"seen": "older", "verb": "approve", "edit_name": "Village desks", "edit_summary": "S"}
    response = client.post(url_of("practice", proposed), data)
    form = page_of(response).form("#decide")
    assert len(form.errors) == 1
    # The form has the author's current text.
    assert form.fields["edit_summary"] == "One desk for all."
    assert Practice.objects.count() == 0


# Tags, undoing, and appeals


def test_review_a_proposed_tag_and_undo_it(client, moderator, member, colleague):
    case = CaseStudyFactory(published=True, title="Parcels", authors=[colleague], tags=["rail"])
    proposal = TagProposal.objects.create(subject=case, name="Dry port", by=member)
    client.force_login(moderator)
    assert page_of(client.get("/admin/")).link("Dry port") == url_of("tag", proposal)
    shown = page_of(client.get(url_of("tag", proposal)))
    assert shown.one(".as-shown h3").text == "Dry port"
    assert shown.link("Parcels") == case.get_absolute_url()
    assert [name for name, _url in shown.one("[aria-labelledby=similar]").links] == ["rail"]
    refused = page_of(decide(client, "tag", proposal, verb="decline"))
    assert len(refused.form("#decide").errors) == 1
    assert Decision.objects.count() == 0
    decide(client, "tag", proposal, verb="decline", **WORDS)
    decision = Decision.objects.get()
    undo = f"/admin/decisions/{decision.pk}/undo/"
    assert page_of(client.get(url_of("tag", proposal))).form(undo).buttons == ["Undo"]
    assert client.post(undo).url == url_of("tag", proposal)
    decide(client, "tag", proposal, verb="approve")
    assert {tag.name for tag in case.tags.all()} == {"rail", "Dry port"}
    # The page where members propose leads to the desk, where there is room for a reason.
    other = TagProposal.objects.create(subject=case, name="Quay", by=member)
    shown = page_of(client.get(f"/tag-proposals/case/{case.pk}/new/"))
    assert shown.link("Decline on the staff desk Quay") == url_of("tag", other)
    assert f"/tag-proposals/{other.pk}/decline/" not in shown.html


@pytest.mark.parametrize(
    ("word", "title", "about", "state"),
    [
        (
            "practice",
            "Village desks",
            "Your practice “Village desks”, proposed with “Parcels”",
            "Declined",
        ),
        ("tag", "Dry port", "Your tag “Dry port”, proposed for “Quays”", "Declined"),
        ("member", "Verified policymaker", "Your verification as a policymaker", "Not verified"),
    ],
)
def test_appeal_against_declining(
    word, title, about, state, client, moderator, administrator, member, proposed
):
    """Of each kind: the page of the decision, the desk of the member, the page of the appeal."""
    quays = CaseStudyFactory(published=True, title="Quays", authors=[UserFactory()])
    subject = {
        "practice": proposed,
        "tag": TagProposal.objects.create(subject=quays, name="Dry port", by=member),
        "member": asking(member),
    }[word]
    client.force_login(moderator)
    decide(client, word, subject, verb="decline", **WORDS)
    decision = Decision.objects.get()
    path = f"/appeals/new/{decision.pk}/"
    client.force_login(member)

    def contribution():
        entries = page_of(client.get("/desk/")).select("[aria-labelledby=contributions] li")
        (found,) = [each for each in entries if each.headings == [title]]
        return found

    assert path in [url for _name, url in page_of(client.get("/notifications/")).links]
    assert path in [url for _name, url in contribution().links]
    assert contribution().one(".state").text == state
    assert about in [name for name, _url in page_of(client.get(path)).links]
    client.post(path, {"words": "Look again."})
    client.force_login(administrator)
    appeal = Appeal.objects.get()
    shown = page_of(client.get(url_of("appeal", appeal)))
    quotes = shown.select("[aria-labelledby=appeal] blockquote")
    assert [each.text for each in quotes] == [WORDS["message"], "Look again."]
    # The member's proof is available again to the person who decides.
    proof = [each.text for each in shown.select(".as-shown dd[dir=auto]")]
    assert proof == (["See our page."] if word == "member" else [])
    sent = {"outcome": "restored", "answer": "It waits again."}
    assert client.post(url_of("appeal", appeal), sent).status_code == 302
    client.force_login(member)
    assert contribution().one(".state").text.startswith("Waiting for")


@pytest.mark.parametrize("word", ["case", "comment"])
def test_dismiss_flags_without_a_reason_and_a_message(word, client, moderator, member):
    subject = (
        CaseStudyFactory(published=True, authors=[member])
        if word == "case"
        else CommentFactory(author=member)
    )
    Flag.objects.create(subject=subject, by=UserFactory(), reason="wrong")
    client.force_login(moderator)
    page = page_of(client.get(url_of(word, subject)))
    assert page.one("#decide > .help").text == (
        "If you take an action other than approving or dismissing flags, choose a reason and write "
        "a message. The member concerned will read both."
    )
    response = decide(client, word, subject, verb="dismiss")
    assert messages_of(response) == ["Flags dismissed"]
    assert Decision.objects.get().by == moderator
    assert Flag.objects.get().outcome == "dismissed"
    assert list(member.notifications.all()) == []


def test_moderators_and_authors_see_the_same_similar_cases(client, moderator, member):
    practice = PracticeFactory(slug="parcels-by-bus")
    alike = CaseStudyFactory(published=True, title="Buses that carry parcels")
    shares = CaseStudyFactory(published=True, title="Another subject")
    shares.practices.add(practice)
    case = CaseStudyFactory(title="Buses carry parcels", status="draft", authors=[member])
    case.practices.add(practice)
    client.force_login(member)
    shown = [card.pk for card, _why in client.get(f"/cases/{case.slug}/submit/").context["cases"]]
    assert set(shown) == {alike.pk, shares.pk}
    CaseStudy.objects.filter(pk=case.pk).update(status="submitted")
    client.force_login(moderator)
    similar = client.get(url_of("case", case)).context["similar"]
    assert [other.pk for other, _url in similar] == shown

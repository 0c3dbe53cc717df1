"""The form that proposes a change of a published case, the proposal, and the answers to it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import (
    Appeal,
    Comment,
    Decision,
    Follow,
    Notification,
    Revision,
    WorkingCopy,
)
from community.writing.drafts import documents as drafts_documents
from community.writing.revisions.actions import accept, fingerprint
from repository.cases.actions import archive
from repository.models import CaseStudy
from tests.community.writing.drafts.cases import as_user, base_of, fields_of, posted
from tests.community.writing.revisions.revisions import (
    changed,
    make_known,
    proposed,
    published_case,
)
from tests.conftest import staff
from tests.desk_client import DeskClient
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(member, colleague, moderator):
    return published_case(member, colleague, by=moderator)


@pytest.fixture(autouse=True)
def _known(stranger):
    make_known(stranger)


@pytest.fixture
def revision(case, stranger):
    return proposed(case, by=stranger, results="Three days.")


def edit_of(case) -> str:
    return f"/cases/{case.slug}/edit/"


def sent(case, by, *, why="It is so.", **changes) -> dict:
    return posted(changed(case, **changes), member=by, case=case, base=base_of(case), why=why)


def at_desk(user) -> DeskClient:
    client = DeskClient()
    client.force_login(user)
    return client


# Proposing


def test_show_the_form_to_signed_in_users(case, client, stranger, member, moderator):
    assert client.get(edit_of(case)).headers["Location"].startswith("/accounts/login/")
    for user in (stranger, member, moderator):
        page = as_user(user).get(edit_of(case))
        assert (page.status_code, page.context["purpose"]) == (200, "suggest")
        assert fields_of(page)["title"] == case.title
        shown = page_of(page)
        assert shown.one(".keepers .button").text == "Suggest change"
        assert shown.select("#authors, #part-authors") == []


def test_suggest_an_edit(case, stranger):
    client = as_user(stranger)
    response = client.post(edit_of(case), sent(case, stranger, results="Three days."))
    revision = Revision.objects.get()
    assert response.headers["Location"] == f"/revisions/{revision.pk}/"
    response = client.get(response.headers["Location"])
    page = page_of(response)
    assert page.outcomes == ["success"]
    assert [change.pieces for change in response.context["changes"]] == [[("added", "Three days.")]]
    assert page.one("ins").text == "added: Three days."
    assert page.form(f"/revisions/{revision.pk}/withdraw/").buttons == ["Withdraw suggestion"]
    case.refresh_from_db()
    assert case.results == ""
    again = client.get(edit_of(case))
    assert again.headers["Location"] == f"/revisions/{revision.pk}/"


def test_suggest_twice_is_harmless(case, stranger):
    client, data = as_user(stranger), sent(case, stranger, results="Three days.")
    places = {client.post(edit_of(case), data).headers["Location"] for _click in range(2)}
    assert (len(places), Revision.objects.count()) == (1, 1)


def test_suggest_without_a_reason_keeps_the_text(case, stranger):
    client = as_user(stranger)
    response = client.post(edit_of(case), sent(case, stranger, why="", results="Three days."))
    assert page_of(response).wrong_fields == ["why"]
    assert Revision.objects.count() == 0
    assert WorkingCopy.objects.get().document["results"] == "Three days."
    assert fields_of(client.get(edit_of(case)))["results"] == "Three days."


def test_suggest_nothing_keeps_the_reason(case, stranger):
    response = as_user(stranger).post(edit_of(case), sent(case, stranger, why="Because."))
    assert page_of(response).outcomes == ["error"]
    assert fields_of(response)["why"] == "Because."
    page = as_user(stranger).get(edit_of(case))
    assert fields_of(page)["why"] == "Because."


def test_suggest_after_the_case_has_changed(case, stranger, member, broker):
    data = sent(case, stranger, results="Two days.", lessons="Pay the drivers.")
    accept(revision=proposed(case, by=broker, results="Three days."), by=member)
    response = as_user(stranger).post(edit_of(case), data)
    assert [(row["key"], row["both"]) for row in response.context["changes"]] == [
        ("results", True),
        ("lessons", False),
    ]
    assert fields_of(response)["results"] == "Two days."
    assert response.context["base"] == fingerprint(CaseStudy.objects.get())
    data = posted(
        changed(case, results="Two days.", lessons="Pay the drivers."),
        member=stranger,
        case=case,
        base=response.context["base"],
        why="So.",
    )
    assert as_user(stranger).post(edit_of(case), data).status_code == 302
    assert Revision.objects.waiting().get().base["results"] == "Three days."


@pytest.mark.parametrize("name", ["base", "parent", "ticket", "more"])
def test_accept_nul_in_a_hidden_field(name, case, revision, stranger, member):
    hostile = {name: "a\0b"}
    own = as_user(member).post(edit_of(case), sent(case, member, results="Two days.") | hostile)
    sending = sent(case, member, results="Two days.") | hostile
    edited = as_user(member).post(f"/revisions/{revision.pk}/edit/", sending)
    assert {own.status_code, edited.status_code} <= {200, 302}


def test_autosave_keeps_the_reason(case, stranger, client):
    data = sent(case, stranger, results="Three days.", why="A report says so.")
    answer = as_user(stranger).post("/cases/autosave/", data)
    assert answer.json()["state"] == "kept"
    assert WorkingCopy.objects.get().document["why"] == "A report says so."
    WorkingCopy.objects.all().delete()
    # The login has expired.
    response = client.post(edit_of(case), data)
    assert response.headers["Location"].startswith("/accounts/login/")
    assert WorkingCopy.objects.get().member == stranger


def test_suggest_deletes_the_autosaved_copy(case, stranger):
    data = sent(case, stranger, results="Three days.")
    client = as_user(stranger)
    client.post("/cases/autosave/", data)
    client.post(edit_of(case), data)
    assert WorkingCopy.objects.count() == 0


def test_discard_and_add_rows(case, stranger):
    client = as_user(stranger)
    data = sent(case, stranger, results="Three days.")
    more = client.post(edit_of(case), data | {"more": "evidence"})
    assert more.headers["Location"].endswith("more=evidence#evidence-0")
    client.post(edit_of(case), data | {"discard": "1"})
    assert WorkingCopy.objects.count() == 0


# The proposal


def test_show_a_proposal_by_role(revision, client, stranger, member, colleague, moderator, broker):
    path = revision.get_absolute_url()
    assert client.get(path).headers["Location"].startswith("/accounts/login/")
    buttons = {
        user.handle: page_of(as_user(user).get(path)).main.buttons
        for user in (stranger, member, colleague)
    }
    assert buttons == {
        "stranger": ["Withdraw suggestion"],
        "member": ["Accept change", "Decline change"],
        "colleague": ["Accept change", "Decline change"],
    }
    page = page_of(as_user(moderator).get(path))
    assert page.link("Review this change") == f"/admin/review/revision/{revision.pk}/"
    assert as_user(broker).get(path).status_code == 404


def test_proposal_of_an_author_is_answered_by_moderators(case, member, colleague):
    revision = proposed(case, by=member, results="Three days.")
    page = as_user(colleague).get(revision.get_absolute_url())
    assert (page.context["may_answer"], page.context["as_author"]) == (False, False)
    assert as_user(colleague).post(f"/revisions/{revision.pk}/accept/").status_code == 403


def test_show_a_proposal_in_a_fixed_number_of_queries(case, member, stranger, broker):
    one = proposed(case, by=stranger, results="Three days.")
    many = proposed(
        case, by=broker, results="Three days.", lessons="So.", advice="Do it.", cost="1 million"
    )
    client = as_user(member)
    for revision in (one, many):
        # The first visit marks the notices about it as read.
        client.get(revision.get_absolute_url())
    counts = []
    for revision in (one, many):
        with CaptureQueriesContext(connection) as queries:
            client.get(revision.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_show_choices_by_name(case, stranger, member):
    revision = proposed(case, by=stranger, cities=[], countries=["CN"], language="fr")
    page = as_user(member).get(revision.get_absolute_url())
    assert {change.key: change.pieces for change in page.context["changes"]} == {
        "cities": [("removed", "Kisumu")],
        "countries": [("added", "China")],
        "language": [("removed", "English"), ("added", "French")],
    }


def test_accept_as_an_author(revision, member):
    client = as_user(member)
    seen = client.get(revision.get_absolute_url()).context["seen"]
    path = f"/revisions/{revision.pk}/accept/"
    assert client.get(path).status_code == 405
    response = client.post(path, {"seen": seen})
    assert response.headers["Location"] == revision.case.get_absolute_url()
    assert CaseStudy.objects.get().results == "Three days."
    again = client.post(path, {"seen": seen}, follow=True)
    assert page_of(again).outcomes[-1] == "error"
    assert Notification.objects.filter(event="revision.accepted").count() == 1


def test_decline_as_an_author(revision, member, stranger):
    path = f"/revisions/{revision.pk}/decline/"
    wrong = as_user(member).post(path, {"message": ""})
    assert page_of(wrong).wrong_fields == ["message"]
    as_user(member).post(path, {"message": "It is two."})
    page = page_of(as_user(stranger).get(revision.get_absolute_url()))
    assert page.one(".by .state").text == "Declined"
    assert page.one(".words").text == "It is two."


def test_withdraw_and_continue_writing(revision, stranger, member):
    path = f"/revisions/{revision.pk}/withdraw/"
    assert as_user(member).post(path).status_code == 403
    client = as_user(stranger)
    page = client.post(path, follow=True)
    assert fields_of(page)["results"] == "Three days."
    assert fields_of(page)["why"] == revision.why


def test_edit_first_then_accept(revision, case, member):
    client, path = as_user(member), f"/revisions/{revision.pk}/edit/"
    page = client.get(path)
    assert fields_of(page)["results"] == "Three days."
    assert [change["label"] for change in page.context["changes"]] == ["Results"]
    document = changed(case, results="Three days, mostly.")
    data = posted(document, member=member, case=case, base=page.context["base"])
    response = client.post(path, data)
    assert response.headers["Location"] == revision.get_absolute_url()
    case.refresh_from_db()
    revision.refresh_from_db()
    assert (case.results, revision.status, revision.document["results"]) == (
        "Three days, mostly.",
        "accepted",
        "Three days.",
    )
    assert client.get(path).headers["Location"] == revision.get_absolute_url()


def test_edit_first_where_the_same_text_has_changed(revision, case, member, broker):
    accept(revision=proposed(case, by=broker, results="Two days."), by=member)
    client = as_user(member)
    page = client.get(revision.get_absolute_url())
    assert (page.context["conflicts"], page.context["has_moved"]) == (["results"], True)
    assert f"/revisions/{revision.pk}/accept/" not in [form.action for form in page_of(page).forms]
    form = client.get(f"/revisions/{revision.pk}/edit/")
    assert [(row["both"], row["theirs"]) for row in form.context["changes"]] == [
        (True, "Two days.")
    ]


def test_edit_first_while_the_case_changes(revision, case, member, broker):
    client, path = as_user(member), f"/revisions/{revision.pk}/edit/"
    base = client.get(path).context["base"]
    accept(revision=proposed(case, by=broker, results="Two days."), by=member)
    document = changed(case, results="Three days, mostly.")
    response = client.post(path, posted(document, member=member, case=case, base=base))
    assert [(row["key"], row["both"]) for row in response.context["changes"]] == [("results", True)]
    case.refresh_from_db()
    assert case.results == "Two days."


def test_show_a_proposal_for_an_archived_case(revision, case, member, moderator):
    archive(case=case, reason="Over.", by=moderator)
    page = as_user(member).get(revision.get_absolute_url())
    assert page.context["may_answer"] is False
    assert len(page_of(page).select("main .notice")) == 1


# The queue, the desk and the notices


def test_answer_from_the_queue(revision, moderator, member, case):
    client = at_desk(moderator)
    desk = client.get("/admin/?kind=revision")
    (row,) = desk.context_data["queue"]["rows"]
    assert (row["item"].title, row["author"], row["item"].url) == (
        case.title,
        revision.by,
        f"/admin/review/revision/{revision.pk}/",
    )
    page = client.get(row["item"].url)
    assert [change.key for change in page.context["changes"]] == ["results"]
    assert page_of(page).one("ins").text == "added: Three days."
    answer = client.post(row["item"].url, {"verb": "decline", "seen": "x"})
    assert len(page_of(answer).form("#decide").errors) == 1
    taken = client.post(f"/admin/review/revision/{revision.pk}/take/")
    assert taken.status_code == 302
    form = {"verb": "approve", "seen": page.context["form"].initial["seen"]}
    assert client.post(row["item"].url, form).headers["Location"] == "/admin/"
    case.refresh_from_db()
    assert case.results == "Three days."
    assert client.get("/admin/?kind=revision").context_data["queue"]["rows"] == []
    assert client.get(row["item"].url).context["verbs"] == []


def test_approve_is_refused_after_the_case_has_changed(revision, case, moderator, member, broker):
    client, path = at_desk(moderator), f"/admin/review/revision/{revision.pk}/"
    seen = client.get(path).context["form"].initial["seen"]
    accept(revision=proposed(case, by=broker, lessons="Pay the drivers."), by=member)
    answer = client.post(path, {"verb": "approve", "seen": seen})
    assert page_of(answer).wrong_fields == [""]
    again = answer.context["form"]["seen"].value()
    assert client.post(path, {"verb": "approve", "seen": again}).status_code == 302


def test_queue_leaves_out_proposals_for_archived_cases(revision, case, moderator):
    archive(case=case, reason="Over.", by=moderator)
    assert at_desk(moderator).get("/admin/?kind=revision").context_data["queue"]["rows"] == []


def test_desk_of_an_author_lists_what_waits(revision, member, stranger, colleague, case):
    own = proposed(case, by=colleague, lessons="Pay the drivers.")
    waits = as_user(member).get("/desk/").context["waiting"]
    assert [each.url for each in waits] == [revision.get_absolute_url()]
    assert revision.why in waits[0].what
    sent = as_user(colleague).get("/desk/").context["contributions"]
    assert [each.url for each in sent if each.label == "Suggested change"] == [
        own.get_absolute_url()
    ]


def test_desk_of_the_proposer_shows_the_answer(revision, member, stranger):
    as_user(member).post(f"/revisions/{revision.pk}/decline/", {"message": "It is two."})
    page = page_of(as_user(stranger).get("/desk/"))
    (sent,) = page.select("[aria-labelledby=contributions] li:has(.words)")
    assert "Suggested change" in sent.text
    assert sent.one(".state").classes == {"state"}
    assert (sent.one(".state").text, sent.one(".words").text) == ("Declined", "It is two.")


def test_notices_link_to_the_proposal(revision, member, stranger):
    (shown,) = as_user(member).get("/notifications/").context["shown"]
    assert shown.path == revision.get_absolute_url()
    as_user(member).post(f"/revisions/{revision.pk}/decline/", {"message": "It is two."})
    (answer,) = as_user(stranger).get("/notifications/").context["shown"]
    assert (answer.path, answer.message) == (revision.get_absolute_url(), "It is two.")


def test_fingerprint_is_the_digest_of_the_document(case):
    assert drafts_documents.digest(drafts_documents.document_of(case)) == fingerprint(case)


# Newcomers, undoing, appeals


def test_pass_a_held_proposal_on_to_the_authors(case, broker, member, moderator):
    revision = proposed(case, by=broker, results="Three days.")
    Revision.objects.update(status="held")
    path, desk = f"/admin/review/revision/{revision.pk}/", at_desk(moderator)
    assert as_user(member).get(revision.get_absolute_url()).status_code == 404
    assert as_user(member).get("/desk/").context["waiting"] == []
    page = desk.get(path)
    assert [verb for verb, _label in page.context["verbs"]] == ["approve", "pass-on", "decline"]
    assert page_of(page).select(".as-shown .help")
    sent = {"verb": "pass-on", "seen": page.context["form"]["seen"].value()}
    assert desk.post(path, sent).headers["Location"] == "/admin/"
    page = as_user(member).get(revision.get_absolute_url())
    assert (page.status_code, page.context["as_author"]) == (200, True)
    assert [verb for verb, _label in desk.get(path).context["verbs"]] == ["approve", "decline"]


def test_show_newcomer_that_a_moderator_reads_first(case, stranger, member):
    Comment.objects.all().delete()
    as_user(stranger).post(edit_of(case), sent(case, stranger, results="Three days."))
    page = page_of(as_user(stranger).get(Revision.objects.get().get_absolute_url()))
    assert len(page.select("main .notice")) == 1


def test_undo_an_approval(revision, case, moderator):
    path, desk = f"/admin/review/revision/{revision.pk}/", at_desk(moderator)
    seen = desk.get(path).context["form"]["seen"].value()
    desk.post(path, {"verb": "approve", "seen": seen})
    decision = Decision.objects.get()
    page = desk.get(path)
    assert page.context["undoable"] == decision
    answer = desk.post(f"/admin/decisions/{decision.pk}/undo/")
    assert answer.headers["Location"] == path
    case.refresh_from_db()
    revision.refresh_from_db()
    assert (case.results, revision.status) == ("", "waiting")


def test_appeal_against_declining(revision, moderator, stranger, member):
    path = f"/admin/review/revision/{revision.pk}/"
    at_desk(moderator).post(path, {"verb": "decline", "reason": "wrong", "message": "No source."})
    decision = Decision.objects.get()
    (shown,) = as_user(stranger).get("/notifications/").context["shown"]
    address = f"/appeals/new/{decision.pk}/"
    assert (shown.path, shown.message) == (address, "No source.")
    for url in ("/desk/", revision.get_absolute_url()):
        assert page_of(as_user(stranger).get(url)).select(f'main a[href="{address}"]')
    # The authors see the answer, but it is not theirs to appeal.
    assert address not in page_of(as_user(member).get(revision.get_absolute_url())).html
    page = page_of(as_user(stranger).get(address))
    assert page.main.links == [("Your suggested change", revision.get_absolute_url())]
    assert as_user(stranger).post(address, {"words": "The city says so."}).status_code == 302
    assert as_user(member).get(address).status_code == 404
    appeal = Appeal.objects.get()
    other = at_desk(staff("Moderators", "other"))
    review = page_of(other.get(f"/admin/review/appeal/{appeal.pk}/"))
    assert review.select("[aria-labelledby=appeal] blockquote")[-1].text == "The city says so."
    assert review.one("ins").text == "added: Three days."
    other.post(
        f"/admin/review/appeal/{appeal.pk}/", {"outcome": "restored", "answer": "You are right."}
    )
    revision.refresh_from_db()
    assert revision.status == "waiting"


def test_notify_authors_and_followers_of_a_change(
    revision, case, stranger, member, colleague, moderator
):
    for follower in (moderator, member, stranger):
        Follow.objects.create(member=follower, subject=case)
    as_user(member).post(f"/revisions/{revision.pk}/accept/", {"seen": fingerprint(case)})
    rows = Notification.objects.exclude(event="revision.submitted").order_by("pk")
    assert sorted((row.event, row.member.handle, row.kind) for row in rows) == [
        ("case.changed", "moderator", "followed"),
        ("case.changed-own", "colleague", "decision"),
        ("revision.accepted", "stranger", "decision"),
    ]
    notices = page_of(as_user(moderator).get("/notifications/")).select(".notices li")
    assert [(case.title, case.get_absolute_url())] in [each.links for each in notices]


def test_notify_followers_once_a_day(case, stranger, member, broker):
    Follow.objects.create(member=broker, subject=case)
    for number in range(2):
        accept(revision=proposed(case, by=stranger, results=f"{number} days."), by=member)
    assert Notification.objects.filter(event="case.changed").count() == 1

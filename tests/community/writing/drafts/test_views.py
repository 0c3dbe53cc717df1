from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from community.accounts import rate_limits
from community.models import SavedText, Verb, WorkingCopy
from community.moderation.reviews import case_review
from community.writing.drafts import actions as drafts_actions
from community.writing.drafts import documents as drafts_documents
from community.writing.drafts.forms import FORM_TOKENS
from repository.models import CaseStudy
from tests.community.writing.drafts.cases import as_user, base_of, fields_of, posted, whole
from tests.factories import CaseStudyFactory, PracticeFactory
from tests.page import page_of

NEW = "/cases/new/"


@pytest.fixture
def case(member):
    return drafts_actions.create_draft(document=whole(), by=member, token="first")


def edit_of(case) -> str:
    return f"/cases/{case.slug}/edit/"


def test_write_a_new_case_and_save_it(member):
    client = as_user(member)
    page = client.get(NEW)
    assert (page.status_code, page.context["case"]) == (200, None)
    sent = posted(whole(title="By rail"), member=member)
    response = client.post(NEW, sent)
    case = CaseStudy.objects.get()
    assert response.headers["Location"].startswith("/cases/by-rail/edit/?saved=")
    assert [author.pk for author in case.authors.all()] == [member.pk]
    shown = client.get(response.headers["Location"])
    assert fields_of(shown)["title"] == "By rail"
    assert shown.context["form"]["cities"].value() == ["Kisumu, China"]
    assert page_of(shown).messages == ["Draft saved."]
    again = client.post(NEW, sent)
    assert (again.status_code, CaseStudy.objects.count()) == (302, 1)


def test_save_without_title_keeps_the_text(member):
    client = as_user(member)
    response = client.post(NEW, posted(whole(title=""), member=member))
    assert page_of(response).wrong_fields == ["title"]
    copy = WorkingCopy.objects.get()
    assert copy.document["summary"] == "A port city joined three offices in one form."
    assert CaseStudy.objects.count() == 0
    page = client.get(NEW)
    assert list(page.context["other_copies"]) == [copy]
    shown = client.get(f"{NEW}?copy={copy.token}")
    assert fields_of(shown)["summary"] == copy.document["summary"]


def test_show_errors_of_rows(member):
    document = whole(
        cities=["Atlantis"],
        evidence=[
            dict.fromkeys(drafts_documents.ROWS["evidence"], "") | {"key": "n1", "label": "days"}
        ],
        references=[
            dict.fromkeys(drafts_documents.ROWS["references"], "") | {"key": "n2", "doi": "not one"}
        ],
    )
    response = as_user(member).post(NEW, posted(document, member=member))
    forms = response.context["forms"]
    assert "“Atlantis”" in forms.fields.errors["cities"][0]
    assert "value" in forms.rows["evidence"][0].errors
    assert "doi" in forms.rows["references"][0].errors


def test_edit_is_for_authors_and_moderators(case, member, stranger, moderator):
    path = edit_of(case)
    statuses = {
        user.handle: (as_user(user).get(path).status_code, as_user(user).post(path).status_code)
        for user in (stranger, moderator)
    }
    assert statuses == {"stranger": (404, 404), "moderator": (200, 200)}
    assert as_user(member).get(path).status_code == 200


def test_edit_by_a_former_author_is_not_found(case, member, colleague):
    case.authors.set([colleague])
    path = edit_of(case)
    sent = posted(whole_again(case), member=member, case=case, base=base_of(case))
    assert as_user(member).post(path, sent).status_code == 404
    kept = as_user(member).post(reverse("community:case_autosave"), sent)
    assert (kept.status_code, WorkingCopy.objects.count()) == (403, 0)


def whole_again(case, **changes) -> dict:
    return drafts_documents.document_of(case) | changes


def test_edit_a_submitted_case_only_after_withdrawing_it(case, member):
    client = as_user(member)
    drafts_actions.submit(case=case, by=member)
    assert client.get(edit_of(case)).templates[0].name == "community/writing/case_waiting.html"
    sent = posted(whole_again(case, results="Late."), member=member, case=case, base=base_of(case))
    response = client.post(edit_of(case), sent)
    assert page_of(response).outcomes == ["error"]
    assert WorkingCopy.objects.get().document["results"] == "Late."
    assert client.get(f"/cases/{case.slug}/withdraw/").status_code == 405
    back = client.post(f"/cases/{case.slug}/withdraw/")
    assert back.headers["Location"] == edit_of(case)
    assert client.post(edit_of(case), sent).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.results) == ("draft", "Late.")


def test_save_at_a_former_url(case, member):
    old = edit_of(case)
    base = base_of(case)
    document = whole_again(case)
    client = as_user(member)
    renamed = document | {"title": "Another name"}
    client.post(old, posted(renamed, member=member, case=case, base=base))
    sent = posted(document | {"results": "Mine."}, member=member, case=case, base=base)
    response = client.post(old, sent)
    assert [change["key"] for change in response.context["changes"]] == ["title", "results"]
    assert fields_of(response)["title"] == "Another name"
    assert fields_of(response)["results"] == "Mine."


def test_merge_shows_what_both_changed(case, member, colleague):
    case.authors.add(colleague)
    base, document = base_of(case), whole_again(case)
    theirs = document | {"results": "Two days.", "cost": "$ 2 million"}
    as_user(colleague).post(edit_of(case), posted(theirs, member=colleague, case=case, base=base))
    mine = document | {"results": "Three days.", "time": "A year"}
    client = as_user(member)
    page = client.post(edit_of(case), posted(mine, member=member, case=case, base=base))
    assert [(change["key"], change["both"]) for change in page.context["changes"]] == [
        ("results", True),
        ("cost", False),
        ("time", False),
    ]
    assert page.context["changes"][0]["theirs"] == "Two days."
    shown = {name: fields_of(page)[name] for name in ("results", "cost", "time")}
    assert shown == {"results": "Three days.", "cost": "$ 2 million", "time": "A year"}
    joined = document | shown
    saved = client.post(
        edit_of(case), posted(joined, member=member, case=case, base=page.context["base"])
    )
    assert saved.status_code == 302
    case.refresh_from_db()
    assert (case.results, case.cost, case.time) == ("Three days.", "$ 2 million", "A year")


def test_more_rows_keep_the_text_and_redirect(case, member):
    client = as_user(member)
    sent = posted(whole_again(case, results="Kept."), member=member, case=case, more="evidence")
    response = client.post(edit_of(case), sent)
    copy = WorkingCopy.objects.get()
    assert response.headers["Location"] == (
        f"{edit_of(case)}?copy={copy.token}&more=evidence#evidence-0"
    )
    page = client.get(response.headers["Location"].partition("#")[0])
    assert fields_of(page)["results"] == "Kept."
    assert len(page.context["forms"].rows["evidence"]) == 1


def test_discard_a_copy(case, member):
    client = as_user(member)
    sent = posted(whole_again(case, results="Gone."), member=member, case=case)
    client.post(reverse("community:case_autosave"), sent)
    client.post(edit_of(case), sent | {"discard": "1"})
    assert WorkingCopy.objects.count() == 0


def test_autosave_leaves_the_case_unchanged(case, member):
    client = as_user(member)
    sent = posted(whole_again(case, results="Typed."), member=member, case=case, base=base_of(case))
    answer = client.post(reverse("community:case_autosave"), sent).json()
    copy = WorkingCopy.objects.get()
    assert (answer["state"], answer["token"]) == ("kept", copy.token)
    case.refresh_from_db()
    assert case.results == ""
    page = client.get(edit_of(case))
    assert page.context["copy"] == copy
    assert fields_of(page)["results"] == "Typed."


def test_autosave_needs_login_and_ones_own_ticket(case, member, stranger, client):
    path = reverse("community:case_autosave")
    sent = posted(whole_again(case), member=member, case=case)
    outcomes = [
        client.post(path, sent),
        as_user(stranger).post(path, sent),
        as_user(stranger).post(path, posted(whole_again(case), member=stranger, case=case)),
        as_user(member).post(path, sent | {"ticket": "forged"}),
    ]
    assert [(answer.status_code, answer.json()["state"]) for answer in outcomes] == [
        (401, "signed-out"),
        (403, "other-account"),
        (403, "closed"),
        (403, "other-account"),
    ]
    assert as_user(member).get(path).status_code == 405
    assert WorkingCopy.objects.count() == 0


def test_autosave_beyond_the_rate_limit_is_postponed(case, member, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "autosave", "2/m/user")
    client, path = as_user(member), reverse("community:case_autosave")
    texts = ["One.", "Two.", "Three."]
    answers = [
        client.post(path, posted(whole_again(case, results=text), member=member, case=case))
        for text in texts
    ]
    assert [answer.json()["state"] for answer in answers] == ["kept", "kept", "later"]
    last = answers[-1]
    assert (last.status_code, last.headers["Retry-After"], last.json()["after"]) == (429, "20", 20)
    # The buttons save as before.
    sent = posted(whole_again(case, results="Three."), member=member, case=case, base=base_of(case))
    assert client.post(edit_of(case), sent).status_code == 302
    case.refresh_from_db()
    assert case.results == "Three."


def test_autosave_of_a_saved_text_is_ignored(case, member):
    sent = posted(whole_again(case), member=member, case=case, **{"from": "first"})
    answer = as_user(member).post(reverse("community:case_autosave"), sent).json()
    assert (answer, WorkingCopy.objects.count()) == ({"state": "saved"}, 0)


def test_send_more_than_the_maximum_length(member):
    client = as_user(member)
    sent = posted(whole(challenge="x" * 200_001), member=member)
    assert client.post(NEW, sent).status_code == 413
    assert client.post(reverse("community:case_autosave"), sent).status_code == 413


def test_send_characters_that_the_database_refuses(member):
    document = whole(title="A\x00B", challenge="\x00\ud7ff‮\r\nlines")
    response = as_user(member).post(NEW, posted(document, member=member))
    assert response.status_code == 302
    case = CaseStudy.objects.get()
    assert (case.title, case.challenge) == ("AB", "\ud7ff‮\nlines")


def test_send_nul_in_hidden_fields(case, member):
    """PostgreSQL refuses queries that contain it."""
    client, path = as_user(member), edit_of(case)
    assert client.get(f"{NEW}?copy=%00").status_code == 200
    assert client.get(f"{path}?copy=%00").context["copy"] is None
    document = drafts_documents.document_of(case) | {"title": "By bus"}
    sent = posted(document, member=member, case=case, base="\0", parent="\0")
    assert client.post(path, sent | {"more": "evidence"}).status_code == 302
    assert WorkingCopy.objects.get().base == ""
    merged = client.post(path, sent)
    assert page_of(merged).select("#changed")
    assert client.post(path, sent | {"discard": "1"}).status_code == 302
    kept = client.post("/cases/autosave/", sent | {"from": "\0"})
    assert kept.json()["state"] == "kept"


def test_invite_nul(case, member):
    response = as_user(member).post(
        f"/cases/{case.slug}/authors/invite/", {"handle": "\0"}, follow=True
    )
    assert page_of(response).outcomes == ["error"]


def test_expired_login_keeps_the_text_until_the_next(case, member, client):
    sent = posted(whole_again(case, results="Late."), member=member, case=case, base=base_of(case))
    response = client.post(edit_of(case), sent)
    copy = WorkingCopy.objects.get()
    assert copy.member == member
    target = f"{edit_of(case)}?copy={copy.token}"
    assert response.headers["Location"] == (
        f"/accounts/login/?next={target.replace('?', '%3F').replace('=', '%3D')}"
    )
    page = as_user(member).get(target)
    assert fields_of(page)["results"] == "Late."


def test_expired_login_of_a_new_case_keeps_the_text(member, client):
    client.post(NEW, posted(whole(results="Late."), member=member))
    copy = WorkingCopy.objects.get()
    page = as_user(member).get(f"{NEW}?copy={copy.token}")
    assert fields_of(page)["results"] == "Late."


def test_text_of_another_account_is_kept_for_it(member, colleague):
    response = as_user(colleague).post(NEW, posted(whole(), member=member))
    assert response.headers["Location"] == "/accounts/logout/"
    assert WorkingCopy.objects.get().member == member


@pytest.mark.parametrize("ticket", ["", "forged", "[1,2,3]"])
def test_visitor_without_ticket_keeps_nothing(ticket, case, member, client):
    sent = posted(whole_again(case), member=member, case=case) | {"ticket": ticket}
    assert client.post(edit_of(case), sent).status_code == 302
    assert WorkingCopy.objects.count() == 0


def test_ticket_of_a_closed_account_keeps_nothing(case, member, client):
    sent = posted(whole_again(case), member=member, case=case)
    type(member).objects.update(is_active=False)
    assert client.post(edit_of(case), sent).status_code == 302
    assert WorkingCopy.objects.count() == 0


def test_read_ticket_of_another_purpose_or_age(monkeypatch):
    ticket = FORM_TOKENS.new(member=5, subject=7)
    assert FORM_TOKENS.read(str(ticket)) == ticket
    assert FORM_TOKENS.read(signing.dumps([5, "x", 7], salt="other")) is None
    monkeypatch.setattr("community.writing.preserved_input.LASTS", -1)
    assert FORM_TOKENS.read(str(FORM_TOKENS.new(member=1))) is None


def test_copies_of_others_are_not_shown(case, member, moderator):
    drafts_actions.keep(member=member, token="mine", case=case, document={"title": "X"}, base="")
    page = as_user(moderator).get(f"{edit_of(case)}?copy=mine")
    assert (page.context["copy"], list(page.context["other_copies"])) == (None, [])


def test_preview_of_markdown_for_members(member, client):
    path = reverse("community:case_preview")
    text = "A **bold** <script>alert(1)</script> [link](javascript:alert(1))"
    answer = as_user(member).post(path, {"text": text})
    assert answer.content.decode() == (
        "<p>A <strong>bold</strong> &lt;script&gt;alert(1)&lt;/script&gt; "
        "[link](javascript:alert(1))</p>\n"
    )
    assert client.post(path, {"text": "x"}).status_code == 302
    assert as_user(member).get(path).status_code == 405


def test_submit_page_shows_what_is_similar(case, member):
    practice = PracticeFactory(name="One window")
    alike = CaseStudyFactory(published=True, title="One window for small traders in Lima")
    shares = CaseStudyFactory(published=True, title="Rail", practices=[practice])
    CaseStudyFactory(published=True, title="Something else", summary="Of nothing alike.")
    CaseStudyFactory(title="One window for small traders, a draft")
    case.practices.add(practice)
    page = as_user(member).get(f"/cases/{case.slug}/submit/")
    assert [other.pk for other, _why in page.context["cases"]] == [alike.pk, shares.pk]
    assert [" ".join(why.split()) for _other, why in page.context["cases"]] == [
        "Its title and summary are similar to yours.",
        "Shows a practice that you ticked: <span>One window</span>",
    ]


def test_submit_page_lists_what_is_required(case, member):
    document = whole_again(case, summary="", challenge="", themes=[])
    drafts_actions.save_draft(case=case, document=document, base=base_of(case), by=member)
    page = page_of(as_user(member).get(f"/cases/{case.slug}/submit/"))
    assert [link["href"] for link in page.select("div.errors a")] == [
        f"{edit_of(case)}?step={name}#field-{name}" for name in ("summary", "themes", "challenge")
    ]
    assert page.select("#id_note") == []


def test_submit_by_role(case, member, stranger, moderator, client):
    path = f"/cases/{case.slug}/submit/"
    assert as_user(stranger).post(path).status_code == 404
    assert as_user(moderator).post(path).status_code == 403
    assert client.post(path).status_code == 302
    mine = as_user(member)
    response = mine.post(path, {"note": "Hello"})
    assert response.headers["Location"] == case.get_absolute_url()
    case.refresh_from_db()
    assert case.status == "submitted"
    assert mine.post(path).headers["Location"] == edit_of(case)
    assert case.submissions.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_edit_in_a_fixed_number_of_queries(rows, case, member, django_assert_num_queries):
    client = as_user(member)
    client.get(edit_of(case))
    row = dict.fromkeys(drafts_documents.ROWS["evidence"], "") | {"label": "days", "value": "3"}
    document = whole_again(case, evidence=[row | {"key": f"n{at}"} for at in range(rows)])
    drafts_actions.save_draft(case=case, document=document, base=base_of(case), by=member)
    for at in range(rows):
        SavedText.objects.create(case=case, digest=str(at), document={})
    with django_assert_num_queries(28):
        client.get(f"{edit_of(case)}?step=all")
    with django_assert_num_queries(24):
        client.get(f"{edit_of(case)}?step=4")


def test_references_of_drafts_are_not_listed(member, client):
    row = dict.fromkeys(drafts_documents.ROWS["references"], "") | {
        "key": "n1",
        "title": "Hidden work",
    }
    document = whole(references=[row | {"kind": "web"}])
    case = drafts_actions.create_draft(document=document, by=member, token="x")
    assert list(client.get("/references/").context["page"].object_list) == []
    from repository.cases.actions import publish

    publish(case=case, by=member)
    listed = client.get("/references/").context["page"].object_list
    assert [work.title for work in listed] == ["Hidden work"]


def test_old_copies_are_removed(member):
    from community.privacy import retention

    for token in ("old", "new"):
        drafts_actions.keep(member=member, token=token, case=None, document={}, base="")
    WorkingCopy.objects.filter(token="old").update(kept_at=timezone.now() - timedelta(days=91))
    assert retention.forget_old_copies() == 1
    assert [copy.token for copy in WorkingCopy.objects.all()] == ["new"]


@pytest.mark.parametrize(("verb", "pages"), [("request-changes", ["", "edit/"]), ("decline", [""])])
def test_show_authors_the_message_of_the_moderator(verb, pages, member, colleague, moderator):
    case = CaseStudyFactory(slug="rail", status="submitted", authors=[member, colleague])
    words = {"reason": "incomplete", "message": "Say what <did not> work."}
    decision = case_review.decide(case=case, verb=Verb(verb), by=moderator, **words)
    for path in pages:
        page = page_of(as_user(colleague).get(f"/cases/rail/{path}"))
        assert page.one(".notice p[dir=auto]").text == "Say what <did not> work."
        assert f"/appeals/new/{decision.pk}/" in [url for _name, url in page.links]
    # Submitted again, it is shown without the earlier message.
    if verb == "request-changes":
        CaseStudy.objects.update(status="submitted")
        assert "Say what" not in page_of(as_user(colleague).get("/cases/rail/")).html

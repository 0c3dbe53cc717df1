"""Publishing, archiving, restoring and verifying at the desk."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from repository.cases.actions import STEPS
from repository.cases.admin import VERBS
from repository.desk.steps import LIMIT
from repository.history.object_history import History
from repository.models import CaseStatus, CaseStudy
from tests.factories import CaseStudyFactory, UserFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db

ANSWERS = {"publish": {}, "archive": {"reason": "Over."}, "restore": {}, "mark_verified": {}}
each_verb = pytest.mark.parametrize("verb", VERBS)


def step(verb):
    return reverse("admin:repository_casestudy_step", args=[verb])


def change(case):
    return reverse("admin:repository_casestudy_change", args=[case.pk])


def ready(verb):
    """A case of which the verb is a legal step."""
    status = min(STEPS[verb].sources)
    return CaseStudyFactory(
        archived=True, status=status, archived_reason="Gone." if status == "archived" else ""
    )


def answers(verb, *cases):
    day = {"on": "2026-03-01"} if verb == "mark_verified" else {}
    return {"case": [case.pk for case in cases]} | ANSWERS[verb] | day


def messages_of(response):
    return page_of(response).messages


def test_desk_asks_for_every_step():
    # Submitting and withdrawing are the authors' own.
    others = [verb for verb in STEPS if verb not in VERBS]
    assert others == ["submit", "withdraw"]
    assert list(VERBS) == [verb for verb in STEPS if verb in ANSWERS]


@each_verb
def test_step_works(verb, client, moderator):
    case = ready(verb)
    client.force_login(moderator)
    page = page_of(client.get(step(verb), {"case": case.pk}))
    assert str(VERBS[verb].question) in page.lines
    response = client.post(step(verb), answers(verb, case))
    assert (response.status_code, response.url) == (302, change(case))
    case.refresh_from_db()
    assert case.status == STEPS[verb].target
    assert case.verified_at == (date(2026, 3, 1) if verb == "mark_verified" else None)
    assert "Moderator" in {entry.by for entry in History(case)[0:9]}
    assert LogEntry.objects.get().user == moderator


@each_verb
def test_step_by_get_changes_nothing(verb, client, moderator):
    case = ready(verb)
    client.force_login(moderator)
    client.get(step(verb), answers(verb, case))
    before, case = case.status, CaseStudy.objects.get(pk=case.pk)
    assert case.status == before
    assert case.verified_at is None


@each_verb
def test_step_is_refused_to_who_may_change_but_not_publish(verb, client, member):
    case = ready(verb)
    editor = UserFactory(staff=True)
    editor.user_permissions.set(
        Permission.objects.filter(codename__in=["change_casestudy", "view_casestudy"])
    )
    for person in (editor, member):
        client.force_login(person)
        assert client.get(step(verb), {"case": case.pk}).status_code == 403
        assert client.post(step(verb), answers(verb, case)).status_code == 403
    assert CaseStudy.objects.get(pk=case.pk).status == case.status
    client.force_login(editor)
    page = page_of(client.get(change(case)))
    assert page.one("h1").text == "Change case study"
    assert "/step/" not in page.html
    chosen = {"action": verb, "_selected_action": [case.pk]}
    response = client.post(reverse("admin:repository_casestudy_changelist"), chosen, follow=True)
    assert "/step/" not in response.request["PATH_INFO"]


@each_verb
def test_step_in_the_wrong_state_is_refused(verb, client, moderator):
    status = next(status for status in CaseStatus if status not in STEPS[verb].sources)
    case = CaseStudyFactory(archived=True, status=status, archived_reason="Gone.")
    client.force_login(moderator)
    page = page_of(client.get(step(verb), {"case": case.pk}))
    assert len(page.errors) == 1
    assert page.select("#content-main [type=submit]") == []
    response = client.post(step(verb), answers(verb, case), follow=True)
    assert messages_of(response) == [
        STEPS[verb].refusal % {"title": case.title, "status": case.get_status_display()}
    ]
    assert not LogEntry.objects.exists()


@each_verb
def test_step_twice_is_harmless(verb, client, moderator):
    case = ready(verb)
    client.force_login(moderator)
    client.post(step(verb), answers(verb, case))
    published_at = CaseStudy.objects.get(pk=case.pk).published_at
    count = len(History(case))
    client.post(step(verb), answers(verb, case))
    assert CaseStudy.objects.get(pk=case.pk).published_at == published_at
    assert len(History(case)) == count


def test_step_for_several_lists_the_rows_left_out(client, moderator):
    drafts = CaseStudyFactory.create_batch(2)
    published = CaseStudyFactory(published=True, title="Rail")
    client.force_login(moderator)
    page = page_of(client.get(step("publish"), answers("publish", published, *drafts)))
    assert [
        row.link("Rail") for row in page.select("#content-main li") if row.select("strong")
    ] == [published.get_absolute_url()]
    response = client.post(step("publish"), answers("publish", published, *drafts), follow=True)
    assert page_of(response).outcomes == ["warning", "success"]
    assert response.request["PATH_INFO"] == reverse("admin:repository_casestudy_changelist")
    assert CaseStudy.objects.published().count() == 3


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_archive_without_a_reason_asks_again(reason, client, moderator):
    case = CaseStudyFactory(published=True)
    client.force_login(moderator)
    response = client.post(step("archive"), {"case": case.pk, "reason": reason})
    assert response.status_code == 200
    assert len(response.context["form"].errors["reason"]) == 1
    assert CaseStudy.objects.get(pk=case.pk).status == "published"


def test_mark_verified_proposes_today_and_refuses_tomorrow(client, moderator):
    case = CaseStudyFactory(published=True)
    client.force_login(moderator)
    page = page_of(client.get(step("mark_verified"), {"case": case.pk}))
    assert page.one("input[name=on]")["value"] == timezone.localdate().isoformat()
    response = client.post(
        step("mark_verified"), {"case": case.pk, "on": "2098-01-01"}, follow=True
    )
    assert page_of(response).outcomes == ["warning"]
    case.refresh_from_db()
    assert case.verified_at is None


@pytest.mark.parametrize(
    "query",
    ["", "?case=", "?case=x", "?case=0", "?case=9999999999999999999", "?case=" + "1" * 5000],
)
def test_step_for_no_case_is_not_found(query, client, moderator):
    client.force_login(moderator)
    assert client.get(step("publish") + query).status_code == 404
    assert client.get("/admin/repository/casestudy/step/destroy/?case=1").status_code == 404


@each_verb
def test_choose_in_the_list_leads_to_the_page_that_asks(verb, client, moderator):
    cases = [CaseStudyFactory(), CaseStudyFactory()]
    client.force_login(moderator)
    response = client.post(
        reverse("admin:repository_casestudy_changelist"),
        {"action": verb, "_selected_action": [case.pk for case in cases]},
    )
    assert response.status_code == 302
    assert response.url.startswith(f"{step(verb)}?case=")
    assert {str(case) for case, _ in client.get(response.url).context["rows"]} == {
        str(case) for case in cases
    }
    assert not CaseStudy.objects.published().exists()


def test_choose_too_many_is_refused(client, moderator):
    CaseStudy.objects.bulk_create(
        CaseStudy(slug=f"c{number}", title="Case", summary="Words.") for number in range(LIMIT + 1)
    )
    client.force_login(moderator)
    response = client.post(
        reverse("admin:repository_casestudy_changelist"),
        {"action": "publish", "_selected_action": ["1"], "select_across": "1", "index": "0"},
        follow=True,
    )
    assert page_of(response).outcomes == ["error"]


@pytest.mark.parametrize("status", CaseStatus)
def test_change_page_offers_the_legal_steps(status, client, moderator):
    case = CaseStudyFactory(archived=True, status=status, archived_reason="Gone.")
    client.force_login(moderator)
    links = page_of(client.get(change(case))).one(".object-tools").links
    assert links[:-3] == [
        (str(VERBS[verb].label), f"{step(verb)}?case={case.pk}")
        for verb, legal in STEPS.items()
        if status in legal.sources and verb in VERBS
    ]
    assert links[-3] == ("Choose a cover", f"/cases/{case.slug}/cover/")
    preview = "View on site" if status == "published" else "Preview on site"
    assert (preview, case.get_absolute_url()) in links


def test_preview_is_for_staff(client, moderator, member):
    case = CaseStudyFactory(title="Not yet public")
    assert client.get(case.get_absolute_url()).status_code == 404
    client.force_login(member)
    assert client.get(case.get_absolute_url()).status_code == 404
    client.force_login(moderator)
    page = page_of(client.get(case.get_absolute_url()))
    assert page.one("main .notice.warning")


def test_form_does_not_change_the_status(client, administrator):
    case = CaseStudyFactory(title="Old", solution="One\ntwo")
    client.force_login(administrator)
    page = client.get(change(case))
    form = page.context["adminform"].form
    assert set(form.fields).isdisjoint({"status", "published_at", "archived_reason", "verified_at"})
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {
        "title": "New",
        "solution": "One\r\ntwo",
        "tags": "",
        "status": "published",
        "published_at_0": "2020-01-01",
        "verified_at": "2020-01-01",
        "evidence-TOTAL_FORMS": "0",
        "evidence-INITIAL_FORMS": "0",
    }
    response = client.post(change(case), data)
    assert response.status_code == 302
    changed = CaseStudy.objects.get(pk=case.pk)
    assert (changed.title, changed.status, changed.verified_at) == ("New", "draft", None)
    texts = [
        (difference.label, difference.old, difference.new)
        for entry in History(case)[0:9]
        for difference in entry.differences
    ]
    assert texts == [("Title", "Old", "New")]


@pytest.mark.parametrize(
    ("status", "who_may"),
    [("draft", ["moderator", "administrator"]), ("published", []), ("archived", ["administrator"])],
)
def test_delete_by_status(status, who_may, client, moderator, administrator):
    deleted = []
    for person in (moderator, administrator):
        case = CaseStudyFactory(archived=True, status=status, archived_reason="Gone.")
        client.force_login(person)
        client.post(
            reverse("admin:repository_casestudy_changelist"),
            {"action": "delete_selected", "_selected_action": [case.pk], "post": "yes"},
        )
        assert client.post(
            reverse("admin:repository_casestudy_delete", args=[case.pk]), {"post": "yes"}
        ).status_code in (302, 403)
        if not CaseStudy.objects.filter(pk=case.pk).exists():
            deleted.append(person.handle)
    assert deleted == who_may


def test_history_of_a_deleted_case_stays(client, moderator):
    case = CaseStudyFactory(title="Short-lived")
    pk = case.pk
    client.force_login(moderator)
    client.post(reverse("admin:repository_casestudy_delete", args=[pk]), {"post": "yes"})
    response = client.get(reverse("admin:repository_casestudy_history", args=[pk]))
    page = page_of(response)
    assert page.one("h1").text == "History of “Short-lived”"
    assert len(page.errors) == 1
    changes = [(entry.verb, entry.by) for entry in response.context["page"]]
    assert sorted(changes) == [("added", ""), ("deleted", "Moderator")]


@pytest.mark.parametrize("key", ["0", "x", "99999999999999999999"])
def test_history_of_nothing_goes_back(key, client, moderator):
    client.force_login(moderator)
    response = client.get(reverse("admin:repository_casestudy_history", args=[key]))
    assert (response.status_code, response.url) == (302, reverse("admin:index"))

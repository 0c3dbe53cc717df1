from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from community.models import Notification, SavedText, Submission, WorkingCopy
from community.notices.wording import shown_to
from community.writing.drafts import actions as drafts_actions
from community.writing.drafts import documents as drafts_documents
from community.writing.drafts.completeness import missing_essentials, questions
from community.writing.preserved_input import EditConflict
from repository.models import CaseStatus, CaseStudy, Edition, Reference
from repository.workflow import ActionRefused
from tests import editions
from tests.community.writing.drafts.cases import base_of, whole
from tests.factories import CaseStudyFactory, PracticeFactory, ReferenceFactory
from tests.races import race

FIGURE = {
    "key": "n1",
    "label": "days at the border",
    "qualifier": "",
    "value": "3",
    "value_to": "",
    "unit": "days",
    "currency": "",
    "numerator": "",
    "denominator": "",
    "period": "2024",
    "is_headline": "on",
    "reference": "nwork",
    "place": "page 4",
}
WORK = {
    "key": "nwork",
    "doi": "",
    "kind": "report",
    "authors": "Otieno，A.； County of Kisumu",
    "year": "2024",
    "title": "Trade without queues",
    "publisher": "County of Kisumu",
    "url": "https://example.org/report",
}


def draft(member, **changes) -> CaseStudy:
    return drafts_actions.create_draft(document=whole(**changes), by=member, token="form")


def test_create_draft_from_a_document(member):
    practice = PracticeFactory()
    case = draft(
        member,
        evidence=[FIGURE],
        references=[WORK],
        practices=[practice.slug],
        proposed=[{"key": "n2", "name": "One form", "summary": "Three offices, one form."}],
        tags="ports, one window",
    )
    assert (case.slug, case.status) == ("one-window-for-small-traders", "draft")
    assert [author.pk for author in case.authors.all()] == [member.pk]
    figure, work = case.evidence.get(), case.references.get()
    assert (str(figure.value), figure.reference, figure.is_headline) == ("3.0000", work, True)
    assert work.authors == [
        {"family": "Otieno", "given": "A."},
        {"literal": "County of Kisumu"},
    ]
    assert case.proposed_practices.get().by == member
    assert sorted(tag.name for tag in case.tags.all()) == ["one window", "ports"]
    assert SavedText.objects.get().digest == base_of(case)


def test_attach_a_figure_to_a_section(member):
    attached = FIGURE | {"key": "n2", "case_section": "results"}
    case = draft(member, evidence=[FIGURE, attached], references=[WORK])
    assert [figure.case_section for figure in case.evidence.all()] == ["", "results"]
    first, second = drafts_documents.document_of(case)["evidence"]
    # Documents from before there was a choice are equal to those without one.
    assert "case_section" not in first
    assert second["case_section"] == "results"


def test_create_draft_twice_from_one_form_makes_one(member):
    document = whole()
    first = drafts_actions.create_draft(document=document, by=member, token="form")
    second = drafts_actions.create_draft(document=document, by=member, token="form")
    assert (first.pk, CaseStudy.objects.count()) == (second.pk, 1)


def test_create_draft_beyond_the_limit_is_refused(member, monkeypatch):
    monkeypatch.setattr(drafts_actions, "MAX_DRAFTS", 1)
    draft(member)
    with pytest.raises(ActionRefused, match="too many drafts"):
        drafts_actions.create_draft(
            document=drafts_documents.empty() | {"title": "B"}, by=member, token="b"
        )


@pytest.mark.parametrize(
    ("title", "slug"), [("New", "new-2"), ("北京", "case"), ("Twice", "twice-2")]
)
def test_create_draft_with_a_free_slug(title, slug, member):
    CaseStudyFactory(slug="twice")
    assert draft(member, title=title).slug == slug


def test_save_draft_changes_and_removes(member):
    case = draft(member, evidence=[FIGURE], references=[WORK], tags="ports")
    document = drafts_documents.document_of(case)
    WorkingCopy.objects.create(token="two", member=member, case=case, document={})
    changed = document | {"title": "Two windows", "evidence": [], "references": [], "tags": ""}
    case = drafts_actions.save_draft(
        case=case, document=changed, base=base_of(case), by=member, token="two"
    )
    assert (case.slug, case.evidence.count(), case.tags.count()) == ("two-windows", 0, 0)
    assert (Reference.objects.count(), WorkingCopy.objects.count()) == (0, 0)
    assert case.events.order_by("pgh_id").last().pgh_context.metadata["user"] == member.pk


def test_save_draft_keeps_what_its_form_does_not_show(member):
    case = draft(member, evidence=[FIGURE])
    case.evidence.update(group="Before and after", stated="three")
    document = drafts_documents.document_of(case)
    document["evidence"][0]["value"] = "4"
    drafts_actions.save_draft(case=case, document=document, base=base_of(case), by=member)
    figure = case.evidence.get()
    assert (figure.group, figure.stated, int(figure.value)) == ("Before and after", "three", 4)


def test_save_draft_over_another_text_returns_both(member, colleague):
    case = draft(member)
    began = drafts_documents.document_of(case)
    base = drafts_documents.digest(began)
    theirs = began | {"results": "Theirs."}
    drafts_actions.save_draft(case=case, document=theirs, base=base, by=colleague)
    with pytest.raises(EditConflict) as changed:
        drafts_actions.save_draft(
            case=case, document=began | {"results": "Mine."}, base=base, by=member
        )
    assert (changed.value.base, changed.value.now) == (began, theirs)
    case.refresh_from_db()
    assert case.results == "Theirs."


def test_save_draft_twice_is_harmless(member):
    case = draft(member)
    changed = drafts_documents.document_of(case) | {"results": "Three days."}
    base = base_of(case)
    for _ in range(2):
        drafts_actions.save_draft(case=case, document=changed, base=base, by=member)
    assert case.events.count() == 3  # made, filled, changed


@pytest.mark.parametrize("status", CaseStatus.values)
def test_save_draft_by_state_and_role(status, member, moderator):
    case = CaseStudyFactory(
        status=status, published_at=timezone.now(), archived_reason="Gone.", authors=[member]
    )
    document = drafts_documents.document_of(case) | {"results": "Changed."}

    def tried(by) -> bool:
        try:
            drafts_actions.save_draft(case=case, document=document, base=base_of(case), by=by)
        except ActionRefused:
            return False
        return True

    assert tried(member) == (status in {"draft", "changes-requested"})
    assert tried(moderator) == (status in {"draft", "changes-requested", "submitted"})


def test_reuse_a_public_work_by_its_doi(member):
    work = ReferenceFactory(doi="10.1000/182", title="Known", key="known")
    hidden = ReferenceFactory(doi="10.1000/183", key="hidden", is_proposed=True)
    case = draft(
        member,
        references=[
            WORK | {"doi": "10.1000/182", "title": "Mine"},
            WORK | {"key": "n3", "doi": "10.1000/183", "title": "Other"},
            WORK | {"key": str(hidden.pk), "title": "Not mine to link"},
        ],
    )
    assert work in case.references.all()
    assert hidden not in case.references.all()
    assert Reference.objects.get(pk=work.pk).title == "Known"
    assert Reference.objects.get(pk=hidden.pk).title == hidden.title


def test_submit_notifies_moderators_once(member, moderator):
    case = draft(member)
    drafts_actions.submit(case=case, by=member, note="Kisumu is a county too.")
    case.refresh_from_db()
    assert case.status == "submitted"
    notice = Notification.objects.get()
    assert (notice.member, notice.event, notice.kind) == (moderator, "case.submitted", "review")
    assert Submission.objects.get().note == "Kisumu is a county too."
    with pytest.raises(ActionRefused, match="because its status is"):
        drafts_actions.submit(case=case, by=member)
    assert (Notification.objects.count(), Submission.objects.count()) == (1, 1)


def test_submit_and_withdraw_notify_the_other_authors(member, colleague, moderator):
    case = draft(member)
    case.authors.add(colleague, moderator)
    drafts_actions.submit(case=case, by=member)
    drafts_actions.withdraw(case=case, by=colleague)
    notices = [
        [notice.event for notice in person.notifications.order_by("pk")]
        for person in (member, colleague, moderator)
    ]
    # An author who is also a moderator gets one notice.
    assert notices == [
        ["case.taken-back"],
        ["case.handed-in"],
        ["case.handed-in", "case.taken-back"],
    ]
    path = case.get_absolute_url()
    assert [shown.path for shown in shown_to(colleague, colleague.notifications.all())] == [path]


def test_submit_an_incomplete_case_is_refused(member):
    case = draft(member, summary="", challenge="", cities=[])
    document = drafts_documents.document_of(case)
    assert [q.key for q in questions(document) if q.is_needed and not q.is_met] == [
        "summary",
        "cities",
    ]
    with pytest.raises(ActionRefused) as refused:
        drafts_actions.submit(case=case, by=member)
    assert all(each in str(refused.value) for each in missing_essentials(document))


def test_submit_a_sixth_time_in_a_day_is_refused(member):
    case = draft(member)
    for _ in range(5):
        drafts_actions.submit(case=case, by=member)
        drafts_actions.withdraw(case=case, by=member)
    with pytest.raises(ActionRefused, match="many of these"):
        drafts_actions.submit(case=case, by=member)
    Submission.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    assert drafts_actions.submit(case=case, by=member).status == "submitted"


def test_keep_a_copy_in_place_of_its_parent(member):
    def keep(token, text, parent=""):
        return drafts_actions.keep(
            member=member, token=token, case=None, document={"title": text}, base="", parent=parent
        )

    keep("one", "A")
    keep("one", "AB")
    keep("two", "ABC", parent="one")
    assert [copy.document["title"] for copy in WorkingCopy.objects.all()] == ["ABC"]


def test_keep_a_limited_number_of_copies(member, monkeypatch):
    monkeypatch.setattr(drafts_actions, "MAX_COPIES", 2)
    for token in ("a", "b", "c"):
        drafts_actions.keep(member=member, token=token, case=None, document={}, base="")
    assert [copy.token for copy in WorkingCopy.objects.all()] == ["c", "b"]


def test_keep_leaves_the_case_unchanged(member):
    case = draft(member)
    events = case.events.count()
    before = editions.number()
    drafts_actions.keep(member=member, token="a", case=case, document={"title": "X"}, base="")
    assert (editions.number(), case.events.count()) == (before, events)


def submit_at_once(member, colleague) -> tuple:
    """Two authors submit in two browsers."""
    Edition.objects.get_or_create(pk=1)
    case = draft(member)
    case.authors.add(colleague)
    attempts = [lambda by=by: drafts_actions.submit(case=case, by=by) for by in (member, colleague)]
    outcomes = race(case, *attempts)
    notices = Notification.objects.filter(event="case.submitted")
    changed = case.events.filter(status=CaseStatus.SUBMITTED)
    return outcomes, Submission.objects.count(), notices.count(), changed.count()


@pytest.mark.django_db(transaction=True)
def test_submit_at_the_same_moment_once(member, colleague, moderator):
    assert submit_at_once(member, colleague) == (["done", "refused"], 1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_submit_at_the_same_moment_without_locks(member, colleague, moderator, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **kwargs: rows.all())
    assert submit_at_once(member, colleague) == (["done", "done"], 2, 2, 1)

from datetime import timedelta

import pytest
from django.utils import timezone

from community.feedback import actions
from community.models import PageFeedback
from community.privacy import actions as accounts
from repository.workflow import ActionRefused
from tests.community.translating.proposals import reviews
from tests.factories import TranslationReportFactory, UserFactory
from tests.races import race

pytestmark = pytest.mark.django_db
SENTENCE = "Rien de tel sur le site, vraiment."


def report(by, quoted="Enregistrer", **changes):
    return actions.report_translation(**{"language": "fr", "quoted": quoted, "by": by} | changes)


def reported() -> list[tuple]:
    found = PageFeedback.objects.reports().order_by("pk")
    return list(found.values_list("language", "is_message", "text", "status"))


def test_report_a_message(member, colleague):
    made = report(member, suggestion=" Garder ", page="/fr/cases/")
    report(colleague, quoted="enregistrer")
    assert reported() == [("fr", True, "Save", "open")] * 2
    assert (made.message, made.page, made.by) == ("Garder", "/fr/cases/", member)
    assert list(PageFeedback.objects.newest_of_each_text().values_list("by")) == [(colleague.pk,)]


def test_report_other_text_in_two_languages(member):
    for language in ("fr", "es"):
        report(member, quoted=f" {SENTENCE} ", language=language)
    assert reported() == [(code, False, SENTENCE, "open") for code in ("fr", "es")]


def test_replace_a_report_sent_again(member):
    first = report(member, suggestion="Garder")
    second = report(member, suggestion="Sauver")
    assert (second.pk, second.message, len(reported())) == (first.pk, "Sauver", 1)
    assert second.created_at > first.created_at


def test_refuse_nothing(member):
    with pytest.raises(ActionRefused, match="Enter the text"):
        report(member, quoted=" \n")
    assert reported() == []


def test_refuse_a_closed_account(member):
    member.is_active = False
    member.save()
    with pytest.raises(ActionRefused, match="closed"):
        report(member)


def test_refuse_too_many(member):
    earlier = [TranslationReportFactory(by=member) for _ in range(actions.MAX_REPORTS_PER_HOUR)]
    with pytest.raises(ActionRefused, match="too many"):
        report(member)
    PageFeedback.objects.filter(pk=earlier[0].pk).update(
        created_at=timezone.now() - timedelta(hours=2)
    )
    assert report(member).text == "Save"


def test_finish_and_reopen_a_text(member, colleague, moderator, administrator):
    """All reports of the text, and no others."""
    first, second, other = report(member), report(colleague), report(member, quoted=SENTENCE)
    finished = actions.finish(report=first, by=moderator)
    assert (finished.status, finished.done_by) == ("done", moderator)
    again = actions.finish(report=second, by=administrator)
    assert (again.done_by, again.done_at) == (moderator, finished.done_at)
    opened = actions.reopen(report=first, by=moderator)
    assert (opened.status, opened.done_by, opened.done_at) == ("open", None, None)
    assert actions.reopen(report=first, by=moderator).status == "open"
    for each, statuses in ((first, "open done open"), (second, "open done open"), (other, "open")):
        events = each.events.order_by("pgh_id")
        assert " ".join(events.values_list("status", flat=True)) == statuses


@pytest.mark.parametrize("verb", [actions.finish, actions.reopen])
def test_refuse_others(verb, member, broker):
    made = report(member)
    reviews(member, "es")
    closed = reviews(UserFactory(), "fr")
    closed.is_active = False
    closed.save()
    for user in (member, broker, closed):
        with pytest.raises(ActionRefused, match="Only a reviewer"):
            verb(report=made, by=user)
    assert [event.status for event in made.events.all()] == ["open"]


def test_reopen_with_a_new_report(member, colleague, moderator):
    actions.finish(report=report(member), by=moderator)
    report(colleague)
    assert reported() == [("fr", True, "Save", "open")] * 2


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_finish_at_once():
    made = TranslationReportFactory()
    first, second = (reviews(UserFactory(), "fr") for _ in range(2))

    def finishes(by):
        return lambda: actions.finish(report=made, by=by)

    assert race(made, finishes(first), finishes(second)) == ["done", "done"]
    statuses = [event.status for event in made.events.order_by("pgh_id")]
    assert statuses == ["open", "done"]


def test_delete_what_a_deleted_member_reported(member, colleague):
    own = report(member, quoted=SENTENCE)
    report(member)
    kept = report(colleague)
    accounts.delete_account(member=member, by=member, erase=True)
    assert list(PageFeedback.objects.reports()) == [kept]
    # The history has no text, and nobody who reported.
    events = PageFeedback.pgh_event_model
    assert not {"text", "quoted", "message", "by"} & {field.name for field in events._meta.fields}
    assert events.objects.filter(pgh_obj_id=own.pk).exists()


def test_keep_no_history_of_feedback_about_pages():
    actions.send(page="/cases/", answer="no").delete()
    assert not PageFeedback.pgh_event_model.objects.exists()

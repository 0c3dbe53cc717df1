from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import ReportedText, TranslationReport
from community.privacy import actions as accounts
from community.translation_reports import actions
from repository.workflow import ActionRefused
from tests.community.translating.proposals import reviews
from tests.factories import ReportedTextFactory, TranslationReportFactory, UserFactory

pytestmark = pytest.mark.django_db
SENTENCE = "Rien de tel sur le site, vraiment."


def report(by, quoted="Enregistrer", **changes):
    return actions.report(**{"language": "fr", "quoted": quoted, "by": by} | changes)


def texts() -> list[tuple]:
    found = ReportedText.objects.order_by("pk")
    return list(found.values_list("language", "is_message", "text", "status"))


def test_report_a_message(member, colleague):
    made = report(member, suggestion=" Garder ", page="/fr/cases/")
    report(colleague, quoted="enregistrer")
    assert texts() == [("fr", True, "Save", "open")]
    assert (made.suggestion, made.page, made.by) == ("Garder", "/fr/cases/", member)
    assert made.text.reports.count() == 2


def test_report_other_text(member):
    report(member, quoted=f" {SENTENCE} ")
    assert texts() == [("fr", False, SENTENCE, "open")]


def test_report_in_two_languages(member):
    for language in ("fr", "es"):
        report(member, quoted=SENTENCE, language=language)
    assert [language for language, *_ in texts()] == ["fr", "es"]


def test_replace_a_report_sent_again(member):
    report(member, suggestion="Garder")
    report(member, suggestion="Sauver")
    assert [row.suggestion for row in TranslationReport.objects.all()] == ["Sauver"]


def test_refuse_nothing(member):
    with pytest.raises(ActionRefused, match="Enter the text"):
        report(member, quoted=" \n")
    assert texts() == []


def test_refuse_a_closed_account(member):
    member.is_active = False
    member.save()
    with pytest.raises(ActionRefused, match="closed"):
        report(member)


def test_refuse_too_many(member):
    earlier = [TranslationReportFactory(by=member) for _ in range(actions.MAX_PER_HOUR)]
    with pytest.raises(ActionRefused, match="too many"):
        report(member)
    TranslationReport.objects.filter(pk=earlier[0].pk).update(
        created_at=timezone.now() - timedelta(hours=2)
    )
    assert report(member).text.text == "Save"


def test_finish_and_reopen(member, moderator, administrator):
    text = report(member).text
    finished = actions.finish(text=text, by=moderator)
    assert (finished.status, finished.done_by) == ("done", moderator)
    again = actions.finish(text=text, by=administrator)
    assert (again.done_by, again.done_at) == (moderator, finished.done_at)
    opened = actions.reopen(text=text, by=moderator)
    assert (opened.status, opened.done_by, opened.done_at) == ("open", None, None)
    assert actions.reopen(text=text, by=moderator).status == "open"
    assert [event.status for event in text.events.order_by("pgh_id")] == ["open", "done", "open"]


@pytest.mark.parametrize("verb", [actions.finish, actions.reopen])
def test_refuse_others(verb, member, broker):
    text = report(member).text
    reviews(member, "es")
    closed = reviews(UserFactory(), "fr")
    closed.is_active = False
    closed.save()
    for user in (member, broker, closed):
        with pytest.raises(ActionRefused, match="Only a reviewer"):
            verb(text=text, by=user)
    assert [event.status for event in text.events.all()] == ["open"]


def test_reopen_with_a_new_report(member, colleague, moderator):
    actions.finish(text=report(member).text, by=moderator)
    report(colleague)
    assert texts() == [("fr", True, "Save", "open")]


def test_delete_what_only_a_deleted_member_reported(member, colleague):
    own, both = report(member, quoted=SENTENCE).text, report(member).text
    report(colleague)
    other = ReportedTextFactory(text="Nobody’s")
    accounts.delete_account(member=member, by=member, erase=True)
    assert set(ReportedText.objects.all()) == {both, other}
    assert [row.by for row in TranslationReport.objects.all()] == [colleague]
    # The history has no text.
    assert not hasattr(ReportedText.pgh_event_model, "text")
    assert ReportedText.pgh_event_model.objects.filter(pgh_obj_id=own.pk).exists()

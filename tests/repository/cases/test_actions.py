import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from repository.cases import actions as cases_actions
from repository.models import CaseStatus, CaseStudy, Edition
from repository.workflow import ActionRefused
from tests import editions
from tests.factories import CaseStudyFactory, UserFactory

VERBS = {
    "publish": lambda case, by: cases_actions.publish(case=case, by=by),
    "archive": lambda case, by: cases_actions.archive(case=case, reason="It has ended.", by=by),
    "restore": lambda case, by: cases_actions.restore(case=case, by=by),
    "mark_verified": lambda case, by: cases_actions.mark_verified(
        case=case, by=by, on=date(2026, 3, 1)
    ),
}


def case_in(status):
    return CaseStudyFactory(
        title="Rail from Zhengzhou",
        status=status,
        published_at=datetime(2021, 3, 1, tzinfo=UTC),
        archived_reason="Gone." if status == CaseStatus.ARCHIVED else "",
    )


def last_event(case):
    return case.events.order_by("pgh_id").last()


# What members do, in community/writing/drafts/actions.py.
OF_MEMBERS = {"submit", "withdraw"}


def test_steps_name_every_verb():
    assert set(cases_actions.STEPS) == set(VERBS) | OF_MEMBERS


@pytest.mark.parametrize("status", CaseStatus.values)
@pytest.mark.parametrize("verb", VERBS)
def test_act_only_where_the_table_allows(verb, status, moderator):
    case = case_in(status)
    step = cases_actions.STEPS[verb]
    if status in step.sources:
        VERBS[verb](case, moderator)
        case.refresh_from_db()
        assert case.status == step.target
    else:
        with pytest.raises(ActionRefused) as refused:
            VERBS[verb](case, moderator)
        assert str(refused.value) == step.refusal % {
            "title": "Rail from Zhengzhou",
            "status": CaseStatus(status).label,
        }
        case.refresh_from_db()
        assert case.status == status


def test_publish_draft_as_of_now(moderator):
    case = CaseStudyFactory()
    before = timezone.now()
    published = cases_actions.publish(case=case, by=moderator)
    case.refresh_from_db()
    assert published == case
    assert before <= case.published_at <= timezone.now()
    assert last_event(case).status == "published"
    assert last_event(case).pgh_context.metadata == {"user": moderator.pk}


def test_publish_keeps_concurrent_changes(moderator):
    stale = CaseStudyFactory(title="Old title")
    CaseStudy.objects.filter(pk=stale.pk).update(title="New title")
    assert cases_actions.publish(case=stale, by=moderator).title == "New title"
    assert CaseStudy.objects.get(pk=stale.pk).title == "New title"


def test_archive_with_reason_readers_see(moderator):
    case = CaseStudyFactory(published=True)
    cases_actions.archive(case=case, reason="  The programme\n ended in 2023. ", by=moderator)
    case.refresh_from_db()
    assert (case.status, case.archived_reason, case.published_at) == (
        "archived",
        "The programme ended in 2023.",
        datetime(2021, 3, 1, 9, tzinfo=UTC),
    )
    assert last_event(case).archived_reason == "The programme ended in 2023."


@pytest.mark.parametrize("reason", ["", " \n\t ", "x" * 301])
def test_archive_without_reason_is_refused(reason, moderator):
    case = CaseStudyFactory(published=True)
    with pytest.raises(ActionRefused) as refused:
        cases_actions.archive(case=case, reason=reason, by=moderator)
    assert str(refused.value) == ("Enter a reason of up to 300 characters. Readers will see it.")
    case.refresh_from_db()
    assert case.status == "published"


def test_restore_under_the_old_date(moderator):
    case = CaseStudyFactory(archived=True)
    cases_actions.restore(case=case, by=moderator)
    case.refresh_from_db()
    assert (case.status, case.archived_reason, case.published_at) == (
        "published",
        "",
        datetime(2021, 3, 1, 9, tzinfo=UTC),
    )


def test_mark_verified_on_a_day(moderator):
    case = CaseStudyFactory(published=True)
    for day in (date(2026, 3, 1), date(2026, 2, 1)):
        cases_actions.mark_verified(case=case, by=moderator, on=day)
        case.refresh_from_db()
        assert (case.status, case.verified_at) == ("published", day)


def test_mark_verified_in_the_future_is_refused(moderator):
    case = CaseStudyFactory(published=True)
    with pytest.raises(ActionRefused) as refused:
        cases_actions.mark_verified(
            case=case, by=moderator, on=timezone.localdate() + timedelta(days=1)
        )
    assert str(refused.value) == "Enter the date of the check. It can’t be in the future."
    case.refresh_from_db()
    assert case.verified_at is None


@pytest.mark.parametrize("verb", VERBS)
def test_act_raises_edition(verb, moderator):
    case = case_in(next(iter(cases_actions.STEPS[verb].sources)))
    before = editions.number()
    VERBS[verb](case, moderator)
    assert editions.number() == before + 1


@pytest.mark.django_db(transaction=True)
def test_publish_at_the_same_moment_once():
    Edition.objects.get_or_create(pk=1)
    case, by = CaseStudyFactory(), UserFactory(staff=True)
    outcomes, started = [], threading.Barrier(3)

    def attempt():
        try:
            started.wait()
            outcomes.append(cases_actions.publish(case=case, by=by).status)
        except ActionRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    # Holding the row makes both wait at the lock, each having read nothing yet.
    with transaction.atomic():
        CaseStudy.objects.select_for_update().get(pk=case.pk)
        threads = [threading.Thread(target=attempt) for _ in range(2)]
        for thread in threads:
            thread.start()
        started.wait()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(outcomes) == ["published", "refused"]
    assert case.events.filter(status="published").count() == 1

"""Once a year, ask authors whether their cases are still true."""

from django.contrib.contenttypes.models import ContentType

from community.models import NoticeKind, Notification, User
from community.notices.notify import notify
from community.writing.confirmation.due import EVENT, unasked
from repository.cases.actions import mark_verified
from repository.dates import clock
from repository.models import CaseStudy
from repository.workflow import action, lock


def ask_authors() -> int:
    """Ask the authors of cases that were not checked for a year; return how many were asked.

    Idempotent: each author is asked once a year about each case.
    """
    cases = unasked().order_by("casestudy").values("casestudy").distinct()
    return sum(ask(case=case) for case in CaseStudy.objects.filter(pk__in=cases))


@action
def ask(*, case: CaseStudy) -> int:
    """Ask the authors of one case if it is due; return how many were asked."""
    # Two concurrent runs: the second must see whom the first has asked.
    locked = lock(CaseStudy, case.pk, no_key=True)
    authors = list(unasked().filter(casestudy=locked.pk).values_list("user", flat=True))
    if authors:
        day = clock.today().isoformat()
        notify(
            authors,
            kind=NoticeKind.VERIFY,
            event=EVENT,
            subject=locked,
            key=f"case-verify-{locked.pk}-{day}",
        )
    return len(authors)


@action
def confirm(*, case: CaseStudy, by: User) -> CaseStudy:
    """Record that an author confirms a case today. Idempotent."""
    # Two authors may confirm concurrently: the second finds the date set.
    locked = lock(CaseStudy, case.pk)
    today = clock.today()
    if not (locked.is_published and locked.verified_at == today):
        locked = mark_verified(case=locked, by=by, on=today)
    end_question(locked)
    return locked


def end_question(case: CaseStudy) -> None:
    """Mark the question as read for all authors: one has answered it."""
    waiting = Notification.objects.unread().filter(
        event=EVENT,
        content_type=ContentType.objects.get_for_model(CaseStudy),
        object_id=case.pk,
    )
    members = set(waiting.values_list("member", flat=True))
    if members:
        waiting.update(read_at=clock.now())

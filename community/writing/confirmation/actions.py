"""Once a year authors are asked whether a case of theirs is still true, and say so."""

from django.contrib.contenttypes.models import ContentType

from community.models import NoticeKind, Notification, User
from community.notices.notify import notify
from community.pages.stamps import touch_members
from community.writing.confirmation.due import EVENT, unasked
from repository.cases.actions import mark_verified
from repository.dates import clock
from repository.models import CaseStudy
from repository.workflow import action, lock


def ask_authors() -> int:
    """Ask the authors of cases that nobody has checked for a year; return how many were asked.

    Each author is asked once a year about each case, however often this runs.
    """
    cases = unasked().order_by("casestudy").values("casestudy").distinct()
    return sum(ask(case=case) for case in CaseStudy.objects.filter(pk__in=cases))


@action
def ask(*, case: CaseStudy) -> int:
    """Ask the authors of one case, where it is time to; return how many were asked."""
    # Two runs at the same moment: the second sees whom the first has asked.
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
    """Note that an author finds a case still true today. Harmless where it was said today."""
    # Two authors may answer at the same moment: the second finds the day noted.
    locked = lock(CaseStudy, case.pk)
    today = clock.today()
    if not (locked.is_published and locked.verified_at == today):
        locked = mark_verified(case=locked, by=by, on=today)
    end_question(locked)
    return locked


def end_question(case: CaseStudy) -> None:
    """Count the question as read: one author has answered it for the others too."""
    waiting = Notification.objects.unread().filter(
        event=EVENT,
        content_type=ContentType.objects.get_for_model(CaseStudy),
        object_id=case.pk,
    )
    members = set(waiting.values_list("member", flat=True))
    if members:
        touch_members(members)
        waiting.update(read_at=clock.now())

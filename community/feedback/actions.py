"""Store feedback on pages and reports of wrong translations, and mark reported texts as done."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from community import permissions
from community.discussion.trust import check_rate, lock_author
from community.feedback.catalogue import find_message
from community.models import FeedbackKind, PageFeedback, ReportStatus, User
from repository.dates import clock
from repository.workflow import ActionRefused, action, lock, lock_all

KEPT_FOR = timedelta(days=365)
MAX_REPORTS_PER_HOUR = 20
MAX_QUOTED = 500
OPENED = {"status": ReportStatus.OPEN, "done_by": None, "done_at": None}


@action
def send(*, page: str, answer: str, message: str = "") -> PageFeedback:
    """Store one answer."""
    return PageFeedback.objects.create(page=page, answer=answer, message=message)


@action
def forget_feedback() -> int:
    """Delete feedback about pages older than a year; return how much."""
    pages = PageFeedback.objects.about_pages()
    return pages.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()[0]


@action
def report_translation(
    *, language: str, quoted: str, by: User, suggestion: str = "", page: str = ""
) -> PageFeedback:
    """Store what a member says of a translation, and reopen the text if it was done.

    A second report of the same member about the same text replaces the first.
    """
    by = lock_author(by)
    quoted = quoted.strip()
    if not quoted:
        raise ActionRefused(_("Enter the text that is wrong."))
    message = find_message(language, quoted)
    about = {
        "language": language,
        "is_message": message is not None,
        "context": message.context if message else "",
        "text": message.text if message else quoted,
    }
    reports = PageFeedback.objects.reports()
    same = reports.filter(**about)
    if not same.filter(by=by).exists():
        check_rate(reports.filter(by=by), most=MAX_REPORTS_PER_HOUR, hours=1)
    # Staff may mark them as done at the same moment.
    lock_all(same)
    same.done().update(**OPENED)
    made, _created = PageFeedback.objects.update_or_create(
        **about,
        kind=FeedbackKind.TRANSLATION,
        by=by,
        defaults={
            "quoted": quoted,
            "message": suggestion.strip(),
            "page": page,
            "created_at": clock.now(),
            **OPENED,
        },
    )
    return made


@action
def finish(*, report: PageFeedback, by: User) -> PageFeedback:
    """Mark a reported text as done, in all reports of it; unchanged if it is."""
    done = {"status": ReportStatus.DONE, "done_by": by, "done_at": clock.now()}
    return answer(report, done, by)


@action
def reopen(*, report: PageFeedback, by: User) -> PageFeedback:
    """Open a reported text again that was done; unchanged if it is open."""
    return answer(report, OPENED, by)


def answer(report: PageFeedback, changes: dict[str, Any], by: User) -> PageFeedback:
    """Change the status of all reports of a text, for a person who reviews its language."""
    reports = lock_all(PageFeedback.objects.about_text_of(report))
    # Under the locks: the role may have been revoked since.
    if not permissions.can_answer_translation_reports(by, report.language):
        raise ActionRefused(_("Only a reviewer of this language or a moderator can do this."))
    changed = [found.pk for found in reports if found.status != changes["status"]]
    PageFeedback.objects.filter(pk__in=changed).update(**changes)
    return lock(PageFeedback, report.pk)

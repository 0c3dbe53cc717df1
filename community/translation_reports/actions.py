from collections.abc import Iterable

from django.utils.translation import gettext as _

from community import permissions
from community.discussion.trust import check_rate, lock_author
from community.models import ReportedText, ReportStatus, TranslationReport, User
from community.translation_reports.catalogue import find_message
from repository.dates import clock
from repository.workflow import ActionRefused, action, lock, lock_all

MAX_PER_HOUR = 20
MAX_QUOTED = 500


@action
def report(
    *, language: str, quoted: str, by: User, suggestion: str = "", page: str = ""
) -> TranslationReport:
    """Store what a member says of a translation, and reopen the text if it was done.

    A second report of the same member about the same text replaces the first.
    """
    by = lock_author(by)
    quoted = quoted.strip()
    if not quoted:
        raise ActionRefused(_("Enter the text that is wrong."))
    message = find_message(language, quoted)
    text, _made = ReportedText.objects.get_or_create(
        language=language,
        is_message=message is not None,
        context=message.context if message else "",
        text=message.text if message else quoted,
    )
    # Staff may mark it as done at the same moment.
    text = lock(ReportedText, text.pk)
    if not TranslationReport.objects.filter(text=text, by=by).exists():
        check_rate(TranslationReport.objects.filter(by=by), most=MAX_PER_HOUR, hours=1)
    if text.status == ReportStatus.DONE:
        put(text, ReportStatus.OPEN)
    made, _created = TranslationReport.objects.update_or_create(
        text=text,
        by=by,
        defaults={"quoted": quoted, "suggestion": suggestion.strip(), "page": page},
    )
    return made


@action
def finish(*, text: ReportedText, by: User) -> ReportedText:
    """Mark a reported text as done; unchanged if it is."""
    text = lock_for_review(text, by)
    return put(text, ReportStatus.DONE, by) if text.status == ReportStatus.OPEN else text


@action
def reopen(*, text: ReportedText, by: User) -> ReportedText:
    """Open a text again that was done; unchanged if it is open."""
    text = lock_for_review(text, by)
    return put(text, ReportStatus.OPEN) if text.status == ReportStatus.DONE else text


def lock_for_review(text: ReportedText, by: User) -> ReportedText:
    """Lock a text for a person who reviews its language: the role may have been revoked since."""
    text = lock(ReportedText, text.pk)
    if not permissions.can_answer_translation_reports(by, text.language):
        raise ActionRefused(_("Only a reviewer of this language or a moderator can do this."))
    return text


def put(text: ReportedText, status: str, done_by: User | None = None) -> ReportedText:
    """Store the status of a locked text."""
    text.status, text.done_by = status, done_by
    text.done_at = clock.now() if status == ReportStatus.DONE else None
    text.save(update_fields=["status", "done_by", "done_at"])
    return text


def delete_unreported(texts: Iterable[int]) -> None:
    """Delete texts, by primary key, that nobody reports any more.

    They may quote words of a member whose account was deleted. Lock them: another member may
    report one at the same moment.
    """
    for text in lock_all(ReportedText.objects.filter(pk__in=texts)):
        if not text.reports.exists():
            text.delete()

from collections import Counter

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from community.discussion.contributions import Contribution
from community.discussion.trust import check_rate, lock_author
from community.models import Flag, FlagReason, Standing, User, Verb
from community.moderation.decisions.actions import is_flagged_enough, record
from community.moderation.decisions.rules import lock_subject
from repository.models import CaseStudy
from repository.workflow import ActionRefused, action

MAX_PER_DAY = 20


@action
def flag(*, subject: models.Model, by: User, reason: FlagReason, note: str = "") -> Flag:
    """Report a problem to the moderators; enough flags hide a contribution at once."""
    if is_own(subject, by):
        raise ActionRefused(_("You can’t flag your own contribution. Edit or delete it instead."))
    if reason == FlagReason.OTHER and not note.strip():
        raise ActionRefused(_("Describe the problem."))
    # Serialise the flags of one member first, then those about the same subject.
    lock_author(by)
    found = lock_subject(subject) if isinstance(subject, Contribution) else subject
    if not is_shown(found):
        raise ActionRefused(_("This is no longer published."))
    if Flag.objects.about(found).filter(by=by).exists():
        raise ActionRefused(_("You’ve already flagged this."))
    check_rate(Flag.objects.filter(by=by), most=MAX_PER_DAY, hours=24)
    made = Flag.objects.create(subject=found, by=by, reason=reason, note=note.strip())
    if isinstance(found, Contribution):
        hide_if_enough(found)
    return made


def is_own(subject: models.Model, by: User) -> bool:
    """Whether the user is the author of the subject, or one of its authors."""
    if isinstance(subject, CaseStudy):
        return subject.authors.filter(pk=by.pk).exists()
    return getattr(subject, "author_id", None) == by.pk


def is_shown(subject: models.Model) -> bool:
    """Whether the subject is public; only then can it be flagged."""
    if isinstance(subject, CaseStudy):
        return CaseStudy.objects.published().filter(pk=subject.pk).exists()
    return getattr(subject, "standing", "") == Standing.PUBLISHED


def hide_if_enough(subject: Contribution) -> None:
    """Hide a contribution that enough members have flagged, until a moderator decides."""
    if not is_flagged_enough(subject):
        return
    flags = Flag.objects.about(subject).open()
    reason, _count = Counter(flag.reason for flag in flags).most_common(1)[0]
    language = subject.author.language if subject.author else ""
    with translation.override(language or settings.LANGUAGE_CODE):
        message = _(
            "Several members have flagged this. It is hidden until a moderator has reviewed it."
        )
    record(subject, Verb.HIDE, by=None, reason=reason, message=message)

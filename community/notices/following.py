from django.db import models
from django.utils.translation import gettext as _

from community.discussion.trust import lock_author
from community.models import Follow, User
from repository.models import CaseStudy
from repository.workflow import ActionRefused, action

MAX_FOLLOWED = 500


@action
def follow(*, subject: models.Model, by: User) -> None:
    """Follow a subject. Idempotent."""
    by = lock_author(by)
    if subject == by:
        raise ActionRefused(_("You can’t follow yourself."))
    if isinstance(subject, CaseStudy) and not subject.is_published:
        raise ActionRefused(_("This case isn’t public, so you can’t follow it."))
    followed = Follow.objects.filter(member=by)
    if followed.about(subject).exists():
        return
    if followed.count() >= MAX_FOLLOWED:
        raise ActionRefused(
            _("You can follow up to %(most)d pages. Unfollow one first.") % {"most": MAX_FOLLOWED}
        )
    Follow.objects.create(subject=subject, member=by)


@action
def unfollow(*, subject: models.Model, by: User) -> None:
    """Stop following a subject. Idempotent."""
    by = lock_author(by)
    Follow.objects.filter(member=by).about(subject).delete()

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from community.models import Claim, User
from community.moderation.claims.models import HELD
from community.profiles.marks import name_in_text
from repository.dates import clock
from repository.workflow import ActionRefused, action, lock_all


@action
def claim(*, subject: models.Model, by: User) -> Claim:
    """Claim a queue entry for half an hour; claiming again extends the claim."""
    until = clock.now() + HELD
    # Of two concurrent claims, the second blocks here until the first commits.
    held, is_new = Claim.objects.select_for_update().get_or_create(
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        defaults={"by": by, "until": until},
    )
    if not is_new:
        check_not_held_by_another(held, by)
        held.by, held.until = by, until
        held.save(update_fields=["by", "until"])
    return held


@action
def release(*, subject: models.Model, by: User) -> None:
    """Release a claim; do nothing if there is none."""
    Claim.objects.about(subject).filter(by=by).delete()


def end_claim(subject: models.Model, by: User) -> None:
    """End the claim on a subject that is decided; ActionRefused if another moderator has it."""
    for held in lock_all(Claim.objects.about(subject)):
        check_not_held_by_another(held, by)
        held.delete()


def check_free(subject: models.Model, by: User) -> None:
    """Raise ActionRefused if another moderator has a live claim on the subject."""
    held = Claim.objects.about(subject).first()
    if held is not None:
        check_not_held_by_another(held, by)


def check_not_held_by_another(held: Claim, by: User) -> None:
    """Raise ActionRefused if the claim is live and held by another moderator."""
    if held.is_live and held.by_id != by.pk:
        raise ActionRefused(
            _("%(name)s has claimed this until %(time)s.")
            % {
                "name": name_in_text(held.by),
                "time": timezone.localtime(held.until).strftime("%H:%M"),
            }
        )

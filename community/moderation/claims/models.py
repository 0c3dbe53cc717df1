from datetime import timedelta

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.discussion.contributions import About, SubjectQuerySet
from repository.dates import clock

# How long a claim lasts.
HELD = timedelta(minutes=30)


class ClaimQuerySet(SubjectQuerySet):
    def live(self):
        """Claims that have not expired."""
        return self.filter(until__gt=clock.now())


@pghistory.track()
class Claim(About):
    """A temporary claim of a moderator on a queue entry, so that no two work on the same one."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="claims",
        verbose_name=_("claimed by"),
    )
    until = models.DateTimeField(_("claimed until"))

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id"], name="claim_unique"),
        ]

    def __str__(self):
        return f"{self.by_id} → {self.content_type_id}/{self.object_id}"

    @property
    def is_live(self) -> bool:
        return self.until > clock.now()

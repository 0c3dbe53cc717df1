from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .contribution import About, SubjectQuerySet


class Follow(About):
    """A member wants to hear what is new about a case, practice, city, theme, tag or member."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows", verbose_name=_("member")
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["content_type", "object_id"], name="follow_of_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "content_type", "object_id"],
                name="follow_unique",
                violation_error_message=_("You follow this already."),
            )
        ]

    def __str__(self):
        return f"{self.member_id} → {self.content_type_id}/{self.object_id}"

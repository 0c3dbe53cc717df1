from django.db import models
from django.utils.translation import gettext_lazy as _


class Deletion(models.Model):
    """A deleted account: its primary key and the time at which the deletion began, without a name.

    After restoring an older backup the deletion is repeated (`manage.py reapply_deletions`). The
    time distinguishes it from a later account with the same primary key.
    """

    number = models.BigIntegerField(_("number"))
    joined_at = models.DateTimeField(_("joined"))
    erased = models.BooleanField(_("contributions erased"))
    deleted_at = models.DateTimeField(_("deleted"))

    class Meta:
        verbose_name = _("deletion")
        verbose_name_plural = _("deletions")
        ordering = ["deleted_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["number", "joined_at"], name="deletion_unique")
        ]

    def __str__(self):
        return f"{self.number}, {self.deleted_at:%Y-%m-%d}"

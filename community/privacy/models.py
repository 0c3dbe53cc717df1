from django.db import models
from django.utils.translation import gettext_lazy as _


class Deletion(models.Model):
    """An account that was deleted: by its number and the moment it began, and by no name.

    After restoring an older backup the deletion is done again (`manage.py reapply_deletions`). The
    moment tells it from a later account with the same number.
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

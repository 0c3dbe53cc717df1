from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class EditionManager(models.Manager):
    def renew(self) -> None:
        """Make all cached pages again, after changes that no trigger has seen."""
        self.update(
            number=models.F("number") + 1,
            token=RandomUUID(),
            changed_at=Now(),
        )


class Edition(models.Model):
    """The edition of everything public: a single row, renewed by database triggers.

    It gets another random token in the same transaction as any change to what visitors can see.
    Caches identify a state of the collection by the token and not by the number, which repeats
    after a restore.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(_("number"), default=1)
    token = models.UUIDField(_("token"), db_default=RandomUUID(), editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now_add=True)

    objects = EditionManager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="edition_single_row"),
        ]

    def __str__(self):
        return str(self.number)


class PublicChange(models.Model):
    """A transaction that has changed something public, until it renews the edition at its end."""

    transaction = models.BigIntegerField(primary_key=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return str(self.transaction)

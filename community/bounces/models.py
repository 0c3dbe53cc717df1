from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from repository.email_addresses import validate_email_address


class BounceKind(models.TextChoices):
    RETURNED = "returned", _("Returned")
    SPAM = "spam", _("Marked as spam")


class BounceQuerySet(models.QuerySet):
    def active(self):
        """Those of addresses to which no automatic emails are sent."""
        return self.filter(cleared_at=None)

    def of(self, email: str):
        return self.filter(email__iexact=email)


class Bounce(models.Model):
    """Emails to an address were returned, or marked as spam by its owner.

    A cleared one remains, so that late and repeated reports about earlier emails are ignored.
    """

    email = models.EmailField(
        _("email address"), max_length=254, validators=[validate_email_address]
    )
    kind = models.CharField(_("kind"), max_length=8, choices=BounceKind)
    # The status code of RFC 3463, such as 5.1.1, or the reply code of SMTP; empty if unknown.
    status = models.CharField(_("status code"), max_length=12, blank=True)
    reported_at = models.DateTimeField(_("reported"))
    cleared_at = models.DateTimeField(_("cleared"), null=True, blank=True)

    objects = BounceQuerySet.as_manager()

    class Meta:
        verbose_name = _("returned email")
        verbose_name_plural = _("returned emails")
        ordering = ["-reported_at", "-pk"]
        default_permissions = ("delete", "view")
        constraints = [
            models.UniqueConstraint(Upper("email"), name="bounce_email_unique"),
            models.CheckConstraint(
                condition=models.Q(kind__in=BounceKind.values), name="bounce_kind_known"
            ),
        ]

    def __str__(self):
        return self.email

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

# Longer than any mail server tries to deliver a message again.
KEPT_FOR = timedelta(days=30)


class ReceivedMail(models.Model):
    """An email that was received, so that it counts once. It does not show who sent what."""

    # A keyed digest of space, member and Message-ID.
    digest = models.CharField(max_length=64, editable=False)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)

    class Meta:
        verbose_name = _("received email")
        verbose_name_plural = _("received emails")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["digest"],
                name="received_mail_once",
                violation_error_message=_("This email has already been received."),
            )
        ]

    def __str__(self):
        return self.digest

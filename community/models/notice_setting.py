from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .notification import Delivery, NoticeKind

# How members who have not said otherwise hear of each kind by e-mail.
USUAL = {
    NoticeKind.REPLY: Delivery.NOW,
    NoticeKind.MENTION: Delivery.NOW,
    NoticeKind.DECISION: Delivery.NOW,
    NoticeKind.FOLLOWED: Delivery.WEEKLY,
    NoticeKind.VERIFY: Delivery.NOW,
    NoticeKind.INVITATION: Delivery.NOW,
    NoticeKind.REVIEW: Delivery.DAILY,
    NoticeKind.PARTNERSHIP: Delivery.NOW,
    NoticeKind.BROKERING: Delivery.DAILY,
}


class NoticeSetting(models.Model):
    """How one member wants e-mail about one kind of notice; without a row, as is usual."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notice_settings",
        verbose_name=_("member"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind)
    delivery = models.CharField(_("e-mail"), max_length=8, choices=Delivery)

    class Meta:
        verbose_name = _("notice setting")
        verbose_name_plural = _("notice settings")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind"],
                name="notice_setting_unique",
                violation_error_message=_("This kind of notice has a setting already."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=NoticeKind.values), name="notice_setting_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(delivery__in=Delivery.values),
                name="notice_setting_delivery_known",
                violation_error_message=_("Choose how often you want e-mail about this."),
            ),
        ]

    def __str__(self):
        return f"{self.kind}: {self.delivery}"

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# How long an address that a member has given up leads on to the new one.
LEADS_ON_FOR = timedelta(days=180)


class OldHandleQuerySet(models.QuerySet):
    def leading(self):
        """Those that still lead on."""
        return self.filter(created_at__gt=timezone.now() - LEADS_ON_FOR)


class OldHandle(models.Model):
    """A handle that a member had before; it goes with the member, and with whoever takes it."""

    handle = models.CharField(_("handle"), max_length=40, unique=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="old_handles",
        verbose_name=_("member"),
    )
    created_at = models.DateTimeField(_("given up"), auto_now_add=True)

    objects = OldHandleQuerySet.as_manager()

    class Meta:
        verbose_name = _("old handle")
        verbose_name_plural = _("old handles")
        default_permissions = ()

    def __str__(self):
        return self.handle

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.matches.models import Match
from repository.dates import days


class SnoozeReason(models.TextChoices):
    NO_MATCH = "no-match", _("No match for now")
    CITY = "city", _("Waiting for the city")
    OTHER = "other", _("Other reason")


class HandlingQuerySet(models.QuerySet):
    def snoozing(self):
        """Those whose request is snoozed today.

        "No match for now" ends with the next candidate, also if it has been declined since.
        """
        newer = Match.objects.filter(request=OuterRef("request")).order_by()
        newer = newer.filter(Q(ended_at=None) | Q(ended_at__gt=OuterRef("nobody_suits_at")))
        return self.filter(
            Q(nobody_suits_at=None) | ~Exists(newer),
            snoozed_until__gt=timezone.localdate(),
        )


@pghistory.track()
class Handling(models.Model):
    """How brokers handle a request: its owner, and until when and why it is snoozed.

    It is separate from the request, whose text and pages do not change with it. A request without
    a row has no owner.
    """

    request = models.OneToOneField(
        "partnerships.PartnershipRequest",
        models.CASCADE,
        related_name="handling",
        verbose_name=_("partnership request"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="handled_requests",
        verbose_name=_("owner"),
        null=True,
        blank=True,
    )
    # The first day on which it is shown as waiting again.
    snoozed_until = models.DateField(
        _("snoozed until"), null=True, blank=True, validators=[days.check_day]
    )
    snooze_reason = models.CharField(
        _("reason"),
        max_length=10,
        blank=True,
        default="",
        db_default="",
        choices=SnoozeReason,
    )
    # When it was snoozed because there was no match.
    nobody_suits_at = models.DateTimeField(_("no match for now"), null=True, blank=True)

    objects = HandlingQuerySet.as_manager()

    class Meta:
        verbose_name = _("request handling")
        verbose_name_plural = _("request handling")
        default_permissions = ("view",)
        constraints = [
            days.day_in_range("snoozed_until", name="handling_snooze_in_range"),
            models.CheckConstraint(
                condition=Q(snooze_reason__in=["", *SnoozeReason.values]),
                name="handling_snooze_reason_known",
            ),
        ]

    def __str__(self):
        return str(self.request)

    def is_snoozing(self, matches):
        """Whether the request is snoozed today, given all its matches: `snoozing` for one row."""
        if self.snoozed_until is None or self.snoozed_until <= timezone.localdate():
            return False
        noted = self.nobody_suits_at
        return noted is None or not any(
            match.ended_at is None or match.ended_at > noted for match in matches
        )


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The user's own: saved views are private."""
        return self.filter(member=user) if user.is_authenticated else self.none()


class SavedView(models.Model):
    """Filters of the board that a broker has saved under a name, for that broker only.

    `parameters` is the query of the page, `{name: text}`. It is validated whenever the view is
    opened, since a theme or a colleague may be gone by then.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="saved_views",
        verbose_name=_("member"),
    )
    name = models.CharField(_("name"), max_length=60)
    parameters = models.JSONField(_("filters"), default=dict, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = [Lower("name"), "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "member",
                name="saved_view_name_unique",
                violation_error_message=_("You already have a view with this name."),
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="saved_view_has_name",
                violation_error_message=_("Enter a name for the view."),
            ),
        ]

    def __str__(self):
        return self.name

import pghistory
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from repository.dates import days


@pghistory.track()
class Handling(models.Model):
    """How brokers handle a request: its owner, snoozing, and whether no city is suitable.

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
    # Ignored once there is a candidate, or another has ended since.
    nobody_suits_at = models.DateTimeField(_("no match for now"), null=True, blank=True)

    class Meta:
        verbose_name = _("request handling")
        verbose_name_plural = _("request handling")
        default_permissions = ("view",)
        constraints = [days.day_in_range("snoozed_until", name="handling_snooze_in_range")]

    def __str__(self):
        return str(self.request)


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

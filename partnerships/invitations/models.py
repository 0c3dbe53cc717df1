import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from repository.dates.clock import MomentField
from repository.email_addresses import validate_email_address


class InvitationStatus(models.TextChoices):
    WRITTEN = "written", _("Sent")
    REMINDED = "reminded", _("Reminder sent")
    ANSWERED = "answered", pgettext_lazy("invitation", "Accepted")
    DECLINED = "declined", _("Declined")
    REVOKED = "revoked", _("Withdrawn")
    LAPSED = "lapsed", _("No answer")


# While it can be answered.
OPEN = (InvitationStatus.WRITTEN, InvitationStatus.REMINDED)


class CityInvitationQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status__in=OPEN)

    def addressed_to(self, user):
        """Open invitations sent to an address that the user has confirmed."""
        if not user.is_authenticated:
            return self.none()
        own = user.emailaddress_set.filter(verified=True).values("email")
        return self.open().filter(email__in=own)


@pghistory.track(exclude=["name", "email", "message"])
class CityInvitation(models.Model):
    """An invitation to represent a city that nobody represents, and to answer a request.

    The name and the address of the contact, and the message, are erased when it ends.
    """

    request = models.ForeignKey(
        "partnerships.PartnershipRequest",
        models.CASCADE,
        related_name="invitations",
        verbose_name=_("request"),
    )
    city = models.ForeignKey(
        "repository.City", models.PROTECT, related_name="invitations", verbose_name=_("city")
    )
    office = models.CharField(_("office"), max_length=200)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("email address"), blank=True, validators=[validate_email_address])
    source = models.CharField(_("source of the address"), max_length=300)
    language = models.CharField(_("language"), max_length=10, default="en")
    message = models.TextField(_("message"), max_length=3000, blank=True)
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=InvitationStatus,
        default=InvitationStatus.WRITTEN,
        editable=False,
    )
    # Who accepted it.
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="city_invitations",
        verbose_name=_("accepted by"),
        null=True,
        blank=True,
        editable=False,
    )
    # Why it was declined.
    words = models.CharField(_("reason"), max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("author"),
        null=True,
        blank=True,
        editable=False,
    )
    written_at = MomentField(_("sent"), auto_now_add=True)
    reminded_at = models.DateTimeField(_("reminder sent"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)

    objects = CityInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation of a city")
        verbose_name_plural = _("invitations of cities")
        ordering = ["-written_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=InvitationStatus.values),
                name="city_invitation_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN, ended_at=None) & ~Q(email="")
                | ~Q(status__in=OPEN) & Q(ended_at__isnull=False, name="", email="", message=""),
                name="city_invitation_ended_without_contact",
                violation_error_message=_(
                    "The contact can be kept only while the invitation is open."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status=InvitationStatus.REMINDED) | Q(reminded_at__isnull=False),
                name="city_invitation_reminded_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(office="") & ~Q(source=""),
                name="city_invitation_has_source",
                violation_error_message=_("Enter the office and where you found its address."),
            ),
            models.UniqueConstraint(
                fields=["request", "city"],
                condition=Q(status__in=OPEN),
                name="city_invitation_once",
                violation_error_message=_("This city has already been invited."),
            ),
        ]

    def __str__(self):
        return str(self.city)

    def get_absolute_url(self):
        return reverse("admin:invitation", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

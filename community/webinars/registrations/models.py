from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from repository.email_addresses import validate_email_address
from repository.models import Webinar
from repository.places.country_names import country_name
from repository.text.lists import with_commas


class RegistrationStatus(models.TextChoices):
    """The state of a registration."""

    UNCONFIRMED = "unconfirmed", _("Waiting for email confirmation")
    REGISTERED = "registered", _("Registered")
    WAITING = "waiting", _("On the waiting list")
    CANCELLED = "cancelled", _("Cancelled")


class Gender(models.TextChoices):
    WOMAN = "woman", _("Woman")
    MAN = "man", _("Man")
    OTHER = "other", _("Another")
    UNSAID = "unsaid", _("Prefer not to say")


class RegistrationQuerySet(models.QuerySet):
    def seated(self):
        return self.filter(status=RegistrationStatus.REGISTERED)

    def waiting(self):
        """The waiting list in order, without members whose account is closed."""
        rows = self.filter(status=RegistrationStatus.WAITING).exclude(member__is_active=False)
        return rows.order_by("placed_at", "pk")

    def placed(self):
        """Registrations with a seat or a place on the waiting list."""
        return self.filter(status__in=[RegistrationStatus.REGISTERED, RegistrationStatus.WAITING])


class Registration(models.Model):
    """A registration of a member, or of a guest by name and e-mail address.

    A member's name, address and organisation are in the account and the profile. Those of a guest
    are erased after the retention period (`community.privacy.retention.forget_guests`); the data
    for the figures remains.
    """

    webinar = models.ForeignKey(
        "repository.Webinar",
        models.CASCADE,
        related_name="registrations",
        verbose_name=_("webinar"),
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="registrations",
        verbose_name=_("member"),
        null=True,
        blank=True,
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("email address"), blank=True, validators=[validate_email_address])
    organization = models.CharField(_("organisation"), max_length=160, blank=True)
    # As in a profile: a city of the collection, or the name of a place, or only a country.
    city = models.ForeignKey(
        "repository.City",
        models.SET_NULL,
        related_name="registrations",
        verbose_name=_("city"),
        null=True,
        blank=True,
    )
    place = models.CharField(_("position"), max_length=120, blank=True)
    country = models.ForeignKey(
        "repository.Country",
        models.SET_NULL,
        related_name="registrations",
        verbose_name=_("country or area"),
        null=True,
        blank=True,
    )
    gender = models.CharField(_("gender"), max_length=8, choices=Gender, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=50)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=RegistrationStatus,
        default=RegistrationStatus.UNCONFIRMED,
    )
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    # When a guest last requested the confirmation link.
    asked_at = models.DateTimeField(_("created"), null=True, blank=True)
    # When it got a seat or a place on the waiting list, which is in this order.
    placed_at = models.DateTimeField(_("seat assigned"), null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["webinar", "placed_at", "pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["webinar", "status", "placed_at"], name="registration_queue"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["webinar", "member"],
                name="registration_of_member_once",
                violation_error_message=_("You’re already registered."),
            ),
            models.UniqueConstraint(
                "webinar",
                Lower("email"),
                condition=~Q(email=""),
                name="registration_of_address_once",
                violation_error_message=_("This address is already registered."),
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=True) | Q(name="", email="", organization=""),
                name="registration_names_guests_only",
            ),
            models.CheckConstraint(
                condition=Q(status__in=RegistrationStatus.values), name="registration_status_known"
            ),
            models.CheckConstraint(
                condition=Q(gender__in=["", *Gender.values]), name="registration_gender_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[RegistrationStatus.REGISTERED, RegistrationStatus.WAITING])
                | Q(placed_at__isnull=False),
                name="registration_placed_has_moment",
            ),
        ]

    def __str__(self):
        return f"{self.webinar_id}: {self.get_status_display()}"

    @property
    def has_seat(self) -> bool:
        return self.status == RegistrationStatus.REGISTERED

    @property
    def is_waiting(self) -> bool:
        return self.status == RegistrationStatus.WAITING

    @property
    def is_unconfirmed(self) -> bool:
        return self.status == RegistrationStatus.UNCONFIRMED

    @property
    def is_cancelled(self) -> bool:
        return self.status == RegistrationStatus.CANCELLED

    @property
    def address(self) -> str:
        """The address for messages; empty if it was erased or the account is closed."""
        if self.member:
            return self.member.email if self.member.is_active else ""
        return self.email

    @property
    def addressee(self) -> str:
        return self.member.get_short_name() if self.member else self.name

    @property
    def where(self) -> str:
        """The place in the language of the page: "Cotonou, Benin"."""
        city = self.city.localized_name if self.city else self.place
        country = country_name(self.country_id) if self.country_id else ""
        return with_commas([city, country])


# Seats that readers can still take, shown on public pages


# From this number on, the page stresses how few seats are left.
FEW = 10


def mark_open_seats(webinars: Sequence[Webinar]) -> None:
    """Set `open_seats` of each webinar, in one query: None without a limit, 0 for the waiting list.

    As long as somebody waits, a free seat is theirs.
    """
    limited = [webinar.pk for webinar in webinars if webinar.capacity is not None]
    rows: dict[int, tuple[int, int]] = {}
    if limited:
        found = Registration.objects.filter(webinar__in=limited).order_by().values("webinar")
        waiting = Count("pk", filter=Q(pk__in=Registration.objects.waiting().values("pk")))
        seated = Count("pk", filter=Q(pk__in=Registration.objects.seated().values("pk")))
        rows = {
            row["webinar"]: (row["seated"], row["waiting"])
            for row in found.annotate(seated=seated, waiting=waiting)
        }
    for webinar in webinars:
        webinar.open_seats, webinar.has_few_seats = None, False
        if webinar.capacity is not None:
            taken, queue = rows.get(webinar.pk, (0, 0))
            webinar.open_seats = 0 if queue else max(0, webinar.capacity - taken)
            webinar.has_few_seats = webinar.open_seats <= FEW

import secrets
from datetime import date

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from repository.dates import clock, days
from repository.dates.clock import MomentField
from repository.email_addresses import validate_email_address


class RepresentationStatus(models.TextChoices):
    ASKED = "asked", _("In review")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Ended")


def letter_name(representation: "Representation", filename: str) -> str:
    """Return the storage path of a letter, independent of the name of the uploaded file."""
    return f"letters/{secrets.token_hex(16)}.pdf"


class RepresentationQuerySet(models.QuerySet):
    def asked(self):
        return self.filter(status=RepresentationStatus.ASKED)

    def current(self, *, on: date | None = None):
        """Those in force on the given day (default: today)."""
        on = on or clock.today()
        return self.filter(Q(until=None) | Q(until__gte=on), status=RepresentationStatus.APPROVED)

    def lapsed(self, *, on: date | None = None):
        """Those past their last day but not yet marked as ended; they give no rights."""
        on = on or clock.today()
        return self.filter(status=RepresentationStatus.APPROVED, until__lt=on)

    def of(self, user):
        """Those of a user; none for anonymous users."""
        return self.filter(member=user) if user.is_authenticated else self.none()

    def held_by(self, user):
        """Those that give the user rights now."""
        return self.of(user).current() if user.is_active else self.none()

    def cities_of(self, user) -> models.QuerySet:
        """Primary keys of the cities that a user represents now, as a subquery."""
        # A NULL in the subquery would make every NOT IN unknown.
        return self.held_by(user).filter(city__isnull=False).values("city")

    def organizations_of(self, user) -> models.QuerySet:
        """Primary keys of the organisations that a user represents now, as a subquery."""
        return self.held_by(user).filter(organization__isnull=False).values("organization")

    def visible_to(self, user):
        """All for brokers, else the user's own: representations are private."""
        if user.has_perm("partnerships.broker"):
            return self
        return self.of(user)


@pghistory.track()
class Representation(models.Model):
    """A member's right to represent a city or an organisation.

    Requested by the member and granted by a broker, with or without a last day.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="representations",
        verbose_name=_("member"),
    )
    # If not in the collection yet, it is identified by `place` until a broker adds or finds it.
    is_of_organization = models.BooleanField(
        _("country or area of the organisation"), default=False
    )
    city = models.ForeignKey(
        "repository.City",
        models.PROTECT,
        related_name="representations",
        verbose_name=_("city"),
        null=True,
        blank=True,
    )
    organization = models.ForeignKey(
        "repository.Organization",
        models.PROTECT,
        related_name="representations",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
    )
    # The name shown on pages and in notices, also once the city or organisation is set.
    place = models.CharField(_("name"), max_length=200, blank=True)
    country = models.ForeignKey(
        "repository.Country",
        models.PROTECT,
        related_name="+",
        verbose_name=_("country or area"),
        null=True,
        blank=True,
    )
    # Identifies the place among those of the same name, if it is in the gazetteer.
    geoname_id = models.PositiveIntegerField(
        _("GeoNames number"), null=True, blank=True, editable=False
    )
    position = models.CharField(_("position"), max_length=120)
    official_email = models.EmailField(
        _("official email address"), blank=True, validators=[validate_email_address]
    )
    note = models.CharField(_("note to brokers"), max_length=1000, blank=True)
    letter = models.FileField(
        _("letter"), upload_to=letter_name, max_length=120, blank=True, editable=False
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=RepresentationStatus,
        default=RepresentationStatus.ASKED,
        editable=False,
    )
    since = models.DateField(_("start date"), null=True, blank=True, editable=False)
    until = models.DateField(_("end date"), null=True, blank=True, validators=[days.check_day])
    asked_at = MomentField(_("requested"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)

    objects = RepresentationQuerySet.as_manager()

    class Meta:
        verbose_name = _("representation")
        verbose_name_plural = _("representations")
        ordering = ["asked_at", "pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(status=RepresentationStatus.ASKED),
                name="representation_waiting",
            ),
            models.Index(fields=["city", "status"], name="representation_of_city"),
        ]
        constraints = [
            days.day_in_range("until", name="representation_end_in_range"),
            models.CheckConstraint(
                condition=Q(status__in=RepresentationStatus.values),
                name="representation_status_known",
            ),
            models.CheckConstraint(
                condition=Q(is_of_organization=False, organization=None)
                | Q(is_of_organization=True, city=None, geoname_id=None),
                name="representation_of_one_kind",
                violation_error_message=_(
                    "A representation must be of one city or one organisation."
                ),
            ),
            models.CheckConstraint(
                condition=Q(city__isnull=False)
                | Q(organization__isnull=False)
                | ~Q(place="") & (Q(country__isnull=False) | Q(is_of_organization=True)),
                name="representation_has_place",
                violation_error_message=_(
                    "Choose a city or an organisation, or enter its name if it isn’t listed. A "
                    "city needs a country."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status=RepresentationStatus.APPROVED)
                | Q(since__isnull=False) & (Q(city__isnull=False) | Q(organization__isnull=False)),
                name="representation_approved_has_whom",
                violation_error_message=_(
                    "Choose the city or organisation that the member will represent."
                ),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=models.F("since")),
                name="representation_ends_after_start",
                violation_error_message=_("Enter an end date that is on or after the start date."),
            ),
            models.CheckConstraint(
                condition=~Q(position=""),
                name="representation_has_position",
                violation_error_message=_("Enter your position."),
            ),
            models.UniqueConstraint(
                fields=["member", "city"],
                condition=Q(status__in=[RepresentationStatus.ASKED, RepresentationStatus.APPROVED]),
                name="representation_unique",
                violation_error_message=_("You’ve already requested to represent this city."),
            ),
            models.UniqueConstraint(
                fields=["member", "organization"],
                condition=Q(status__in=[RepresentationStatus.ASKED, RepresentationStatus.APPROVED]),
                name="representation_organization_unique",
                violation_error_message=_(
                    "You’ve already requested to represent this organisation."
                ),
            ),
            models.UniqueConstraint(
                fields=["member", "country", "place", "geoname_id", "is_of_organization"],
                condition=Q(status=RepresentationStatus.ASKED, city=None, organization=None),
                nulls_distinct=False,
                name="representation_place_unique",
                violation_error_message=_("You’ve already requested this."),
            ),
        ]

    def __str__(self):
        return self.place or str(self.represented)

    def get_absolute_url(self):
        return reverse("partnerships:representation_list")

    @property
    def represented(self):
        """The city or the organisation; None if it is not in the collection yet."""
        return self.organization if self.is_of_organization else self.city

    @property
    def is_current(self) -> bool:
        """Whether it is in force today. Permission checks query the database instead."""
        is_over = self.until is not None and self.until < clock.today()
        return self.status == RepresentationStatus.APPROVED and not is_over

    @property
    def email_domain(self) -> str:
        """The domain of the official address, which is all that brokers see of it."""
        return self.official_email.rpartition("@")[2].lower()


class AddressCheckQuerySet(models.QuerySet):
    def confirmed(self):
        return self.filter(confirmed_at__isnull=False)


@pghistory.track(exclude=["email"])
class AddressCheck(models.Model):
    """A message to the official address of a representation, with a link that confirms it.

    `email` is the address at that time: if the member's official address is another one by now,
    the check says nothing about it.
    """

    representation = models.ForeignKey(
        Representation,
        models.CASCADE,
        related_name="address_checks",
        verbose_name=_("representation"),
    )
    email = models.EmailField(_("email address"), validators=[validate_email_address])
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("author"),
        null=True,
        blank=True,
        editable=False,
    )
    sent_at = MomentField(_("sent"), auto_now_add=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)

    objects = AddressCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of an official address")
        verbose_name_plural = _("checks of official addresses")
        ordering = ["-sent_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(email=""), name="address_check_has_address"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(confirmed_at__gte=models.F("sent_at")),
                name="address_check_confirmed_after_sent",
            ),
            models.UniqueConstraint(
                "representation",
                Lower("email"),
                condition=Q(confirmed_at__isnull=False),
                name="address_check_confirmed_once",
            ),
        ]

    def __str__(self):
        return str(self.representation)

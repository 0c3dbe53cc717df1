import secrets

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships.representation.models import Representation
from repository.dates import days
from repository.models import Development


class PartnershipStatus(models.TextChoices):
    AGREED = "agreed", _("Agreed")
    ACTIVE = "active", _("Active")
    STALLED = "stalled", _("Stalled")
    COMPLETED = "completed", _("Completed")
    DISCONTINUED = "discontinued", _("Discontinued")


class AgreementKind(models.TextChoices):
    MEMORANDUM = "memorandum", _("Memorandum of understanding")
    LETTERS = "letters", _("Exchange of letters")
    CONTRACT = "contract", _("Contract")
    WORD = "word", _("Agreed in words")


class PartyRole(models.TextChoices):
    REQUESTER = "requester", _("Requester")
    PROVIDER = "provider", _("Provider")
    FACILITATOR = "facilitator", _("Facilitator")


class Light(models.TextChoices):
    """The progress of a partnership as a traffic light."""

    ON_TRACK = "on-track", _("On track")
    DELAYED = "delayed", _("Delayed")
    STUCK = "stuck", _("Stuck")
    DONE = "done", _("Done")


class Progress(models.TextChoices):
    """The progress of a partnership as shown: a light, or that nothing was reported yet."""

    NOT_REPORTED = "not-reported", _("Not reported yet")
    ON_TRACK = "on-track", _("On track")
    DELAYED = "delayed", _("Delayed")
    STUCK = "stuck", _("Stuck")
    DONE = "done", _("Done")


class PartnershipKind(models.TextChoices):
    """The kind of a partnership, derived from its parties: see `kind_of`."""

    SOUTH_SOUTH = "south-south", _("South-South")
    TRIANGULAR = "triangular", _("Triangular")
    NORTH_SOUTH = "north-south", _("With a developed economy")
    NORTH_NORTH = "north-north", _("Between developed economies")
    UNKNOWN = "unknown", _("Not known")


def agreement_name(partnership: "Partnership", filename: str) -> str:
    """Return the storage path of an agreement, independent of the name of the uploaded file."""
    return f"agreements/{secrets.token_hex(16)}.pdf"


class PartnershipQuerySet(models.QuerySet):
    def running(self):
        return self.filter(
            status__in=[
                PartnershipStatus.AGREED,
                PartnershipStatus.ACTIVE,
                PartnershipStatus.STALLED,
            ]
        )

    def public(self):
        return self.filter(is_public=True)

    def listed(self):
        """Public ones, except those that were discontinued."""
        return self.public().exclude(status=PartnershipStatus.DISCONTINUED)

    def about(self, case):
        """Those inspired by a case or from which it resulted (`is_result`), newest first."""
        is_result = Q(resulting_case=case)
        found = self.filter(is_result | Q(inspired_by=case))
        return found.annotate(is_result=is_result).order_by("-pk")

    def of_those_of(self, user):
        """Those with a party that the user currently speaks for."""
        cities = Representation.objects.cities_of(user)
        organizations = Representation.objects.organizations_of(user)
        mine = Party.objects.filter(Q(city__in=cities) | Q(organization__in=organizations))
        return self.filter(pk__in=mine.values("partnership"))

    def visible_to(self, user):
        """Public ones; others only for their parties and brokers."""
        if user.has_perm("partnerships.broker"):
            return self
        return self.filter(Q(is_public=True) | Q(pk__in=self.of_those_of(user).values("pk")))


@pghistory.track(exclude=["updated_at"])
class Partnership(models.Model):
    """The cooperation of cities: agreement, progress and outcome."""

    match = models.OneToOneField(
        "partnerships.Match",
        models.PROTECT,
        related_name="partnership",
        verbose_name=_("match"),
        null=True,
        blank=True,
    )
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("what it is about"), max_length=2000, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    practices = models.ManyToManyField(
        "repository.Practice",
        related_name="partnerships",
        verbose_name=_("practices"),
        blank=True,
    )
    themes = models.ManyToManyField(
        "repository.Theme", related_name="partnerships", verbose_name=_("themes"), blank=True
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=PartnershipStatus,
        default=PartnershipStatus.AGREED,
        editable=False,
    )
    is_public = models.BooleanField(_("public"), default=False, editable=False)
    agreed_on = models.DateField(_("agreed on"), validators=[days.check_day])
    agreement_kind = models.CharField(_("kind of agreement"), max_length=10, choices=AgreementKind)
    agreement = models.FileField(
        _("agreement"), upload_to=agreement_name, max_length=120, blank=True, editable=False
    )
    started_on = models.DateField(_("started on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)
    baseline = models.CharField(_("where it began"), max_length=300, blank=True)
    outcome = models.TextField(_("what came of it"), max_length=3000, blank=True)
    # The reason why it stalled or was discontinued, for the parties and brokers only.
    reason = models.CharField(_("why"), max_length=500, blank=True, editable=False)
    inspired_by = models.ForeignKey(
        "repository.CaseStudy",
        models.SET_NULL,
        related_name="inspired_partnerships",
        verbose_name=_("inspired by"),
        null=True,
        blank=True,
    )
    resulting_case = models.OneToOneField(
        "repository.CaseStudy",
        models.SET_NULL,
        related_name="resulted_from",
        verbose_name=_("resulting case"),
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering = ["-agreed_on", "-pk"]
        default_permissions = ("view",)
        constraints = [
            days.day_in_range("agreed_on", name="partnership_agreed_in_range"),
            models.CheckConstraint(
                condition=Q(status__in=PartnershipStatus.values),
                name="partnership_status_known",
            ),
            models.CheckConstraint(
                condition=Q(agreement_kind__in=AgreementKind.values),
                name="partnership_agreement_known",
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="partnership_has_title",
                violation_error_message=_("Give the partnership a title."),
            ),
            models.CheckConstraint(
                condition=~Q(
                    status__in=[PartnershipStatus.COMPLETED, PartnershipStatus.DISCONTINUED]
                )
                | Q(ended_on__isnull=False),
                name="partnership_ended_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[PartnershipStatus.STALLED, PartnershipStatus.DISCONTINUED])
                | ~Q(reason=""),
                name="partnership_stopped_has_reason",
                violation_error_message=_("Say why: others learn from it."),
            ),
            models.CheckConstraint(
                condition=~Q(status=PartnershipStatus.COMPLETED) | ~Q(outcome=""),
                name="partnership_completed_has_outcome",
                violation_error_message=_("Say what came of it, against where it began."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("partnerships:partnership_detail", args=[self.pk])


@pghistory.track()
class Party(models.Model):
    """A city or an organisation in a partnership, and its role."""

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="parties", verbose_name=_("partnership")
    )
    city = models.ForeignKey(
        "repository.City",
        models.PROTECT,
        related_name="parties",
        verbose_name=_("city"),
        null=True,
        blank=True,
    )
    organization = models.ForeignKey(
        "repository.Organization",
        models.PROTECT,
        related_name="parties",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
    )
    role = models.CharField(_("role"), max_length=11, choices=PartyRole)
    # A partnership is public once all its cities want it to be.
    wants_public = models.BooleanField(_("wants it public"), default=False, editable=False)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=Q(role__in=PartyRole.values), name="party_role_known"),
            models.CheckConstraint(
                condition=Q(city__isnull=False, organization=None)
                | Q(city=None, organization__isnull=False),
                name="party_is_city_or_organization",
                violation_error_message=_("A party is one city or one organisation."),
            ),
            models.UniqueConstraint(
                fields=["partnership", "city"],
                name="party_city_unique",
                violation_error_message=_("This city is in the partnership already."),
            ),
            models.UniqueConstraint(
                fields=["partnership", "organization"],
                name="party_organization_unique",
                violation_error_message=_("This organisation is in the partnership already."),
            ),
        ]

    def __str__(self):
        return str(self.city or self.organization)

    @property
    def development(self) -> str:
        """The UNCTAD development status of its country; empty if not known."""
        place = self.city or self.organization
        if self.organization and self.organization.is_of_states:
            return ""
        return place.country.development if place and place.country else ""


def kind_of(parties) -> PartnershipKind:
    """Return the kind of partnership that the parties form.

    In the terms of the United Nations: South-South if all givers and takers are developing
    economies; triangular if a city of a developed economy or a multi-country organisation
    facilitates it. The United Nations call the third kind North-South; pages say "with a developed
    economy", the classification of UNCTAD, because no city calls itself Northern.

    Source: A/RES/64/222, Nairobi outcome document, 2009, paragraphs 12 to 15.
    """
    sides = [party for party in parties if party.role != PartyRole.FACILITATOR]
    helpers = [party for party in parties if party.role == PartyRole.FACILITATOR]
    sides_of = {party.development for party in sides}
    if not sides or "" in sides_of:
        return PartnershipKind.UNKNOWN
    if sides_of == {Development.DEVELOPING}:
        outside = [party for party in helpers if party.development != Development.DEVELOPING]
        return PartnershipKind.TRIANGULAR if outside else PartnershipKind.SOUTH_SOUTH
    if sides_of == {Development.DEVELOPED}:
        return PartnershipKind.NORTH_NORTH
    return PartnershipKind.NORTH_SOUTH


@pghistory.track()
class Milestone(models.Model):
    """A planned step of a partnership with its due date."""

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="milestones", verbose_name=_("partnership")
    )
    title = models.CharField(_("what"), max_length=160)
    due_on = models.DateField(_("due"), validators=[days.check_day])
    done_on = models.DateField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "pk"]
        default_permissions = ("view",)
        constraints = [
            days.day_in_range("due_on", name="milestone_due_in_range"),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="milestone_has_title",
                violation_error_message=_("Say what the milestone is."),
            ),
        ]

    def __str__(self):
        return self.title


# Months after the agreement at which reports are due.
REPORT_MONTHS = (6, 12, 24)


class ProgressReportQuerySet(models.QuerySet):
    def submitted(self):
        return self.filter(submitted_at__isnull=False)

    def due(self, *, on):
        return self.filter(submitted_at=None, due_on__lte=on)


@pghistory.track()
class ProgressReport(models.Model):
    """A report on a partnership 6, 12 or 24 months after the agreement."""

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="reports", verbose_name=_("partnership")
    )
    month = models.PositiveSmallIntegerField(_("months since the agreement"))
    due_on = models.DateField(_("due"))
    light = models.CharField(_("how it goes"), max_length=8, choices=Light, blank=True)
    progress = models.TextField(_("what has been done"), max_length=3000, blank=True)
    problems = models.TextField(_("what is in the way"), max_length=2000, blank=True)
    figure = models.CharField(
        _("where it stands today"),
        max_length=300,
        blank=True,
        help_text=_("The figure you began with, as it is now."),
    )
    evidence_url = models.URLField(_("link to evidence"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="progress_reports",
        verbose_name=_("by"),
        null=True,
        blank=True,
        editable=False,
    )
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("reported"), null=True, blank=True, editable=False)

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["due_on", "pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(submitted_at=None), name="report_outstanding"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "month"], name="report_unique_for_month"
            ),
            models.CheckConstraint(
                condition=Q(light__in=["", *Light.values]), name="report_light_known"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | ~Q(light="") & ~Q(progress=""),
                name="report_submitted_is_whole",
                violation_error_message=_("Say how it goes and what has been done."),
            ),
        ]

    def __str__(self):
        return f"{self.partnership}, {self.month}"

"""Partnerships of cities."""

import secrets

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships.agreements.models.parties import Party
from partnerships.representation.models import Representation
from repository.dates import days
from repository.samples import SampleQuerySet


class PartnershipStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    STALLED = "stalled", _("Stalled")
    COMPLETED = "completed", _("Completed")
    DISCONTINUED = "discontinued", _("Discontinued")


class AgreementKind(models.TextChoices):
    MEMORANDUM = "memorandum", _("Memorandum of understanding")
    LETTERS = "letters", _("Exchange of letters")
    CONTRACT = "contract", _("Contract")
    WORD = "word", _("Verbal agreement")


# That of the plan of the space, with which it begins.
LONGEST_SUMMARY = 10_000


def agreement_name(partnership: "Partnership", filename: str) -> str:
    """Return the storage path of an agreement, independent of the name of the uploaded file."""
    return f"agreements/{secrets.token_hex(16)}.pdf"


class PartnershipQuerySet(SampleQuerySet):
    sample_path = "parties__city__is_sample"

    def samples(self):
        # Both of its cities are samples.
        return super().samples().distinct()

    def running(self):
        return self.filter(status__in=[PartnershipStatus.ACTIVE, PartnershipStatus.STALLED])

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
        """Those with a party that the user currently represents."""
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
    summary = models.TextField(_("description"), max_length=LONGEST_SUMMARY, blank=True)
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
        default=PartnershipStatus.ACTIVE,
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
    baseline = models.CharField(_("baseline"), max_length=300, blank=True)
    outcome = models.TextField(_("outcome"), max_length=3000, blank=True)
    # The reason why it stalled or was discontinued, for the parties and brokers only.
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
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
                violation_error_message=_("Enter a title for the partnership."),
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
                violation_error_message=_("Explain why. Other cities can learn from it."),
            ),
            models.CheckConstraint(
                condition=~Q(status=PartnershipStatus.COMPLETED) | ~Q(outcome=""),
                name="partnership_completed_has_outcome",
                violation_error_message=_("Describe the outcome, compared with the baseline."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("partnerships:partnership_detail", args=[self.pk])

    @property
    def is_sample(self) -> bool:
        """Whether it is one of sample cities; one query."""
        return Partnership.objects.samples().contains(self)

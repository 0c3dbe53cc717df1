"""Agreements that wait for confirmation by both cities."""

import secrets

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.agreements.models import LONGEST_SUMMARY, AgreementKind
from partnerships.matches.models import MatchStatus
from partnerships.representation.models import Representation
from repository.dates import days


def recorded_name(recorded: "RecordedAgreement", filename: str) -> str:
    """Return the storage path of an agreement that is not confirmed yet."""
    return f"recorded/{secrets.token_hex(16)}.pdf"


class RecordedAgreementQuerySet(models.QuerySet):
    def waiting(self):
        """Those of two cities that are still introduced to each other."""
        return self.filter(match__status=MatchStatus.INTRODUCED)

    def unconfirmed_by(self, user):
        """Those that a city of the user has not confirmed."""
        mine = Representation.objects.cities_of(user)
        return self.waiting().filter(
            Q(match__request__city__in=mine, requester_confirmed_at=None)
            | Q(match__city__in=mine, candidate_confirmed_at=None)
        )


@pghistory.track(exclude=["updated_at"])
class RecordedAgreement(models.Model):
    """What has been recorded as agreed by two introduced cities, until both have confirmed it."""

    match = models.OneToOneField(
        "partnerships.Match", models.CASCADE, related_name="recorded", verbose_name=_("match")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="recorded_agreements",
        verbose_name=_("by"),
        null=True,
        editable=False,
    )
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("description"), max_length=LONGEST_SUMMARY, blank=True)
    agreed_on = models.DateField(_("agreed on"), validators=[days.check_day])
    agreement_kind = models.CharField(_("kind of agreement"), max_length=10, choices=AgreementKind)
    agreement = models.FileField(
        _("agreement"), upload_to=recorded_name, max_length=120, blank=True, editable=False
    )
    # Incremented by each change, so that nobody confirms what they have not read.
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    requester_confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    candidate_confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = RecordedAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement to confirm")
        verbose_name_plural = _("agreements to confirm")
        default_permissions = ()
        constraints = [
            days.day_in_range("agreed_on", name="recorded_agreed_in_range"),
            models.CheckConstraint(
                condition=Q(agreement_kind__in=AgreementKind.values),
                name="recorded_agreement_known",
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="recorded_has_title",
                violation_error_message=_("Enter a title for the partnership."),
            ),
            # With both it becomes a partnership in the same transaction.
            models.CheckConstraint(
                condition=Q(requester_confirmed_at=None) | Q(candidate_confirmed_at=None),
                name="recorded_waits_for_a_city",
            ),
        ]

    def __str__(self):
        return self.title

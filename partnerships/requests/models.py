import secrets

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships.listings.modalities import Modality, languages_field, modalities_field, within
from partnerships.matches.models import Match
from partnerships.pipeline.models import Handling
from partnerships.representation.models import Representation
from repository.dates import days
from repository.fields import RenderedField
from repository.samples import SampleQuerySet


class RequestStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CHANGES_REQUESTED = "changes-requested", _("Changes requested")
    OPEN = "open", _("Open")
    MATCHED = "matched", _("Matched")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")


class Direction(models.TextChoices):
    SEEK = "seek", _("Looking for something")
    OFFER = "offer", _("Offering something")
    BOTH = "both", _("Looking and offering")


class Visibility(models.TextChoices):
    """Readers of an open request, apart from the city itself and the brokers."""

    PUBLIC = "public", _("Everyone")
    MEMBERS = "members", _("Members")
    BROKERS = "brokers", _("Only brokers")


class ClosingReason(models.TextChoices):
    PARTNERED = "partnered", _("We have found a partner here")
    ELSEWHERE = "elsewhere", _("We have found a partner elsewhere")
    CHANGED = "changed", _("Our plans changed")
    NO_MATCH = "no-match", _("No suitable partner found")
    NO_ANSWER = "no-answer", _("No answer")


# The maximum number of open or pending requests of a city.
MAX_OPEN = 3
# States that count towards it, as they ask something of brokers or of other cities.
COUNTED = (RequestStatus.SUBMITTED, RequestStatus.OPEN)


def endorsement_name(partnership_request: "PartnershipRequest", filename: str) -> str:
    """Return the storage path of a letter, independent of the name of the uploaded file."""
    return f"endorsements/{secrets.token_hex(16)}.pdf"


class PartnershipRequestQuerySet(SampleQuerySet):
    sample_path = "city__is_sample"

    def open(self):
        return self.filter(status=RequestStatus.OPEN)

    def submitted(self):
        return self.filter(status=RequestStatus.SUBMITTED)

    def awake(self):
        """All except those that a broker has snoozed."""
        snoozing = Handling.objects.snoozing().filter(request=OuterRef("pk"))
        return self.filter(~Exists(snoozing))

    def public(self):
        """Open requests that everybody may read."""
        return self.open().filter(visibility=Visibility.PUBLIC)

    def listed_for(self, user):
        """Open requests listed for a reader on the board, by their visibility."""
        if user.has_perm("partnerships.broker"):
            return self.open()
        shown = [Visibility.PUBLIC]
        if user.is_authenticated:
            shown.append(Visibility.MEMBERS)
        return self.open().filter(visibility__in=shown)

    def of_cities_of(self, user):
        return self.filter(city__in=Representation.objects.cities_of(user))

    def visible_to(self, user):
        """Listed requests; others only for their city and the brokers.

        A city to which a match was proposed can read the request as well: see Match.
        """
        if user.has_perm("partnerships.broker"):
            return self
        if not user.is_authenticated:
            return self.public()
        mine = Representation.objects.cities_of(user)
        asked = Match.objects.shown_to_candidate().filter(city__in=mine).values("request")
        return self.filter(
            Q(status=RequestStatus.OPEN, visibility__in=[Visibility.PUBLIC, Visibility.MEMBERS])
            | Q(city__in=mine)
            | Q(pk__in=asked)
        )


@pghistory.track(exclude=["rendered", "updated_at", "token", "step_to_change"])
class PartnershipRequest(models.Model):
    """A city's request for a partner: subjects, requirements, dates and what it offers."""

    city = models.ForeignKey(
        "repository.City",
        models.PROTECT,
        related_name="partnership_requests",
        verbose_name=_("city"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="partnership_requests",
        verbose_name=_("author"),
        null=True,
        blank=True,
        editable=False,
    )
    title = models.CharField(_("title"), max_length=120)
    language = models.CharField(_("language"), max_length=10, default="en")
    direction = models.CharField(
        _("direction"), max_length=5, choices=Direction, default=Direction.SEEK
    )
    challenge = models.TextField(_("challenge"), max_length=3000, blank=True)
    desired_result = models.TextField(_("desired result"), max_length=2000, blank=True)
    baseline = models.CharField(
        _("current situation"),
        max_length=300,
        blank=True,
        help_text=_(
            "Include a figure if you have one, such as “12 days from order to delivery in 2025”."
        ),
    )
    resources = models.TextField(_("contribution"), max_length=2000, blank=True)
    rendered = RenderedField(sources=["challenge", "desired_result", "resources"])
    practices = models.ManyToManyField(
        "repository.Practice",
        related_name="partnership_requests",
        verbose_name=_("practices"),
        blank=True,
    )
    # What the city gives in return, or what it offers if that is the direction.
    offered_practices = models.ManyToManyField(
        "repository.Practice",
        related_name="offered_in_requests",
        verbose_name=_("practices to share in return"),
        blank=True,
    )
    themes = models.ManyToManyField(
        "repository.Theme",
        related_name="partnership_requests",
        verbose_name=_("themes"),
        blank=True,
    )
    goals = models.ManyToManyField(
        "repository.Goal",
        related_name="partnership_requests",
        verbose_name=_("goals"),
        blank=True,
    )
    cases = models.ManyToManyField(
        "repository.CaseStudy",
        related_name="partnership_requests",
        verbose_name=_("related cases"),
        blank=True,
    )
    # The case that the request was prefilled from; results link back to it.
    inspired_by = models.ForeignKey(
        "repository.CaseStudy",
        models.SET_NULL,
        related_name="inspired_requests",
        verbose_name=_("inspired by"),
        null=True,
        blank=True,
    )
    modalities = modalities_field()
    languages = languages_field()
    # Hard constraints as in `ranking.facts`: "speaks:fr", "region:Africa", "landlocked".
    musts = ArrayField(
        models.CharField(max_length=60), verbose_name=_("requirements"), default=list, blank=True
    )
    starts_on = models.DateField(
        _("start date"), null=True, blank=True, validators=[days.check_day]
    )
    ends_on = models.DateField(_("end date"), null=True, blank=True, validators=[days.check_day])
    endorsement = models.FileField(
        _("letter of endorsement"),
        upload_to=endorsement_name,
        max_length=120,
        blank=True,
        editable=False,
    )
    visibility = models.CharField(_("visible to"), max_length=7, choices=Visibility, blank=True)
    facilitator_welcome = models.BooleanField(
        _("facilitator welcome"),
        default=False,
        help_text=_(
            "For example, an agency, a development bank or a city in a developed "
            "economy that helps both sides."
        ),
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=RequestStatus,
        default=RequestStatus.DRAFT,
        editable=False,
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True, editable=False)
    warned_at = models.DateTimeField(_("warning sent"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    closing_reason = models.CharField(
        _("reason for closing"), max_length=10, choices=ClosingReason, blank=True, editable=False
    )
    # The step of its form that a broker asked to change, when it was last returned.
    step_to_change = models.PositiveSmallIntegerField(
        _("step to change"), null=True, blank=True, editable=False
    )
    # The token of the form that created it, so that submitting it twice is idempotent.
    token = models.CharField(max_length=32, blank=True, editable=False)
    # Visible to brokers only.
    broker_note = models.TextField(_("note for brokers"), max_length=3000, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = PartnershipRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership request")
        verbose_name_plural = _("partnership requests")
        ordering = ["-opened_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("broker", _("Can match cities"))]
        indexes = [
            models.Index(
                fields=["-opened_at", "-id"],
                condition=Q(status=RequestStatus.OPEN),
                name="request_newest_open",
            ),
            models.Index(
                fields=["submitted_at"],
                condition=Q(status=RequestStatus.SUBMITTED),
                name="request_waiting",
            ),
            models.Index(fields=["city", "status"], name="request_of_city"),
        ]
        constraints = [
            days.day_in_range("starts_on", name="request_start_in_range"),
            days.day_in_range("ends_on", name="request_end_in_range"),
            models.CheckConstraint(
                condition=Q(status__in=RequestStatus.values), name="request_status_known"
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="request_direction_known"
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values)
                | Q(visibility="", status=RequestStatus.DRAFT),
                name="request_visibility_known",
                violation_error_message=_("Choose who can see the request."),
            ),
            models.CheckConstraint(
                condition=within("modalities", Modality), name="request_modalities_known"
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="request_has_title",
                violation_error_message=_("Enter a title."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None)
                | Q(ends_on=None)
                | Q(ends_on__gte=models.F("starts_on")),
                name="request_ends_after_start",
                violation_error_message=_("Enter an end date that is on or after the start date."),
            ),
            models.CheckConstraint(
                condition=~Q(status=RequestStatus.SUBMITTED) | Q(submitted_at__isnull=False),
                name="request_submitted_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(
                    status__in=[RequestStatus.OPEN, RequestStatus.MATCHED, RequestStatus.EXPIRED]
                )
                | Q(opened_at__isnull=False, expires_at__isnull=False),
                name="request_open_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.CLOSED, closed_at__isnull=False)
                & ~Q(closing_reason="")
                | ~Q(status=RequestStatus.CLOSED) & Q(closed_at=None, closing_reason=""),
                name="request_closed_has_reason",
                violation_error_message=_("Give a reason for closing the request."),
            ),
            models.CheckConstraint(
                condition=Q(step_to_change=None) | Q(step_to_change__range=(1, 4)),
                name="request_step_known",
            ),
            models.UniqueConstraint(
                fields=["token"], condition=~Q(token=""), name="request_of_form_once"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("partnerships:request_detail", args=[self.pk])

    @property
    def is_sample(self) -> bool:
        """Whether it belongs to a sample city."""
        return self.city.is_sample

    @property
    def is_open(self) -> bool:
        return self.status == RequestStatus.OPEN

    @property
    def working_languages(self) -> list[str]:
        """The languages of the request; if it names none, those in the profile of its city."""
        return self.languages or self.city.working_languages


class RequestCopy(models.Model):
    """A request form submitted without a valid session, kept until the member signs in again.

    `token` identifies the opened form; `sent` is its data, `{field: [texts]}`.
    """

    token = models.CharField(max_length=32, unique=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="request_copies",
        verbose_name=_("member"),
    )
    sent = models.JSONField(_("text"))
    kept_at = models.DateTimeField(_("saved"), auto_now=True)

    class Meta:
        verbose_name = _("unsaved request text")
        verbose_name_plural = _("unsaved request texts")
        ordering = ["-kept_at", "-pk"]
        default_permissions = ()

    def __str__(self):
        return self.token

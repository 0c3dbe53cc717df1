from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.dates import clock, days
from repository.dates import time_zones as dates_time_zones
from repository.pages.addresses import address_of
from repository.people.consent import GIVEN, refusals
from repository.samples import SampleQuerySet
from repository.search.questions import AnswersQuestions
from repository.tags.models import Tags


class WebinarStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced")
    LIVE = "live", _("Live now")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


# Upcoming or in progress.
OPEN = (WebinarStatus.ANNOUNCED, WebinarStatus.LIVE)
# In minutes.
SHORTEST, MAX_LENGTH = 5, 24 * 60
ENDS_AT = models.ExpressionWrapper(
    models.F("starts_at") + models.F("minutes") * models.Value(timedelta(minutes=1)),
    output_field=models.DateTimeField(),
)


# One-to-one relations of higher apps that a webinar's page shows, for select_related.
beside: list[str] = []


class WebinarQuerySet(SampleQuerySet):
    sample_path = "series__is_sample"

    def public(self):
        """All except drafts."""
        return self.exclude(status=WebinarStatus.DRAFT)

    def held(self):
        """Those whose chapters are parts of a recording, no longer a plan."""
        return self.filter(status=WebinarStatus.HELD)

    def visible_to(self, user):
        """Drafts are visible to staff who may view webinars."""
        return self if user.has_perm("repository.view_webinar") else self.public()

    def showing_recordings(self):
        """Webinars whose speakers have all consented to being recorded."""
        return self.filter(~models.Exists(refusals("recording_consent")))

    def upcoming(self):
        """Webinars that can still be attended, soonest first."""
        coming = self.alias(over_at=ENDS_AT).filter(status__in=OPEN, over_at__gt=clock.now())
        return coming.order_by("starts_at", "pk")


@pghistory.track(exclude=["meeting_link", "updated_at"])
class Webinar(AnswersQuestions):
    """A webinar of a series. Unknown facts about past webinars stay empty."""

    series = models.ForeignKey(
        "repository.Series", models.PROTECT, related_name="webinars", verbose_name=_("series")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=250)
    summary = models.CharField(_("summary"), max_length=400, blank=True)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=WebinarStatus,
        default=WebinarStatus.DRAFT,
        editable=False,
    )
    # The day in the webinar's own time zone, also if the time is not known.
    date = models.DateField(_("date"), null=True, blank=True, validators=[days.check_day])
    starts_at = models.DateTimeField(_("start"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), null=True, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[dates_time_zones.check],
        help_text=_("Times are shown in this time zone, like “Asia/Kolkata”."),
    )
    languages = ArrayField(
        models.CharField(max_length=10), verbose_name=_("languages"), default=list, blank=True
    )
    interpretation = ArrayField(
        models.CharField(max_length=10), verbose_name=_("interpretation"), default=list, blank=True
    )
    meeting_link = models.URLField(
        _("link to the meeting"),
        max_length=500,
        blank=True,
        help_text=_("Only registered participants can see it. It must start with https://."),
    )
    capacity = models.PositiveIntegerField(
        _("seats"), null=True, blank=True, help_text=_("Leave blank for no limit.")
    )
    cancelled_because = models.CharField(
        _("reason for cancellation"), max_length=300, blank=True, editable=False
    )
    recording = models.URLField(_("consent to recording"), blank=True)
    slides = models.URLField(_("slides"), blank=True)
    views = models.PositiveIntegerField(_("views"), null=True, blank=True)
    downloads = models.PositiveIntegerField(_("slide downloads"), null=True, blank=True)
    countries = models.ManyToManyField(
        "repository.Country",
        related_name="webinars",
        verbose_name=_("countries and areas"),
        blank=True,
    )
    cities = models.ManyToManyField(
        "repository.City", related_name="webinars", verbose_name=_("cities"), blank=True
    )
    practices = models.ManyToManyField(
        "repository.Practice", related_name="webinars", verbose_name=_("practices"), blank=True
    )
    cases = models.ManyToManyField(
        "repository.CaseStudy",
        related_name="webinars_about",
        verbose_name=_("cases presented"),
        blank=True,
    )
    tags = Tags()
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = WebinarQuerySet.as_manager()

    # Written in English; a translation sets its own language for showing.
    language = "en"

    class Meta:
        verbose_name = _("webinar")
        verbose_name_plural = _("webinars")
        ordering = ["series", "number"]
        indexes = [
            models.Index(
                fields=["starts_at"],
                condition=models.Q(status__in=OPEN),
                name="webinar_open_by_start",
            ),
        ]
        constraints = [
            days.day_in_range("date", name="webinar_date_in_range"),
            days.moment_in_range("starts_at", name="webinar_start_in_range"),
            models.UniqueConstraint(
                fields=["series", "number"],
                name="webinar_number_unique",
                violation_error_message=_(
                    "There is already a webinar with this number in the series."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=WebinarStatus.values), name="webinar_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=OPEN)
                | models.Q(starts_at__isnull=False, minutes__isnull=False)
                & ~models.Q(time_zone=""),
                name="webinar_announced_has_time",
                violation_error_message=_(
                    "To announce this webinar, add a date, a start time, a time zone and a length."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__isnull=True) | ~models.Q(time_zone=""),
                name="webinar_start_has_zone",
                violation_error_message=_("Enter the time zone."),
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__isnull=True)
                | models.Q(minutes__range=(SHORTEST, MAX_LENGTH)),
                name="webinar_minutes_in_range",
                violation_error_message=_("The length must be between 5 minutes and one day."),
            ),
            models.CheckConstraint(
                condition=models.Q(capacity__isnull=True) | models.Q(capacity__gte=1),
                name="webinar_capacity_positive",
                violation_error_message=_("Enter at least 1 seat, or leave blank for no limit."),
            ),
            models.CheckConstraint(
                condition=models.Q(meeting_link="") | models.Q(meeting_link__startswith="https://"),
                name="webinar_link_is_https",
                violation_error_message=_("The meeting link must start with https://."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status=WebinarStatus.CANCELLED)
                | ~models.Q(cancelled_because=""),
                name="webinar_cancelled_has_reason",
                violation_error_message=_(
                    "Enter a reason for the cancellation. Readers will see it."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"

    def get_absolute_url(self):
        return address_of("repository:webinar_detail", self.slug)

    @property
    def is_sample(self) -> bool:
        """Whether its series is a sample."""
        return self.series.is_sample

    @property
    def is_draft(self) -> bool:
        return self.status == WebinarStatus.DRAFT

    @property
    def is_live(self) -> bool:
        return self.status == WebinarStatus.LIVE

    @property
    def is_held(self) -> bool:
        return self.status == WebinarStatus.HELD

    @property
    def is_cancelled(self) -> bool:
        return self.status == WebinarStatus.CANCELLED

    @property
    def ends_at(self) -> datetime | None:
        """Return its end; None if the start or the duration is not known."""
        if self.starts_at is None or self.minutes is None:
            return None
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def local_start(self) -> datetime | None:
        """Return the start in its own time zone; None if not known."""
        return self.starts_at and self.starts_at.astimezone(ZoneInfo(self.time_zone))

    @property
    def is_upcoming(self) -> bool:
        """Can it still be attended: is it announced or live, and not over?"""
        return self.status in OPEN and self.ends_at > clock.now()

    @property
    def shows_recordings(self) -> bool:
        """Have all speakers consented to being recorded? If not, no recording or transcript is
        shown."""
        return all(row.recording_consent in GIVEN for row in self.appearances.all())

    @property
    def shows_slides(self) -> bool:
        """Have all speakers consented to the publication of slides?"""
        return all(row.slides_consent in GIVEN for row in self.appearances.all())

    @property
    def takes_registrations(self) -> bool:
        return self.is_upcoming

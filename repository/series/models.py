import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from repository.dates import days
from repository.evidence.models import Evidence
from repository.pages.addresses import address_of
from repository.people.models import Organization
from repository.samples import SampleQuerySet, sample_field
from repository.webinars.models import Webinar


class ExternalKind(models.TextChoices):
    """Kinds of figures from other platforms."""

    LIVE = "live", _("live views")
    RECORDING = "recording", _("views of the recording")
    SLIDES = "slides", _("slide downloads")
    ATTENDED = "attended", _("attendees")


@pghistory.track()
class ExternalFigure(models.Model):
    """A cumulative figure from another platform on a day, for one webinar or a whole series."""

    series = models.ForeignKey(
        "repository.Series",
        models.CASCADE,
        related_name="external_figures",
        verbose_name=_("series"),
        null=True,
        blank=True,
        help_text=_("Only if the number covers the whole series."),
    )
    webinar = models.ForeignKey(
        "repository.Webinar",
        models.CASCADE,
        related_name="external_figures",
        verbose_name=_("webinar"),
        null=True,
        blank=True,
    )
    platform = models.CharField(_("platform"), max_length=80)
    kind = models.CharField(_("measure"), max_length=10, choices=ExternalKind)
    day = models.DateField(_("counted up to"), validators=[days.check_day])
    value = models.PositiveBigIntegerField(_("value"))
    source = models.CharField(
        _("source"),
        max_length=200,
        help_text=_("Where it can be checked, like “statistics page of the channel”."),
    )

    class Meta:
        verbose_name = _("figure from another platform")
        verbose_name_plural = _("figures from other platforms")
        ordering = ["-day", "platform", "pk"]
        constraints = [
            days.day_in_range("day", name="external_figure_day_in_range"),
            models.CheckConstraint(
                condition=models.Q(series__isnull=False, webinar__isnull=True)
                | models.Q(series__isnull=True, webinar__isnull=False),
                name="external_figure_of_one_thing",
                violation_error_message=_("Choose either a webinar or a series."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=ExternalKind.values),
                name="external_figure_kind_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(platform="") & ~models.Q(source=""),
                name="external_figure_has_source",
                violation_error_message=_("Enter the platform and the source."),
            ),
            models.UniqueConstraint(
                fields=["series", "webinar", "platform", "kind", "day"],
                nulls_distinct=False,
                name="external_figure_once_a_day",
                violation_error_message=_(
                    "There is already a figure from this platform for that day. Edit it instead."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.platform}, {self.get_kind_display()}, {self.day}"


class SeriesQuerySet(SampleQuerySet):
    def public(self):
        """Series with at least one public webinar."""
        webinars = Webinar.objects.public().filter(series=models.OuterRef("pk"))
        return self.filter(models.Exists(webinars))

    def marking_figures(self):
        """Annotate `has_figures`: does the series have evidence?"""
        figures = Evidence.objects.filter(series=models.OuterRef("pk"))
        return self.annotate(has_figures=models.Exists(figures))


@pghistory.track()
class Series(models.Model):
    """A series of webinars and its outcomes."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=250)
    summary = models.TextField(_("summary"), blank=True)
    start = models.DateField(_("first day"), null=True, blank=True, validators=[days.check_day])
    end = models.DateField(_("last day"), null=True, blank=True, validators=[days.check_day])
    organizers = models.ManyToManyField(
        "repository.Organization",
        related_name="series",
        verbose_name=_("organisers"),
        blank=True,
    )
    supporters = models.ManyToManyField(
        "repository.Organization",
        related_name="supported_series",
        verbose_name=_("supporters"),
        blank=True,
    )
    framework = models.CharField(
        _("framework"),
        max_length=120,
        blank=True,
        help_text=_("The project or programme the series was part of."),
    )
    report = models.ForeignKey(
        "repository.Reference",
        models.PROTECT,
        related_name="series",
        verbose_name=_("report"),
        null=True,
        blank=True,
    )

    is_sample = sample_field()

    objects = SeriesQuerySet.as_manager()

    # Written in English; a translation sets its own language for showing.
    language = "en"

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("plural", "series")
        ordering = ["-start", "slug"]
        constraints = [
            days.day_in_range("start", name="series_start_in_range"),
            days.day_in_range("end", name="series_end_in_range"),
            models.CheckConstraint(
                condition=models.Q(start__isnull=True)
                | models.Q(end__isnull=True)
                | models.Q(end__gte=models.F("start")),
                name="series_ends_after_start",
                violation_error_message=_("The last day must not be before the first day."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return address_of("repository:series_detail", self.slug)

    def bodies(self) -> tuple[list[Organization], list[Organization]]:
        """Return organisers and supporters by name, in one query."""
        organizers = Series.organizers.through.objects.filter(
            series=self, organization=models.OuterRef("pk")
        )
        rows = (
            Organization.objects.filter(models.Q(series=self) | models.Q(supported_series=self))
            .annotate(is_organizer=models.Exists(organizers))
            .distinct()
        )
        return (
            [row for row in rows if row.is_organizer],
            [row for row in rows if not row.is_organizer],
        )

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from repository import days
from repository.addresses import address_of

from .evidence import Evidence
from .organization import Organization
from .webinar import Webinar


class SeriesQuerySet(models.QuerySet):
    def public(self):
        """Those with a webinar that everybody may know of."""
        webinars = Webinar.objects.public().filter(series=models.OuterRef("pk"))
        return self.filter(models.Exists(webinars))

    def marking_figures(self):
        """Add `has_figures`: whether figures are known of it."""
        figures = Evidence.objects.filter(series=models.OuterRef("pk"))
        return self.annotate(has_figures=models.Exists(figures))


@pghistory.track()
class Series(models.Model):
    """A series of webinars and what came of it."""

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
        help_text=_("The project or programme that the series was part of."),
    )
    report = models.ForeignKey(
        "repository.Reference",
        models.PROTECT,
        related_name="series",
        verbose_name=_("report"),
        null=True,
        blank=True,
    )

    objects = SeriesQuerySet.as_manager()

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
                violation_error_message=_("The last day cannot be before the first."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return address_of("repository:series_detail", self.slug)

    def bodies(self) -> tuple[list[Organization], list[Organization]]:
        """The organisers and the supporters, by name; one query."""
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

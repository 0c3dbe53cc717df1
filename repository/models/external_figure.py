import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository import days


class ExternalKind(models.TextChoices):
    """What other platforms count."""

    LIVE = "live", _("views, live")
    RECORDING = "recording", _("views of the recording")
    SLIDES = "slides", _("downloads of slides")
    ATTENDED = "attended", _("people who attended")


@pghistory.track()
class ExternalFigure(models.Model):
    """A number that another platform counted up to a day, for one webinar or for a series."""

    series = models.ForeignKey(
        "repository.Series",
        models.CASCADE,
        related_name="external_figures",
        verbose_name=_("series"),
        null=True,
        blank=True,
        help_text=_("Where the number is of the series as a whole."),
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
    kind = models.CharField(_("what is counted"), max_length=10, choices=ExternalKind)
    day = models.DateField(_("counted up to"), validators=[days.check_day])
    value = models.PositiveBigIntegerField(_("value"))
    source = models.CharField(
        _("source"),
        max_length=200,
        help_text=_("Where it can be checked: “statistics page of the channel”."),
    )

    class Meta:
        verbose_name = _("figure of another platform")
        verbose_name_plural = _("figures of other platforms")
        ordering = ["-day", "platform", "pk"]
        constraints = [
            days.day_in_range("day", name="external_figure_day_in_range"),
            models.CheckConstraint(
                condition=models.Q(series__isnull=False, webinar__isnull=True)
                | models.Q(series__isnull=True, webinar__isnull=False),
                name="external_figure_of_one_thing",
                violation_error_message=_("It belongs to one webinar or to one series."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=ExternalKind.values),
                name="external_figure_kind_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(platform="") & ~models.Q(source=""),
                name="external_figure_has_source",
                violation_error_message=_("Name the platform and the source."),
            ),
            models.UniqueConstraint(
                fields=["series", "webinar", "platform", "kind", "day"],
                nulls_distinct=False,
                name="external_figure_once_a_day",
                violation_error_message=_(
                    "There is a number of this platform for that day already: change it."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.platform}, {self.get_kind_display()}, {self.day}"

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CountKind(models.TextChoices):
    """Kinds of counted requests."""

    VIEW = "view", _("page views")
    PLAYBACK = "playback", _("clicks on the recording")
    SLIDES = "slides", _("clicks on the slides")


class DailyCount(models.Model):
    """The number of views of one object on one day, without any data about readers.

    Written only by `repository.counts.counting`. Counts do not change the edition.
    """

    kind = models.CharField(_("what is counted"), max_length=10, choices=CountKind)
    day = models.DateField(_("day"))
    case = models.ForeignKey(
        "repository.CaseStudy",
        models.CASCADE,
        related_name="daily_counts",
        verbose_name=_("case study"),
        null=True,
        blank=True,
    )
    webinar = models.ForeignKey(
        "repository.Webinar",
        models.CASCADE,
        related_name="daily_counts",
        verbose_name=_("webinar"),
        null=True,
        blank=True,
    )
    number = models.PositiveBigIntegerField(pgettext_lazy("how many", "number"))

    class Meta:
        verbose_name = _("daily count")
        verbose_name_plural = _("daily counts")
        ordering = ["-day", "kind", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "day", "case", "webinar"],
                nulls_distinct=False,
                name="daily_count_once",
            ),
            models.CheckConstraint(
                condition=models.Q(case__isnull=False, webinar__isnull=True)
                | models.Q(case__isnull=True, webinar__isnull=False),
                name="daily_count_of_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=CountKind.VIEW)
                | models.Q(kind__in=[CountKind.PLAYBACK, CountKind.SLIDES], case__isnull=True),
                name="daily_count_kind_known",
            ),
        ]

    def __str__(self):
        return f"{self.day}: {self.number} {self.get_kind_display()}"

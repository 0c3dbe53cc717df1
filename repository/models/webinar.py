import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.addresses import address_of

from .tag import Tags


@pghistory.track(exclude=["updated_at"])
class Webinar(models.Model):
    """One webinar of a series. A date that is not known stays empty."""

    series = models.ForeignKey(
        "repository.Series", models.PROTECT, related_name="webinars", verbose_name=_("series")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=250)
    summary = models.CharField(_("summary"), max_length=400, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)
    recording = models.URLField(_("recording"), blank=True)
    slides = models.URLField(_("slides"), blank=True)
    views = models.PositiveIntegerField(_("views"), null=True, blank=True)
    downloads = models.PositiveIntegerField(_("downloads of slides"), null=True, blank=True)
    countries = models.ManyToManyField(
        "repository.Country", related_name="webinars", verbose_name=_("countries"), blank=True
    )
    cities = models.ManyToManyField(
        "repository.City", related_name="webinars", verbose_name=_("cities"), blank=True
    )
    practices = models.ManyToManyField(
        "repository.Practice", related_name="webinars", verbose_name=_("practices"), blank=True
    )
    tags = Tags()
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("webinar")
        verbose_name_plural = _("webinars")
        ordering = ["series", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"],
                name="webinar_number_unique",
                violation_error_message=_("The series already has a webinar of this number."),
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"

    def get_absolute_url(self):
        return address_of("repository:webinar_detail", self.slug)

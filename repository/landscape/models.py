import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.fields import RenderedField
from repository.pages.addresses import address_of
from repository.search.questions import AnswersQuestions


@pghistory.track(exclude=["rendered"])
class LandscapeSection(AnswersQuestions):
    """A section of a series' report about e-commerce worldwide."""

    series = models.ForeignKey(
        "repository.Series",
        models.PROTECT,
        related_name="landscape",
        verbose_name=_("series"),
    )
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(
        _("summary"), max_length=260, blank=True, help_text=_("One or two plain sentences.")
    )
    body = models.TextField(_("text"), blank=True)
    place = models.CharField(_("place in the source"), max_length=200, blank=True)
    references = models.ManyToManyField(
        "repository.Reference",
        related_name="landscape",
        verbose_name=_("references"),
        blank=True,
    )
    rendered = RenderedField(sources=["body"])

    # Written in English; a translation sets its own language for showing.
    language = "en"

    class Meta:
        verbose_name = _("landscape section")
        verbose_name_plural = _("landscape sections")
        ordering = ["-series__start", "series", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"],
                name="landscape_number_unique",
                violation_error_message=_("The series already has a section with this number."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"{address_of('repository:landscape')}#{self.slug}"

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.fields import RenderedField
from repository.pages.addresses import address_of
from repository.search.questions import AnswersQuestions


class RecommendationKind(models.TextChoices):
    POLICY = "policy", _("Policy recommendation")
    ACTION = "action", _("Action point")


@pghistory.track(exclude=["rendered"])
class Recommendation(AnswersQuestions):
    """A recommendation of a series' report, with related cases that the editors selected."""

    series = models.ForeignKey(
        "repository.Series",
        models.PROTECT,
        related_name="recommendations",
        verbose_name=_("series"),
    )
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=6, choices=RecommendationKind)
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=260, blank=True)
    body = models.TextField(_("text"), blank=True)
    place = models.CharField(
        _("place in the report"),
        max_length=200,
        blank=True,
        help_text=_("The chapter and heading of this recommendation in the report."),
    )
    cases = models.ManyToManyField(
        "repository.CaseStudy",
        related_name="recommendations",
        verbose_name=_("related cases"),
        blank=True,
    )
    rendered = RenderedField(sources=["body"])

    # Written in English; a translation sets its own language for showing.
    language = "en"

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["-kind", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "kind", "number"],
                name="recommendation_number_unique",
                violation_error_message=_(
                    "The series already has a recommendation of this kind with this number."
                ),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return address_of("repository:recommendation_detail", self.slug)

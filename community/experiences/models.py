from datetime import date

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.discussion.contributions import Contribution, ContributionQuerySet, Standing
from repository.fields import RenderedField
from repository.places.models import City
from repository.tags.models import Tags


class Adoption(models.TextChoices):
    """How far a city has come in adopting a practice."""

    PLANNED = "planned", _("Planned")
    PILOTING = "piloting", _("In progress")
    ADOPTED = "adopted", _("Adopted")
    ADAPTED = "adapted", _("Adapted")
    ABANDONED = "abandoned", _("Abandoned")


class ExperienceQuerySet(ContributionQuerySet):
    def real(self):
        """All except those of sample cities."""
        return self.filter(city__in=City.objects.real())


@pghistory.track(exclude=["rendered"])
class Experience(Contribution):
    """A city's report of trying what a case or a practice describes."""

    city = models.ForeignKey(
        "repository.City", models.PROTECT, related_name="experiences", verbose_name=_("city")
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(1990)])
    status = models.CharField(_("status"), max_length=10, choices=Adoption)
    worked = models.TextField(_("what worked"), max_length=3000, blank=True)
    failed = models.TextField(_("what didn’t work"), max_length=3000, blank=True)
    cost = models.CharField(_("cost"), max_length=300, blank=True)
    evidence_url = models.URLField(_("link to a source"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    rendered = RenderedField(sources=["worked", "failed"])
    tags = Tags()

    objects = ExperienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("experience")
        verbose_name_plural = _("experiences")
        ordering = ["-year", "-pk"]
        default_permissions = ("change", "view")
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="experience_of_subject"),
            models.Index(fields=["author", "-created_at"], name="experience_of_author"),
            models.Index(
                fields=["created_at"],
                condition=models.Q(standing=Standing.PENDING),
                name="experience_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(standing__in=Standing.values), name="experience_standing_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Adoption.values), name="experience_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(worked="", failed=""),
                name="experience_says_something",
                violation_error_message=_("Enter what worked, what didn’t work, or both."),
            ),
            models.CheckConstraint(
                condition=models.Q(year__range=(1990, 2100)),
                name="experience_year_plausible",
                violation_error_message=_("Enter a year from 1990 onwards, like 2019."),
            ),
            models.UniqueConstraint(
                fields=["author", "content_type", "object_id", "city", "year"],
                name="experience_unique",
                violation_error_message=_(
                    "You’ve already added an experience for this city and year. Edit that "
                    "one instead."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.city}, {self.year}"

    def get_absolute_url(self):
        return f"{self.subject.get_absolute_url()}#experience-{self.pk}"

    @property
    def is_plan(self) -> bool:
        """Whether the year is in the future."""
        return self.year > date.today().year

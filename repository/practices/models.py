import pghistory
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from repository.fields import RenderedField
from repository.pages.addresses import address_of
from repository.search.questions import AnswersQuestions
from repository.text.lists import SEMICOLONS


@pghistory.track(exclude=["rendered", "updated_at"])
class Practice(AnswersQuestions):
    """A reusable practice, which cases demonstrate and cities offer or need."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=90)
    summary = models.CharField(_("summary"), max_length=260)
    description = models.TextField(_("description"), blank=True)
    needs = models.CharField(
        _("what it needs"),
        max_length=400,
        blank=True,
        help_text=_("Separate the requirements by semicolons: they become a checklist."),
    )
    themes = models.ManyToManyField(
        "repository.Theme", related_name="practices", verbose_name=_("themes"), blank=True
    )
    rendered = RenderedField(sources=["description"])
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    # Written in English; a translation sets its own language for showing.
    language = "en"

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return address_of("repository:practice_detail", self.slug)

    @property
    def requirements(self) -> list[str]:
        """Return what it needs as single requirements, which are separated by semicolons."""
        parts = (part.strip().rstrip(".") for part in SEMICOLONS.split(self.needs))
        return [capfirst(part) for part in parts if part]

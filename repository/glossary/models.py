import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.pages.addresses import address_of
from repository.search.questions import AnswersQuestions


@pghistory.track()
class GlossaryTerm(AnswersQuestions):
    """A term explained in one to three sentences."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    term = models.CharField(_("term"), max_length=120, unique=True)
    abbreviation = models.CharField(_("abbreviation"), max_length=20, blank=True)
    aliases = ArrayField(
        models.CharField(max_length=120), verbose_name=_("synonyms"), default=list, blank=True
    )
    definition = models.TextField(_("definition"))

    # Written in English; a translation sets its own language for showing.
    language = "en"

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ["term"]

    def __str__(self):
        return f"{self.term} ({self.abbreviation})" if self.abbreviation else self.term

    def get_absolute_url(self):
        return f"{address_of('repository:glossary')}#{self.slug}"

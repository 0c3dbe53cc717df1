from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchKind(models.TextChoices):
    CASE = "case", _("Case")
    PRACTICE = "practice", _("Practice")
    CITY = "city", _("City")
    COUNTRY = "country", _("Country or area")
    WEBINAR = "webinar", _("Webinar")
    SPEAKER = "speaker", _("Speaker")
    RECOMMENDATION = "recommendation", _("Recommendation")
    LANDSCAPE = "landscape", _("Landscape")
    TERM = "term", _("Term of the glossary")


def word_index(field: str, *, cases: bool) -> GinIndex:
    """One index for the many cases and one for everything else: neither crowds out the other.

    No list of pending entries: a search would have to read it through.
    """
    population = "cases" if cases else "others"
    return GinIndex(
        fields=[field],
        name=f"search_{field}_{population}",
        condition=models.Q(kind="case") if cases else ~models.Q(kind="case"),
        fastupdate=False,
    )


class SearchEntry(models.Model):
    """What can be searched of one public object. Database triggers write it, nothing else does.

    Title, summary, place and countries are shown to the reader, the body is quoted from. The words
    of the title stand also at the head, with those of summary and related names; all words hold
    the text as well.
    """

    kind = models.CharField(max_length=20, choices=SearchKind)
    object_id = models.CharField(max_length=20)
    slug = models.CharField(max_length=120)
    language = models.CharField(max_length=10, db_index=True)
    title = models.TextField()
    summary = models.TextField()
    place = models.TextField()
    countries = ArrayField(models.CharField(max_length=2))
    body = models.TextField()
    published_at = models.DateTimeField(null=True)
    title_keys = ArrayField(models.TextField())
    title_words = SearchVectorField()
    head_words = SearchVectorField()
    all_words = SearchVectorField()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_unique"),
        ]
        indexes = [
            word_index(field, cases=cases)
            for field in ("title_words", "head_words", "all_words")
            for cases in (True, False)
        ]

    def __str__(self):
        return f"{self.kind}: {self.title}"


class SearchWord(models.Model):
    """A word and how many search entries hold it, to mend spelling. Triggers write it."""

    word = models.CharField(max_length=40, primary_key=True)
    entries = models.IntegerField()

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        indexes = [
            GinIndex(fields=["word"], name="search_word_trigrams", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self):
        return self.word

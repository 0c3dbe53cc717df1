from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import MD5, Concat
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
    TERM = "term", _("Glossary term")


def word_index(field: str, *, cases: bool) -> GinIndex:
    """Return a partial index, either for cases or for everything else, so that neither crowds out
    the other.

    Without `fastupdate`, since a search would have to scan the list of pending entries.
    """
    population = "cases" if cases else "others"
    return GinIndex(
        fields=[field],
        name=f"search_{field}_{population}",
        condition=models.Q(kind="case") if cases else ~models.Q(kind="case"),
        fastupdate=False,
    )


class SearchEntry(models.Model):
    """The search index entry of one public object, written only by database triggers.

    Title, summary, place and countries are shown in results; excerpts are taken from the body.
    Questions are those that the object answers, one per line.
    `title_words` are included in `head_words`, together with summary and related names, and these
    in `all_words`, together with the text. All of them include the translations, and `title_keys`
    their titles.
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
    questions = models.TextField(db_default="")
    title_keys = ArrayField(models.TextField())
    title_words = SearchVectorField()
    head_words = SearchVectorField()
    all_words = SearchVectorField()
    # Passages of the entry are valid while it has the same digest.
    digest = models.GeneratedField(
        expression=MD5(Concat("language", "title", "summary", "body", "questions")),
        output_field=models.CharField(max_length=32),
        db_persist=True,
    )

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


class OutdatedEntry(models.Model):
    """A search entry that shows a former name, since very many entries show it.

    Triggers write these rows in the transaction that changes or deletes the name, and a background
    task updates the entries (`repository.search.updating`). The object may no longer be public.
    """

    kind = models.CharField(max_length=20, choices=SearchKind)
    object_id = models.CharField(max_length=20)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="outdated_entry_unique"),
        ]

    def __str__(self):
        return f"{self.kind}: {self.object_id}"


class SearchTranslation(models.Model):
    """What results show of an entry in another language. Written by triggers."""

    entry = models.ForeignKey(SearchEntry, models.DB_CASCADE, related_name="translations")
    language = models.CharField(max_length=10)
    title = models.TextField()
    summary = models.TextField()
    body = models.TextField()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.UniqueConstraint(fields=["entry", "language"], name="search_translation_unique"),
        ]

    def __str__(self):
        return f"{self.language}: {self.title}"


class SearchWord(models.Model):
    """A word with its number of search entries, for spelling correction. Written by triggers.

    A word of translations follows their language: "fr=village".
    """

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

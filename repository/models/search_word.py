from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


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

"""Translations of texts, stored by paragraph with the paragraph of the original they translate."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import MD5, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from repository.translations.languages import site_languages


class Origin(models.TextChoices):
    PERSON = "person", _("A person")
    EDITORS = "editors", _("The editors")
    MACHINE = "machine", _("A machine")
    MEMORY = "memory", _("An earlier translation")


class TranslationState(models.TextChoices):
    """How a translation compares with its original."""

    MISSING = "missing", _("Missing")
    # All paragraphs are up to date, but no speaker of the language has reviewed them.
    DRAFT = "draft", _("Not reviewed")
    CURRENT = "current", _("Up to date")
    PARTLY_STALE = "partly-stale", _("Partly out of date")
    STALE = "stale", _("Out of date")


class Original(models.Model):
    """What can be translated of one object, written only by database triggers.

    `keys` identify its paragraphs in order, each as the name of its field, a colon and the digest
    of the paragraph. Comparing them with those of a translation gives its state.
    """

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    language = models.CharField(max_length=10)
    title = models.TextField()
    keys = ArrayField(models.TextField())

    class Meta:
        verbose_name = _("original")
        verbose_name_plural = _("originals")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="original_unique"),
        ]

    def __str__(self):
        return self.title


class TranslationQuerySet(models.QuerySet):
    def of(self, kind: str, object_id: int):
        return self.filter(kind=kind, object_id=object_id)

    def in_state(self, state: TranslationState):
        """The condition of `Translation.state`."""
        up_to_date = models.F("up_to_date")
        if state == TranslationState.MISSING:
            return self.none()
        if state == TranslationState.STALE:
            return self.filter(up_to_date=0)
        found = self.filter(up_to_date__gt=0)
        if state == TranslationState.PARTLY_STALE:
            return found.filter(total__gt=up_to_date)
        return found.filter(total__lte=up_to_date, is_reviewed=state == TranslationState.CURRENT)


@pghistory.track(exclude=["total", "up_to_date", "stale_since"])
class Translation(models.Model):
    """The translation of one object into one language, which readers of the object can read.

    A translation is visible to those who may read its original: pages always fetch the original
    first. `version` is the history event of the original at the time of the last
    change of the translation. `total`, `up_to_date`, `stale_since` and `is_reviewed` are maintained
    by triggers: the number of paragraphs that the original has, how many of them are translated as
    they are now, when that ceased to be all of them, and whether all of these are reviewed.
    """

    kind = models.CharField(_("kind"), max_length=20)
    object_id = models.BigIntegerField(_("object"))
    language = models.CharField(_("language"), max_length=10, choices=site_languages)
    version = models.BigIntegerField(_("version of the original"), null=True)
    is_reviewed = models.BooleanField(
        pgettext_lazy("a translation", "reviewed"),
        default=False,
        help_text=_("By someone who speaks the language well."),
        editable=False,
    )
    total = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    up_to_date = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    stale_since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = TranslationQuerySet.as_manager()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "language"],
                name="translation_unique",
                violation_error_message=_("This text is already translated into this language."),
            ),
        ]
        indexes = [
            models.Index(fields=["language", "kind"], name="translation_by_language"),
        ]
        permissions = [
            ("exchange_translation", _("Can export and import translations")),
        ]

    def __str__(self):
        return f"{self.kind} {self.object_id} ({self.language})"

    @property
    def state(self) -> TranslationState:
        if self.up_to_date == 0:
            return TranslationState.STALE
        if self.up_to_date < self.total:
            return TranslationState.PARTLY_STALE
        return TranslationState.CURRENT if self.is_reviewed else TranslationState.DRAFT


@pghistory.track()
class TranslatedParagraph(models.Model):
    """One paragraph of a translation.

    `source` is the paragraph of the original that was translated, and `position` its place in the
    field. The translation is up to date while the original has this paragraph.
    """

    translation = models.ForeignKey(
        Translation, models.DB_CASCADE, related_name="paragraphs", verbose_name=_("translation")
    )
    field = models.TextField(_("field"))
    position = models.PositiveSmallIntegerField(pgettext_lazy("of a paragraph", "position"))
    source = models.TextField(_("text of the original"))
    text = models.TextField(_("translation"))
    origin = models.CharField(_("made by"), max_length=10, choices=Origin, default=Origin.PERSON)
    is_reviewed = models.BooleanField(
        pgettext_lazy("a translation", "reviewed"), default=False, db_default=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DB_SET_NULL,
        related_name="+",
        verbose_name=_("translator"),
        null=True,
        blank=True,
    )
    key = models.GeneratedField(
        expression=Concat("field", models.Value(":", models.TextField()), MD5("source")),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("translated paragraph")
        verbose_name_plural = _("translated paragraphs")
        ordering = ["translation", "field", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["translation", "key"], name="translated_paragraph_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(origin__in=Origin.values),
                name="translated_paragraph_origin_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(text="") & ~models.Q(source=""),
                name="translated_paragraph_has_text",
            ),
        ]
        indexes = [
            # For the translation memory: sources can be too long for an index.
            models.Index(MD5("source"), name="translated_paragraph_memory"),
            models.Index(
                fields=["translation"],
                condition=models.Q(origin="machine"),
                name="translated_paragraph_machine",
            ),
        ]

    def __str__(self):
        return self.text[:60]


@pghistory.track()
class InterfaceReview(models.Model):
    """A review of the interface by a native speaker; other languages have not been reviewed."""

    language = models.CharField(_("language"), max_length=10, choices=site_languages, unique=True)
    reviewed_on = models.DateField(_("reviewed on"))

    class Meta:
        verbose_name = _("review by a native speaker")
        verbose_name_plural = _("reviews by native speakers")
        ordering = ["language"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(language="en"),
                name="interface_review_of_translation",
                violation_error_message=_("English is the original."),
            ),
        ]

    def __str__(self):
        return self.get_language_display()

    def get_absolute_url(self):
        return reverse("repository:about")

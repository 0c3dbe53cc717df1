"""Canned responses as a kind of translated texts, and their text in the language of a member."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.models import CannedText
from community.permissions import can_read_canned_texts
from repository.models import TranslatedParagraph
from repository.translations.kinds import TranslatedKind, kinds
from repository.translations.paragraphs import split
from repository.translations.reading import joined, readings

KIND = "canned"
FIELDS = ("title", "text")


def declare() -> None:
    kinds.add(
        TranslatedKind(
            KIND,
            _("Canned response"),
            CannedText,
            FIELDS,
            CannedText.objects.none,
            "language",
            card=FIELDS,
            key="pk",
            readers=can_read_canned_texts,
        )
    )


def in_language(texts: Iterable[CannedText], language: str) -> list[CannedText]:
    """Return canned responses as a member who reads a language gets them, to show to staff.

    They are in that language, or else in English; those in neither are left out. Titles are in the
    language of the page. `reading` is the translation that a text is from; such objects can’t be
    saved. At most three queries.
    """
    every = list(texts)
    set_titles(every)
    translate_into(language, [text for text in every if text.language != language])
    left = [text for text in every if text.language not in (language, settings.LANGUAGE_CODE)]
    translate_into(settings.LANGUAGE_CODE, left)
    return [text for text in every if text.language in (language, settings.LANGUAGE_CODE)]


def set_titles(texts: list[CannedText]) -> None:
    """Set the titles in the language of the page, as `shown_title`."""
    language = get_language() or settings.LANGUAGE_CODE
    others = [text.pk for text in texts if text.language != language]
    titles: dict[int, str] = {}
    if others:
        rows = TranslatedParagraph.objects.filter(
            translation__kind=KIND,
            translation__language=language,
            translation__object_id__in=others,
            field="title",
        )
        titles = dict(rows.values_list("translation__object_id", "text"))
    for text in texts:
        text.shown_title = titles.get(text.pk, text.title)


def translate_into(language: str, texts: list[CannedText]) -> None:
    """Put texts into a language, without those that have paragraphs that are not translated."""
    by_pk = {text.pk: [text] for text in texts}
    for reading in readings({KIND: by_pk} if by_pk else {}, language, ["text"]):
        [text] = by_pk[reading.translation.object_id]
        paragraphs = reading.align("text", split(text.text))
        if not reading.is_partly_missing:
            text.text, text.language, text.reading = joined(paragraphs), language, reading

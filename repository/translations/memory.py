"""The translation memory: how identical paragraphs are translated elsewhere."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, IntegerField, Value, When
from django.db.models.functions import MD5

from repository.models import Origin, TranslatedParagraph, Translation
from repository.translations.kinds import is_visible_to
from repository.translations.paragraphs import digest


def memory_of(
    language: str, sources: Iterable[str], reader: Any = None
) -> dict[str, TranslatedParagraph]:
    """Return a translation into a language for each paragraph that has one, by the paragraph.

    Only translations by people, of what everyone may read, or the `reader` of an internal text.
    Reviewed ones come first, then those translated for their own place, then the latest. One query.
    """
    wanted = list(set(sources))
    if not wanted:
        return {}
    rows = (
        TranslatedParagraph.objects.alias(digest=MD5("source"))
        .filter(
            digest__in=[digest(source) for source in wanted],
            translation__in=Translation.objects.filter(is_visible_to(reader), language=language),
        )
        .exclude(origin=Origin.MACHINE)
        .order_by(
            "is_reviewed",
            Case(
                When(origin=Origin.MEMORY, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            ),
            "pk",
        )
    )
    # The last one of each paragraph stays.
    return {row.source: row for row in rows}

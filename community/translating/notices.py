"""Notify translators and reviewers that originals have changed."""

from django.tasks import task

from community.models import LanguageReviewer, NoticeKind, PublicTranslation
from community.notices.notify import notify
from community.translating.originals import aligned, readers, translatable_row
from repository.dates import clock
from repository.translations.kinds import kinds


@task
def notify_translators(kind: str, pk: int) -> int:
    """Notify those concerned by stale paragraphs of an object, once a day for each language.

    These are the translators of the paragraphs and the reviewers of the language. Returns the
    number of languages.
    """
    row = translatable_row(kind, pk)
    if row is None:
        return 0
    number = 0
    translations = PublicTranslation.objects.filter(kind=kind, object_id=pk)
    for translation in translations.order_by("language"):
        language = translation.language
        stale = [
            public.row
            for _unit, public in aligned(kinds[kind], row, language)
            if public.is_stale and public.row is not None
        ]
        if not stale:
            continue
        reviewers = LanguageReviewer.objects.of(language).values_list("user", flat=True)
        concerned = {*(found.by_id for found in stale if found.by_id is not None), *reviewers}
        notify(
            readers(kinds[kind], concerned),
            kind=NoticeKind.FOLLOWED,
            event="translation.stale",
            subject=translation,
            key=f"translations-{language}-{clock.today()}",
        )
        number += 1
    return number

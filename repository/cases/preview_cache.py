"""The PNG covers for previews of links: drawn in the background when a case changes.

They are kept in the cache that all processes share, under a digest of what they show, so that a
stale one is never served. One that is missing is drawn when it is requested.
"""

import hashlib
from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.tasks import task
from django.utils.translation import override

from repository.models import CaseStudy
from repository.translations.reading import CARD, translate

KEPT_FOR = 30 * 24 * 60 * 60


def preview_of(case: CaseStudy) -> bytes:
    """Return the cover of a case, loaded for cards, as a PNG in the active language."""
    translate(("case", [case]), only=CARD)
    cover = case.cover
    figure = cover.row and cover.row.figure
    shown = (cover.ink, cover.locator, figure, cover.sentence, cover.drawing, case.place)
    digest = hashlib.sha256(repr(shown).encode()).hexdigest()[:32]

    def drawn() -> bytes:
        # Imported on first use: Pillow takes memory in every worker.
        from repository.cases.previews import preview

        return preview(cover)

    return cache.get_or_set(f"cover:{digest}", drawn, KEPT_FOR)


@task
def draw_previews(*, case: int) -> None:
    """Draw the cover of a published case in each language. Idempotent."""
    for code, _name in settings.LANGUAGES:
        with override(code):
            for found in CaseStudy.objects.cards_of([case]):
                preview_of(found)


def draw_later(case: CaseStudy) -> None:
    """Queue the drawing at the end of the transaction, for a case that readers can see."""
    if case.is_published:
        transaction.on_commit(partial(draw_previews.enqueue, case=case.pk))

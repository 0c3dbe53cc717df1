"""Passages of originals in the language of the reader.

Only originals have vectors: docs/decisions/0005-search.md.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Q
from django.utils.translation import get_language

from repository.embeddings.nearest import Near
from repository.embeddings.passages import MAX_LENGTH, SENTENCES
from repository.models import TranslatedParagraph
from repository.search.excerpts import shortened
from repository.translations.kinds import TranslatedKind, kinds

LINK = re.compile(r"!?\[([^][]*)\]\([^()]*\)")
NOT_WORDS = re.compile(r"[\W_]+")


def translate_passages(passages: Sequence[Near]) -> list[Near]:
    """Return passages with their text in the language of the reader, as far as it is translated.

    Readers must be allowed to see the texts. One query; none if all are in that language.
    """
    language = get_language() or "en"
    keys: dict[str, set[str]] = defaultdict(set)
    for near in passages:
        if near.language != language and near.kind in kinds:
            keys[near.kind].add(near.object_id)
    if not keys:
        return list(passages)
    condition = Q()
    for kind, pks in keys.items():
        condition |= Q(translation__kind=kind, translation__object_id__in=pks)
    found = TranslatedParagraph.objects.filter(condition, translation__language=language)
    rows: dict[tuple[str, str], list[TranslatedParagraph]] = defaultdict(list)
    for row in found.select_related("translation").order_by("position"):
        rows[row.translation.kind, str(row.translation.object_id)].append(row)
    return [
        translated(near, rows.get((near.kind, near.object_id), []), language) for near in passages
    ]


def translated(near: Near, rows: Sequence[TranslatedParagraph], language: str) -> Near:
    """Return a passage in a language, given the paragraphs of its text that are translated."""
    if near.language == language or not rows:
        return near
    about = kinds[near.kind]
    if not any(row.field == about.card[0] for row in rows):
        # Pages show the original.
        return near
    text = summary(about, near, rows) if near.position == 0 else sentences(near, rows)
    return replace(near, text=shortened(text, MAX_LENGTH), language=language) if text else near


def summary(about: TranslatedKind, near: Near, rows: Sequence[TranslatedParagraph]) -> str:
    """Return the translation of the first passage, the whole summary, if it is up to date."""
    rows = [row for row in rows if row.field == about.card[-1]]
    is_current = words("".join(row.source for row in rows)) == words(near.text)
    return " ".join(plain(row.text) for row in rows) if is_current else ""


def sentences(near: Near, rows: Sequence[TranslatedParagraph]) -> str:
    """Return the translation of the sentences of a passage.

    The whole paragraph, if its translation has another number of sentences.
    """
    wanted = words(near.text)
    for row in rows:
        if not wanted or wanted not in words(row.source):
            continue
        before, after = split(row.source), split(row.text)
        if len(before) != len(after):
            return plain(row.text)
        chosen = [
            translation
            for sentence, translation in zip(before, after, strict=True)
            if words(sentence) and (words(sentence) in wanted or wanted in words(sentence))
        ]
        return plain(" ".join(chosen)) or plain(row.text)
    return ""


def split(text: str) -> list[str]:
    return [sentence for sentence in SENTENCES.split(text.strip()) if sentence]


def plain(markdown: str) -> str:
    """Return a paragraph of Markdown as plain text on one line."""
    return " ".join(LINK.sub(r"\1", markdown).replace("*", "").replace("`", "").split())


def words(text: str) -> str:
    """Return the letters and digits of a text: passages have lost the Markdown of their text."""
    return NOT_WORDS.sub("", LINK.sub(r"\1", text))

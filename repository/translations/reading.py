"""Show objects in the language of the reader."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from repository.evidence.amounts import is_known
from repository.models import TranslatedParagraph, Translation
from repository.pages.addresses import with_links_in_language
from repository.text import markdown
from repository.text.languages import attributes
from repository.translations.alignment import Aligned, align
from repository.translations.kinds import FIGURE, TranslatedKind, kinds, texts_of
from repository.translations.paragraphs import Paragraph, join, split

# What the cards of all kinds show.
CARD = frozenset(name for kind in kinds for name in kind.card) | {
    f"figure-{name}" for name in FIGURE
}


@dataclass
class Reading:
    """The translation in which an object is shown; `original_language` is that of the object."""

    translation: Translation
    original_language: str
    rows: dict[str, list[TranslatedParagraph]]
    # Everything that was shown with it.
    shown: list[Aligned] = field(default_factory=list)

    @property
    def language(self) -> str:
        return self.translation.language

    @property
    def changed(self) -> list[Aligned]:
        """The paragraphs whose original has changed since they were translated."""
        return [each for each in self.shown if each.is_stale]

    @property
    def is_partly_missing(self) -> bool:
        return any(each.is_missing for each in self.shown)

    @property
    def is_machine_made(self) -> bool:
        return any(each.is_machine_made for each in self.shown)

    def align(self, name: str, paragraphs: Sequence[Paragraph]) -> list[Aligned]:
        """Return the paragraphs of a field of the original with their translations."""
        rows = self.rows.get(name, [])
        if kinds[self.translation.kind].only_current:
            current = {paragraph.text for paragraph in paragraphs}
            rows = [row for row in rows if row.source in current]
        found = align(paragraphs, rows)
        self.shown += found
        return found


def translate(*groups: tuple[str, Iterable[Any]], only: Collection[str] = ()) -> None:
    """Put objects into the language of the reader where they have a translation, for showing.

    Each group is the name of a kind and its objects, which can no longer be saved. Their fields and
    `language` become those of the translation, and `reading` says what it is. Fields that are not
    loaded are left alone, as are those that are not in `only`. One query for all groups; none if
    all objects are written in the language of the reader.
    """
    language = get_language() or "en"
    wanted: dict[str, dict[int, list[Any]]] = {}
    for name, rows in groups:
        for row in rows:
            if kinds[name].language_of(row) != language and not hasattr(row, "reading"):
                wanted.setdefault(name, defaultdict(list))[row.pk].append(row)
    for reading in readings(wanted, language, only):
        about = kinds[reading.translation.kind]
        for row in wanted[about.name][reading.translation.object_id]:
            put(row, about, reading, only)


def translate_all(rows: Iterable[Model], only: Collection[str] = CARD) -> None:
    """Put objects of any kinds into the language of the reader; the others stay as they are."""
    known = [(about.name, row) for row in rows if (about := kinds.of(row))]
    translate(*((name, [row]) for name, row in known), only=only)


def show(name: str, row: Any, *also: tuple[str, Iterable[Any]]) -> list[str]:
    """Put the object of a page into the language of the reader, and others that the page shows.

    The object is from a queryset `with_languages`. Returns the languages in which it can be read,
    that of the original first.
    """
    languages = [kinds[name].language_of(row), *row.translated_into]
    translate((name, [row]), *also)
    return languages


def names_in(kind: str, names: Collection[str], language: str) -> dict[str, str]:
    """Return the translations of names of objects of a kind; no query in English."""
    if language == settings.LANGUAGE_CODE or not names:
        return {}
    found = TranslatedParagraph.objects.filter(
        translation__kind=kind,
        translation__language=language,
        field=kinds[kind].card[0],
        source__in=names,
    )
    return dict(found.values_list("source", "text"))


def with_languages(name: str, rows: QuerySet) -> QuerySet:
    """Annotate objects of a kind with the languages into which at least their title is translated.

    Sets `translated_into`.
    """
    found = Translation.objects.filter(
        kind=name, object_id=OuterRef("pk"), paragraphs__field__in=("title", "name")
    )
    languages = found.order_by("language").values("language").distinct()
    return rows.annotate(translated_into=ArraySubquery(languages))


def languages_of(name: str) -> list[str]:
    """Return the languages into which any object of a kind is translated."""
    found = Translation.objects.filter(kind=name).values_list("language", flat=True)
    return list(found.distinct().order_by("language"))


def readings(
    wanted: dict[str, dict[int, list[Any]]], language: str, only: Collection[str] = ()
) -> Iterator[Reading]:
    """Yield the translations of objects, given by kind and primary key, into a language."""
    if not wanted:
        return
    condition = Q()
    for name, by_pk in wanted.items():
        condition |= Q(translation__kind=name, translation__object_id__in=list(by_pk))
    found = TranslatedParagraph.objects.filter(condition, translation__language=language)
    if only:
        found = found.filter(field__in=only)
    found = found.select_related("translation").order_by("translation_id", "field", "position")
    for _pk, rows in groupby(found, key=lambda row: row.translation_id):
        by_field: dict[str, list[TranslatedParagraph]] = defaultdict(list)
        for row in rows:
            by_field[row.field].append(row)
        translation = row.translation
        original = wanted[translation.kind][translation.object_id][0]
        yield Reading(translation, kinds[translation.kind].language_of(original), dict(by_field))


def put(row: Any, about: TranslatedKind, reading: Reading, only: Collection[str]) -> None:
    """Put one object into the language of a translation.

    Without a translation of its title, it stays in its own language.
    """
    deferred = row.get_deferred_fields()
    loaded = [name for name in about.fields if name not in deferred and (not only or name in only)]
    if about.card[0] not in reading.rows:
        return
    row.reading = reading
    html = {} if "rendered" in deferred else dict(getattr(row, "rendered", {}))
    for name in loaded:
        value = getattr(row, name)
        texts = [split(text) for text in texts_of(value)]
        found = reading.align(name, [paragraph for text in texts for paragraph in text])
        if name in html:
            html[name] = rendered(found, reading)
        aligned = iter(found)
        shown = [joined(islice(aligned, len(text))) for text in texts]
        setattr(row, name, shown if isinstance(value, list) else shown[0])
    if html:
        row.rendered = html
    row.language = reading.language
    for figure in getattr(row, "evidence_list", []) if about.figures else []:
        put_figure(figure, reading)


def put_figure(figure: Any, reading: Reading) -> None:
    # Which figure another label belonged to is not known, so only unchanged ones are translated.
    figure.originals = {name: getattr(figure, name) for name in FIGURE}
    for name, text in figure.originals.items():
        if name == "unit" and is_known(text):
            # Shown in the right plural form in each language.
            continue
        rows = [row for row in reading.rows.get(f"figure-{name}", []) if row.source == text]
        found = align(split(text), rows)
        setattr(figure, name, joined(found))
        if name == "label":
            figure.is_translated = not any(each.is_missing for each in found)
    figure.reading = reading


def joined(found: Iterable[Aligned]) -> str:
    """Return the text of paragraphs for readers."""
    return join(Paragraph(each.paragraph.lead, each.text) for each in found)


def rendered(found: list[Aligned], reading: Reading) -> str:
    """Return the HTML of a field; paragraphs without a translation are marked as the original."""
    parts = []
    for is_missing, text in runs(found):
        html = with_links_in_language(markdown.render(text.strip("\n")), reading.language)
        if is_missing:
            html = f"<div{attributes(reading.original_language)}>{html}</div>"
        parts.append(html)
    return "".join(parts)


def runs(found: Iterable[Aligned]) -> Iterator[tuple[bool, str]]:
    """Yield the parts of a field that are not translated, as (True, text), and the others."""
    for is_missing, run in groupby(found, key=lambda each: each.is_missing):
        yield is_missing, joined(run)


def refuse_to_save(instance: Model, **kwargs: Any) -> None:
    """An object shown in translation must not overwrite its original."""
    if "reading" in instance.__dict__:
        raise TypeError(f"{instance!r} is in translation and can’t be saved.")

"""The kinds of objects with translated text. Higher apps add theirs when they start.

Database triggers maintain an `Original` for each object of a kind; their arguments, in the `sql`
folder of the app, list the same fields, which a test verifies.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from repository.models import (
    CaseStudy,
    City,
    Evidence,
    GlossaryTerm,
    LandscapeSection,
    Practice,
    Recommendation,
    Series,
    SitePage,
    Theme,
    Webinar,
)
from repository.translations.paragraphs import Paragraph, split

# The texts of a figure, which are translated with the object it belongs to.
FIGURE = ("label", "group", "unit", "display")


class Unit(NamedTuple):
    """A paragraph of an object: the name of its field, and the paragraph."""

    field: str
    paragraph: Paragraph

    @property
    def key(self) -> str:
        return f"{self.field}:{self.paragraph.digest}"


@dataclass(frozen=True)
class TranslatedKind:
    """A kind of objects with translated text.

    `fields` are translated, in the order of the page; the first one is the title. Each is a text or
    a list of texts. `language` is the column with the language of the original; without one it is
    English. `public` returns the objects that everyone may read. `figures` is the foreign key of
    its figures. With `only_current`, readers see a changed paragraph in the original, and not its
    earlier translation. With `reviewed_first`, translations by members always wait for a review.
    A kind of internal texts has no public objects; its `readers` says whether
    a user may read them.
    """

    name: str
    label: Promise | str
    model: type[models.Model]
    fields: tuple[str, ...]
    public: Callable[[], models.QuerySet]
    language: str = ""
    figures: str = ""
    only_current: bool = False
    reviewed_first: bool = False
    # The fields that a card shows, and the one that identifies an object in files.
    card: tuple[str, ...] = ("title", "summary")
    key: str = "slug"
    readers: Callable[[Any], bool] | None = None

    @property
    def is_internal(self) -> bool:
        return self.readers is not None

    def may_be_read_by(self, user: Any) -> bool:
        """May a user read objects of this kind? None stands for everyone."""
        return self.readers is None or (user is not None and self.readers(user))

    def translatable(self) -> models.QuerySet:
        """Return the objects whose translation members, or else the readers, work on."""
        return self.model._default_manager.all() if self.is_internal else self.public()

    def visible_to(self, user: Any) -> models.QuerySet:
        """Return the translatable objects that a user may read."""
        return self.translatable() if self.may_be_read_by(user) else self.public()

    def language_of(self, row: Any) -> str:
        return getattr(row, self.language) if self.language else "en"

    def keyed(self, rows: models.QuerySet, keys: Collection[str]) -> models.QuerySet:
        """Return the objects with these keys, which come from a file and may be any text."""
        text = Cast(self.key, models.TextField())
        return rows.alias(key_in_file=text).filter(key_in_file__in=keys)

    def units(self, row: Any) -> Iterator[Unit]:
        """Yield the paragraphs of an object, then those of its figures."""
        yield from self.units_of([row])[row.pk]

    def units_of(self, rows: Collection[Any]) -> dict[int, list[Unit]]:
        """Return the paragraphs of objects by primary key, with one query for all figures."""
        found = {
            row.pk: [unit for name in self.fields for unit in field_units(name, getattr(row, name))]
            for row in rows
        }
        if self.figures:
            for figure in Evidence.objects.filter(**{f"{self.figures}__in": list(found)}):
                found[getattr(figure, f"{self.figures}_id")] += figure_units(figure)
        return found


def figure_units(figure: Evidence) -> Iterator[Unit]:
    for name in FIGURE:
        yield from field_units(f"figure-{name}", getattr(figure, name))


def field_units(name: str, value: str | list[str]) -> Iterator[Unit]:
    for text in texts_of(value):
        for paragraph in split(text):
            if paragraph.is_translated:
                yield Unit(name, paragraph)


def texts_of(value: str | list[str]) -> list[str]:
    """Return the texts of a field: each item of a list, such as the choices of a question."""
    return value if isinstance(value, list) else [value]


@dataclass
class Registry:
    by_name: dict[str, TranslatedKind] = field(default_factory=dict)

    def add(self, *kinds: TranslatedKind) -> None:
        self.by_name |= {kind.name: kind for kind in kinds}

    def __iter__(self) -> Iterator[TranslatedKind]:
        return iter(self.by_name.values())

    def __getitem__(self, name: str) -> TranslatedKind:
        return self.by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self.by_name

    def of(self, row: models.Model) -> TranslatedKind | None:
        return self.of_model(type(row))

    def of_model(self, model: type[models.Model]) -> TranslatedKind | None:
        return next((kind for kind in self if kind.model is model), None)


kinds = Registry()
kinds.add(
    TranslatedKind(
        "case",
        _("Case"),
        CaseStudy,
        (
            "title",
            "summary",
            "setting",
            "challenge",
            "solution",
            "results",
            "lessons",
            "what_did_not_work",
            "preconditions",
            "advice",
            "cost",
            "time",
        ),
        CaseStudy.objects.published,
        language="language",
        figures="case",
    ),
    TranslatedKind(
        "practice",
        _("Practice"),
        Practice,
        ("name", "summary", "description", "needs"),
        Practice.objects.all,
        card=("name", "summary"),
    ),
    TranslatedKind("webinar", _("Webinar"), Webinar, ("title", "summary"), Webinar.objects.public),
    TranslatedKind(
        "recommendation",
        _("Recommendation"),
        Recommendation,
        ("title", "summary", "body"),
        Recommendation.objects.all,
    ),
    TranslatedKind(
        "landscape",
        _("Landscape"),
        LandscapeSection,
        ("title", "summary", "body"),
        LandscapeSection.objects.all,
        figures="section",
    ),
    TranslatedKind(
        "term",
        _("Glossary term"),
        GlossaryTerm,
        ("term", "definition"),
        GlossaryTerm.objects.all,
        card=("term", "definition"),
    ),
    TranslatedKind(
        "theme",
        _("Theme"),
        Theme,
        ("name", "description"),
        Theme.objects.all,
        card=("name", "description"),
    ),
    TranslatedKind("city", _("City"), City, ("summary",), City.objects.all, card=("summary",)),
    TranslatedKind(
        "series", _("Series"), Series, ("title", "summary"), Series.objects.public, figures="series"
    ),
    TranslatedKind(
        "page",
        _("Page about the site"),
        SitePage,
        ("title", "summary", "body"),
        SitePage.objects.all,
        key="topic",
        # They include the terms of use and the privacy notice.
        reviewed_first=True,
    ),
)


# Which objects may be read, of all kinds, as conditions on `kind` and `object_id`.


def is_visible_to(user: Any, among: Iterable[TranslatedKind] = kinds) -> Q:
    """Return the condition that a user may read the object. None stands for everyone."""
    return is_one_of((kind, kind.visible_to(user)) for kind in among)


def is_translatable() -> Q:
    """Return the condition that the object is public, or internal and read by some of the staff."""
    return is_one_of((kind, kind.translatable()) for kind in kinds)


def is_one_of(rows: Iterable[tuple[TranslatedKind, QuerySet]]) -> Q:
    condition = Q(pk__in=[])
    for kind, found in rows:
        condition |= Q(kind=kind.name, object_id__in=found.order_by().values("pk"))
    return condition

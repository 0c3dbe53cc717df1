"""The history of one object, from the append-only events: who changed what and when.

Everything that one transaction did to an object and its related rows (figures, appearances, links,
tags) is one change. Users and objects that are mentioned may have been deleted since.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from pghistory.models import Context

from repository.evidence.amounts import number
from repository.models import (
    TRACKED_LINKS,
    Appearance,
    CaseStudy,
    Evidence,
    LandscapeSection,
    Series,
    Speaker,
    TaggedItem,
    Webinar,
)
from repository.text.differences import Piece, word_pieces
from repository.text.lists import list_of, with_commas

# Rows that belong to an object and change with it: {model: (model of the rows, foreign key)}.
OWNED = {
    LandscapeSection: (Evidence, "section"),
    CaseStudy: (Evidence, "case"),
    Series: (Evidence, "series"),
    Webinar: (Appearance, "webinar"),
    Speaker: (Appearance, "speaker"),
}
# Texts from this length on are compared word by word.
LONG = 60


@dataclass(frozen=True)
class Difference:
    """One changed value; `old` or `new` may be empty.

    `pieces` compares longer texts: see `word_pieces`.
    """

    label: str
    old: str
    new: str
    pieces: list[Piece] | None = None


@dataclass(frozen=True)
class Change:
    """The changes of one transaction: `verb` is "added", "changed" or "deleted".

    `by` is the name of the acting user; empty if there was none, as in a command.
    """

    at: datetime
    by: str
    verb: str
    differences: list[Difference]


@dataclass(frozen=True)
class Source:
    """An event table: of the object, of its related rows, or of its links (`far` is set)."""

    events: Any
    condition: Q
    far: str = ""

    def queryset(self) -> models.QuerySet:
        return self.events.objects.filter(self.condition)


@dataclass(frozen=True)
class State:
    """The events of a row before and after a transaction; None if it did not exist."""

    events: Any
    before: Any
    after: Any
    is_new: bool


@dataclass(frozen=True)
class Link:
    """A link that was added or removed."""

    events: Any
    field: models.Field
    value: Any
    is_added: bool


@dataclass
class Names:
    """Names of objects by model and key, fetched with one query for each model."""

    wanted: dict[Any, set] = field(default_factory=lambda: defaultdict(set))
    found: dict[Any, dict] = field(default_factory=dict)
    reads_drafts: bool = True

    def ask(self, relation: models.Field, value: Any) -> None:
        if relation.is_relation and value is not None:
            self.wanted[relation.related_model].add(value)

    def fetch(self) -> None:
        for model, keys in self.wanted.items():
            self.found[model] = model._default_manager.in_bulk(keys)

    def of(self, relation: models.Field, value: Any) -> str:
        model = relation.related_model
        if value in self.found[model]:
            named = self.found[model][value]
            if isinstance(named, CaseStudy) and not (self.reads_drafts or named.is_published):
                return _("an unpublished case")
            return str(named)
        return _("%(noun)s %(key)s (deleted)") % {
            "noun": capfirst(str(model._meta.verbose_name)),
            "key": value,
        }


class History:
    """The changes of one object, newest first: `len(history)`, `history[0:25]`."""

    def __init__(self, instance: models.Model, *, reads_drafts: bool = True):
        self.model = type(instance)
        self.reads_drafts = reads_drafts
        self.sources = list(sources(instance))

    def __len__(self) -> int:
        return self.moments().count()

    def __getitem__(self, window: slice) -> list[Change]:
        moments = list(self.moments()[window])
        found: dict[tuple, list[State | Link]] = defaultdict(list)
        for source in self.sources:
            events = list(
                source.queryset()
                .filter(pgh_created_at__in={at for at, _context in moments})
                .order_by("pgh_id")
            )
            for moment, change in links(source, events) if source.far else states(source, events):
                found[moment].append(change)
        names = Names(reads_drafts=self.reads_drafts)
        for change in (change for changes in found.values() for change in changes):
            for relation, value in relations(change):
                names.ask(relation, value)
        names.fetch()
        contexts = Context.objects.in_bulk({context for _at, context in moments if context})
        actors = actors_of(contexts)
        return [
            Change(
                at=at,
                by=actors.get(context, ""),
                verb=self.verb(found[at, context]),
                differences=[
                    difference
                    for change in found[at, context]
                    for difference in self.differences(change, names)
                ],
            )
            for at, context in moments
        ]

    def moments(self) -> models.QuerySet:
        """Return (transaction time, context) of each change, newest first."""
        first, *others = (
            source.queryset().order_by().values_list("pgh_created_at", "pgh_context_id")
            for source in self.sources
        )
        moments = first.union(*others) if others else first.distinct()
        return moments.order_by("-pgh_created_at", "pgh_context_id")

    def is_own(self, change: State | Link) -> bool:
        return change.events is self.model.pgh_event_model

    def verb(self, changes: list[State | Link]) -> str:
        own = [change for change in changes if isinstance(change, State) and self.is_own(change)]
        if own and own[0].is_new:
            return "added"
        return "deleted" if own and own[0].after is None else "changed"

    def differences(self, change: State | Link, names: Names) -> Iterator[Difference]:
        if isinstance(change, Link):
            label = label_of(self.model, change)
            name = names.of(change.field, change.value)
            yield Difference(
                label, "" if change.is_added else name, name if change.is_added else ""
            )
        elif self.is_own(change):
            if change.before is not None and change.after is not None:
                yield from field_differences(change, names, "%s")
        else:
            noun = capfirst(str(change.events.pgh_tracked_model._meta.verbose_name))
            old = described(change.before, names) if change.before is not None else ""
            new = described(change.after, names) if change.after is not None else ""
            if old and new:
                yield from field_differences(change, names, f"{noun} “{new}”: %s")
            elif old or new:
                yield Difference(noun, old, new)


def as_last_known(model: type[models.Model], pk: Any) -> models.Model | None:
    """Return a deleted object as recorded by its last event; None if there is no event."""
    event = model.pgh_event_model.objects.filter(pgh_obj_id=pk).order_by("pgh_id").last()
    if event is None:
        return None
    return model(
        **{
            field.attname: getattr(event, field.attname)
            for field in model._meta.concrete_fields
            if hasattr(event, field.attname)
        }
    )


def sources(instance: models.Model) -> Iterator[Source]:
    """Yield all event tables with events about `instance`."""
    model = type(instance)
    yield Source(model.pgh_event_model, Q(pgh_obj_id=instance.pk))
    if model in OWNED:
        owned, key = OWNED[model]
        yield Source(owned.pgh_event_model, Q(**{f"{key}_id": instance.pk}))
    for name, proxy in TRACKED_LINKS.get(model, {}).items():
        relation = model._meta.get_field(name)
        yield Source(
            proxy.pgh_event_model,
            Q(**{f"{relation.m2m_field_name()}_id": instance.pk}),
            relation.m2m_reverse_field_name(),
        )
    if hasattr(model, "tags"):
        kind = ContentType.objects.get_for_model(model)
        condition = Q(content_type_id=kind.pk, object_id=instance.pk)
        yield Source(TaggedItem.pgh_event_model, condition, "tag")


def states(source: Source, events: list) -> Iterator[tuple[tuple, State]]:
    """Yield the moment of each transaction and the state of each row before and after it."""
    earlier = source.events.objects.filter(
        pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")
    ).order_by("-pgh_id")
    previous = dict(
        source.events.objects.filter(pk__in=[event.pk for event in events])
        .annotate(previous=Subquery(earlier.values("pgh_id")[:1]))
        .values_list("pk", "previous")
    )
    before = source.events.objects.in_bulk({pk for pk in previous.values() if pk})
    yield from grouped(source, events, {pk: before.get(key) for pk, key in previous.items()})


def grouped(source: Source, events: list, before: dict) -> Iterator[tuple[tuple, State]]:
    """Group events into states. `before` maps `pgh_id` to the previous event of the same row."""
    groups: dict[tuple, list] = defaultdict(list)
    for event in events:
        groups[(event.pgh_created_at, event.pgh_context_id), event.pgh_obj_id].append(event)
    for (moment, _row), group in groups.items():
        first, last = group[0], group[-1]
        is_new = first.pgh_label == "insert"
        yield (
            moment,
            State(
                events=source.events,
                before=None if is_new else before.get(first.pk),
                after=None if last.pgh_label == "delete" else last,
                is_new=is_new,
            ),
        )


def links(source: Source, events: list) -> Iterator[tuple[tuple, Link]]:
    """Yield the links changed by each transaction; adding and removing the same link cancel out."""
    relation = source.events._meta.get_field(source.far)
    balance: dict[tuple, int] = defaultdict(int)
    for event in events:
        moment = (event.pgh_created_at, event.pgh_context_id)
        step = {"insert": 1, "delete": -1}.get(event.pgh_label, 0)
        balance[moment, getattr(event, relation.attname)] += step
    for (moment, value), sum_of_steps in balance.items():
        if sum_of_steps:
            yield moment, Link(source.events, relation, value, sum_of_steps > 0)


def label_of(model: type[models.Model], link: Link) -> str:
    """Return the label of the field that a link belongs to: "Cities"."""
    for name, proxy in TRACKED_LINKS.get(model, {}).items():
        if proxy.pgh_event_model is link.events:
            return capfirst(str(model._meta.get_field(name).verbose_name))
    return capfirst(str(link.field.related_model._meta.verbose_name_plural))


def own_fields(event: Any) -> Iterator[models.Field]:
    """Yield the tracked fields of an event model, without those of the event itself."""
    for column in event._meta.fields:
        if not column.name.startswith("pgh_") and column.name != "id":
            yield column


def relations(change: State | Link) -> Iterator[tuple[models.Field, Any]]:
    """Yield the foreign keys whose objects must be named to show this change."""
    if isinstance(change, Link):
        yield change.field, change.value
        return
    for event in (change.before, change.after):
        for column in own_fields(event) if event is not None else ():
            if column.is_relation:
                yield column, getattr(event, column.attname)


def field_differences(state: State, names: Names, label: str) -> Iterator[Difference]:
    """Yield the fields that differ. `label` is a format string for the field name."""
    for column in own_fields(state.after):
        old, new = (getattr(event, column.attname) for event in (state.before, state.after))
        if old == new:
            continue
        name = label % capfirst(str(column.verbose_name))
        old, new = shown(column, old, names), shown(column, new, names)
        is_long = isinstance(column, models.TextField | models.CharField) and (
            max(len(old), len(new)) > LONG
        )
        yield Difference(name, old, new, word_pieces(old, new) if is_long else None)


def described(event: Any, names: Names) -> str:
    """Return a short description of an evidence or appearance event."""
    if isinstance(event, Evidence.pgh_event_model):
        values = {column.attname: getattr(event, column.attname) for column in own_fields(event)}
        return str(Evidence(**values))
    speaker = names.of(event._meta.get_field("speaker"), event.speaker_id)
    return with_commas([speaker, event.title])


def shown(column: models.Field, value: Any, names: Names) -> str:
    """Return a value as text in the active language."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if column.is_relation:
        return names.of(column, value)
    if column.flatchoices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal):
        return number(value, digits=4)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return list_of(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(formats.localize(value))


def acted_by(context: Context | None) -> Any:
    """Return the primary key of the user who was signed in during a change, if any."""
    return context.metadata.get("user") if context is not None else None


def actors_of(contexts: Mapping[Any, Context]) -> dict[Any, str]:
    """Return the names of the acting users by key of the context.

    These are users who were signed in, or speakers who used a signed link.
    """
    people = people_of(contexts.values())
    keys = {key: context.metadata.get("speaker") for key, context in contexts.items()}
    speakers = Speaker.objects.in_bulk({pk for pk in keys.values() if pk})
    found = {}
    for key, context in contexts.items():
        name = people.get(acted_by(context), "")
        if keys[key]:
            speaker = str(speakers.get(keys[key]) or _("a deleted speaker"))
            words = (
                _("%(name)s, using %(speaker)s’s link")
                if name
                else _("%(speaker)s, using the speaker’s own link")
            )
            name = words % {"name": name, "speaker": speaker}
        elif context.metadata.get("link") == "survey":
            name = _("Survey respondent, using the survey link")
        found[key] = name
    return found


def people_of(contexts: Iterable[Context]) -> dict[Any, str]:
    """Return names of the acting users by primary key; never e-mail addresses."""
    wanted = {acted_by(context) for context in contexts} - {None}
    users = get_user_model()._default_manager.in_bulk(wanted)
    return {
        key: str(users[key])
        if key in users
        else _("Member %(number)s (account deleted)") % {"number": key}
        for key in wanted
    }

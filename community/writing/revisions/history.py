"""The public history of a case since its publication: when, what, by whom and why.

It reads the same events as the history at the desk, limited to what readers may know. The member
whose suggested edit was accepted is named; for other changes it says only whether an author or the
editors made them. Authors are not named as such, nor are blocked tags and unreviewed works. The
number of queries does not depend on the number of changes.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext as _
from pghistory.models import Context

from community.models import HiddenChange, Revision, RevisionStatus
from community.writing.drafts import documents as drafts_documents
from repository.history.object_history import (
    Difference,
    History,
    Link,
    Names,
    Source,
    State,
    acted_by,
    grouped,
    links,
    relations,
)
from repository.models import CaseStatus, CaseStudy, Reference, Tag, Webinar

# Changes of these fields are part of the heading, not lines of their own.
SAID = {"status", "published_at", "slug", "series"}


@dataclass(frozen=True)
class Version:
    """One change. `verb` is "published", "changed", "archived", "restored" or "verified".

    `revision` is the accepted suggested edit, if it came from one; otherwise `is_by_author` says
    whether a current author made the change. If it is hidden, its text is left out.
    """

    at: datetime
    verb: str
    revision: Revision | None
    is_by_author: bool
    differences: list[Difference]
    is_hidden: bool = False


def first_published() -> Subquery:
    """The time of the first publication that was not undone, as a column of cases."""
    events = CaseStudy.pgh_event_model.objects.filter(pgh_obj_id=OuterRef("pk"))
    # Readers do not see what was changed after a publication was undone.
    later_private = CaseStudy.pgh_event_model.objects.filter(
        pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__gt=OuterRef("pgh_id")
    ).exclude(status__in=(CaseStatus.PUBLISHED, CaseStatus.ARCHIVED))
    published = events.filter(~Exists(later_private), status=CaseStatus.PUBLISHED)
    return Subquery(published.order_by("pgh_id").values("pgh_created_at")[:1])


class PublicHistory(History):
    """The changes of a case since its publication, newest first: `history[0:10]`.

    `case` needs the annotation `first_published`.
    """

    def __init__(self, case: CaseStudy):
        super().__init__(case)
        self.case = case
        authors = CaseStudy._meta.get_field("authors").m2m_reverse_field_name()
        self.sources = [source for source in self.sources if source.far != authors]

    def moments(self) -> models.QuerySet:
        """The time of each transaction, newest first."""
        since = self.case.first_published or self.case.published_at
        first, *others = (
            source.queryset()
            .filter(pgh_created_at__gte=since)
            .order_by()
            .values_list("pgh_created_at", flat=True)
            for source in self.sources
        )
        return first.union(*others).order_by("-pgh_created_at")

    def __getitem__(self, window: slice) -> list[Version]:  # type: ignore[override]
        times = list(self.moments()[window])
        found: dict[datetime, list[State | Link]] = defaultdict(list)
        contexts: dict[datetime, Any] = {}
        for source, events, before in self.read(times):
            changes = links(source, events) if source.far else grouped(source, events, before)
            for (at, context), change in changes:
                found[at].append(change)
                contexts[at] = contexts.get(at) or context
        names = AllNames()
        for change in (change for changes in found.values() for change in changes):
            for relation, value in relations(change):
                names.ask(relation, value)
        names.fetch()
        actors = Context.objects.in_bulk({key for key in contexts.values() if key})
        authors = set(self.case.authors.values_list("pk", flat=True))
        accepted = self.accepted(times)
        rows = HiddenChange.objects.filter(case=self.case, at__in=times)
        hidden = set(rows.values_list("at", flat=True))
        return [
            Version(
                at=at,
                verb=self.verb_of(at, found[at]),
                revision=accepted.get(at),
                is_by_author=acted_by(actors.get(contexts.get(at))) in authors,
                differences=[]
                if at in hidden
                else list(self.public_differences(at, found[at], names)),
                is_hidden=at in hidden,
            )
            for at in times
        ]

    def read(self, times: list[datetime]) -> Iterator[tuple[Source, list, dict]]:
        """The events of these times by source, each with the previous event; in one query."""
        parts = [event_rows(number, each, times) for number, each in enumerate(self.sources)]
        first, *others = parts
        rows = defaultdict(list)
        for number, now, previous in first.union(*others, all=True).order_by():
            rows[number].append((now, previous))
        for number, source in enumerate(self.sources):
            model = source.events
            events, before = [], {}
            for now, previous in rows[number]:
                event = from_json(model, now)
                events.append(event)
                before[event.pk] = from_json(model, previous) if previous else None
            yield source, sorted(events, key=lambda event: event.pk), before

    def accepted(self, times: list[datetime]) -> dict[datetime, Revision]:
        """The suggested edits that were accepted in these transactions."""
        events = Revision.pgh_event_model.objects.filter(
            case_id=self.case.pk, status=RevisionStatus.ACCEPTED, pgh_created_at__in=times
        )
        rows = events.select_related("pgh_obj__by__membership").defer(
            "pgh_obj__base", "pgh_obj__document"
        )
        return {event.pgh_created_at: event.pgh_obj for event in rows.order_by("pgh_id")}

    def verb_of(self, at: datetime, changes: list[State | Link]) -> str:
        if at == self.case.first_published:
            return "published"
        own = [each for each in changes if isinstance(each, State) and self.is_own(each)]
        if not own or own[0].before is None or own[0].after is None:
            return "changed"
        before, after = own[0].before, own[0].after
        if before.status != after.status:
            return {CaseStatus.ARCHIVED: "archived", CaseStatus.PUBLISHED: "restored"}.get(
                after.status, "changed"
            )
        says_the_same = len(changes) == 1 and all(
            getattr(before, name) == getattr(after, name)
            for name in drafts_documents.TEXTS
            if name != "tags"
        )
        is_checked = before.verified_at != after.verified_at and says_the_same
        return "verified" if is_checked else "changed"

    def public_differences(
        self, at: datetime, changes: list[State | Link], names: Names
    ) -> Iterator[Difference]:
        # Earlier versions of the case were not public.
        if at == self.case.first_published:
            return
        for change in changes:
            if isinstance(change, Link) and not names.is_public(change.field, change.value):
                continue
            if isinstance(change, State) and self.is_own(change) and change.before is not None:
                for name in SAID if change.after is not None else ():
                    attname = CaseStudy._meta.get_field(name).attname
                    setattr(change.before, attname, getattr(change.after, attname))
            yield from self.differences(change, names)


class AllNames(Names):
    """Names of objects of all models with one query."""

    def fetch(self) -> None:
        wanted = sorted(self.wanted.items(), key=lambda pair: pair[0]._meta.label)
        if not wanted:
            return
        parts = [
            model._default_manager.filter(pk__in=keys)
            .order_by()
            .values_list(Value(number, models.IntegerField()), as_json(model))
            for number, (model, keys) in enumerate(wanted)
        ]
        self.found = {model: {} for model, _keys in wanted}
        for number, text in parts[0].union(*parts[1:], all=True).order_by():
            model = wanted[number][0]
            named = from_json(model, text)
            self.found[model][named.pk] = named

    def of(self, relation: models.Field, value: Any) -> str:
        """The name of a related object, replaced by “not public yet” if it is not public."""
        if value in self.found[relation.related_model] and not self.is_public(relation, value):
            return _("not public yet")
        return super().of(relation, value)

    def is_public(self, relation: models.Field, value: Any) -> bool:
        """Whether the object of a relation is public."""
        model = relation.related_model
        named = self.found[model].get(value)
        if model is Tag:
            return named is not None and not named.is_blocked
        if model is Reference:
            return named is not None and not named.is_proposed
        if model is Webinar:
            return named is not None and not named.is_draft
        return True


def event_rows(number: int, source: Source, times: Iterable[datetime]) -> models.QuerySet:
    """(number, event, previous event of the same row) of one source, as JSON texts."""
    model = source.events
    previous: Any = Value(None, models.TextField())
    if not source.far:
        earlier = model.objects.filter(
            pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")
        ).order_by("-pgh_id")
        previous = Subquery(earlier.values_list(as_json(model))[:1])
    return (
        source.queryset()
        .filter(pgh_created_at__in=times)
        .order_by()
        .values_list(
            Value(number, models.IntegerField()), as_json(model), Cast(previous, models.TextField())
        )
    )


def as_json(model: type[models.Model]) -> Cast:
    """All columns of a row as the text of a JSON object."""
    columns = {field.attname: F(field.attname) for field in model._meta.concrete_fields}
    return Cast(JSONObject(**columns), models.TextField())


def from_json(model: type[models.Model], text: str) -> Any:
    """A row from the text made by `as_json`."""
    # Decimals must not become floats: 0.1 has no exact one.
    values = json.loads(text, parse_float=Decimal)
    fields = model._meta.concrete_fields
    return model.from_db(
        DEFAULT_DB_ALIAS,
        [field.attname for field in fields],
        [field.to_python(values[field.attname]) for field in fields],
    )

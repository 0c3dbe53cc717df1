"""The overview of all translations: page by language, with state and age.

Three queries, whatever the number of objects. Without a user, only what everyone may read is
listed.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from repository.models import Origin, Original, TranslatedParagraph, Translation, TranslationState
from repository.translations.kinds import is_visible_to, kinds
from repository.translations.languages import site_languages

# Days of which page views are counted.
COUNTED_DAYS = 90
# Rows for which all page views are counted at once.
MANY = 500
# The filter by state for all in which there is something to translate.
OPEN = "open"


class WorkState(models.TextChoices):
    """How far a translation is that is not public yet."""

    CLAIMED = "claimed", _("Being translated")
    SUGGESTED = "suggested", _("Waiting for review")


@dataclass
class WorkInProgress:
    """Translations that members work on: the app with their workflow registers them here.

    `rows` returns a queryset with `kind`, `object_id`, `language`, `state` and `until`.
    `state` is a `WorkState`, and `until` the end of a claim, or null. Staff and signed-in members
    see it, without any text or name. `reviewed_languages` returns the languages that a member
    reviews.
    """

    rows: Callable[[], models.QuerySet] | None = None
    reviewed_languages: Callable[[Any], Collection[str]] = lambda user: []


work = WorkInProgress()


class Sort(models.TextChoices):
    TITLE = "title", _("Title")
    READ = "read", _("Most read")
    AGE = "age", _("Out of date for longest")


@dataclass(frozen=True)
class Filters:
    """The filters of the overview; `state` is the one in `language`, or in any if that is empty."""

    kind: str = ""
    language: str = ""
    state: str = ""
    text: str = ""
    sort: str = Sort.TITLE


@dataclass(frozen=True)
class Cell:
    """The state of one object in one language. `since` is when it ceased to be up to date."""

    language: str
    state: TranslationState | WorkState | None
    since: datetime | None = None
    # A member is translating it, until the end of the claim.
    work: WorkState | None = None
    until: datetime | None = None
    is_machine_made: bool = False

    @property
    def is_complete(self) -> bool:
        return self.state in (TranslationState.DRAFT, TranslationState.CURRENT)


@dataclass(frozen=True)
class Row:
    kind: str
    object_id: int
    title: str
    language: str
    views: int
    cells: list[Cell] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What identifies the object in forms."""
        return f"{self.kind}-{self.object_id}"

    @property
    def label(self) -> Any:
        return kinds[self.kind].label


@dataclass(frozen=True)
class Share:
    """How much of a selection is translated into a language, in objects."""

    language: str
    total: int
    complete: int
    reviewed: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 only if nothing is missing."""
        return 100 * self.complete // self.total if self.total else 0


def languages() -> list[str]:
    return [code for code, _name in site_languages()]


def originals(filters: Filters, user: Any = None) -> QuerySet[Original]:
    """Return the objects that a user may read and that have text, of a kind and with a title.

    Internal texts are listed only by themselves, so that nobody exports them by accident.
    """
    among = [
        kind
        for kind in kinds
        if filters.kind == kind.name or (not filters.kind and not kind.is_internal)
    ]
    found = Original.objects.filter(is_visible_to(user, among), keys__len__gt=0)
    return found.filter(title__icontains=filters.text) if filters.text else found


def selected(filters: Filters, user: Any = None) -> QuerySet[Original]:
    """Return the objects that match the filters, in no order."""
    found = originals(filters, user)
    if filters.language:
        found = found.exclude(language=filters.language)
    return found.filter(has_state(filters)) if filters.state else found


def has_state(filters: Filters) -> Q | Exists:
    """Return the condition on originals that a translation has a state."""
    in_languages = Q(language=filters.language) if filters.language else Q()
    of_original = Q(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    if filters.state in WorkState:
        if work.rows is None:
            return Q(pk__in=[])
        return Exists(work.rows().filter(of_original, in_languages, state=filters.state))
    translations = Translation.objects.filter(of_original, in_languages)
    if filters.state not in (TranslationState.MISSING, OPEN):
        return Exists(translations.in_state(TranslationState(filters.state)))
    if filters.state == OPEN:
        # In all other states.
        translations = translations.filter(up_to_date__gte=F("total"), up_to_date__gt=0)
    if filters.language:
        return ~Exists(translations)
    others = translations.exclude(language=OuterRef("language")).order_by()
    counted = others.values("kind").annotate(number=Count("pk")).values("number")
    return ~Exists(counted.filter(number__gte=len(languages()) - 1))


# The ORM cannot join aggregates: sums by correlated subqueries take a second with 10,000 objects.
PAGE = """
WITH chosen AS ({chosen}), page AS (
    SELECT chosen.*, {views} AS views, count(*) OVER () AS total,
        row_number() OVER (ORDER BY {order}) AS place
    FROM chosen {join}
    ORDER BY place LIMIT {limit} OFFSET {offset}
)
SELECT kind, object_id, title, language, coalesce(views, CASE kind
    WHEN 'case' THEN (
        SELECT sum(number) FROM repository_dailycount v
        WHERE v.kind = 'view' AND v.day >= {since} AND v.case_id = page.object_id
    )
    WHEN 'webinar' THEN (
        SELECT sum(number) FROM repository_dailycount v
        WHERE v.kind = 'view' AND v.day >= {since} AND v.webinar_id = page.object_id
    )
END, 0)::bigint, total, ARRAY(
    SELECT jsonb_build_object(
        'language', t.language, 'total', t.total, 'up_to_date', t.up_to_date,
        'is_reviewed', t.is_reviewed, 'stale_since', t.stale_since, 'is_machine_made', EXISTS (
            SELECT 1 FROM repository_translatedparagraph p
            WHERE p.translation_id = t.id AND p.origin = 'machine'
        )
    )
    FROM repository_translation t WHERE t.kind = page.kind AND t.object_id = page.object_id
), ARRAY({work})
FROM page ORDER BY place
"""
VIEWS = """
    LEFT JOIN (
        SELECT CASE WHEN case_id IS NULL THEN 'webinar' ELSE 'case' END AS kind,
            coalesce(case_id, webinar_id) AS object_id, sum(number) AS views
        FROM repository_dailycount WHERE kind = 'view' AND day >= {since} GROUP BY 1, 2
    ) AS viewed USING (kind, object_id)
"""
AGE = """
    LEFT JOIN (
        SELECT kind, object_id, min(stale_since) AS since FROM repository_translation
        WHERE {language} IN ('', language) GROUP BY 1, 2
    ) AS aged USING (kind, object_id)
"""
WORK = """
    SELECT jsonb_build_object('language', w.language, 'state', w.state, 'until', w.until)
    FROM ({work}) w WHERE w.kind = page.kind AND w.object_id = page.object_id
"""
ORDERS = {
    Sort.TITLE: "chosen.title, kind, object_id",
    Sort.READ: "coalesce(viewed.views, 0) DESC, chosen.title, kind, object_id",
    Sort.AGE: "aged.since NULLS LAST, chosen.title, kind, object_id",
}


def listed(
    filters: Filters, *, user: Any = None, start: int = 0, stop: int
) -> tuple[list[Row], int]:
    """Return the rows from `start` to `stop`, and how many there are in all. One query."""
    chosen, parameters = (
        selected(filters, user).order_by().values("kind", "object_id", "title", "language").query
    ).sql_with_params()
    values: dict[str, Any] = {}
    of_work, work_parameters = work_query()
    # For some rows, it is quicker to look their views up.
    has_views = filters.sort == Sort.READ or stop - start > MANY
    joins = (VIEWS if has_views else "") + (AGE if filters.sort == Sort.AGE else "")
    statement = sql.SQL(PAGE).format(
        chosen=named(chosen, parameters, "chosen", values),
        since=sql.Placeholder("since"),
        order=sql.SQL(ORDERS[Sort(filters.sort)]),
        views=sql.SQL("viewed.views" if has_views else "NULL::numeric"),
        join=sql.SQL(joins).format(
            since=sql.Placeholder("since"), language=sql.Placeholder("language")
        ),
        limit=sql.Placeholder("limit"),
        offset=sql.Placeholder("offset"),
        work=sql.SQL(WORK).format(work=named(of_work, work_parameters, "work", values))
        if of_work
        else sql.SQL("SELECT NULL::jsonb WHERE false"),
    )
    values |= {
        "since": timezone.localdate() - timedelta(days=COUNTED_DAYS),
        "language": filters.language,
        "limit": stop - start,
        "offset": start,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(), values)
        found = cursor.fetchall()
    rows = [
        Row(kind, key, title, language, views, cells(language, translations, working))
        for kind, key, title, language, views, _total, translations, working in found
    ]
    return rows, found[0][5] if found else 0


def work_query() -> tuple[str, tuple]:
    if work.rows is None:
        return "", ()
    rows = work.rows().order_by().values("kind", "object_id", "language", "state", "until")
    return rows.query.sql_with_params()


def named(text: str, parameters: tuple, prefix: str, values: dict[str, Any]) -> sql.SQL:
    """Return a statement of the ORM with named parameters, whose values are added to `values`."""
    names = [f"{prefix}_{number}" for number in range(len(parameters))]
    values |= dict(zip(names, parameters, strict=True))
    first, *rest = text.split("%s")
    marked = zip(names, rest, strict=True)
    return sql.SQL(first + "".join(f"%({name})s{after}" for name, after in marked))


def cells(original: str, translations: list[str], working: list[str]) -> list[Cell]:
    """Return the cells of a row, one for each language of the site, from JSON."""
    by_language = {row["language"]: row for row in map(json.loads, translations)}
    in_progress = {row["language"]: row for row in map(json.loads, working)}
    return [
        cell(language, language == original, by_language.get(language), in_progress.get(language))
        for language in languages()
    ]


def cell(language: str, is_original: bool, found: dict | None, working: dict | None) -> Cell:
    if is_original:
        return Cell(language, None)
    about: dict[str, Any] = {}
    if working:
        about = {"work": WorkState(working["state"]), "until": moment(working["until"])}
    if found is None:
        return Cell(language, TranslationState.MISSING, **about)
    return Cell(
        language,
        Translation(
            total=found["total"], up_to_date=found["up_to_date"], is_reviewed=found["is_reviewed"]
        ).state,
        moment(found["stale_since"]),
        is_machine_made=found["is_machine_made"],
        **about,
    )


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def shares(filters: Filters, user: Any = None) -> list[Share]:
    """Return how much is translated into each language, whatever its state. Two queries.

    Translations with paragraphs made by a machine are not complete.
    """
    found = originals(filters, user).order_by()
    by_original = dict(found.values_list("language").annotate(Count("pk")))
    of_these = found.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    by_machine = TranslatedParagraph.objects.filter(
        translation=OuterRef("pk"), origin=Origin.MACHINE
    )
    complete = Translation.objects.filter(Exists(of_these), up_to_date__gte=F("total"))
    counted = (
        complete.filter(~Exists(by_machine), up_to_date__gt=0)
        .values("language")
        .annotate(complete=Count("pk"), reviewed=Count("pk", filter=Q(is_reviewed=True)))
    )
    by_language = {row["language"]: row for row in counted}
    every = sum(by_original.values())
    return [
        Share(
            language,
            every - by_original.get(language, 0),
            by_language.get(language, {}).get("complete", 0),
            by_language.get(language, {}).get("reviewed", 0),
        )
        for language in languages()
    ]

"""Figures of the community and the collection: contributions, adoption, and moderation times.

Only public content is counted. Numbers about the actions of members are subject to `suppression`;
those of cases and cities are not about people.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from community.models import Adoption
from partnerships.figures import datasets
from partnerships.figures.periods import Period, tally
from partnerships.figures.suppression import Cell, few, rule, suppress
from repository.pages.tables import Table, cells_of
from repository.places.models import REGIONS

# Each public contribution with each of its authors: once for each kind (all months), each month
# (all kinds), and each month of comments.
CONTRIBUTIONS = """
WITH kind AS (
    SELECT id, model FROM django_content_type WHERE app_label = 'repository'
), made (kind, id, who, at) AS (
    SELECT 'comment', c.id, author_id, c.created_at FROM community_comment c
        JOIN kind ON kind.id = c.content_type_id
        LEFT JOIN repository_casestudy s ON kind.model = 'casestudy' AND s.id = c.object_id
    WHERE standing = 'published' AND (kind.model <> 'casestudy' OR s.status = 'published')
    UNION ALL
    SELECT 'experience', e.id, author_id, e.created_at FROM community_experience e
        JOIN kind ON kind.id = e.content_type_id
        LEFT JOIN repository_casestudy s ON kind.model = 'casestudy' AND s.id = e.object_id
    WHERE standing = 'published' AND (kind.model <> 'casestudy' OR s.status = 'published')
    UNION ALL
    SELECT 'case', s.id, a.user_id, published_at FROM repository_casestudy s
        JOIN repository_casestudy_authors a ON a.casestudy_id = s.id
    WHERE status = 'published'
    UNION ALL
    SELECT 'revision', r.id, by_id, decided_at FROM community_revision r
        JOIN repository_casestudy s ON s.id = r.case_id AND s.status = 'published'
    WHERE r.status = 'accepted'
), dated AS (
    SELECT kind, made.id, who, date_trunc('month', at AT TIME ZONE %(zone)s)::date AS month
    FROM made LEFT JOIN community_user ON community_user.id = who
    WHERE at >= %(since)s AND at < %(until)s AND coalesce(is_sample, false) = %(samples)s
)
SELECT kind, month, count(DISTINCT id) AS n, count(DISTINCT who) AS people FROM dated
GROUP BY GROUPING SETS ((kind), (month), (kind, month))
"""


class Contributions(NamedTuple):
    """Contributions of members: by kind, authors by month, and comments by month."""

    by_kind: dict[str, Cell]
    members: dict[date, int]
    comments: dict[date, Cell]


def contributed(rows: Iterable[dict[str, Any]]) -> Contributions:
    found = Contributions({}, {}, {})
    for row in rows:
        kind, cell = row["kind"], Cell(row["n"], row["people"])
        if row["month"] is None:
            found.by_kind[kind] = cell
            continue
        month = date.fromisoformat(row["month"])
        if kind is None:
            found.members[month] = cell.people
        elif kind == "comment":
            found.comments[month] = cell
    return found


def of_members(period: Period) -> tuple[Contributions, dict[str, dict[str, Any]]]:
    """Return the contributions of members in a period, and times in moderation by kind."""
    found: dict[str, list[dict[str, Any]]] = {"made": [], "waited": []}
    for name, row in rows_of(OF_MEMBERS, period):
        found[name].append(json.loads(row))
    return contributed(found["made"]), {row["kind"]: row for row in found["waited"]}


def rows_of(statement: str, period: Period | None = None) -> list[tuple]:
    values: dict[str, Any] = {"samples": datasets.counts_samples()}
    if period is not None:
        zone = str(period.since.tzinfo)
        values |= {"since": period.since, "until": period.until, "zone": zone}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def contributions(made: Contributions, period: Period) -> Table:
    nothing = Cell(0, 0)
    kinds = {
        "comment": _("Comments"),
        "experience": _("Experiences"),
        "case": _("Case studies"),
        "revision": _("Accepted changes to cases"),
    }
    numbers = suppress([made.by_kind.get(kind, nothing) for kind in kinds], with_total=False)
    return Table(
        "contributions",
        _("Members’ contributions"),
        f"{_('Public contributions by members.')} {period} {rule()}",
        (_("Contribution"), pgettext("how many", "Number")),
        tuple(zip(kinds.values(), numbers, strict=True)),
    )


def active_members(made: Contributions, period: Period) -> Table:
    return Table(
        "active-members",
        _("Active members by month"),
        f"{_('Members who published something that month, each counted once.')} {period} {rule()}",
        (_("Month"), pgettext("how many", "Members")),
        tuple((month_name(month), few(made.members.get(month, 0))) for month in period.months),
    )


def comments_by_month(made: Contributions, period: Period) -> Table:
    cells = [made.comments.get(month, Cell(0, 0)) for month in period.months]
    # Their total is published among the contributions.
    numbers = suppress(cells, with_total=True)
    names = map(month_name, period.months)
    return Table(
        "comments",
        _("Comments by month"),
        f"{_('Public comments.')} {period} {rule()}",
        (_("Month"), _("Comments")),
        tuple(zip(names, numbers, strict=True)),
    )


def month_name(month: date) -> str:
    return date_format(month, "YEAR_MONTH_FORMAT")


# Includes the dates of all content.
ALL_TIME = Period(date(1990, 1, 1), date(2999, 12, 30))
CASES = """
WITH published AS (
    SELECT id FROM repository_casestudy
    WHERE status = 'published' AND is_sample = %(samples)s AND published_at >= %(since)s
        AND published_at < %(until)s
), countries AS (
    SELECT casestudy_id, country_id FROM repository_casestudy_countries
    UNION SELECT cc.casestudy_id, city.country_id
    FROM repository_casestudy_cities cc JOIN repository_city city ON city.id = cc.city_id
)
SELECT 'region', coalesce(c.region, '') AS name, '{}', count(DISTINCT p.id) AS n
    FROM published p LEFT JOIN countries x ON x.casestudy_id = p.id
    LEFT JOIN repository_country c ON c.iso2 = x.country_id GROUP BY coalesce(c.region, '')
UNION ALL
SELECT 'theme', t.name, t.names::text, count(*)
    FROM published p JOIN repository_casestudy_themes x ON x.casestudy_id = p.id
    JOIN repository_theme t ON t.id = x.theme_id GROUP BY t.id
"""


class CaseCount(NamedTuple):
    """The number of cases of a region or a theme; `names` are its translations, as JSON."""

    of: str
    name: str
    names: str
    n: int


def cases(period: Period | None = None) -> tuple[Table, Table]:
    """Published cases by region and by theme; with a period, only those published in it."""
    rows = [CaseCount(*row) for row in rows_of(CASES, period or ALL_TIME)]
    rows.sort(key=lambda row: (-row.n, not row.name, row.name))
    counted = _("Published cases.")
    if period:
        counted = f"{_('Cases published in the period that are still public.')} {period}"
    several_regions = _("A case in several regions counts once in each.")
    several_themes = _("A case with several themes counts once in each.")
    language = get_language() or ""
    return (
        Table(
            "case-regions",
            _("Cases by region"),
            f"{counted} {several_regions}",
            (_("Region"), _("Cases")),
            tuple((region_of_case(row.name), row.n) for row in rows if row.of == "region"),
        ),
        Table(
            "case-themes",
            _("Cases by theme"),
            f"{counted} {several_themes}",
            (_("Theme"), _("Cases")),
            tuple(
                (json.loads(row.names).get(language, row.name), row.n)
                for row in rows
                if row.of == "theme"
            ),
        ),
    )


def region_of_case(name: str) -> str:
    return str(REGIONS.get(name, name or _("No country: an organisation’s perspective")))


# The time in moderation until acceptance or rejection, without undone decisions. For a case, since
# its last submission.
MODERATION = """
WITH decided (kind, who, at, since) AS (
    SELECT 'comment', d.concerns_id, d.created_at, c.created_at
        FROM community_decision d JOIN django_content_type k ON k.id = d.content_type_id
            AND k.app_label = 'community' AND k.model = 'comment'
        JOIN community_comment c ON c.id = d.object_id
    WHERE d.before = 'pending' AND d.undone_at IS NULL
    UNION ALL
    SELECT 'experience', d.concerns_id, d.created_at, e.created_at
        FROM community_decision d JOIN django_content_type k ON k.id = d.content_type_id
            AND k.app_label = 'community' AND k.model = 'experience'
        JOIN community_experience e ON e.id = d.object_id
    WHERE d.before = 'pending' AND d.undone_at IS NULL
    UNION ALL
    SELECT 'case', d.concerns_id, d.created_at, (
            SELECT max(s.created_at) FROM community_submission s
            WHERE s.case_id = d.object_id AND s.created_at <= d.created_at
        )
        FROM community_decision d JOIN django_content_type k ON k.id = d.content_type_id
            AND k.app_label = 'repository' AND k.model = 'casestudy'
    WHERE d.before = 'submitted' AND d.undone_at IS NULL
)
SELECT kind, count(*) AS n, count(DISTINCT who) AS people,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM at - since) / 3600) AS hours
FROM decided LEFT JOIN community_user ON community_user.id = who
WHERE since IS NOT NULL AND at >= %(since)s AND at < %(until)s
    AND coalesce(is_sample, false) = %(samples)s
GROUP BY kind
"""


OF_MEMBERS = f"""
SELECT 'made', to_jsonb(part) FROM ({CONTRIBUTIONS}) AS part
UNION ALL SELECT 'waited', to_jsonb(part) FROM ({MODERATION}) AS part
"""  # noqa: S608


def moderation(waited: Mapping[str, dict[str, Any]], period: Period) -> Table:
    """The median time that contributions of members were in moderation."""
    nothing = {"n": 0, "people": 0, "hours": None}
    rows = []
    for kind, name in {
        "comment": _("Comments"),
        "experience": _("Experiences"),
        "case": _("Case studies"),
    }.items():
        row = waited.get(kind, nothing)
        (number,) = suppress([Cell(row["n"], row["people"])], with_total=False)
        hours = round(row["hours"]) if isinstance(number, int) and number else None
        rows.append((name, number, hours))
    what = _("Contributions that a moderator has reviewed, by type.")
    return Table(
        "moderation",
        _("Review times"),
        f"{what} {period} {rule()}",
        (_("Contribution"), _("Decisions"), _("Hours, median")),
        tuple(rows),
        words=1,
    )


# Each city counts once for a practice, with its latest report, as on the practice's page.
ADOPTION = """
WITH latest AS (
    SELECT DISTINCT ON (object_id, city_id) object_id, e.status
    FROM community_experience e JOIN django_content_type k ON k.id = e.content_type_id
        AND k.app_label = 'repository' AND k.model = 'practice'
        JOIN repository_city city ON city.id = e.city_id AND city.is_sample = %(samples)s
    WHERE standing = 'published'
    ORDER BY object_id, city_id, year DESC, e.id DESC
)
SELECT p.name, latest.status, count(*) FROM latest
JOIN repository_practice p ON p.id = latest.object_id GROUP BY p.id, latest.status
"""
# The maximum number of rows listed by name.
LIMIT = 50


def adoption() -> tuple[Table, Table]:
    """Adoption of practices by stage, and by practice."""
    by_status: dict[str, int] = defaultdict(int)
    by_practice: dict[str, int] = defaultdict(int)
    for name, status, n in rows_of(ADOPTION):
        by_status[status] += n
        if status in (Adoption.ADOPTED, Adoption.ADAPTED):
            by_practice[name] += n
    counted = _(
        "Published experiences with practices. Each city counts once per practice, with "
        "its latest experience."
    )
    most = sorted(by_practice.items(), key=lambda pair: (-pair[1], pair[0]))[:LIMIT]
    names = cells_of("practice", [name for name, _n in most])
    return (
        Table(
            "adoption",
            _("Adoption of practices by cities"),
            counted,
            (_("Status"), _("Cities")),
            tally(Adoption, by_status),
        ),
        Table(
            "adopted",
            _("Practices adopted or adapted by cities"),
            counted,
            (_("Practice"), _("Cities")),
            tuple((names[name], n) for name, n in most),
        ),
    )

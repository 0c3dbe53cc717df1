"""Offers and needs that a report's editors inferred become suggestions.

What the city has confirmed stays its offer or need; its suggestion is then an adopted one, so that
loading the series does not suggest it again. What nobody confirmed becomes a suggestion, open if it
was published. Its old row stays with the status "replaced", because decisions, notices and the
history refer to it. Keys were unique among offers and among needs; they are now unique among both.
"""

from django.db import migrations

# For each kind of listing. The text is copied as it is; loading the series again writes its new one.
# Two of the series of 2020 have no basis in the report: they are not suggested.
SUGGEST = """
INSERT INTO partnerships_suggestion (
    key, kind, city_id, country_id, title, description, rendered, status, published_at,
    decided_at, {kind}_id
)
SELECT {key}, '{kind}', city_id, country_id, title, description, rendered,
    CASE
        WHEN confirmed_at IS NOT NULL THEN 'adopted'
        WHEN status = 'published' THEN 'open'
        ELSE 'declined'
    END,
    COALESCE(published_at, changed_at),
    CASE
        WHEN confirmed_at IS NOT NULL THEN confirmed_at
        WHEN status <> 'published' THEN GREATEST(changed_at, reviewed_at)
    END,
    CASE WHEN confirmed_at IS NOT NULL THEN id END
FROM partnerships_{kind} listing
WHERE report_key <> '' AND (city_id IS NOT NULL OR country_id IS NOT NULL)
    AND (confirmed_at IS NOT NULL
        OR report_key NOT IN ('kolkata-bangladesh', 'zhengzhou-rail-partners'))
"""
COPY_LINKS = """
INSERT INTO partnerships_suggestion_{links} (suggestion_id, {column})
SELECT suggestion.id, link.{column}
FROM partnerships_suggestion suggestion
    JOIN partnerships_{kind} listing ON suggestion.kind = '{kind}' AND suggestion.key = {key}
        AND listing.report_key <> ''
    JOIN partnerships_{kind}_{links} link ON link.{kind}_id = listing.id
ORDER BY link.id
"""
REPLACE = """
UPDATE partnerships_{kind} SET status = 'replaced'
WHERE report_key <> '' AND confirmed_at IS NULL
"""
FORGET_RECORDS = "DELETE FROM repository_loadrecord WHERE kind IN ('offer', 'need')"
KEYS = {
    "offer": "listing.report_key",
    "need": """CASE WHEN EXISTS (
        SELECT FROM partnerships_offer WHERE partnerships_offer.report_key = listing.report_key
    ) THEN left(listing.report_key, 115) || '-need' ELSE listing.report_key END""",
}
LINKS = {"practices": "practice_id", "themes": "theme_id", "cases": "casestudy_id"}
STATEMENTS = [
    *(SUGGEST.format(kind=kind, key=key) for kind, key in KEYS.items()),
    *(
        COPY_LINKS.format(kind=kind, key=key, links=links, column=column)
        for kind, key in KEYS.items()
        for links, column in LINKS.items()
    ),
    *(REPLACE.format(kind=kind) for kind in KEYS),
    FORGET_RECORDS,
]


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0016_suggestions"),
    ]

    operations = [migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop)]

"""Practices that a text seems to be about.

Words are compared as in the search (`repository/sql/search_1_text.sql`), with the names, summaries
and themes of practices, and with the synonyms of `repository/content/practice_synonyms.yaml`. A
word counts more the fewer practices have it. One query.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.db import connection

from repository.text.parsing import plain

SYNONYMS = Path(settings.BASE_DIR) / "repository" / "content" / "practice_synonyms.yaml"
# Longer texts are cut off: the longest fields of a form hold 5,000 characters together.
MAX_CHARACTERS = 6_000
# What a word counts in the name or a synonym, in the summary or a theme, and in the description.
WEIGHTS = {"name": 3.0, "head": 1.5, "text": 0.4}
# Practices with less than this share of the points of the first are left out, and those with fewer
# points than a word of a name that only a few practices have.
MIN_SHARE, MIN_POINTS = 0.4, 1.2

# User input is always passed as a parameter. The language of the text need not be known: it is read
# in all languages of the site. Their stop words and single letters count nothing.
SUGGEST = """
WITH asked AS (
    SELECT repository_clean(%(text)s) AS clean
), token AS (
    SELECT DISTINCT token FROM asked, unnest(repository_tokens(clean)) AS token
    WHERE length(token) > 1 AND NOT EXISTS (
        SELECT FROM unnest(%(site)s::text[]) AS reader
        WHERE repository_is_stop_word(token, reader)
    )
), wanted (token, lexeme) AS (
    -- What a word may be in each language counts once.
    SELECT DISTINCT token, repository_stem_key(repository_stem(token, language), language)
    FROM token, unnest(%(site)s::text[]) AS site (language)
    UNION
    SELECT lexeme, lexeme FROM asked, unnest(repository_pieces(clean)) WHERE length(lexeme) > 1
), further (id, language, words, weight) AS (
    SELECT practice.id, language, words, %(name)s::float
    FROM unnest(%(slugs)s::text[], %(languages)s::text[], %(synonyms)s::text[])
            AS given (slug, language, words)
        JOIN repository_practice practice USING (slug)
    UNION ALL
    SELECT practice_id, translated.language, translated.name, %(head)s
    FROM repository_practice_themes JOIN repository_theme theme ON theme.id = theme_id,
        jsonb_each_text(names) AS translated (language, name)
), word AS (
    SELECT id, lexeme, weight FROM further, repository_clean(words) AS clean,
        unnest(repository_stems(clean, language) || repository_pieces(clean))
    UNION ALL
    SELECT object_id::bigint, lexeme, %(name)s
    FROM repository_searchentry, unnest(title_words) WHERE kind = 'practice'
    UNION ALL
    SELECT object_id::bigint, lexeme, %(head)s
    FROM repository_searchentry, unnest(head_words) WHERE kind = 'practice'
    UNION ALL
    SELECT object_id::bigint, lexeme, %(body)s
    FROM repository_searchentry, unnest(all_words) WHERE kind = 'practice'
), found AS (
    SELECT id, token, lexeme, max(weight) AS weight FROM word JOIN wanted USING (lexeme)
    GROUP BY id, token, lexeme
), counted AS (
    -- 1 for a word that one practice alone has.
    SELECT id, token, weight
        * (1 - ln(count(*) OVER (PARTITION BY token, lexeme)) / ln(practices + 1.0)) AS points
    FROM found, (SELECT count(*) AS practices FROM repository_practice) AS known
), best AS (
    SELECT id, token, max(points) AS points FROM counted GROUP BY id, token
)
SELECT id, slug, sum(points) AS points, array_agg(token ORDER BY best.points DESC, token)
FROM best JOIN repository_practice USING (id)
GROUP BY id, slug ORDER BY points DESC, slug LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A practice, its points, and the words of the text that fit it, with most points first."""

    pk: int
    slug: str
    points: float
    words: tuple[str, ...]


def suggest_practices(text: str, most: int = 5) -> list[Suggested]:
    """Return at most `most` practices that fit a text in any language of the site, best first.

    Empty if no word says enough.
    """
    text = plain(text[:MAX_CHARACTERS]).encode("utf-8", "replace").decode()
    if not text.strip() or most < 1:
        return []
    slugs, languages, synonyms = synonyms_by_language()
    with connection.cursor() as cursor:
        if connection.in_atomic_block:
            # Entries are updated when a transaction commits; apply its own changes first.
            cursor.execute("SET CONSTRAINTS repository_apply_search_changes IMMEDIATE")
        cursor.execute(
            SUGGEST,
            {
                "text": text,
                "site": [code for code, _name in settings.LANGUAGES],
                "slugs": slugs,
                "languages": languages,
                "synonyms": synonyms,
                "most": most,
                "name": WEIGHTS["name"],
                "head": WEIGHTS["head"],
                "body": WEIGHTS["text"],
            },
        )
        rows = [
            Suggested(pk, slug, float(points), tuple(words))
            for pk, slug, points, words in cursor.fetchall()
        ]
    least = max(MIN_POINTS, MIN_SHARE * rows[0].points) if rows else 0
    return [row for row in rows if row.points >= least]


@cache
def synonyms_by_language() -> tuple[list[str], list[str], list[str]]:
    """Return columns of slugs, languages, and synonyms as lines of text."""
    data = yaml.safe_load(SYNONYMS.read_text(encoding="utf-8"))
    rows = [
        (slug, language, "\n".join(words))
        for slug, by_language in data.items()
        for language, words in by_language.items()
    ]
    slugs, languages, synonyms = zip(*rows, strict=True)
    return list(slugs), list(languages), list(synonyms)

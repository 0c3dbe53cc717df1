"""Whether members have added anything to a page of the collection, told by one query."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from community.discussion.subjects import content_type, word_of

# In SQL: every such page asks it, and most have nothing that the ORM would have to make objects of.
ADDITIONS = """
SELECT
    EXISTS (
        SELECT FROM community_comment
        WHERE content_type_id = %(type)s AND object_id = %(number)s
    ),
    EXISTS (
        SELECT FROM community_experience
        WHERE content_type_id = %(type)s AND object_id = %(number)s
    ) OR EXISTS (SELECT FROM community_experience WHERE city_id = %(city)s),
    EXISTS (SELECT FROM community_attachment WHERE case_id = %(case)s),
    EXISTS (SELECT FROM repository_casestudy_authors WHERE casestudy_id = %(case)s)
"""
# What other apps add, by name: one more column each, in SQL, with the same parameters.
added: dict[str, str] = {}


@dataclass(frozen=True)
class Additions:
    """Whether there are comments, reports and files, of any standing, and what other apps add.

    `has_authors`: whether members wrote it, and not the collection.
    """

    has_comments: bool
    has_experiences: bool
    has_attachments: bool
    has_authors: bool = False
    more: dict[str, Any] = field(default_factory=dict, compare=False)


def additions(subject: models.Model) -> Additions:
    """What the page of an object has, asked once: most pages have nothing yet."""
    known = subject.__dict__.get("_additions")
    if known is None:
        known = subject._additions = ask(subject)
    return known


def ask(subject: models.Model) -> Additions:
    word = word_of(subject)
    parameters = {
        "type": content_type(word).pk,
        "number": subject.pk,
        "city": subject.pk if word == "city" else None,
        "case": subject.pk if word == "case" else None,
    }
    with connection.cursor() as cursor:
        cursor.execute("".join([ADDITIONS, *(f", {sql}" for sql in added.values())]), parameters)
        comments, experiences, attachments, authors, *more = cursor.fetchone()
    more_by_name = dict(zip(added, more, strict=True))
    return Additions(comments, experiences, attachments, authors, more_by_name)

"""Whether the partnership desk has anything to add to the page of a city, told by one query."""

from dataclasses import dataclass

from django.db import connection

from repository.models import City

# In SQL: each page of a city asks it, and most have nothing that the ORM would have to make
# objects of.
ADDITIONS = """
SELECT
    EXISTS (
        SELECT FROM partnerships_offer WHERE city_id = %(city)s AND status = 'published'
    ) OR EXISTS (
        SELECT FROM partnerships_need WHERE city_id = %(city)s AND status = 'published'
    ) OR EXISTS (
        SELECT FROM partnerships_partnershiprequest WHERE city_id = %(city)s AND status = 'open'
    ),
    EXISTS (SELECT FROM partnerships_cityprofile WHERE city_id = %(city)s)
    OR EXISTS (
        SELECT FROM partnerships_representation WHERE city_id = %(city)s AND status = 'approved'
    ),
    EXISTS (SELECT FROM partnerships_suggestion WHERE city_id = %(city)s AND status = 'open')
"""


@dataclass(frozen=True)
class Additions:
    """Whether a city may have something on the board, something to say of itself, and suggestions
    of the editors."""

    may_have_rows: bool
    may_have_profile: bool
    may_have_suggestions: bool


def additions(city: City) -> Additions:
    """What the page of a city may have, asked once: most have nothing yet."""
    known = city.__dict__.get("_partnership_additions")
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(ADDITIONS, {"city": city.pk})
            known = Additions(*cursor.fetchone())
        city.__dict__["_partnership_additions"] = known
    return known

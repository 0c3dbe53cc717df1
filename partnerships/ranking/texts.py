"""What cities wrote that is close in meaning to the text of a request.

The vectors of both texts are stored (`repository.embeddings`): no engine is asked.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any, Literal

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from partnerships.ranking.facts import Ask, CloseText
from repository.embeddings.meaning import threshold
from repository.embeddings.sources import source_of

# Requests with the offers or needs of which a sentence is at least so close to the title and the
# challenge of the request, the closest of each city. Written in SQL because the ORM cannot
# join texts to each other: one query for all requests of a round. The inner product of vectors of
# unit length is their cosine. That a passage is not outdated is checked last, for the few that are
# close, since it computes the digest of the text.
CLOSEST = """
WITH model AS (
    SELECT id FROM repository_embeddingmodel WHERE name = %s AND version = %s
), asked AS MATERIALIZED (
    SELECT current.object_id::bigint AS request, passage.digest, passage.vector
    FROM repository_passage passage JOIN ({requests}) current
        ON current.object_id = passage.object_id AND current.digest = passage.source_digest
    WHERE passage.kind = 'request' AND passage.position = 0
        AND passage.model_id = (SELECT id FROM model)
), written AS {materialized} (
    SELECT listing.city_id, listing.id AS listing, passage.source_digest, passage.digest,
        passage.vector
    FROM {table} listing JOIN repository_passage passage
        ON passage.kind = %s AND passage.object_id = listing.id::varchar
    WHERE listing.status = 'published'
        AND (listing.valid_until IS NULL OR listing.valid_until >= %s)
        AND listing.city_id = ANY (%s::bigint[])
        AND passage.model_id = (SELECT id FROM model)
), pair AS MATERIALIZED (
    SELECT request, city_id, listing, source_digest, written.digest, asked.digest AS asked,
        -(asked.vector <#> written.vector) AS similarity
    FROM asked JOIN written ON -(asked.vector <#> written.vector) >= %s
)
SELECT DISTINCT ON (request, city_id) request, city_id, listing, pair.digest, asked, similarity
FROM pair JOIN ({listings}) current
    ON current.object_id = listing::varchar AND current.digest = source_digest
ORDER BY request, city_id, similarity DESC, listing, pair.digest
"""


def with_texts(asks: Iterable[Ask], cities: Collection[int]) -> list[Ask]:
    """Return requests with what these cities wrote that is close to them.

    Offers, or needs if the request is an offer. One query for each of the two; none without an
    engine, or if its model has not been calibrated.
    """
    asks = list(asks)
    least, most = threshold("near"), threshold("duplicate")
    if not settings.EMBEDDINGS_URL or least is None or most is None:
        return asks
    found: dict[int, dict[int, CloseText]] = {}
    for record in ("offer", "need"):
        wanted = [ask.pk for ask in asks if (ask.direction == "offer") == (record == "need")]
        if wanted and cities:
            for request, city, pk, digest, asked, similarity in closest(
                record, wanted, cities, least
            ):
                closeness = closeness_of(similarity, least, most)
                text = CloseText(record, pk, closeness, digest, asked)
                found.setdefault(request, {})[city] = text
    return [replace(ask, texts=found.get(ask.pk, {})) for ask in asks]


def closeness_of(similarity: float, least: float, most: float) -> float:
    """Return 0 for texts that are hardly close, 1 for those that say the same."""
    return round(min(1.0, max(0.0, (similarity - least) / (most - least))), 3)


def closest(
    record: Literal["offer", "need"],
    requests: Collection[int],
    cities: Collection[int],
    least: float,
) -> list[tuple[int, int, int, str, str, float]]:
    """Return requests with cities, the closest listing of each, the passages of the listing and of
    the request that are close, by digest, and the similarity."""
    name, _at, version = settings.EMBEDDINGS_MODEL.partition("@")
    close = RawSQL("SELECT listing FROM pair", [])
    texts, of_texts = current("request").filter(pk__in=requests).query.sql_with_params()
    listings, of_listings = current(record).filter(pk__in=close).query.sql_with_params()
    sql = CLOSEST.format(
        table=f"partnerships_{record}",
        requests=texts,
        listings=listings,
        # For one request the vectors need not be stored. For several, PostgreSQL would compare each
        # with all listings before it looks at their cities.
        materialized="NOT MATERIALIZED" if len(requests) == 1 else "MATERIALIZED",
    )
    values: list[Any] = [name, version, *of_texts, record, timezone.localdate(), list(cities)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, least, *of_listings])
        return cursor.fetchall()


def current(kind: str) -> QuerySet:
    """Return the texts of a kind as they are now: key and digest."""
    return source_of(kind).rows().values("object_id", "digest")

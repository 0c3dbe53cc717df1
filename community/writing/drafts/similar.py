"""Published cases and practices similar to a case that a member writes."""

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce, Concat, Greatest

from repository.models import CaseStudy, Practice, SearchKind
from repository.search.queries import search

LIMIT = 5
# Candidates: search results for the title and the summary, and cases that share a practice.
CANDIDATES = 60
MINIMUM = 0.3


def similar_cases(document: dict) -> list[CaseStudy]:
    """Up to five published cases on the same subject, most similar first, for cards.

    Each has `shared`, the number of common practices.
    """
    found = set()
    for text in (document["title"], document["summary"]):
        hits = search(text, kinds=[SearchKind.CASE], per_page=CANDIDATES).hits
        found |= {int(hit.object_id) for hit in hits}
    published = CaseStudy.objects.published()
    same = Q(practices__slug__in=document["practices"])
    found |= set(published.filter(same).newest().values_list("pk", flat=True)[:CANDIDATES])
    text = f"{document['title']} {document['summary']}"
    likeness = TrigramWordSimilarity(Value(text), Concat("title", Value(" "), "summary"))
    backwards = TrigramWordSimilarity(Concat("title", Value(" "), "summary"), Value(text))
    return list(
        published.filter(pk__in=found)
        .annotate(shared=Count("practices", filter=same, distinct=True))
        .annotate(likeness=Coalesce(Greatest(likeness, backwards), Value(0.0)))
        .filter(Q(likeness__gte=MINIMUM) | Q(shared__gt=0))
        .order_by((F("likeness") + F("shared") * 0.3).desc(), "-pk")
        .for_cards()[:LIMIT]
    )


def similar_practices(document: dict) -> list[Practice]:
    """Practices that the title names or that resemble the proposed ones, and are not ticked."""
    texts = [document["title"], *(row["name"] for row in document["proposed"])]
    ticked = set(document["practices"])
    found = practices_like(*texts)
    return [practice for practice in found if practice.slug not in ticked][:LIMIT]


def practices_like(*texts: str) -> list[Practice]:
    """Search results for each of the texts: up to three for each, nine in all."""
    found = []
    for text in texts:
        hits = search(text, kinds=[SearchKind.PRACTICE], per_page=3).hits
        found += [int(hit.object_id) for hit in hits]
    rows = Practice.objects.in_bulk(found[:9])
    return [rows[pk] for pk in dict.fromkeys(found[:9]) if pk in rows]

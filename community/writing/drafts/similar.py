"""Published cases and practices similar to a case that a member writes."""

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce, Concat, Greatest

from repository.models import CaseStudy, Practice, SearchKind
from repository.practices.word_suggestions import suggest_practices
from repository.search.queries import search

LIMIT = 5
# Candidates: search results for the title and the summary, and cases that share a practice.
CANDIDATES = 60
MINIMUM = 0.3
# Suggested practices, and the points of one word of a name; see `repository.practices`.
MOST_PRACTICES, MIN_POINTS = 3, 3.0


def similar_cases(document: dict) -> list[CaseStudy]:
    """Up to five published cases on the same subject, most similar first, for cards; often none.

    Each has `shared`, the number of practices in common, ticked or suggested by the text.
    """
    practices = [*document["practices"], *suggested_practices(document)]
    found = set()
    for text in (document["title"], document["summary"]):
        hits = search(text, kinds=[SearchKind.CASE], per_page=CANDIDATES).hits
        found |= {int(hit.object_id) for hit in hits}
    published = CaseStudy.objects.published()
    same = Q(practices__slug__in=practices)
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


def suggested_practices(document: dict) -> list[str]:
    """Slugs of practices that fit the text of a case and are not ticked, best first; often none.

    One common word is not enough: a practice needs more points than a word of its name.
    """
    texts = [document[name] for name in ("title", "summary", "challenge", "solution")]
    texts += [row["name"] for row in document["proposed"]]
    found = suggest_practices("\n".join(filter(None, texts)), MOST_PRACTICES)
    return [
        suggested.slug
        for suggested in found
        if suggested.points > MIN_POINTS and suggested.slug not in document["practices"]
    ]


def practices_like(text: str) -> list[Practice]:
    """Up to five practices that may be the same as a proposed one, best first, for moderators."""
    slugs = [suggested.slug for suggested in suggest_practices(text, LIMIT)]
    rows = Practice.objects.in_bulk(slugs, field_name="slug")
    return [rows[slug] for slug in slugs]

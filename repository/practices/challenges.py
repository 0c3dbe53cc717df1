"""Challenges that practices address, in plain words: texts to compare with those of a request."""

from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.db.models import F, Func, JSONField, QuerySet, TextField, Value

from repository.embeddings.sources import Source, described, sources
from repository.models import Practice

CHALLENGES = Path(settings.BASE_DIR) / "repository" / "content" / "practice_challenges.yaml"
KIND = "challenge"
LANGUAGE = "en"


@cache
def challenges() -> dict[str, list[str]]:
    """Return the challenges of each practice by its slug."""
    return yaml.safe_load(CHALLENGES.read_text(encoding="utf-8"))


def challenge_rows() -> QuerySet:
    """Return the challenges of each practice as one text: each of them becomes a passage.

    Without the name of the practice, which is not in the words of a request. With it, fewer right
    practices come first: 10 instead of 12 of the 12 requests used for tuning.
    """
    first = {slug: texts[0] for slug, texts in challenges().items()}
    others = {slug: "\n".join(texts[1:]) for slug, texts in challenges().items()}
    rows = Practice.objects.filter(slug__in=first).annotate(
        first_challenge=by_slug(first), other_challenges=by_slug(others), no_title=Value("")
    )
    return described(
        rows,
        KIND,
        title="no_title",
        summary="first_challenge",
        body=["other_challenges"],
        language=Value(LANGUAGE),
    )


def by_slug(texts: dict[str, str]) -> Func:
    return Func(
        Value(texts, JSONField()),
        F("slug"),
        function="jsonb_extract_path_text",
        output_field=TextField(),
    )


def declare() -> None:
    sources.append(Source((KIND,), challenge_rows))

"""Evaluate the search with questions in seven languages: `make evaluate`, docs/search.md.

    make evaluate                   all figures, by half, engine and language
    make evaluate ARGS="--misses"   also the questions that the fused search does not answer

Measures of ir-measures, with the grades of questions.yaml: recall@3 is the share of questions with
an entry that answers it among the first three (Success@3; there is often only one), MRR the mean
of 1 / the rank of the first, nDCG@10 counts all grades.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import django
import ir_measures
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from ir_measures import RR, Success, nDCG

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "fr", "es", "pt", "ar", "zh", "ru")
HALVES = ("tuning", "held-out")
ENGINES = ("keyword", "semantic", "fused")
ANSWERS = 2  # the grade of an entry that answers the question
RECALL, MRR, NDCG = Success(rel=ANSWERS) @ 3, RR(rel=ANSWERS), nDCG @ 10
NAMES = {RECALL: "recall@3", MRR: "MRR", NDCG: "nDCG@10"}
# Off-topic questions that the threshold must turn away.
TURNED_AWAY = 0.95


def needs(half: str) -> list[dict[str, Any]]:
    every = yaml.safe_load((FOLDER / "questions.yaml").read_text(encoding="utf-8"))
    return [need for need in every if need["half"] == half]


def off_topic(half: str) -> list[dict[str, str]]:
    every = yaml.safe_load((FOLDER / "off_topic.yaml").read_text(encoding="utf-8"))
    return every[HALVES.index(half) :: 2]


def slugs() -> dict[tuple[str, str], str]:
    from repository.models import SearchEntry

    rows = SearchEntry.objects.values_list("kind", "object_id", "slug")
    return {(kind, object_id): f"{kind}:{slug}" for kind, object_id, slug in rows}


def searches() -> dict[str, Callable[[str, str], list[tuple[str, str]]]]:
    """Return the engines: question and language to keys of entries, best first."""
    from repository.search.meaning import near_in_meaning
    from repository.search.parsing import read_query
    from repository.search.queries import search

    def fused(text: str, language: str) -> list[tuple[str, str]]:
        return [(hit.kind, hit.object_id) for hit in search(text, language=language).hits]

    def keyword(text: str, language: str) -> list[tuple[str, str]]:
        with override_settings(EMBEDDINGS_URL=""):
            return fused(text, language)

    def semantic(text: str, language: str) -> list[tuple[str, str]]:
        return list(near_in_meaning(read_query(text)).passages)

    return {"keyword": keyword, "semantic": semantic, "fused": fused}


def ranking(engine: str, half: str, language: str) -> dict[str, dict[str, float]]:
    """Return the entries that an engine finds for each need, with falling scores."""
    names, find = slugs(), searches()[engine]
    return {
        need["id"]: {
            names[key]: 1 / place for place, key in enumerate(find(need[language], language), 1)
        }
        for need in needs(half)
    }


def figures(engine: str, half: str, language: str) -> dict[Any, float]:
    """Return the measures of an engine in one language."""
    grades = {need["id"]: need["relevant"] for need in needs(half)}
    found = ranking(engine, half, language)
    return ir_measures.calc_aggregate(list(NAMES), grades, found)


def share_turned_away(half: str) -> float:
    """Return the share of off-topic questions for which the fused search finds nothing."""
    find = searches()["fused"]
    asked = off_topic(half)
    return sum(not find(each["question"], each["language"]) for each in asked) / len(asked)


def calibrated(half: str) -> float:
    """Return the least relevance that turns away `TURNED_AWAY` of the off-topic questions."""
    from repository.search.meaning import near_in_meaning
    from repository.search.parsing import read_query

    measured = sorted(
        near_in_meaning(read_query(each["question"])).relevance for each in off_topic(half)
    )
    # Just above the first that may pass.
    return measured[int(TURNED_AWAY * len(measured))] + 0.001


def table(half: str) -> Iterator[str]:
    """Yield the rows of a Markdown table."""
    yield f"| {half} | " + " | ".join(LANGUAGES) + " | all |"
    yield "|---" * (len(LANGUAGES) + 2) + "|"
    for engine in ENGINES:
        by_language = [figures(engine, half, language) for language in LANGUAGES]
        for measure, name in NAMES.items():
            values = [each[measure] for each in by_language]
            yield row(f"{engine} {name}", [*values, sum(values) / len(values)])


def row(title: str, values: Iterable[float]) -> str:
    return f"| {title} | " + " | ".join(f"{value:.2f}" for value in values) + " |"


def misses(half: str) -> Iterator[str]:
    """Yield the questions without an answer among the first three, with what comes first."""
    for language in LANGUAGES:
        found = ranking("fused", half, language)
        for need in needs(half):
            first = list(found[need["id"]])[:3]
            if not any(answers(need["relevant"], name) for name in first):
                yield f"{half} {language} {need['id']}: {', '.join(first) or 'nothing'}"


def answers(grades: Mapping[str, int], name: str) -> bool:
    return grades.get(name, 0) == ANSWERS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.repository.search.evaluation")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    django.setup()

    from repository.embeddings import engine as embedding_engine
    from tests import engines

    call_command("migrate", verbosity=0)
    call_command("load_series", settings.BASE_DIR / "repository" / "content" / "series-2020")
    # Quality is measured here, and not speed.
    embedding_engine.QUERY_TIMEOUT = 30
    other = settings.EMBEDDINGS_URL
    engine = nullcontext(other) if other else engines.embedded_engine()
    with engine as url, override_settings(EMBEDDINGS_URL=url):
        engines.embed_everything()
        print(f"{settings.EMBEDDINGS_MODEL}, calibrated on the tuning half:", end=" ")
        print(f"question: {calibrated('tuning'):.3f}\n")
        for half in HALVES:
            print("\n".join(table(half)))
            print(f"\nOff-topic questions without results: {share_turned_away(half):.0%}\n")
            if options.misses:
                print("\n".join(misses(half)), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

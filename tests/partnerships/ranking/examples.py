"""The worked examples of matching_examples.yaml, as requests and cities."""

import csv
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from partnerships.ranking.explanations import Labels
from partnerships.ranking.facts import (
    Ask,
    CloseText,
    Constraint,
    Knowledge,
    Need,
    Place,
    Source,
    about,
)
from partnerships.ranking.starting_points import Evidence, Holder, HolderKind, Record

CONTENT = Path(settings.BASE_DIR) / "repository" / "content"
SERIES = CONTENT / "series-2020"


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


BOOK = read(Path(__file__).with_name("matching_examples.yaml"))
EXAMPLES = {example["name"]: example for example in BOOK["examples"]}


@cache
def countries():
    with (CONTENT / "countries.csv").open(encoding="utf-8", newline="") as file:
        return {row["iso2"]: row for row in csv.DictReader(file)}


@cache
def practices():
    return {entry["slug"]: entry for entry in read(SERIES / "practices.yaml")}


def of_practice(slug):
    return about(practices=[slug], themes=practices()[slug]["themes"])


@cache
def cities():
    """The entries of the cities of the collection and of those that ask, by slug."""
    listed = read(SERIES / "cities.yaml")
    found = {entry["slug"]: {"pk": pk, **entry} for pk, entry in enumerate(listed, start=1)}
    return found | BOOK["places"]


@cache
def cases():
    """What the case of a city shows, by slug of the city: practices and Goals."""
    found = {}
    for path in sorted((SERIES / "cases").glob("*.md")):
        head = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
        for slug in head["cities"]:
            found.setdefault(slug, []).append((head["practices"], head["goals"]))
    return found


def facts_of_country(iso2):
    country = countries()[iso2]
    return {
        "country": iso2,
        "region": country["region"],
        "subregion": country["intermediate_region"] or country["subregion"],
        "income_group": country["income_group"],
        "is_southern": country["development"] == "developing",
        "is_ldc": country["ldc"] == "yes",
        "is_lldc": country["lldc"] == "yes",
        "is_sids": country["sids"] == "yes",
        "is_country_landlocked": True if country["lldc"] == "yes" else None,
    }


def place(slug, suppose=None):
    """A city with its known facts and those of an example."""
    entry = cities()[slug] | (suppose or {})
    knowledge = []
    for shown, goals in cases().get(slug, []):
        whole = about(goals=goals).union(*map(of_practice, shown))
        knowledge.append(Knowledge(Source.CASE, whole))
    for practice, status in entry.get("experience", {}).items():
        knowledge.append(Knowledge(Source(status), of_practice(practice)))
    need = entry.get("need", {})
    wanted = [of_practice(practice) for practice in need.get("practices", [])]
    wanted += [about(themes=[theme]) for theme in need.get("themes", [])]
    return Place(
        pk=entry["pk"],
        **facts_of_country(entry["country"]),
        has_sea_port=entry.get("sea_port"),
        has_dry_port=entry.get("dry_port"),
        has_rail_hub=entry.get("rail_hub"),
        has_air_hub=entry.get("air_hub"),
        population=entry.get("population"),
        setting=entry.get("setting", ""),
        languages=frozenset(entry.get("working_languages", [])),
        knowledge=tuple(knowledge),
        needs=tuple(Need(about) for about in wanted),
        capacity=entry.get("capacity"),
        **{
            key: entry.get(key, 0)
            for key in ("partners", "answered", "asked", "completed", "ended")
        },
    )


@cache
def holders():
    """The countries and organisations with cases and suggestions of the series.

    A case without a city is about its countries, and without either about its organisations.
    """
    found = {}
    for number, path in enumerate(sorted((SERIES / "cases").glob("*.md"))):
        head = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
        if head["cities"]:
            continue
        subjects = about(goals=head["goals"]).union(*map(of_practice, head["practices"]))
        case = Evidence(record=Record.CASE, pk=number, about=subjects)
        for key in head["countries"] or head["organizations"]:
            found.setdefault((bool(head["countries"]), key), []).append(case)
    for number, entry in enumerate(read(SERIES / "suggestions.yaml")):
        if "country" in entry:
            subjects = about(themes=entry["themes"]).union(
                *map(of_practice, entry.get("practices", []))
            )
            record = Record(f"suggested-{entry['kind']}")
            suggestion = Evidence(record=record, pk=number, about=subjects)
            found.setdefault((True, entry["country"]), []).append(suggestion)
    return [
        Holder(
            kind=HolderKind.COUNTRY if is_country else HolderKind.ORGANIZATION,
            key=key,
            name=key,
            place=Place(pk=-number, **(facts_of_country(key) if is_country else {})),
            evidence=tuple(evidence),
        )
        for number, ((is_country, key), evidence) in enumerate(sorted(found.items()), start=1)
    ]


def request_of(example):
    """The request of an example and all cities that could answer it."""
    suppose = example.get("suppose", {})
    ask = Ask(
        pk=1,
        requester=place(example["from"]),
        direction=example.get("direction", "seek"),
        practices=frozenset(example.get("practices", [])),
        themes=frozenset(example.get("themes", [])),
        goals=frozenset(example.get("goals", [])),
        offers=frozenset().union(*map(of_practice, example.get("brings", []))),
        constraints=tuple(map(Constraint.read, example.get("constraints", []))),
        texts={
            cities()[slug]["pk"]: CloseText("offer", number, closeness)
            for number, (slug, closeness) in enumerate(example.get("texts", {}).items(), start=1)
        },
    )
    return ask, [place(slug, suppose.get(slug)) for slug in cities()]


def labels():
    return Labels(
        {entry["pk"]: entry["name"] for entry in cities().values()},
        {slug: entry["name"] for slug, entry in practices().items()},
        {entry["slug"]: entry["name"] for entry in read(SERIES / "themes.yaml")},
    )

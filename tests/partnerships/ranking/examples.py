"""The worked examples of matching_examples.yaml, as requests and cities."""

import csv
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from partnerships.ranking.explanations import Labels, Reader
from partnerships.ranking.facts import (
    Ask,
    CloseText,
    Constraint,
    Knowledge,
    Need,
    Place,
    Source,
    about,
    without_abandoned,
)
from partnerships.ranking.starting_points import Evidence, Holder, HolderKind, Record
from partnerships.ranking.summaries import summary

CONTENT = Path(settings.BASE_DIR) / "repository" / "content"
SERIES = CONTENT / "series-2020"
SAMPLE = Path(settings.BASE_DIR) / "partnerships" / "sample" / "content"
# The year in which the sample is read.
NOW = 2026
HUBS = {"sea": "sea_port", "dry": "dry_port", "rail": "rail_hub", "air": "air_hub"}


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
    return found | BOOK["places"] | samples()


@cache
def samples():
    """The sample cities with their reports, offers and needs, by "~" and their key."""
    reports, listings = read(SAMPLE / "experiences.yaml"), read(SAMPLE / "listings.yaml")
    found = {}
    for pk, row in enumerate(read(SAMPLE / "cities.yaml"), start=1001):
        key = row["slug"].removeprefix("sample-")
        found[f"~{key}"] = {
            "pk": pk,
            "name": row["name"],
            "country": row["country"],
            "population": row["population"],
            "working_languages": row["speaks"],
            "setting": row["setting"],
            "corridors": row["corridors"],
            "capacity": row["partners"],
            **{field: hub in row["hubs"] for hub, field in HUBS.items()},
            "experiences": [
                [practice, status, NOW - years, bool(worked) and status in ("adopted", "adapted")]
                for city, practice, years, status, worked, *_more in reports
                if city == key
            ],
            # Published over the two years before.
            "offer": {row[1]: NOW - 1 for row in listings["offers"] if row[0] == key},
            "need": {"practices": [row[1] for row in listings["needs"] if row[0] == key]},
        }
    return found


@cache
def cases():
    """What the cases of a city show, by its key: practices and Goals."""
    found = {}
    for row in read(SAMPLE / "cases.yaml"):
        if row.get("stage") == "published":
            found.setdefault(f"~{row['city']}", []).append((row["practices"], []))
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
        knowledge.append(Knowledge(Source.CASE, whole, has_results=True))
    reports = [[practice, given] for practice, given in entry.get("experience", {}).items()]
    reports += entry.get("experiences", [])
    for practice, status, *more in reports:
        year, has_results = (*more, None, False)[:2] if len(more) != 1 else (more[0], False)
        knowledge.append(
            Knowledge(Source(status), of_practice(practice), has_results=has_results, year=year)
        )
    for practice, year in entry.get("offer", {}).items():
        knowledge.append(Knowledge(Source.OFFER, of_practice(practice), year=year))
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
        knowledge=tuple(filter(None, without_abandoned(knowledge))),
        is_sample=slug.startswith("~"),
        corridors=frozenset(entry.get("corridors", [])),
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


def card_of(candidate, example):
    """All that a card says of a candidate to a broker, in one text."""
    reader = Reader(you=cities()[example["from"]]["pk"], other=candidate.place, is_broker=True)
    reasons = {each.factor: each.reasons for each in candidate.factors}
    found = summary(reasons, candidate.notes, (), labels(), reader)
    shown = [*found.strengths, *found.abandoned]
    return "\n".join(
        [
            found.headline,
            *(each.text for each in shown),
            *found.missing,
            *found.returns,
            *found.questions,
        ]
    )

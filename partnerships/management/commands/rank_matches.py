import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partnerships.models import PartnershipRequest
from partnerships.ranking.explanations import FACTORS, Labels, sentences
from partnerships.ranking.holders import starting_points_for
from partnerships.ranking.loading import Gathered, ranked
from partnerships.ranking.matching import Candidate, Exclusion, Ranking
from partnerships.ranking.request_files import FileErrors, RequestFile, read_request
from partnerships.ranking.starting_points import StartingPoint
from repository.models import City
from repository.places.country_names import country_name
from repository.practices.suggestions import suggest as suggest_subjects


class Command(BaseCommand):
    help = (
        "Print the candidates for a partnership request with factors and reasons, the cities that "
        "are not eligible, and the countries and organisations that have what the request needs."
    )

    def add_arguments(self, parser):
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("partnership_request", type=int, nargs="?", metavar="REQUEST_ID")
        which.add_argument("--file", type=Path, help="a request in a JSON file; it is not saved")
        parser.add_argument(
            "--suggest",
            action="store_true",
            help="also use practices suggested by the text of the file",
        )
        parser.add_argument("--format", choices=["json", "text"], default="text")
        parser.add_argument(
            "--most", type=int, default=50, help="maximum number of candidates to print (50)"
        )

    def handle(
        self,
        *,
        partnership_request: int | None,
        file: Path | None,
        suggest: bool,
        format: str,
        most: int,
        **options,
    ):
        most = max(most, 0)
        read = None
        if suggest and file is None:
            raise CommandError("Practices can only be suggested for a file. Add --file.")
        if file is not None:
            read = self.read(file, suggest)
            gathered, ranking = read.ranked(most=most)
        else:
            try:
                gathered, ranking = ranked(partnership_request, most=most)
            except PartnershipRequest.DoesNotExist:
                raise CommandError(
                    f"There is no partnership request {partnership_request}."
                ) from None
        shown = [*ranking.candidates, *ranking.related, *ranking.exclusions]
        cities = City.objects.select_related("country").in_bulk(
            {gathered.asks[0].requester.pk, *(each.place for each in shown)}
        )
        points = starting_points_for(gathered)
        if format == "json":
            data = as_data(gathered, ranking, points, cities, read)
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=1))
        else:
            if suggest and read:
                self.stdout.write(f"Practices: {', '.join(read.practices)}")
            self.print_text(gathered, ranking, points, cities, read)

    def read(self, file: Path, suggest: bool) -> RequestFile:
        try:
            text = file.read_text(encoding="utf-8-sig")
            return read_request(text, suggested_practices if suggest else None)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from None
        except FileErrors as mistake:
            raise CommandError("\n".join([f"{file}:", *mistake.errors])) from None

    def print_text(
        self,
        gathered: Gathered,
        ranking: Ranking,
        points: tuple[StartingPoint, ...],
        cities: dict[int, City],
        read: RequestFile | None,
    ) -> None:
        labels = labels_for(gathered, ranking, cities, read)
        write = self.stdout.write
        write(f"Candidates: {ranking.count}")
        if ranking.is_unanswered:
            write("No city here has this yet.")
        for number, candidate in enumerate(ranking.candidates, start=1):
            country = cities[candidate.place].country.localized_name
            place = labels.place(candidate.place)
            write(f"\n{number}. {place}: {candidate.total} (city, {country})")
            for factor in candidate.factors:
                name = FACTORS[factor.factor]
                write(f"   {name}: {factor.points} / {factor.most / 10:g}")
                for sentence in sentences(factor.reasons, labels):
                    write(f"     {sentence}")
                for quote in labels.quotes_in(factor.reasons):
                    write(f"       {quote.title} ({quote.language}): {quote.text}")
            for note in sentences(candidate.notes, labels):
                write(f"   {note}")
        for related in ranking.related:
            name = labels.place(related.place)
            write(f"\nRelated experience: {name}: {related.total}")
        [ask] = gathered.asks
        if ask.working_languages:
            origin = "" if ask.languages else " (from the city’s profile)"
            write(f"\nLanguages: {', '.join(sorted(ask.working_languages))}{origin}")
        write(f"\nCountries and organisations: {len(points)}")
        for point in points:
            holder = point.holder
            write(f"   {holder.name} ({holder.kind}): {point.points} / {point.most / 10:g}")
            for about in point.subjects:
                write(f"     {labels.subject(about)}")
            for evidence in point.evidence:
                write(f"     {evidence.record}: {evidence.title}")
            if point.organizations:
                write(f"     who could answer: {', '.join(point.organizations)}")
            for sentence in sentences(point.exclusions, labels_of(point, labels)):
                write(f"     {sentence}")
        write(f"\nNot eligible: {len(ranking.exclusions)}")
        for left in ranking.exclusions:
            write("   " + " ".join(sentences(left.reasons, labels)))
        for constraint, more in ranking.without.items():
            write(f"   Without {constraint}: +{more}")
        write(f"\nCities without anything the request needs: {gathered.silent}")


def suggested_practices(texts: Sequence[str]) -> list[int]:
    return [suggested.pk for suggested in suggest_subjects(texts).practices]


def as_data(
    gathered: Gathered,
    ranking: Ranking,
    points: tuple[StartingPoint, ...],
    cities: dict[int, City],
    read: RequestFile | None,
) -> dict[str, Any]:
    """Return everything to print as JSON, with the names and sentences of the active language."""
    labels = labels_for(gathered, ranking, cities, read)
    [ask] = gathered.asks
    requester = cities.get(ask.requester.pk)

    def city_data(each: Candidate | Exclusion) -> dict[str, Any]:
        city = cities[each.place]
        return {"kind": "city", "name": str(city), "country": city.country_id}

    def candidate_data(each: Candidate) -> dict[str, Any]:
        more = {
            "points": each.tenths / 10,
            "sentences": sentences(each.reasons, labels),
            "quotes": [
                {
                    name: value
                    for name, value in asdict(quote).items()
                    if not name.startswith("asked")
                }
                for quote in labels.quotes_in(each.reasons)
            ],
        }
        return city_data(each) | each.as_data() | more

    return {
        "request": None if read else ask.pk,
        "from": {
            "city": requester.name if requester else read and read.name,
            "country": requester.country_id if requester else read and read.country,
        },
        "practices": sorted(ask.practices),
        "languages": sorted(ask.working_languages),
        # Whether they are those in the profile of the city, as the request names none.
        "languages_of_city": not ask.languages and bool(ask.working_languages),
        "silent": gathered.silent,
        "cities": {pk: str(city) for pk, city in sorted(cities.items())},
        **ranking.as_data(),
        "candidates": [candidate_data(each) for each in ranking.candidates],
        "related": [candidate_data(each) for each in ranking.related],
        "starting_points": [
            {"points": point.tenths / 10}
            | point.as_data()
            | {
                "country": point.holder.place.country or None,
                "sentences": sentences(point.exclusions, labels_of(point, labels)),
            }
            for point in points
        ],
        "exclusions": [
            city_data(each) | each.as_data() | {"sentences": sentences(each.reasons, labels)}
            for each in ranking.exclusions
        ],
    }


def labels_for(
    gathered: Gathered, ranking: Ranking, cities: dict[int, City], read: RequestFile | None
) -> Labels:
    """Return labels that also name a requester outside the collection."""
    described = [*ranking.candidates, *ranking.related]
    labels = gathered.vocabulary.labels(
        cities.values(), [reason for each in described for reason in each.reasons]
    )
    if read is None:
        return labels
    name = read.name or country_name(read.country)
    return replace(labels, places={read.ask.requester.pk: name, **labels.places})


def labels_of(point: StartingPoint, labels: Labels) -> Labels:
    """Return labels with the name of a country or an organisation."""
    return replace(labels, places={point.holder.place.pk: point.holder.name, **labels.places})

"""Cities that the collection does not have: what there is from their country."""

from dataclasses import dataclass

from repository.cases.facets import Count, all_counts
from repository.models import CaseFacet, CaseStudy, City, Country
from repository.places import gazetteer
from repository.search.queries import SearchResults
from repository.translations.reading import CARD, translate

MOST_CASES = 5


@dataclass(frozen=True)
class Elsewhere:
    """A place of the gazetteer that no entry mentions, with its country and the newest cases there.

    `count` is the number of all cases from the country.
    """

    name: str
    country: Country
    cases: list[CaseStudy]
    count: Count


def find_elsewhere(results: SearchResults, edition: str) -> Elsewhere | None:
    """Return the place that the whole query names, if nothing was found for it as typed.

    None also if the place is in the collection, or if only its alternate name was typed and a
    corrected spelling finds something. Runs no query unless the gazetteer has the name.
    """
    query = results.query
    has_words = any(not hit.is_near_only for hit in results.hits)
    if has_words and not results.corrected and not results.is_any_word:
        return None
    if any(term.is_quoted or term.is_negated for term in query.terms):
        return None
    name = str(query)
    places = gazetteer.find(name, limit=1) if len(name) > 2 else []
    if not places:
        return None
    [place] = places
    is_main_name = gazetteer.fold(place.name) == gazetteer.fold(name)
    if not is_main_name and (results.corrected or not is_alternate_name(name, place)):
        return None
    if City.objects.filter(geoname_id=place.geoname_id).exists():
        return None
    country = Country.objects.filter(pk=place.country).first()
    if country is None:
        return None
    there = CaseFacet.objects.of("country", country.iso2).newest()
    cases = there[:MOST_CASES].cards()
    translate(("case", cases), only=CARD)
    return Elsewhere(place.name, country, cases, all_counts(edition).of("country", country.iso2))


def is_alternate_name(name: str, place: gazetteer.Place) -> bool:
    """Is `name` a whole name of the place, and not only the beginning of one?"""
    return place in gazetteer.look_up([(name, place.country)])[(name, place.country)]

"""Load countries and organisations with records about a request, in two queries."""

from collections.abc import Iterator, Mapping
from operator import itemgetter

from partnerships.ranking import records
from partnerships.ranking.facts import Ask, Place
from partnerships.ranking.loading import Gathered, facts_of
from partnerships.ranking.starting_points import (
    Evidence,
    Holder,
    HolderKind,
    Record,
    StartingPoint,
    starting_points,
)
from partnerships.ranking.vocabulary import Vocabulary
from repository.models import Country, Organization


def starting_points_for(gathered: Gathered) -> tuple[StartingPoint, ...]:
    """Return the countries and organisations that have what one request asks for."""
    [ask] = gathered.asks
    return starting_points(ask, holders(ask, gathered.vocabulary), gathered.weights)


def holders(ask: Ask, vocabulary: Vocabulary) -> list[Holder]:
    """Load the countries and organisations with a record about a subject of the request."""
    wanted = frozenset(wish.about for wish in ask.wishes)
    if not wanted:
        return []
    countries = list(records.known_countries(vocabulary, wanted))
    # Also those that cases of these countries name.
    named = {
        pk for country in countries for row in country.case_list for pk in row["organizations"]
    }
    organizations = records.known_organizations(vocabulary, wanted, named).in_bulk()
    names = {pk: str(organization) for pk, organization in organizations.items()}
    owners = [
        *((HolderKind.COUNTRY, each.pk, each, facts_of(each)) for each in countries),
        *((HolderKind.ORGANIZATION, each.slug, each, {}) for each in organizations.values()),
    ]
    found = []
    # Cities have positive primary keys.
    for number, (kind, key, owner, facts) in enumerate(sorted(owners, key=itemgetter(0, 1)), 1):
        place = Place(pk=-number, is_represented=False, **facts)
        if evidence := tuple(evidence_of(owner, wanted, vocabulary, names)):
            found.append(
                Holder(kind=kind, key=key, name=str(owner), place=place, evidence=evidence)
            )
    return found


def evidence_of(
    owner: Country | Organization,
    wanted: frozenset[str],
    vocabulary: Vocabulary,
    names: Mapping[int, str],
) -> Iterator[Evidence]:
    """Yield the records of a country or an organisation that are about a wanted subject."""
    is_country = isinstance(owner, Country)
    found = [(Record.OFFER, row) for row in owner.offer_list]
    found += [(Record.CASE, row) for row in owner.case_list]
    if is_country:
        found += [(Record.NEED, row) for row in owner.need_list]
        found += [(Record(f"suggested-{row['kind']}"), row) for row in owner.suggestion_list]
    for record, row in found:
        about = vocabulary.about(row["practices"], row["themes"], row.get("goals", ())) & wanted
        if about:
            organizations = row.get("organizations", ()) if is_country else ()
            yield Evidence(
                record=record,
                pk=row["pk"],
                about=about,
                modalities=frozenset(row.get("modalities", ())),
                title=row["title"],
                # The editors suggest in English.
                language=row.get("language", "en"),
                slug=row.get("slug", ""),
                organizations=tuple(names[pk] for pk in organizations),
            )

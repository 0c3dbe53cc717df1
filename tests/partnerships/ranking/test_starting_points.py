"""Countries and organisations that have what a request asks for."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from partnerships.models import ListingStatus, PartnershipRequest, SuggestionKind
from partnerships.ranking.factors import Weights
from partnerships.ranking.facts import Ask, Constraint, Knowledge, Place, Source, about
from partnerships.ranking.holders import starting_points_for
from partnerships.ranking.loading import gather
from partnerships.ranking.matching import compare
from partnerships.ranking.starting_points import (
    Evidence,
    Holder,
    HolderKind,
    Record,
    starting_points,
)
from tests import factories as f
from tests.factories import partnerships as p
from tests.partnerships.ranking import places as generated
from tests.partnerships.ranking.examples import EXAMPLES, holders, request_of

RULES = about(practices=["rules"], themes=["customs"])
ASK = Ask(pk=1, requester=Place(pk=9, country="BJ"), practices=frozenset(["rules"]))
NOW = timezone.now()


def evidence(record, subjects=RULES, pk=1, **values):
    return Evidence(record=record, pk=pk, about=subjects, **values)


def country(*records, key="BY", **facts):
    return Holder(
        kind=HolderKind.COUNTRY,
        key=key,
        name=key,
        place=Place(pk=-1, country=key, **facts),
        evidence=records,
    )


def organization(*records, key="uneca"):
    return Holder(
        kind=HolderKind.ORGANIZATION, key=key, name=key, place=Place(pk=-2), evidence=records
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_start_as_in_the_worked_examples(name):
    example = EXAMPLES[name]
    ask, _cities = request_of(example)
    found = starting_points(ask, holders())
    kept = [point.holder.key for point in found if not point.exclusions]
    left_out = {point.holder.key: point.exclusions[0].code for point in found if point.exclusions}
    assert (kept, left_out) == (example.get("start", []), example.get("start_out", {}))


def test_points_are_those_of_a_city_with_the_same_records():
    records = [evidence(Record.OFFER, modalities=frozenset(["training"])), evidence(Record.CASE)]
    [point] = starting_points(ASK, [country(*records)])
    place = Place(
        pk=1,
        knowledge=(
            Knowledge(Source.OFFER, RULES, frozenset(["training"])),
            Knowledge(Source.CASE, RULES),
        ),
    )
    [candidate] = compare(ASK, [place])
    fit = candidate.factors[0]
    assert (point.tenths, point.most) == (fit.tenths, fit.most)
    assert point.subjects == ("practice:rules",)


def test_suggestions_are_shown_and_count_nothing():
    case, suggested = evidence(Record.CASE), evidence(Record.SUGGESTED_OFFER)
    [alone] = starting_points(ASK, [country(case)])
    [point] = starting_points(ASK, [country(suggested, case)])
    assert point.tenths == alone.tenths > 0
    assert [each.record for each in point.evidence] == [Record.CASE, Record.SUGGESTED_OFFER]
    [point] = starting_points(ASK, [country(suggested)])
    assert point.tenths == 0


def test_a_theme_in_common_is_not_enough_for_a_request_about_a_practice():
    customs = evidence(Record.CASE, about(themes=["customs"], goals=[8]))
    ask = Ask(
        pk=1,
        requester=Place(pk=9),
        practices=frozenset(["rules"]),
        themes=frozenset(["customs"]),
        goals=frozenset([8]),
    )
    assert starting_points(ask, [country(customs)]) == ()
    of_themes = Ask(pk=1, requester=Place(pk=9), themes=frozenset(["customs"]))
    [point] = starting_points(of_themes, [country(customs)])
    assert point.subjects == ("theme:customs",)
    of_goals = Ask(pk=1, requester=Place(pk=9), goals=frozenset([8]))
    [point] = starting_points(of_goals, [country(customs)])
    assert point.subjects == ("goal:8",)


def test_an_offer_finds_who_looks_for_it():
    ask = Ask(pk=1, requester=Place(pk=9), direction="offer", practices=frozenset(["rules"]))
    has, needs = country(evidence(Record.CASE)), country(evidence(Record.NEED), key="KZ")
    suggested = country(evidence(Record.SUGGESTED_NEED), key="KG")
    found = starting_points(ask, [has, needs, suggested])
    assert [point.holder.key for point in found] == ["KZ", "KG"]
    assert [point.holder.key for point in starting_points(ASK, [has, needs, suggested])] == ["BY"]


@pytest.mark.parametrize(
    ("constraint", "left_out"),
    [
        ("region:Europe", []),
        ("region:Asia", ["must.region"]),
        ("country:BY", []),
        ("other-country", []),
        ("sea-port", ["must.sea-port"]),
        # Not known of a country as a whole.
        ("speaks:fr", []),
        ("rail-hub", []),
    ],
)
def test_a_requirement_that_is_known_to_be_broken_leaves_a_country_out(constraint, left_out):
    ask = Ask(
        pk=1,
        requester=ASK.requester,
        practices=ASK.practices,
        constraints=(Constraint.read(constraint),),
    )
    belarus = country(evidence(Record.CASE), region="Europe", is_country_landlocked=True)
    [point] = starting_points(ask, [belarus])
    assert [reason.code for reason in point.exclusions] == left_out
    # Where an organisation has its seat says little about where it works.
    [point] = starting_points(ask, [organization(evidence(Record.OFFER))])
    assert point.exclusions == ()


def test_best_first_and_left_out_last():
    ask = Ask(
        pk=1,
        requester=ASK.requester,
        practices=frozenset(["rules", "rail"]),
        constraints=(Constraint.read("other-country"),),
    )
    both = evidence(Record.CASE, about(practices=["rules", "rail"]))
    one = evidence(Record.CASE)
    holders = [
        country(both, key="BJ"),
        country(one, key="BY"),
        organization(both),
        country(one, key="AM"),
    ]
    keys = ["uneca", "AM", "BY", "BJ"]
    assert [point.holder.key for point in starting_points(ask, holders)] == keys
    assert [point.holder.key for point in starting_points(ask, holders[::-1])] == keys


@given(
    generated.asks(),
    st.lists(st.tuples(st.sampled_from(Record), generated.matters, st.integers(1, 9)), max_size=4),
    generated.weights,
)
def test_points_stay_within_the_factor(ask, records, weights):
    holder = country(*(evidence(record, subjects, pk) for record, subjects, pk in records))
    for point in starting_points(ask, [holder], Weights.read(weights)):
        assert 0 <= point.tenths <= point.most
        assert point.subjects
        assert point.evidence


# Reading the database


@pytest.fixture
def rules(db):
    return f.PracticeFactory(slug="rules", themes=[f.ThemeFactory(slug="customs")])


@pytest.fixture
def asked(rules):
    """An open request of Cotonou for that practice."""
    cotonou = f.CityFactory(name="Cotonou", country=f.CountryFactory(iso2="BJ", region="Africa"))
    return p.PartnershipRequestFactory(opened=True, city=cotonou, practices=[rules])


@pytest.fixture
def belarus(db):
    return f.CountryFactory(iso2="BY", region="Europe")


def found(asked):
    return starting_points_for(gather([asked.pk]))


def test_a_country_with_a_case_and_a_suggestion(asked, rules, belarus):
    customs = f.OrganizationFactory(name="State Customs Committee", acronym="GTK")
    case = f.CaseStudyFactory(
        published=True, countries=[belarus], organizations=[customs], practices=[rules]
    )
    suggestion = p.SuggestionFactory(city=None, country=belarus, practices=[rules], cases=[case])
    [point] = found(asked)
    assert (point.holder.kind, point.holder.key, point.holder.name) == ("country", "BY", "Belarus")
    assert point.tenths == 200
    assert [(each.record, each.pk) for each in point.evidence] == [
        (Record.CASE, case.pk),
        (Record.SUGGESTED_OFFER, suggestion.pk),
    ]
    assert (point.evidence[0].slug, point.evidence[0].title) == (case.slug, case.title)
    assert point.organizations == ("State Customs Committee (GTK)",)
    assert point.holder.place.is_country_landlocked is True
    # No city has it.
    assert gather([asked.pk]).places == ()


def test_offers_of_countries_and_organizations(asked, rules, belarus):
    uneca = f.OrganizationFactory(slug="uneca", name="Economic Commission for Africa")
    p.OfferFactory(city=None, country=belarus, practices=[rules], modalities=["investment"])
    p.OfferFactory(city=None, organization=uneca, practices=[rules], modalities=["training"])
    # The request is for training.
    assert [(point.holder.key, point.tenths) for point in found(asked)] == [
        ("uneca", 100),
        ("BY", 50),
    ]


def test_a_case_without_a_place_is_about_its_organizations(asked, rules, belarus):
    uneca = f.OrganizationFactory(slug="uneca")
    f.CaseStudyFactory(published=True, organizations=[uneca], practices=[rules])
    assert [point.holder.key for point in found(asked)] == ["uneca"]


def test_needs_are_found_for_an_offer(asked, rules, belarus):
    PartnershipRequest.objects.update(direction="offer")
    need = p.NeedFactory(city=None, country=belarus, practices=[rules])
    suggestion = p.SuggestionFactory(
        city=None, country=belarus, kind=SuggestionKind.NEED, practices=[rules]
    )
    [point] = found(asked)
    assert [each.pk for each in point.evidence] == [need.pk, suggestion.pk]
    assert point.tenths == 320


def not_shown(name, rules, belarus):
    of_belarus = {"city": None, "country": belarus, "practices": [rules]}
    match name:
        case "pending":
            p.OfferFactory(pending=True, **of_belarus)
        case "over":
            p.OfferFactory(valid_until=NOW.date() - timedelta(days=2), **of_belarus)
        case "closed":
            p.OfferFactory(status=ListingStatus.CLOSED, **of_belarus)
        case "draft":
            f.CaseStudyFactory(countries=[belarus], practices=[rules])
        case "declined":
            p.SuggestionFactory(declined=True, **of_belarus)
        case "need":
            p.NeedFactory(**of_belarus)
        case "other":
            p.OfferFactory(city=None, country=belarus, practices=[f.PracticeFactory()])
        case "city":
            city = f.CityFactory(country=belarus)
            organization = f.OrganizationFactory()
            f.CaseStudyFactory(
                published=True,
                cities=[city],
                countries=[belarus],
                organizations=[organization],
                practices=[rules],
            )


@pytest.mark.parametrize(
    "name", ["pending", "over", "closed", "draft", "declined", "need", "other", "city"]
)
def test_what_is_not_public_valid_or_of_a_country_is_left_out(asked, rules, belarus, name):
    not_shown(name, rules, belarus)
    assert found(asked) == ()


def test_take_a_fixed_number_of_queries(asked, rules):
    gathered = gather([asked.pk])
    counts = []
    for size in (1, 3):
        for _ in range(size):
            p.OfferFactory(city=None, country=f.CountryFactory(), practices=[rules])
        with CaptureQueriesContext(connection) as queries:
            points = starting_points_for(gathered)
        counts.append(len(queries))
    # Countries and organisations, with their records.
    assert counts == [2, 2]
    assert len(points) == 4

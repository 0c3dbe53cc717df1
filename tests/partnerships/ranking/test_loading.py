"""Matching reads everything that is published and valid from the database, and nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.fill import fill_partnerships
from community.models import Adoption, Standing
from partnerships.models import (
    Answer,
    Brokering,
    ListingStatus,
    MatchStatus,
    PartnershipRequest,
    PartnershipStatus,
    PartyRole,
    RefusalReason,
)
from partnerships.ranking.facts import Constraint, Knowledge, Need, Place, Source, about
from partnerships.ranking.loading import answers_of, compared, gather, ranked
from repository.models import CaseStatus, Goal
from repository.places.setting import NOT_DEVELOPING
from tests import factories as f
from tests.factories import partnerships as p
from tests.partnerships.ranking.examples import countries
from tests.partnerships.ranking.places import QUERIES

pytestmark = pytest.mark.django_db
NOW = timezone.now()
RAIL = about(practices=["rail"], themes=["logistics"])


def test_landlocked_states_are_44():
    developing = {iso2 for iso2, row in countries().items() if row["lldc"] == "yes"}
    assert len(developing) == 32
    assert len(developing | NOT_DEVELOPING) == 44
    assert {countries()[iso2]["region"] for iso2 in NOT_DEVELOPING} == {"Europe"}


@pytest.fixture
def rail():
    """A practice of the theme "logistics"."""
    return f.PracticeFactory(slug="rail", themes=[f.ThemeFactory(slug="logistics")])


@pytest.fixture
def request_for_rail(rail):
    """An open request of Cotonou for that practice and its theme."""
    country = f.CountryFactory(iso2="BJ", region="Africa", subregion="Sub-Saharan Africa")
    country.intermediate_region = "Western Africa"
    country.save()
    cotonou = f.CityFactory(name="Cotonou", country=country, working_languages=["fr"])
    return p.PartnershipRequestFactory(
        opened=True, city=cotonou, practices=[rail], themes=rail.themes.all(), languages=[]
    )


def place_of(partnership_request, city) -> Place | None:
    return next(
        (each for each in gather([partnership_request.pk]).places if each.pk == city.pk), None
    )


def test_gather_reads_a_request(request_for_rail, rail):
    other = f.PracticeFactory(slug="loans", themes=[f.ThemeFactory(slug="finance")])
    request_for_rail.offered_practices.add(other)
    request_for_rail.goals.add(Goal.objects.get(number=9))
    request_for_rail.direction = "both"
    request_for_rail.musts = ["speaks:fr", "an old word", "landlocked"]
    request_for_rail.save()
    p.NeedFactory(city=request_for_rail.city, practices=[other])
    [ask] = gather([request_for_rail.pk]).asks
    assert (ask.pk, ask.direction, ask.practices, ask.themes, ask.goals) == (
        request_for_rail.pk,
        "both",
        {"rail"},
        {"logistics"},
        {9},
    )
    assert ask.offers == about(practices=["loans"], themes=["finance"])
    assert ask.constraints == (Constraint.read("speaks:fr"), Constraint.read("landlocked"))
    assert ask.modalities == {"training"}
    assert ask.working_languages == {"fr"}
    assert (ask.requester.subregion, ask.requester.country) == ("Western Africa", "BJ")
    assert ask.requester.needs == (Need(ask.offers),)


def test_gather_does_not_take_spelling_languages_as_working_languages(request_for_rail, rail):
    city = f.CityFactory(spelling_languages=["zh"], names={"zh": "广州"})
    f.CaseStudyFactory(published=True, cities=[city], practices=[rail])
    assert place_of(request_for_rail, city).languages == frozenset()
    _gathered, ranking = ranked(request_for_rail.pk)
    [candidate] = ranking.candidates
    [languages] = [factor for factor in candidate.factors if factor.factor == "languages"]
    assert (languages.is_known, languages.tenths) == (False, languages.most * 6 // 10)
    assert [reason.code for reason in languages.reasons] == ["languages.unknown"]


def test_gather_reads_all_facts_of_a_city(request_for_rail, rail):
    city = f.CityFactory(
        country=f.CountryFactory(iso2="RW", is_lldc=True, is_ldc=True),
        has_rail_hub=True,
        has_sea_port=False,
        population=500_000,
        population_source="Census",
        working_languages=["en", "fr"],
    )
    p.CityProfileFactory(city=city, setting="urban", corridors=["central"], partners_a_year=3)
    p.OfferFactory(city=city, practices=[rail], modalities=["training"], capacity=9)
    p.RepresentationFactory(city=city)
    p.MatchFactory(city=city, introduced=True, introduced_at=NOW)
    p.MatchFactory(city=city, introduced=True, introduced_at=NOW - timedelta(days=400))
    late = {"reply_by": (NOW - timedelta(days=3)).date(), "proposed_at": NOW - timedelta(days=9)}
    p.MatchFactory(city=city, status=MatchStatus.EXPIRED, **late)
    p.MatchFactory(city=city, status=MatchStatus.PROPOSED, **late)
    p.MatchFactory(city=city, proposed=True)
    for status in (PartnershipStatus.COMPLETED, PartnershipStatus.DISCONTINUED):
        p.PartnershipFactory(
            parties=[(city, PartyRole.PROVIDER)],
            status=status,
            ended_on=NOW.date(),
            outcome="Done",
            reason="Over",
        )
    assert place_of(request_for_rail, city) == Place(
        pk=city.pk,
        country="RW",
        region="Asia",
        subregion="Eastern Asia",
        income_group="upper-middle",
        is_southern=True,
        is_ldc=True,
        is_lldc=True,
        is_country_landlocked=True,
        has_sea_port=False,
        has_rail_hub=True,
        population=500_000,
        setting="urban",
        languages=frozenset(["en", "fr"]),
        corridors=frozenset(["central"]),
        knowledge=(
            Knowledge(
                Source.OFFER,
                RAIL,
                frozenset(["training"]),
                year=NOW.year,
                stated_on=NOW.date(),
            ),
        ),
        capacity=3,
        partners=1,
        # Two introductions answered in March for a day that comes later, two let pass.
        answered=2,
        asked=4,
        completed=1,
        ended=2,
        is_represented=True,
    )


def test_capacity_is_that_of_open_offers_by_default(request_for_rail, rail):
    city = f.CityFactory()
    p.OfferFactory(city=city, practices=[rail], capacity=2)
    p.OfferFactory(city=city, capacity=3)
    p.OfferFactory(city=city, capacity=4, pending=True)
    assert place_of(request_for_rail, city).capacity == 5


def test_landlocked_countries_that_are_not_developing(request_for_rail, rail):
    inland, coast = (f.CityFactory(country=f.CountryFactory(iso2=iso2)) for iso2 in ("BY", "NG"))
    for city in (inland, coast):
        p.OfferFactory(city=city, practices=[rail])
    assert place_of(request_for_rail, inland).is_landlocked is True
    assert place_of(request_for_rail, coast).is_landlocked is None
    # What is certain counts, whatever the city has stated.
    type(inland).objects.filter(pk=inland.pk).update(has_sea_port=True)
    assert place_of(request_for_rail, inland).is_landlocked is True


def knows(rail, **offer):
    city = f.CityFactory()
    p.OfferFactory(city=city, practices=[rail], modalities=[], **offer)
    return city


def of_case(rail, status=CaseStatus.PUBLISHED):
    city = f.CityFactory()
    case = f.CaseStudyFactory(published=True, cities=[city], practices=[rail])
    type(case).objects.filter(pk=case.pk).update(status=status)
    return city


def of_experience(subject, standing=Standing.PUBLISHED):
    return f.ExperienceFactory(
        subject=subject, status=Adoption.ADOPTED, standing=standing, city=f.CityFactory()
    ).city


def of_partnership(rail, role=PartyRole.PROVIDER, status=PartnershipStatus.ACTIVE, **values):
    city = f.CityFactory()
    if status == PartnershipStatus.COMPLETED:
        values |= {"ended_on": NOW.date(), "outcome": "Three days"}
    p.PartnershipFactory(parties=[(city, role)], practices=[rail], status=status, **values)
    return city


COMPLETED = PartnershipStatus.COMPLETED
KNOWN = {
    "offer": (lambda rail: knows(rail), Source.OFFER),
    "confirmed": (lambda rail: knows(rail, report_key="rail", confirmed_at=NOW), Source.OFFER),
    "case": (of_case, Source.CASE),
    "tried practice": (of_experience, Source.ADOPTED),
    "tried case": (
        lambda rail: of_experience(f.CaseStudyFactory(published=True, practices=[rail])),
        Source.ADOPTED,
    ),
    "running": (of_partnership, Source.RUNNING),
    "completed": (lambda rail: of_partnership(rail, status=COMPLETED), Source.COMPLETED),
    "completed by who asked": (
        lambda rail: of_partnership(rail, PartyRole.REQUESTER, COMPLETED),
        Source.COMPLETED,
    ),
}
NOT_KNOWN = {
    "pending": lambda rail: knows(rail, pending=True),
    "over": lambda rail: knows(rail, valid_until=NOW.date() - timedelta(days=1)),
    "closed": lambda rail: knows(rail, status=ListingStatus.CLOSED),
    "draft case": lambda rail: of_case(rail, CaseStatus.DRAFT),
    "hidden report": lambda rail: of_experience(rail, Standing.HIDDEN),
    "report on a draft": lambda rail: of_experience(f.CaseStudyFactory(practices=[rail])),
    "private": lambda rail: of_partnership(rail, status=COMPLETED, is_public=False),
    "facilitated": lambda rail: of_partnership(rail, PartyRole.FACILITATOR, COMPLETED),
    "asking": lambda rail: of_partnership(rail, PartyRole.REQUESTER),
    "other": lambda rail: knows(f.PracticeFactory()),
}


@pytest.mark.parametrize("name", KNOWN)
def test_gather_reads_what_shows_that_a_city_knows_something(request_for_rail, rail, name):
    make, source = KNOWN[name]
    city = make(rail)
    [item] = place_of(request_for_rail, city).knowledge
    assert (item.source, item.about) == (source, RAIL)


@pytest.mark.parametrize("name", NOT_KNOWN)
def test_gather_leaves_out_what_is_not_public_or_not_valid(request_for_rail, rail, name):
    city = NOT_KNOWN[name](rail)
    gathered = gather([request_for_rail.pk])
    assert [place for place in gathered.places if place.pk == city.pk] == []
    assert gathered.silent >= 1


def test_gather_leaves_out_cities_that_share_goals_alone(request_for_rail, rail):
    goal = Goal.objects.get(number=9)
    request_for_rail.goals.add(goal)
    shares, both = f.CityFactory(), f.CityFactory()
    f.CaseStudyFactory(published=True, cities=[shares], goals=[goal])
    f.CaseStudyFactory(published=True, cities=[both], goals=[goal], practices=[rail])
    gathered = gather([request_for_rail.pk])
    [place] = gathered.places
    assert (place.pk, place.knowledge) == (
        both.pk,
        (Knowledge(Source.CASE, RAIL | about(goals=[9]), has_results=True),),
    )
    assert gathered.silent == 1


def test_every_source_of_experience_is_read(request_for_rail, rail):
    for status in Adoption:
        f.ExperienceFactory(subject=rail, status=status, city=f.CityFactory())
    sources = {place.knowledge[0].source for place in gather([request_for_rail.pk]).places}
    assert sources == {Source(status.value) for status in Adoption}


def test_needs_are_read_for_what_is_given_in_return(request_for_rail, rail):
    loans = f.PracticeFactory(slug="loans")
    request_for_rail.offered_practices.add(loans)
    meets, looks_elsewhere, silent = knows(rail), knows(rail), knows(rail)
    p.NeedFactory(city=meets, practices=[loans])
    p.NeedFactory(city=looks_elsewhere)
    places = {place.pk: place for place in gather([request_for_rail.pk]).places}
    assert places[meets.pk].needs == (Need(about(practices=["loans"])),)
    assert places[looks_elsewhere.pk].needs == (Need(frozenset()),)
    assert places[silent.pk].needs == ()


def test_an_offer_finds_who_looks_for_it(request_for_rail, rail):
    PartnershipRequest.objects.update(direction="offer")
    knowing, looking = knows(rail), f.CityFactory()
    p.NeedFactory(city=looking, practices=[rail])
    _gathered, ranking = ranked(request_for_rail.pk)
    assert [candidate.place for candidate in ranking.candidates] == [looking.pk]
    assert knowing.pk not in {left.place for left in ranking.exclusions}


def test_an_offer_finds_who_plans_it(request_for_rail, rail):
    PartnershipRequest.objects.update(direction="offer")
    looking, planning, planning_like_a_case = (f.CityFactory() for _ in range(3))
    p.NeedFactory(city=looking, practices=[rail])
    f.ExperienceFactory(city=planning, subject=rail, status="planned")
    case = f.CaseStudyFactory(published=True, practices=[rail])
    f.ExperienceFactory(city=planning_like_a_case, subject=case, status="planned")
    for status in ("adopted", "piloting", "abandoned"):
        f.ExperienceFactory(city=f.CityFactory(), subject=rail, status=status)
    _gathered, ranking = ranked(request_for_rail.pk)
    assert [candidate.place for candidate in ranking.candidates] == [
        looking.pk,
        planning.pk,
        planning_like_a_case.pk,
    ]
    assert [each.factors[0].reasons[0].code for each in ranking.candidates] == [
        "fit.wanted",
        "fit.wanted.planned",
        "fit.wanted.planned",
    ]


def test_answers_rule_out(request_for_rail, rail):
    declined, refused, asked, withdrawn = (knows(rail) for _ in range(4))
    when = {"proposed_at": NOW, "reply_by": NOW.date(), "request": request_for_rail}
    no = {"status": MatchStatus.DECLINED, **when}
    p.MatchFactory(
        city=declined,
        candidate_answer=Answer.NO,
        candidate_refusal=RefusalReason.FIT,
        candidate_answered_at=NOW,
        **no,
    )
    p.MatchFactory(
        city=refused,
        requester_answer=Answer.NO,
        requester_refusal=RefusalReason.FIT,
        requester_answered_at=NOW,
        **no,
    )
    p.MatchFactory(city=asked, request=request_for_rail)
    p.MatchFactory(city=withdrawn, status=MatchStatus.WITHDRAWN, **when)
    _gathered, ranking = ranked(request_for_rail.pk)
    assert [candidate.place for candidate in ranking.candidates] == [withdrawn.pk]
    assert {left.place: [each.code for each in left.reasons] for left in ranking.exclusions} == {
        declined.pk: ["out.declined"],
        refused.pk: ["out.refused"],
        asked.pk: ["out.matched"],
    }
    # Compared with their points even if a constraint excludes them.
    found = compared(request_for_rail.pk, [declined.pk, asked.pk, f.CityFactory().pk])
    assert set(found) == {declined.pk, asked.pk}


def test_weights_of_the_brokers_count(request_for_rail, rail):
    knows(rail)
    Brokering.objects.create(pk=1, weights={"fit": 0})
    _gathered, ranking = ranked(request_for_rail.pk)
    assert ranking.candidates[0].factors[0].most == 0


def test_served_counts_each_partnership_once(request_for_rail):
    asia = [f.CityFactory(), f.CityFactory()]
    p.PartnershipFactory(parties=[(city, PartyRole.PROVIDER) for city in asia])
    p.PartnershipFactory(
        parties=[(asia[0], PartyRole.PROVIDER), (request_for_rail.city, PartyRole.REQUESTER)]
    )
    p.PartnershipFactory(parties=[(request_for_rail.city, PartyRole.FACILITATOR)])
    assert gather([request_for_rail.pk]).served == {"Eastern Asia": 2, "Western Africa": 1}


def test_a_city_reads_the_points_that_the_broker_reads(request_for_rail, rail):
    city = knows(rail)
    p.PartnershipRequestFactory(opened=True, practices=[f.PracticeFactory()])
    _gathered, ranking = ranked(request_for_rail.pk)
    every = PartnershipRequest.objects.values_list("pk", flat=True)
    _gathered, mine = answers_of(city.pk, every)
    assert mine.candidates == ranking.candidates
    _gathered, nothing = answers_of(f.CityFactory().pk, every)
    assert nothing.count == 0


def test_an_unknown_request():
    assert gather([404]).asks == ()
    with pytest.raises(PartnershipRequest.DoesNotExist):
        ranked(404)


def test_take_a_fixed_number_of_queries(request_for_rail, rail):
    counts = []
    for size in (1, 2, 997):
        for _ in range(min(size, 2)):
            p.NeedFactory(city=knows(rail), practices=[rail])
        if size > 2:
            fill_partnerships(cities=size, offers=size, requests=20)
        with CaptureQueriesContext(connection) as queries:
            gathered, _ranking = ranked(request_for_rail.pk)
        counts.append(len(queries))
        assert len(gathered.places) >= size
    assert counts == [QUERIES] * 3

"""What shows that a city knows a subject."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.models import Adoption, Standing
from partnerships.models import PartnershipStatus, PartyRole
from partnerships.ranking.facts import Source
from partnerships.ranking.proofs import proofs_of
from partnerships.ranking.records import known_cities
from partnerships.ranking.vocabulary import Vocabulary
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    EvidenceFactory,
    ExperienceFactory,
    PracticeFactory,
    ThemeFactory,
)
from tests.factories import partnerships as p

pytestmark = pytest.mark.django_db


@pytest.fixture
def rail():
    return PracticeFactory(slug="rail", name="Rail corridor", themes=[ThemeFactory(slug="trade")])


@pytest.fixture
def city():
    return CityFactory(name="Zhengzhou")


def found(*cities):
    keys = [city.pk for city in cities]
    return proofs_of(known_cities().filter(pk__in=keys), Vocabulary.read())


def test_link_each_record_with_its_subjects(city, rail):
    case = CaseStudyFactory(slug="by-rail", published=True, cities=[city], practices=[rail])
    offer = p.OfferFactory(city=city, practices=[rail])
    of_practice = ExperienceFactory(city=city, subject=rail, status=Adoption.ADAPTED)
    other_case = CaseStudyFactory(slug="elsewhere", published=True, practices=[rail])
    of_case = ExperienceFactory(city=city, subject=other_case, status=Adoption.PILOTING)
    partnership = p.PartyFactory(city=city, partnership__practices=[rail]).partnership
    proofs = found(city)[city.pk]
    assert {proof.about for proof in proofs} == {frozenset(["practice:rail", "theme:trade"])}
    assert {(proof.source, proof.url) for proof in proofs} == {
        (Source.CASE, "/cases/by-rail/"),
        (Source.OFFER, f"/partnerships/offers/{offer.pk}/"),
        (Source.ADAPTED, f"/practices/rail/#experience-{of_practice.pk}"),
        (Source.PILOTING, f"/cases/elsewhere/#experience-{of_case.pk}"),
        (Source.RUNNING, partnership.get_absolute_url()),
    }
    [proof] = [proof for proof in proofs if proof.source == Source.CASE]
    assert (proof.case, proof.title, proof.figure) == (case.pk, case.title, None)


def test_show_the_first_figure_that_the_case_shows_large(city, rail):
    case = CaseStudyFactory(published=True, cities=[city], practices=[rail])
    EvidenceFactory(case=case, position=1, value=7, practice=rail)
    EvidenceFactory(case=case, position=3, is_headline=True, value=9, practice=rail)
    EvidenceFactory(
        case=case,
        practice=rail,
        position=2,
        is_headline=True,
        value=Decimal("12.5"),
        unit="%",
        label="of all parcels",
    )
    [proof] = found(city)[city.pk]
    figure = proof.figures["practice:rail"]
    assert (figure.figure, figure.label, figure.figure_number) == (
        "12.5\N{NO-BREAK SPACE}%",
        "of all parcels",
        2,
    )


def test_show_a_share_as_it_is_printed(city, rail):
    case = CaseStudyFactory(published=True, cities=[city], practices=[rail])
    EvidenceFactory(case=case, value=None, numerator=1, denominator=6, display="⅙", practice=rail)
    [proof] = found(city)[city.pk]
    figure = proof.figures["practice:rail"]
    assert (figure.figure, figure.arithmetic) == ("⅙", "1 of 6")


def test_a_figure_about_the_place_proves_no_practice(city, rail):
    case = CaseStudyFactory(published=True, cities=[city], practices=[rail])
    EvidenceFactory(case=case, label="poverty rate in the mountains", value=7.1, is_headline=True)
    [proof] = found(city)[city.pk]
    assert proof.figures == {}


def test_leave_out_what_is_not_published(city, rail):
    CaseStudyFactory(cities=[city], practices=[rail])
    p.OfferFactory(city=city, practices=[rail], status="closed")
    ExperienceFactory(city=city, subject=rail, standing=Standing.HIDDEN)
    ExperienceFactory(city=city, subject=CaseStudyFactory(practices=[rail]))
    hidden = p.PartnershipFactory(practices=[rail], parties=[], is_public=False)
    p.PartyFactory(city=city, partnership=hidden)
    asking = p.PartnershipFactory(practices=[rail], parties=[], status=PartnershipStatus.ACTIVE)
    p.PartyFactory(city=city, partnership=asking, role=PartyRole.REQUESTER)
    assert found(city) == {city.pk: []}


def test_give_a_case_of_two_cities_to_both(city):
    other = CityFactory()
    CaseStudyFactory(slug="shared", published=True, cities=[city, other, CityFactory()])
    assert {pk: [proof.url for proof in proofs] for pk, proofs in found(city, other).items()} == {
        city.pk: ["/cases/shared/"],
        other.pk: ["/cases/shared/"],
    }


def test_take_a_fixed_number_of_queries(rail):
    vocabulary = Vocabulary.read()
    counts = []
    for size in (1, 3):
        cities = [CityFactory() for _ in range(size)]
        for city in cities:
            case = CaseStudyFactory(published=True, cities=[city], practices=[rail])
            p.OfferFactory(city=city, practices=[rail])
            ExperienceFactory(city=city, subject=case)
        with CaptureQueriesContext(connection) as queries:
            proofs_of(known_cities().filter(pk__in=[city.pk for city in cities]), vocabulary)
        counts.append(len(queries))
    # Cities with their records, and the figures of cases.
    assert counts == [2, 2]


def test_a_completed_partnership_with_a_facilitator_is_shown(city, rail):
    partnership = p.PartnershipFactory(
        practices=[rail],
        parties=[(city, PartyRole.PROVIDER), (CityFactory(), PartyRole.FACILITATOR)],
        status=PartnershipStatus.COMPLETED,
        ended_on=timezone.localdate(),
        outcome="Three days",
    )
    [proof] = found(city)[city.pk]
    assert (proof.source, proof.url) == (Source.COMPLETED, partnership.get_absolute_url())


def test_a_running_partnership_is_shown_by_the_city_that_provides(city, rail):
    asking = CityFactory()
    p.PartnershipFactory(
        practices=[rail],
        parties=[(asking, PartyRole.REQUESTER), (city, PartyRole.PROVIDER)],
        status=PartnershipStatus.ACTIVE,
    )
    assert [proof.source for proof in found(city)[city.pk]] == [Source.RUNNING]
    assert found(asking) == {asking.pk: []}


def test_a_completed_partnership_is_shown_once_by_each_partner(city, rail):
    asking, helping = CityFactory(), CityFactory()
    p.PartnershipFactory(
        practices=[rail],
        parties=[
            (asking, PartyRole.REQUESTER),
            (city, PartyRole.PROVIDER),
            (helping, PartyRole.FACILITATOR),
        ],
        status=PartnershipStatus.COMPLETED,
        ended_on=timezone.localdate(),
        outcome="Three days",
    )
    proofs = found(asking, city, helping)
    shown = {pk: [each.source for each in of_city] for pk, of_city in proofs.items()}
    assert shown == {asking.pk: [Source.COMPLETED], city.pk: [Source.COMPLETED], helping.pk: []}

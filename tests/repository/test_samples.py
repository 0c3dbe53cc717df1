"""What is a sample, in queries and in Python, for each model that has samples."""

import pytest
from django.apps import apps

from partnerships.models import (
    Cluster,
    Need,
    Offer,
    Partnership,
    PartnershipRequest,
    PartyRole,
)
from repository.models import CaseFacet, CaseStudy, City, Series, Webinar
from repository.samples import SampleQuerySet
from tests.engines import apply_search_changes
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    ClusterFactory,
    NeedFactory,
    OfferFactory,
    OrganizationFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    SeriesFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db


def facet_of(case: CaseStudy) -> CaseFacet:
    apply_search_changes()
    return CaseFacet.objects.of("all", "").get(case=case)


def partnership_of(cities: list[City]) -> Partnership:
    return PartnershipFactory(parties=zip(cities, PartyRole.values, strict=False))


# How a row of each model is made of something real, or of a sample.
MAKERS = {
    City: lambda is_sample: CityFactory(is_sample=is_sample),
    CaseStudy: lambda is_sample: CaseStudyFactory(is_sample=is_sample),
    CaseFacet: lambda is_sample: facet_of(CaseStudyFactory(published=True, is_sample=is_sample)),
    Series: lambda is_sample: SeriesFactory(is_sample=is_sample),
    Cluster: lambda is_sample: ClusterFactory(is_sample=is_sample),
    Webinar: lambda is_sample: WebinarFactory(series=SeriesFactory(is_sample=is_sample)),
    Offer: lambda is_sample: OfferFactory(city=CityFactory(is_sample=is_sample)),
    Need: lambda is_sample: NeedFactory(city=CityFactory(is_sample=is_sample)),
    PartnershipRequest: lambda is_sample: PartnershipRequestFactory(
        city=CityFactory(is_sample=is_sample)
    ),
    Partnership: lambda is_sample: partnership_of(CityFactory.create_batch(2, is_sample=is_sample)),
}


def test_make_a_row_of_every_model_with_samples():
    with_samples = {
        model
        for model in apps.get_models()
        if isinstance(model._default_manager.all(), SampleQuerySet)
    }
    assert with_samples == set(MAKERS)


@pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
def test_tell_samples_from_real_rows(model):
    real, sample = MAKERS[model](False), MAKERS[model](True)
    both = model.objects.filter(pk__in=[real.pk, sample.pk])
    assert (list(both.real()), list(both.samples())) == ([real], [sample])
    assert (real.is_sample, sample.is_sample) == (False, True)


def test_offers_of_organizations_are_real():
    offer = OfferFactory(organization=OrganizationFactory(), city=None)
    assert (list(Offer.objects.real()), list(Offer.objects.samples())) == ([offer], [])
    assert not offer.is_sample

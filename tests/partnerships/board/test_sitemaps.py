import re

import pytest
from django.test import Client

from tests.factories import (
    CityFactory,
    ClusterFactory,
    NeedFactory,
    OfferFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
)

pytestmark = pytest.mark.django_db


def listed(section: str) -> list[str]:
    response = Client().get(f"/sitemap-{section}.xml")
    return re.findall("<loc>http://testserver(.*?)</loc>", response.text)


def test_list_public_pages_only():
    offer, need = OfferFactory(), NeedFactory()
    OfferFactory(pending=True)
    partnership_request = PartnershipRequestFactory(opened=True)
    PartnershipRequestFactory(opened=True, visibility="members")
    PartnershipRequestFactory()
    made = PartnershipFactory()
    PartnershipFactory(is_public=False)
    cluster = ClusterFactory(cities=[CityFactory()])
    ClusterFactory()
    ClusterFactory(is_public=False)
    for section, row in {
        "offers": offer,
        "needs": need,
        "requests": partnership_request,
        "partnerships": made,
        "clusters": cluster,
    }.items():
        assert listed(section) == [row.get_absolute_url()]

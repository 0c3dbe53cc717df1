import json

import pytest
from django.core.management import CommandError, call_command

from partnerships.models import PartnershipRequest
from repository.models import City
from tests.factories import CityFactory, PracticeFactory, ThemeFactory
from tests.factories.partnerships import (
    CityProfileFactory,
    OfferFactory,
    PartnershipRequestFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_for_rail():
    """Zhengzhou and Qingdao offer what Lusaka asks; Tianjin takes nobody; Harbin offers nothing."""
    rail = PracticeFactory(slug="rail", name="Rail corridor")
    for name in ("Zhengzhou", "Qingdao", "Tianjin"):
        city = CityFactory(name=name)
        OfferFactory(city=city, practices=[rail])
        if name == "Tianjin":
            CityProfileFactory(city=city, partners_a_year=0)
    CityFactory(name="Harbin")
    return PartnershipRequestFactory(opened=True, city__name="Lusaka", practices=[rail])


def printed(capsys, partnership_request, *words) -> str:
    call_command("rank_matches", str(partnership_request.pk), *words)
    return capsys.readouterr().out


def test_rank_matches_prints_data(capsys, request_for_rail):
    data = json.loads(printed(capsys, request_for_rail, "--format", "json"))
    assert (data["request"], data["count"], data["silent"]) == (request_for_rail.pk, 2, 1)
    names = [data["cities"][str(each["city"])] for each in data["candidates"]]
    assert names == ["Zhengzhou", "Qingdao"]
    first = data["candidates"][0]
    assert sum(round(10 * factor["points"]) for factor in first["factors"]) == 10 * first["total"]
    [left] = data["exclusions"]
    assert data["cities"][str(left["city"])] == "Tianjin"
    assert [reason["code"] for reason in left["reasons"]] == ["out.closed"]


def test_rank_matches_prints_sentences(capsys, request_for_rail):
    lines = printed(capsys, request_for_rail, "--most", "1").splitlines()
    assert lines[0] == "Candidates: 2"
    assert lines[2].startswith("1. Zhengzhou: ")
    assert "     Zhengzhou offers to share what it knows about “Rail corridor”." in lines
    assert lines[-4:] == [
        "Left out: 1",
        "   Tianjin was left out: it said that it takes no partners this year.",
        "",
        "Cities with nothing of what is asked: 1",
    ]
    assert not any("Qingdao" in line for line in lines)


def test_rank_matches_prints_that_no_city_has_it(capsys, request_for_rail):
    theme = ThemeFactory()
    request_for_rail.practices.set([PracticeFactory()])
    request_for_rail.themes.set([theme])
    OfferFactory(city=CityFactory(name="Nairobi"), practices=[PracticeFactory(themes=[theme])])
    lines = printed(capsys, request_for_rail).splitlines()
    assert lines[:2] == ["Candidates: 0", "No city here has this yet."]
    assert lines[3].startswith("Related experience: Nairobi: ")
    assert lines[-1] == "Cities with nothing of what is asked: 4"


def test_rank_matches_prints_what_each_requirement_leaves_out(capsys, request_for_rail):
    request_for_rail.musts = ["landlocked"]
    request_for_rail.save()
    City.objects.update(has_sea_port=True)
    assert "   Without landlocked: +2" in printed(capsys, request_for_rail).splitlines()


def test_rank_matches_needs_a_request(db):
    with pytest.raises(CommandError, match=r"^There is no partnership request 404\.$"):
        call_command("rank_matches", str(404))
    assert not PartnershipRequest.objects.exists()

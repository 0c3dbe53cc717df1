import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships.models import Brokering, Round, RoundStatus
from tests.desk_client import DeskClient
from tests.factories import CityFactory, PracticeFactory
from tests.factories import partnerships as p
from tests.page import page_of

pytestmark = pytest.mark.django_db
LIST = "/admin/partnerships/round/"
SETTINGS = "/admin/partnerships/brokering/1/change/"
DAYS = {"request_days": 180, "warning_days": 14, "reply_days": 21}
WEIGHTS = {
    "weight_fit": 40,
    "weight_reciprocity": 10,
    "weight_setting": 15,
    "weight_languages": 10,
    "weight_reliability": 10,
    "weight_load": 10,
    "weight_reach": 5,
}


@pytest.fixture
def desk(broker):
    client = DeskClient()
    client.force_login(broker)
    return client


@pytest.fixture
def asked():
    rail = PracticeFactory(slug="rail")
    p.OfferFactory(city=CityFactory(slug="zhengzhou", name="Zhengzhou"), practices=[rail])
    return p.PartnershipRequestFactory(opened=True, practices=[rail])


def test_add_a_round_and_continue_with_its_cities(desk, asked, broker):
    answer = desk.post(f"{LIST}add/", {"name": "Spring", "requests": [asked.pk]})
    round = Round.objects.get()
    assert (answer.status_code, answer.url) == (302, f"{LIST}{round.pk}/cities/")
    assert (round.capacities, round.created_by) == ({}, broker)
    assert list(round.requests.all()) == [asked]
    links = page_of(desk.get(f"{LIST}{round.pk}/change/")).links
    assert answer.url in [href for _text, href in links]


def test_changing_the_requests_resets_the_result(desk, asked):
    round = p.RoundFactory(
        requests=[asked],
        status=RoundStatus.DONE,
        result={"total": 0, "assignments": [], "unassigned": []},
    )
    change = f"{LIST}{round.pk}/change/"
    desk.post(change, {"name": "New name", "requests": [asked.pk]})
    round.refresh_from_db()
    assert (round.name, round.status) == ("New name", RoundStatus.DONE)
    desk.post(change, {"name": "New name", "requests": []})
    round.refresh_from_db()
    assert (round.status, round.result) == (RoundStatus.DRAFT, {})


def test_a_running_round_cannot_be_changed(desk, asked):
    round = p.RoundFactory(requests=[asked], status=RoundStatus.RUNNING)
    assert desk.post(f"{LIST}{round.pk}/change/", {"name": "New"}).status_code == 403
    assert desk.post(f"{LIST}{round.pk}/delete/", {"post": "yes"}).status_code == 403


def test_result_page(desk, asked):
    round = p.RoundFactory(requests=[asked], name="Spring")
    url = f"{LIST}{round.pk}/result/"
    assert page_of(desk.get(url)).main.buttons == ["Calculate"]
    assert desk.post(url, {"act": "start"}).status_code == 302
    state = page_of(desk.get(url)).one("[aria-labelledby=state]")
    assert (state.one("strong").text, state.buttons) == ("Calculating", [])
    page = page_of(desk.post(url, {"act": "start"}, follow=True))
    assert page.outcomes[-1] == "error"
    Round.objects.update(status=RoundStatus.FAILED)
    [alert] = page_of(desk.get(url)).alerts
    assert alert.startswith("The calculation failed")
    city = CityFactory(name="Zhengzhou")
    row = {
        "request": asked.pk,
        "city": city.pk,
        "points": 40.5,
        "best_city": city.pk,
        "best_points": 41.0,
        "cost": 0.5,
    }
    left = {"request": 404, "best_city": None, "best_points": 0.0}
    Round.objects.update(
        status=RoundStatus.DONE, result={"total": 40.5, "assignments": [row], "unassigned": [left]}
    )
    page = page_of(desk.get(url))
    pairs = page.one("[aria-labelledby=pairs]")
    assert re.findall(r"[\d.]+", pairs.name) == ["1", "40.5"]
    assert pairs.link(asked.title) == f"/admin/partnerships/requests/{asked.pk}/candidates/"
    assert len(page.select("[aria-labelledby=left] li")) == 1
    assert desk.post(url, {"act": "other"}).status_code == 302


def test_others_than_brokers_are_refused(moderator, asked):
    round = p.RoundFactory(requests=[asked])
    client = DeskClient()
    client.force_login(moderator)
    for path in (LIST, f"{LIST}add/", f"{LIST}{round.pk}/result/", SETTINGS):
        assert client.get(path).status_code in (302, 403)
    assert client.post(f"{LIST}{round.pk}/result/", {"act": "start"}).status_code == 403
    round.refresh_from_db()
    assert round.status == RoundStatus.DRAFT


def test_only_changed_weights_are_stored(desk):
    page = page_of(desk.get("/admin/partnerships/brokering/"))
    assert SETTINGS in [href for _text, href in page.links]
    data = DAYS | WEIGHTS | {"weight_fit": 50, "reply_days": 30}
    assert desk.post(SETTINGS, data).status_code == 302
    settings = Brokering.current()
    assert (settings.weights, settings.reply_days) == ({"fit": 50.0}, 30)
    [event] = Brokering.pgh_event_model.objects.filter(pgh_label="update")
    assert event.weights == {"fit": 50.0}
    desk.post(SETTINGS, DAYS | WEIGHTS)
    assert Brokering.current().weights == {}


def test_texts_are_compared_unless_brokers_turn_it_off(desk):
    Brokering.objects.create(pk=1)
    page = page_of(desk.get(SETTINGS))
    assert page.one("[name=compares_texts]").attributes.get("checked") is not None
    assert "at most as much as a plan" in page.text
    desk.post(SETTINGS, DAYS | WEIGHTS)
    assert not Brokering.current().compares_texts
    [event] = Brokering.pgh_event_model.objects.filter(pgh_label="update")
    assert not event.compares_texts
    desk.post(SETTINGS, DAYS | WEIGHTS | {"compares_texts": "on"})
    assert Brokering.current().compares_texts


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (dict.fromkeys(WEIGHTS, 0), "Give at least one factor"),
        ({"weight_fit": -1}, "greater than or equal to 0"),
        ({"weight_fit": "nan"}, "Enter a number."),
        ({"weight_fit": ""}, "This field is required."),
    ],
)
def test_invalid_weights_are_refused(desk, weights, message):
    Brokering.objects.create(pk=1)
    page = page_of(desk.post(SETTINGS, DAYS | WEIGHTS | weights))
    assert any(message in error for error in page.errors)
    assert Brokering.current().weights == {}


def done_round(asked, *cities) -> Round:
    """A computed round in which the request, and others, get these cities."""
    rows = [
        {
            "request": request.pk,
            "city": city.pk,
            "points": 1.0,
            "best_city": city.pk,
            "best_points": 1.0,
            "cost": 0.0,
        }
        for request, city in zip(asked, cities, strict=True)
    ]
    return p.RoundFactory(
        requests=asked,
        status=RoundStatus.DONE,
        started_at=timezone.now(),
        result={"total": 1.0, "assignments": rows, "unassigned": []},
    )


def test_leave_rows_out_on_the_page(desk, asked):
    cities = [p.RepresentationFactory(city__name=name).city for name in ("Harbin", "Kisumu")]
    other = p.PartnershipRequestFactory(opened=True, title="Warehouses")
    for request in (asked, other):
        p.RepresentationFactory(city=request.city)
    round = done_round([asked, other], *cities)
    url = f"{LIST}{round.pk}/result/"
    page = page_of(desk.get(url))
    boxes = page.select("[name=chosen]")
    assert [(box["value"], "checked" in box.attributes) for box in boxes] == [
        (str(asked.pk), True),
        (str(other.pk), True),
    ]
    data = {
        "shown": [asked.pk, other.pk],
        "chosen": [asked.pk],
        "run": page.one("[name=run]")["value"],
        "message": "Meet in May.",
    }
    # What was chosen is kept beside an error.
    page = page_of(desk.post(url, data | {"act": "propose", "reply_by": "soon"}))
    ticked = [box["value"] for box in page.select("[name=chosen][checked]")]
    assert (page.errors, ticked) == (["Enter a valid date."], [str(asked.pk)])
    day = timezone.localdate() + timedelta(days=9)
    page = page_of(desk.post(url, data | {"act": "propose", "reply_by": day}, follow=True))
    assert page.outcomes == ["success"]
    rows = page.select("[aria-labelledby=pairs] tbody tr")
    assert [row.select("td")[-1].text for row in rows] == ["Waiting for answers", "Excluded"]
    assert (asked.matches.count(), other.matches.count()) == (1, 0)
    # The row that was asked has no checkbox any more, the other one can be ticked again.
    [box] = page.select("[name=chosen]")
    assert (box["value"], "checked" in box.attributes) == (str(other.pk), False)


def test_allow_a_city_that_was_left_out_earlier(desk, asked):
    cities = [p.RepresentationFactory(city__name=name).city for name in ("Harbin", "Kisumu")]
    round = done_round([asked], cities[0])
    Round.objects.update(left_out={str(asked.pk): [cities[1].pk]})
    url = f"{LIST}{round.pk}/result/"
    button = page_of(desk.get(url)).one("[name=allow_again]")
    assert button["value"] == f"{asked.pk}-{cities[1].pk}"
    for wrong in ("", "1", "1-x", "1-2-3"):
        desk.post(url, {"allow_again": wrong})
    round.refresh_from_db()
    assert round.left_out != {}
    desk.post(url, {"allow_again": button["value"]})
    round.refresh_from_db()
    assert round.left_out == {}
    assert page_of(desk.get(url)).select("[name=allow_again]") == []


def test_invite_a_city_of_the_result_that_nobody_represents(desk, asked):
    nakuru = CityFactory(name="Nakuru")
    round = done_round([asked], nakuru)
    page = page_of(desk.get(f"{LIST}{round.pk}/result/"))
    assert page.select("[name=chosen], [value=propose]") == []
    assert page.one("[aria-labelledby=pairs] tbody a.button")["href"] == (
        f"/admin/partnerships/requests/{asked.pk}/invite/?city={nakuru.pk}"
    )


def test_rows_without_a_checkbox_are_not_tried(desk, asked):
    """A city that nobody represents is invited, and no refusal follows each time."""
    nakuru, harbin = CityFactory(name="Nakuru"), p.RepresentationFactory(city__name="Harbin").city
    other = p.PartnershipRequestFactory(opened=True)
    for request in (asked, other):
        p.RepresentationFactory(city=request.city)
    round = done_round([asked, other], nakuru, harbin)
    url = f"{LIST}{round.pk}/result/"
    page = page_of(desk.get(url))
    assert [box["value"] for box in page.select("[name=shown]")] == [str(other.pk)]
    data = {"shown": other.pk, "chosen": other.pk, "run": page.one("[name=run]")["value"]}
    day = timezone.localdate() + timedelta(days=9)
    page = page_of(desk.post(url, data | {"act": "propose", "reply_by": day}, follow=True))
    assert page.outcomes == ["success"]
    assert not asked.matches.exists()
    round.refresh_from_db()
    assert round.left_out == {}


def test_delete_a_round_and_keep_the_dates_of_its_calls(desk, asked):
    round = p.RoundFactory(requests=[asked])
    match = p.MatchFactory(introduced=True, request=asked)
    meeting = p.MeetingFactory(match=match)
    p.CallFactory(timetable__round=round, match=match, meeting=meeting)
    assert desk.post(f"{LIST}{round.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Round.objects.exists()
    assert list(match.meetings.all()) == [meeting]


def test_result_page_has_a_fixed_number_of_queries(desk, asked):
    counts = []
    for number in (1, 3):
        requests = [p.PartnershipRequestFactory(opened=True) for _number in range(number)]
        cities = [p.RepresentationFactory().city for _number in range(number)]
        p.MatchFactory(request=requests[0], city=cities[0])
        round = done_round(requests, *cities)
        url = f"{LIST}{round.pk}/result/"
        desk.get(url)
        with CaptureQueriesContext(connection) as queries:
            desk.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_suggest_and_ask_from_the_page(desk, asked):
    city = CityFactory(name="Harbin")
    for place in (city, asked.city):
        p.RepresentationFactory(city=place)
    row = {"request": asked.pk, "city": city.pk, "points": 1.0}
    row |= {"best_city": city.pk, "best_points": 1.0, "cost": 0.0}
    result = {"total": 1.0, "assignments": [row], "unassigned": []}
    round = p.RoundFactory(requests=[asked], status=RoundStatus.DONE, result=result)
    url = f"{LIST}{round.pk}/result/"
    shown = {"shown": asked.pk, "chosen": asked.pk, "run": ""}
    page = page_of(desk.post(url, shown | {"act": "suggest"}, follow=True))
    assert page.outcomes == ["success"]
    match = asked.matches.get()
    assert match.status == "candidate"
    assert page.one("[aria-labelledby=pairs]").links[-1] == (
        "Candidate",
        f"/admin/partnerships/matches/{match.pk}/",
    )
    wrong = shown | {"act": "propose", "reply_by": "soon", "message": "Meet in May."}
    page = page_of(desk.post(url, wrong))
    assert page.errors == ["Enter a valid date."]
    assert page.one("[aria-labelledby=ask-all] [name=message]").node.text() == "Meet in May."
    day = timezone.localdate() + timedelta(days=9)
    page = page_of(desk.post(url, shown | {"act": "propose", "reply_by": day}, follow=True))
    assert page.outcomes == ["success"]
    match.refresh_from_db()
    assert (match.status, match.reply_by) == ("proposed", day)

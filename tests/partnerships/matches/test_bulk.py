"""Proposals for several requests at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.matches import bulk, bulk_actions
from partnerships.models import Answer, Match, MatchOrigin, MatchStatus, Representation
from tests.desk_client import DeskClient
from tests.factories import CityFactory, CityProfileFactory, OfferFactory, PracticeFactory
from tests.factories import partnerships as p
from tests.page import page_of
from tests.races import at_once

pytestmark = pytest.mark.django_db
PAGE = "/admin/partnerships/propose/"


@pytest.fixture
def desk(broker):
    client = DeskClient()
    client.force_login(broker)
    return client


@pytest.fixture
def practice():
    return PracticeFactory(name="Village shops")


def request_of(practice, name: str, **values):
    city = CityFactory(name=name)
    p.RepresentationFactory(city=city)
    return p.PartnershipRequestFactory(opened=True, city=city, practices=[practice], **values)


def provider(practice, name: str, *, partners: int | None = None):
    city = CityFactory(name=name)
    p.RepresentationFactory(city=city)
    OfferFactory(city=city, practices=[practice])
    if partners is not None:
        CityProfileFactory(city=city, partners_a_year=partners)
    return city


def day(days: int = 9) -> str:
    return str(timezone.localdate() + timedelta(days=days))


def test_show_what_is_best_for_each_request_with_its_reason(desk, practice):
    best = provider(practice, "Kisumu", partners=5)
    one, other = request_of(practice, "Cotonou"), request_of(practice, "Belem")
    request_of(practice, "Santos")
    # The ticks become part of the address, so that the page can be loaded again.
    answer = desk.post(PAGE, {"selected": [one.pk, other.pk]})
    assert answer.url == f"{PAGE}?requests={one.pk}-{other.pk}"
    page = page_of(desk.get(answer.url))
    lines = page.select(".bulk-line")
    assert len(lines) == 2
    assert [each["value"] for each in lines[0].select("[type=radio]")] == [str(best.pk), ""]
    assert lines[0].one("[checked]")["value"] == str(best.pk)
    assert lines[0].select(".why")[0].text == "Kisumu offers to share “Village shops”"
    # Costs are shown only where requests compete.
    assert page.select(".bulk-line .note") == []


def test_show_all_open_requests_if_none_is_ticked(desk, practice):
    provider(practice, "Kisumu", partners=5)
    for name in ("Cotonou", "Belem", "Santos"):
        request_of(practice, name)
    assert desk.post(PAGE).url == PAGE
    assert len(page_of(desk.get(PAGE)).select(".bulk-line")) == 3


def test_propose_fifteen_at_once(desk, practice):
    provider(practice, "Kisumu", partners=15)
    for number in range(15):
        request_of(practice, f"City {number}")
    [button] = page_of(desk.get("/admin/partnerships/pipeline/")).select(f"[formaction='{PAGE}']")
    assert button.text == "Propose in bulk"
    form = page_of(desk.post(PAGE, follow=True)).form("")
    page = page_of(
        desk.post(PAGE, form.fields | {"act": "propose", "reply_by": day()}, follow=True)
    )
    assert page.messages == ["Proposals sent for 15 requests."]
    found = Match.objects.all()
    assert {match.status for match in found} == {MatchStatus.PROPOSED}
    assert (len(found), {match.origin for match in found}) == (15, {MatchOrigin.RANKING})
    assert all(match.ranking["total"] > 0 for match in found)


def test_propose_the_next_best_city_for_one_request(desk, practice):
    """From the list, a proposal takes two clicks, also after a refusal."""
    refused, other = provider(practice, "Kisumu", partners=5), provider(practice, "Nakuru")
    asked = request_of(practice, "Cotonou")
    p.MatchFactory(
        request=asked,
        city=refused,
        status=MatchStatus.DECLINED,
        proposed_at=p.THEN,
        reply_by=p.THEN.date(),
        candidate_answer=Answer.NO,
        candidate_refusal="fit",
        candidate_answered_at=p.THEN,
        ended_at=p.THEN,
    )
    request_of(practice, "Belem")
    page = page_of(desk.get("/admin/partnerships/pipeline/"))
    url = f"/admin/partnerships/requests/{asked.pk}/propose/"
    assert ("Propose: " + asked.title, url) in page.links
    page = page_of(desk.get(url))
    [line] = page.select(".bulk-line")
    assert line.one("[checked]")["value"] == str(other.pk)
    assert page.form("").buttons == ["Send proposal for 1 request"]
    sent = page.form("").fields | {"act": "propose", "reply_by": day()}
    page = page_of(desk.post(url, sent, follow=True))
    assert page.messages == ["Proposal sent for 1 request."]
    assert Match.objects.proposed().get().city == other


def test_propose_only_for_the_request_of_the_page(desk, practice):
    city = provider(practice, "Kisumu", partners=5)
    one, other = request_of(practice, "Cotonou"), request_of(practice, "Belem")
    url = f"/admin/partnerships/requests/{one.pk}/propose/"
    sent = {"act": "propose", "reply_by": day(), f"city-{other.pk}": city.pk}
    page = page_of(desk.post(url, sent))
    assert page.messages == ["Choose a city for at least one request."]
    assert not Match.objects.exists()
    assert desk.get(url.replace(str(one.pk), "999999")).status_code == 404


def test_show_the_cost_where_two_requests_compete_for_a_city(desk, practice):
    best = provider(practice, "Kisumu", partners=1)
    OfferFactory(city=best, practices=[practice])
    second = provider(practice, "Nakuru", partners=1)
    requests = [request_of(practice, name) for name in ("Cotonou", "Belem")]
    found = bulk.proposals_for([row.pk for row in requests])
    assert {line.chosen for line in found.lines} == {best.pk, second.pk}
    [gives_way] = [line for line in found.lines if line.best]
    assert (gives_way.best, gives_way.chosen, gives_way.cost >= 0) == (best, second.pk, True)
    page = page_of(desk.get(PAGE))
    assert len(page.select(".bulk-line .note")) == 2


def test_keep_present_candidates_and_count_them(practice):
    city = provider(practice, "Kisumu", partners=1)
    chosen = provider(practice, "Nakuru", partners=1)
    one, other = request_of(practice, "Cotonou"), request_of(practice, "Belem")
    p.MatchFactory(request=one, city=chosen)
    p.MatchFactory(request=other, city=chosen, origin=MatchOrigin.INTEREST)
    found = {line.asked: line for line in bulk.proposals_for([]).lines}
    assert (found[one].chosen, found[one].options[0].match.status) == (chosen.pk, "candidate")
    assert {option.city for option in found[one].options} == {chosen, city}
    assert found[other].options[0].match.status == "interest"


def test_leave_out_what_nobody_can_be_asked_about(desk, practice):
    city = provider(practice, "Kisumu")
    asked = request_of(practice, "Cotonou")
    p.MatchFactory(request=asked, city=city, proposed=True)
    silent = request_of(practice, "Belem")
    Representation.objects.filter(city=silent.city).update(
        status="ended", until=timezone.localdate()
    )
    request_of(PracticeFactory(), "Santos")
    page = page_of(desk.get(PAGE))
    assert page.select(".bulk-line") == []
    assert len(page.select("[aria-labelledby=left-out] li")) == 3
    closed = request_of(practice, "Accra")
    closed.__class__.objects.filter(pk=closed.pk).update(status="draft")
    assert bulk.proposals_for([closed.pk]) == ([], [], 0)


def test_choose_no_city_or_another(desk, practice):
    provider(practice, "Kisumu", partners=5)
    other = provider(practice, "Nakuru", partners=5)
    one, two = request_of(practice, "Cotonou"), request_of(practice, "Belem")
    sent = {"act": "propose", "reply_by": day(), "message": "Meet in May."}
    page = page_of(desk.post(PAGE, sent | {f"city-{one.pk}": "", f"city-{two.pk}": ""}))
    assert (page.outcomes, Match.objects.count()) == (["error"], 0)
    desk.post(PAGE, sent | {f"city-{one.pk}": other.pk, f"city-{two.pk}": ""})
    match = Match.objects.get()
    assert (match.request, match.city, match.message) == (one, other, "Meet in May.")


def test_keep_what_was_chosen_if_the_deadline_is_wrong(desk, practice):
    provider(practice, "Kisumu", partners=5)
    other = provider(practice, "Nakuru", partners=5)
    one = request_of(practice, "Cotonou")
    sent = {"act": "propose", "reply_by": "soon", f"city-{one.pk}": other.pk}
    page = page_of(desk.post(PAGE, sent))
    assert page.errors == ["Enter a valid date."]
    assert page.one(".bulk-line [checked]")["value"] == str(other.pk)
    assert not Match.objects.exists()


def test_a_refusal_does_not_affect_the_others(desk, practice, broker):
    city = provider(practice, "Kisumu", partners=5)
    one, own = request_of(practice, "Cotonou"), request_of(practice, "Belem")
    p.RepresentationFactory(city=own.city, member=broker)
    sent = {"act": "propose", "reply_by": day()}
    sent |= {f"city-{row.pk}": city.pk for row in (one, own)} | {"city-0": 1, "city-x": "\0"}
    page = page_of(desk.post(PAGE, sent, follow=True))
    assert page.outcomes == ["success", "error"]
    assert [match.request for match in Match.objects.proposed()] == [one]


def test_list_with_a_fixed_number_of_queries(desk, practice, django_assert_max_num_queries):
    provider(practice, "Kisumu", partners=1)
    provider(practice, "Nakuru", partners=9)
    for name in ("Cotonou", "Belem"):
        request_of(practice, name)
    desk.get(PAGE)
    with django_assert_max_num_queries(40) as few:
        desk.get(PAGE)
    provider(practice, "Eldoret", partners=9)
    for name in ("Accra", "Santos"):
        request_of(practice, name)
    with django_assert_max_num_queries(len(few)):
        desk.get(PAGE)


@pytest.mark.django_db(transaction=True)
def test_propose_concurrently_once(practice, broker, administrator):
    city = provider(practice, "Kisumu", partners=5)
    requests = [request_of(practice, name) for name in ("Cotonou", "Belem")]
    chosen = {row.pk: city.pk for row in requests}
    results = []
    outcomes = at_once(
        *(
            lambda by=by: results.append(
                bulk_actions.propose_all(
                    chosen=chosen,
                    by=by,
                    message="",
                    reply_by=timezone.localdate() + timedelta(days=7),
                )
            )
            for by in (broker, administrator)
        )
    )
    assert outcomes == ["done", "done"]
    assert sum(result.proposed for result in results) == 2
    assert Match.objects.proposed().count() == Match.objects.count() == 2

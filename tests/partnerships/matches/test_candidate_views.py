"""The page of a request for brokers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.fill import fill_partnerships
from community.models import Claim
from partnerships.models import (
    Brokering,
    Match,
    MatchOrigin,
    MatchStatus,
    PartnershipRequest,
)
from repository.models import City
from repository.places import gazetteer
from tests.conftest import staff
from tests.desk_client import DeskClient
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    ExperienceFactory,
    OrganizationFactory,
    PracticeFactory,
    ThemeFactory,
)
from tests.factories import partnerships as p
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def rail():
    return PracticeFactory(slug="rail", name="Rail corridor")


@pytest.fixture
def asked(rail):
    return p.PartnershipRequestFactory(opened=True, city__name="Lusaka", practices=[rail])


@pytest.fixture
def zhengzhou(rail):
    city = CityFactory(name="Zhengzhou", working_languages=["en"])
    p.OfferFactory(city=city, practices=[rail])
    return city


@pytest.fixture
def desk(broker):
    client = DeskClient()
    client.force_login(broker)
    return client


def url_of(asked) -> str:
    return f"/admin/partnerships/requests/{asked.pk}/candidates/"


def test_page_shows_candidates_and_who_is_left_out(desk, asked, zhengzhou, rail):
    closed = CityFactory(name="Tianjin")
    p.OfferFactory(city=closed, practices=[rail])
    p.CityProfileFactory(city=closed, partners_a_year=0)
    CityFactory(name="Harbin")
    response = desk.get(url_of(asked))
    [row] = response.context["candidates"]
    assert row.city == zhengzhou
    assert sum(factor.points for factor in row.factors) == pytest.approx(float(row.candidate.total))
    fit, circumstances = row.factors[0], row.circumstances
    assert fit.points + circumstances.points == pytest.approx(float(row.candidate.total))
    assert fit.most + circumstances.most == 100
    ranking = page_of(response).one("[aria-labelledby=ranking]")
    reasons = [each.text for each in ranking.select("dd")]
    assert "Zhengzhou offers to share its experience with “Rail corridor”." in reasons
    assert ranking.select(".note")[0].text.startswith("We know little about Zhengzhou.")
    assert response.context["left_out"] == [
        (closed, ["Not eligible: Tianjin has stated that it takes no partners this year."])
    ]
    assert response.context["silent"] == 1


def test_card_begins_with_what_speaks_for_a_city(desk, asked, zhengzhou, rail):
    loans = PracticeFactory(slug="loans", name="Loans")
    asked.practices.add(loans)
    asked.languages = ["fr"]
    asked.save()
    card = page_of(desk.get(url_of(asked))).one("[aria-labelledby=ranking] .cand")
    assert card.one(".headline").text == "Zhengzhou offers to share “Rail corridor”"
    assert card.one(".fit .num").text == "1 of 2"
    [offer] = zhengzhou.offers.all()
    strengths = [each.text for each in card.select(".why-yes li")]
    year = offer.changed_at.year
    assert strengths[0] == (
        f"Zhengzhou offers to share this: “Rail corridor”. Offer: {offer.title} ({year})"
    )
    assert strengths[1].startswith("Zhengzhou and your city are in the same ")
    assert card.one(".why-yes").link(f"Offer: {offer.title}") == f"/partnerships/offers/{offer.pk}/"
    assert [each.text for each in card.select(".why-ask li")[:2]] == [
        "No common language: Lusaka works in French, Zhengzhou in English. Who could interpret?",
        "No one represents Zhengzhou here yet. Who could answer for it?",
    ]
    assert "Zhengzhou has not recorded any experience with “Loans”." in card.text
    # What speaks against it is folded, and comes after all that.
    assert [each.text for each in card.select("details.why-not li")] == [
        "No common language: Lusaka works in French, Zhengzhou in English.",
    ]
    # What is not known of the city that asks is said once, above all candidates.
    page = page_of(desk.get(url_of(asked)))
    own = [each.text for each in page.select("[aria-labelledby=stands] .grounds.ask li")]
    assert "What could Lusaka offer in return?" in own
    html = page.html
    assert html.index("why-yes") < html.index("why-ask") < html.index("why-not")


def test_ask_a_request_without_practices_to_name_one(desk, asked, zhengzhou, rail):
    """What only shares a theme is related experience: no candidate, no “n of m”."""
    theme = ThemeFactory(slug="logistics")
    rail.themes.add(theme)
    asked.practices.clear()
    asked.themes.set([theme])
    asked.challenge = "Fruit rots on the road. Could a rail corridor help us?"
    asked.save()
    page = page_of(desk.get(url_of(asked)))
    ranking = page.one("[aria-labelledby=ranking]")
    assert ranking.select(".cand") == []
    assert "names no practice" in ranking.text
    assert (rail.name, rail.get_absolute_url()) in ranking.links
    related = page.one("[aria-labelledby=related]")
    assert related.select(".fit .num") == []
    assert "Zhengzhou has experience related to your request" in related.text


def test_page_shows_what_was_asked(desk, asked, zhengzhou):
    asked.musts = ["landlocked"]
    asked.challenge = "Couriers come once a week."
    asked.inspired_by = CaseStudyFactory(slug="by-rail", title="By rail", published=True)
    asked.save()
    section = page_of(desk.get(url_of(asked))).one("section[aria-labelledby=asked]")
    assert section.one("h2").text == asked.title
    assert section.one(".challenge").text == "Couriers come once a week."
    words = [each.text for each in section.select("dd")]
    assert words[0] == f"Lusaka, {asked.city.country.localized_name}"
    assert words[1] == "Rail corridor"
    assert "Is landlocked (no access for seagoing ships)" in words
    assert section.link("By rail") == "/cases/by-rail/"


def test_show_where_a_request_stands(desk, asked, zhengzhou):
    def step() -> str:
        return page_of(desk.get(url_of(asked))).one(".steps [aria-current=step]").text

    assert step() == "Selecting"
    p.MatchFactory(request=asked, city=zhengzhou, proposed=True)
    assert step() == "Proposed"


def card_names(page) -> list[str]:
    return [each.text for each in page.select("[aria-labelledby=ranking] .cand h3 a")]


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
def three(asked, rail, zhengzhou):
    """Zhengzhou works in English; Tianjin offers the same and does not; Harbin has less room."""
    asked.languages = ["en"]
    asked.save()
    tianjin = CityFactory(name="Tianjin", working_languages=["zh"])
    for _ in range(2):
        p.OfferFactory(city=tianjin, practices=[rail])
    harbin = CityFactory(name="Harbin")
    p.OfferFactory(city=harbin, practices=[rail], capacity=1)
    return zhengzhou, tianjin, harbin


def test_compare_three_cities_side_by_side(desk, asked, three):
    keys = [city.pk for city in three]
    page = page_of(desk.get(url_of(asked), {"compare": [*keys, "x", keys[0]]}))
    table = page.one("[aria-labelledby=compare] table.compare")
    assert {each.text for each in table.select("thead th")} == {
        "Factor",
        "Zhengzhou",
        "Tianjin",
        "Harbin",
    }
    lines = {each.select("th")[0].lines[0]: each for each in table.select("tbody tr")}
    assert len(lines["Languages up to 10"].select("td")) == 3
    # What is not known of any of them changes nothing and shares a line.
    [shared] = [each.text for each in table.select("td.all")]
    assert shared == "Unknown for all these cities, so it makes no difference."
    totals = [each.text for each in lines["Total"].select("td")]
    assert all(total.endswith(" of 100") for total in totals)
    assert len(page.select(".cand [name=compare][checked]")) == 3
    assert not Match.objects.exists()


def test_compare_what_is_recorded(desk, asked, three, rail):
    zhengzhou, tianjin, _harbin = three
    zhengzhou.population, zhengzhou.population_source = 12_600_000, "Census"
    zhengzhou.has_sea_port = False
    zhengzhou.save()
    ExperienceFactory(city=zhengzhou, subject=rail, status="adopted", year=2023)
    ExperienceFactory(city=zhengzhou, subject=rail, status="piloting", year=2021)
    page = page_of(desk.get(url_of(asked), {"compare": [zhengzhou.pk, tianjin.pk]}))
    table = page.one("table.facts")
    heads = [each.text for each in table.select("thead th")]
    assert heads[:2] == ["Fact", "Lusaka Asks"]
    assert [head.split()[0] for head in heads[2:]] == ["Zhengzhou", "Tianjin"]
    # Each row has a header, a cell for the city that asks and one for each candidate.
    rows = [each for each in table.select("tbody tr") if not each.select("[scope=rowgroup]")]
    assert {(len(each.select("th[scope=row]")), len(each.select("td"))) for each in rows} == {
        (1, 3)
    }
    facts = {each.one("th").text: [cell.text for cell in each.select("td")] for each in rows}
    unknown = "Has not recorded"
    assert facts["Practices recorded"] == ["", "1 of 1", "1 of 1"]
    assert facts["Rail corridor"][1] == "Adopted 2023"
    assert facts["Rail corridor"][2].startswith("Offers to share it")
    assert facts["Working languages"] == ["English", "English", "Chinese none in common"]
    assert facts["Represented here"] == ["No", "No", "No"]
    assert facts["Capacity for partners this year"][1:] == [unknown, unknown]
    assert facts["Past partnerships"][1:] == ["None here", "None here"]
    assert facts["Population"] == [unknown, "12,600,000", unknown]
    assert facts["Sea port"][1:] == ["No", unknown]
    assert facts["Rail hub"] == [unknown, unknown, unknown]


def test_compare_needs_two_cities_of_the_ranking(desk, asked, three):
    other = CityFactory()
    response = desk.get(url_of(asked), {"compare": [three[0].pk, other.pk]})
    assert [row.city for row in response.context["compared"]] == [three[0]]
    section = page_of(response).one("section[aria-labelledby=compare]")
    assert section.select("table") == []
    assert desk.get(url_of(asked), {"compare": other.pk}).context["compared"] == []


def test_other_weights_move_the_order_and_store_nothing(desk, asked, three):
    before = page_of(desk.get(url_of(asked)))
    assert before.select(".trial") == before.select(".moved") == []
    assert card_names(before) == ["Tianjin", "Zhengzhou", "Harbin"]
    after = page_of(desk.get(url_of(asked), WEIGHTS | {"weight_fit": 1, "weight_languages": 100}))
    assert card_names(after) == ["Zhengzhou", "Harbin", "Tianjin"]
    assert [each.text for each in after.select(".moved")] == [
        "Rank 1, was 2",
        "Rank 2, was 3",
        "Rank 3, was 1",
    ]
    little = page_of(desk.get(url_of(asked), WEIGHTS | {"weight_fit": 41}))
    assert little.select(".moved")[2].text == "Rank 3, unchanged"
    assert "Nothing is saved." in after.one(".trial").text
    assert not Brokering.objects.exists()
    assert card_names(page_of(desk.get(url_of(asked)))) == ["Tianjin", "Zhengzhou", "Harbin"]


def test_the_saved_weights_are_no_trial(desk, asked, three):
    response = desk.get(url_of(asked), WEIGHTS)
    assert response.context["is_trial"] is False


@pytest.mark.parametrize(
    ("weights", "error"),
    [
        ({"weight_fit": -1}, "Ensure this value is greater than or equal to 0."),
        ({"weight_fit": "x"}, "Enter a number."),
        ({"weight_fit": "nan"}, "Enter a number."),
        (
            dict.fromkeys(WEIGHTS, 0),
            "Give at least one factor a weight above 0.",
        ),
    ],
)
def test_invalid_weights_leave_the_order(desk, asked, three, weights, error):
    page = page_of(desk.get(url_of(asked), WEIGHTS | weights))
    assert card_names(page) == ["Tianjin", "Zhengzhou", "Harbin"]
    assert error in page.one("details.weights[open]").text


def test_names_are_escaped(desk, asked, rail):
    city = CityFactory(name="<b>Bold</b>")
    p.OfferFactory(city=city, practices=[rail])
    page = page_of(desk.get(url_of(asked)))
    assert "<b>Bold" not in page.html
    assert any(each.text.startswith("<b>Bold</b> offers") for each in page.select("dd"))


def test_suggest_keeps_the_ranking(desk, asked, zhengzhou):
    p.RepresentationFactory(city=zhengzhou)
    shown = desk.get(url_of(asked)).context["candidates"][0].candidate
    data = {"city": zhengzhou.pk, "act": "suggest"}
    assert desk.post(url_of(asked), data).status_code == 302
    # Repeating it is harmless.
    desk.post(url_of(asked), data)
    match = Match.objects.get()
    assert (match.city, match.status, match.origin) == (
        zhengzhou,
        MatchStatus.CANDIDATE,
        MatchOrigin.RANKING,
    )
    assert match.ranking == shown.as_data()
    context = desk.get(url_of(asked)).context
    assert (context["candidates"], context["left_out"]) == ([], [])
    [row] = context["matches"]
    assert (row.match, row.candidate) == (match, shown)


def test_continue_to_ask_both(desk, asked, zhengzhou):
    p.RepresentationFactory(city=zhengzhou)
    p.RepresentationFactory(city=asked.city)
    answer = desk.post(url_of(asked), {"city": zhengzhou.pk, "act": "propose"})
    match = Match.objects.get()
    assert (answer.url, match.status) == (
        f"/admin/partnerships/matches/{match.pk}/#propose",
        MatchStatus.CANDIDATE,
    )
    # Existing candidates have a link instead.
    assert answer.url in [href for _text, href in page_of(desk.get(url_of(asked))).links]
    assert page_of(desk.get(answer.url)).one("#propose")


def test_take_the_search_for_candidates(desk, asked, zhengzhou, broker):
    p.RepresentationFactory(city=zhengzhou)
    desk.post(f"/admin/review/request/{asked.pk}/take/")
    assert Claim.objects.live().get().subject == asked
    claim = page_of(desk.get(url_of(asked))).one(".claim p")
    assert claim.text
    other = DeskClient()
    other.force_login(staff("Brokers", "other"))
    claim = page_of(other.get(url_of(asked))).one(".claim p")
    assert claim.text.startswith("Broker has claimed this until")
    [message] = page_of(other.post(url_of(asked), {"city": zhengzhou.pk}, follow=True)).messages
    assert message.startswith("Broker has claimed this until")
    assert not Match.objects.exists()
    # Others see it in the queue.
    assert page_of(other.get("/admin/", follow=True)).one(".due-rows .claim bdi").text == "Broker"


def acts(page) -> list[str]:
    """The actions of a request that its page offers."""
    return [each["value"] for each in page.select(".handling button")]


def test_offer_only_actions_that_are_possible(desk, asked, zhengzhou):
    assert acts(page_of(desk.get(url_of(asked)))) == ["assign-to-me", "snooze"]
    match = p.MatchFactory(request=asked, city=zhengzhou)
    assert acts(page_of(desk.get(url_of(asked)))) == ["assign-to-me", "snooze"]
    match.delete()
    match = p.MatchFactory(request=asked, city=zhengzhou, proposed=True)
    assert acts(page_of(desk.get(url_of(asked)))) == ["assign-to-me", "snooze", "remind"]
    yesterday = timezone.localdate() - timedelta(days=1)
    Match.objects.filter(pk=match.pk).update(reply_by=yesterday)
    assert "remind" not in acts(page_of(desk.get(url_of(asked))))


def test_add_by_hand(desk, asked, zhengzhou):
    harbin = p.RepresentationFactory(city__name="Harbin").city
    found = desk.get(url_of(asked), {"look_for": "harb"}).context["named"]
    assert found == desk.get(url_of(asked), {"look_for": "harbin, china"}).context["named"]
    assert found == [harbin]
    desk.post(url_of(asked), {"city": harbin.pk, "by_hand": ""})
    match = Match.objects.get()
    assert (match.city, match.origin, match.ranking) == (harbin, MatchOrigin.STAFF, {})
    card = page_of(desk.get(url_of(asked))).one("[aria-labelledby=matches] .cand")
    assert "This city has recorded no experience with this." in card.lines


def test_page_shows_countries_that_have_what_is_asked(desk, asked, rail):
    belarus = CountryFactory(iso2="BY", name="Belarus")
    customs = OrganizationFactory(name="State Customs Committee", acronym="")
    case = CaseStudyFactory(
        published=True, countries=[belarus], organizations=[customs], practices=[rail]
    )
    suggestion = p.SuggestionFactory(city=None, country=belarus, practices=[rail])
    page = page_of(desk.get(url_of(asked)))
    section = page.one(".starting-points")
    assert section.one("h3").text == "Belarus country or area"
    assert section.one(".fit").text == "1 of 1 of what the request needs"
    assert section.select("p")[2].text == "“Rail corridor”"
    assert section.select("p")[4].text == "Fit: 20.0 of 40"
    assert [item.text for item in section.select("li")] == [
        f"Case: {case.title}",
        f"Suggested by the editors: {suggestion.title}",
    ]
    assert section.select("p")[3].text == "Ask which city could help: State Customs Committee"
    hrefs = [each["href"] for each in section.select("a")]
    assert hrefs == [case.get_absolute_url(), suggestion.get_absolute_url()]
    # Not shown where nobody has it.
    case.practices.clear()
    suggestion.practices.clear()
    assert page_of(desk.get(url_of(asked))).select(".starting-points") == []


def test_name_a_city_of_the_gazetteer(desk, asked, rail, broker):
    belarus = CountryFactory(iso2="BY", name="Belarus")
    p.OfferFactory(city=None, country=belarus, practices=[rail])
    page = page_of(desk.get(url_of(asked)))
    [form] = page.select(".starting-points form")
    assert form.one("[name=country]")["value"] == "BY"
    query = {"country": "BY", "look_for": "Hrodn"}
    page = page_of(desk.get(url_of(asked), query))
    assert page.select(".found button") == []
    [link] = page.select(".found a")
    assert link.text[:21] == "Invite: Hrodna, Belar"
    form = page_of(desk.get(link["href"]))
    assert form.one("[name=city]")["value"] == "Hrodna, Belarus"
    # A form that was open before.
    data = {"place": link["href"].partition("place=")[2], "by_hand": ""}
    page = page_of(desk.post(url_of(asked), data, follow=True))
    assert page.outcomes == ["warning"]
    assert page.one("[name=city]")["value"] == "Hrodna, Belarus"
    french = page.one("nav [lang=fr]")["href"]
    assert french == f"?language=fr&place={data['place']}"
    assert not Match.objects.exists()


def test_invite_a_city_that_nobody_represents_instead_of_suggesting_it(desk, asked, zhengzhou):
    page = page_of(desk.get(url_of(asked), {"look_for": "zheng"}))
    invitation = f"/admin/partnerships/requests/{asked.pk}/invite/?city={zhengzhou.pk}"
    assert page.select(".found a")[0]["href"] == invitation
    assert page.select(".found button") == []
    for act in ("suggest", "propose"):
        answer = desk.post(url_of(asked), {"city": zhengzhou.pk, "act": act})
        assert (answer.status_code, answer.url) == (302, invitation)
    assert not Match.objects.exists()


def test_ask_nobody_while_nobody_represents_the_city_that_asks(desk, asked, zhengzhou):
    p.RepresentationFactory(city=zhengzhou)
    card = page_of(desk.get(url_of(asked))).one("[aria-labelledby=ranking] .cand")
    assert [button["value"] for button in card.select("[name=act]")] == ["suggest"]
    p.RepresentationFactory(city=asked.city)
    card = page_of(desk.get(url_of(asked))).one("[aria-labelledby=ranking] .cand")
    assert [button["value"] for button in card.select("[name=act]")] == [
        "propose",
        "suggest",
    ]


def test_a_refused_place_is_not_added_to_the_collection(desk, asked):
    CountryFactory(iso2="BY", name="Belarus")
    PartnershipRequest.objects.update(status="expired")
    cities = City.objects.count()
    [place] = gazetteer.find("Hrodna", "BY")
    page = page_of(desk.post(url_of(asked), {"place": place.geoname_id}, follow=True))
    assert page.outcomes == ["error"]
    assert City.objects.count() == cities


@pytest.mark.parametrize("place", ["", "x", "1", "²", "\0", "99999999999"])
def test_an_unknown_place_is_refused(desk, asked, place):
    page = page_of(desk.post(url_of(asked), {"place": place}, follow=True))
    assert page.outcomes == ["error"]
    assert not Match.objects.exists()


@pytest.mark.parametrize("city", ["", "x", "0", "²", "\0", "99999999999"])
def test_an_unknown_city_is_refused(desk, asked, city):
    page = page_of(desk.post(url_of(asked), {"city": city}, follow=True))
    assert page.outcomes == ["error"]
    assert not Match.objects.exists()


def test_a_closed_request_gets_no_candidates(desk, asked, zhengzhou):
    PartnershipRequest.objects.update(status="expired")
    page = page_of(desk.post(url_of(asked), {"city": zhengzhou.pk}, follow=True))
    assert page.outcomes == ["error"]
    assert page.select("[name=act]") == []
    assert not Match.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "p=0",
        "p=%C2%B2",
        "p=999",
        "look_for=%00",
        "look_for=%E2%80%AE",
        "look_for=xx&country=%00%C2%B2",
        "compare=%00&compare=99999999999999999999",
        "weight_fit=1e999",
        "weight_fit=%00",
    ],
)
def test_hostile_queries(desk, asked, query):
    assert desk.get(f"{url_of(asked)}?{query}").status_code == 200


def test_a_city_without_the_practice_is_shown_apart(desk, asked, rail):
    theme = ThemeFactory(slug="trade")
    rail.themes.add(theme)
    asked.themes.add(theme)
    city = CityFactory(name="Harbin")
    p.OfferFactory(city=city, practices=[PracticeFactory(themes=[theme])])
    page = page_of(desk.get(url_of(asked)))
    assert page.one("[aria-labelledby=ranking]").select(".cand") == []
    assert page.one("[aria-labelledby=related] .cand h3 a").text == "Harbin"
    assert page.one("[aria-labelledby=related]").select(".fit") == []


def test_show_how_many_cities_a_requirement_excludes(desk, asked, zhengzhou):
    asked.musts = ["landlocked", "region:Africa"]
    asked.save()
    zhengzhou.has_sea_port = False
    zhengzhou.save()
    [line] = page_of(desk.get(url_of(asked))).select(".without li")
    assert line.text == "Without “Is in this region: Africa”: 1 more city"


def test_an_unknown_request_is_not_found(desk):
    assert desk.get("/admin/partnerships/requests/404/candidates/").status_code == 404


def test_take_a_fixed_number_of_queries(desk, asked, rail):
    counts = []
    for size in (1, 3, 1000):
        if size < 9:
            for _ in range(size):
                p.OfferFactory(practices=[rail])
                p.MatchFactory(request=asked)
        else:
            fill_partnerships(cities=size, offers=size, requests=9)
        desk.get(url_of(asked))
        with CaptureQueriesContext(connection) as queries:
            desk.get(url_of(asked))
        counts.append(len(queries))
    assert len(set(counts)) == 1
    # Without texts that are close in meaning, which take two more.
    assert counts[0] <= 18


def test_a_proposal_keeps_the_ranking_as_it_was(desk, asked, zhengzhou):
    for city in (asked.city, zhengzhou):
        p.RepresentationFactory(city=city)
    match = p.MatchFactory(request=asked, city=zhengzhou, origin=MatchOrigin.STAFF)
    day = timezone.localdate() + timedelta(days=9)
    data = {"act": "propose", "reply_by": day.isoformat(), "message": ""}
    assert desk.post(f"/admin/partnerships/matches/{match.pk}/", data).status_code == 302
    match.refresh_from_db()
    assert match.status == MatchStatus.PROPOSED
    kept = match.ranking
    [fit, *_others] = kept["factors"]
    assert [reason["code"] for reason in fit["reasons"]] == ["fit.offer", "fit.modality"]
    zhengzhou.offers.update(status="closed")
    context = desk.get(url_of(asked)).context
    match.refresh_from_db()
    assert (match.ranking, context["matches"][0].candidate) == (kept, None)

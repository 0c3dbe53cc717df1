import time

import pytest
from django.test import Client

from community.accounts.spam_protection import stamp_for
from community.experiences import reports as reports_of_cities
from community.models import Experience, Standing, Verb
from community.moderation.decisions.actions import decide
from repository.models import City
from repository.places import gazetteer
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CommentFactory,
    CountryFactory,
    ExperienceFactory,
    PracticeFactory,
    TagFactory,
)
from tests.page import Element, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice():
    return PracticeFactory(slug="parcels")


@pytest.fixture
def url(practice):
    return f"/experiences/practice/{practice.pk}/new/"


@pytest.fixture
def city():
    return CityFactory(name="Kisumu", slug="kisumu", country=CountryFactory(iso2="KE"))


@pytest.fixture
def trusted(client, member):
    CommentFactory.create_batch(3, author=member, subject=CityFactory())
    client.force_login(member)
    return member


def filled(user, **changes):
    return {
        "city": "Kisumu",
        "year": "2023",
        "status": "adopted",
        "worked": "One form.",
        "failed": "",
        "cost": "",
        "evidence_url": "",
        "tags": "Rail freight, rail-freight",
        "language": "en",
        "website": "",
        "stamp": stamp_for(user, at=time.time() - 60),
    } | changes


def reports(page) -> list[Element]:
    return page.select("article.experience")


def test_report_without_scripts(client, url, city, trusted):
    assert client.get(url).status_code == 200
    response = client.post(url, filled(trusted))
    experience = Experience.objects.get()
    assert (response.status_code, response.url) == (302, experience.get_absolute_url())
    assert (experience.city, experience.author, experience.standing) == (
        city,
        trusted,
        Standing.PUBLISHED,
    )
    assert [tag.name for tag in experience.tags.all()] == ["Rail freight"]
    # A second click does no harm.
    assert client.post(url, filled(trusted)).url == response.url
    assert Experience.objects.count() == 1


def test_choose_among_cities_of_one_name(client, url, city, trusted):
    other = CityFactory(name="Kisumu", country=CountryFactory(iso2="RW"))
    response = client.post(url, filled(trusted))
    assert [*response.context["form"].errors] == ["city"]
    choices = response.context["form"].fields["place"].choices
    assert {f"city-{city.pk}", f"city-{other.pk}"} <= {key for key, _label in choices}
    client.post(url, filled(trusted, place=f"city-{other.pk}"))
    assert Experience.objects.get().city == other


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"city": "Nowhere at all"}, ["city"]),
        ({"city": "x", "place": "city-1"}, ["city"]),
        ({"worked": ""}, ["__all__"]),
        ({"year": "1066"}, ["year"]),
        ({"year": "2090"}, ["year"]),
        ({"status": "won"}, ["status"]),
        ({"evidence_url": "javascript:alert(1)"}, ["evidence_url"]),
        ({"evidence_url": "ftp://example.org/x"}, ["evidence_url"]),
        ({"tags": ",".join("abcdefghijk")}, ["tags"]),
        ({"tags": "x" * 51}, ["tags"]),
        ({"tags": "CASINO!"}, ["tags"]),
        ({"tags": "a\u202eb"}, ["tags"]),
        ({"website": "http://robot.example"}, ["__all__"]),
        ({"cost": "\0"}, ["cost"]),
    ],
)
def test_refuse_invalid_reports(client, url, city, trusted, changes, wrong):
    TagFactory(name="casino", is_blocked=True)
    response = client.post(url, filled(trusted, **changes))
    assert (response.status_code, [*response.context["form"].errors]) == (200, wrong)
    assert not Experience.objects.exists()


def test_report_is_refused_to_visitors_and_by_get(client, url, city, member):
    for response in (client.get(url), client.post(url, filled(member))):
        assert response.url == f"/accounts/login/?next={url}"
    client.force_login(member)
    assert client.get(url, filled(member)).status_code == 200
    assert not Experience.objects.exists()


def test_edit_and_delete_own_report(client, practice, city, trusted):
    experience = ExperienceFactory(subject=practice, city=city, author=trusted)
    url = f"/experiences/{experience.pk}/edit/"
    assert page_of(client.get(url)).form(url).fields["city"] == "Kisumu, Kenya"
    response = client.post(url, filled(trusted, city="Kisumu, Kenya", failed="Rain."))
    assert response.url == experience.get_absolute_url()
    experience.refresh_from_db()
    assert (experience.failed, experience.edited_at is None) == ("Rain.", False)
    url = f"/experiences/{experience.pk}/delete/"
    assert client.get(url).status_code == 200
    assert Experience.objects.count() == 1
    assert client.post(url).url == "/practices/parcels/#experiences"
    assert not Experience.objects.exists()


def test_show_published_reports_on_all_pages(client, practice, city):
    report = ExperienceFactory(subject=practice, city=city, worked="It *worked*.", tags=["rail"])
    for path in ("/cities/kisumu/", "/tags/rail/"):
        links = page_of(client.get(path)).one(".experiences").links
        assert report.get_absolute_url() in [href for _text, href in links]
    page = page_of(client.get("/practices/parcels/"))
    [article] = reports(page)
    assert article.one("h3").link("Kisumu") == "/cities/kisumu/"
    assert (article.one(".prose").text, article.one(".prose em").text) == ("It worked.", "worked")
    assert page.one(".uptake > p").text == "Adopted in 1 city."
    assert page.select(".experiences .lead") == []
    assert "csrf" not in page.html


@pytest.mark.parametrize("standing", [*Standing])
def test_hide_unpublished_reports(client, practice, city, standing, stranger):
    if standing == Standing.PUBLISHED:
        return
    ExperienceFactory(
        subject=practice, city=city, standing=standing, worked="Secret.", tags=["hush"]
    )
    for reader in (None, stranger):
        if reader:
            client.force_login(reader)
        for path in ("/practices/parcels/", "/cities/kisumu/"):
            html = page_of(client.get(path)).html
            assert ("Secret" in html, "hush" in html, "Adopted in" in html) == (False,) * 3
        assert client.get("/tags/hush/").status_code == 404
        assert "hush" not in client.get("/sitemap-tags.xml").text
    assert client.get("/tag-suggestions/?q=hush").json() == {"found": []}


def test_show_pending_reports_to_their_author(client, practice, city, member):
    ExperienceFactory(
        subject=practice, city=city, author=member, pending=True, worked="Mine.", tags=["hush"]
    )
    client.force_login(member)
    page = page_of(client.get("/practices/parcels/"))
    [article] = reports(page)
    assert (article.one(".prose").text, article.one(".chip").text) == ("Mine.", "hush")
    assert "/tags/hush/" not in [href for _text, href in page.links]


def test_hide_reports_on_archived_cases(client, city):
    case = CaseStudyFactory(archived=True, title="Gone case")
    ExperienceFactory(subject=case, city=city, tags=["rail"])
    assert "Gone case" not in page_of(client.get("/cities/kisumu/")).html
    assert client.get("/tags/rail/").status_code == 404


def test_escape_what_members_write(client, practice, city):
    ExperienceFactory(
        subject=practice,
        city=city,
        worked="<script>alert(1)</script>",
        cost='"><img src=x onerror=alert(1)>',
        evidence_url='https://example.org/"onmouseover="alert(1)',
        author__display_name="<b>Bold</b>",
    )
    text = client.get("/practices/parcels/").text
    assert [
        bad for bad in ("<script>alert", "<img src=x", '"onmouse', "<b>Bold") if bad in text
    ] == []


@pytest.mark.parametrize("count", [1, 3, 25])
def test_page_takes_the_same_queries(client, practice, count, django_assert_max_num_queries):
    for number in range(count):
        ExperienceFactory(subject=practice, status="abandoned", year=2000 + number, tags=["rail"])
    client.get("/practices/parcels/")
    with django_assert_max_num_queries(13):
        response = client.get("/practices/parcels/")
    assert len(reports(page_of(response))) == min(count, 20)


def test_turn_the_pages(client, practice):
    for number in range(21):
        ExperienceFactory(subject=practice, year=2000 + number)
    page = page_of(client.get("/practices/parcels/?experiences=2"))
    assert len(reports(page)) == 1
    assert page.link("Previous page") == "?experiences=1#experiences"
    for odd in ("0", "x", "٣", "99999999999"):
        page = page_of(client.get(f"/practices/parcels/?experiences={odd}"))
        assert len(reports(page)) == 20


def test_suggest_cities_of_the_gazetteer(client, city, member):
    """Cities of the collection come first; the others are in countries that it knows."""
    client.force_login(member)
    ask = lambda letters: client.get("/city-suggestions/", {"q": letters}).json()["found"]  # noqa: E731
    assert ask("Mombas") == ["Mombasa, Kenya"]
    assert ask("mombasa, ken") == ["Mombasa, Kenya"]
    # Kigali is in a country that the collection does not have.
    assert ask("Kigali") == []
    CountryFactory(iso2="RW", name="Rwanda")
    assert ask("Kigali") == ["Kigali, Rwanda"]
    City.objects.update(geoname_id=gazetteer.find("Kisumu", "KE")[0].geoname_id)
    assert ask("Kisumu") == ["Kisumu, Kenya"]
    # One or two letters begin too many names; two Chinese characters are a whole name.
    assert ask("mo") == []
    assert ask("蒙巴萨，肯尼亚") == ["Mombasa, Kenya"]
    CountryFactory(iso2="CN", name="China")
    assert ask("南京")[0] == "Nanjing, China"
    for label in ask("san"):
        assert reports_of_cities.cities_called(label) != []


def test_suggest_cities_of_the_collection(client, city, member):
    assert client.get("/city-suggestions/?q=kis").status_code == 302
    client.force_login(member)
    ask = lambda letters: client.get("/city-suggestions/", {"q": letters}).json()  # noqa: E731
    assert ask("ki") == ask("kisu") == {"found": ["Kisumu, Kenya"]}
    assert [ask(odd) for odd in ("k", "", "\0\0", "%%")] == [{"found": []}] * 4
    assert City.objects.count() == 1


def test_leave_a_placeholder_for_what_a_moderator_removed(client, practice, member, moderator):
    row = ExperienceFactory(subject=practice, author=member, worked="Buy our scales.")
    ExperienceFactory(subject=practice, author=member, standing=Standing.REMOVED, worked="Old.")
    words = {"reason": "spam", "message": "This is advertising."}
    decide(subject=row, verb=Verb.REMOVE, by=moderator, **words)
    browser = Client()
    browser.force_login(member)
    for reader in (client, browser):
        page = page_of(reader.get("/practices/parcels/"))
        assert [article["id"] for article in reports(page)] == [f"experience-{row.pk}"]
        for secret in ("Buy our scales.", "Old.", row.city.name):
            assert secret not in page.html
    decide(subject=row, verb=Verb.RESTORE, by=moderator, **words)
    [article] = reports(page_of(client.get("/practices/parcels/")))
    assert article.one(".prose").text == "Buy our scales."

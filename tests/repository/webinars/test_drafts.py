"""Nobody reads of a webinar that is a draft, but those who plan it; no page becomes new by it."""

import pytest
from django.db import connection, transaction
from django.urls import reverse

from repository.models import Edition, SearchEntry, SearchWord, Tag, Webinar
from repository.pages.editions import forget_all
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    EvidenceFactory,
    OrganizationFactory,
    PracticeFactory,
    SeriesFactory,
    SpeakerFactory,
    WebinarFactory,
)

SECRET = "Quokkafish"


@pytest.fixture
def draft(db):
    """A draft that has a word of its own in all its parts, and all that shows webinars."""
    country = CountryFactory(iso2="KE")
    city = CityFactory(slug="kisumu", country=country)
    practice = PracticeFactory(slug="window")
    shown = {"countries": [country], "cities": [city], "practices": [practice]}
    speaker = SpeakerFactory(
        slug=f"{SECRET}-speaker",
        name=f"{SECRET} Speaker",
        country=country,
        organization=OrganizationFactory(city=city),
    )
    case = CaseStudyFactory(published=True, slug="old-harbour", speakers=[speaker], **shown)
    webinar = WebinarFactory(
        draft=True,
        slug=f"{SECRET}-webinar".lower(),
        title=f"{SECRET} at sea",
        summary=f"{SECRET} swims.",
        series=SeriesFactory(title=f"{SECRET} series", summary=f"Of {SECRET}"),
        meeting_link=f"https://example.org/{SECRET}",
        tags=[f"{SECRET} tag", "port"],
        cases=[case],
        **shown,
    )
    AppearanceFactory(webinar=webinar, speaker=speaker, title=f"{SECRET} keeper")
    case.webinars.add(webinar)
    EvidenceFactory(case=case, webinar=webinar)
    other = AppearanceFactory(webinar__slug="by-rail", speaker__slug="li-wei").webinar
    EvidenceFactory(case=None, series=other.series, is_headline=True, webinar=webinar)
    other.tags.add("port")
    return webinar


PAGES = [
    "/",
    "/webinars/",
    "/webinars/by-rail/",
    "/speakers/",
    "/cases/",
    "/cases/old-harbour/",
    "/cases/old-harbour/history/",
    "/practices/",
    "/practices/window/",
    "/cities/",
    "/cities/kisumu/",
    "/countries/ke/",
    "/recommendations/",
    "/references/",
    "/search/?q=swims",
    "/tags/port/",
    "/monitoring/",
    "/feeds/cases.atom",
    "/sitemap-webinars.xml",
    "/sitemap-speakers.xml",
    "/sitemap-tags.xml",
]
# Each as it is once everybody may know of it.
OWN = [
    f"/webinars/{SECRET}-webinar/".lower(),
    f"/speakers/{SECRET}-speaker/",
    f"/tags/{SECRET}-tag/".lower(),
]


def leaks(client) -> set[str]:
    """The pages on which the word stands, read as a new visitor would."""
    found = set()
    for path in PAGES:
        forget_all()
        response = client.get(path)
        assert response.status_code == 200, path
        if SECRET.lower() in response.text.lower():
            found.add(path)
    return found


def test_show_a_draft_nowhere_until_it_is_announced(client, member, draft):
    connection.check_constraints()  # runs what waits for the end of the transaction
    assert leaks(client) == set()
    assert [client.get(path).status_code for path in OWN] == [404, 404, 404]
    assert not SearchEntry.objects.filter(title__contains=SECRET).exists()
    assert not SearchWord.objects.filter(word__startswith=SECRET.lower()).exists()
    assert list(Tag.objects.public().values_list("name", flat=True)) == ["port"]
    client.force_login(member)
    assert leaks(client) == set()
    assert [client.get(path).status_code for path in OWN] == [404, 404, 404]
    for name in ("tag_propose", "comment_new"):
        address = reverse(f"community:{name}", args=["webinar", draft.pk])
        assert client.post(address, {"body": "Good", "name": "new"}).status_code == 404

    client.logout()
    Webinar.objects.filter(pk=draft.pk).update(status="held")
    connection.check_constraints()
    assert leaks(client) >= {
        "/webinars/",
        "/speakers/",
        "/cases/old-harbour/",
        "/practices/window/",
        "/cities/kisumu/",
        "/countries/ke/",
        "/search/?q=swims",
        "/tags/port/",
        "/sitemap-webinars.xml",
        "/sitemap-speakers.xml",
        "/sitemap-tags.xml",
    }
    assert [client.get(path).status_code for path in OWN] == [200, 200, 200]
    assert f"example.org/{SECRET}" not in client.get(OWN[0]).text


def test_show_a_draft_to_the_desk_as_a_preview(client, read, moderator, draft):
    client.force_login(moderator)
    page = read(OWN[0])
    assert page.one("main .notice.warning")
    assert page.response.headers["Cache-Control"] == "private, no-store"
    assert not {"Questions and discussion", "Tags"} & set(page.main.lines)
    assert f"example.org/{SECRET}" not in page.html


@pytest.mark.django_db(transaction=True)
def test_keep_edition_while_a_webinar_is_planned():
    Edition.objects.get_or_create(pk=1)
    webinar, speaker, city = WebinarFactory(draft=True), SpeakerFactory(), CityFactory()
    case = CaseStudyFactory()
    before = Edition.objects.get().number
    with transaction.atomic():
        webinar.title = "Another title"
        webinar.save()
        webinar.cities.add(city)
        webinar.cases.add(case)
        AppearanceFactory(webinar=webinar, speaker=speaker)
        webinar.tags.add("rail")
    assert Edition.objects.get().number == before
    steps = [
        lambda: Webinar.objects.filter(pk=webinar.pk).update(status="held"),
        lambda: webinar.cases.clear(),
        lambda: webinar.appearances.update(title="Director"),
        lambda: webinar.tags.clear(),
        lambda: webinar.delete(),
    ]
    for count, step in enumerate(steps, 1):
        with transaction.atomic():
            step()
        assert Edition.objects.get().number == before + count

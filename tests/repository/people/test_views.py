from datetime import date

import pytest

from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CountryFactory,
    OrganizationFactory,
    SeriesFactory,
    SpeakerFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db


def test_list_speakers_by_name(read):
    busy = SpeakerFactory(
        name="Zhang Yanling", slug="zhang", organization=OrganizationFactory(name="The Bank")
    )
    for _ in range(2):
        AppearanceFactory(speaker=busy)
    AppearanceFactory(speaker=SpeakerFactory(name="Ana Sol", country=CountryFactory(iso2="BR")))
    AppearanceFactory(speaker=SpeakerFactory(name="Bo"))
    page = read("/speakers/")
    assert page.main.lines[2:] == [
        "Ana Sol",
        "Brazil",
        "Bo",
        "Zhang Yanling",
        "The Bank · 2 talks",
    ]
    assert page.main.links[-1] == ("Zhang Yanling", "/speakers/zhang/")


def test_list_no_speaker(read):
    page = read("/speakers/")
    assert page.main.after("No speakers yet.") == ["All cases"]


def test_turn_pages_of_speakers(read):
    webinar = WebinarFactory()
    for number in range(61):
        AppearanceFactory(webinar=webinar, speaker__name=f"Speaker {number:02}")
    page = read("/speakers/?page=2")
    assert page.main.after(page.main.lines[1]) == ["Speaker 60"]


def test_show_every_talk_with_the_title_held_that_day(read):
    speaker = SpeakerFactory(
        name="Tunde Fafunwa",
        slug="tunde-fafunwa",
        aliases=["Tunde Fafunaw"],
        organization=OrganizationFactory(name="The Centre"),
        country=CountryFactory(iso2="NG"),
    )
    series = SeriesFactory(start=date(2020, 8, 14))
    for number, title in [(3, "Adviser"), (15, "Lead Adviser")]:
        webinar = WebinarFactory(series=series, number=number, title=f"Talk {number}")
        AppearanceFactory(webinar=webinar, speaker=speaker, title=title)
    CaseStudyFactory(published=True, title="A market", speakers=[speaker])
    CaseStudyFactory(title="Draft", speakers=[speaker])
    page = read("/speakers/tunde-fafunwa/")
    assert page.main.lines == [
        "Speakers",
        "Tunde Fafunwa",
        "Lead Adviser",
        "Also spelled: Tunde Fafunaw",
        "Talks",
        "Webinar 15, Talk 15",
        "Spoke as: Lead Adviser",
        "Webinar 3, Talk 3",
        "Spoke as: Adviser",
        "Cases presented",
        "A market",
        "A city cut the days at the border from twenty to three.",
        "Organisation",
        "The Centre",
        "Country or area",
        "Nigeria",
    ]


def test_show_a_speaker_of_drafts_alone_to_the_desk(client, read, moderator):
    speaker = SpeakerFactory(name="Bo", slug="bo")
    AppearanceFactory(speaker=speaker, webinar=WebinarFactory(draft=True, title="By rail"))
    assert client.get("/speakers/bo/").status_code == 404
    client.force_login(moderator)
    page = read("/speakers/bo/")
    assert page.one("h1").text == "Bo"
    assert page.main.links == [("Speakers", "/speakers/")] * 2
    assert page.response.headers["Cache-Control"] == "private, no-store"


def test_answer_404_for_an_unknown_speaker(client):
    assert client.get("/speakers/unknown/").status_code == 404

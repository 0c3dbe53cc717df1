"""The 2020 series itself: how much there is, and the figures everybody quotes."""

import re

import pytest
from django.conf import settings
from django.db.models import F

from repository.arithmetic import sums
from repository.loading import load_countries, load_series
from repository.models import (
    Appearance,
    CaseStudy,
    City,
    Country,
    Evidence,
    GlossaryTerm,
    LandscapeSection,
    Practice,
    Recommendation,
    Reference,
    Series,
    Speaker,
    Theme,
    Webinar,
)
from repository.search import search
from tests.collection import SERIES
from tests.repository.loading.test_writing import snapshot

NB = "\N{NO-BREAK SPACE}"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("collection")]


def test_series_is_there_in_full():
    counted = {
        model.__name__: model.objects.count()
        for model in (
            Appearance,
            City,
            Country,
            GlossaryTerm,
            LandscapeSection,
            Practice,
            Reference,
            Series,
            Speaker,
            Theme,
            Webinar,
        )
    }
    assert counted == {
        "Appearance": 55,
        "City": 19,
        "Country": 249,
        "GlossaryTerm": 50,
        "LandscapeSection": 8,
        "Practice": 28,
        "Reference": 63,
        "Series": 1,
        "Speaker": 50,
        "Theme": 13,
        "Webinar": 15,
    }
    assert CaseStudy.objects.published().count() == 13
    assert list(Recommendation.objects.values_list("kind", "number")) == [
        *[("policy", number) for number in range(1, 5)],
        *[("action", number) for number in range(1, 4)],
    ]


def test_load_series_again_writes_nothing():
    before = snapshot()
    countries, series = load_countries(), load_series(SERIES)
    assert (countries.created, countries.changed, countries.left_alone) == (0, 0, [])
    assert (series.created, series.changed, series.left_alone) == (0, 0, [])
    assert snapshot() == before


FIGURES = {
    ("africa-afcfta", "orders placed with Jumia, first nine months of 2020"): "19.8 million",
    ("africa-afcfta", "payment volume of Jumia Pay, first nine months of 2020"): "$176 million",
    ("africa-afcfta", "active customers of Jumia, first nine months of 2020"): "6.7 million",
    ("africa-afcfta", "of food businesses saw new opportunities"): f"75{NB}%",
    ("brazil", "of all jobs in Brazil are in small and medium-sized firms"): f"62{NB}%",
    ("chengkou", "online sales of Fan Zhongfu's shop, latest figure"): "$619,200",
    ("china-itc", "turnover of Alibaba's November shopping festival"): "$74 billion",
    ("china-itc", "comprehensive pilot zones for cross-border e-commerce"): "105",
    ("guangzhou", "warehouses overseas"): "55",
    ("guangzhou", "of bonded warehouse space"): f"660,000{NB}m²",
    ("hangzhou", "exports a year through these platforms"): "$22 billion",
    ("hangzhou", "private enterprises with headquarters in Hangzhou"): "more than 2 million",
    ("qingdao", "loans to cross-border e-commerce companies, up to 30 September 2020"): "230",
    ("qingdao", "lent in all, up to 30 September 2020"): "¥90 million",
    ("qingdao", "lent in all, as the source converts it to US dollars"): "about $13.78 million",
    ("qingdao", "per loan on average"): "less than ¥400,000",
    ("tianjin", "of the time an export took to clear in 2017"): "⅙",
    ("tianjin", "orders in all handled by the port"): "more than 13 million",
    (
        "zhalantun",
        "of spring farming supplies brought to the countryside through e-commerce platforms during "
        "the pandemic",
    ): f"12,064{NB}tons",
    (
        "zhalantun",
        "daily necessities brought to the countryside through e-commerce platforms during the "
        "pandemic",
    ): "8,766",
    ("zhalantun", "persons living in poverty"): "33,785",
    ("zhengzhou", "from order to door for goods bought abroad, years ago"): f"20 to 100{NB}days",
    (
        "zhengzhou",
        "of the price of air freight, for goods sent from China to Europe by rail",
    ): "⅛ to ⅙",
    (
        "zhengzhou",
        "of China's cross-border e-commerce transactions in imported cosmetics",
    ): f"65{NB}%",
    (None, "views, live and in the media"): "4,874,930",
    (None, "platforms that carried the webinars live"): "3",
    (None, "media outlets that carried them"): "14",
    (
        None,
        "views of the recordings; the report does not say whether the views above include them",
    ): "more than 1,780,447",
    (None, "participants who answered the survey"): "1,500",
    (None, "of those who answered were women"): f"51{NB}%",
    (None, "countries of those who answered the survey after the webinars"): "56",
    (None, "cities and urban areas they came from"): "more than 200",
    (None, "said the webinars had brought them a partnership"): f"15{NB}persons",
    (None, "downloads of slides"): "249",
    (None, "said they knew more about cross-border e-commerce"): f"90.1{NB}%",
    (None, "said they would certainly work with the Cities Project when possible"): f"95{NB}%",
    (None, "Number of views per webinar (2020)"): "not available",
}


def test_figures_are_those_of_the_report():
    rows = Evidence.objects.select_related("case")
    found = {(row.case and row.case.slug, row.label): row.figure for row in rows}
    assert {place: found.get(place) for place in FIGURES} == FIGURES


def test_share_keeps_both_numbers_and_what_was_printed():
    row = Evidence.objects.get(numerator=1352)
    assert row.sentence == (
        f"1,352 of 1,500 said they knew more about cross-border e-commerce, 90.1{NB}%"
    )
    assert [str(detail) for detail in row.details][2] == "the source prints: 91 %"


def test_one_share_of_the_series_does_not_add_up():
    told = [
        (made.text.replace(NB, " "), made.agrees)
        for made in sums(list(Evidence.objects.filter(series__isnull=False, is_missing=False)))
    ]
    assert told == [
        (
            "1,352 ÷ 1,500 = 90.1 %. The source prints 91 %, which would be 1,358 to 1,372 of "
            "1,500.",
            False,
        ),
        ("51 % of 1,500 are 758 to 772, as the source has rounded it.", True),
        ("1,425 ÷ 1,500 = 95 %.", True),
    ]


def test_figures_whose_data_are_lost_have_no_value():
    lost = Evidence.objects.filter(is_missing=True).values_list("value", "numerator", "display")
    assert list(lost) == [(None, None, "")] * 6


def test_recordings_and_slides_stand_where_the_source_has_a_link():
    webinars = Webinar.objects.all()
    with_recording = webinars.exclude(recording="").values_list("number", flat=True)
    assert {*with_recording} == {2, 3, 4, 7, 8, 10, 11, 12, 13, 14, 15}
    assert not webinars.exclude(recording="").filter(slides="").exists()
    of_their_own = webinars.exclude(slides=F("recording")).exclude(slides="")
    assert {*of_their_own.values_list("number", flat=True)} == {12, 15}


def test_every_figure_names_its_source():
    assert not Evidence.objects.filter(reference=None, webinar=None).exists()


def test_every_figure_of_the_landscape_names_its_place():
    rows = Evidence.objects.filter(section__isnull=False)
    assert rows.exists()
    assert not rows.filter(place="").exists()


def test_landscape_holds_the_figures_of_chapter_one():
    rows = Evidence.objects.filter(section__isnull=False, is_missing=False)
    figures = {row.label: row.figure.replace(NB, " ") for row in rows}
    assert figures == {
        "online shoppers, after UNCTAD": "610 million persons",
        "digital buyers, after Statista": "more than 710 million persons",
        "China and the United States": "90 %",
        "Europe": "4 %",
        "Africa and Latin America": "1 %",
        "least developed countries in which UNCTAD assessed readiness for e-commerce": "27",
        "of private international investment in sectors relevant to the SDGs, in developing and "
        "transition economies": "about one third",
        "rise in the value of large digital companies": "more than 30 %",
        "the size of e-commerce in ASEAN after three years, at home and across borders": "4 times",
        "compound growth of e-commerce in ASEAN each year over three years": "62 %",
        "value of China's digital economy": "$2.3 trillion",
        "China": "57 %",
        "African countries among the last 50 for access to electricity, in what the report calls "
        "the World Business Index": "31 of 50",
        "people who live more than 50 km from a fibre or cable broadband connection": (
            "nearly 300 million"
        ),
        "estimated cost in all": "about $100 billion",
        "the same estimate for each year": "$9 billion",
        "of fibre-optic cable across the region": "at least 250,000 km",
        "people aged ten and over without broadband": "about 3 billion",
        "people in the Chinese market": "more than 1.3 billion",
    }


def test_every_reference_is_cited_by_a_page(client):
    response = client.get("/references/")
    works = response.context["works"]
    assert len(works) == Reference.objects.count()
    assert [work.key for work, citing in works if not citing] == []
    assert response.text.count("Cited by:") == len(works)


def test_every_case_tells_what_a_reader_asks_for():
    for case in CaseStudy.objects.published():
        told = {
            "themes": case.themes.count() >= 2,
            "goals": case.goals.exists(),
            "practices": case.practices.exists(),
            "speakers": case.speakers.exists(),
            "webinars": case.webinars.exists(),
            "figures": case.evidence.exists(),
            "place": case.cities.exists() or case.countries.exists() or case.organizations.exists(),
        }
        assert (case.slug, [name for name, there in told.items() if not there]) == (case.slug, [])
        assert case.challenge != ""
        assert case.solution != ""


def test_every_practice_is_shown_by_a_case():
    assert list(Practice.objects.filter(cases=None).values_list("slug", flat=True)) == []


def test_people_who_spoke_more_than_once_stand_once():
    often = {
        speaker.name: speaker.appearances.count()
        for speaker in Speaker.objects.all()
        if speaker.appearances.count() > 1
    }
    assert often == {"Hany Besada": 3, "Liu Yujian": 2, "Sun Yiming": 2, "Zhang Yanling": 2}


@pytest.mark.parametrize(
    ("typed", "slug"),
    [("Zhalantun", "zhalantun"), ("Calcutta", "kolkata"), ("Canton", "guangzhou")],
)
def test_find_places_and_their_cases_by_the_names_of_atlases(typed, slug):
    found = {(hit.kind, hit.url) for hit in search(typed).hits}
    assert {("city", f"/cities/{slug}/"), ("case", f"/cases/{slug}/")} <= found


def test_find_what_the_documentation_types():
    text = (settings.BASE_DIR / "docs" / "search.md").read_text(encoding="utf-8")
    table = text.partition("| typed | finds |")[2].partition("\n\n")[0]
    typed = [
        words for row in table.splitlines() for words in re.findall("`(.*?)`", row.split(" | ")[0])
    ]
    assert len(typed) > 10
    assert [words for words in typed if not search(words).hits] == []


def test_every_webinar_of_a_loaded_series_was_held():
    assert set(Webinar.objects.values_list("status", flat=True)) == {"held"}

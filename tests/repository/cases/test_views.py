from itertools import pairwise

import pytest

from repository.models import CaseStatus
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    EvidenceFactory,
    GlossaryTermFactory,
    OrganizationFactory,
    PracticeFactory,
    ReferenceFactory,
    SeriesFactory,
    SpeakerFactory,
    ThemeFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db
NB = "\N{NO-BREAK SPACE}"


@pytest.fixture
def themes():
    return {
        slug: ThemeFactory(slug=slug, name=slug.capitalize()) for slug in ("customs", "logistics")
    }


def titles(page):
    return [card.case.title for card in page.response.context["page"].object_list]


def facet(page, key):
    """What a facet offers, as (name, number of cases, address)."""
    for group in page.response.context["facets"]:
        if group["key"] == key:
            return [(str(row["label"]), row["count"], row["url"]) for row in group["rows"]]
    return None


# The list


def test_list_cases_newest_first(read, themes):
    zhengzhou = CityFactory(name="Zhengzhou")
    CaseStudyFactory(
        published=True, title="Old", slug="old", cities=[zhengzhou], themes=[themes["customs"]]
    )
    CaseStudyFactory(published=True, title="New", summary="In short.", slug="new")
    CaseStudyFactory(title="Draft")
    CaseStudyFactory(archived=True, title="Gone")
    page = read("/cases/")
    assert titles(page) == ["New", "Old"]
    assert page.main.after("2 cases", 2) == ["Newest Title", "Results"]
    assert [card.one(".eyebrow").text for card in page.main.select(".tile")] == [
        "",
        "Zhengzhou, China · Customs",
    ]
    assert page.main.select(".tile-summary")[0].text == "In short."
    assert ("Old", "/cases/old/") in page.main.links


def test_list_no_case(read):
    page = read("/cases/")
    assert page.main.after("0 cases", 3)[1:] == ["No cases yet", "Practices"]
    assert ("Practices", "/practices/") in page.main.links


def test_link_other_pages_when_no_case_matches(read, themes):
    CaseStudyFactory(published=True, themes=[themes["customs"]])
    page = read("/cases/?theme=logistics&country=XX")
    assert page.main.links[-2:] == [("All cases", "/cases/"), ("Practices", "/practices/")]


def test_offer_facets_with_counts(read, themes):
    both, one = [*themes.values()], [themes["customs"]]
    CaseStudyFactory(published=True, themes=both, countries=[CountryFactory(iso2="BR")])
    CaseStudyFactory(published=True, themes=one, countries=[CountryFactory(iso2="BJ")])
    page = read("/cases/")
    assert facet(page, "theme") == [
        ("Customs", 2, "?theme=customs"),
        ("Logistics", 1, "?theme=logistics"),
    ]
    assert facet(page, "country") == [
        ("Benin", 1, "?country=BJ"),
        ("Brazil", 1, "?country=BR"),
    ]
    # One value of all narrows nothing down.
    assert facet(page, "language") is None


def test_offer_a_single_value_if_only_some_cases_have_it(read, themes):
    CaseStudyFactory(published=True, countries=[CountryFactory(iso2="BJ")])
    CaseStudyFactory(published=True)
    assert facet(read("/cases/"), "country") == [("Benin", 1, "?country=BJ")]
    assert facet(read("/cases/?country=BJ"), "country") == [("Benin", 1, "/cases/")]


def test_combine_filters_in_the_url(read, themes):
    for title, slugs, country in [
        ("A", ["customs"], "BR"),
        ("B", ["logistics"], "BR"),
        ("C", ["customs", "logistics"], "BJ"),
    ]:
        CaseStudyFactory(
            published=True,
            title=title,
            themes=[themes[slug] for slug in slugs],
            countries=[CountryFactory(iso2=country)],
        )
    assert titles(read("/cases/?theme=customs")) == ["C", "A"]
    assert titles(read("/cases/?theme=customs&theme=logistics")) == ["C", "B", "A"]
    page = read("/cases/?theme=customs&country=BR&sort=title")
    assert titles(page) == ["A"]
    # Counts are of what each would give beside the other choices.
    assert facet(page, "theme") == [
        ("Customs", 1, "?country=BR&sort=title"),
        ("Logistics", 1, "?theme=customs&country=BR&sort=title&theme=logistics"),
    ]
    assert facet(page, "country") == [
        ("Brazil", 1, "?theme=customs&sort=title"),
        ("Benin", 1, "?theme=customs&country=BR&sort=title&country=BJ"),
    ]
    assert [(str(value["label"]), value["url"]) for value in page.response.context["chosen"]] == [
        ("Customs", "?country=BR&sort=title"),
        ("Brazil", "?theme=customs&sort=title"),
    ]
    assert page.response.context["sorts"] == [
        {"label": "Newest", "url": "?theme=customs&country=BR&sort=newest", "current": False},
        {"label": "Title", "url": "?theme=customs&country=BR&sort=title", "current": True},
    ]


def test_follow_the_url_of_every_value(read, themes):
    """What a facet promises is what its link shows."""
    for number in range(6):
        CaseStudyFactory(
            published=True,
            themes=list(themes.values())[: 1 + number % 2],
            goals=[8 + number % 3],
            countries=[CountryFactory(iso2=("BR", "BJ")[number % 2])],
            tags=["port"] if number % 3 else ["rail", "port"],
        )
    for start in ("/cases/", "/cases/?theme=logistics", "/cases/?goal=8&goal=9&tag=port"):
        for group in read(start).response.context["facets"]:
            for row in group["rows"]:
                if not row["chosen"]:
                    others = [
                        f"{other['key']}={chosen['key']}"
                        for other in read(start).response.context["facets"]
                        if other["key"] != group["key"]
                        for chosen in other["rows"]
                        if chosen["chosen"]
                    ]
                    alone = "&".join([*others, f"{group['key']}={row['key']}"])
                    assert len(titles(read(f"/cases/?{alone}"))) == row["count"]


def test_find_words_within_the_choices(read, themes):
    CaseStudyFactory(published=True, title="Rail freight", themes=[themes["customs"]])
    CaseStudyFactory(published=True, title="Rail passengers")
    CaseStudyFactory(published=True, title="Harbours", themes=[themes["customs"]])
    page = read("/cases/?q=rail&theme=customs")
    assert titles(page) == ["Rail freight"]
    assert page.response.context["sorts"][0] == {
        "label": "Most relevant",
        "url": "?q=rail&theme=customs&sort=",
        "current": True,
    }
    assert page.form("/cases/").fields == {"q": "rail", "theme": "customs"}


def test_sort_by_title(read):
    for title in ("beta", "Álpha", "Gamma"):
        CaseStudyFactory(published=True, title=title)
    assert titles(read("/cases/?sort=title")) == ["Álpha", "beta", "Gamma"]
    assert titles(read("/cases/?sort=newest")) == ["Gamma", "Álpha", "beta"]
    assert titles(read("/cases/?sort=nonsense")) == ["Gamma", "Álpha", "beta"]


def test_paginate_cases(read):
    theme = ThemeFactory(slug="customs")
    for number in range(21):
        CaseStudyFactory(published=True, title=f"Case {number:02}", themes=[theme])
    first, last = read("/cases/?theme=customs"), read("/cases/?theme=customs&page=2")
    assert (len(titles(first)), titles(last)) == (20, ["Case 00"])
    assert first.main.links[-1] == ("Next page", "?theme=customs&page=2")
    assert last.main.links[-1] == ("Previous page", "?theme=customs&page=1")
    assert "Page 1 of 2" in first.main.text
    for beyond, shown in [("99", last), ("0", last), ("-1", last), ("abc", first), ("", first)]:
        assert titles(read(f"/cases/?theme=customs&page={beyond}")) == titles(shown)
    # Another choice begins with the first page.
    assert "page" not in facet(last, "theme")[0][2]


def test_show_the_list_in_french(read):
    CaseStudyFactory(published=True, countries=[CountryFactory(iso2="BR")])
    CaseStudyFactory(published=True, countries=[CountryFactory(iso2="CN")])
    page = read("/fr/cases/")
    assert [name for name, _count, _url in facet(page, "country")] == ["Brésil", "Chine"]
    assert page.response.headers["Content-Language"] == "fr"


def test_repeat_only_the_valid_parts_of_a_long_url(read):
    long = "&".join(f"theme=theme{number}" for number in range(500))
    page = read(f"/cases/?{long}&nonsense={'x' * 1000}&q={'y' * 5000}")
    assert len(page.response.context["chosen"]) == 10
    assert page.response.context["q"] == "y" * 200
    assert "nonsense" not in "".join(value["url"] for value in page.response.context["chosen"])


def test_ignore_an_empty_choice(read):
    CaseStudyFactory(published=True, title="A")
    page = read("/cases/?theme=&theme=&q=")
    assert (titles(page), page.response.context["chosen"]) == (["A"], [])


# One case


@pytest.fixture
def whole():
    """A case of which everything is known."""
    work = ReferenceFactory(
        key="li-2020", title="On trains", authors=[{"family": "Li", "given": "C."}], url=""
    )
    webinar = WebinarFactory(number=7, title="By rail", slug="by-rail")
    webinar.recording = "https://example.org/film"
    webinar.save()
    speaker = SpeakerFactory(name="Sun Qi", slug="sun-qi")
    AppearanceFactory(webinar=webinar, speaker=speaker, title="Director")
    AppearanceFactory(webinar=webinar, title="Not the presenter")
    case = CaseStudyFactory(
        published=True,
        slug="zhengzhou",
        title="A city trades by rail",
        summary="Trains are quick.",
        setting="Rail hub",
        challenge="Parcels wait in a bonded area.",
        solution="",
        lessons="",
        cost="$5 million",
        time="Two years",
        source="The report",
        cities=[CityFactory(name="Zhengzhou", slug="zhengzhou")],
        themes=[ThemeFactory(slug="logistics", name="Logistics")],
        goals=[9],
        practices=[PracticeFactory(name="Rail corridor", slug="rail")],
        webinars=[webinar],
        speakers=[speaker],
        references=[work],
        tags=["Belt and Road"],
    )
    for position, fields in enumerate(
        [
            {"value": 50, "unit": "%", "label": "of the time at sea", "is_headline": True},
            {"value": 65, "unit": "%", "label": "cosmetics", "group": "Shares"},
            {"value": 34, "unit": "%", "label": "food", "group": "Shares"},
            {"value": 1200, "label": "companies"},
            {"value": None, "is_missing": True, "label": "growth"},
        ]
    ):
        EvidenceFactory(case=case, position=position, reference=work, place="p. 3", **fields)
    GlossaryTermFactory(term="Bonded area", slug="bonded-area")
    return case


def test_show_case(read, whole):
    page = read("/cases/zhengzhou/")
    lines = page.main.lines
    facts = dict(pairwise(lines))
    assert {
        key: facts[key]
        for key in (
            "Zhengzhou, China",
            "A city trades by rail",
            "Type of place",
            "Presented by",
            "Presented at",
            "Cost",
            "Time it took",
            "Source",
            "Tags",
            "Published",
            "Last verified",
            "Challenge",
            "What didn’t work",
            "What you can reuse",
        )
    } == {
        "Zhengzhou, China": "A city trades by rail",
        "A city trades by rail": "Trains are quick.",
        "Type of place": "Rail hub",
        "Presented by": "Sun Qi, Director",
        "Presented at": "Webinar 7, By rail · Recording",
        "Cost": "$5 million",
        "Time it took": "Two years",
        "Source": "The report",
        "Tags": "Belt and Road",
        "Published": "1 March 2021",
        "Last verified": "Not yet",
        "Challenge": "Parcels wait in a bonded area.",
        "What didn’t work": "The source does not say.",
        "What you can reuse": "Rail corridor",
    }
    assert {"Solution", "Lessons"}.isdisjoint(lines)
    for link in [
        ("Zhengzhou", "/cities/zhengzhou/"),
        ("China", "/countries/cn/"),
        ("Logistics", "/cases/?theme=logistics"),
        ("Sun Qi", "/speakers/sun-qi/"),
        ("Recording", "/webinars/by-rail/recording/"),
        ("Rail corridor", "/practices/rail/"),
        ("Belt and Road", "/tags/belt-and-road/"),
        ("bonded area", "/glossary/#bonded-area"),
    ]:
        assert link in page.main.links


def test_show_figures_of_a_case(read, whole):
    page = read("/cases/zhengzhou/")
    cover = page.one(".cover")
    assert [figure.text for figure in cover.select(".trio .num")] == ["50 %"]
    assert cover.lines[-1] == "Source: Li (2020), p. 3"
    chart = page.one("#chart-2")
    assert chart.one("figcaption").text == "2 3 Shares"
    assert chart.rows == [["65 %", "cosmetics"], ["34 %", "food"]]
    assert chart.lines[-1] == "Source: Li (2020), p. 3"
    assert chart.one("svg desc").text == "65 % cosmetics; 34 % food"
    others = page.one("#figures")
    assert others.rows[-1] == ["1,200", "companies Figure 4"]
    assert "growth (Li (2020), p. 3)." in others.lines[-1]
    # Each is linked once, also if it is key figure.
    anchors = [each["id"] for each in page.select("[id^=figure-]")]
    assert sorted(anchors) == ["figure-1", "figure-2", "figure-3", "figure-4"]


def test_show_three_key_figures_and_list_the_others(read):
    case = CaseStudyFactory(published=True, slug="many")
    for value in range(11, 16):
        EvidenceFactory(case=case, position=value, value=value, label="ports", is_headline=True)
    page = read("/cases/many/")
    assert [number.text for number in page.select(".trio .num")] == ["11", "12", "13"]
    assert [row[0] for row in page.one("#figures").rows] == ["14", "15"]
    anchors = [each["id"] for each in page.select("[id^=figure-]")]
    assert sorted(anchors) == [f"figure-{number}" for number in range(1, 6)]


def test_show_a_figure_in_the_section_to_which_it_is_attached(read):
    texts = {"challenge": "It had 40 ports.", "results": "It has many ports."}
    case = CaseStudyFactory(published=True, slug="here", **texts)
    EvidenceFactory(case=case, value=40, label="ports", case_section="results")
    page = read("/cases/here/")
    [note] = page.select("figure.note")
    assert note.html == page.one("#results figure.note").html
    assert note.one("figcaption").text == "1 40 ports"
    assert page.one("#results .ref[href]")["href"] == "#figure-1"
    assert page.select("#challenge .ref, #figures") == []


def test_show_references_and_how_to_cite(read, whole):
    page = read("/cases/zhengzhou/")
    assert page.main.after("References") == ["Li, C. (2020). On trains. Bureau of Commerce."]
    assert page.main.after("APA") == [
        "South-South City Exchange. (2021). A city trades by rail [Case study]. "
        "http://testserver/cases/zhengzhou/"
    ]
    assert page.main.after("BibTeX")[0].startswith("@misc{ssce-zhengzhou, author = {{South-South")
    assert page.main.after("RIS")[0].startswith(
        "TY - ELEC AU - South-South City Exchange PY - 2021"
    )


def test_show_related_cases_with_the_reason(read, whole):
    practice, theme = whole.practices.get(), whole.themes.get()
    CaseStudyFactory(published=True, title="Same goal", goals=[9])
    CaseStudyFactory(published=True, title="Same theme", themes=[theme])
    CaseStudyFactory(published=True, title="Same practice", practices=[practice], themes=[theme])
    CaseStudyFactory(published=True, title="Nothing shared")
    CaseStudyFactory(title="Draft", practices=[practice])
    page = read("/cases/zhengzhou/")
    tiles = page.select("[aria-labelledby=related] .tile")
    assert [(tile.one("h3").text, tile.one(".tile-text > .source").text) for tile in tiles] == [
        ("Same practice", "Same practice: Rail corridor"),
        ("Same theme", "Same theme: Logistics"),
        ("Same goal", "Same goal: 9. Industry, innovation and infrastructure"),
    ]
    assert "Shown in 2 cases." in page.main.lines


def test_name_two_of_the_practices_that_cases_share(read):
    # In order of their slugs, however they were entered.
    names = {"vans": "Vans", "rail": "Rail", "bonded-import": "Bonded import"}
    practices = [PracticeFactory(slug=slug, name=name) for slug, name in names.items()]
    for slug in ("one", "other"):
        CaseStudyFactory(published=True, slug=slug, practices=practices)
    CaseStudyFactory(published=True)
    assert "Same practices: Bonded import, Rail" in read("/cases/one/").main.lines


def test_show_no_related_cases_if_there_are_none(read, whole):
    assert "Related cases" not in read("/cases/zhengzhou/").main.lines


@pytest.mark.parametrize("person", ["member", "moderator", "administrator"])
def test_preview_a_draft_for_its_authors_and_moderators(client, read, person, request, member):
    CaseStudyFactory(slug="mine", title="Mine", status=CaseStatus.SUBMITTED, authors=[member])
    client.force_login(request.getfixturevalue(person))
    page = read("/cases/mine/")
    assert page.one("main .notice.warning")
    assert "Mine" in page.main.lines
    assert page.response.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in page.response.headers
    # Nothing to cite before it is published.
    assert "Cite this case" not in page.main.lines


def test_show_the_reason_for_archiving_a_case(read):
    CaseStudyFactory(archived=True, slug="gone", title="Gone", archived_reason="It <ended>.")
    page = read("/cases/gone/", status=410)
    assert page.one("h1").text == "Gone"
    assert "It <ended>." in page.main.text
    assert page.main.links == [("All cases", "/cases/")]
    assert not hasattr(page.response, "page_cache")


def test_answer_404_for_an_unknown_case(client):
    for path in ("/cases/unknown/", "/cases/UNKNOWN/", "/cases/%00/", "/cases/a b/"):
        assert client.get(path).status_code == 404


def test_mark_the_language_of_a_case(read, whole):
    whole.language = "fr"
    whole.save()
    page = read("/cases/zhengzhou/")
    title = page.one("h1")
    assert (title.text, title["lang"]) == ("A city trades by rail", "fr")
    assert page["lang"] == "en"
    # Terms of the glossary are English: they are not looked for in another language.
    assert "/glossary/#bonded-area" not in [href for _text, href in page.links]


def test_describe_a_case_in_json_ld(read, whole):
    schema = read("/cases/zhengzhou/").json_ld
    assert [(row["@type"], row["headline"], row["url"]) for row in schema] == [
        ("Article", "A city trades by rail", "http://testserver/cases/zhengzhou/")
    ]


HOSTILE = '"><script>alert(1)</script>&{x}'


def test_escape_all_that_people_wrote(read):
    """Whatever field it stands in, hostile text is shown and not run."""
    work = ReferenceFactory(
        title=HOSTILE, authors=[{"literal": HOSTILE}], publisher=HOSTILE, note=HOSTILE
    )
    webinar = WebinarFactory(title=HOSTILE)
    speaker = SpeakerFactory(name=HOSTILE)
    AppearanceFactory(webinar=webinar, speaker=speaker, title=HOSTILE)
    texts = ("title", "summary", "setting", "cost", "time", "source", "challenge", "solution")
    city = CityFactory(name=HOSTILE, names={"fr": HOSTILE})
    case = CaseStudyFactory(
        published=True,
        slug="hostile",
        cities=[city],
        organizations=[OrganizationFactory(name=HOSTILE)],
        themes=[ThemeFactory(name=HOSTILE)],
        practices=[PracticeFactory(name=HOSTILE[:90], needs=HOSTILE)],
        webinars=[webinar],
        speakers=[speaker],
        references=[work],
        tags=[HOSTILE],
        **dict.fromkeys(texts, HOSTILE),
    )
    EvidenceFactory(
        case=case, label=HOSTILE, unit=HOSTILE, group=HOSTILE, reference=work, place=HOSTILE
    )
    EvidenceFactory(case=case, label=HOSTILE, display=HOSTILE, stated=HOSTILE, is_headline=True)
    CaseStudyFactory(published=True, themes=case.themes.all(), title=HOSTILE, summary=HOSTILE)
    page = read("/cases/hostile/")
    assert "<script>alert" not in page.html
    assert page.main.after(f"{HOSTILE}, China") == [HOSTILE]
    assert page.json_ld[0]["headline"] == HOSTILE
    for path in ("/", "/cases/", f"/cities/{city.slug}/", "/cities/", "/references/"):
        assert "<script>alert" not in read(path).html


# What the editors add to a report

MARK = "Suggested by the editors"


@pytest.fixture
def suggested():
    """A case with all that is the editors' where it comes from a report."""
    return {
        "published": True,
        "slug": "here",
        "results": "It worked.",
        "preconditions": "A port.",
        "advice": "Begin early.",
        "goals": [9],
        "practices": [PracticeFactory(name="Rail corridor", needs="A railway")],
    }


def test_mark_suggestions_of_the_editors(read, suggested):
    CaseStudyFactory(**suggested, series=SeriesFactory())
    page = read("/cases/here/")
    assert page.one("#preconditions").lines[1:] == [MARK, "A port."]
    assert page.one("#advice").lines[1:] == [MARK, "Begin early."]
    assert page.one("#results").lines[1:] == ["It worked."]
    assert page.main.lines.count(MARK) == 2
    assert page.main.lines.count("Goals (suggested by the editors)") == 1
    [heading] = page.select("#reuse + .by-editors")
    assert heading.text == "Requirements suggested by the editors"
    assert page.main.after("Rail corridor", 1) == ["A railway Shown in 1 case."]


def test_mark_no_empty_suggestions(read, suggested):
    suggested |= {"preconditions": "", "advice": "", "goals": []}
    CaseStudyFactory(**suggested, series=SeriesFactory())
    page = read("/cases/here/")
    assert [line for line in page.main.lines if "by the editors" in line] == [
        "Requirements suggested by the editors"
    ]


def test_mark_no_suggestions_in_a_case_of_members(read, suggested):
    CaseStudyFactory(**suggested)
    page = read("/cases/here/")
    assert page.one("#preconditions").lines[1:] == ["A port."]
    assert page.one("#advice").lines[1:] == ["Begin early."]
    # Practices are described by the editors, not by the authors of a case.
    assert [line for line in page.main.lines if "by the editors" in line] == [
        "Requirements suggested by the editors"
    ]

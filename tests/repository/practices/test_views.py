import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from repository.models import CaseStudy
from repository.pages.editions import forget_all
from tests.factories import (
    CaseStudyFactory,
    CountryFactory,
    GlossaryTermFactory,
    PracticeFactory,
    ThemeFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rail():
    theme = ThemeFactory(slug="logistics", name="Logistics")
    return PracticeFactory(
        slug="rail",
        name="Rail corridor",
        summary="By train.",
        description="Trains run **often**.",
        needs="A railway",
        themes=[theme],
    )


def test_claim_no_more_than_that_cases_describe_the_practices(read):
    """For several practices no result is reported, and some are of countries."""
    assert read("/practices/").main.lines[1] == (
        "Practices described in the cases, for your city to adapt: what each requires, and the "
        "cases that show it."
    )


def test_list_practices_with_their_cases(read, rail):
    PracticeFactory(slug="bonds", name="Bonded import", summary="In bulk.")
    for _ in range(2):
        CaseStudyFactory(published=True, practices=[rail])
    CaseStudyFactory(practices=[rail])
    page = read("/practices/")
    assert page.main.after(page.main.lines[2], 6) == [
        "Bonded import",
        "In bulk.",
        "Shown in 0 cases",
        "Rail corridor",
        "By train.",
        "Shown in 2 cases · Logistics",
    ]
    assert ("Rail corridor", "/practices/rail/") in page.main.links
    # A mark for each case, in the ink of the theme.
    assert [mark["d"] for mark in page.select(".t-move > .source .tally path")] == ["M1 5h20"]
    assert ("Logistics", "?theme=logistics") in page.main.links


def test_mark_the_first_use_of_a_term(read, rail):
    GlossaryTermFactory(slug="train", term="train", aliases=["trains"])
    link = ("Trains", "/glossary/#train")
    assert read("/practices/rail/").main.links.count(link) == 1


def test_narrow_practices_to_a_theme(read, rail):
    PracticeFactory(name="Bonded import")
    ThemeFactory(slug="unused")
    page = read("/practices/?theme=logistics")
    assert [practice.slug for practice, _count, _ink in page.response.context["practices"]] == [
        "rail"
    ]
    assert [theme.slug for theme in page.response.context["themes"]] == ["logistics"]


@pytest.mark.parametrize("theme", ["unknown", "unused", "%00", "a" * 5000])
def test_link_all_practices_on_a_theme_without_practices(read, rail, theme):
    ThemeFactory(slug="unused")
    page = read(f"/practices/?theme={theme}")
    assert page.main.links[-1] == ("All practices", "/practices/")


def test_list_no_practice(read):
    page = read("/practices/")
    assert page.main.links[-1] == ("All cases", "/cases/")


def test_turn_pages_of_practices(read):
    theme = ThemeFactory(slug="logistics")
    for number in range(51):
        PracticeFactory(name=f"Practice {number:02}", themes=[theme])
    page = read("/practices/?theme=logistics&page=2")
    assert [practice.name for practice, _count, _ink in page.response.context["practices"]] == [
        "Practice 50"
    ]
    assert page.main.links[-1] == ("Previous page", "?theme=logistics&page=1")


def test_show_practice(read, rail):
    WebinarFactory(number=7, title="By rail", practices=[rail])
    CaseStudyFactory(published=True, title="Trains", practices=[rail])
    CaseStudyFactory(title="Draft", practices=[rail])
    page = read("/practices/rail/")
    assert page.one("h1").text == "Rail corridor"
    for text in ("By train.", "Logistics", "Trains run often.", "A railway", "Webinar 7, By rail"):
        assert text in page.main.lines
    assert "Draft" not in page.main.text
    request = reverse("partnerships:request_new")
    assert f"{request}?practice=rail" in [url for _name, url in page.main.links]


def test_link_all_cases_on_a_practice_without_cases(read, rail):
    page = read("/practices/rail/")
    assert page.one(".empty a[href='/cases/']").text


def test_answer_404_for_an_unknown_practice(client):
    assert client.get("/practices/unknown/").status_code == 404


def test_check_requirements_on_the_way_to_a_request(read):
    PracticeFactory(slug="rail", needs="A railway; trains that run often; goods for the way back.")
    page = read("/practices/rail/")
    form = page.form(reverse("partnerships:request_new"))
    assert form.method == "get"
    assert form.fields == {"practice": "rail"}
    assert form.choices("has") == {
        "1": "A railway",
        "2": "Trains that run often",
        "3": "Goods for the way back",
    }


def test_show_no_checklist_without_requirements(read):
    PracticeFactory(slug="rail", needs="")
    assert read("/practices/rail/").select(".requirements") == []


def test_show_cost_and_time_where_they_are_known(read, rail):
    CaseStudyFactory(published=True, practices=[rail], cost="", time="")
    CaseStudyFactory(published=True, practices=[rail], cost="2 million yuan", time="")
    assert [part.one("dd").text for part in read("/practices/rail/").select(".cost-and-time")] == [
        "2 million yuan"
    ]


def test_give_no_two_parts_of_the_page_the_same_name(read, rail):
    CaseStudyFactory.create_batch(2, published=True, practices=[rail], cost="2 million yuan")
    names = [part["aria-label"] for part in read("/practices/rail/").select("main [aria-label]")]
    assert len(names) == len({*names})


def companions(page) -> dict[str, str]:
    return {item.one("a").text: item.one(".source").text for item in page.select(".companions li")}


def test_name_practices_that_occur_in_the_same_cases(read, rail):
    often, once, apart = (PracticeFactory(name=name) for name in ("Often", "Once", "Apart"))
    kenya = CountryFactory(iso2="KE", name="Kenya")
    CaseStudyFactory(published=True, practices=[rail, often, once], countries=[kenya])
    CaseStudyFactory(published=True, practices=[rail, often])
    CaseStudyFactory(published=True, practices=[rail, often])
    CaseStudyFactory(published=True, practices=[apart])
    CaseStudyFactory(practices=[rail, apart])
    assert companions(read("/practices/rail/")) == {
        "Often": "Both are shown in 3 cases.",
        "Once": "Both in the case of Kenya.",
    }
    assert list(companions(read("/practices/rail/"))) == ["Often", "Once"]


def test_count_no_samples_as_reasons(read, rail):
    case = CaseStudyFactory(published=True, practices=[rail, PracticeFactory(name="Other")])
    CaseStudy.objects.filter(pk=case.pk).update(is_sample=True)
    assert companions(read("/practices/rail/")) == {}


def test_prefer_the_practice_with_fewer_other_cases(read, rail):
    common, rare = PracticeFactory(name="A common one"), PracticeFactory(name="B rare one")
    CaseStudyFactory(published=True, practices=[rail, common, rare])
    CaseStudyFactory(published=True, practices=[common])
    assert list(companions(read("/practices/rail/"))) == ["B rare one", "A common one"]


def test_draw_requirements_and_cases(read):
    practice = PracticeFactory(slug="rail", needs="A railway; trains; goods.")
    assert read("/practices/rail/").select(".scheme") == []
    for _ in range(2):
        CaseStudyFactory(published=True, practices=[practice])
    forget_all()
    scheme = read("/practices/rail/").one(".scheme")
    assert (len(scheme.select("path.i")), len(scheme.select("circle"))) == (3, 2)
    assert scheme.one("path.h")["d"].count("M") == 5


def test_read_a_practice_with_a_fixed_number_of_queries(client, rail):
    def count() -> int:
        forget_all()
        with CaptureQueriesContext(connection) as queries:
            client.get("/practices/rail/")
        return len(queries)

    CaseStudyFactory(published=True, practices=[rail, PracticeFactory()])
    WebinarFactory(practices=[rail])
    # The first request also reads what later ones know.
    count()
    first = count()
    for _ in range(2):
        CaseStudyFactory(published=True, practices=[rail, PracticeFactory()])
        WebinarFactory(practices=[rail])
    assert count() == first

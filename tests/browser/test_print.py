"""A case on paper."""

import pytest

from community.models import User
from repository.models import CaseStudy
from repository.pages.addresses import in_language
from tests.browser.axe import width_over
from tests.factories import CommentFactory


@pytest.fixture
def page(open_page, site):
    page = open_page(base_url=site)
    page.emulate_media(media="print")
    return page


def test_print_a_case_without_what_only_a_screen_needs(page):
    page.goto("/cases/zhengzhou/")
    hidden = [".skip", ".top", ".crumbs", ".call", ".cite .no-print", ".foot"]
    assert [name for name in hidden if page.locator(name).first.is_visible()] == []
    shown = ["h1", ".lead", ".case-facts dl", ".cite", ".evidence", ".prose", ".practice"]
    assert [name for name in shown if not page.locator(name).first.is_visible()] == []


def test_print_black_on_white(page):
    page.emulate_media(media="print", color_scheme="dark")
    page.goto("/cases/zhengzhou/")
    colours = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar"])
@pytest.mark.parametrize("case", ["zhengzhou", "guangzhou", "hangzhou", "africa-afcfta"])
def test_print_a_case_on_five_sheets(page, case, language):
    """These are the longest cases, and those with most figures."""
    page.goto(in_language(f"/cases/{case}/", language))
    document = page.pdf(format="A4")
    assert 2 <= document.count(b"/Type /Page\n") + document.count(b"/Type /Page ") <= 5


def test_print_nothing_beside_the_sheet(page):
    page.set_viewport_size({"width": 688, "height": 1000})
    page.goto("/cases/guangzhou/")
    assert width_over(page) == 0


def test_print_a_heading_with_space_before_it(page):
    page.goto("/cases/zhengzhou/")
    facts = page.locator(".case-facts").bounding_box()
    heading = page.locator(".case-story h2").first.bounding_box()
    assert heading["y"] - facts["y"] - facts["height"] >= 12


def test_print_a_discussion_without_the_way_to_sign_in(page):
    case = CaseStudy.objects.get(slug="tianjin")
    CommentFactory(subject=case, author=User.objects.get(handle="member"), body="How long?")
    page.goto("/cases/tianjin/")
    assert page.locator("#discussion").get_by_text("How long?").is_visible()
    [sign_in] = page.locator("#discussion a[href*=login]").all()
    assert not sign_in.is_visible()

"""A case on paper."""

import pytest


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


def test_print_on_few_sheets(page):
    page.goto("/cases/zhengzhou/")
    document = page.pdf(format="A4")
    assert document.startswith(b"%PDF")
    assert 2 <= document.count(b"/Type /Page\n") + document.count(b"/Type /Page ") <= 8

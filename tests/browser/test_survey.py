"""What participants say: on a phone, without scripts, and what everybody reads of it."""

import os

from playwright.sync_api import expect

from community.models import SurveyAnswer, SurveyQuestion
from community.webinars import links as webinars_links
from community.webinars.surveys import actions
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load
from tests.community.webinars.surveys.surveys import answered, guest, held, survey_of


def test_answer_on_a_phone_without_scripts(open_page, site):
    survey = survey_of(held(slug="answered"))
    SurveyQuestion.objects.create(
        series=survey.webinar.series, kind="scale", text="How well did you hear the speakers?"
    )
    phone = open_page(
        base_url=site, java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    phone.goto(webinars_links.survey_path(guest(survey.webinar)))
    for group, words in (
        ("Did you attend the webinar?", "Yes, live"),
        ("Did you learn something new?", "Yes, a lot"),
        ("Will you work with others on this topic?", "Perhaps"),
        ("Did it lead to a partnership?", "Yes"),
        ("How well did you hear the speakers?", "4"),
    ):
        phone.get_by_role("group", name=group).get_by_label(words, exact=True).check()
    phone.get_by_label("If so, with whom?").fill("Cotonou")
    phone.get_by_label("Any other comments?").fill("More of this.")
    phone.locator("[name=may_show]").check()
    click_and_load(phone.get_by_role("button", name="Send"))

    expect(phone.locator(".messages .success")).to_be_visible()
    assert phone.get_by_role("button", name="Change my answers").is_visible()
    given = SurveyAnswer.objects.get(survey=survey)
    assert (given.partner, given.comment, list(given.extra.values())) == (
        "Cotonou",
        "More of this.",
        ["4"],
    )


def test_survey_pages_are_accessible(open_page, site):
    webinar = held(slug="said")
    survey = survey_of(webinar)
    answered(webinar, 8, gender="woman")
    answered(webinar, 6, gender="man", knowledge="some", comment="Good.", may_show=True)
    SurveyAnswer.objects.waiting().update(words="shown")
    page = open_page(base_url=site)
    looked_at(page, webinars_links.survey_path(guest(webinar)))
    actions.close(survey=survey)
    looked_at(page, "/webinars/said/survey/")
    looked_at(page, "/webinars/said/")


def looked_at(page, path: str) -> None:
    page.goto(path)
    assert violations(page, "light", "dark") == []
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert width_over(page) <= 0
        for scheme in ("light", "dark"):
            if folder := os.environ.get("PICTURES"):
                page.emulate_media(color_scheme=scheme)
                name = path.strip("/").replace("/", "-")[:16]
                page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)

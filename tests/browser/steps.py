"""Steps that several stories in a browser take."""

import re
from contextlib import suppress

from playwright.sync_api import Error, expect


def press(page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def decide(page, title: str, verb: str, words: str = "") -> None:
    page.goto("/admin/")
    page.get_by_role("link", name=title).first.click()
    page.get_by_role("button", name="Claim for 30 minutes").click()
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    if words:
        page.get_by_label("Reason").select_option(label="Incomplete")
        page.get_by_role("textbox", name="Message").fill(words)
    page.get_by_role("button", name=verb, exact=True).click()
    expect(page.locator(".messagelist .success a").first).to_be_visible()


def press_and_wait(page, name):
    """Press a button that sends a form, and wait until its answer is there in full."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def saving_state(page):
    return page.locator(".state")


def hurry_saving(page) -> None:
    """Do not wait the seconds that a person pauses."""

    def hurry(route) -> None:
        # If the test ends first, the script is no longer needed.
        with suppress(Error):
            answer = route.fetch()
            text = answer.text().replace("WAIT = 3000", "WAIT = 200")
            route.fulfill(response=answer, body=text.replace("AGAIN = 15000", "AGAIN = 600"))

    page.route(re.compile(r"/js/writing"), hurry)

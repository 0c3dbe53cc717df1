"""Steps that several stories in a browser take."""

import re
from contextlib import suppress

from playwright.sync_api import Error, expect


def click_and_load(locator) -> None:
    """Click what leads to another page, and wait until that page is loaded.

    Otherwise the next statement could still read the old page, or the first lines of the new one,
    and the browser complain of files that it gave up.
    """
    with locator.page.expect_navigation():
        locator.click()


def press(page, name: str) -> None:
    """Press a button of the page that sends a form, and wait for the next page."""
    click_and_load(page.get_by_role("main").get_by_role("button", name=name, exact=True))


def decide(page, title: str, verb: str, words: str = "") -> None:
    page.goto("/admin/")
    click_and_load(page.get_by_role("link", name=title).first)
    click_and_load(page.get_by_role("button", name="Claim for 30 minutes"))
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    if words:
        page.get_by_label("Reason").select_option(label="Incomplete")
        page.get_by_role("textbox", name="Message").fill(words)
    click_and_load(page.get_by_role("button", name=verb, exact=True))
    expect(page.locator(".messagelist .success a").first).to_be_visible()


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

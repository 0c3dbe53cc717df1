"""Every kind of page with the sample data set, in a browser: axe, a small screen, the focus.

The pages of readers, of members and of the staff, with the lists and forms of the admin. They are
found by walks along the links: see tests/walks.py.
"""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from tests import walks
from tests.browser.axe import joins, violations, width_over
from tests.browser.focus import stops

PHONE, DESKTOP = {"width": 360, "height": 640}, {"width": 1280, "height": 800}
GROUPS = {
    "readers": ["visitor"],
    "members": [role for role in walks.ROLES if role not in ("visitor", "administrator")],
    "staff": ["administrator"],
}
# So many pages of one group are opened every day.
DAILY = 3
# Stops of the focus in each direction. What covers some of them covers the first ones.
STOPS = 60

pytestmark = [pytest.mark.proof(in_turn=True), pytest.mark.slow(40)]


@pytest.fixture(scope="module")
def collection(sample_data):
    """The server of this module shows the sample data set."""


@pytest.fixture(scope="module")
def address(serve):
    """The site without compressed files: compressing those of the admin takes too long."""
    return serve()


def one_of_each_kind(roles, *, seed: int, limit: int) -> list[tuple[walks.Walk, str]]:
    """Return pages without parameters, each with the walk that found it."""
    found = {}
    for role in roles:
        walk = walks.walk(role, seed=seed, most=1, limit=limit)
        for path in walk.pages:
            if "?" not in path:
                found.setdefault(resolve(urlsplit(path).path).view_name, (walk, path))
    return list(found.values())


def enter(page, walk, address) -> None:
    """Be the one who made the walk."""
    page.context.clear_cookies()
    if session := walk.client.cookies.get("sessionid"):
        page.context.add_cookies([{"name": "sessionid", "value": session.value, "url": address}])


def problems(page) -> list[str]:
    """Return what is wrong with an open page on a desktop and on a phone."""
    page.set_viewport_size(DESKTOP)
    found = violations(page, "light", "dark")
    page.set_viewport_size(PHONE)
    if pixels := width_over(page):
        found.append(f"{pixels} pixels wider than a phone")
    found += [f"badly joined: {text}" for text in joins(page)]
    page.evaluate("document.activeElement.blur(), window.scrollTo(0, 0)")
    reached = stops(page, most=STOPS)
    found += [f"hidden focus: {name}" for name in reached["hidden"]]
    if len(reached["all"]) < 4:
        found.append("cannot be used by the keyboard")
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_pages_are_accessible(open_page, address, group, is_sample, sample, seed):
    roles = sample(GROUPS[group], 1)
    kinds = one_of_each_kind(roles, seed=seed, limit=10 if is_sample else 5_000)
    assert len(kinds) > (3 if is_sample else 40)
    page = open_page(base_url=address, reduced_motion="reduce")
    wrong = {}
    for walk, path in sample(kinds, DAILY):
        enter(page, walk, address)
        response = page.goto(path)
        assert response.status == 200, path
        assert "unsafe" not in response.headers["content-security-policy"]
        if found := problems(page):
            wrong[path] = found
    assert wrong == {}

"""The HTML of every page of the staff desk: valid, with one h1 and a name for each field."""

import pytest
from django.urls import resolve

from tests import nu_checker, world
from tests.collection import signed_in
from tests.page import page_of
from tests.sampling import ALL

pytestmark = [
    pytest.mark.proof(sample=ALL),
    pytest.mark.slow(30),
]


@pytest.fixture(scope="module")
def pages(collection) -> dict[str, str]:
    """The pages of the desk as an administrator sees them, by address."""
    found = {}
    made = world.World(lambda most: "Words"[:most])
    client = signed_in(made.administrator)
    for name, paths in world.paths(made).items():
        if not name.startswith("admin:"):
            continue
        for path in paths:
            response = client.get(path)
            is_page = response.headers.get("content-type", "").startswith("text/html")
            if response.status_code == 200 and is_page:
                found[path] = response.content.decode()
            response.close()
    return found


def test_cover_every_page_of_the_desk(pages):
    names = {resolve(path.partition("?")[0]).view_name for path in pages}
    assert len(names) > 100
    assert {"admin:index", "admin:review", "admin:decisions", "admin:record"} <= names


def test_have_one_h1(pages):
    found = {path: len(page_of(html).select("h1")) for path, html in pages.items()}
    assert {path: number for path, number in found.items() if number != 1} == {}


def test_name_each_filter(pages):
    """Also where a filter is for an empty value."""
    found = {
        path: [url for name, url in each.links if not name]
        for path, html in pages.items()
        for each in page_of(html).select("#changelist-filter")
    }
    assert len(found) > 10
    assert {path: urls for path, urls in found.items() if urls} == {}


if not nu_checker.hindrance():

    def test_satisfy_the_nu_checker(pages, tmp_path):
        assert nu_checker.jar(), "There is no HTML checker yet: fetch it with deploy/ensure-vnu"
        found = nu_checker.check(pages, tmp_path)
        # A form repeats what was typed, also if it is no address.
        assert [each for each in found if "attribute “value” on element “input”" not in each] == []

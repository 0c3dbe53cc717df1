"""The HTML of every page of the staff desk: valid, with one h1 and a name for each field."""

import pytest
from django.urls import resolve

from tests import nu_checker, world
from tests.collection import signed_in
from tests.html_checks import Page, differing, names_without_the_label
from tests.page import page_of
from tests.sampling import ALL

pytestmark = [
    pytest.mark.proof(sample=ALL),
    pytest.mark.slow(30),
]

NEEDED = {"admin:index", "admin:review", "admin:decisions", "admin:record"}


@pytest.fixture(scope="module")
def pages(collection, sample) -> dict[str, str]:
    """The pages of the desk as an administrator sees them, by address."""
    found = {}
    made = world.World(lambda most: "Words"[:most])
    client = signed_in(made.administrator)
    desk = {name: paths for name, paths in world.paths(made).items() if name[:6] == "admin:"}
    for name in {*NEEDED, *sample(desk, 8)}:
        for path in desk[name]:
            response = client.get(path)
            is_page = response.headers.get("content-type", "").startswith("text/html")
            if response.status_code == 200 and is_page:
                found[path] = response.content.decode()
            response.close()
    return found


def test_cover_every_page_of_the_desk(pages, is_sample):
    names = {resolve(path.partition("?")[0]).view_name for path in pages}
    assert is_sample or len(names) > 100
    assert names >= NEEDED


def test_have_one_h1(pages):
    found = {path: len(page_of(html).select("h1")) for path, html in pages.items()}
    assert {path: number for path, number in found.items() if number != 1} == {}


def test_names_of_controls_contain_what_they_show(pages):
    read = {path: Page(html) for path, html in pages.items()}
    assert differing(read, names_without_the_label, []) == {}


def test_name_each_filter(pages, is_sample):
    """Also where a filter is for an empty value."""
    found = {
        path: [url for name, url in each.links if not name]
        for path, html in pages.items()
        for each in page_of(html).select("#changelist-filter")
    }
    assert is_sample or len(found) > 10
    assert {path: urls for path, urls in found.items() if urls} == {}


if not nu_checker.hindrance():

    @pytest.mark.proof(group="Nu checker")
    def test_satisfy_the_nu_checker(pages, tmp_path):
        assert nu_checker.jar(), "There is no HTML checker yet: fetch it with deploy/ensure-vnu"
        found = nu_checker.check(pages, tmp_path)
        # A form repeats what was typed, also if it is no address.
        assert [each for each in found if "attribute “value” on element “input”" not in each] == []

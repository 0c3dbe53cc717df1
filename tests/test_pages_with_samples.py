"""Every page with the sample data set: its HTML, its links and its weight."""

import gzip

import pytest
from django.test import override_settings

from tests import nu_checker, walks
from tests.html_checks import CHECKS, Page, differing
from tests.sampling import ALL
from tests.weights import BYTES_OF_A_PAGE, Visitor

pytestmark = [pytest.mark.proof(in_turn=True, sample=ALL), pytest.mark.slow(30)]

# How many pages of each role a sample reads.
SAMPLED = 6


@pytest.fixture(scope="module")
def found(sample_data, served_files, is_sample, seed) -> dict[str, walks.Walk]:
    """The pages of each role."""
    limit = {"limit": SAMPLED} if is_sample else {}
    # Files of the admin are not among the served ones.
    served = {role: {} if role in walks.INSIDE else served_files for role in walks.ROLES}
    found = {}
    for role in walks.ROLES:
        with override_settings(**served[role]):
            found[role] = walks.walk(role, seed=seed, **limit)
    return found


@pytest.fixture(scope="module")
def pages(found) -> dict[str, Page]:
    return {
        f"{role} {path}": Page(html)
        for role, walk in found.items()
        for path, html in walk.pages.items()
    }


def test_reach_pages_of_every_role(found, is_sample):
    least = dict.fromkeys(found, SAMPLED // 2)
    if not is_sample:
        least = dict.fromkeys(found, 60) | {"visitor": 45, "administrator": 150}
    assert {role: number for role, number in least.items() if len(found[role].names) < number} == {}


def test_find_no_broken_link(found):
    assert {role: walk.broken for role, walk in found.items() if walk.broken} == {}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_check_html(pages, check):
    assert differing(pages, check, []) == {}


def test_send_little_on_the_first_visit(found, served_files):
    """To readers and members; the pages of the staff are not limited."""
    sizes = {}
    with override_settings(**served_files):
        visitor = Visitor()
        for role in walks.ROLES.keys() - walks.INSIDE.keys():
            for path, html in found[role].pages.items():
                size = len(gzip.compress(html.encode(), compresslevel=6))
                sizes[f"{role} {path}"] = size + visitor.files(path, html)
    assert {name: size for name, size in sizes.items() if size > BYTES_OF_A_PAGE} == {}
    assert min(sizes.values()) > 10_000


if not nu_checker.hindrance():

    @pytest.mark.proof(group="Nu checker")
    def test_satisfy_the_nu_checker(pages, tmp_path):
        assert nu_checker.jar(), "There is no HTML checker yet: fetch it with deploy/ensure-vnu"
        found = nu_checker.check({name: page.html for name, page in pages.items()}, tmp_path)
        # A form repeats what was typed, also if it is no address.
        assert [each for each in found if "attribute “value” on element “input”" not in each] == []

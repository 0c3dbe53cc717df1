"""Each form that is refused has "Error:" in its title and a summary that links to its fields.

Every form of every page is found by reading the pages, and sent empty and with what no field takes.
"""

import pytest
from django.test import Client

from community.accounts import spam_protection
from tests.collection import signed_in
from tests.forms import Site, asked, filled, typed
from tests.page import page_of
from tests.sampling import ALL
from tests.world import World, paths

pytestmark = [pytest.mark.proof(sample=ALL), pytest.mark.slow(30)]

REFUSED = "[aria-invalid=true], .field-error, .errorlist"
# The steps of a request list what is missing beside their progress.
SUMMARY = "#error-summary, .in-steps div.errors"


@pytest.fixture(scope="module")
def site(collection, sample):
    world = World(lambda most: "Words"[:most])
    readers = [signed_in(world.member), signed_in(world.administrator), Client()]
    some = dict(sample(paths(world).items(), 4))
    return Site((path for found in some.values() for path in found), readers)


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)


@pytest.mark.parametrize("value", [b"", b"a\0b"])
def test_summarise_the_errors_of_each_form(value, site, db, is_sample):
    wrong, refused = [], 0
    for found in site.posts():
        names = typed(found.form)
        if not names:
            continue
        sent = filled(found.form) | {name: [value] for name in names}
        response = asked(found.client, "POST", found.target, sent)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if response.streaming or not is_page or response.status_code != 200:
            continue
        page = page_of(response)
        if page.select("title") and page.select(REFUSED):
            refused += 1
            wrong += [(found.target, each) for each in wrong_with(page)]
    assert not wrong, "\n".join(map(str, wrong))
    assert is_sample or refused > 20


def wrong_with(page) -> list[str]:
    found = []
    if not page.title.startswith("Error: ") or page.title.count("Error:") > 1:
        found.append(page.title)
    summaries = page.select(SUMMARY)
    if len(summaries) != 1:
        return [*found, f"{len(summaries)} summaries"]
    for text, target in summaries[0].links:
        if len(page.select(f'[id="{target.removeprefix("#")}"]')) != 1:
            found.append(f"{text} → {target}")
    return found

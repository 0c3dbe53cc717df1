import re

import pytest


@pytest.fixture
def may_read(client):
    """Whether the rules of the site let a robot read an address, as RFC 9309 has it."""
    lines = client.get("/robots.txt").text.splitlines()
    rules = [
        (len(path), verb == "Allow", re.escape(path).replace(r"\*", ".*"))
        for verb, _, path in (line.partition(": ") for line in lines)
        if verb in ("Allow", "Disallow")
    ]

    def may_read(address: str) -> bool:
        # The longest rule counts; of two as long, the one that allows.
        matching = [rule for rule in rules if re.match(rule[2], address)]
        return max(matching, default=(0, True, ""))[1]

    return may_read


@pytest.mark.parametrize(
    "address",
    ["/", "/cases/", "/cases/zhengzhou/", "/references/?page=2", "/cities/china/?page=13"],
)
def test_let_robots_read_pages_and_the_further_pages_of_lists(may_read, address):
    assert may_read(address)


@pytest.mark.parametrize(
    "address",
    [
        "/cases/?theme=logistics",
        "/cases/?theme=logistics&page=2",
        "/cases/?page=2&theme=logistics",
        "/cases/?q=port",
        "/search/?q=port",
        "/search/?q=port&page=2",
        "/accounts/login/?next=/",
        "/admin/",
        "/language/fr/?next=/",
    ],
)
def test_keep_robots_from_endless_lists_and_what_is_not_public(may_read, address):
    assert not may_read(address)


def test_tell_robots_of_the_sitemap(client):
    response = client.get("/robots.txt")
    assert response.text.endswith("\nSitemap: http://testserver/sitemap.xml\n")
    assert response.headers["Content-Type"] == "text/plain"

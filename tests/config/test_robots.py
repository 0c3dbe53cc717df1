import re

import pytest


@pytest.fixture
def may_read(client):
    """Whether robots.txt allows a URL, according to RFC 9309."""
    lines = client.get("/robots.txt").text.splitlines()
    rules = [
        (len(path), verb == "Allow", re.escape(path).replace(r"\*", ".*"))
        for verb, _, path in (line.partition(": ") for line in lines)
        if verb in ("Allow", "Disallow")
    ]

    def may_read(address: str) -> bool:
        # The longest rule counts; if two are equally long, the one that allows.
        matching = [rule for rule in rules if re.match(rule[2], address)]
        return max(matching, default=(0, True, ""))[1]

    return may_read


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/cases/",
        "/cases/zhengzhou/",
        "/references/?page=2",
        "/cities/china/?page=13",
        "/fr/cases/",
    ],
)
def test_robots_may_read_pages_and_pagination(may_read, address):
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
        "/fr/accounts/login/",
        "/fr/search/?q=port",
        "/admin/",
        "/language/fr/?next=/",
    ],
)
def test_robots_may_not_read_filtered_lists_and_private_pages(may_read, address):
    assert not may_read(address)


def test_robots_txt_names_the_sitemap(client):
    response = client.get("/robots.txt")
    assert response.text.endswith("\nSitemap: http://testserver/sitemap.xml\n")
    assert response.headers["Content-Type"] == "text/plain"

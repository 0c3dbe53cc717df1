"""What travels to a real browser on a first and on a second visit."""

import pytest

NOTHING_TO_SHOW = 204


@pytest.fixture
def page(open_page, site):
    page = open_page(base_url=site)
    page.base_url = site
    return page


@pytest.fixture
def traffic(page):
    """What comes over the line: (static file or "", status, bytes with the head)."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    names, statuses, sizes = {}, {}, {}
    session.on(
        "Network.requestWillBeSent",
        lambda event: names.update({event["requestId"]: event["request"]["url"]}),
    )
    # The status on the line: to the page itself an answer 304 looks like the first one.
    session.on(
        "Network.responseReceivedExtraInfo",
        lambda event: statuses.update({event["requestId"]: event["statusCode"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )

    def taken() -> list[tuple[str, int, int]]:
        page.wait_for_load_state("networkidle")
        rows = [
            (names[number].partition("/static/")[2], statuses[number], size)
            for number, size in sizes.items()
            if number in statuses  # else it was not asked for again
        ]
        sizes.clear()
        # The icon of the tab (300 bytes) is asked for when the browser finds the time, perhaps on
        # the next visit. The view is counted on each visit.
        return [
            row for row in rows if not row[0].startswith("img/icon") and row[1] != NOTHING_TO_SHOW
        ]

    return taken


@pytest.mark.parametrize(
    "path", ["/", "/cases/", "/cases/zhengzhou/", "/cities/", "/search/?q=port"]
)
def test_load_little_once(page, traffic, path):
    page.goto(path)
    first = traffic()
    assert {status for _name, status, _size in first} == {200}
    assert 4_000 < sum(size for _name, _status, size in first) < 60_000
    page.goto("about:blank")
    page.goto(path)
    again = traffic()
    assert [(name, status) for name, status, _size in again] == [("", 304)]
    assert sum(size for _name, _status, size in again) < 1_000


def test_count_each_visit_without_a_cookie(page):
    page.context.add_cookies([{"name": "csrftoken", "value": "a" * 32, "url": page.base_url}])
    for path in ("/cases/zhengzhou/", "/fr/cases/zhengzhou/"):
        with page.expect_response("**/seen/") as sent:
            page.goto(path)
        request = sent.value.request
        assert (sent.value.status, request.method, request.post_data) == (204, "POST", path)
        headers = request.all_headers()
        assert headers["sec-fetch-site"] == "same-origin"
        assert "cookie" not in headers

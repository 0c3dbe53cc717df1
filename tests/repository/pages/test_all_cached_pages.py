"""Every public page is the same cached or freshly rendered, with no data of a reader."""

import gzip

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from repository.pages.addresses import in_language
from tests.collection import PUBLIC_PAGES
from tests.kept_pages import OFF, get, kept, made, seen
from tests.world import World, paths

# Public pages that are rendered each time: not of the collection, or with a form.
NOT_KEPT = {
    "account_confirm_email",
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "api:figure",
    "api:figures",
    "bounces",
    "community:comment_history",
    "community:feedback",
    "community:member",
    "community:notice_stop",
    "community:registration",
    "community:registration_calendar",
    "community:registration_new",
    "community:speaking",
    "community:survey",
    "healthz",
    "metrics",
    "partnerships:address_check",
    "repository:case_cover_image",
    "partnerships:invitation",
    "partnerships:monitoring",
    "partnerships:monitoring_csv",
    "partnerships:report_signed",
    "partnerships:request_renew_signed",
    "readyz",
    "robots",
    "security_txt",
}


API_FIGURES = {"api:figure", "api:figures"}
# Shared for a second, without an ETag.
PICTURE = "repository:case_cover_image"


@pytest.fixture(scope="module")
def world(collection):
    return World(lambda most: "Words"[:most])


@pytest.fixture(scope="module")
def addresses(world, sample):
    """The addresses of pages that a visitor can read, by name; without uploaded files."""

    def is_read(path: str) -> bool:
        response = Client().get(path)
        response.close()
        return response.status_code == 200 and not response.streaming

    some = sample(paths(world).items(), 15)
    found = {name: list(filter(is_read, examples)) for name, examples in some}
    return {name: examples for name, examples in found.items() if examples}


@pytest.mark.proof(sample=1)
@pytest.mark.parametrize(("language", "encoding"), [("en", "gzip"), ("fr", "identity")])
def test_serve_a_kept_page_as_a_new_one(
    pages, addresses, db, language, encoding, is_sample, monkeypatch
):
    """The same status, headers and bytes, with the cache and without; and no cookie."""
    # The page of a cluster says in which minute its figures were counted.
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    headers = {"accept_encoding": encoding}
    found = set()
    wanted = [(name, path) for name, examples in addresses.items() for path in examples]
    for name, english in [*wanted, *(("", path) for path in PUBLIC_PAGES)]:
        path = in_language(english, language)
        with override_settings(CACHES=OFF):
            new = seen(get(path, **headers))
        first = seen(get(path, **headers))
        was_made, again = made(lambda path=path: get(path, **headers))
        if not was_made:
            assert (path, first) == (path, new)
            assert (path, seen(again)) == (path, new)
            found.add(name)
    assert set(addresses) - found == NOT_KEPT & set(addresses)
    assert len(kept(pages)) > (10 if is_sample else 50)


def test_share_nothing_that_depends_on_a_cookie(addresses, db, is_sample):
    """Shared caches do not look at `Vary`, or store each page for each browser if they do."""
    shared = set()
    for name, examples in addresses.items():
        for path in examples:
            response = get(path)
            if "s-maxage" in response.headers.get("Cache-Control", ""):
                shared.add(name)
                # Short responses are not compressed.
                vary = response.headers.get("Vary", "Accept-Encoding")
                assert (path, vary) == (path, "Accept-Encoding")
                assert (path, response.cookies.output()) == (path, "")
                if name != PICTURE:
                    assert (path, response.headers["ETag"][:3]) == (path, 'W/"')
    expected = {*addresses} - NOT_KEPT | {"partnerships:monitoring", PICTURE} | API_FIGURES
    assert shared == (expected & {*addresses} if is_sample else expected)


def test_keep_no_token_and_no_cookie(pages, addresses, db):
    reader = Client()
    get("/accounts/login/", reader)
    token = reader.cookies["csrftoken"].value
    for name in set(addresses) - NOT_KEPT:
        for path in addresses[name]:
            get(path, reader)
    for page in kept(pages):
        is_packed = page.has_header("Content-Encoding")
        body = gzip.decompress(page.content) if is_packed else page.content
        assert b"csrfmiddlewaretoken" not in body
        assert token.encode() not in body
        assert "Set-Cookie" not in page.headers

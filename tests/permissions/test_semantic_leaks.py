"""What somebody may not read has no part in what pages suggest by meaning.

Pages of cities, cases and practices, the home page, the desk, the API, feeds, and what the form of
a request suggests are the same without and with secret texts that are nearer than all others. The
searches are compared in `test_leaks_by_meaning`.
"""

import re

import pytest

from partnerships.models import Need
from repository.models import CaseStudy, City, Practice
from repository.pages.editions import forget_all
from tests.desk_client import DeskClient
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    NeedFactory,
    PartnershipRequestFactory,
    PracticeFactory,
    RepresentationFactory,
)
from tests.page import page_of
from tests.permissions.test_leaks_by_meaning import (
    CASE,
    LISTING,
    QUESTION,
    REQUEST,
    SECRETS,
    embed,
)

pytestmark = [
    pytest.mark.proof(group="leaks by meaning", sample=2),
    pytest.mark.django_db,
    pytest.mark.usefixtures("engine"),
]

REQUEST_FORM = "/partnerships/requests/new/"
# Of forms: signed, with the time.
TOKENS = re.compile(rb'(name="(csrfmiddlewaretoken|stamp)" value|nonce)="[^"]*"')
ASKED = {
    "title": "A cooperative that lends money",
    "challenge": QUESTION,
    "desired_result": "A credit cooperative lends farmers money.",
    "suggest": "1",
}


@pytest.fixture
def readers(member, focal_point):
    """A visitor, a member, and one who speaks for a city that has no part in the secrets."""
    RepresentationFactory(member=focal_point, city=CityFactory(name="Kisumu"))
    clients = {"anonymous": DeskClient(), "member": DeskClient(), "focal_point": DeskClient()}
    clients["member"].force_login(member)
    clients["focal_point"].force_login(focal_point)
    return clients


@pytest.fixture
def _public_texts():
    """Two cases and a practice near the question, and a need of the stranger's city."""
    practice = PracticeFactory(name="Loans for seed", summary="Farmers borrow money for seed.")
    CaseStudyFactory(
        published=True, title="Money for seed", summary="Farmers borrow.", practices=[practice]
    )
    CaseStudyFactory(published=True, title="Loans in a village", summary="Farmers borrow money.")
    embed()


def seen(client, city: City) -> dict[str, object]:
    """What a reader is sent, without random tokens, and the ETag of visitors' pages.

    The ETag of members' pages is a digest of all that is sent, tokens included.
    """
    paths = [
        "/",
        "/desk/",
        city.get_absolute_url(),
        *(case.get_absolute_url() for case in CaseStudy.objects.published()),
        *(practice.get_absolute_url() for practice in Practice.objects.all()),
        "/feeds/cases.atom",
        "/api/v1/cases?q=credit+cooperative+money",
        "/api/v1/cases",
    ]
    found = {}
    for path in paths:
        forget_all()
        answer = client.get(path)
        content = TOKENS.sub(b"", answer.content)
        etag = None if client.session.session_key else answer.headers.get("ETag")
        found[path] = answer.status_code, etag, content
    return found | {"suggested": suggested(client)}


def suggested(client) -> list[str] | None:
    """What the form of a request suggests, with the reasons; None for those who have no form."""
    forget_all()
    answer = client.get(REQUEST_FORM)
    forms = page_of(answer).forms if answer.status_code == 200 else []
    form = next((each for each in forms if "challenge" in each.fields), None)
    if form is None:
        return None
    page = page_of(client.post(REQUEST_FORM, form.fields | ASKED))
    return [each.text for each in page.select(".suggest")]


@pytest.mark.usefixtures("_public_texts")
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_changes_no_suggestion(readers, secret):
    made = SECRETS[secret]()
    # Also on the page of its own city.
    city = getattr(made, "city", None) or City.objects.get(name="Kisumu")
    embed()
    with_it = {role: seen(client, city) for role, client in readers.items()}
    type(made).objects.filter(pk=made.pk).delete()
    embed()
    without = {role: seen(client, city) for role, client in readers.items()}
    changed = [
        (role, path)
        for role, pages in with_it.items()
        for path, page in pages.items()
        if without[role][path] != page
    ]
    assert changed == []
    assert any("Loans for seed" in each for each in with_it["focal_point"]["suggested"])
    for pages in with_it.values():
        assert b"This is our secret" not in repr(pages).encode()


@pytest.mark.usefixtures("_public_texts")
def test_what_is_public_changes_them(readers):
    """The comparison can fail."""
    city = CityFactory()
    embed()
    before = {role: seen(client, city) for role, client in readers.items()}
    need = NeedFactory(**LISTING, city=city)
    embed()
    with_need = seen(readers["anonymous"], city)
    assert with_need[city.get_absolute_url()] != before["anonymous"][city.get_absolute_url()]
    Need.objects.filter(pk=need.pk).delete()
    case = CaseStudyFactory(published=True, **CASE)
    embed()
    after = {role: seen(client, city) for role, client in readers.items()}
    assert case.title in "".join(after["focal_point"]["suggested"])
    assert case.title not in "".join(before["focal_point"]["suggested"])
    changed = {
        path for path, page in before["anonymous"].items() if page != after["anonymous"][path]
    }
    assert "/api/v1/cases?q=credit+cooperative+money" in changed
    related = [
        each.get_absolute_url() for each in CaseStudy.objects.published().exclude(pk=case.pk)
    ]
    assert set(related) <= changed


@pytest.mark.usefixtures("_public_texts")
@pytest.mark.parametrize("visibility", ["members", "brokers"])
def test_request_that_is_not_public_is_not_on_the_page_of_its_city(readers, visibility):
    city = CityFactory()
    PartnershipRequestFactory(opened=True, visibility=visibility, city=city, **REQUEST)
    embed()
    for client in readers.values():
        shown = [content for _status, _etag, content in list(seen(client, city).values())[:-1]]
        assert not any(REQUEST["title"].encode() in content for content in shown)

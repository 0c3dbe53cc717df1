"""What somebody may not read has no part in what is near in meaning to a search.

The same pages are read without and with secret texts that are nearer than all others: their texts,
counts and order, their ETags and the number of their queries stay the same.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import ProposedPractice, Standing
from partnerships.models import ListingStatus, PartnershipRequest, RequestStatus
from repository.models import CaseStatus, Edition, Passage
from tests import editions
from tests.desk_client import DeskClient
from tests.engines import apply_search_changes, embed_everything
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    ExperienceFactory,
    NeedFactory,
    OfferFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PracticeFactory,
    RepresentationFactory,
    SuggestionFactory,
)
from tests.page import page_of

pytestmark = [
    pytest.mark.proof(group="leaks by meaning", sample=2),
    pytest.mark.django_db,
    pytest.mark.usefixtures("engine"),
]

QUESTION = "Which credit cooperative lends farmers money for seed?"
PAGES = [
    ("/partnerships/", {"q": QUESTION}),
    ("/partnerships/", {"q": "credit cooperative"}),
    ("/search/", {"q": QUESTION}),
    ("/cases/", {"q": QUESTION}),
]
# Nearly the question itself.
TITLE = "A credit cooperative lends farmers money for seed"
TEXT = "Which credit cooperative lends farmers money for seed? This is our secret."
LISTING = {"title": TITLE, "description": TEXT}
REQUEST = {"title": TITLE, "challenge": TEXT}
CASE = {"title": TITLE, "summary": TEXT}
SECRETS = {
    "offer in review": lambda: OfferFactory(**LISTING, pending=True),
    "withdrawn offer": lambda: OfferFactory(**LISTING, status=ListingStatus.CLOSED),
    "declined need": lambda: NeedFactory(**LISTING, status=ListingStatus.DECLINED),
    "draft of a request": lambda: PartnershipRequestFactory(**REQUEST),
    "submitted request": lambda: PartnershipRequestFactory(**REQUEST, submitted=True),
    "declined request": lambda: PartnershipRequestFactory(
        **REQUEST, submitted=True, status=RequestStatus.DECLINED
    ),
    "closed request": lambda: PartnershipRequestFactory(**REQUEST, closed=True),
    "request for brokers": lambda: PartnershipRequestFactory(
        **REQUEST, opened=True, visibility="brokers"
    ),
    "private partnership": lambda: PartnershipFactory(title=TITLE, summary=TEXT, is_public=False),
    "declined suggestion": lambda: SuggestionFactory(**LISTING, declined=True),
    "pending experience": lambda: ExperienceFactory(worked=TEXT, standing=Standing.PENDING),
    "hidden experience": lambda: ExperienceFactory(worked=TEXT, standing=Standing.HIDDEN),
    "draft of a case": lambda: CaseStudyFactory(**CASE, status=CaseStatus.DRAFT),
    "submitted case": lambda: CaseStudyFactory(**CASE, status=CaseStatus.SUBMITTED),
    "proposed practice": lambda: ProposedPractice.objects.create(
        case=CaseStudyFactory(status=CaseStatus.SUBMITTED), name=TITLE, summary=TEXT
    ),
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
    OfferFactory(title="Loans for farmers", description="Our bank lends farmers money.")
    PartnershipRequestFactory(
        opened=True, title="Money for the harvest", challenge="Farmers cannot borrow money."
    )
    ExperienceFactory(
        subject=PracticeFactory(name="Loans"), worked="The cooperative lends money to farmers."
    )
    CaseStudyFactory(published=True, title="Money for seed", summary="Farmers borrow for seed.")
    embed()


def embed() -> None:
    apply_search_changes()
    embed_everything()


def is_renewed(edition: Edition) -> bool:
    editions.settle()
    return Edition.objects.get().token != edition.token


def current_edition() -> Edition:
    editions.settle()
    return Edition.objects.get()


def seen(client) -> list:
    """What a reader can tell from each page."""
    found = []
    for path, data in PAGES:
        client.get(path, data)  # fills the caches of the edition
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(path, data)
        main = page_of(answer).main
        found.append((main.text, main.links, answer.headers["ETag"], len(queries)))
    return found


def nearest_kinds() -> set[str]:
    return {*Passage.objects.filter(text=TEXT).values_list("kind", flat=True)}


@pytest.mark.usefixtures("_public_texts")
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_changes_nothing_for_others(readers, secret):
    # What comes with a secret, such as its city or its case, is public.
    made = SECRETS[secret]()
    embed()
    with_it = {role: seen(client) for role, client in readers.items()}
    type(made).objects.filter(pk=made.pk).delete()
    embed()
    assert {role: seen(client) for role, client in readers.items()} == with_it
    assert all("Loans for farmers" in pages[0][0] for pages in with_it.values())
    assert not any("secret" in page[0] for pages in with_it.values() for page in pages)


@pytest.mark.usefixtures("_public_texts")
def test_what_was_public_is_not_compared_any_more(readers):
    """Its passages are still there until the next background task."""
    asked = PartnershipRequestFactory(opened=True, **REQUEST)
    embed()
    assert all(TITLE in seen(client)[0][0] for client in readers.values())
    PartnershipRequest.objects.filter(pk=asked.pk).update(
        status=RequestStatus.DRAFT, opened_at=None, expires_at=None
    )
    assert nearest_kinds() == {"request"}
    with_passages = {role: seen(client) for role, client in readers.items()}
    assert not any(TITLE in page[0] for pages in with_passages.values() for page in pages)
    embed()
    assert nearest_kinds() == set()
    assert {role: seen(client) for role, client in readers.items()} == with_passages


@pytest.mark.usefixtures("_public_texts")
def test_request_for_members_is_for_members(readers):
    PartnershipRequestFactory(opened=True, visibility="members", **REQUEST)
    embed()
    shown = {role: TITLE in seen(client)[0][0] for role, client in readers.items()}
    assert shown == {"anonymous": False, "member": True, "focal_point": True}
    assert not any(TITLE in seen(client)[2][0] for client in readers.values())


@pytest.mark.usefixtures("_public_texts")
def test_only_public_texts_renew_public_pages():
    """A new edition would reveal that something was submitted."""
    city = CityFactory()
    embed()
    edition = current_edition()
    PartnershipRequestFactory(**REQUEST, city=city, submitted=True)
    embed()
    assert nearest_kinds() == {"request"}
    assert not is_renewed(edition)
    PartnershipRequestFactory(**REQUEST, city=city, opened=True)
    embed()
    assert is_renewed(edition)

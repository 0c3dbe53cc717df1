"""Each state × verb × person at the partnership desk: what cities ask for, and what comes of it.

Read as `test_workflows.py`: a table lists what is allowed, all else is refused and leaves no trace.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from partnerships.agreements import actions as agreements_actions
from partnerships.clusters import joining
from partnerships.invitations import actions as invitations_actions
from partnerships.listings import actions as listings_actions
from partnerships.matches import actions as matches_actions
from partnerships.models import (
    ApplicationStatus,
    InvitationStatus,
    ListingStatus,
    MatchStatus,
    PartnershipRequest,
    PartnershipStatus,
    Representation,
    RepresentationStatus,
    RequestStatus,
    SuggestionStatus,
)
from partnerships.pipeline import actions as pipeline_actions
from partnerships.representation import actions as representation_actions
from partnerships.requests import actions as requests_actions
from partnerships.requests import documents as requests_documents
from partnerships.requests.forms import FORM_TOKENS, initial_of
from partnerships.suggestions import actions as suggestions_actions
from tests.factories import (
    CityFactory,
    MatchFactory,
    NeedFactory,
    OfferFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
    SuggestionFactory,
)
from tests.permissions import desk as desks
from tests.permissions import match_workflows
from tests.permissions.cluster_workflow import CLUSTER_APPLICATION
from tests.permissions.conftest import views_alone
from tests.permissions.desk import ASKING, BROKERS, HELPING, IMPARTIAL, REASONED, ROLES
from tests.permissions.fresh_pages import stale_pages
from tests.permissions.invitation_workflow import INVITATION
from tests.permissions.workflows import Request, Workflow, at, status_of, wrong_steps

pytestmark = pytest.mark.slow(20)


def now():
    return timezone.now()


def review(page: str, verb: str, **more):
    """A decision on the page of the desk, with the mark of what was read."""

    def request(desk, row, role) -> Request:
        sent = {"verb": verb, **REASONED, **{name: each(row) for name, each in more.items()}}
        return f"/admin/review/{page}/{row.pk}/", sent

    return request


# Who speaks for a city or an organisation: the candidate asks to speak for one more


def represented(
    status: str, *, owner: str = "candidate", days: int | None = None, of_body: bool = False
):
    def made(desk):
        is_given = status in (RepresentationStatus.APPROVED, RepresentationStatus.ENDED)
        today = timezone.localdate()
        return RepresentationFactory(
            member=desk.people[owner],
            city=None if of_body else CityFactory(slug="another"),
            organization=desk.another if of_body else None,
            status=status,
            since=today - timedelta(days=9) if is_given else None,
            until=today + timedelta(days=days) if days is not None else None,
        )

    return made


def decided(verb: str, **more):
    return review(
        "representation",
        verb,
        city=lambda row: f"city-{row.city_id}",
        organization=lambda row: f"organization-{row.organization_id}",
        until=lambda row: "",
        without_evidence=lambda row: "on",
        **more,
    )


def in_a_month(row) -> str:
    return str(timezone.localdate() + timedelta(days=30))


OWN = {"candidate"}
OTHER_BROKERS = BROKERS - {"broker"}
REPRESENTATION = Workflow(
    states={name: represented(name) for name in RepresentationStatus.values}
    | {
        "over": represented("approved", days=-1),
        "of a broker": represented("asked", owner="broker"),
        "held by a broker": represented("approved", owner="broker"),
        "asked of a body": represented("asked", of_body=True),
        "held of a body": represented("approved", of_body=True),
    },
    verbs={
        "withdraw": at("/partnerships/cities/{pk}/withdraw/"),
        "resign": at("/partnerships/cities/{pk}/resign/"),
        "approve": decided("approve"),
        "decline": decided("decline"),
        "end": decided("end"),
        "set_last_day": lambda desk, row, role: (
            f"/admin/review/representation/{row.pk}/",
            {"verb": "approve", "until": in_a_month(row), "without_evidence": "on", **REASONED},
        ),
    },
    state_of=status_of,
    allowed={
        "withdraw": {
            "asked, asked of a body": ("withdrawn", OWN),
            "of a broker": ("withdrawn", {"broker"}),
        },
        "resign": {
            "approved, over, held of a body": ("ended", OWN),
            "held by a broker": ("ended", {"broker"}),
        },
        "approve": {
            "asked, asked of a body": ("approved", BROKERS),
            "of a broker": ("approved", OTHER_BROKERS),
            # This takes the last day away.
            "over": ("approved", BROKERS),
        },
        "decline": {
            "asked, asked of a body": ("declined", BROKERS),
            "of a broker": ("declined", OTHER_BROKERS),
        },
        "end": {
            "approved, over, held of a body": ("ended", BROKERS),
            "held by a broker": ("ended", OTHER_BROKERS),
        },
        "set_last_day": {
            "asked, approved, over, asked of a body, held of a body": ("approved", BROKERS),
            "of a broker, held by a broker": ("approved", OTHER_BROKERS),
        },
    },
    # No last day was there and none is asked for.
    harmless=frozenset(
        {("approve", name, role) for name in ("approved", "held of a body") for role in BROKERS}
        | {("approve", "held by a broker", role) for role in OTHER_BROKERS}
    ),
)


# Offers and needs of the city that asks

# An earlier release drew it from a report, and its city has confirmed it.
FROM_REPORT = {"report_key": lambda desk: "told", "confirmed_at": lambda desk: now()}


def listed(factory, status: str, **more):
    def made(desk):
        found = {"city": desk.cities["asking"], "changed_at": now() - timedelta(hours=1)}
        found |= {name: each(desk) for name, each in more.items()}
        return factory(
            status=status,
            published_at=now() if status == "published" else None,
            reviewed_at=None if "report_key" in more else now(),
            created_by=None if "report_key" in more else desk.people["requester"],
            # Its key, and no word of the city, are what makes it replaced.
            **({"report_key": "replaced"} if status == "replaced" else {}),
            themes=[desk.theme],
            **found,
        )

    return made


def listings(word: str, factory) -> Workflow:
    def written(desk, row, role) -> Request:
        sent = {"title": "Other", "description": "Other words.", "language": "en"}
        sent |= {"themes": [desk.theme.pk], "modalities": ["training"]}
        return f"/partnerships/{word}s/{row.pk}/edit/", sent

    def decide(verb: str):
        return review(word, verb, seen=listings_actions.fingerprint)

    shown = "published, changed since, from a report"
    return Workflow(
        states={name: listed(factory, name) for name in ListingStatus.values}
        | {
            "changed since": listed(
                factory, "published", changed_at=lambda desk: now() + timedelta(hours=1)
            ),
            "from a report": listed(factory, "published", **FROM_REPORT),
            "of a country": listed(
                factory,
                "published",
                city=lambda desk: None,
                country=lambda desk: desk.cities["third"].country,
            ),
        },
        verbs={
            "change": written,
            "close": at(f"/partnerships/{word}s/{{pk}}/close/"),
            "approve": decide("approve"),
            "request-changes": decide("request-changes"),
            "decline": decide("decline"),
        },
        state_of=status_of,
        allowed={
            "change": {
                "pending, changes-requested": ("pending", ASKING),
                shown: ("published", ASKING),
                "of a country": ("published", BROKERS),
            },
            "close": {
                f"pending, changes-requested, {shown}": ("closed", ASKING),
                "of a country": ("closed", BROKERS),
            },
            # A representative of the city leaves the decision to another broker.
            "approve": {"pending, changed since": ("published", IMPARTIAL)},
            "request-changes": {
                f"pending, {shown}": ("changes-requested", IMPARTIAL),
                "of a country": ("changes-requested", BROKERS),
            },
            "decline": {
                f"pending, {shown}": ("declined", IMPARTIAL),
                "of a country": ("declined", BROKERS),
            },
        },
    )


# Offers of the organisation that facilitates, and of one for which nobody speaks


def offered(status: str, *, body: str = "organization", **more):
    def of_body(desk):
        return getattr(desk, body)

    return listed(OfferFactory, status, city=lambda desk: None, organization=of_body, **more)


def of_organizations() -> Workflow:
    like = listings("offer", OfferFactory)
    keepers, shown = HELPING, "published, changed since"
    return Workflow(
        states={name: offered(name) for name in ListingStatus.values}
        | {
            "changed since": offered(
                "published", changed_at=lambda desk: now() + timedelta(hours=1)
            ),
            "from a report": offered("published", **FROM_REPORT),
            "of nobody": offered("published", body="another"),
        },
        verbs=like.verbs,
        state_of=status_of,
        allowed={
            "change": {
                "pending, changes-requested": ("pending", keepers),
                shown: ("published", keepers),
                "from a report": ("published", keepers),
                "of nobody": ("published", BROKERS),
            },
            "close": {
                f"pending, changes-requested, {shown}": ("closed", keepers),
                "from a report": ("closed", keepers),
                "of nobody": ("closed", BROKERS),
            },
            "approve": {"pending, changed since": ("published", BROKERS)},
            "request-changes": {
                f"pending, {shown}, from a report, of nobody": ("changes-requested", BROKERS)
            },
            "decline": {f"pending, {shown}, from a report, of nobody": ("declined", BROKERS)},
        },
    )


# Suggestions to the city that asks, and to a country


def suggested(**more):
    def made(desk):
        place = {"city": desk.cities["asking"]} | {name: each(desk) for name, each in more.items()}
        return SuggestionFactory(themes=[desk.theme], **place)

    return made


def adopting(desk, row, role) -> Request:
    sent = {"title": "Ours", "description": "Other words.", "language": "en"}
    sent |= {"themes": [desk.theme.pk], "modalities": ["training"]}
    return f"/partnerships/suggestions/{row.pk}/adopt/", sent


SUGGESTION = Workflow(
    states={
        "open": suggested(),
        "adopted": suggested(adopted=lambda desk: True),
        "declined": suggested(declined=lambda desk: True),
        "of a country": suggested(
            city=lambda desk: None, country=lambda desk: desk.cities["third"].country
        ),
    },
    verbs={"adopt": adopting, "decline": at("/partnerships/suggestions/{pk}/decline/")},
    state_of=status_of,
    allowed={
        "adopt": {"open": ("adopted", ASKING)},
        "decline": {
            "open": ("declined", ASKING | BROKERS),
            "of a country": ("declined", BROKERS),
        },
    },
    harmless=frozenset(("decline", "declined", role) for role in ASKING | BROKERS),
)


# Requests


def requested(status: str, *, introduced: bool = False):
    def made(desk):
        began = status not in ("draft", "submitted", "changes-requested", "declined")
        is_closed = status == "closed"
        row = PartnershipRequestFactory(
            city=desk.cities["asking"],
            created_by=desk.people["requester"],
            status=status,
            submitted_at=now(),
            opened_at=now() if began else None,
            expires_at=now() + timedelta(days=30) if began else None,
            closed_at=now() if is_closed else None,
            closing_reason="changed" if is_closed else "",
            themes=[desk.theme],
        )
        if introduced:
            MatchFactory(introduced=True, request=row, city=desk.cities["asked"])
        return row

    return made


def saved(desk, row, role) -> Request:
    before = requests_documents.document_of(row)
    person = desk.people.get(role)
    ticket = FORM_TOKENS.new(member=person.pk if person else 0, subject=row.pk)
    sent = {name: value for name, value in initial_of(before).items() if value is not None}
    sent |= {"title": "Other", "ticket": str(ticket), "base": requests_documents.sealed(before)}
    return f"/partnerships/requests/{row.pk}/edit/", sent


def about(verb: str, **sent):
    return at(f"/partnerships/requests/{{pk}}/{verb}/", **sent)


def judged(verb: str, **more):
    def seen(row):
        return row.updated_at.isoformat()

    return review("request", verb, seen=seen, **more)


def on_board(act: str, **more):
    """An action of the board, for one request."""

    def request(desk, row, role) -> Request:
        sent = {name: each(desk) for name, each in more.items()}
        return "/admin/partnerships/pipeline/", {"act": act, "selected": row.pk, **sent}

    return request


def asked_now(desk):
    """A request about which two cities have to answer."""
    row = requested("open")(desk)
    MatchFactory(proposed=True, request=row, city=desk.cities["asked"])
    return row


def keeps_status(*names: str) -> dict:
    """What brokers may do and what leaves the status as it is."""
    return {
        name: ({"introduced": "matched", "asked": "open"}.get(name, name), BROKERS)
        for name in names
    }


ON_BOARD = [*sorted({*RequestStatus.values} - {"draft"}), "introduced", "asked"]
REQUEST = Workflow(
    states={name: requested(name) for name in RequestStatus.values}
    | {"introduced": requested("matched", introduced=True), "asked": asked_now},
    verbs={
        "save": saved,
        "submit": about("submit"),
        "withdraw": about("withdraw"),
        "discard": about("discard"),
        "renew": about("renew"),
        "close": about("close", reason="changed"),
        "open": judged("approve"),
        "request_changes": judged("request-changes"),
        "decline": judged("decline"),
        "reopen": judged("reopen"),
        "close at the desk": judged("close", closing=lambda row: "no-match"),
        "note": at("/admin/partnerships/partnershiprequest/{pk}/note/", broker_note="Call them."),
        "assign": on_board("assign", owner=lambda desk: desk.people["broker"].pk),
        "snooze": on_board(
            "snooze",
            until=lambda desk: now().date() + timedelta(days=9),
            why=lambda desk: "other",
        ),
        "wake": on_board("wake"),
        "no_match": on_board("snooze", why=lambda desk: "no-match"),
        "remind": on_board("remind"),
    },
    state_of=status_of,
    allowed={
        "assign": keeps_status(*ON_BOARD),
        "snooze": keeps_status(*ON_BOARD),
        "wake": keeps_status(*ON_BOARD),
        "no_match": keeps_status("open"),
        "remind": keeps_status("changes-requested", "asked"),
        "save": {
            "draft": ("draft", ASKING),
            "changes-requested": ("changes-requested", ASKING),
        },
        "submit": {"draft|changes-requested": ("submitted", ASKING)},
        "withdraw": {"submitted|changes-requested": ("draft", ASKING)},
        "discard": {"draft": ("gone", ASKING)},
        "renew": {"open|expired|asked": ("open", ASKING)},
        "close": {"open|matched|expired|introduced|asked": ("closed", ASKING)},
        "open": {"submitted": ("open", IMPARTIAL)},
        "request_changes": {"submitted": ("changes-requested", IMPARTIAL)},
        "decline": {"submitted": ("declined", IMPARTIAL)},
        # An introduction is ended first; representatives of the city leave this to others.
        "reopen": {"matched|expired": ("open", IMPARTIAL)},
        # Its city may close it from any page.
        "close at the desk": {"open|matched|expired|introduced|asked": ("closed", BROKERS)},
        "note": {name: (name, BROKERS) for name in RequestStatus.values}
        | {"introduced": ("matched", BROKERS), "asked": ("open", BROKERS)},
    },
)

WORKFLOWS = {
    "representation": REPRESENTATION,
    "offer": listings("offer", OfferFactory),
    "offer of an organisation": of_organizations(),
    "need": listings("need", NeedFactory),
    "suggestion": SUGGESTION,
    "request": REQUEST,
    "invitation": INVITATION,
    "cluster application": CLUSTER_APPLICATION,
    **match_workflows.WORKFLOWS,
}
STATES = [(name, state) for name, workflow in WORKFLOWS.items() for state in workflow.states]


@pytest.fixture(scope="module")
def desk(scratch, django_db_blocker, tmp_path_factory):
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with files, django_db_blocker.unblock():
        with transaction.atomic():
            made = desks.make()
        yield made


@pytest.fixture(scope="module")
def clients(desk):
    return {role: desk.client(role) for role in ROLES}


@pytest.mark.proof(sample=5)
@pytest.mark.parametrize(("name", "state"), STATES)
def test_allow_what_the_table_lists_and_nothing_else(
    name, state, desk, clients, refusals, monkeypatch, db
):
    views_alone(monkeypatch, desk)
    assert wrong_steps(WORKFLOWS[name], state, desk, clients, refusals) == []


@pytest.mark.proof(group="fresh pages", sample=1)
@pytest.mark.parametrize(("name", "state"), STATES)
def test_renew_the_edition_with_the_page(name, state, desk, db):
    assert stale_pages(WORKFLOWS[name], state, desk, ROLES) == []


# Steps that time takes, or that follow from another, have no page.
WITHOUT_DOOR = {"lapse", "expire", "mark_matched", "restore", "introduce"}


@pytest.mark.parametrize(
    ("name", "statuses", "steps"),
    [
        ("representation", RepresentationStatus, representation_actions.STEPS),
        ("offer", ListingStatus, listings_actions.STEPS),
        ("need", ListingStatus, listings_actions.STEPS),
        ("suggestion", SuggestionStatus, suggestions_actions.STEPS),
        ("request", RequestStatus, requests_actions.STEPS | pipeline_actions.STEPS),
        ("invitation", InvitationStatus, invitations_actions.STEPS),
        ("cluster application", ApplicationStatus, joining.STEPS),
        ("match", MatchStatus, matches_actions.STEPS),
        ("partnership", PartnershipStatus, agreements_actions.STEPS),
    ],
)
def test_know_each_state_and_step_of_the_actions(name, statuses, steps):
    workflow = WORKFLOWS[name]
    assert {*statuses.values} <= {*workflow.states}
    # "accept, asking": for one of the two cities.
    verbs = {verb.partition(",")[0] for verb in workflow.verbs}
    assert {*map(str, steps)} - WITHOUT_DOOR <= verbs
    assert {*workflow.allowed} == {*workflow.verbs}


@pytest.mark.parametrize("model", [Representation, PartnershipRequest])
def test_try_the_wrong_people_as_well(model, desk, db):
    """The cast holds what is to be refused: a right that is over, and a broker who is partial."""
    former, partial = desk.people["former"], desk.people["partial"]
    cities, bodies = Representation.objects.cities_of, Representation.objects.organizations_of
    assert (cities(former).count(), cities(partial).count()) == (0, 1)
    assert (bodies(former).count(), bodies(desk.people["helper"]).count()) == (0, 1)
    row = requested("draft")(desk) if model is PartnershipRequest else represented("asked")(desk)
    assert {
        role
        for role, person in desk.people.items()
        if model.objects.visible_to(person).filter(pk=row.pk).exists()
    } == (ASKING if model is PartnershipRequest else OWN) | BROKERS

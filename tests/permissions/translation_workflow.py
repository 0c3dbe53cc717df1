"""A member's translation of a published case into Spanish, which the facilitator reviews."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from community.models import Decision, ProposalState, TranslationProposal
from community.translating import actions
from community.translating.models import OPEN
from community.translating.originals import fingerprint
from repository.translations.kinds import kinds
from tests.permissions.workflows import Request, Workflow, at, status_of
from tests.permissions.world import WORDS, World

MODERATORS = {"moderator", "administrator"}
REVIEWERS = MODERATORS | {"facilitator"}


def seen(row: TranslationProposal) -> str:
    kind = kinds[row.kind]
    original = kind.model._default_manager.get(pk=row.object_id)
    return fingerprint(kind, original, row.language)


def proposal_in(status: str):
    def made(world: World) -> TranslationProposal:
        row = world.translations["submitted"]
        is_decided = status in ("accepted", "declined")
        TranslationProposal.objects.filter(pk=row.pk).update(
            status=status,
            claimed_until=timezone.now() + timedelta(days=1),
            decided_at=timezone.now() if is_decided else None,
            message="No." if status == "declined" else "",
        )
        row.refresh_from_db()
        return row

    return made


def decided(act: Callable, **words):
    """After a decision of another moderator."""

    def made(world: World) -> TranslationProposal:
        row = world.translations["submitted"]
        act(proposal=row, by=world.people["another"], **words)
        row.refresh_from_db()
        return row

    return made


def page(row: TranslationProposal, **sent) -> Request:
    return f"/translations/{row.kind}/{row.object_id}/{row.language}/", sent


def send(world, row, role) -> Request | None:
    # Otherwise another member can begin.
    if row.status not in OPEN:
        return None
    return page(row, submit="1", seen=seen(row))


def accept(world, row, role) -> Request:
    return f"/translations/proposals/{row.pk}/accept/", {"seen": seen(row)}


def review(verb: str):
    def request(world, row, role) -> Request:
        sent = {"verb": verb, "seen": seen(row), **WORDS}
        return f"/admin/review/translation/{row.pk}/", sent

    return request


def about_decision(path: str, **sent):
    def request(world, row, role) -> Request | None:
        decision = Decision.objects.about(row).first()
        return (path.format(pk=decision.pk), sent) if decision else None

    return request


TRANSLATION = Workflow(
    states={name: proposal_in(name) for name in ProposalState.values}
    | {
        "accepted by a moderator": decided(actions.accept),
        "declined by a moderator": decided(actions.decline, **WORDS),
    },
    verbs={
        "send": send,
        "withdraw": at("/translations/proposals/{pk}/withdraw/"),
        "accept": accept,
        "decline": at("/translations/proposals/{pk}/decline/", **WORDS),
        "approve": review("approve"),
        "refuse": review("decline"),
        "undo": about_decision("/admin/decisions/{pk}/undo/"),
        "undo on the site": at("/translations/proposals/{pk}/undo/"),
        "appeal": about_decision("/appeals/new/{pk}/", words="Look again."),
    },
    state_of=status_of,
    allowed={
        "send": {"claimed": ("submitted", {"member"})},
        "withdraw": {"claimed|submitted": ("withdrawn", {"member"})},
        "accept": {"submitted": ("accepted", REVIEWERS)},
        "decline": {"submitted": ("declined", REVIEWERS)},
        "approve": {"submitted": ("accepted", MODERATORS)},
        "refuse": {"submitted": ("declined", MODERATORS)},
        # Another moderator has decided: of the others administrators alone undo it.
        "undo": {
            "accepted by a moderator, declined by a moderator": ("submitted", {"administrator"})
        },
        "undo on the site": {
            "accepted by a moderator, declined by a moderator": ("submitted", {"administrator"})
        },
        "appeal": {"declined by a moderator": ("declined", {"member"})},
    },
)

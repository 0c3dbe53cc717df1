"""Decisions of brokers about a pending request."""

from django.utils.translation import gettext as _

from community.models import Decision, User, Verb
from community.moderation.decisions.rules import check_words
from partnerships.models import PartnershipRequest
from partnerships.permissions import is_own_request
from partnerships.representation.rights import check_broker
from partnerships.requests.actions import advance, lock_for, record, term
from repository.models import City
from repository.workflow import ActionRefused, action, lock, lock_or_none

# The step that each decision takes, and the event that notifies the city.
STEP_OF = {
    Verb.APPROVE: ("open", "request.opened"),
    Verb.REQUEST_CHANGES: ("request_changes", "request.changes-requested"),
    Verb.DECLINE: ("decline", "request.declined"),
}


def fingerprint(partnership_request: PartnershipRequest) -> str:
    """Return a hash of the text that a broker has read."""
    return partnership_request.updated_at.isoformat()


@action
def decide(
    *,
    partnership_request: PartnershipRequest,
    verb: Verb,
    by: User,
    reason: str = "",
    message: str = "",
    seen: str | None = None,
    form_step: int | None = None,
) -> Decision:
    """Open a submitted request, ask its city for changes, or decline it.

    `form_step` is the number of the step of its form in which changes are asked for.
    """
    if verb not in STEP_OF:
        raise ActionRefused(_("This isn’t possible here."))
    step, event = STEP_OF[verb]
    # Two brokers may decide concurrently: the second must see the decision of the first.
    partnership_request = lock_for(step, partnership_request)
    check_broker(by)
    before = partnership_request.status
    if is_own_request(by, partnership_request):
        raise ActionRefused(
            _("You can’t decide on your own city or contribution. Another broker will review it.")
        )
    if seen is not None and seen != fingerprint(partnership_request):
        raise ActionRefused(
            _("The text changed after you opened this page. Read it again before you decide.")
        )
    check_words(verb, reason, message)
    values = term(partnership_request) if verb == Verb.APPROVE else {}
    values["step_to_change"] = form_step if verb == Verb.REQUEST_CHANGES else None
    advance(step, partnership_request, **values)
    decision = record(
        partnership_request, verb, event, before=before, by=by, reason=reason, message=message
    )
    return decision


def lock_to_restore(partnership_request: PartnershipRequest) -> PartnershipRequest:
    """Lock the row of the request, after that of its city, where open requests are counted."""
    lock_or_none(City, partnership_request.city_id, no_key=True)
    return lock(PartnershipRequest, partnership_request.pk)


def restore_request(partnership_request: PartnershipRequest, decision: Decision) -> None:
    """Make the locked request pending again, unless its city has changed it."""
    if partnership_request.updated_at > decision.created_at:
        raise ActionRefused(_("This has changed since the decision. Make a new decision instead."))
    # Under the lock of its city: it counts towards the maximum again.
    advance("restore", lock_for("restore", partnership_request))


@action
def note(*, partnership_request: PartnershipRequest, by: User, words: str) -> PartnershipRequest:
    """Save a note visible only to brokers, in any state."""
    words = words.replace("\r\n", "\n").strip()
    if len(words) > (PartnershipRequest._meta.get_field("broker_note").max_length or 0):
        raise ActionRefused(_("Note must be 3,000 characters or fewer."))
    partnership_request = lock(PartnershipRequest, partnership_request.pk)
    check_broker(by)
    partnership_request.broker_note = words
    # The text is unchanged, so leave `updated_at`.
    partnership_request.save(update_fields=["broker_note"])
    return partnership_request

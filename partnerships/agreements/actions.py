"""Steps of a partnership: stalled, resumed, completed or discontinued."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import (
    WITHOUT_WORDS,
    Decision,
    NoticeKind,
    Reason,
    User,
    Verb,
)
from community.notices.notify import notify
from partnerships import permissions
from partnerships.desk.notices import brokers, focal_points
from partnerships.listings.keys import whose
from partnerships.models import (
    Partnership,
    PartnershipStatus,
    Party,
    PartyRole,
    RecordedAgreement,
    Representation,
)
from partnerships.representation.rights import as_now, check_broker
from repository.dates import clock
from repository.models import City, Organization
from repository.samples import check_samples_apart
from repository.workflow import ActionRefused, Step, action, lock


@dataclass(frozen=True, kw_only=True)
class PartnershipStep(Step[PartnershipStatus]):
    """A step; `decision` is recorded if a broker who represents no party takes it."""

    decision: Verb
    # The text required with it: "reason" or "outcome".
    words: str = ""

    @property
    def has_reason(self) -> bool:
        """Whether brokers select a reason; not for steps that all its cities agree to."""
        return self.decision not in WITHOUT_WORDS


ACTIVE, STALLED = PartnershipStatus.ACTIVE, PartnershipStatus.STALLED
REFUSED = gettext_lazy("You can’t change “%(title)s” because its status is now “%(status)s”.")

# The legal steps of a partnership, which is active once both cities have confirmed it.
STEPS = {
    "stall": PartnershipStep(
        frozenset({ACTIVE}), STALLED, REFUSED, decision=Verb.STALL, words="reason"
    ),
    "resume": PartnershipStep(frozenset({STALLED}), ACTIVE, REFUSED, decision=Verb.RESUME),
    "complete": PartnershipStep(
        frozenset({ACTIVE, STALLED}),
        PartnershipStatus.COMPLETED,
        REFUSED,
        decision=Verb.COMPLETE,
        words="outcome",
    ),
    "discontinue": PartnershipStep(
        frozenset({ACTIVE, STALLED}),
        PartnershipStatus.DISCONTINUED,
        REFUSED,
        decision=Verb.END,
        words="reason",
    ),
}


def steps_from(status: str) -> list[str]:
    """Return the verbs that are legal in a status."""
    return [verb for verb, step in STEPS.items() if status in step.sources]


@action
def take_step(
    *, partnership: Partnership, verb: str, by: User, words: str = "", reason: str = ""
) -> Partnership:
    """Take one of STEPS; KeyError for an unknown verb.

    A broker's message is recorded as a decision: with a decision `reason` if the partnership stalls
    or ends, with an optional text if it resumes.
    """
    step = STEPS[verb]
    words = words.strip()
    partnership = lock_for(verb, partnership, by)
    if step.words and not words:
        raise ActionRefused(
            _("Describe the outcome, compared with the baseline.")
            if step.words == "outcome"
            else _("Explain why. Other cities can learn from it.")
        )
    if permissions.acts_as_staff(by, partnership):
        if step.has_reason and not reason:
            raise ActionRefused(_("Choose a reason. The cities will see it."))
        Decision.objects.create(
            subject=partnership,
            by=by,
            verb=step.decision,
            reason=reason if step.has_reason else Reason.NONE,
            message=words,
            before=partnership.status,
        )
    elif not step.words:
        words = ""
    partnership.status = step.target
    partnership.reason = words if step.words == "reason" else ""
    if step.words == "outcome":
        partnership.outcome = words
    if verb in ("complete", "discontinue"):
        partnership.ended_on = clock.today()
    checked(partnership)
    partnership.save(update_fields=["status", "reason", "outcome", "ended_on", "updated_at"])
    message = "" if step.words == "outcome" else words
    notify_parties(partnership, f"partnership.{verb}", by=by, message=message)
    return partnership


@action
def describe(*, partnership: Partnership, by: User, **fields: Any) -> Partnership:
    """Change title, summary, baseline, practices and themes of a partnership that has not ended."""
    partnership = lock_running(partnership, by)
    for name in ("title", "summary", "baseline"):
        setattr(partnership, name, fields[name].strip())
    checked(partnership)
    partnership.save(update_fields=["title", "summary", "baseline", "updated_at"])
    partnership.practices.set(fields["practices"])
    partnership.themes.set(fields["themes"])
    return partnership


@action
def want_public(*, partnership: Partnership, wanted: bool, by: User) -> Partnership:
    """Record whether the cities of a member want it public; it is public once all cities do."""
    partnership = lock(Partnership, partnership.pk)
    # Only cities decide: the partnership is theirs, not that of an organisation.
    mine = partnership.parties.filter(city__in=Representation.objects.cities_of(as_now(by)))
    if not mine.exists():
        raise ActionRefused(_("You no longer represent a city in this partnership."))
    for party in mine.exclude(wants_public=wanted):
        party.wants_public = wanted
        party.save(update_fields=["wants_public"])
    settle_public(partnership)
    return partnership


def settle_public(partnership: Partnership) -> None:
    """Make a locked partnership public if all its cities want it, else private."""
    cities = partnership.parties.filter(city__isnull=False)
    is_public = not cities.filter(wants_public=False).exists()
    if partnership.is_public != is_public:
        partnership.is_public = is_public
        partnership.save(update_fields=["is_public", "updated_at"])
        # Pages that no longer list it change as well.


@action
def add_facilitator(*, partnership: Partnership, helper: Organization | City, by: User) -> Party:
    """Add an organisation or a city that supports both sides, which may make it triangular.

    Its focal points are members of the partnership from then on; a city also has a say in whether
    it is public.
    """
    partnership = lock_running(partnership, by)
    check_broker(by)
    if isinstance(helper, City):
        check_samples_apart(helper, partnership)
    made, is_new = Party.objects.get_or_create(
        partnership=partnership, **whose(helper), defaults={"role": PartyRole.FACILITATOR}
    )
    if made.role != PartyRole.FACILITATOR:
        raise ActionRefused(_("This city is already in the partnership."))
    if is_new:
        notify_parties(partnership, "partnership.joined", by=by, **details_naming(made))
    settle_public(partnership)
    return made


@action
def remove_facilitator(*, partnership: Partnership, party: int, by: User) -> None:
    """Remove a facilitator. Idempotent."""
    partnership = lock_running(partnership, by)
    check_broker(by)
    leaving = partnership.parties.filter(pk=party, role=PartyRole.FACILITATOR).first()
    if leaving is None:
        return
    notify_parties(partnership, "partnership.left", by=by, **details_naming(leaving))
    leaving.delete()
    settle_public(partnership)


def locked_for(by: User, partnership: Partnership) -> Partnership:
    """Lock the row of the partnership, for a member who may currently act on it."""
    locked = lock(Partnership, partnership.pk)
    # The right may have ended since the page was loaded.
    if not permissions.can_run_partnership(as_now(by), locked):
        raise ActionRefused(_("You no longer represent a party to this partnership."))
    return locked


def lock_for(verb: str, partnership: Partnership, by: User) -> Partnership:
    """Lock the row of the partnership in a state that allows the verb."""
    # Two parties may act concurrently: the second must see what the first did.
    locked = locked_for(by, partnership)
    STEPS[verb].check(locked, title=locked.title)
    return locked


def lock_running(partnership: Partnership, by: User) -> Partnership:
    locked = locked_for(by, partnership)
    if locked.status not in (ACTIVE, STALLED):
        raise ActionRefused(_("This partnership has ended, so you can’t change it any more."))
    return locked


def checked(partnership: Partnership | RecordedAgreement) -> None:
    """Raise ActionRefused with the messages of all validation errors."""
    try:
        partnership.full_clean()
    except ValidationError as mistake:
        raise ActionRefused(" ".join(mistake.messages)) from None


def speakers(partnership: Partnership) -> list[int]:
    """Return the primary keys of the current focal points of all parties."""
    parties = partnership.parties.values_list("city", "organization")
    cities, organizations = zip(*parties, strict=True) if parties else ((), ())
    return focal_points(*filter(None, cities), organizations=[*filter(None, organizations)])


def details_naming(party: Party) -> dict[str, str]:
    """Return the details of a notice that names a party, a city in the reader's language."""
    return {"city": str(party.city_id)} if party.city_id else {"message": str(party)}


def notify_parties(
    partnership: Partnership, event: str, *, by: User | None, **details: Any
) -> None:
    """Notify the parties and the brokers, except the acting member. Empty details are left out."""
    mark = clock.now().isoformat()
    for kind, members in (
        (NoticeKind.PARTNERSHIP, speakers(partnership)),
        (NoticeKind.BROKERING, brokers()),
    ):
        notify(
            [member for member in members if by is None or member != by.pk],
            kind=kind,
            event=event,
            subject=partnership,
            key=f"{event}-{partnership.pk}-{mark}",
            **{name: value for name, value in details.items() if value},
        )

"""The wording of each event, who may receive which kind of notice, and what a message carries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from community.models import NoticeKind, Notification, User

# The wording of each event. {actor} is a member's name, {subject} the title of the subject.
EVENTS = {
    "comment.reply": _("{actor} replied to your comment on {subject}."),
    "comment.mention": _("{actor} mentioned you in a comment on {subject}."),
    "comment.new": _("{actor} commented on {subject}, which you follow."),
    "comment.by": _("{actor}, who you follow, commented on {subject}."),
    "comment.own": _("{actor} commented on your case {subject}."),
    "experience.new": _("{actor} shared an experience with {subject}."),
    "case.new": _("New case, based on what you follow: {subject}."),
    "case.submitted": _("{actor} submitted the case {subject}."),
    "case.handed-in": _("{actor} submitted your case {subject}."),
    "case.taken-back": _("{actor} withdrew your case {subject}. It is a draft again."),
    "case.published": _("Your case {subject} was published."),
    "case.publication-undone": _(
        "The publication of your case {subject} was undone. A moderator will review it again."
    ),
    "case.changes-requested": _("A moderator requested changes to your case {subject}."),
    "case.declined": _("Your case {subject} was declined."),
    "case.archived": _("Your case {subject} was archived."),
    "case.restored": _("Your case {subject} was published again."),
    "case.appealed": _("{actor} appealed against a decision on your case {subject}."),
    "case.appeal-decided": _("An appeal about your case {subject} was decided."),
    "case.appeal-reopened": _(
        "The decision on an appeal about your case {subject} was undone. A moderator will review "
        "the appeal again."
    ),
    "case.verify": _("Is your case {subject} still up to date?"),
    "case.changed": _("{subject}, which you follow, was updated."),
    "case.changed-own": _("A suggested change to your case {subject} was accepted."),
    "revision.submitted": _("{actor} suggested a change to {subject}."),
    "revision.accepted": _("Your suggested change to {subject} was accepted."),
    "revision.declined": _("Your suggested change to {subject} was declined."),
    "author.invited": _("{actor} invited you to co-write the case {subject}."),
    "author.joined": _("{actor} joined you as an author of {subject}."),
    "author.declined": _("{actor} declined your invitation to co-write {subject}."),
    "author.left": _("{actor} is no longer an author of your case {subject}."),
    "tag.proposed": _("{actor} proposed a tag for {subject}."),
    "tag.accepted": _("The tag you proposed for {subject} was accepted."),
    "tag.declined": _("The tag you proposed for {subject} was declined."),
    "tag.undone": _("The decision on the tag you proposed for {subject} was undone."),
    "practice.accepted": _("The practice you proposed with {subject} was accepted."),
    "practice.merged": _("The practice you proposed with {subject} already exists."),
    "practice.declined": _("The practice you proposed with {subject} was declined."),
    "practice.undone": _("The decision on the practice you proposed with {subject} was undone."),
    "contribution.approved": _("What you wrote on {subject} was published."),
    "contribution.declined": _("What you wrote on {subject} was declined."),
    "contribution.hidden": _("What you wrote on {subject} was hidden."),
    "contribution.removed": _("What you wrote on {subject} was removed."),
    "contribution.restored": _("What you wrote on {subject} was published again."),
    "contribution.undone": _("The decision on what you wrote on {subject} was undone."),
    "survey.approved": _("Your survey comment on {subject} was published."),
    "survey.declined": _("Your survey comment on {subject} was declined."),
    "survey.hidden": _("Your survey comment on {subject} was hidden."),
    "survey.restored": _("Your survey comment on {subject} was published again."),
    "survey.undone": _("The decision on your survey comment on {subject} was undone."),
    "verification.given": _("You’re now a verified policymaker."),
    "verification.declined": _("Your request to be verified as a policymaker was declined."),
    "verification.withdrawn": _("You’re no longer a verified policymaker."),
    "verification.undone": _("The decision on your verification as a policymaker was undone."),
    "verification.appealed": _("Your appeal about your verification as a policymaker was decided."),
    "verification.reopened": _(
        "The decision on your appeal about your verification was undone. A moderator will review "
        "the appeal again."
    ),
    "translation.submitted": _("{actor} submitted a translation of {subject} for review."),
    "translation.published": _("{actor} translated {subject}. Nobody has reviewed it yet."),
    "translation.accepted": _("Your translation of {subject} was published."),
    "translation.declined": _("Your translation of {subject} was declined."),
    "translation.undone": _("The decision on your translation of {subject} was undone."),
    "translation.stale": _("{subject} has changed. Its translation is partly out of date."),
    "appeal.decided": _("The appeal about {subject} was decided."),
    "appeal.reopened": _(
        "The decision on the appeal about {subject} was undone. A moderator will review it again."
    ),
}

# Emails about these events wait until a moderator can no longer undo the publication, and a minute
# longer (`PUBLICATION_UNDONE_WITHIN` in `community/writing/drafts/reviewable.py`).
HELD = ("case.published", "case.new")
HELD_FOR = timedelta(minutes=11)

# More exact wordings, by event and what the details say: the kind of contribution, or the outcome
# of an appeal.
EXACT_EVENTS = {
    ("contribution.approved", "comment"): _("Your comment on {subject} was published."),
    ("contribution.declined", "comment"): _("Your comment on {subject} was declined."),
    ("contribution.hidden", "comment"): _("Your comment on {subject} was hidden."),
    ("contribution.removed", "comment"): _("Your comment on {subject} was removed."),
    ("contribution.restored", "comment"): _("Your comment on {subject} was published again."),
    ("contribution.undone", "comment"): _("The decision on your comment on {subject} was undone."),
    ("contribution.approved", "experience"): _("Your experience with {subject} was published."),
    ("contribution.declined", "experience"): _("Your experience with {subject} was declined."),
    ("contribution.hidden", "experience"): _("Your experience with {subject} was hidden."),
    ("contribution.removed", "experience"): _("Your experience with {subject} was removed."),
    ("contribution.restored", "experience"): _(
        "Your experience with {subject} was published again."
    ),
    ("contribution.undone", "experience"): _(
        "The decision on your experience with {subject} was undone."
    ),
    ("appeal.decided", "restored"): _("Your appeal about {subject} was accepted."),
    ("appeal.decided", "upheld"): _("Your appeal about {subject} was declined."),
    ("case.appeal-decided", "restored"): _("An appeal about your case {subject} was accepted."),
    ("case.appeal-decided", "upheld"): _("An appeal about your case {subject} was declined."),
    ("verification.appealed", "restored"): _(
        "Your appeal about your verification as a policymaker was accepted."
    ),
    ("verification.appealed", "upheld"): _(
        "Your appeal about your verification as a policymaker was declined."
    ),
}


def wording_of(notice: Notification) -> str:
    """The wording of a notice, in the active language."""
    details = [notice.details.get(name) for name in ("what", "outcome")]
    exact = [EXACT_EVENTS.get((notice.event, detail)) for detail in details]
    return str(next(filter(None, exact), EVENTS[notice.event]))


# Kinds of notices that require a permission.
RIGHTS = {NoticeKind.REVIEW: "community.moderate"}


def may_receive(member: User, kind: str) -> bool:
    """Whether the member may receive this kind of notice."""
    return all(member.has_perm(right) for only, right in RIGHTS.items() if only == kind)


# What a message about a notice says and carries besides its wording.
#
# It is looked up when the message is made, for what its reader may see at that time, and not stored
# with the notice.


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    # Sentences of this site, on a line each.
    lines: tuple[str, ...] = ()
    # The text of a member.
    words: str = ""
    # An invitation or cancellation as an iCalendar object with a method.
    calendar: str = ""
    # A line at the very beginning, above which the reader's answer is looked for.
    marker: str = ""
    # How to answer, above the address of the page.
    answer: str = ""
    # Headers of the email.
    headers: Mapping[str, str] = field(default_factory=dict)


# Functions of a notice and its reader, by event.
ENCLOSURES: dict[str, Callable[[Notification, User], Enclosure]] = {}
NOTHING = Enclosure()


def enclosure_of(notice: Notification, reader: User) -> Enclosure:
    made = ENCLOSURES.get(notice.event)
    return made(notice, reader) if made else NOTHING

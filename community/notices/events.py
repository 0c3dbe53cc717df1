"""The wording of each event, and who may receive which kind of notice."""

from django.utils.translation import gettext_lazy as _

from community.models import NoticeKind, User

# The wording of each event. {actor} is a member's name, {subject} the title of the subject.
EVENTS = {
    "comment.reply": _("{actor} answered your comment on {subject}."),
    "comment.mention": _("{actor} mentioned you in a comment on {subject}."),
    "comment.new": _("{actor} commented on {subject}, which you follow."),
    "comment.by": _("{actor}, whom you follow, commented on {subject}."),
    "comment.own": _("{actor} commented on {subject}, which you wrote."),
    "experience.new": _("{actor} reported an experience with {subject}."),
    "case.new": _("A new case on what you follow: {subject}."),
    "case.submitted": _("{actor} submitted the case {subject}."),
    "case.handed-in": _("{actor} submitted your case {subject}."),
    "case.taken-back": _("{actor} took your case {subject} back: it is a draft again."),
    "case.published": _("Your case {subject} is published."),
    "case.changes-requested": _("A moderator asks for changes to your case {subject}."),
    "case.declined": _("Your case {subject} was declined."),
    "case.archived": _("Your case {subject} was archived."),
    "case.restored": _("Your case {subject} is public again."),
    "case.appealed": _("{actor} has appealed against a decision about your case {subject}."),
    "case.appeal-decided": _("An appeal about your case {subject} was decided."),
    "case.appeal-reopened": _(
        "The answer to an appeal about your case {subject} was taken back: it waits again."
    ),
    "case.verify": _("Is your case {subject} still true?"),
    "case.changed": _("{subject}, which you follow, has changed."),
    "case.changed-own": _("A change to your case {subject} was accepted."),
    "revision.submitted": _("{actor} proposed a change to {subject}."),
    "revision.accepted": _("Your change to {subject} was accepted."),
    "revision.declined": _("Your change to {subject} was declined."),
    "author.invited": _("{actor} invites you to write the case {subject} together."),
    "author.joined": _("{actor} writes the case {subject} with you now."),
    "author.declined": _("{actor} does not join you in writing the case {subject}."),
    "author.left": _("{actor} is no longer an author of your case {subject}."),
    "tag.proposed": _("{actor} proposed a tag for {subject}."),
    "tag.accepted": _("The tag that you proposed for {subject} was accepted."),
    "tag.declined": _("The tag that you proposed for {subject} was declined."),
    "tag.undone": _("A decision about the tag that you proposed for {subject} was taken back."),
    "practice.accepted": _("The practice that you proposed with {subject} was accepted."),
    "practice.merged": _("The practice that you proposed with {subject} is there already."),
    "practice.declined": _("The practice that you proposed with {subject} was declined."),
    "practice.undone": _(
        "A decision about the practice that you proposed with {subject} was taken back."
    ),
    "contribution.approved": _("What you wrote on {subject} is published."),
    "contribution.declined": _("What you wrote on {subject} was declined."),
    "contribution.hidden": _("What you wrote on {subject} was hidden."),
    "contribution.removed": _("What you wrote on {subject} was removed."),
    "contribution.restored": _("What you wrote on {subject} is shown again."),
    "contribution.undone": _("A decision about what you wrote on {subject} was taken back."),
    "survey.approved": _("What you wrote in the survey about {subject} is shown to everybody."),
    "survey.declined": _("What you wrote in the survey about {subject} is not shown."),
    "survey.hidden": _("What you wrote in the survey about {subject} is no longer shown."),
    "survey.restored": _("What you wrote in the survey about {subject} is shown again."),
    "survey.undone": _(
        "A decision about what you wrote in the survey about {subject} was taken back."
    ),
    "verification.given": _("You are now shown as a verified policymaker."),
    "verification.declined": _("A moderator did not verify that you are a policymaker."),
    "verification.withdrawn": _("You are no longer shown as a verified policymaker."),
    "verification.undone": _("A decision about your mark as a policymaker was taken back."),
    "verification.appealed": _("Your appeal about your mark as a policymaker was decided."),
    "verification.reopened": _(
        "The answer to your appeal about your mark as a policymaker was taken back: it waits again."
    ),
    "appeal.decided": _("The appeal about {subject} was decided."),
    "appeal.reopened": _(
        "The answer to the appeal about {subject} was taken back: it waits again."
    ),
}

# Kinds of notices that require a permission.
RIGHTS = {NoticeKind.REVIEW: "community.moderate"}


def may_receive(member: User, kind: str) -> bool:
    """Whether the member may receive this kind of notice."""
    return all(member.has_perm(right) for only, right in RIGHTS.items() if only == kind)

"""What members are told, on the site and by e-mail.

`notify` stores one notice for each member; pages and messages make words of it in the reader's
language. Names and titles in them are texts of members: they are escaped, and stand alone.
"""

import secrets
from collections.abc import Collection, Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import Delivery, Follow, NoticeKind, NoticeSetting, Notification, User
from community.models.notice_setting import USUAL
from community.stamps import touch_members
from repository.models import CaseStudy

# The words of each event. {actor} is a member's name, {subject} what it is about.
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

# Kinds of notices that are for those who have a right alone.
RIGHTS = {NoticeKind.REVIEW: "community.moderate"}


def may_be_told(member: User, kind: str) -> bool:
    """Whether a kind of notice is for this member at all."""
    return all(member.has_perm(right) for only, right in RIGHTS.items() if only == kind)


def notify(
    members: Iterable[int],
    *,
    kind: NoticeKind,
    event: str,
    subject: models.Model,
    actor: User | None = None,
    key: str = "",
    **details: str,
) -> None:
    """Tell members, by primary key, of an event, in the transaction of the caller.

    Nobody is told of what they did themselves, nor anybody whose account is closed. A member is
    told once for each `key`; without one, of each call. `details` are plain texts, such as a
    moderator's `message`; `comment` and `experience` are primary keys of what the news is about:
    once that is hidden, so is the notice. KeyError for an event that has no words in EVENTS.
    """
    if event not in EVENTS:
        raise KeyError(event)
    told = set(members) - {actor.pk if actor else None}
    wanted = deliveries(told, kind)
    now = timezone.now()
    Notification.objects.bulk_create(
        [
            Notification(
                member_id=member,
                kind=kind,
                event=event,
                actor=actor,
                subject=subject,
                details=details,
                key=key or secrets.token_urlsafe(16),
                # Nothing is left to mail to who wants no e-mail, whatever they choose later.
                mailed_at=now if delivery == Delivery.NONE else None,
            )
            for member, delivery in sorted(wanted.items())
        ],
        ignore_conflicts=True,
    )
    touch_members(wanted)
    if Delivery.NOW in wanted.values():
        from community.mailings import send_at_once  # which makes words of the events above

        send_at_once.enqueue()


def deliveries(members: Collection[int], kind: NoticeKind) -> dict[int, str]:
    """How each of the members whose account is open wants e-mail about one kind of notice."""
    if not members:
        return {}
    open_accounts = User.objects.filter(pk__in=members, is_active=True)
    chosen = NoticeSetting.objects.filter(member__in=members, kind=kind)
    wanted = dict.fromkeys(open_accounts.values_list("pk", flat=True), USUAL[kind])
    settings = dict(chosen.values_list("member", "delivery"))
    return {member: settings.get(member, usual) for member, usual in wanted.items()}


def chosen_by(member: User) -> dict[str, str]:
    """How one member wants e-mail, for each kind of notice."""
    chosen = dict(member.notice_settings.values_list("kind", "delivery"))
    return {kind: chosen.get(kind, usual) for kind, usual in USUAL.items()}


def followers(*subjects: models.Model) -> set[int]:
    """The members, by primary key, who follow any of the subjects."""
    if not subjects:
        return set()
    any_of_them = models.Q()
    for content_type, pks in _by_kind(subjects).items():
        any_of_them |= models.Q(content_type=content_type, object_id__in=pks)
    return set(Follow.objects.filter(any_of_them).values_list("member", flat=True))


def _by_kind(subjects: Iterable[models.Model]) -> dict[ContentType, set[int]]:
    pks: dict[ContentType, set[int]] = {}
    for subject in subjects:
        pks.setdefault(ContentType.objects.get_for_model(subject), set()).add(subject.pk)
    return pks


def tell_followers_of_case(case: CaseStudy) -> None:
    """Tell of a case that is now published those who follow what it belongs to.

    To be called in the transaction that publishes; a case that is archived and restored is told
    of once.
    """
    notify(
        followers_of_case(case),
        kind=NoticeKind.FOLLOWED,
        event="case.new",
        subject=case,
        key=f"case-new-{case.pk}",
    )


def followers_of_case(case: CaseStudy) -> set[int]:
    """Who follows its themes, cities, practices, tags or authors, but its authors themselves."""
    authors = list(case.authors.all())
    subjects = [
        *case.themes.all(),
        *case.cities.all(),
        *case.practices.all(),
        *case.tags.all(),
        *authors,
    ]
    return followers(*subjects) - {author.pk for author in authors}

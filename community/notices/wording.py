"""Notices as their reader may see them: in words, with the way to what they are about.

What became invisible to the reader since they were told is left out: a comment that was hidden, a
draft they may no longer see, news by somebody whose account is closed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Value
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _

from community.discussion.subjects import KINDS, visible
from community.discussion.subjects import content_type as content_type_of
from community.models import (
    Comment,
    Experience,
    Follow,
    Invitation,
    NoticeKind,
    Notification,
    Standing,
    User,
)
from community.notices.events import EVENTS, may_be_told
from repository.models import CaseStatus, CaseStudy, City, Theme
from repository.text.languages import marked

# What a name, an address and the question whether it is shown need of an object of each kind.
FIELDS = {
    "case": ["title", "slug", "status", "language"],
    "practice": ["name", "slug"],
    "webinar": ["title", "slug"],
    "recommendation": ["title", "slug"],
    "city": ["name", "names", "slug"],
    "theme": ["name", "names", "slug"],
    "tag": ["name", "slug"],
    "member": ["display_name", "handle"],
    "comment": ["standing", "author_id"],
    "experience": ["standing", "author_id"],
}
# Contributions that `details` may name by primary key: the notice is about them as well.
ALSO_ABOUT = ("comment", "experience")
# Whose page a notice leads to, where `details` name it: key in `details`, name of the address.
# What comes first counts.
LEADS_TO = {"comment": "community:comment", "revision": "community:revision"}
# News that lead to the decision: its reason in words, and the appeal against it.
TAKEN_AWAY = {
    "case.declined",
    "case.archived",
    "case.appealed",
    "case.appeal-decided",
    "case.appeal-reopened",
    "contribution.declined",
    "contribution.hidden",
    "contribution.removed",
    "revision.declined",
    "practice.declined",
    "practice.undone",
    "tag.declined",
    "tag.undone",
    "survey.declined",
    "survey.hidden",
    "survey.undone",
    "verification.declined",
    "verification.withdrawn",
    "verification.undone",
    "verification.appealed",
    "verification.reopened",
    "appeal.decided",
    "appeal.reopened",
}
# Kinds of notices that are about what everybody can read.
PUBLIC_KINDS = {NoticeKind.REPLY, NoticeKind.MENTION, NoticeKind.FOLLOWED}
Pair = tuple[str, int]
# Not a subject of conversation, so without a word in KINDS.
INVITATION = "invitation"


@dataclass(frozen=True)
class Shown:
    """One notice with what it is about, for a reader who may see it."""

    notice: Notification
    subject: models.Model

    @property
    def actor(self) -> str:
        return str(self.notice.actor or _("A former member"))

    @cached_property
    def title(self) -> str:
        """The name of what it is about, in the language of the page where there is one."""
        return title_of(self.subject)

    @property
    def path(self) -> str:
        """The address on this site that shows it."""
        details = self.notice.details
        if self.notice.event in TAKEN_AWAY and "decision" in details:
            return reverse("community:appeal_new", args=[details["decision"]])
        for key, address in LEADS_TO.items():
            if key in details:
                return reverse(address, args=[details[key]])
        path = self.subject.get_absolute_url()
        return f"{path}#experience-{details['experience']}" if "experience" in details else path

    @property
    def message(self) -> str:
        """What the one who acted says about it: plain text of a person."""
        return self.notice.details.get("message", "")

    @property
    def html(self) -> str:
        """The words as HTML, with a link."""
        words = str(EVENTS[self.notice.event])
        if "{subject}" not in words and self.path:
            # It is the reader themselves whom it is about: the sentence leads on.
            words = f'<a href="{{path}}">{words}</a>'
        title = format_html("<bdi>{}</bdi>", marked_title(self.subject))
        if self.path:
            title = format_html('<a href="{}">{}</a>', self.path, title)
        actor = format_html("<bdi>{}</bdi>", self.actor)
        return format_html(words, actor=actor, subject=title, path=self.path)


def title_of(subject: models.Model) -> str:
    """What it is called, in the language of the page where there is such a name."""
    return subject.localized_name if isinstance(subject, City) else str(subject)


def marked_title(subject: models.Model) -> str:
    """The title as HTML, with its language where it is another than that of the page."""
    if isinstance(subject, City | Theme | User):
        return title_of(subject)
    named = subject.case if isinstance(subject, Invitation) else subject
    return marked(title_of(named), getattr(named, "language", "en"))


def shown_to(reader: User, notices: Sequence[Notification]) -> list[Shown]:
    """Those of a reader's notices that they may see now, in the same order.

    The number of queries does not grow with the notices. `actor` is best selected with them.
    """
    about = {notice.pk: _about(notice) for notice in notices}
    found = find_all({pair for pairs in about.values() for pair in pairs}, reader)
    reviewed = _reviewed(notices, reader)
    shown = []
    for notice in notices:
        objects = [found.get(pair) for pair in about[notice.pk]]
        if not objects or None in objects or notice.event not in EVENTS:
            continue
        subject, *also = objects
        if (
            _is_for(subject, notice, reader)
            and all(_is_published(one, reader) for one in also)
            and _names_nobody_gone(notice)
            and (notice.kind != NoticeKind.REVIEW or reviewed(subject))
            and (notice.kind == NoticeKind.REVIEW or may_be_told(reader, notice.kind))
        ):
            shown.append(Shown(notice, subject))
    return shown


def find_all(pairs: Iterable[Pair], reader: User) -> dict[Pair, models.Model]:
    """The objects of any kinds, by word and primary key, that the reader may know of.

    One query, and one more for invitations, which only who is invited may know of.
    Of each only the columns in FIELDS are loaded.
    """
    wanted = defaultdict(set)
    for word, pk in pairs:
        if word:
            wanted[word].add(pk)
    found: dict[Pair, models.Model] = {}
    if asked := wanted.pop(INVITATION, None):
        invitations = Invitation.objects.open().filter(member=reader, pk__in=asked)
        found = {(INVITATION, row.pk): row for row in invitations.select_related("case")}
    if not wanted:
        return found
    first, *others = [_rows(word, wanted[word], reader) for word in sorted(wanted)]
    rows = first.union(*others, all=True).order_by() if others else first
    found |= {(word, pk): _loaded(word, {"id": pk} | columns) for word, pk, columns in rows}
    return found


def _loaded(word: str, columns: dict) -> models.Model:
    model = KINDS[word].model
    # Values have to come in the order of the model's fields.
    names = [field.attname for field in model._meta.concrete_fields if field.attname in columns]
    return model.from_db(DEFAULT_DB_ALIAS, names, [columns[name] for name in names])


def followed(follows: Sequence[Follow], reader: User) -> list[dict]:
    """What a member follows, as rows for a page; without what they may not know of any more."""
    pairs = [(word_for(follow.content_type_id), follow.object_id) for follow in follows]
    found = find_all(pairs, reader)
    return [
        {
            "word": word,
            "pk": pk,
            "kind": KINDS[word].name,
            "title": title_of(subject),
            "url": subject.get_absolute_url(),
        }
        for word, pk in pairs
        if (subject := found.get((word, pk)))
    ]


def word_for(content_type: int | None) -> str | None:
    """The word for the kind with this number; None for one that nobody talks about."""
    if content_type == ContentType.objects.get_for_model(Invitation).pk:
        return INVITATION
    return next((word for word in KINDS if content_type_of(word).pk == content_type), None)


def _rows(word: str, pks: set[int], reader: User) -> models.QuerySet:
    columns = JSONObject(**{name: name for name in FIELDS[word]})
    kind = Value(word, output_field=models.TextField())
    return visible(word, reader).filter(pk__in=pks).order_by().values_list(kind, "pk", columns)


def _about(notice: Notification) -> list[Pair]:
    """What a notice is about, the subject first; nothing for a kind that has no word."""
    word = word_for(notice.content_type_id)
    if word is None:
        return []
    also = [(name, notice.details[name]) for name in ALSO_ABOUT if name in notice.details]
    return [(word, notice.object_id), *((name, int(pk)) for name, pk in also)]


def _is_for(subject: models.Model, notice: Notification, reader: User) -> bool:
    """Whether what it is about is in a state in which such news make sense."""
    if isinstance(subject, CaseStudy) and notice.kind in {*PUBLIC_KINDS, NoticeKind.VERIFY}:
        return subject.status == CaseStatus.PUBLISHED
    if isinstance(subject, Comment | Experience):
        return _is_published(subject, reader)
    return True


def _is_published(contribution: models.Model, reader: User) -> bool:
    return contribution.standing == Standing.PUBLISHED or contribution.author_id == reader.pk


def _names_nobody_gone(notice: Notification) -> bool:
    """Whether the one named in the words, if anybody, has an account that is open, or none left."""
    if "{actor}" not in str(EVENTS[notice.event]):
        return True
    return notice.actor is None or notice.actor.is_active


def _reviewed(notices: Sequence[Notification], reader: User):
    """Whether the reader still has to do with the review of a subject."""
    cases: set[int] = set()
    may_moderate = True
    if any(notice.kind == NoticeKind.REVIEW for notice in notices):
        may_moderate = reader.has_perm("community.moderate")
        if not may_moderate:
            cases = set(CaseStudy.objects.filter(authors=reader).values_list("pk", flat=True))

    def reviewed(subject: models.Model) -> bool:
        return may_moderate or (isinstance(subject, CaseStudy) and subject.pk in cases)

    return reviewed

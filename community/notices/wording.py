"""Notices as their reader may see them: worded, with a link to the subject.

Notices about objects that have become invisible to the reader are left out: a hidden comment, a
draft they may no longer see, an event by someone whose account is closed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

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
    PublicTranslation,
    Standing,
    TranslationProposal,
    User,
)
from community.notices.events import EVENTS, may_receive, wording_of
from community.profiles.marks import name_in_text
from community.profiles.tags import with_mark
from community.translating.models import with_titles
from community.translating.originals import visible_only
from repository.models import CaseStatus, CaseStudy, City, Theme
from repository.pages.addresses import without_language
from repository.places.country_names import country_name
from repository.text.languages import marked
from repository.translations.reading import translate_all

# The columns needed for title, URL and visibility of an object of each kind.
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
# Kinds whose objects have names, where others have titles, which texts put in quotation marks.
NAMES = {"city", "theme", "member", "tag"}
# What the notice is also about: keys of `details` that hold primary keys.
ALSO_ABOUT = ("comment", "experience", "city")
# The query of the page that shows an event, for pages in parts.
QUERIES: dict[str, str] = {}
# Links to other pages than the subject's: key of `details`, and as for `{% url %}` the URL name and
# the arguments before the value of the key. The first match counts.
LEADS_TO = {"comment": "community:comment", "revision": "community:revision"}
# Events that link to the decision, with its reason and the appeal form.
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
    "translation.declined",
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
# Kinds of notices about public objects.
PUBLIC_KINDS = {NoticeKind.REPLY, NoticeKind.MENTION, NoticeKind.FOLLOWED}
Pair = tuple[str, int]
# No subjects of a discussion, therefore without a word in KINDS.
INVITATION = "invitation"
PROPOSAL = "translation-proposal"
TRANSLATION = "translation"
UNDISCUSSED: dict[type[models.Model], str] = {
    Invitation: INVITATION,
    TranslationProposal: PROPOSAL,
    PublicTranslation: TRANSLATION,
}


@dataclass(frozen=True)
class Shown:
    """One notice with its subject, for a reader who may see it."""

    notice: Notification
    subject: models.Model
    city: City | None = None

    @property
    def actor(self) -> str:
        """The name of the actor for plain text, with the verified mark in words."""
        actor = self.notice.actor
        return name_in_text(actor) if actor else _("A former member")

    @cached_property
    def title(self) -> str:
        """The name of the subject, in the language of the page if available."""
        return title_of(self.subject)

    @property
    def quoted_title(self) -> str:
        """A title in quotation marks, or a name without: for texts, in which it is no link."""
        is_name = word_for(self.notice.content_type_id) in NAMES
        return self.title if is_name else _("“%(title)s”") % {"title": self.title}

    @property
    def path(self) -> str:
        """The path of the page that shows it."""
        details = self.notice.details
        if self.notice.event in TAKEN_AWAY and "decision" in details:
            return reverse("community:appeal_new", args=[details["decision"]])
        for key, address in LEADS_TO.items():
            if key in details:
                name, *words = address.split()
                path = reverse(name, args=[*words, details[key]])
                return path + QUERIES.get(self.notice.event, "")
        path = self.subject.get_absolute_url()
        return f"{path}#experience-{details['experience']}" if "experience" in details else path

    @property
    def paths(self) -> set[str]:
        """The paths of the pages that show it or its subject, without fragment and language."""
        found = {self.path, self.subject.get_absolute_url()}
        return {without_language(urlsplit(path).path) for path in found}

    @property
    def kind_of_subject(self) -> str:
        """What it is about, in the language of the page: "Case"."""
        word = word_for(self.notice.content_type_id)
        return str(KINDS[word].name) if word in KINDS else ""

    @property
    def place(self) -> str:
        """The city that it names besides its subject, with the country if that is stored."""
        if self.city is None:
            return ""
        city = self.city.localized_name
        if code := self.notice.details.get("country"):
            return _("%(city)s, %(country)s") % {"city": city, "country": country_name(code)}
        return city

    @property
    def message(self) -> str:
        """The message of the actor: plain text of a person."""
        return self.notice.details.get("message", "")

    @property
    def html(self) -> str:
        """The wording as HTML, with a link."""
        words = wording_of(self.notice)
        if "{subject}" not in words and self.path:
            # Events about the reader's own account have no title to link: link the whole sentence.
            words = f'<a href="{{path}}">{words}</a>'
        title = format_html("<bdi>{}</bdi>", marked_title(self.subject))
        if self.path:
            title = format_html('<a href="{}">{}</a>', self.path, title)
        actor = with_mark(self.notice.actor, _("A former member"))
        return format_html(words, actor=actor, subject=title, path=self.path)


def title_of(subject: models.Model) -> str:
    """The title of the subject, in the language of the page if there is one."""
    return subject.localized_name if isinstance(subject, City) else str(subject)


def marked_title(subject: models.Model) -> str:
    """The title as HTML, marked with its language if that differs from the page's."""
    if isinstance(subject, City | Theme | User):
        return title_of(subject)
    if isinstance(subject, TranslationProposal | PublicTranslation):
        return marked(title_of(subject), subject.title_language)
    return marked(title_of(subject), getattr(named(subject), "language", "en"))


def shown_to(reader: User, notices: Sequence[Notification]) -> list[Shown]:
    """Those of a reader's notices that they may see now, in the same order.

    Their subjects have their titles in the active language, where they are translated. The number
    of queries is constant. Select `actor` with them.
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
            and all(isinstance(one, City) or _is_published(one, reader) for one in also)
            and _has_open_actor(notice)
            and (notice.kind != NoticeKind.REVIEW or reviewed(subject))
            and (notice.kind == NoticeKind.REVIEW or may_receive(reader, notice.kind))
        ):
            city = next((one for one in also if isinstance(one, City)), None)
            shown.append(Shown(notice, subject, city))
    translate_all(named(one.subject) for one in shown)
    return shown


def named(subject: models.Model) -> models.Model:
    """Return the object whose title is that of the subject."""
    return subject.case if isinstance(subject, Invitation) else subject


def find_all(pairs: Iterable[Pair], reader: User) -> dict[Pair, models.Model]:
    """The objects visible to the reader, by word and primary key.

    One query, and one more for invitations, which only the invited member may see, and for
    translations. Only the columns in FIELDS are loaded.
    """
    wanted = defaultdict(set)
    for word, pk in pairs:
        if word:
            wanted[word].add(pk)
    found: dict[Pair, models.Model] = {}
    if asked := wanted.pop(INVITATION, None):
        invitations = Invitation.objects.open().filter(member=reader, pk__in=asked)
        found = {(INVITATION, row.pk): row for row in invitations.select_related("case")}
    if asked := wanted.pop(PROPOSAL, None):
        proposals = TranslationProposal.objects.visible_to(reader).filter(pk__in=asked)
        found |= {(PROPOSAL, row.pk): row for row in visible_only(proposals.with_titles(), reader)}
    if asked := wanted.pop(TRANSLATION, None):
        rows = with_titles(PublicTranslation.objects.filter(pk__in=asked))
        found |= {(TRANSLATION, row.pk): row for row in visible_only(rows, reader)}
    if not wanted:
        return found
    first, *others = [_rows(word, wanted[word], reader) for word in sorted(wanted)]
    for word, pk, columns in first.union(*others, all=True).order_by() if others else first:
        found[word, pk] = _loaded(word, {"id": pk} | columns)
    return found


def _loaded(word: str, columns: dict) -> models.Model:
    model = KINDS[word].model
    # `from_db` expects the values in the order of the model's fields.
    names = [field.attname for field in model._meta.concrete_fields if field.attname in columns]
    return model.from_db(DEFAULT_DB_ALIAS, names, [columns[name] for name in names])


def followed(follows: Sequence[Follow], reader: User) -> list[dict]:
    """What a member follows, as rows for a page, without objects that are no longer visible."""
    pairs = [(word_for(follow.content_type_id), follow.object_id) for follow in follows]
    found = find_all(pairs, reader)
    translate_all(found.values())
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
    """The word of a content type; None if its objects cannot be discussed."""
    for model, word in UNDISCUSSED.items():
        if content_type == ContentType.objects.get_for_model(model).pk:
            return word
    return next((word for word in KINDS if content_type_of(word).pk == content_type), None)


def _rows(word: str, pks: set[int], reader: User) -> models.QuerySet:
    columns = JSONObject(**{name: name for name in FIELDS[word]})
    kind = Value(word, output_field=models.TextField())
    return visible(word, reader).filter(pk__in=pks).order_by().values_list(kind, "pk", columns)


def _about(notice: Notification) -> list[Pair]:
    """What a notice is about, the subject first; empty for a kind without a word."""
    word = word_for(notice.content_type_id)
    if word is None:
        return []
    also = [(name, notice.details[name]) for name in ALSO_ABOUT if name in notice.details]
    return [(word, notice.object_id), *((name, int(pk)) for name, pk in also)]


def _is_for(subject: models.Model, notice: Notification, reader: User) -> bool:
    """Whether the subject is still in a state in which the notice makes sense."""
    if isinstance(subject, CaseStudy) and notice.kind in {*PUBLIC_KINDS, NoticeKind.VERIFY}:
        return subject.status == CaseStatus.PUBLISHED
    if isinstance(subject, Comment | Experience):
        return _is_published(subject, reader)
    return True


def _is_published(contribution: models.Model, reader: User) -> bool:
    return contribution.standing == Standing.PUBLISHED or contribution.author_id == reader.pk


def _has_open_actor(notice: Notification) -> bool:
    """Whether the actor, if there is one, has an open account."""
    if "{actor}" not in str(EVENTS[notice.event]):
        return True
    return notice.actor is None or notice.actor.is_active


def _reviewed(notices: Sequence[Notification], reader: User):
    """Notices about subjects whose review still involves the reader."""
    cases: set[int] = set()
    may_moderate = True
    if any(notice.kind == NoticeKind.REVIEW for notice in notices):
        may_moderate = reader.has_perm("community.moderate")
        if not may_moderate:
            cases = set(CaseStudy.objects.filter(authors=reader).values_list("pk", flat=True))

    def reviewed(subject: models.Model) -> bool:
        # Translations are visible only to those who review them.
        is_translation = isinstance(subject, TranslationProposal)
        return (
            may_moderate
            or is_translation
            or (isinstance(subject, CaseStudy) and subject.pk in cases)
        )

    return reviewed

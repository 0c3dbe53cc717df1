"""The data held about a member, and how the export and a deletion treat it.

Each link from a table to a member is declared here, so that none is added without a decision about
it; `tests/community/privacy/test_holdings.py` walks all models and fails for a missing one. The
export (`community/privacy/export.py`) and the deletion (`community/privacy/actions.py`) use these
declarations.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.utils.functional import Promise

from repository.cases.models import SECTIONS


class Fate(Enum):
    """What a deletion does to rows with a link to the member."""

    DELETED = "deleted"
    ANONYMISED = "anonymised"  # the row remains, the link is set to null
    CHOSEN = "as the member chooses"  # erased, or attributed to "former member"
    KEPT = "kept"


@dataclass(frozen=True)
class Holding:
    """One link to a member: `model` by its label, `field` the link.

    `columns` are exported for each row: possibly none, or all (None) except links to other people.
    `secret` columns are never exported.
    """

    model: str
    field: str
    fate: Fate
    why: str
    columns: tuple[str, ...] | None = None
    secret: tuple[str, ...] = ()

    @property
    def rows(self) -> type[models.Model]:
        return apps.get_model(self.model)


DELETED, ANONYMISED, CHOSEN, KEPT = Fate.DELETED, Fate.ANONYMISED, Fate.CHOSEN, Fate.KEPT
DECIDED = ("verb", "reason", "message", "created_at", "undone_at")

HOLDINGS = [
    Holding("community.Membership", "member", DELETED, "The profile is the member's."),
    Holding("account.EmailAddress", "user", DELETED, "Serves signing in alone."),
    Holding(
        "mfa.Authenticator",
        "user",
        DELETED,
        "Serves signing in alone. Seeds and keys are secrets, also from a stolen session.",
        columns=("type", "created_at", "last_used_at"),
        secret=("data",),
    ),
    Holding(
        "socialaccount.SocialAccount",
        "user",
        DELETED,
        "Serves signing in alone.",
        columns=("provider", "uid", "date_joined", "last_login"),
    ),
    Holding(
        "usersessions.UserSession",
        "user",
        DELETED,
        "Serves signing in alone. The key of a session opens it.",
        columns=("created_at", "ip", "last_seen_at", "user_agent"),
        secret=("session_key", "data"),
    ),
    Holding("community.User", "groups", DELETED, "A role ends with the account."),
    Holding("community.User", "user_permissions", DELETED, "A right ends with the account."),
    Holding(
        "repository.CaseStudy",
        "authors",
        CHOSEN,
        "Drafts of nobody else go in any case; a case with other authors stays theirs.",
        secret=("rendered",),
    ),
    Holding("community.Comment", "author", CHOSEN, "The member's words.", secret=("rendered",)),
    Holding(
        "community.Comment",
        "mentioned",
        ANONYMISED,
        "Words of somebody else: the link goes, the text stays.",
        columns=("created_at",),
    ),
    Holding("community.Experience", "author", CHOSEN, "The member's words.", secret=("rendered",)),
    Holding(
        "community.HelpfulMark", "member", DELETED, "Means nothing once nobody stands behind it."
    ),
    Holding("community.Follow", "member", DELETED, "Serves the member alone."),
    Holding("community.Collection", "member", DELETED, "Serves the member alone."),
    Holding("community.SavedItem", "member", DELETED, "Serves the member alone."),
    Holding("community.OldHandle", "member", DELETED, "Leads old links to the member alone."),
    Holding("community.Notification", "member", DELETED, "Serves the member alone."),
    Holding(
        "community.Notification",
        "actor",
        ANONYMISED,
        "News of somebody else about what the member did.",
        columns=(),
    ),
    Holding("community.Flag", "by", DELETED, "What became of it stands in the decisions."),
    Holding(
        "community.Decision",
        "concerns",
        ANONYMISED,
        "What staff decided stays on the record, without a name.",
        columns=DECIDED,
    ),
    Holding(
        "community.Decision",
        "by",
        ANONYMISED,
        "What staff decided stays on the record, without a name.",
        columns=DECIDED,
    ),
    Holding("community.Appeal", "by", DELETED, "The member's words; the decision stays."),
    Holding(
        "community.Appeal",
        "decided_by",
        ANONYMISED,
        "The answer belongs to the appeal of somebody else.",
        columns=("outcome", "answer", "decided_at"),
    ),
    Holding("community.Claim", "by", DELETED, "Holds for minutes."),
    Holding("community.NoticeSetting", "member", DELETED, "Serves the member alone."),
    Holding(
        "community.TagProposal",
        "by",
        DELETED,
        "A tag that was accepted stands on its object.",
        columns=("name", "status", "created_at", "decided_at"),
    ),
    Holding(
        "community.TagProposal",
        "decided_by",
        ANONYMISED,
        "The answer belongs to the proposal of somebody else.",
        columns=("status", "decided_at"),
    ),
    Holding(
        "community.Revision",
        "by",
        CHOSEN,
        "What was accepted stays in the case and its history; the rest goes in any case.",
        columns=("why", "document", "status", "message", "created_at", "decided_at"),
    ),
    Holding(
        "community.Revision",
        "decided_by",
        ANONYMISED,
        "The answer belongs to the proposal of somebody else.",
        columns=("status", "message", "decided_at"),
    ),
    Holding(
        "community.TranslationProposal",
        "by",
        DELETED,
        "What was accepted stays in the translation; the rest serves the member alone.",
        columns=(
            *("kind", "object_id", "language", "paragraphs", "status", "message"),
            *("created_at", "submitted_at", "decided_at"),
        ),
    ),
    Holding(
        "community.TranslationProposal",
        "decided_by",
        ANONYMISED,
        "The answer belongs to the translation of somebody else.",
        columns=("status", "message", "decided_at"),
    ),
    Holding(
        "community.LanguageReviewer",
        "user",
        DELETED,
        "A role ends with the account.",
        columns=("language", "created_at"),
    ),
    Holding(
        "repository.TranslatedParagraph",
        "by",
        ANONYMISED,
        "Belongs to the translation, which stays.",
        columns=("field", "source", "text", "origin"),
    ),
    Holding(
        "community.HiddenChange",
        "by",
        ANONYMISED,
        "What staff decided stays on the record, without a name.",
        columns=("at", "created_at"),
    ),
    Holding(
        "community.WorkingCopy",
        "member",
        DELETED,
        "Not handed in to anybody.",
        columns=("document", "kept_at"),
    ),
    Holding(
        "community.Invitation",
        "by",
        DELETED,
        "Means nothing once one of the two is gone.",
        columns=("answer", "created_at", "answered_at"),
    ),
    Holding(
        "community.Invitation",
        "member",
        DELETED,
        "Means nothing once one of the two is gone.",
        columns=("answer", "created_at", "answered_at"),
    ),
    Holding("community.Attachment", "by", ANONYMISED, "Belongs to the case and goes with it."),
    Holding("repository.Photograph", "by", ANONYMISED, "Belongs to the case and goes with it."),
    Holding(
        "community.Registration",
        "member",
        DELETED,
        "A seat in a webinar is free again. Of one that was held there are numbers alone, counted "
        "before; they name nobody.",
        columns=("place", "gender", "language", "time_zone", "status", "created_at", "placed_at"),
    ),
    Holding(
        "community.SurveyAnswer",
        "member",
        ANONYMISED,
        "What was chosen stays in the figures, which name nobody; the member's words go.",
        columns=(
            *("attended", "knowledge", "collaborate", "brokered", "partner", "comment", "extra"),
            *("gender", "words", "answered_at"),
        ),
    ),
    Holding(
        "community.PageFeedback",
        "by",
        DELETED,
        "The member's words: a report of a wrong translation.",
        columns=("quoted", "message", "page", "created_at"),
    ),
    Holding(
        "community.PageFeedback",
        "done_by",
        ANONYMISED,
        "What staff decided stays on the record, without a name.",
        columns=("language", "done_at"),
    ),
    Holding("community.ProposedPractice", "by", ANONYMISED, "Belongs to the case."),
    Holding("community.Submission", "by", ANONYMISED, "Belongs to the case."),
    Holding(
        "admin.LogEntry",
        "user",
        DELETED,
        "The desk's own log: the history tells the same without a name.",
        columns=("action_time", "object_repr", "action_flag"),
    ),
]

# Rows about objects of any type, which may be the member: {model: what happens to those rows}.
ABOUT = {
    "community.Appeal": "points to a decision, not to an object",
    "community.Claim": "deleted",
    "community.Comment": "members are not discussed",
    "community.Decision": "kept: it names a number, and `concerns` is cut",
    "community.Experience": "members are not tried",
    "community.Flag": "members are not flagged",
    "community.Follow": "deleted",
    "community.Notification": "deleted",
    "community.SavedItem": "deleted",
    "community.TagProposal": "members have no tags",
    "repository.TaggedItem": "members have no tags",
    "taggit.TaggedItem": "empty: tags have a model of their own",
}

# Rows that hold data of a member by value, without a link, and what happens to them.
BY_VALUE = {
    "account.EmailConfirmation": "deleted with its address: when a change was asked for",
    "admin.LogEntry": "names the member where staff changed the account: the name goes",
    "community.Bounce": "deleted: whether emails to the address are returned",
    "community.Deletion": "kept: a number and two moments, to delete again after a restore",
    "community.User": "the account itself: exported, deleted; the hash of the password is secret",
    "django_tasks_database.DBTaskResult": "deleted where it holds the address; a secret",
    "pghistory.Context": "who was signed in and at which address: both are emptied",
    "repository.Speaker": "the private address of a speaker, who needs no account: erased a year "
    "after the last talk, and with the account of a member whose address it is",
    "sessions.Session": "deleted; a session is a secret",
}


class Part(NamedTuple):
    """One kind of data about a member, its amount, and what happens to it, in words."""

    name: str
    number: int
    fate: str | Promise


# Data held by higher apps, listed before an account is deleted.
HELD_ELSEWHERE: list[Callable[[Any], list[Part]]] = []


@dataclass(frozen=True)
class Past:
    """How the history of a model is anonymised.

    Links to the member in the events are cut, except `kept` ones. If the event belongs to the
    member by the link `of`, `private` columns are always emptied, and `words` if the member
    chooses to erase their contributions.
    """

    of: str = ""
    private: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


# The text of a case. The title of a published case remains: others cite it.
CASE_WORDS = (*SECTIONS, "summary", "setting", "cost", "time", "source")

# By the label of the tracked model. The primary key of an account remains only in the history of
# accounts and roles, where it identifies nobody any more.
HISTORY = {
    "community.User": Past(
        of="pgh_obj", private=("email", "handle", "display_name", "language"), kept=("pgh_obj",)
    ),
    "community.UserGroups": Past(kept=("user",)),
    "community.UserUser_permissions": Past(kept=("user",)),
    "community.Membership": Past(
        of="member",
        private=("organization", "place", "languages", "bio", "proof", "city", "country"),
    ),
    "community.Comment": Past(of="author", words=("body",)),
    "community.Experience": Past(of="author", words=("worked", "failed", "cost", "evidence_url")),
    "community.Flag": Past(of="by", private=("note",)),
    "community.Appeal": Past(of="by", private=("words",)),
    "community.Decision": Past(),
    "community.Claim": Past(),
    "community.Invitation": Past(),
    "community.TagProposal": Past(of="by", words=("name",)),
    "community.Revision": Past(of="by", words=("why",)),
    "community.TranslationProposal": Past(of="by"),
    "community.LanguageReviewer": Past(),
    "repository.TranslatedParagraph": Past(),
    "community.HiddenChange": Past(),
    "community.Attachment": Past(),
    "repository.Photograph": Past(),
    "community.ProposedPractice": Past(),
    "community.PageFeedback": Past(),
    "community.Submission": Past(),
    "repository.CaseStudyAuthors": Past(),
}

# Columns in the history of a case and its related rows that are emptied with its text.
CASE_HISTORY = {
    "repository.CaseStudy": ("pgh_obj", CASE_WORDS),
    "repository.Evidence": ("case", ("label", "place", "display", "stated", "group")),
    "community.Attachment": ("case", ("caption",)),
    "repository.Photograph": ("case", ("alt", "credit")),
    "community.ProposedPractice": ("case", ("name", "summary")),
    "community.Revision": ("case", ("why", "message")),
    "community.Submission": ("case", ("note",)),
}


def event_model(label: str) -> type[models.Model]:
    """The event model of a tracked model."""
    return next(model for model in event_models() if tracked_label(model) == label)


def event_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]


def tracked_label(event: type[models.Model]) -> str:
    return event.pgh_tracked_model._meta.label


def links_to_members(model: type[models.Model]) -> list[models.Field]:
    """The foreign keys of a model to accounts."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is apps.get_model("community.User")
    ]

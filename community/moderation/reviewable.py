"""The interface of everything that moderators and brokers review.

Each type has one `Reviewable`, registered from the `apps.py` of its app. The queue, claims, the
review page, undoing and appeals do not depend on the type: they call the `Reviewable` of the
object.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.forms import Form
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from community.models import Decision, NoticeKind, User
from community.notices.notify import notify
from repository.workflow import ActionRefused, lock

if TYPE_CHECKING:
    from community.moderation.decisions.rules import Facts

MODERATE = "community.moderate"


# Compared by identity: the compiled queue is cached under its rows.
@dataclass(frozen=True, eq=False)
class QueueRows:
    """What waits for staff, of one kind: rows of the model that is reviewed and claimed.

    `word` identifies the kind in URLs. The columns of the queue are names of fields or expressions.
    """

    word: str
    name: Promise
    rows: models.QuerySet
    title: Any
    # Whether the title is HTML whose text is shown.
    is_rendered: bool = False
    since: Any = "created_at"
    # The last day, if there is a deadline.
    due: Any = None
    author: Any = None
    language: Any = None
    theme: Any = None
    # The path to the city concerned.
    city: str = ""
    # The name of a URL, instead of that of the review page.
    page: str = ""

    def url(self, key: int) -> str:
        if self.page:
            return reverse(self.page, args=[key])
        return reverse("admin:review", args=[_reviewables[self.rows.model].word, key])


class Reviewable:
    """How objects of `model` are reviewed. Subclasses override what differs.

    `word` identifies the type in URLs, `permission` is that of the staff who decide about it, and
    `results` maps each verb that can be undone to the resulting state.
    """

    model: type[models.Model]
    word: str
    permission = MODERATE
    template = "community/moderation/review.html"
    results: Mapping[str, str] = {}
    # Verbs that can be undone for less than a day (`rules.UNDONE_WITHIN`).
    undone_within: Mapping[str, timedelta] = {}
    undone_event = "contribution.undone"
    appealed_event = "appeal.decided"
    reopened_event = "appeal.reopened"

    # Who decides

    def can_review(self, user: Any, found: Any) -> bool:
        """Whether the user may see the review page, claim the object and undo decisions."""
        return user.has_perm(self.permission)

    def refusal(self, subject: Any, user: User) -> str:
        """Why this person may make no decision about the subject, also about appeals and undoing.

        Empty if they may.
        """
        return ""

    def check_right(self, subject: Any, by: User) -> None:
        """Raise ActionRefused if the user may not decide about the subject, which is locked."""
        if refusal := self.refusal(subject, by):
            raise ActionRefused(refusal)

    def own_decision(self) -> str:
        """The refusal to those who made the decision that an appeal is against."""
        return _("You made the original decision. Another moderator must decide the appeal.")

    # The review page

    def address(self, found: Any) -> str:
        """The URL of the page on which the object is reviewed."""
        return reverse("admin:review", args=[self.word, found.pk])

    def for_page(self) -> models.QuerySet:
        """Objects with everything that the review page needs."""
        return self.model._default_manager.all()

    def exists(self, found: Any) -> bool:
        """Whether the object can still be reviewed: it has a page that is still there."""
        subject = self.subject(found)
        return subject is not None and self.page(subject) is not None

    def subject(self, found: Any) -> Any:
        """The object of the decision: for an appeal, the subject of the first decision."""
        return found

    def page(self, subject: Any) -> models.Model | None:
        """The object whose page shows the subject."""
        return subject

    def author(self, subject: Any) -> User | None:
        """The author of the subject; None if there is none."""
        return None

    def language(self, subject: Any) -> str:
        """The language of the canned texts to offer; empty for the site's language."""
        author = self.author(subject)
        return author.language if author is not None else ""

    def texts(self, subject: Any) -> list[tuple[Any, str]]:
        """The texts as readers see them: (heading, HTML)."""
        return []

    def similar(self, subject: Any) -> Sequence[models.Model]:
        """Similar objects for the moderator to compare."""
        return []

    def similar_url(self, other: Any) -> str:
        """The URL of a similar object."""
        return other.get_absolute_url()

    def duplicates(self, subject: Any, user: User) -> Sequence[Any]:
        """What is close in meaning, among what the moderator may see: see `duplicates.py`."""
        return []

    def context(self, subject: Any) -> dict[str, Any]:
        """Extra context for the review page."""
        return {}

    # Verbs and form

    def verbs(self, found: Any) -> Collection[Any]:
        """The verbs that are possible in the current state."""
        return []

    def label(self, found: Any, verb: Any) -> str:
        """The label of the button for a verb."""
        return str(verb.label)

    def why_not(self, found: Any, user: User) -> str:
        """Why this person cannot decide about the object, whatever its state; empty if they can.

        For the review page; the actions repeat the checks under a lock.
        """
        if self.author(self.subject(found)) == user:
            return own_contribution()
        return self.refusal(self.subject(found), user)

    def form(self, found: Any, data: Any, *, query: Any) -> Form:
        """The decision form, bound if there is `data`; `query` is that of the page."""
        raise NotImplementedError

    def refreshed(self, found: Any, data: Any) -> Any:
        """Submitted form data with the current fingerprint and texts."""
        return data

    def decide(self, found: Any, *, by: User, form: Any) -> str:
        """Apply the decision in a valid form; return a sentence that describes it."""
        raise NotImplementedError

    # Decisions and undoing

    def queryset(self) -> models.QuerySet:
        """Objects with everything that `page` and `str` need, for lists."""
        return self.model._default_manager.all()

    def lock(self, subject: Any) -> Any:
        """Lock the rows that a decision about the subject changes; return the current subject."""
        return lock(type(subject), subject.pk)

    def state(self, subject: Any) -> str:
        """The state to compare with `results` and to record as `Decision.before`."""
        return subject.status

    def holds(self, decision: Decision, subject: Any) -> bool:
        """Whether the subject is still in the state that the decision led to."""
        return self.results.get(decision.verb) == self.state(subject)

    def has_moved_on(self, decision: Decision, subject: Any, facts: "Facts") -> bool:
        """Whether it is too late to undo the decision although it still holds."""
        return facts.has_waiting_appeal(decision)

    def restore(self, subject: Any, decision: Decision, *, by: User) -> None:
        """Restore a locked subject to its state before a decision that is being undone.

        Raise ActionRefused if that is impossible.
        """
        raise NotImplementedError

    def notify_undone(self, undoing: Decision, decision: Decision, subject: Any) -> None:
        """Notify the person concerned that `decision` was undone by `undoing`."""
        page = self.page(subject)
        if decision.concerns_id is not None and page is not None:
            notify(
                [decision.concerns_id],
                kind=NoticeKind.DECISION,
                event=self.undone_event,
                subject=page,
                key=f"decision-{undoing.pk}",
                decision=str(undoing.pk),
                message=undoing.message,
            )

    # Appeals

    # What restoring means, for those who answer an appeal.
    appeal_help: Any = ""
    # Whether undoing can withdraw what an appeal has restored.
    can_undo_restored = False

    def is_concerned(self, user: User, decision: Decision, subject: Any) -> bool:
        """Whether the user may read the decision and appeal against it."""
        return decision.concerns_id == user.pk

    def can_appeal(self, decision: Decision, subject: Any) -> bool:
        """Whether an appeal is possible now, for users concerned by the decision."""
        return self.holds(decision, subject)

    def described(self, subject: Any) -> dict[str, str]:
        """Describe the subject for the appeal page: `text`, `url` and optionally `words`."""
        return {}

    def other_authors(self, appeal: Any) -> set[int]:
        """Primary keys of the other members for whom the appeal was made."""
        return set()

    def appeal_recipients(self, subject: Any) -> Iterable[int]:
        """Primary keys of members to notify of the answer besides the person who appealed."""
        return ()

    def restore_on_appeal(
        self, subject: Any, first: Decision, decision: Decision, *, by: User
    ) -> None:
        """Restore a locked subject to its state before `first`, because an appeal was upheld."""
        raise NotImplementedError

    def remove_again(self, subject: Any, decision: Decision, first: Decision) -> None:
        """Reverse `restore_on_appeal`, if `can_undo_restored`."""
        raise NotImplementedError

    def announce(self, subject: Any) -> None:
        """Notify those who follow a subject that may have become public."""

    # The queue

    def waiting(self) -> Iterable[QueueRows]:
        """What waits for a review, for instance pending objects and flagged ones.

        The result is used until the end of the day.
        """
        return ()


_reviewables: dict[type[models.Model], Reviewable] = {}


def register(*reviewables: Reviewable) -> None:
    """Register each `Reviewable` for its model; registering a second one is an error."""
    for each in reviewables:
        if each.model in _reviewables:
            raise ImproperlyConfigured(f"{each.model.__name__} is registered for review twice.")
        _reviewables[each.model] = each


def reviewable_of(subject: models.Model | None) -> Reviewable | None:
    """The `Reviewable` registered for the subject's type, or None."""
    return _reviewables.get(type(subject)) if subject is not None else None


def registered() -> Iterator[Reviewable]:
    yield from _reviewables.values()


def reviewable_by_word(word: str) -> Reviewable | None:
    return next((each for each in registered() if each.word == word), None)


def word_of(found: models.Model) -> str:
    """The word for the type of an object in URLs of review pages."""
    return _reviewables[type(found)].word


def address_of(found: models.Model) -> str:
    """The URL of the page on which an object is reviewed."""
    return _reviewables[type(found)].address(found)


def reviews_anything(user: Any) -> bool:
    """Whether the user has the permission to decide about objects of any type."""
    return any(user.has_perm(each.permission) for each in registered())


def reviewed_with(permission: str) -> list[Reviewable]:
    return [each for each in registered() if each.permission == permission]


# Refusals shared by all types.


def cannot_be_undone() -> str:
    return _("This decision can’t be undone.")


def own_contribution() -> str:
    return _("You can’t decide on your own contribution. Another moderator will review it.")


def no_longer_undoable() -> str:
    return _("This has changed since the decision. Make a new decision instead.")

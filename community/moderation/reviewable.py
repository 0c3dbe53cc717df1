"""What moderation has to know of each type of object that staff decide about.

Each type has one `Reviewable`, registered from the `apps.py` of its app. The queue, the review
page, undoing and appeals know no types: they ask the `Reviewable` of the object at hand.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.forms import Form
from django.utils.translation import gettext as _

from community.models import Decision, NoticeKind, User
from community.notices.notify import notify
from repository.workflow import lock

if TYPE_CHECKING:
    from community.moderation.decisions.rules import Facts
    from community.moderation.queue.entries import Kind


class Reviewable:
    """How objects of `model` are reviewed. Subclasses override what differs.

    `word` stands for the type in addresses of the moderators' desk; it is empty where an app has a
    review page of its own. `results` maps each verb that can be undone to the state it leads to.
    """

    model: type[models.Model]
    word = ""
    results: Mapping[str, str] = {}
    undone_event = "contribution.undone"
    appealed_event = "appeal.decided"
    reopened_event = "appeal.reopened"

    # What a review page shows

    def exists(self, found: Any) -> bool:
        """Whether there is still something to review: a page on which the object stands."""
        subject = self.subject(found)
        return subject is not None and self.page(subject) is not None

    def subject(self, found: Any) -> Any:
        """What is decided about: of an appeal, the subject of the first decision."""
        return found

    def page(self, subject: Any) -> models.Model | None:
        """The object with a page of its own on which the subject stands."""
        return subject

    def author(self, subject: Any) -> User | None:
        return None

    def language(self, subject: Any) -> str:
        """The language of the canned texts that are offered; empty for that of the site."""
        author = self.author(subject)
        return author.language if author is not None else ""

    def texts(self, subject: Any) -> list[tuple[Any, str]]:
        """The texts as readers see them: (heading, HTML)."""
        return []

    def similar(self, subject: Any) -> Sequence[models.Model]:
        """What a moderator may want to compare the subject with."""
        return []

    def context(self, subject: Any) -> dict[str, Any]:
        """What else the review page shows."""
        return {}

    # What can be decided now

    def verbs(self, found: Any) -> Collection[Any]:
        return []

    def form(self, found: Any, data: Any) -> Form:
        raise NotImplementedError

    def refreshed(self, found: Any, data: Any) -> Any:
        """Submitted form data, with the fingerprint and texts as they are now."""
        return data

    def decide(self, found: Any, *, by: User, form: Any) -> str:
        """Take the step that a valid form names; return it in words."""
        raise NotImplementedError

    # What was decided

    def queryset(self) -> models.QuerySet:
        """Objects with what `page` and `str` need, for lists."""
        return self.model._default_manager.all()

    def lock(self, subject: Any) -> Any:
        """Lock the rows that a decision about the subject changes; return it as it is now."""
        return lock(type(subject), subject.pk)

    def state(self, subject: Any) -> str:
        return subject.status

    def holds(self, decision: Decision, subject: Any) -> bool:
        """Whether what was decided is still the state of the subject."""
        return self.results.get(decision.verb) == self.state(subject)

    def has_moved_on(self, decision: Decision, subject: Any, facts: "Facts") -> bool:
        """Whether undoing is too late although the decision holds."""
        return facts.has_waiting_appeal(decision)

    def restore(self, subject: Any, decision: Decision, *, by: User) -> None:
        """Make a locked subject what it was before a decision that is being undone, or refuse."""
        raise NotImplementedError

    def tell_undone(self, undoing: Decision, decision: Decision, subject: Any) -> None:
        """Tell the person concerned that `decision` was undone by `undoing`."""
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

    # Whether undoing can take away again what an appeal has given back.
    can_undo_restored = False

    def is_concerned(self, user: User, decision: Decision, subject: Any) -> bool:
        """Whether the decision is the user's to read and to appeal against."""
        return decision.concerns_id == user.pk

    def can_appeal(self, decision: Decision, subject: Any) -> bool:
        return self.holds(decision, subject)

    def described(self, subject: Any) -> dict[str, str]:
        """The subject in words for the person who appeals: `text`, `url` and perhaps `words`."""
        return {}

    def other_authors(self, appeal: Any) -> set[int]:
        """Members for whom the appeal was made as well, by primary key."""
        return set()

    def appeal_told(self, subject: Any) -> Iterable[int]:
        """Members who hear of the answer beside the person who appealed, by primary key."""
        return ()

    def restore_on_appeal(
        self, subject: Any, first: Decision, decision: Decision, *, by: User
    ) -> None:
        """Make a locked subject what it was before `first`, because an appeal was upheld."""
        raise NotImplementedError

    def take_away(self, subject: Any, decision: Decision, first: Decision) -> None:
        """Undo `restore_on_appeal`, where `can_undo_restored`."""
        raise NotImplementedError

    def touch(self, subject: Any) -> None:
        """Lock the members who may be told, before the first notice."""

    def show(self, subject: Any) -> None:
        """Renew the public pages on which the subject stands."""

    # The queue

    def queue(self) -> Iterable["Kind"]:
        """What of this type waits for a moderator."""
        return ()


_reviewables: dict[type[models.Model], Reviewable] = {}


def register(*reviewables: Reviewable) -> None:
    """Register each `Reviewable` for its model; a second one for a model is an error."""
    for each in reviewables:
        if each.model in _reviewables:
            raise ImproperlyConfigured(f"{each.model.__name__} is registered for review twice.")
        _reviewables[each.model] = each


def reviewable_of(subject: models.Model | None) -> Reviewable | None:
    return _reviewables.get(type(subject)) if subject is not None else None


def registered() -> Iterator[Reviewable]:
    yield from _reviewables.values()


def reviewed_by_moderators() -> dict[str, Reviewable]:
    """What has a review page at the moderators' desk, by word."""
    return {each.word: each for each in _reviewables.values() if each.word}


def name_of(subject: models.Model | None) -> str:
    """The word by which the moderators' desk calls the type of the subject, or nothing."""
    found = reviewable_of(subject)
    return found.word if found else ""


# Refusals that all types share.


def cannot_be_undone() -> str:
    return _("This decision cannot be undone.")


def something_has_happened() -> str:
    return _("Something has happened since. Decide anew instead.")

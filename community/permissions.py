"""Who may do what in the community. Which state allows it is the matter of `actions/`."""

from typing import Any

from django.db import models

from community.models import Comment, Decision, Experience, Revision, User
from community.moderation.reviewable import reviewable_of
from repository.models import CaseStudy


def can_moderate(user: Any) -> bool:
    """May decide about what members contribute."""
    return user.has_perm("community.moderate")


def can_retry_tasks(user: Any) -> bool:
    """May see which background tasks failed, and run them again."""
    return user.has_perm("django_tasks_database.change_dbtaskresult")


def can_read_record(user: Any) -> bool:
    """May read all that staff did, with the addresses of members in it."""
    return user.has_perm("community.read_history")


def can_read_surveys(user: Any) -> bool:
    """May read what participants answered, small numbers too."""
    return user.has_perm("community.view_surveyanswer")


def can_export_surveys(user: Any) -> bool:
    """May take the single answers away as a file."""
    return user.has_perm("community.export_survey")


def may_change(user: Any, member: User | None) -> bool:
    """Administrators change members and staff; only a superuser changes a superuser."""
    if not user.has_perm("community.change_user"):
        return False
    return user.is_superuser or member is None or not member.is_superuser


def can_delete_account(user: Any, member: User) -> bool:
    """May delete the account of somebody else."""
    may_delete = user.has_perm("community.delete_user") and may_change(user, member)
    return may_delete and user.pk != member.pk


# Comments


def can_comment(user: Any) -> bool:
    """May say something. A session exists only for confirmed addresses."""
    return user.is_authenticated


def can_edit_comment(user: User, comment: Comment) -> bool:
    """May change or withdraw these words: whoever wrote them."""
    return user.is_authenticated and comment.author_id == user.pk


def can_mark_helpful(user: User, comment: Comment) -> bool:
    """May call a comment helpful: all but its author."""
    return user.is_authenticated and comment.author_id != user.pk


# Cases


def can_write(user: Any, case: Any) -> bool:
    """May change the text of a case that is not public: its authors, and the editors."""
    if not user.is_authenticated:
        return False
    if user.has_perm("repository.change_casestudy"):
        return True
    return case.authors.filter(pk=user.pk).exists()


def can_suggest(user: Any, case: CaseStudy) -> bool:
    """May propose a change of a case: of a published one, anyone who is signed in."""
    return user.is_authenticated and case.is_published


def answers_as_author(user: User, revision: Revision) -> bool:
    """Whether a proposed change is for this person to answer as an author of the case.

    What an author proposes is for the moderators, so that no case changes unread.
    """
    authors = set(revision.case.authors.values_list("pk", flat=True))
    return user.pk in authors and revision.by_id not in authors


def can_answer_revision(user: User, revision: Revision) -> bool:
    """May accept or decline a proposed change: not one's own."""
    if user.pk == revision.by_id:
        return False
    return can_moderate(user) or (not revision.is_held and answers_as_author(user, revision))


# Decisions of moderators


def is_concerned(user: User, decision: Decision) -> bool:
    """Whether a decision is about something of theirs, to be asked anew each time.

    A case is that of each who is its author; what is of a city, that of all who speak for it.
    """
    subject = decision.subject
    reviewable = reviewable_of(subject)
    if reviewable is None:
        return decision.concerns_id == user.pk
    return reviewable.is_concerned(user, decision, subject)


# Experiences and tags


def can_edit_experience(user: User, experience: Experience) -> bool:
    """May change or delete what was told: whoever told it."""
    return user.is_authenticated and experience.author_id == user.pk


def can_decide_tags(user: User, subject: models.Model) -> bool:
    """May say which proposed tags a case or webinar gets: its authors, and moderators."""
    if can_moderate(user):
        return True
    return is_author(user, subject)


def is_author(user: User, subject: Any) -> bool:
    """Whether something is a case that this person wrote."""
    # Not a query for one author: lists fetch the authors of all their cases at once.
    return isinstance(subject, CaseStudy) and user.pk in {each.pk for each in subject.authors.all()}

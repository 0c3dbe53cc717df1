"""Permissions: who may do what. Actions check which states allow it."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import Q

from community.models import (
    Comment,
    Decision,
    Experience,
    InvitationAnswer,
    LanguageReviewer,
    Revision,
    User,
)
from community.moderation.reviewable import reviewable_of
from repository.models import CaseStudy


def can_moderate(user: Any) -> bool:
    """May decide about contributions of members."""
    return user.has_perm("community.moderate")


def can_retry_tasks(user: Any) -> bool:
    """May see failed background tasks and run them again."""
    return user.has_perm("django_tasks_database.change_dbtaskresult")


def can_see_accounts(user: Any) -> bool:
    """May see accounts with their e-mail addresses."""
    return user.has_perm("community.view_user")


def can_read_record(user: Any) -> bool:
    """May read the audit log, which contains e-mail addresses of members."""
    return user.has_perm("community.read_history")


def can_read_surveys(user: Any) -> bool:
    """May read all survey results, including small numbers."""
    return user.has_perm("community.view_surveyanswer")


def can_read_canned_texts(user: Any) -> bool:
    """May read canned responses and their translations: staff who decide or edit them."""
    return user.is_staff and (can_moderate(user) or user.has_perm("community.view_cannedtext"))


def can_review_translations(user: Any) -> bool:
    """May see the reports of wrong translations into all languages, at the desk."""
    return user.has_perm("community.view_pagefeedback")


def can_see_translation_reports(user: Any) -> bool:
    """May see reports of wrong translations, at least those of one language."""
    return can_review_translations(user) or LanguageReviewer.objects.by(user).exists()


def can_answer_translation_reports(user: Any, language: str) -> bool:
    """May mark reports of wrong translations into a language as done, or reopen them."""
    return can_review_translations(user) or can_review_language(user, language)


def can_export_surveys(user: Any) -> bool:
    """May download the single answers to surveys."""
    return user.has_perm("community.export_survey")


def may_change(user: Any, member: User | None) -> bool:
    """Administrators change members and staff; only a superuser changes a superuser."""
    if not user.has_perm("community.change_user"):
        return False
    return user.is_superuser or member is None or not member.is_superuser


def can_delete_account(user: Any, member: User) -> bool:
    """May delete another member's account."""
    may_delete = user.has_perm("community.delete_user") and may_change(user, member)
    return may_delete and user.pk != member.pk


# Comments


def can_comment(user: Any) -> bool:
    """May comment. A session exists only for confirmed addresses."""
    return user.is_authenticated


def can_edit_comment(user: User, comment: Comment) -> bool:
    """May edit or withdraw a comment: its author."""
    return user.is_authenticated and comment.author_id == user.pk


def can_mark_helpful(user: User, comment: Comment) -> bool:
    """May mark a comment as helpful: all but its author."""
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
    """May suggest an edit of a case: of a published one, everyone who is signed in."""
    return user.is_authenticated and case.is_published


def answers_as_author(user: User, revision: Revision) -> bool:
    """Whether this person answers a suggested edit as an author of the case.

    Edits suggested by an author are answered by moderators, so that no change goes unread.
    """
    authors = set(revision.case.authors.values_list("pk", flat=True))
    return user.pk in authors and revision.by_id not in authors


def can_answer_revision(user: User, revision: Revision) -> bool:
    """May accept or decline a suggested edit of another member."""
    if user.pk == revision.by_id:
        return False
    return can_moderate(user) or (not revision.is_held and answers_as_author(user, revision))


# Translations


def can_review_language(user: Any, language: str) -> bool:
    """May approve translations into a language. Read each time: the role may have been revoked."""
    if not user.is_authenticated or not user.is_active:
        return False
    return LanguageReviewer.objects.of(language).filter(user=user).exists()


def can_answer_translation(user: Any, proposal: Any) -> bool:
    """May accept or decline a translation of another member."""
    if user.pk == proposal.by_id:
        return False
    return can_moderate(user) or can_review_language(user, proposal.language)


# Who else may change an object; added by higher apps.
EDITORS: list[Callable[[Any, Any], bool]] = []


def can_keep_translations(user: Any, row: Any) -> bool:
    """May say that a change of an original needs no retranslation: those who may change it."""
    if not user.is_authenticated:
        return False
    meta = row._meta
    if user.has_perm(f"{meta.app_label}.change_{meta.model_name}") or is_author(user, row):
        return True
    return any(is_editor(user, row) for is_editor in EDITORS)


# Decisions of moderators


def is_concerned(user: User, decision: Decision) -> bool:
    """Whether a decision concerns the user now.

    Those about a case concern its authors; those about a city, all its representatives.
    """
    subject = decision.subject
    reviewable = reviewable_of(subject)
    if reviewable is None:
        return decision.concerns_id == user.pk
    return reviewable.is_concerned(user, decision, subject)


# Experiences and tags


def can_edit_experience(user: User, experience: Experience) -> bool:
    """May change or delete a report: its author."""
    return user.is_authenticated and experience.author_id == user.pk


def can_decide_tags(user: User, subject: models.Model) -> bool:
    """May decide about proposed tags of a case or webinar: its authors, and moderators."""
    if can_moderate(user):
        return True
    return is_author(user, subject)


def is_author(user: User, subject: Any) -> bool:
    """Whether the subject is a case that the user wrote."""
    # Not a query by author: lists prefetch the authors of all their cases.
    return isinstance(subject, CaseStudy) and user.pk in {each.pk for each in subject.authors.all()}


def has_written(user: User, case: CaseStudy) -> bool:
    """Whether the user is or was an author of the case: somebody else decides about it.

    Authors can leave a case at any time. Those who left have submitted it, invited another author,
    or accepted an invitation.
    """
    invitations = case.invitations.filter(
        Q(by=user) | Q(member=user, answer=InvitationAnswer.ACCEPTED)
    )
    return (
        case.authors.filter(pk=user.pk).exists()
        or case.submissions.filter(by=user).exists()
        or invitations.exists()
    )

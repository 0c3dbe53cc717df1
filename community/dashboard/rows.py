"""The rows of a member's dashboard: a queryset for each kind. `dashboard.py` says how they look."""

from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.fields.json import KT

from community.models import (
    Bounce,
    Comment,
    Experience,
    Follow,
    Invitation,
    LanguageReviewer,
    Membership,
    PageFeedback,
    ProposedPractice,
    Registration,
    Revision,
    TagProposal,
    TranslationProposal,
    User,
    WorkingCopy,
)
from repository.cases.models import EDITABLE, SECTIONS, WRITABLE
from repository.models import CaseStatus, CaseStudy, Webinar

# The maximum number of rows of each kind.
SHOWN = 20
NEWEST_FIRST = ("-created_at", "-pk")


def authorships(user: User) -> QuerySet:
    """Primary keys of the cases of a member."""
    return CaseStudy.authors.through.objects.filter(user=user).values("casestudy")


def cases(user: User) -> QuerySet[CaseStudy]:
    """All cases of the member, and how many sections of each have text."""
    filled: Any = sum(
        (Case(When(~Q(**{name: ""}), then=1), default=0) for name in SECTIONS), start=Value(0)
    )
    read = ("slug", "title", "status", "updated_at", "published_at", "verified_at")
    found = CaseStudy.objects.filter(authors=user).annotate(filled=filled)
    return found.only(*read).order_by("-updated_at", "-pk")


def copies(user: User) -> QuerySet[WorkingCopy]:
    """Unsaved input of the member, while they can still edit its case."""
    mine = Q(case__status__in=WRITABLE, case__authors=user)
    found = WorkingCopy.objects.filter(
        mine | Q(case=None) | Q(case__status=CaseStatus.PUBLISHED), member=user
    ).annotate(title=KT("document__title"))
    read = ("token", "kept_at", "case__slug")
    return found.select_related("case").only(*read).order_by("-kept_at", "-pk")[:SHOWN]


def bounces(user: User) -> QuerySet[Bounce]:
    return Bounce.objects.active().of(user.email)


def invitations(user: User) -> QuerySet[Invitation]:
    """Open invitations to write a case together."""
    found = Invitation.objects.open().filter(member=user, case__status__in=EDITABLE)
    return found.select_related("case").only("case__title").order_by(*NEWEST_FIRST)[:SHOWN]


def suggested_edits(user: User) -> QuerySet[Revision]:
    """Edits of the member's published cases that others suggest."""
    authors = CaseStudy.authors.through.objects.filter(
        casestudy=OuterRef("case"), user=OuterRef("by")
    )
    found = Revision.objects.with_authors().filter(
        ~Exists(authors), case__in=authorships(user), case__status=CaseStatus.PUBLISHED
    )
    read = ("why", "created_at", "case__title")
    return found.select_related("case").only(*read).order_by(*NEWEST_FIRST)[:SHOWN]


def proposed_tags(user: User) -> QuerySet[TagProposal]:
    """Tags that others propose for the member's cases, the oldest first."""
    found = TagProposal.objects.waiting().filter(
        content_type=ContentType.objects.get_for_model(CaseStudy), object_id__in=authorships(user)
    )
    return found.order_by("created_at", "pk")[:SHOWN]


def submitted_translations(user: User) -> QuerySet[TranslationProposal]:
    """Translations that others have submitted into languages that the member reviews."""
    languages = LanguageReviewer.objects.by(user).values("language")
    submitted = TranslationProposal.objects.submitted().of_visible_to(user).exclude(by=user)
    found = submitted.filter(language__in=languages).with_titles()
    return found.defer("paragraphs", "replaced").order_by("submitted_at", "pk")[:SHOWN]


def reported_translations(user: User) -> QuerySet[PageFeedback]:
    """The newest text of which others report a wrong translation, and how many texts there are.

    In languages that the member reviews.
    """
    found = PageFeedback.objects.open().in_languages_of(user).newest_of_each_text()
    return found.annotate(total=Window(Count("pk"))).order_by(*NEWEST_FIRST)[:1]


def registrations(user: User) -> QuerySet[Registration]:
    """Seats and waiting-list places in upcoming webinars."""
    coming = Webinar.objects.upcoming().order_by()
    found = user.registrations.placed().filter(webinar__in=coming).select_related("webinar")
    return found.order_by("webinar__starts_at", "pk")[:SHOWN]


def own_practices(user: User) -> QuerySet[ProposedPractice]:
    """Practices that the member proposed, once moderators can read them."""
    read_by_moderators = [CaseStatus.SUBMITTED, CaseStatus.PUBLISHED]
    found = ProposedPractice.objects.filter(
        ~Q(outcome="") | Q(case__status__in=read_by_moderators), by=user
    )
    read = ("name", "outcome", "created_at", "case__slug")
    return found.select_related("case").only(*read).order_by(*NEWEST_FIRST)[:SHOWN]


def own_tags(user: User) -> QuerySet[TagProposal]:
    """Tags that the member proposed for existing cases and webinars."""
    exists = Q()
    for model in (CaseStudy, Webinar):
        rows: QuerySet = model._default_manager.filter(pk=OuterRef("object_id"))
        exists |= Q(Exists(rows), content_type=ContentType.objects.get_for_model(model))
    return TagProposal.objects.filter(exists, by=user).order_by(*NEWEST_FIRST)[:SHOWN]


def own_comments(user: User) -> QuerySet[Comment]:
    return Comment.objects.filter(author=user).order_by(*NEWEST_FIRST)[:SHOWN]


def own_experiences(user: User) -> QuerySet[Experience]:
    return Experience.objects.filter(author=user).order_by(*NEWEST_FIRST)[:SHOWN]


def own_edits(user: User) -> QuerySet[Revision]:
    found = Revision.objects.filter(by=user).select_related("case")
    read = ("status", "message", "created_at", "case__title")
    return found.only(*read).order_by(*NEWEST_FIRST)[:SHOWN]


def own_translations(user: User) -> QuerySet[TranslationProposal]:
    found = TranslationProposal.objects.filter(by=user).of_visible_to(user).with_titles()
    return found.defer("paragraphs", "replaced").order_by(*NEWEST_FIRST)[:SHOWN]


def follows(user: User) -> QuerySet[Follow]:
    return Follow.objects.filter(member=user).order_by(*NEWEST_FIRST)[:SHOWN]


def memberships(user: User) -> QuerySet[Membership]:
    """The profile, if the member has one."""
    return Membership.objects.filter(member=user).select_related("member")


ROWS: list[Callable[[User], QuerySet]] = [
    cases,
    copies,
    bounces,
    invitations,
    suggested_edits,
    proposed_tags,
    submitted_translations,
    reported_translations,
    registrations,
    own_practices,
    own_tags,
    own_comments,
    own_experiences,
    own_edits,
    own_translations,
    follows,
    memberships,
]

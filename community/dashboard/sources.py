"""The sources of the dashboard's rows; `dashboard.py` says how they are shown."""

from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from community.dashboard.rows import ABOUT, Source
from community.models import (
    Bounce,
    Comment,
    Experience,
    Follow,
    Invitation,
    LanguageReviewer,
    Mark,
    PageFeedback,
    ProposedPractice,
    Registration,
    Revision,
    TagProposal,
    TranslationProposal,
    User,
    WorkingCopy,
)
from community.writing import confirmation
from repository.cases.models import EDITABLE, SECTIONS, WRITABLE
from repository.models import CaseStatus, CaseStudy, Original, Webinar


def cases_of(user: User) -> models.QuerySet:
    return CaseStudy.objects.filter(authors=user)


def unsaved(user: User) -> models.QuerySet:
    """Unsaved input of the member, while they can still edit its case."""
    mine = Q(case__status__in=WRITABLE, case__authors=user)
    return WorkingCopy.objects.filter(
        mine | Q(case=None) | Q(case__status=CaseStatus.PUBLISHED), member=user
    )


def by_author(model: type[Comment] | type[Experience], user: User) -> models.QuerySet:
    return model.objects.filter(author=user)


def open_invitations(user: User) -> models.QuerySet:
    """Open invitations to write a case together."""
    return Invitation.objects.open().filter(member=user, case__status__in=EDITABLE)


def suggested(user: User) -> models.QuerySet:
    """Edits of the member's published cases that others suggest."""
    authors = CaseStudy.authors.through.objects.filter(
        casestudy=OuterRef("case"), user=OuterRef("by")
    )
    mine = CaseStudy.authors.through.objects.filter(user=user).values("casestudy")
    return Revision.objects.with_authors().filter(
        ~Exists(authors), case__in=mine, case__status=CaseStatus.PUBLISHED
    )


def proposed_tags(user: User) -> models.QuerySet:
    """Tags that others propose for the member's cases."""
    mine = CaseStudy.authors.through.objects.filter(user=user).values("casestudy")
    return TagProposal.objects.waiting().filter(
        content_type=ContentType.objects.get_for_model(CaseStudy), object_id__in=mine
    )


def submitted_translations(user: User) -> models.QuerySet:
    """Translations that others have submitted into languages that the member reviews."""
    languages = LanguageReviewer.objects.by(user).values("language")
    submitted = TranslationProposal.objects.submitted().of_visible_to(user).exclude(by=user)
    return submitted.filter(language__in=languages)


def reported_translations(user: User) -> models.QuerySet:
    """Texts of which others report a wrong translation, in languages that the member reviews."""
    return PageFeedback.objects.open().in_languages_of(user).newest_of_each_text()


def own_practices(user: User) -> models.QuerySet:
    """Practices that the member proposed, once moderators can read them."""
    read = [CaseStatus.SUBMITTED, CaseStatus.PUBLISHED]
    return ProposedPractice.objects.filter(~Q(outcome="") | Q(case__status__in=read), by=user)


def own_tags(model: type[models.Model], user: User) -> models.QuerySet:
    """Tags that the member proposed for existing objects of one type."""
    return TagProposal.objects.filter(
        Exists(model._default_manager.filter(pk=OuterRef("object_id"))),
        content_type=ContentType.objects.get_for_model(model),
        by=user,
    )


def registrations(user: User) -> models.QuerySet:
    """Seats and waiting-list places in upcoming webinars."""
    coming = Webinar.objects.upcoming().order_by()
    return Registration.objects.placed().filter(member=user, webinar__in=coming)


# The case that a tag was proposed for.
TAGGED = CaseStudy.objects.filter(pk=OuterRef("object_id"))
TAGGED_WEBINAR = Webinar.objects.filter(pk=OuterRef("object_id"))
# The title of the original of a translation.
ORIGINAL_TITLE = Subquery(
    Original.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id")).values("title")[
        :1
    ]
)
# The number of sections of a case that have text.
FILLED: Any = sum(
    (Case(When(~Q(**{name: ""}), then=1), default=0) for name in SECTIONS), start=Value(0)
)
SOURCES = [
    Source(
        "draft",
        lambda user: cases_of(user).filter(status=CaseStatus.DRAFT),
        at=F("updated_at"),
        title=F("title"),
        words=F("slug"),
        state=FILLED,
    ),
    Source(
        "unsaved",
        unsaved,
        at=F("kept_at"),
        title=KT("document__title"),
        words=F("case__slug"),
        state=F("token"),
    ),
    Source(
        "change",
        lambda user: cases_of(user).filter(status=CaseStatus.CHANGES_REQUESTED),
        at=F("updated_at"),
        title=F("title"),
        words=F("slug"),
        is_decided=True,
    ),
    Source(
        "verify",
        lambda user: confirmation.due().filter(authors=user),
        at=F("published_at"),
        newest_first=False,
        title=F("title"),
        words=F("slug"),
    ),
    Source(
        "bounce",
        lambda user: Bounce.objects.active().of(user.email),
        at=F("reported_at"),
        title=F("email"),
    ),
    Source("invitation", open_invitations, at=F("created_at"), title=F("case__title")),
    Source("edit", suggested, at=F("created_at"), title=F("case__title"), words=F("why")),
    Source(
        "translation",
        submitted_translations,
        at=F("submitted_at"),
        newest_first=False,
        title=ORIGINAL_TITLE,
        words=F("language"),
    ),
    Source(
        "reported-text",
        reported_translations,
        at=F("created_at"),
        title=F("text"),
        # How many there are.
        state=Window(Count("pk")),
    ),
    Source(
        "tag",
        proposed_tags,
        at=F("created_at"),
        newest_first=False,
        title=F("name"),
        words=Subquery(TAGGED.values("slug")),
        state=Subquery(TAGGED.values("title")),
    ),
    Source(
        "registration",
        registrations,
        at=F("webinar__starts_at"),
        newest_first=False,
        title=F("webinar__title"),
        words=F("time_zone"),
        state=F("status"),
    ),
    # Proposals and requests of the member, with the decisions of moderators.
    Source(
        "own-practice",
        own_practices,
        at=F("created_at"),
        title=F("name"),
        words=F("case__slug"),
        state=F("outcome"),
        is_decided=True,
    ),
    *(
        Source(
            word,
            partial(own_tags, model),
            at=F("created_at"),
            title=F("name"),
            words=Subquery(rows.values("slug")),
            state=F("status"),
            is_decided=True,
        )
        for word, model, rows in (
            ("own-tag", CaseStudy, TAGGED),
            ("own-tag-of-webinar", Webinar, TAGGED_WEBINAR),
        )
    ),
    # Contributions of the member.
    Source(
        "own-case",
        lambda user: cases_of(user).exclude(status=CaseStatus.DRAFT),
        at=F("updated_at"),
        title=F("title"),
        words=F("slug"),
        state=F("status"),
        is_decided=True,
    ),
    *(
        Source(
            f"own-{model._meta.model_name}",
            partial(by_author, model),
            at=F("created_at"),
            state=F("standing"),
            about=ABOUT,
            is_decided=True,
        )
        for model in (Comment, Experience)
    ),
    Source(
        "own-edit",
        lambda user: Revision.objects.filter(by=user),
        at=F("created_at"),
        title=F("case__title"),
        words=F("message"),
        state=F("status"),
        is_decided=True,
    ),
    Source(
        "own-translation",
        lambda user: TranslationProposal.objects.filter(by=user).of_visible_to(user),
        at=F("created_at"),
        title=ORIGINAL_TITLE,
        words=F("language"),
        state=F("status"),
        is_decided=True,
    ),
    Source(
        "follow",
        lambda user: Follow.objects.filter(member=user),
        at=F("created_at"),
        about=ABOUT,
    ),
    Source(
        "own-mark",
        lambda user: User.objects.filter(pk=user.pk, membership__isnull=False),
        at=Coalesce("membership__asked_at", "membership__verified_at"),
        state=Case(
            When(membership__verified_at__isnull=False, then=Value(Mark.VERIFIED)),
            When(membership__asked_at__isnull=False, then=Value(Mark.WAITING)),
            default=Value(Mark.NOT_VERIFIED),
        ),
        is_decided=True,
    ),
]


# Sources whose rows are about objects of any type.
GENERIC = ["own-comment", "own-experience", "follow"]

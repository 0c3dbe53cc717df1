"""Translations by members before they are public, and who reviews them."""

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Case, DateTimeField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from repository.dates import clock
from repository.dates.clock import MomentField
from repository.models import Original, TranslatedParagraph, Translation
from repository.translations.kinds import is_translatable, is_visible_to
from repository.translations.languages import site_languages
from repository.translations.overview import WorkState
from repository.translations.paragraphs import digest


class ProposalState(models.TextChoices):
    """The states of a member's translation."""

    CLAIMED = "claimed", _("Being translated")
    # The claim has ended, and another member has begun. The text is kept for the first one.
    LAPSED = "lapsed", _("Claim ended")
    SUBMITTED = "submitted", _("Waiting for review")
    ACCEPTED = "accepted", pgettext_lazy("suggested edit", "Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN = [ProposalState.CLAIMED, ProposalState.SUBMITTED]
DECIDED = [ProposalState.ACCEPTED, ProposalState.DECLINED]


class LanguageReviewerQuerySet(models.QuerySet):
    def of(self, language: str):
        """Those who review a language and whose account is open."""
        return self.filter(language=language, user__is_active=True)

    def by(self, user):
        """The roles of a member, who has none if the account is closed or there is none."""
        return self.filter(user=user.pk, user__is_active=True)


@pghistory.track()
class LanguageReviewer(models.Model):
    """A member who speaks a language well and reviews translations into it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="reviewed_languages",
        verbose_name=_("member"),
    )
    language = models.CharField(_("language"), max_length=10, choices=site_languages)
    created_at = MomentField(_("since"), auto_now_add=True)

    objects = LanguageReviewerQuerySet.as_manager()

    class Meta:
        verbose_name = _("language reviewer")
        verbose_name_plural = _("language reviewers")
        ordering = ["language", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "language"],
                name="language_reviewer_unique",
                violation_error_message=_("This member already reviews this language."),
            ),
        ]

    def __str__(self):
        return f"{self.user} ({self.get_language_display()})"


def with_titles[Rows: models.QuerySet](rows: Rows) -> Rows:
    """Annotate translations or proposals with the title of the original and its language.

    The title is in the active language if it is translated.
    """
    language = get_language() or settings.LANGUAGE_CODE
    original = Original.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    translated = TranslatedParagraph.objects.filter(
        translation__kind=OuterRef("kind"),
        translation__object_id=OuterRef("object_id"),
        translation__language=language,
        field__in=("title", "name"),
        source=OuterRef("original_title"),
    )
    return rows.annotate(
        original_title=Subquery(original.values("title")[:1]),
        translated_title=Subquery(translated.values("text")[:1]),
        title_language=Case(
            When(translated_title=None, then=Subquery(original.values("language")[:1])),
            default=Value(language),
        ),
    )


def title_of(row: Any) -> str:
    """Return the title of the original of a translation or proposal; a query if not annotated."""
    if hasattr(row, "original_title"):
        return row.translated_title or row.original_title or ""
    found = Original.objects.filter(kind=row.kind, object_id=row.object_id)
    return found.values_list("title", flat=True).first() or ""


class PublicTranslation(Translation):
    """A public translation as the subject of a notice."""

    class Meta:
        proxy = True
        default_permissions = ()

    def __str__(self):
        return title_of(self)

    def get_absolute_url(self):
        return reverse("community:translation", args=[self.kind, self.object_id, self.language])


class TranslationProposalQuerySet(models.QuerySet):
    def of(self, kind: str, object_id: int, language: str):
        return self.filter(kind=kind, object_id=object_id, language=language)

    def open(self):
        """Claimed or submitted, also if the claim has ended."""
        return self.filter(status__in=OPEN)

    def live(self):
        """Those that keep others from translating the same object."""
        claimed = models.Q(status=ProposalState.CLAIMED, claimed_until__gt=clock.now())
        return self.filter(claimed | models.Q(status=ProposalState.SUBMITTED))

    def of_visible_to(self, user):
        """Those whose original a user may read."""
        return self.filter(is_visible_to(user))

    def of_translatable(self):
        """Those whose original is public or internal: moderators read both."""
        return self.filter(is_translatable())

    def submitted(self):
        return self.filter(status=ProposalState.SUBMITTED)

    def visible_to(self, user):
        """Visible to the translator; once submitted, to the language's reviewers and moderators."""
        if not user.is_authenticated:
            return self.none()
        submitted = ~models.Q(
            status__in=[
                ProposalState.CLAIMED,
                ProposalState.LAPSED,
                ProposalState.WITHDRAWN,
            ]
        )
        if not user.has_perm("community.moderate"):
            languages = LanguageReviewer.objects.filter(user=user).values("language")
            submitted &= models.Q(language__in=languages)
        return self.filter(models.Q(by=user) | submitted)

    def with_titles(self):
        """Annotate the title of the original and its language."""
        return with_titles(self)


@pghistory.track(exclude=["paragraphs", "replaced", "result"])
class TranslationProposal(models.Model):
    """A member's translation of one object into one language, before it is public.

    `paragraphs` lists the translated paragraphs in the order of the original, each as
    {"field", "source", "text", "origin"}. `version` is the history event of the original at the
    time of the last change.
    """

    kind = models.CharField(_("kind"), max_length=20)
    object_id = models.BigIntegerField(_("object"))
    language = models.CharField(_("language"), max_length=10, choices=site_languages)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="translation_proposals",
        verbose_name=_("translator"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ProposalState, default=ProposalState.CLAIMED
    )
    claimed_until = models.DateTimeField(_("claimed until"))
    paragraphs = models.JSONField(_("translation"), default=list)
    version = models.BigIntegerField(_("version of the original"), null=True)
    # What undoing an acceptance compares and restores: the digest of the translation after it, and
    # the events of its paragraphs before.
    result = models.CharField(max_length=32, blank=True, editable=False)
    replaced = models.JSONField(default=dict, editable=False)
    message = models.TextField(_("message"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("decided by"),
        null=True,
        blank=True,
    )
    created_at = MomentField(_("started"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = TranslationProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggested translation")
        verbose_name_plural = _("suggested translations")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["submitted_at"],
                condition=models.Q(status=ProposalState.SUBMITTED),
                name="proposal_submitted",
            ),
            models.Index(fields=["by", "-created_at"], name="proposal_of_member"),
            models.Index(fields=["kind", "object_id", "language"], name="proposal_of_object"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "language"],
                condition=models.Q(status__in=OPEN),
                name="proposal_open_unique",
                violation_error_message=_("Another member is translating this."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=ProposalState.values), name="proposal_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=DECIDED, decided_at__isnull=False)
                | ~models.Q(status__in=DECIDED) & models.Q(decided_at__isnull=True),
                name="proposal_decided_has_date",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=[ProposalState.SUBMITTED, *DECIDED])
                | models.Q(submitted_at__isnull=False),
                name="proposal_submitted_has_date",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=ProposalState.DECLINED) | ~models.Q(message=""),
                name="proposal_declined_has_message",
                violation_error_message=_(
                    "Write a message to the member who suggested the change."
                ),
            ),
        ]

    def __str__(self):
        return title_of(self)

    def get_absolute_url(self):
        return reverse("community:translation_proposal", args=[self.pk])

    @property
    def is_live(self) -> bool:
        """Does it keep others from translating the same object?"""
        return self.is_submitted or (self.is_claimed and self.claimed_until > clock.now())

    @property
    def is_claimed(self) -> bool:
        return self.status == ProposalState.CLAIMED

    @property
    def is_submitted(self) -> bool:
        return self.status == ProposalState.SUBMITTED

    @property
    def entries(self) -> dict[str, dict[str, Any]]:
        """The paragraphs by the keys of their units."""
        return {key_of(entry): entry for entry in self.paragraphs}


def key_of(entry: dict[str, Any]) -> str:
    return f"{entry['field']}:{digest(entry['source'])}"


# What the overview of translations is told of the work of members: no text and no name


def work_in_progress() -> QuerySet[TranslationProposal]:
    """Return claimed and submitted translations, as `WorkInProgress.rows` describes."""
    is_claimed = When(status=ProposalState.CLAIMED, then=Value(WorkState.CLAIMED.value))
    return TranslationProposal.objects.live().annotate(
        state=Case(is_claimed, default=Value(WorkState.SUGGESTED.value)),
        until=Case(
            When(status=ProposalState.CLAIMED, then=F("claimed_until")),
            default=Cast(Value(None), DateTimeField()),
        ),
    )


def reviewed_languages(user) -> list[str]:
    """Return the languages that a member reviews."""
    if not user.is_authenticated:
        return []
    return list(LanguageReviewer.objects.by(user).values_list("language", flat=True))

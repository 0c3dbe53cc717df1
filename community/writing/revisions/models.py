import pghistory
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from repository.dates.clock import MomentField


class RevisionStatus(models.TextChoices):
    # A newcomer's first suggestion: a moderator reads it before the authors do.
    HELD = "held", _("Waiting for a moderator")
    WAITING = "waiting", _("Waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("suggested edit", "Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


MAX_REASON_LENGTH = 500
UNANSWERED = [RevisionStatus.HELD, RevisionStatus.WAITING]


class RevisionQuerySet(models.QuerySet):
    def waiting(self):
        """Revisions without an answer."""
        return self.filter(status__in=UNANSWERED)

    def with_authors(self):
        """Unanswered revisions that the authors of the case can read."""
        return self.filter(status=RevisionStatus.WAITING)

    def visible_to(self, user):
        """Visible to the proposer, the authors of the case and moderators.

        The authors do not see one that a moderator has to read first.
        """
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("community.moderate"):
            return self
        authors = self.model._meta.get_field("case").related_model.authors.through
        mine = authors.objects.filter(user=user).values("casestudy")
        theirs = models.Q(case__in=mine) & ~models.Q(status=RevisionStatus.HELD)
        return self.filter(models.Q(by=user) | theirs)


@pghistory.track(exclude=["base", "document", "replaced", "result"])
class Revision(models.Model):
    """A suggested edit of a published case, with a reason.

    `document` is the whole case as it should be, `base` the document it was based on; both as in
    `community/writing/drafts/documents.py`.
    """

    case = models.ForeignKey(
        "repository.CaseStudy",
        models.CASCADE,
        related_name="revisions",
        verbose_name=_("case study"),
    )
    # Null for a former member whose edit was accepted.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="revisions",
        verbose_name=_("by"),
        null=True,
    )
    base = models.JSONField(_("text before"))
    document = models.JSONField(_("text"))
    why = models.CharField(_("reason"), max_length=MAX_REASON_LENGTH)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=RevisionStatus,
        default=RevisionStatus.WAITING,
        editable=False,
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        editable=False,
    )
    # Digests of the case just before and after acceptance, which undoing compares.
    replaced = models.CharField(max_length=32, blank=True, editable=False)
    result = models.CharField(max_length=32, blank=True, editable=False)
    # The message to the proposer of a declined edit.
    message = models.TextField(_("message"), max_length=2000, blank=True, editable=False)
    created_at = MomentField(_("suggested"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggested change")
        verbose_name_plural = _("suggested changes")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(status__in=UNANSWERED),
                name="revision_waiting",
            ),
            models.Index(fields=["by", "-created_at"], name="revision_of_member"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "by"],
                condition=models.Q(status__in=UNANSWERED),
                name="revision_waiting_unique",
                violation_error_message=_("You already have a suggested change here."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=RevisionStatus.values), name="revision_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(why=""),
                name="revision_has_reason",
                violation_error_message=_("Give a reason for the change."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=UNANSWERED, decided_at__isnull=True)
                | ~models.Q(status__in=UNANSWERED) & models.Q(decided_at__isnull=False),
                name="revision_decided_has_date",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=RevisionStatus.DECLINED) | ~models.Q(message=""),
                name="revision_declined_has_message",
                violation_error_message=_(
                    "Write a message to the member who suggested the change."
                ),
            ),
        ]

    def __str__(self):
        return self.why

    def get_absolute_url(self):
        return reverse("community:revision", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.status in UNANSWERED

    @property
    def is_held(self) -> bool:
        return self.status == RevisionStatus.HELD


@pghistory.track()
class HiddenChange(models.Model):
    """A change of a published case whose text is hidden in the public history.

    For what should never have been public: personal data, abuse. `at` is the time of the change.
    """

    case = models.ForeignKey(
        "repository.CaseStudy",
        models.CASCADE,
        related_name="hidden_changes",
        verbose_name=_("case study"),
    )
    at = models.DateTimeField(_("changed"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("by"),
        null=True,
    )
    created_at = models.DateTimeField(_("hidden"), auto_now_add=True)

    class Meta:
        verbose_name = _("hidden change")
        verbose_name_plural = _("hidden changes")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "at"], name="hidden_change_unique"),
        ]

    def __str__(self):
        return f"{self.case_id} {self.at:%Y-%m-%d %H:%M}"

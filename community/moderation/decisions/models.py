import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.discussion.contributions import About, SubjectQuerySet
from repository.dates.clock import MomentField
from repository.search.excerpts import shortened


class Verb(models.TextChoices):
    """Verbs of decisions by staff."""

    APPROVE = "approve", _("Approve")
    REQUEST_CHANGES = "request-changes", _("Request changes")
    DECLINE = "decline", _("Decline")
    HIDE = "hide", _("Hide")
    REMOVE = "remove", _("Remove")
    END = "end", _("End")
    START = "start", _("Start")
    STALL = "stall", _("Mark as stalled")
    RESUME = "resume", _("Resume")
    COMPLETE = "complete", _("Complete")
    RESTORE = "restore", _("Restore")
    DISMISS = "dismiss", _("Dismiss flags")
    MERGE = "merge", _("Mark as duplicate")
    ARCHIVE = "archive", _("Archive")
    CLOSE = "close", _("Close")
    REOPEN = "reopen", _("Reopen")
    UPHOLD = "uphold", _("Uphold decision")
    FORWARD = "pass-on", _("Pass to the authors")
    PROPOSE = "propose", _("Propose to both cities")
    WITHDRAW = "withdraw", _("Withdraw")
    DELETE_ACCOUNT = "delete-account", _("Delete account")
    UNDO = "undo", _("Undo")


# How lists and messages call a decision once it is made.
DONE = {
    Verb.APPROVE: _("Approved"),
    Verb.REQUEST_CHANGES: _("Changes requested"),
    Verb.DECLINE: _("Declined"),
    Verb.HIDE: _("Hidden"),
    Verb.REMOVE: _("Removed"),
    Verb.END: _("Ended"),
    Verb.START: _("Started"),
    Verb.STALL: _("Marked as stalled"),
    Verb.RESUME: _("Resumed"),
    Verb.COMPLETE: _("Completed"),
    Verb.RESTORE: _("Restored"),
    Verb.DISMISS: _("Flags dismissed"),
    Verb.MERGE: _("Marked as duplicate"),
    Verb.ARCHIVE: _("Archived"),
    Verb.CLOSE: _("Closed"),
    Verb.REOPEN: _("Reopened"),
    Verb.UPHOLD: _("Decision upheld"),
    Verb.FORWARD: _("Passed to the authors"),
    Verb.PROPOSE: _("Proposed to both cities"),
    Verb.WITHDRAW: _("Withdrawn"),
    Verb.DELETE_ACCOUNT: _("Account deleted"),
    Verb.UNDO: _("Undone"),
}


# No message is required where the person gets what they asked for, or where a moderator corrects
# their own mistake.
WITHOUT_WORDS = [
    Verb.APPROVE,
    Verb.MERGE,
    Verb.FORWARD,
    Verb.PROPOSE,
    Verb.UNDO,
    # The author does not learn of it.
    Verb.DISMISS,
    # Steps of a partnership that its cities want.
    Verb.START,
    Verb.RESUME,
    Verb.COMPLETE,
]


class Reason(models.TextChoices):
    """The reason for a decision; none is needed for granting what the author asked for."""

    NONE = "", _("No reason needed")
    SPAM = "spam", _("Spam or advertising")
    ABUSE = "abuse", _("Abusive to a person or group")
    OFF_TOPIC = "off-topic", _("Off topic")
    WRONG = "wrong", _("Facts are wrong or have no source")
    COPYRIGHT = "copyright", _("Copied without permission")
    INCOMPLETE = "incomplete", _("Incomplete")
    UNCLEAR = "unclear", _("Hard to understand")
    DUPLICATE = "duplicate", _("Duplicate")
    PRIVATE = "private", _("Contains personal data")
    OUTDATED = "outdated", _("Out of date")
    FIT = "fit", _("Not a good fit")
    CAPACITY = "capacity", _("No capacity at the moment")
    NO_ANSWER = "no-answer", _("No answer")
    UNCONFIRMED = "unconfirmed", _("We couldn’t confirm who you are")
    MISTAKE = "mistake", _("The earlier decision was a mistake")
    OTHER = "other", _("Something else")


class DecisionQuerySet(SubjectQuerySet):
    def standing(self):
        """Decisions that were not undone."""
        return self.filter(undone_at__isnull=True)

    def for_authors(self):
        """Those that authors may learn of: no dismissed flags, nor that this was undone."""
        undone = self.model.objects.filter(
            content_type=models.OuterRef("content_type"),
            object_id=models.OuterRef("object_id"),
            undone_at__lte=models.OuterRef("created_at"),
        )
        return self.alias(
            verb_undone=models.Subquery(undone.order_by("-undone_at").values("verb")[:1])
        ).exclude(models.Q(verb=Verb.DISMISS) | models.Q(verb=Verb.UNDO, verb_undone=Verb.DISMISS))


@pghistory.track()
class Decision(About):
    """A decision of a member of staff about an object, with a reason and a message."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="decisions",
        verbose_name=_("decided by"),
        null=True,
    )
    # The person concerned: the author at the time of the decision.
    concerns = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="decisions_received",
        verbose_name=_("member concerned"),
        null=True,
        blank=True,
    )
    verb = models.CharField(_("decision"), max_length=20, choices=Verb)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    message = models.TextField(_("message"), max_length=2000, blank=True)
    # The previous standing or status, which undoing restores.
    before = models.CharField(_("status before"), max_length=20, blank=True)
    created_at = MomentField(_("decided on"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone on"), null=True, blank=True, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("undo_any", _("Can undo decisions of others")),
            ("read_history", _("Can read the audit log")),
        ]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="decision_of_subject"),
            models.Index(fields=["concerns", "-created_at"], name="decision_of_member"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verb__in=Verb.values), name="decision_verb_known"
            ),
            models.CheckConstraint(
                condition=models.Q(verb__in=WITHOUT_WORDS)
                | ~models.Q(reason="") & ~models.Q(message=""),
                name="decision_has_reason",
                violation_error_message=_(
                    "Choose a reason and write a message. The member concerned will read both."
                ),
            ),
        ]

    def __str__(self):
        return self.get_verb_display()

    @property
    def done(self) -> str:
        """What was decided, such as “Declined”."""
        return str(DONE[Verb(self.verb)])


class AppealOutcome(models.TextChoices):
    RESTORED = "restored", _("Restored")
    UPHELD = "upheld", _("Decision upheld")


@pghistory.track()
class Appeal(models.Model):
    """A request of the person concerned that another moderator review a decision."""

    decision = models.OneToOneField(
        Decision, models.CASCADE, related_name="appeal", verbose_name=_("decision")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="appeals",
        verbose_name=_("appealed by"),
    )
    words = models.TextField(_("why the decision should be reviewed"), max_length=2000)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=AppealOutcome, blank=True, editable=False
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
    answer = models.TextField(_("answer"), max_length=2000, blank=True, editable=False)
    created_at = MomentField(_("appealed on"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["created_at", "pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(outcome=""), name="appeal_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(words=""),
                name="appeal_has_words",
                violation_error_message=_("Explain why this decision should be reviewed."),
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", *AppealOutcome.values]),
                name="appeal_outcome_known",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", decided_at__isnull=True)
                | ~models.Q(outcome="") & models.Q(decided_at__isnull=False),
                name="appeal_outcome_has_date",
            ),
        ]

    def __str__(self):
        return shortened(self.words, 60)

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
    START = "start", _("Begin")
    STALL = "stall", _("Stall")
    RESUME = "resume", _("Go on")
    COMPLETE = "complete", _("Complete")
    RESTORE = "restore", _("Restore")
    DISMISS = "dismiss", _("Dismiss the flags")
    MERGE = "merge", _("It is this one already")
    ARCHIVE = "archive", _("Archive")
    CLOSE = "close", _("Close")
    REOPEN = "reopen", _("Open again")
    UPHOLD = "uphold", _("Let the decision stand")
    PASS_ON = "pass-on", _("Let the authors answer")
    PROPOSE = "propose", _("Ask both cities")
    WITHDRAW = "withdraw", _("Withdraw")
    DELETE_ACCOUNT = "delete-account", _("Delete the account")
    UNDO = "undo", _("Undo")


# No message is required where the person gets what they asked for, or where a moderator corrects
# their own mistake.
WITHOUT_WORDS = [
    Verb.APPROVE,
    Verb.MERGE,
    Verb.PASS_ON,
    Verb.PROPOSE,
    Verb.UNDO,
    # Steps of a partnership that its cities want.
    Verb.START,
    Verb.RESUME,
    Verb.COMPLETE,
]


class Reason(models.TextChoices):
    """The reason for a decision; none is needed for granting what the author asked for."""

    NONE = "", _("None needed")
    SPAM = "spam", _("Spam or advertising")
    ABUSE = "abuse", _("Abuse of a person or group")
    OFF_TOPIC = "off-topic", _("Off topic")
    WRONG = "wrong", _("Facts without a source, or wrong")
    COPYRIGHT = "copyright", _("Copied without permission")
    INCOMPLETE = "incomplete", _("Something is missing")
    UNCLEAR = "unclear", _("Hard to understand")
    DUPLICATE = "duplicate", _("It is already here")
    PRIVATE = "private", _("Personal data")
    OUTDATED = "outdated", _("Out of date")
    FIT = "fit", _("It does not fit")
    CAPACITY = "capacity", _("There is no capacity for it now")
    UNCONFIRMED = "unconfirmed", _("We could not confirm who you are")
    MISTAKE = "mistake", _("The earlier decision was a mistake")
    OTHER = "other", _("Something else")


class DecisionQuerySet(SubjectQuerySet):
    def standing(self):
        """Decisions that were not undone."""
        return self.filter(undone_at__isnull=True)


@pghistory.track()
class Decision(About):
    """A decision of a member of staff about an object, with a reason and a message."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="decisions",
        verbose_name=_("by"),
        null=True,
    )
    # The person concerned: the author at the time of the decision.
    concerns = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="decisions_received",
        verbose_name=_("concerns"),
        null=True,
        blank=True,
    )
    verb = models.CharField(_("decision"), max_length=20, choices=Verb)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    message = models.TextField(_("message"), max_length=2000, blank=True)
    # The previous standing or status, which undoing restores.
    before = models.CharField(_("before"), max_length=20, blank=True)
    created_at = MomentField(_("decided"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("undo_any", _("Can undo decisions of others")),
            ("read_history", _("Can read all that staff did")),
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
                    "Choose a reason and write a message: the person concerned will read it."
                ),
            ),
        ]

    def __str__(self):
        return self.get_verb_display()


class AppealOutcome(models.TextChoices):
    RESTORED = "restored", _("Restored")
    UPHELD = "upheld", _("The decision stands")


@pghistory.track()
class Appeal(models.Model):
    """A request of the person concerned that another moderator review a decision."""

    decision = models.OneToOneField(
        Decision, models.CASCADE, related_name="appeal", verbose_name=_("decision")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="appeals", verbose_name=_("by")
    )
    words = models.TextField(_("why it should be looked at again"), max_length=2000)
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
    created_at = MomentField(_("appealed"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)

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
                violation_error_message=_("Say in your words why it should be looked at again."),
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

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.discussion.contributions import About, SubjectQuerySet
from repository.dates.clock import MomentField
from repository.tags import folding
from repository.tags.models import FoldedField


class ProposalStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting for review")
    ACCEPTED = "accepted", pgettext_lazy("tag", "Accepted")
    DECLINED = "declined", _("Declined")


class TagProposalQuerySet(SubjectQuerySet):
    def waiting(self):
        return self.filter(status=ProposalStatus.WAITING)


@pghistory.track(exclude=["folded"])
class TagProposal(About):
    """A tag that a member proposes for another's case, or for a webinar."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="tag_proposals",
        verbose_name=_("proposed by"),
    )
    name = models.CharField(_("tag"), max_length=folding.MAX_LENGTH)
    folded = FoldedField()
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ProposalStatus,
        default=ProposalStatus.WAITING,
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
    created_at = MomentField(_("proposed on"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True, editable=False)

    objects = TagProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed tag")
        verbose_name_plural = _("proposed tags")
        ordering = ["created_at", "pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(status=ProposalStatus.WAITING),
                name="tag_proposal_waiting",
            ),
            models.Index(fields=["by", "-created_at"], name="tag_proposal_of_member"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "folded"],
                condition=models.Q(status=ProposalStatus.WAITING),
                name="tag_proposal_unique",
                violation_error_message=_("This tag has already been proposed for this page."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=ProposalStatus.values),
                name="tag_proposal_status_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="tag_proposal_has_name",
                violation_error_message=_("Enter a tag."),
            ),
            models.CheckConstraint(
                condition=models.Q(status=ProposalStatus.WAITING, decided_at__isnull=True)
                | ~models.Q(status=ProposalStatus.WAITING) & models.Q(decided_at__isnull=False),
                name="tag_proposal_decided_has_date",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return self.subject.get_absolute_url() if self.subject is not None else ""

    @property
    def is_waiting(self) -> bool:
        return self.status == ProposalStatus.WAITING

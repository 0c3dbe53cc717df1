import pghistory
from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from community.discussion.contributions import Contribution, Standing
from repository.dates.clock import MomentField
from repository.fields import RenderedField
from repository.pages.addresses import address_of
from repository.search.excerpts import beginning

MAX_LENGTH = 5000
models.TextField.register_lookup(Length)


@pghistory.track(exclude=["rendered"])
class Comment(Contribution):
    """A comment on a case, practice, webinar, recommendation or city, or an answer to one."""

    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        related_name="replies",
        verbose_name=_("in reply to"),
        null=True,
        blank=True,
    )
    body = models.TextField(_("comment"), max_length=MAX_LENGTH)
    rendered = RenderedField(sources=["body"])
    language = models.CharField(_("language"), max_length=10, blank=True)
    mentioned = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="mentions",
        verbose_name=_("mentions"),
        blank=True,
    )

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at", "pk"]
        default_permissions = ("change", "view")
        permissions = [("moderate", _("Can moderate members’ contributions"))]
        indexes = [
            models.Index(
                fields=["content_type", "object_id", "created_at"], name="comment_of_subject"
            ),
            models.Index(fields=["author", "-created_at"], name="comment_of_author"),
            models.Index(
                fields=["created_at"],
                condition=models.Q(standing=Standing.PENDING),
                name="comment_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(standing__in=Standing.values), name="comment_standing_known"
            ),
            models.CheckConstraint(
                condition=models.Q(body__length__range=(1, MAX_LENGTH)),
                name="comment_length",
                violation_error_message=_("Enter a comment of 5,000 characters or fewer."),
            ),
        ]

    def __str__(self):
        return beginning(self.rendered.get("body", ""), 60)

    def get_absolute_url(self):
        # Redirects to the page of the subject.
        return address_of("community:comment", self.pk)


class HelpfulMark(models.Model):
    """One member found one comment helpful."""

    comment = models.ForeignKey(
        Comment, models.CASCADE, related_name="helpful_marks", verbose_name=_("comment")
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("member")
    )
    created_at = MomentField(auto_now_add=True)

    class Meta:
        verbose_name = _("helpful mark")
        verbose_name_plural = _("helpful marks")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["comment", "member"], name="helpful_mark_unique")
        ]

    def __str__(self):
        return f"{self.comment_id} · {self.member_id}"

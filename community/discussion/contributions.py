"""What all contributions of members share: an author, a subject, and whether others see it."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.dates.clock import MomentField


class Standing(models.TextChoices):
    """Whether others see a contribution. What is removed leaves a tombstone where it stood."""

    PENDING = "pending", _("Waiting for a moderator")
    PUBLISHED = "published", _("Published")
    HIDDEN = "hidden", _("Hidden")
    DECLINED = "declined", _("Declined")
    REMOVED = "removed", _("Removed")


class SubjectQuerySet(models.QuerySet):
    def about(self, subject: models.Model):
        """Rows that belong to one object of any kind."""
        return self.filter(
            content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk
        )


class ContributionQuerySet(SubjectQuerySet):
    def published(self):
        return self.filter(standing=Standing.PUBLISHED)

    def pending(self):
        return self.filter(standing=Standing.PENDING)

    def visible_to(self, user):
        """What is published; authors see their own, whatever became of it, and moderators all."""
        if not user.is_authenticated:
            return self.published()
        if user.has_perm("community.moderate"):
            return self
        return self.filter(models.Q(standing=Standing.PUBLISHED) | models.Q(author=user))


class About(models.Model):
    """A row about one object of any kind."""

    content_type = models.ForeignKey(
        ContentType, models.PROTECT, related_name="+", verbose_name=_("kind")
    )
    object_id = models.PositiveBigIntegerField(_("number"))
    subject: Any = GenericForeignKey("content_type", "object_id")

    class Meta:
        abstract = True


class Contribution(About):
    """Something a member wrote about something of the collection."""

    # No author is a former member who left their words behind.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="%(class)ss",
        verbose_name=_("author"),
        null=True,
        blank=True,
    )
    standing = models.CharField(
        _("standing"), max_length=10, choices=Standing, default=Standing.PENDING, editable=False
    )
    created_at = MomentField(_("written"), auto_now_add=True)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        return self.standing == Standing.PUBLISHED

    @property
    def is_pending(self) -> bool:
        return self.standing == Standing.PENDING

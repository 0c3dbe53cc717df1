"""The base of all contributions: an author, a subject and a standing."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.dates.clock import MomentField


class Standing(models.TextChoices):
    """Whether others see a contribution. A placeholder replaces a removed one."""

    PENDING = "pending", _("Waiting for review")
    PUBLISHED = "published", _("Published")
    HIDDEN = "hidden", _("Hidden")
    DECLINED = "declined", _("Declined")
    REMOVED = "removed", _("Removed")


class SubjectQuerySet(models.QuerySet):
    def about(self, subject: models.Model):
        """Rows about one object of any type."""
        return self.filter(
            content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk
        )


class ContributionQuerySet(SubjectQuerySet):
    def published(self):
        return self.filter(standing=Standing.PUBLISHED)

    def pending(self):
        return self.filter(standing=Standing.PENDING)

    def visible_to(self, user):
        """Published rows; authors also see all of their own, and moderators see everything."""
        if not user.is_authenticated:
            return self.published()
        if user.has_perm("community.moderate"):
            return self
        return self.filter(models.Q(standing=Standing.PUBLISHED) | models.Q(author=user))


class About(models.Model):
    """A row about one object of any type."""

    content_type = models.ForeignKey(
        ContentType, models.PROTECT, related_name="+", verbose_name=_("type")
    )
    object_id = models.PositiveBigIntegerField(_("ID"))
    subject: Any = GenericForeignKey("content_type", "object_id")

    class Meta:
        abstract = True


class Contribution(About):
    """A text by a member about an object of the collection."""

    # Null for a former member whose contributions remain.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="%(class)ss",
        verbose_name=_("author"),
        null=True,
        blank=True,
    )
    standing = models.CharField(
        _("status"), max_length=10, choices=Standing, default=Standing.PENDING, editable=False
    )
    created_at = MomentField(_("posted on"), auto_now_add=True)
    edited_at = models.DateTimeField(_("edited on"), null=True, blank=True, editable=False)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        return self.standing == Standing.PUBLISHED

    @property
    def is_pending(self) -> bool:
        return self.standing == Standing.PENDING

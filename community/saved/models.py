from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.discussion.contributions import About, SubjectQuerySet

NAME_LENGTH = 80
NOTE_LENGTH = 1000


class CollectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The user's own: collections are private."""
        return self.filter(member=user) if user.is_authenticated else self.none()


class Collection(models.Model):
    """A list of saved pages under a name, for one member only: "Port project"."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="collections",
        verbose_name=_("member"),
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = [Lower("name"), "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "member",
                name="collection_name_unique",
                violation_error_message=_("You already have a collection with this name."),
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="collection_has_name",
                violation_error_message=_("Enter a name for the collection."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("community:collection", args=[self.pk])


class SavedItemQuerySet(SubjectQuerySet):
    def visible_to(self, user):
        """The user's own: what one saves is private."""
        return self.filter(member=user) if user.is_authenticated else self.none()

    def within(self, collection: Collection | None):
        """Those of one collection; None stands for the list “Saved”."""
        return self.filter(collection=collection)


class SavedItem(About):
    """A page that a member has saved, in one of the member's collections, with a note.

    Without a collection it is in the list "Saved", which everyone has and nobody has to create.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="saved_items",
        verbose_name=_("member"),
    )
    collection = models.ForeignKey(
        Collection,
        models.CASCADE,
        related_name="items",
        verbose_name=_("collection"),
        null=True,
        blank=True,
    )
    note = models.TextField(_("note"), max_length=NOTE_LENGTH, blank=True)
    created_at = models.DateTimeField(_("saved on"), auto_now_add=True)

    objects = SavedItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved page")
        verbose_name_plural = _("saved pages")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="saved_item_of_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "content_type", "object_id"],
                name="saved_item_unique",
                violation_error_message=_("You have already saved this page."),
            )
        ]

    def __str__(self):
        return f"{self.member_id}: {self.content_type_id}/{self.object_id}"

    def get_absolute_url(self):
        return reverse("community:saved_item", args=[self.pk])

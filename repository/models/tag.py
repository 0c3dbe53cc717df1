import pghistory
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.models import GenericTaggedItemBase, TagBase

from repository.addresses import address_of


class TagQuerySet(models.QuerySet):
    def for_object(self, instance):
        """The tags of one object, in one query."""
        kind = ContentType.objects.get_for_model(instance)
        return self.filter(items__content_type=kind, items__object_id=instance.pk)


@pghistory.track()
class Tag(TagBase):
    """A free word beside the controlled vocabulary."""

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def get_absolute_url(self):
        return address_of("repository:tag_detail", self.slug)

    def slugify(self, tag, i=None):
        # Nothing is left of a word in another script, and a tag needs an address.
        slug = super().slugify(tag)
        slug = slug.strip("-") or "tag"
        return slug if i is None else f"{slug}_{i}"


@pghistory.track(
    meta={
        "indexes": [
            models.Index(fields=["content_type", "object_id"], name="tagged_item_event_object")
        ]
    }
)
class TaggedItem(GenericTaggedItemBase):
    """One tag on one object."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="items", verbose_name=_("tag"))

    class Meta:
        verbose_name = _("tagged item")
        verbose_name_plural = _("tagged items")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "tag"],
                name="tagged_item_unique",
                violation_error_message=_("This tag is already there."),
            ),
        ]

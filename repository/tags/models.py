import pghistory
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager, _TaggableManager
from taggit.models import GenericTaggedItemBase, TagBase

from repository.free_names import save_under_free_name
from repository.pages.addresses import address_of
from repository.tags import folding
from repository.tags.form_fields import TagsField

# The constraint name reported by the trigger in repository/sql/most_tags.sql.
MAX_TAGS = "tagged_item_most"
# Unique constraints of tags.
TAG_UNIQUE = (
    "repository_tag_name_key",
    "repository_tag_slug_key",
    "repository_tag_folded_key",
    # Its name in databases that were made by the first migrations.
    "repository_tag_folded_9bf40858_uniq",
)


class FoldedField(models.CharField):
    """The folded name of the same row (see repository/tags/folding.py)."""

    def __init__(self, **kwargs):
        kwargs |= {"editable": False, "max_length": folding.MAX_FOLDED_LENGTH}
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key in ("editable", "max_length"):
            kwargs.pop(key, None)
        return name, path, args, kwargs

    def pre_save(self, model_instance, add):
        folded = folding.fold(model_instance.name)
        setattr(model_instance, self.attname, folded)
        return folded


class TagQuerySet(models.QuerySet):
    def for_object(self, instance):
        """Return the tags of one object, in one query."""
        kind = ContentType.objects.get_for_model(instance)
        return self.filter(items__content_type=kind, items__object_id=instance.pk)

    def public(self, *, samples: bool = True):
        """Tags of public objects. Others have no page, as names of new tags are not reviewed.

        `samples` includes tags that only samples have.
        """
        shown = models.Q()
        for label, readable in folding.carriers.items():
            model = apps.get_model(label)
            rows = readable(model._default_manager.all())
            items = TaggedItem.objects.filter(
                tag=models.OuterRef("pk"),
                content_type=ContentType.objects.get_for_model(model),
                object_id__in=(rows if samples else rows.real()).values("pk"),
            )
            shown |= models.Q(models.Exists(items))
        return self.filter(shown, is_blocked=False)

    def visible_to(self, user):
        """The same for all users: staff find the other tags in the admin."""
        return self.public()

    def standing_for(self, folded) -> dict[str, "Tag"]:
        """Return existing tags by folded spelling, matching current and former names."""
        wanted = set(folded)
        # Former names first, so that current names override them.
        old = TagRedirect.objects.filter(folded__in=wanted).order_by("pk")
        found = {redirect.folded: redirect.tag_id for redirect in old}
        rows = self.filter(models.Q(folded__in=wanted) | models.Q(pk__in=found.values()))
        tags = {tag.pk: tag for tag in rows.order_by("pk")}
        by_spelling = {spelling: tags[pk] for spelling, pk in found.items() if pk in tags}
        return by_spelling | {tag.folded: tag for tag in tags.values() if tag.folded in wanted}

    def refused(self, names) -> set[str]:
        """Return the folded spellings of names that staff have blocked."""
        found = self.standing_for(map(folding.fold, names))
        return {spelling for spelling, tag in found.items() if tag.is_blocked}

    def resolve(self, names) -> list["Tag"]:
        """Return the tags for the names, without duplicates, creating missing ones.

        Former names are resolved to the current tag. Blocked tags are left out: forms refuse them.
        """
        spelled = {folding.fold(name): name for name in reversed(list(names))}
        with transaction.atomic():
            # Lock the tags so that none is blocked or merged before it is added.
            locked = self.select_for_update(no_key=True)
            found = locked.standing_for(spelled)
            # In a fixed order, to avoid deadlocks between transactions that create the same tags.
            for spelling, name in sorted(spelled.items()):
                if spelling not in found:
                    found[spelling] = self.find_or_create(spelling, name)
        tags = (found[spelling] for spelling in reversed(spelled))
        return [tag for tag in dict.fromkeys(tags) if not tag.is_blocked]

    def find_or_create(self, spelling: str, name: str) -> "Tag":
        """Return the tag of this spelling, creating it if it is missing.

        A concurrent transaction may create it, or another tag with the same slug.
        """
        locked = self.select_for_update(no_key=True)

        def save() -> Tag:
            found = locked.standing_for([spelling])
            return found[spelling] if spelling in found else self.create(name=name)

        return save_under_free_name(save, *TAG_UNIQUE)


@pghistory.track(exclude=["folded"])
class Tag(TagBase):
    """A free tag, beside the controlled vocabulary. A blocked tag stays stored to be refused."""

    folded = FoldedField(
        unique=True,
        error_messages={"unique": _("A tag with this name already exists in another spelling.")},
    )
    is_blocked = models.BooleanField(_("blocked"), default=False, editable=False)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def get_absolute_url(self):
        return address_of("repository:tag_detail", self.slug)

    def slugify(self, tag, i=None):
        # A name may have no characters that are allowed in a slug.
        base = super().slugify(tag).strip("-") or "tag"
        slug = base if i is None else f"{base}_{i}"
        # Former slugs of other tags are permanent redirects and cannot be reused.
        taken = set(
            TagRedirect.objects.filter(slug__startswith=base).values_list("slug", flat=True)
        )
        while slug in taken:
            i = (i or 0) + 1
            slug = f"{base}_{i}"
        return slug


@pghistory.track()
class TagRedirect(models.Model):
    """A former slug and spelling of a tag that was renamed or merged."""

    slug = models.SlugField(_("slug"), max_length=100, unique=True, allow_unicode=True)
    folded = models.CharField(max_length=folding.MAX_FOLDED_LENGTH, db_index=True)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="redirects", verbose_name=_("tag"))
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("old URL of a tag")
        verbose_name_plural = _("old URLs of tags")
        default_permissions = ()

    def __str__(self):
        return self.slug


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
                violation_error_message=_("This tag has already been added."),
            ),
        ]


class _Tags(_TaggableManager):
    """The tags of one object, matched by folded name."""

    def _to_tag_model_instances(self, tags, tag_kwargs):
        names = [tag for tag in tags if isinstance(tag, str)]
        made = Tag.objects.resolve(names) if names else []
        return list(dict.fromkeys([*(tag for tag in tags if not isinstance(tag, str)), *made]))

    def add(self, *tags, **kwargs):
        """Add tags; raise folding.TooMany if the object would have more than ten."""
        try:
            with transaction.atomic():
                super().add(*tags, **kwargs)
        except IntegrityError as error:
            diagnosis = getattr(error.__cause__, "diag", None)
            if getattr(diagnosis, "constraint_name", None) == MAX_TAGS:
                raise folding.TooMany from None
            raise


class Tags(TaggableManager):
    """The model field for tags."""

    def __init__(self, *args, **kwargs):
        kwargs |= {"through": "repository.TaggedItem", "blank": True, "manager": _Tags}
        kwargs.setdefault(
            "help_text", _("Up to ten, separated by commas. Capital letters don’t matter.")
        )
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": TagsField} | kwargs)

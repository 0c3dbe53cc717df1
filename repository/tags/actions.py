from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from repository.models import Tag, TaggedItem, TagRedirect
from repository.tags import folding
from repository.workflow import ActionRefused, action, lock_all


@action
def merge(*, tags: list[Tag], into: Tag, by: AbstractBaseUser) -> Tag:
    """Merge tags into one: move their objects to it and redirect their URLs."""
    locked = lock_tags([*tags, into])
    into = locked.pop(into.pk)
    if into.is_blocked:
        raise ActionRefused(_("The tag “%(name)s” is blocked. Choose another.") % {"name": into})
    for tag in locked.values():
        keep_address(tag, into)
        tag.redirects.update(tag=into)
        for item in tag.items.all():
            there = into.items.filter(
                content_type_id=item.content_type_id, object_id=item.object_id
            )
            if there.exists():
                item.delete()
            else:
                item.tag = into
                item.save(update_fields=["tag"])
        for move in folding.after_merge:
            move(tag.pk, into.pk)
        tag.delete()
    return into


@action
def rename(*, tag: Tag, name: str, by: AbstractBaseUser) -> Tag:
    """Rename a tag and redirect its old URL."""
    tag = lock_tags([tag])[tag.pk]
    name = " ".join(name.split())
    if not 0 < len(name) <= folding.MAX_LENGTH:
        raise ActionRefused(
            _("Enter a name of 1 to %(most)d characters.") % {"most": folding.MAX_LENGTH}
        )
    if name == tag.name:
        return tag
    other = Tag.objects.filter(folded=folding.fold(name)).exclude(pk=tag.pk).first()
    if other is not None:
        raise ActionRefused(
            _("The tag “%(name)s” already exists. Merge the two tags instead.") % {"name": other}
        )
    # If the new name is a former name of the tag, drop its redirect.
    tag.redirects.filter(folded=folding.fold(name)).delete()
    slug = tag.slugify(name)
    if slug != tag.slug:
        if Tag.objects.filter(slug=slug).exclude(pk=tag.pk).exists():
            slug = f"{slug}_{tag.pk}"
        keep_address(tag, tag)
    elif folding.fold(name) != tag.folded:
        keep_address(tag, tag, address=f"{tag.slug}_old-{tag.pk}")
    tag.name, tag.slug = name, slug
    try:
        with transaction.atomic():
            tag.save(update_fields=["name", "slug", "folded"])
    except IntegrityError:
        # A member created a tag of this name at the same time.
        raise ActionRefused(
            _("Someone has already added a tag with this name. Merge the two tags instead.")
        ) from None
    return tag


@action
def block(*, tags: list[Tag], by: AbstractBaseUser) -> None:
    """Block tags: remove them from all objects and refuse their spellings."""
    for tag in lock_tags(tags).values():
        TaggedItem.objects.filter(tag=tag).delete()
        if not tag.is_blocked:
            tag.is_blocked = True
            tag.save(update_fields=["is_blocked"])


@action
def unblock(*, tags: list[Tag], by: AbstractBaseUser) -> None:
    """Unblock tags. They are not restored to the objects they were removed from."""
    for tag in lock_tags(tags).values():
        if tag.is_blocked:
            tag.is_blocked = False
            tag.save(update_fields=["is_blocked"])


def lock_tags(tags: list[Tag]) -> dict[int, Tag]:
    """Lock tags and return them by primary key; raise ActionRefused if one no longer exists."""
    # Two editors may merge tags at the same time: re-read them under the lock.
    wanted = {tag.pk for tag in tags}
    found = {tag.pk: tag for tag in lock_all(Tag.objects.filter(pk__in=wanted))}
    if found.keys() != wanted:
        raise ActionRefused(_("One of these tags no longer exists."))
    return found


def keep_address(tag: Tag, into: Tag, *, address: str = "") -> None:
    """Redirect the URL and the spelling of `tag` to `into`."""
    TagRedirect.objects.update_or_create(
        slug=address or tag.slug, defaults={"folded": tag.folded, "tag": into}
    )

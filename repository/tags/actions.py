from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from repository.models import Tag, TaggedItem, TagRedirect
from repository.tags import folding
from repository.workflow import ActionRefused, action, lock_all


@action
def merge(*, tags: list[Tag], into: Tag, by: AbstractBaseUser) -> Tag:
    """Make one tag of several: what carries them carries it, and their addresses lead to it."""
    locked = lock_tags([*tags, into])
    into = locked.pop(into.pk)
    if into.is_blocked:
        raise ActionRefused(_("“%(name)s” is blocked: choose another tag.") % {"name": into})
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
    """Spell one tag otherwise; its old address leads to the new one."""
    tag = lock_tags([tag])[tag.pk]
    name = " ".join(name.split())
    if not 0 < len(name) <= folding.LONGEST:
        raise ActionRefused(
            _("Write a name of one to %(most)d characters.") % {"most": folding.LONGEST}
        )
    if name == tag.name:
        return tag
    other = Tag.objects.filter(folded=folding.fold(name)).exclude(pk=tag.pk).first()
    if other is not None:
        raise ActionRefused(
            _("There is a tag “%(name)s” already: merge the two.") % {"name": other}
        )
    # An old name comes back: it is no longer one.
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
        # A member made a tag of this name at the same moment.
        raise ActionRefused(_("There is a tag of this name now: merge the two.")) from None
    return tag


@action
def block(*, tags: list[Tag], by: AbstractBaseUser) -> None:
    """Take tags off everything and keep their spellings out."""
    for tag in lock_tags(tags).values():
        TaggedItem.objects.filter(tag=tag).delete()
        if not tag.is_blocked:
            tag.is_blocked = True
            tag.save(update_fields=["is_blocked"])


@action
def unblock(*, tags: list[Tag], by: AbstractBaseUser) -> None:
    """Let tags be used again. What they were taken off does not get them back."""
    for tag in lock_tags(tags).values():
        if tag.is_blocked:
            tag.is_blocked = False
            tag.save(update_fields=["is_blocked"])


def lock_tags(tags: list[Tag]) -> dict[int, Tag]:
    """The tags under row locks, by primary key; refused where one is gone."""
    # Two at the desk may merge at the same moment: the second sees what the first did.
    wanted = {tag.pk for tag in tags}
    found = {tag.pk: tag for tag in lock_all(Tag.objects.filter(pk__in=wanted))}
    if found.keys() != wanted:
        raise ActionRefused(_("One of these tags is no longer there."))
    return found


def keep_address(tag: Tag, into: Tag, *, address: str = "") -> None:
    """Note that the address and the spelling of `tag` lead to `into` from now on."""
    TagRedirect.objects.update_or_create(
        slug=address or tag.slug, defaults={"folded": tag.folded, "tag": into}
    )

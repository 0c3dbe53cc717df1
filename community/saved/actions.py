"""Save pages, and keep them in collections."""

from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from community.discussion.trust import lock_author
from community.models import Collection, SavedItem, User
from community.saved.items import is_public
from repository.workflow import ActionRefused, action, lock, lock_or_none

MAX_COLLECTIONS = 50
# In each collection, and in the list "Saved".
MAX_ITEMS = 500


@action
def save(*, subject: models.Model, by: User) -> SavedItem:
    """Save a page in the list "Saved". Idempotent, whichever collection it is in."""
    # All actions compare with other rows of the member, under the member's lock.
    by = lock_author(by)
    if not is_public(subject):
        raise ActionRefused(_("This page isn’t public, so you can’t save it."))
    saved = SavedItem.objects.visible_to(by).about(subject).first()
    if saved is None:
        check_space(None, by)
        saved = SavedItem.objects.create(subject=subject, member=by)
    return saved


@action
def edit(
    *, item: SavedItem, note: str, collection: Collection | None, new_name: str = "", by: User
) -> SavedItem:
    """Change the note of a saved page and its collection; `new_name` creates the collection."""
    by = lock_author(by)
    item = lock(SavedItem.objects.visible_to(by), item.pk)
    if new_name:
        collection = add_collection(new_name, by)
    elif collection is not None:
        collection = lock(Collection.objects.visible_to(by), collection.pk)
    if collection != item.collection:
        check_space(collection, by)
    item.note, item.collection = note, collection
    item.save(update_fields=["note", "collection"])
    return item


@action
def remove(*, item: SavedItem, by: User) -> None:
    """Remove a saved page with its note. Idempotent."""
    by = lock_author(by)
    found = lock_or_none(SavedItem.objects.visible_to(by), item.pk)
    if found is not None:
        found.delete()


@action
def create(*, name: str, by: User) -> Collection:
    """Create an empty collection."""
    return add_collection(name, lock_author(by))


@action
def rename(*, collection: Collection, name: str, by: User) -> Collection:
    """Give a collection another name."""
    by = lock_author(by)
    found = lock(Collection.objects.visible_to(by), collection.pk)
    check_name(name, by, but=found)
    found.name = name
    found.save(update_fields=["name"])
    return found


@action
def delete(*, collection: Collection, by: User) -> None:
    """Delete a collection with the saved pages in it. Idempotent."""
    by = lock_author(by)
    found = lock_or_none(Collection.objects.visible_to(by), collection.pk)
    if found is not None:
        found.delete()


def add_collection(name: str, by: User) -> Collection:
    check_name(name, by)
    if by.collections.count() >= MAX_COLLECTIONS:
        raise ActionRefused(
            _("You can have up to %(most)d collections. Delete one first.")
            % {"most": MAX_COLLECTIONS}
        )
    return Collection.objects.create(member=by, name=name)


def check_name(name: str, by: User, *, but: Collection | None = None) -> None:
    others = by.collections.exclude(pk=but.pk if but else None)
    # The list without a collection has a name as well.
    is_saved = name.casefold() == _("Saved").casefold()
    # As the constraint compares them: other functions differ for some letters.
    same = others.alias(folded=Lower("name")).filter(folded=Lower(Value(name)))
    if is_saved or same.exists():
        raise ActionRefused(_("You already have a collection with this name."))


def check_space(collection: Collection | None, by: User) -> None:
    if SavedItem.objects.visible_to(by).within(collection).count() < MAX_ITEMS:
        return
    name = collection.name if collection else _("Saved")
    raise ActionRefused(
        _("“%(name)s” can have up to %(most)d pages. Remove one or move it to another collection.")
        % {"name": name, "most": MAX_ITEMS}
    )

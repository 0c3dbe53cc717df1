from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community.accounts.names import impersonates
from community.models import (
    Comment,
    Experience,
    Membership,
    Revision,
    RevisionStatus,
    User,
)
from community.pages.stamps import touch_history, touch_members, touch_page
from community.translating.credits import originals_translated_by
from repository.models import CaseStudy
from repository.workflow import ActionRefused, action, lock


@action
def change_profile(
    *,
    user: User,
    by: User,
    display_name: str,
    handle: str,
    language: str,
    about: dict[str, Any] | None = None,
) -> User:
    """Change a member's display name, handle, language and profile.

    `about` has fields of `Membership`; without it the profile is not changed.
    """
    if by != user:
        raise ActionRefused(_("You can only change your own profile."))
    user = lock(User, user.pk)
    # Existing names are not checked, and administrators may set others at the desk.
    if display_name != user.display_name and impersonates(display_name):
        raise ActionRefused(
            _("This name could be mistaken for the site or its staff. Choose another one.")
        )
    is_renamed = (user.display_name, user.handle) != (display_name, handle)
    user.display_name, user.handle, user.language = display_name, handle, language
    try:
        with transaction.atomic():
            user.save(update_fields=["display_name", "handle", "language"])
    except IntegrityError:
        # Two members requested the same handle concurrently.
        raise ActionRefused(_("This handle is already taken. Choose another one.")) from None
    changed = about is not None and change_membership(user, about)
    if is_renamed or changed:
        touch_pages_naming(user)
    return user


def change_membership(user: User, about: dict[str, Any]) -> bool:
    """Save the profile; remove the verification if what it is based on has changed.

    Return whether what is shown beside the member's name has changed.
    """
    membership, _made = Membership.objects.select_for_update().get_or_create(member=user)
    before, shown = (membership.kind, membership.organization), beside_name(membership)
    themes = {name: about[name] for name in ("knows", "wants") if name in about}
    for name, value in about.items():
        if name not in themes:
            setattr(membership, name, value)
    if before != (membership.kind, membership.organization):
        membership.verified_at = membership.asked_at = None
        membership.proof = ""
    membership.save()
    for name, chosen in themes.items():
        getattr(membership, name).set(chosen)
    return shown != beside_name(membership)


def beside_name(membership: Membership) -> tuple[bool, str]:
    """What pages show beside a member's name."""
    return membership.is_verified, membership.byline


def touch_pages_naming(user: User) -> None:
    """Update the pages that show a member's name."""
    touch_members([user.pk])
    pages = set()
    for rows in (Comment.objects, Experience.objects):
        pages |= set(rows.filter(author=user).values_list("content_type_id", "object_id"))
    cases = CaseStudy.objects.published().filter(authors=user)
    kind = ContentType.objects.get_for_model(CaseStudy).pk
    pages |= {(kind, pk) for pk in cases.values_list("pk", flat=True)}
    for kind, pk in sorted(pages):
        subject = ContentType.objects.get_for_id(kind).get_all_objects_for_this_type(pk=pk).first()
        if subject is not None:
            touch_page(subject)
    for translated in originals_translated_by(user):
        touch_page(translated)
    accepted = Revision.objects.filter(by=user, status=RevisionStatus.ACCEPTED)
    for revision in accepted.order_by("case_id").distinct("case_id").select_related("case"):
        touch_history(revision.case)

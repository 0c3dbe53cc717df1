"""Permissions of brokers and administrators at the partnership desk."""

from django.db.models import Q

from community.accounts.roles import ADMINISTRATORS, BROKERS, added

KEPT_BY_BROKERS = ["cluster", "round"]


def add_to_roles() -> None:
    """Add the permissions of this app to the staff roles. Must run before groups are created."""
    ours = Q(content_type__app_label="partnerships")
    acts = [f"{verb}_{noun}" for noun in KEPT_BY_BROKERS for verb in ("add", "change", "delete")]
    rights = Q(codename__startswith="view_") | Q(codename__in=["broker", "change_brokering", *acts])
    texts = Q(content_type__app_label="community", content_type__model="cannedtext")
    added[BROKERS] = [ours & rights, texts]
    added[ADMINISTRATORS] = [ours]

"""Permissions of brokers and administrators at the partnership desk."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from community.accounts.roles import ADMINISTRATORS, BROKERS, added
from partnerships import permissions

KEPT_BY_BROKERS = ["cluster", "round"]


def add_to_roles() -> None:
    """Add the permissions of this app to the staff roles. Must run before groups are created."""
    ours = Q(content_type__app_label="partnerships")
    acts = [f"{verb}_{noun}" for noun in KEPT_BY_BROKERS for verb in ("add", "change", "delete")]
    rights = Q(codename__startswith="view_") | Q(codename__in=["broker", "change_brokering", *acts])
    texts = Q(content_type__app_label="community", content_type__model="cannedtext")
    added[BROKERS] = [ours & rights, texts]
    added[ADMINISTRATORS] = [ours]


def for_brokers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Restrict a view to brokers signed in at the desk."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permissions.can_broker(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper

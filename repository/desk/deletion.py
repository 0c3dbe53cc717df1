"""Deletions at the desk, which wait for imports and loads."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.admin import actions
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from repository.loading.locking import lock_for_desk
from repository.workflow import ActionRefused


def delete_locked(
    request: HttpRequest, delete: Callable[[], HttpResponse | None]
) -> HttpResponse | None:
    """Delete under the lock, and log it, or show why not."""
    try:
        with transaction.atomic():
            lock_for_desk()
            return delete()
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect(request.get_full_path())


@wraps(actions.delete_selected)
def delete_selected(modeladmin, request, queryset):
    def delete():
        return actions.delete_selected(modeladmin, request, queryset)

    is_confirmed = "post" in request.POST
    return delete_locked(request, delete) if is_confirmed else delete()

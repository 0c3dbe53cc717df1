"""Failed background work, on the first page of the desk for administrators."""

from typing import Any

from django.apps import apps
from django_tasks_db.models import DBTaskResult

from community.privacy.retention import missing_files

SHOWN = 10


def context() -> dict[str, Any]:
    """The latest failed tasks, their number, and rows whose file is missing."""
    failed = DBTaskResult.objects.failed()
    rows = list(failed.order_by("-finished_at")[:SHOWN])
    # The last sweep may have run before an upgrade that renamed a model.
    names = {model._meta.label: model._meta.verbose_name for model in apps.get_models()}
    missing = [(names[label], pk) for label, pk in missing_files() if label in names]
    return {
        "rows": rows,
        "total": failed.count() if len(rows) == SHOWN else len(rows),
        "missing": missing,
    }

"""The first page of the desk, for administrators: background tasks that failed."""

from typing import Any

from django_tasks_db.models import DBTaskResult

SHOWN = 10


def context() -> dict[str, Any]:
    """The newest of the failed tasks, and how many there are."""
    failed = DBTaskResult.objects.failed()
    rows = list(failed.order_by("-finished_at")[:SHOWN])
    return {"rows": rows, "total": failed.count() if len(rows) == SHOWN else len(rows)}

"""Former paths of tasks, so that tasks queued before the modules were moved still run.

Remove this module after the first release, when no such task is left.
"""

from django.tasks import Task
from django_tasks_db.models import DBTaskResult

PATHS = {
    "community.actions.survey.ask": "community.webinars.surveys.actions.ask",
    "community.actions.survey.end": "community.webinars.surveys.actions.end",
    "community.emails.deliver": "community.notices.emails.deliver",
    "community.emails.send_password_reset": "community.notices.emails.send_password_reset",
    "community.mailings.send_at_once": "community.notices.digests.send_at_once",
    "community.registration_mails.remind": "community.webinars.registrations.emails.remind",
    "community.upkeep.sweep_files": "community.privacy.retention.sweep_files",
    "partnerships.actions.round.compute": "partnerships.rounds.actions.compute",
}


def paths_of(task: Task) -> list[str]:
    """The current and former paths of a task, for filters on `task_path`."""
    return [task.module_path, *[old for old, new in PATHS.items() if new == task.module_path]]


def resolve(*, instance: DBTaskResult, **kwargs) -> None:
    """Replace a former path: a receiver of `post_init` of queue rows."""
    # A deferred field is not in the instance, and must not be fetched.
    if new := PATHS.get(instance.__dict__.get("task_path", "")):
        instance.task_path = new

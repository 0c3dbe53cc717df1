from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskLease(models.Model):
    """The lease of a running task by its worker, by the clock of the database."""

    task = models.OneToOneField(
        "django_tasks_database.DBTaskResult",
        models.CASCADE,
        primary_key=True,
        related_name="lease",
        verbose_name=_("task"),
    )
    expires_at = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("lease of a task")
        verbose_name_plural = _("leases of tasks")
        default_permissions = ()

    def __str__(self):
        return str(self.task_id)


class TaskStep(models.Model):
    """A completed step of a task, which must not be repeated when the task runs again."""

    task = models.ForeignKey(
        "django_tasks_database.DBTaskResult",
        models.CASCADE,
        related_name="steps",
        verbose_name=_("task"),
    )
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("step of a task")
        verbose_name_plural = _("steps of tasks")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task", "name"],
                name="task_step_once",
                violation_error_message=_("This step is already done."),
            ),
        ]

    def __str__(self):
        return self.name

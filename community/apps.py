from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = _("Community")

    def ready(self):
        from django.tasks.signals import task_finished, task_started

        from repository import series_figures as of_series
        from repository import tagging
        from repository.actions import webinar
        from repository.models.webinar import beside

        from . import series_figures, task_queue, tries
        from .actions import registration, survey

        tagging.carriers["community.Experience"] = tries.public
        tagging.after_merge.append(tries.move_follows)
        beside.append("survey")
        webinar.changed += [registration.after_change, survey.after_change]
        of_series.parts += [series_figures.people, series_figures.answers]
        # What the queue offers to those who add to it.
        task_started.connect(task_queue.begin)
        task_finished.connect(task_queue.finish)

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = _("Partnerships")

    def ready(self):
        from community.roles import create_groups

        from . import (
            case_lines,
            desk,
            lines,
            notices,
            personal_data,
            roles,
            series_figures,
            series_suggestions,
            sitemaps,
        )
        from .actions import undoing

        personal_data.declare()
        notices.declare()
        desk.declare()
        series_suggestions.declare()
        lines.declare()
        case_lines.declare()
        sitemaps.declare()
        series_figures.declare()
        roles.add_to_roles()
        undoing.declare()
        # Of the last app: the permissions of all are made by then.
        post_migrate.connect(create_groups, sender=self)

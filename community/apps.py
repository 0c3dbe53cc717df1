from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = _("Community")

    def ready(self):
        from repository import tagging

        from . import tries
        from .roles import create_groups

        tagging.carriers["community.Experience"] = tries.public
        tagging.after_merge.append(tries.move_follows)
        post_migrate.connect(create_groups, sender=self)

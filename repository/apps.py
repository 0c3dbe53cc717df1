from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _


class RepositoryConfig(AppConfig):
    name = "repository"
    verbose_name = _("Repository")

    def ready(self):
        from repository.dates import clock
        from repository.sql.install import install_after_migrate
        from repository.translations.reading import refuse_to_save

        install_after_migrate(self)
        pre_save.connect(refuse_to_save, dispatch_uid="translations")
        connection_created.connect(clock.difference.measure, dispatch_uid="clock")

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class WiringConfig(AppConfig):
    """Lets manage.py find the commands that start and prepare the whole house."""

    name = "config"


class ExchangeAdminConfig(AdminConfig):
    """The admin with our own site: its login goes through the accounts pages."""

    default_site = "config.admin_site.ExchangeAdminSite"

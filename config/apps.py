from django.contrib.admin.apps import AdminConfig


class ExchangeAdminConfig(AdminConfig):
    """The admin with our own site: its login goes through the accounts pages."""

    default_site = "config.admin_site.ExchangeAdminSite"

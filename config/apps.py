import sys
from importlib import import_module
from importlib.util import LazyLoader, find_spec, module_from_spec

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig

from config import telemetry


class WiringConfig(AppConfig):
    """Registers the management commands that start and prepare the site."""

    name = "config"

    def ready(self):
        import_module("config.checks")
        if settings.SENTRY_DSN:
            telemetry.report_errors()
        # Passkeys need cryptography, 10 MB in each worker, which allauth imports for every page.
        load_when_used("allauth.mfa.webauthn.internal.auth")


class ExchangeAdminConfig(AdminConfig):
    """The admin with ExchangeAdminSite, whose login uses the accounts pages."""

    default_site = "config.admin_site.ExchangeAdminSite"

    def ready(self):
        from tablib.formats import registry

        # django-import-export checks each tablib format for availability. For XLSX that imports
        # openpyxl, NumPy and Pillow, 18 MB in each worker: register a stand-in instead.
        registry.register("xlsx", object())
        import_module("import_export.formats.base_formats")
        registry.register_builtins()
        super().ready()


def load_when_used(name: str) -> None:
    """Import a module lazily: it is loaded on the first attribute access."""
    spec = find_spec(name)
    if name in sys.modules or spec is None or spec.loader is None:
        return
    spec.loader = LazyLoader(spec.loader)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    # Set it on the package, since importing by name would access an attribute and load it.
    package, _dot, last = name.rpartition(".")
    setattr(sys.modules[package], last, module)

import sys
from importlib import import_module
from importlib.util import LazyLoader, find_spec, module_from_spec

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class WiringConfig(AppConfig):
    """Lets manage.py find the commands that start and prepare the whole house."""

    name = "config"

    def ready(self):
        import_module("config.checks")
        # Passkeys need cryptography, 10 MB in each worker, of which allauth's pages hold the name.
        load_when_used("allauth.mfa.webauthn.internal.auth")


class ExchangeAdminConfig(AdminConfig):
    """The admin with our own site: its login goes through the accounts pages."""

    default_site = "config.admin_site.ExchangeAdminSite"

    def ready(self):
        from tablib.formats import registry

        # django-import-export asks tablib for each format to know which are available. For XLSX
        # that loads openpyxl, NumPy and Pillow, 18 MB in each worker: a stand-in answers instead.
        registry.register("xlsx", object())
        import_module("import_export.formats.base_formats")
        registry.register_builtins()
        super().ready()


def load_when_used(name: str) -> None:
    """Let a module be imported by name, and be loaded when something of it is asked for."""
    spec = find_spec(name)
    if name in sys.modules or spec is None or spec.loader is None:
        return
    spec.loader = LazyLoader(spec.loader)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    # Where it is found at once: to look it up by name would be to ask something of it.
    package, _dot, last = name.rpartition(".")
    setattr(sys.modules[package], last, module)

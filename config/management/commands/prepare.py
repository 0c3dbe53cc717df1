import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from config.preflight import check_database, check_pgvector
from config.translations import compile_translations
from repository.models import Country


class Command(BaseCommand):
    help = (
        "Update the database, translations and static files to this version. Run it after each "
        "update. It does nothing if everything is up to date."
    )

    def handle(self, *, verbosity: int, **options):
        check_database()
        check_pgvector()
        # Run the checks that call_command skips, such as whether the database can be migrated.
        call_command("migrate", interactive=False, verbosity=verbosity, skip_checks=False)
        call_command("createcachetable", verbosity=verbosity)
        Country.objects.refresh_names()
        compile_translations()
        if not settings.PLAIN_STATIC_FILES:
            collect_static_files(verbosity=verbosity)


def collect_static_files(*, verbosity: int) -> None:
    """Hash and compress the static files, unless those of this version exist already."""
    stamp = Path(settings.STATIC_ROOT) / "version"
    # The lock file identifies the versions of packages, which include static files.
    packages = hashlib.sha256((settings.BASE_DIR / "requirements.lock").read_bytes()).hexdigest()
    version = f"{settings.RELEASE} {packages}"
    if stamp.exists() and stamp.read_text() == version:
        return
    call_command("collectstatic", interactive=False, verbosity=verbosity)
    stamp.write_text(version)

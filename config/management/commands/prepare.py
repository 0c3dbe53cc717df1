import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from config import migrating
from config.preflight import check_database, check_owner, check_pgvector
from config.static_files import remember_release, remove_old_releases
from config.translations import compile_translations
from repository.models import Country


class Command(BaseCommand):
    help = (
        "Update the database, translations and static files to this version, as the owner of the "
        "database and on a direct connection. Run it after each update. It does nothing if "
        "everything is up to date."
    )

    def handle(self, *, verbosity: int, **options):
        check_database()
        with migrating.one_at_a_time(self.stdout):
            check_owner()
            check_pgvector()
            migrating.migrate(verbosity=verbosity, out=self.stdout)
            call_command("createcachetable", verbosity=verbosity)
            Country.objects.refresh_names()
            compile_translations()
            if not settings.PLAIN_STATIC_FILES:
                collect_static_files(verbosity=verbosity)


def collect_static_files(*, verbosity: int) -> None:
    """Hash and compress the static files, unless those of this version exist already."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / "version"
    # The lock file identifies the versions of packages, which include static files.
    packages = hashlib.sha256((settings.BASE_DIR / "requirements.lock").read_bytes()).hexdigest()
    version = f"{settings.RELEASE} {packages}"
    if stamp.exists() and stamp.read_text() == version:
        return
    remember_release(root)
    call_command("collectstatic", interactive=False, verbosity=verbosity)
    remember_release(root)
    remove_old_releases(root)
    stamp.write_text(version)

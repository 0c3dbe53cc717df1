import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from community.moderation.canned_texts.loading import load_canned_translations
from config import migrating
from config.preflight import check_database, check_owner, check_pgvector
from config.static_files import remember_release, remove_old_releases
from config.translations import compile_translations
from repository.models import Country
from repository.site_pages.loading import load_site_pages


class Command(BaseCommand):
    help = (
        "Update the database, translations and static files to this version, as the owner of the "
        "database and on a direct connection. Run it after each update. It does nothing if "
        "everything is up to date."
    )
    # The checks of models ask the database for its version; `migrate` runs them.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parts = parser.add_mutually_exclusive_group()
        parts.add_argument(
            "--files",
            action="store_true",
            help="only translations and static files: needs no database, for a container image",
        )
        parts.add_argument("--database", action="store_true", help="only the database")

    def handle(self, *, files: bool, database: bool, verbosity: int, **options):
        if files:
            prepare_files(verbosity=verbosity)
            return
        check_database()
        with migrating.one_at_a_time(self.stdout):
            check_owner()
            check_pgvector()
            migrating.turn_off_jit()
            migrating.migrate(verbosity=verbosity, out=self.stdout)
            call_command("createcachetable", verbosity=verbosity)
            Country.objects.refresh_names()
            load_site_pages()
            load_canned_translations()
            if not database:
                prepare_files(verbosity=verbosity)


def prepare_files(*, verbosity: int) -> None:
    """Compile the translations, and hash and compress the static files."""
    compile_translations()
    if not settings.PLAIN_STATIC_FILES:
        collect_static_files(verbosity=verbosity)


def collect_static_files(*, verbosity: int) -> None:
    """Hash and compress the static files, unless those of this version exist already."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / "version"
    # The lock file identifies the versions of packages, which include static files.
    lock = settings.BASE_DIR / "requirements" / "production.lock"
    packages = hashlib.sha256(lock.read_bytes()).hexdigest()
    version = f"{settings.RELEASE} {packages}"
    if stamp.exists() and stamp.read_text() == version:
        return
    remember_release(root)
    call_command("collectstatic", interactive=False, verbosity=verbosity)
    remember_release(root)
    remove_old_releases(root)
    stamp.write_text(version)

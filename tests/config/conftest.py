"""Starting the project as a person would: another process, an environment of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = {
    *["ALLOWED_HOSTS", "CACHE_URL", "COUNTS_WRITTEN_EVERY", "DATABASE_POOL_SIZE", "DATABASE_URL"],
    "FIGURES_KEPT_FOR",
    *["DATA_DIR", "DEBUG"],
    *["DEFAULT_FROM_EMAIL", "DEMO", "DJANGO_SETTINGS_MODULE", "MAIL_URL", "PAGES_CACHE"],
    "SECRET_KEY",
    *["SECURITY_CONTACT", "SITE_URL", "STATIC_ROOT", "TESTING", "TRUSTED_PROXIES"],
    "WORKER_THREADS",
}

# A site as an operator would set it up. No server listens at port 1.
PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "exchange.example",
    "DATABASE_URL": "postgres://exchange:secret@127.0.0.1:1/exchange",
    "MAIL_URL": "smtp://localhost",
}


def environment(**changes: str | None) -> dict[str, str]:
    """This process's environment, with none of our settings but those given."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return kept | {name: value for name, value in changes.items() if value is not None}


@pytest.fixture
def run(tmp_path):
    """Run Python with these arguments and settings; return what came of it."""

    def run(*arguments: str, **settings: str | None) -> subprocess.CompletedProcess:
        settings.setdefault("DATA_DIR", str(tmp_path / "data"))
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment(**settings),
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run

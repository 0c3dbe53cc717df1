"""Starting the project in another process with its own environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# May also be in the file that SECRET_KEY_FILE and so on name.
SECRETS = {
    *["CACHE_URL", "DATABASE_URL", "EMBEDDINGS_KEY", "MAIL_URL", "S3_ACCESS_KEY"],
    *["S3_SECRET_KEY", "SECRET_KEY", "TRANSLATION_KEY"],
}
SETTINGS = SECRETS | {
    *(f"{name}_FILE" for name in SECRETS),
    *["ALLOWED_HOSTS", "CONTACT", "COUNTS_WRITTEN_EVERY"],
    *["DATABASE_POOLER", "DATABASE_POOL_SIZE"],
    *["EMBEDDINGS_MODEL", "EMBEDDINGS_PASSAGE_PREFIX"],
    *["EMBEDDINGS_QUERY_PREFIX", "EMBEDDINGS_URL"],
    *["FIGURES_KEPT_FOR", "LOG_FORMAT"],
    *["DATA_DIR", "DEBUG"],
    *["DEFAULT_FROM_EMAIL", "DEMO", "DJANGO_SETTINGS_MODULE", "PAGES_CACHE"],
    *["REPLY_ADDRESS", "S3_BUCKET", "S3_ENDPOINT_URL", "S3_PUBLIC_URL", "S3_REGION", "SAMPLE"],
    *["SECURITY_CONTACT", "SITE_URL", "STATIC_ROOT", "TESTING", "TRUSTED_PROXIES"],
    "TRANSLATION_URL",
    "WORKER_THREADS",
}

# The settings of a production site. No server listens at port 1.
PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "exchange.example",
    "DATABASE_URL": "postgres://exchange:secret@127.0.0.1:1/exchange",
    "MAIL_URL": "smtp://localhost",
}


def environment(**changes: str | None) -> dict[str, str]:
    """The environment of this process, with only the given settings of the project."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return kept | {name: value for name, value in changes.items() if value is not None}


@pytest.fixture
def run(tmp_path):
    """Run Python with these arguments and settings; return the completed process."""

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

"""Processes of tests that run code of the site, such as a task worker."""

import subprocess
import sys
from pathlib import Path

from tests.config.conftest import ROOT, environment
from tests.processes import url_of_database


def start_python(code: str, folder: Path, **variables: str) -> subprocess.Popen:
    """Start a process that runs code with the test database, and a folder for its data."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(
            TESTING="1",
            DATA_DIR=str(folder),
            DATABASE_URL=url_of_database(),
            DJANGO_SETTINGS_MODULE="config.settings",
            **variables,
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

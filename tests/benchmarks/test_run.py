"""The benchmark leaves nothing behind, however it ends."""

import subprocess
import sys
import time

import psutil
import psycopg
import pytest
from django.conf import settings as site

from tests.config.conftest import ROOT, environment
from tests.servers import said_by


def databases(process) -> list[str]:
    """The scratch databases of one benchmark."""
    with psycopg.connect(site.DATABASE_URL) as server:
        pattern = f"exchange_bench_{process.pid}_%"
        rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
        return [name for (name,) in rows]


@pytest.mark.proof(group="starts", sample=3)
def test_stop_programs_after_a_signal(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "benchmarks/run.py"],
        cwd=ROOT,
        env=environment(DATABASE_URL=site.DATABASE_URL, TMPDIR=str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        # Its first database is there, and programs of its own run.
        while process.poll() is None and not databases(process):
            time.sleep(0.05)
        children = psutil.Process(process.pid).children(recursive=True)
        assert children
        assert (len(databases(process)), len(list(tmp_path.iterdir()))) == (1, 1)
        process.terminate()
        assert said_by(process) == ["The benchmark was stopped."]
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 1
    assert [child for child in children if child.is_running()] == []
    assert (databases(process), list(tmp_path.iterdir())) == ([], [])

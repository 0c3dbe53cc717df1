"""The benchmark can be run, and leaves nothing behind, however it ends."""

import subprocess
import sys
import time

import psutil
import psycopg
import pytest
from django.conf import settings as site

from benchmarks.pages import PAGES
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


@pytest.mark.proof(group="benchmark", sample=0)
@pytest.mark.slow(90)
def test_run_a_quick_benchmark(tmp_path):
    results = ROOT / "benchmarks" / "results.md"
    before = results.read_text()
    process = subprocess.run(
        [sys.executable, "benchmarks/run.py", "--quick"],
        cwd=ROOT,
        env=environment(DATABASE_URL=site.DATABASE_URL, TMPDIR=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, "")
    rows = [line.split("|")[1].strip() for line in process.stdout.splitlines() if "|" in line]
    assert [row for row in rows if row in {page.name for page in PAGES}] == [
        page.name for page in PAGES
    ]
    assert results.read_text() == before

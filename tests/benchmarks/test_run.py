"""The benchmark can be run, and leaves nothing behind, however it ends."""

import subprocess
import sys
import time

import psycopg
import pytest
from django.conf import settings as site

from tests.config.conftest import ROOT, environment
from tests.servers import said_by

COMMAND = [sys.executable, "-m", "benchmarks.run"]


def environment_in(folder) -> dict[str, str]:
    return environment(DATABASE_URL=site.DATABASE_URL, TMPDIR=str(folder))


def has_database(process) -> bool:
    with psycopg.connect(site.DATABASE_URL) as server:
        found = server.execute(
            "SELECT FROM pg_database WHERE datname = %s", [f"exchange_bench_{process.pid}"]
        )
        return found.rowcount == 1


@pytest.mark.proof(group="starts", sample=3)
def test_leave_nothing_behind_after_a_signal(tmp_path):
    process = subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        env=environment_in(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while process.poll() is None and not has_database(process):
            time.sleep(0.05)
        assert len(list(tmp_path.iterdir())) == 1
        process.terminate()
        assert said_by(process) == ["The benchmark was stopped."]
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 1
    assert (has_database(process), list(tmp_path.iterdir())) == (False, [])


@pytest.mark.proof(group="benchmark", sample=0)
@pytest.mark.slow(90)
@pytest.mark.parametrize(
    ("options", "rows"),
    [
        ([], {"home", "home, repeated", "search by meaning", "case, 200 comments, signed in"}),
        (["--scale", "2"], {"case", "list of two facets", "search, rare word"}),
    ],
)
def test_run_a_quick_benchmark(tmp_path, options, rows):
    files = list((ROOT / "benchmarks").glob("*.md"))
    before = [file.read_text() for file in files]
    process = subprocess.run(
        [*COMMAND, "--quick", *options],
        cwd=ROOT,
        env=environment_in(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, "")
    shown = {line.split("|")[1].strip() for line in process.stdout.splitlines() if "|" in line}
    assert rows < shown
    assert [file.read_text() for file in files] == before

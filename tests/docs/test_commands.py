"""The commands of docs/operations.md and the pages behind it, in a folder in place of / ."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from config.backups.programs import program
from tests import databases
from tests.config.conftest import PRODUCTION, ROOT, environment
from tests.docs.blocks import blocks_of
from tests.factories import SpeakerFactory

# Programs that change the system or need a network or a terminal only note their arguments.
STAND_INS = ["apt-get", "chown", "git", "pipx", "systemctl", "useradd", "uv"]
STAND_IN = '#!/bin/sh\necho "$(basename "$0") $*" >> "$NOTES"\n'
# The real one, without the question for a password.
CREATEUSER = """#!/bin/sh
for each; do shift; [ "$each" = --pwprompt ] || set -- "$@" "$each"; done
exec {createuser} "$@"
"""
RSYNC = '#!/bin/sh\nmkdir -p "$3" && cp -a "$2." "$3"\n'
GUIDE = "operations.md"
ROLES = ["exchange", "exchange_owner"]
NAMES = ["exchange", "exchange_restored"]


class Machine:
    """A folder in place of /, with a checkout in /srv/exchange, and the server of the tests."""

    def __init__(self, folder: Path, migrated: str):
        self.folder = folder
        self.migrated = migrated
        self.notes = folder / "notes"
        self.site = folder / "srv" / "exchange"
        for path in ["bin", "etc/systemd/system", "srv/exchange", "srv/backup", "usr/local/bin"]:
            (folder / path).mkdir(parents=True)
        for name in [".venv", "manage.py", "deploy", "repository", "locale", "requirements"]:
            (self.site / name).symlink_to(ROOT / name)
        for name in STAND_INS:
            self.write_program(name, STAND_IN)
        with databases.server_connection() as server:
            known, version = server.info, server.info.server_version // 10_000
            self.place = {"PGHOST": known.host, "PGPORT": str(known.port), "PGUSER": known.user}
        for name in ["createdb", "psql"]:
            (folder / "bin" / name).symlink_to(program(name, least=version))
        real = program("createuser", least=version)
        self.write_program("createuser", CREATEUSER.format(createuser=real))
        if shutil.which("rsync") is None:
            self.write_program("rsync", RSYNC)
        self.address = urlsplit(settings.DATABASE_URL)

    def write_program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def url(self, database: str, user: str) -> str:
        place = self.address.netloc.rpartition("@")[2]
        return self.address._replace(netloc=f"{user}@{place}", path=f"/{database}").geturl()

    def run(self, text: str, database: str, user: str = "postgres") -> str:
        """Run a block as the site on a database."""
        text = text.replace("/srv/", f"{self.folder}/srv/").replace("/etc/", f"{self.folder}/etc/")
        text = text.replace("/usr/local/", f"{self.folder}/usr/local/")
        own = environment(
            TESTING="1",
            DATABASE_URL=self.url(database, user),
            DATA_DIR=str(self.site / ".data"),
            STATIC_ROOT=str(self.site / "staticfiles"),
            NOTES=str(self.notes),
            PATH=f"{self.folder}/bin:{self.folder}/usr/local/bin:/usr/bin:/bin",
            **self.place,
            **self.settings_file,
        )
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            cwd=self.site,
            env=own,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stdout

    @property
    def settings_file(self) -> dict[str, str]:
        """The variables by which `exchange` finds the settings, and the present user."""
        return {
            "EXCHANGE_ENV": str(self.folder / "etc" / "exchange.env"),
            "EXCHANGE_USER": pwd.getpwuid(os.getuid()).pw_name,
        }

    def write_settings(self) -> None:
        """Write those of the guide, as far as they hold here, and one that a shell would run."""
        [block] = [each for each in blocks_of("operations.md") if each.language == "env"]
        own = dict(line.split("=", 1) for line in block.text.splitlines()) | {
            "SECRET_KEY": PRODUCTION["SECRET_KEY"],
            "DATABASE_URL": self.url("exchange", "postgres"),
            "DATA_DIR": str(self.site / ".data"),
            "DEFAULT_FROM_EMAIL": "Exchange & Co <office@exchange.example>",
            "EMBEDDINGS_URL": "",
            "TESTING": "1",
        }
        lines = [f"{name}={value}\n" for name, value in own.items()]
        (self.folder / "etc" / "exchange.env").write_text("".join(lines))

    def use_migrated(self) -> None:
        """Replace the new database by a migrated one, which saves half a minute."""
        databases.copy(self.migrated, "exchange")

    def clear(self) -> None:
        for name in NAMES:
            databases.drop(name)
        for role in ROLES:
            databases.execute(f"DROP ROLE IF EXISTS {role}")


@pytest.fixture
def machine(tmp_path, empty_database, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        machine = Machine(tmp_path, empty_database)
        machine.clear()
        yield machine
        machine.clear()


def commands_of(page: str, heading: str | None = None) -> list[str]:
    return [
        block.text
        for block in blocks_of(page)
        if block.language == "sh" and heading in (None, block.heading)
    ]


pytestmark = [
    pytest.mark.proof(in_turn=True, group="commands of the documentation"),
    pytest.mark.slow(60),
]


def test_install(machine):
    for text in commands_of(GUIDE, "Install"):
        machine.run(text, "postgres")
    with databases.server_connection("exchange") as server:
        found = server.execute("SELECT extname FROM pg_extension WHERE extname = 'vector'")
        assert found.fetchall() == [("vector",)]
    machine.use_migrated()
    for text in commands_of(GUIDE, "Settings"):
        machine.run(text, "exchange")
    assert (machine.folder / "etc" / "exchange.env").stat().st_mode & 0o777 == 0o600
    machine.write_settings()
    for text in commands_of(GUIDE, "Start"):
        machine.run(text, "exchange")
    with databases.server_connection("exchange") as server:
        cases = server.execute("SELECT count(*) FROM repository_casestudy").fetchone()
    assert cases > (0,)
    units = {path.name for path in (machine.folder / "etc/systemd/system").iterdir()}
    notes = machine.notes.read_text().splitlines()
    enabled = [line for line in notes if line.startswith("systemctl enable --now ")]
    names = " ".join(enabled).replace("systemctl enable --now ", "").split()
    assert {name if "." in name else f"{name}.service" for name in names} <= units


def test_install_with_two_roles(machine):
    for text in commands_of("operations/install.md", "Two roles"):
        machine.run(text, "postgres")
    folder = machine.folder / "etc"
    assert (folder / "exchange-owner.env").stat().st_mode & 0o777 == 0o600
    drop_in = folder / "systemd/system/exchange-prepare.service.d/two-roles.conf"
    # The variables that the unit reads come from there.
    assert "EnvironmentFile=/etc/exchange-owner.env" in drop_in.read_text()


def test_update_and_daily_commands(machine):
    machine.use_migrated()
    for page in ["operations/update.md", "operations/daily.md"]:
        for text in commands_of(page):
            machine.run(text, "exchange")
    notes = machine.notes.read_text().splitlines()
    restarted = next(line for line in notes if line.startswith("systemctl restart "))
    for name in restarted.removeprefix("systemctl restart ").split():
        assert (ROOT / "deploy" / f"{name}.service").exists()
    # It does not start the optional engine where it is not used.
    assert "systemctl try-restart exchange-embeddings" in notes
    reports = sorted(path.name for path in (machine.folder / "srv" / "reports").iterdir())
    assert reports == ["yearly-report-2026-fr.html", "yearly-report-2026-fr.pdf"]


def test_run_what_cron_runs(machine):
    machine.use_migrated()
    machine.write_settings()
    crontab = [each.text for each in blocks_of("operations/daily.md") if each.language == "cron"]
    for line in "".join(crontab).splitlines():
        *_when, user, command = line.split(maxsplit=6)
        assert user == "exchange"
        # As cron does: /bin/sh, and hardly any variables. It mails whatever is printed.
        command = command.replace("/srv/", f"{machine.folder}/srv/")
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            env={"HOME": "/", "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"} | machine.settings_file,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert crontab


def test_back_up_and_restore(machine):
    machine.use_migrated()
    databases.execute("CREATE ROLE exchange LOGIN")
    with databases.using("exchange"):
        SpeakerFactory(photo="speakers/somebody.jpeg")
    (machine.site / ".data" / "media" / "speakers").mkdir(parents=True)
    (machine.site / ".data" / "media" / "speakers" / "somebody.jpeg").write_bytes(b"picture")
    folder = machine.folder / "srv" / "backup"
    first, nightly, without_files = commands_of("operations/backup.md", "Make a backup")
    machine.run(first, "exchange")
    # The name in the examples.
    [made] = folder.iterdir()
    made.rename(folder / "2026-11-28T023000")
    machine.run(nightly, "exchange")
    machine.run(without_files, "exchange")
    first_name, second_name, media = sorted(path.name for path in folder.iterdir())
    assert (first_name, media) == ("2026-11-28T023000", "media")
    assert not (folder / second_name / "media").exists()
    weekly, verify, compare = commands_of("operations/backup.md", "Prove that it can be restored")
    machine.run(weekly, "exchange")
    [timer] = machine.notes.read_text().splitlines()[-1].split()[3:]
    assert (ROOT / "deploy" / timer).exists()
    # What the unit reads from the file.
    unit = (ROOT / "deploy" / timer).with_suffix(".service").read_text()
    settings_of_unit = machine.folder / "etc" / "exchange-verify.env"
    assert settings_of_unit.stat().st_mode & 0o777 == 0o600
    names = [line.partition("=")[0] for line in settings_of_unit.read_text().splitlines()]
    assert names == ["SERVER", "PGPASSWORD"]
    assert "EnvironmentFile=/etc/exchange-verify.env" in unit
    assert "--server ${SERVER} " in unit
    assert "can be restored." in machine.run(verify, "exchange")
    assert "The site has all 1 files of " in machine.run(compare, "exchange")
    new_database, restore, finish = commands_of("operations/backup.md", "Restore")
    machine.run(new_database, "exchange")
    assert "Ended all sessions." in machine.run(restore, "exchange_restored", "exchange")
    assert "systemctl start exchange-prepare" in machine.notes.read_text().splitlines()
    assert "Ended all sessions." in machine.run(finish, "exchange_restored", "exchange")

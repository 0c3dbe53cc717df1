"""The examples of systemd units start what exists, with the right user and environment."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

pytestmark = pytest.mark.without_database

DEPLOY = Path(settings.BASE_DIR) / "deploy"
UNITS = sorted(
    path for kind in ("service", "timer", "conf") for path in DEPLOY.glob(f"exchange-*.{kind}")
)
FAILURE = "exchange-failure@%n.service"
MANAGE = "/srv/exchange/.venv/bin/python manage.py "


def options(unit: Path) -> list[tuple[str, str]]:
    lines = [line for line in unit.read_text().splitlines() if "=" in line and line[0] != "#"]
    return [tuple(line.split("=", 1)) for line in lines]


def values(unit: Path, name: str) -> list[str]:
    return [value for key, value in options(unit) if key == name]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_start_a_command_of_the_project(unit):
    starts = [value for key, value in options(unit) if key.startswith("ExecStart")]
    assert unit.suffix == ".timer" or starts
    for command in starts:
        if " -m " in command:
            assert command.endswith("python -m config.failed_unit %i")
            continue
        if "pgbackrest" in command:
            assert " --stanza=exchange " in command
            continue
        [name] = re.findall(r"\.venv/bin/python manage\.py (\w+)", command)
        assert name in get_commands()


def test_tell_administrators_of_each_unit_that_fails():
    told = {unit.name for unit in UNITS if values(unit, "OnFailure") == [FAILURE]}
    # But not of that one, again and again.
    services = {unit.name for unit in UNITS if unit.suffix == ".service"}
    assert services - told == {"exchange-failure@.service"}
    [failure] = [unit for unit in UNITS if "failure" in unit.name]
    # Each restart of a unit is a failure.
    assert values(failure, "StartLimitIntervalSec") == ["1h"]
    assert values(failure, "StartLimitBurst") == ["1"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_name_units_that_exist(unit):
    named = {
        name
        for key in ["After", "Requires", "Wants", "Unit"]
        for value in values(unit, key)
        for name in value.split()
        if name.startswith("exchange")
    }
    assert named <= {path.name for path in UNITS}


def test_prepare_with_the_rights_of_the_owner_and_no_other_unit():
    prepares = [unit for unit in UNITS if f"{MANAGE}prepare" in values(unit, "ExecStart")]
    with_owner = [
        unit for unit in UNITS if "/etc/exchange-owner.env" in values(unit, "EnvironmentFile")
    ]
    assert [unit.name for unit in prepares] == ["exchange-prepare.service"]
    assert [unit.name for unit in with_owner] == ["exchange-prepare-two-roles.conf"]
    # A process can read the environment of others of the same user.
    users = {unit.name: values(unit, "User") for unit in UNITS if unit.suffix == ".service"}
    assert users.pop("exchange-archive@.service") == ["postgres"]
    assert users.pop("exchange-prepare.service") == ["exchange-prepare"]
    assert {*map(tuple, users.values())} == {("exchange",)}
    # The site starts after it, and not without it.
    web = DEPLOY / "exchange-web.service"
    assert values(web, "Requires") == ["exchange-prepare.service"]
    assert "exchange-prepare.service" in values(web, "After")[0].split()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_accepts_the_units(tmp_path):
    program = tmp_path / "python"
    program.symlink_to("/bin/true")
    for unit in UNITS:
        text = unit.read_text().replace("/srv/exchange/.venv/bin/python", str(program))
        text = text.replace("/usr/bin/pgbackrest", str(program))
        folder = tmp_path
        if unit.suffix == ".conf":
            folder = tmp_path / "exchange-prepare.service.d"
            folder.mkdir()
        (folder / unit.name).write_text(text)
    # Templates are started by an instance.
    names = [path.name.replace("@.", "@a.") for path in UNITS if path.suffix != ".conf"]
    units = [tmp_path / name for name in names]
    done = subprocess.run(
        ["systemd-analyze", "verify", *units],
        capture_output=True,
        text=True,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    ours = [line for line in done.stderr.splitlines() if "exchange" in line]
    assert (ours, done.returncode) == ([], 0)

"""The command `exchange`: which user and settings it chooses, and how it reads them."""

import importlib.machinery
import importlib.util
import os
import pwd
import random
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.config.conftest import PRODUCTION, ROOT

pytestmark = pytest.mark.without_database
PROGRAM = ROOT / "deploy" / "exchange"
# It reads files in the format of EnvironmentFile= with systemd's own code.
SYSTEMD = Path("/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator")


@pytest.fixture
def exchange():
    loader = importlib.machinery.SourceFileLoader("exchange", str(PROGRAM))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("exchange", loader))
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A=a&b; touch /tmp/c", {"A": "a&b; touch /tmp/c"}),
        ("A=$(id) `id` ${HOME} $HOME", {"A": "$(id) `id` ${HOME} $HOME"}),
        ("A='$(id)' 'b'", {"A": "$(id)b"}),
        ('A="a\\"b\\$c\\n"', {"A": 'a"b$c\\n'}),
        ("A=it's # no comment  ", {"A": "it's # no comment"}),
        ("A=one\\\ntwo\nB=\\ x", {"A": "onetwo", "B": " x"}),
        ("# A=1\n; B=2\n  C = 3\nexport D=4\nE\n1F=5\nG=", {"C": "3", "G": ""}),
        ('A="two\nlines"\r\nB=1\r\n', {"A": "two\nlines", "B": "1"}),
        ("A=mail://user:p%40ss@host?x=1&y=2", {"A": "mail://user:p%40ss@host?x=1&y=2"}),
        ("A='not ended\nB=1", {"A": "not ended\nB=1"}),
        ("A=1\nA=2", {"A": "2"}),
    ],
)
def test_read_settings_without_a_shell(exchange, text, found):
    assert exchange.parse(text) == found


def systemd(text: str, folder: Path) -> dict[str, str]:
    """Return what systemd reads; it leaves empty values out."""
    path = folder / "environment.d" / "exchange.conf"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, newline="")
    own = {"XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    written = subprocess.run([SYSTEMD], env=own, capture_output=True, text=True, check=True).stdout
    known = {"n": "\n", "t": "\t", "r": "\r"}
    return {
        name: re.sub(r"\\(.)", lambda part: known.get(part[1], part[1]), quoted or plain)
        for name, quoted, plain in re.findall(
            r'^(?!QT_)(\w+)=(?:"((?:\\.|[^"\\])*)"|(.*))$', written, re.MULTILINE
        )
        if quoted or plain
    }


# Without `$`, which has a meaning to this program of systemd only.
PIECES = ["K=", "K =", "K=", "\n", "\n", "'", '"', "\\", " ", "x", "&", "#", ";", "=", "\\\n", "\r"]


@pytest.mark.skipif(not SYSTEMD.exists(), reason="systemd is not installed")
def test_read_settings_as_systemd_does(exchange, tmp_path):
    chance = random.Random(5)
    for _time in range(300):
        pieces = chance.choices(PIECES, k=chance.randint(1, 14))
        text = "".join(
            piece.replace("K", f"K{number}") for number, piece in enumerate(pieces)
        ).rstrip("\\")
        read = {name: value for name, value in exchange.parse(text).items() if value}
        assert read == systemd(text, tmp_path), repr(text)


@pytest.fixture
def started(exchange, monkeypatch, tmp_path):
    """Start a command as root of a machine with these users; return the user and the settings."""
    (tmp_path / "exchange.env").write_text("DATABASE_URL=site\nMAIL_URL=a&b\n")
    monkeypatch.setattr(exchange, "ENVIRONMENT", tmp_path / "exchange.env")
    users = {"exchange": 1001, "exchange-prepare": 1002}
    accounts = {
        name: SimpleNamespace(pw_name=name, pw_uid=number, pw_gid=number, pw_dir="/home")
        for name, number in users.items()
    }
    monkeypatch.setattr(pwd, "getpwnam", accounts.__getitem__)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    calls = []
    for name in ("initgroups", "setgid", "setuid", "chdir", "umask", "execve"):
        monkeypatch.setattr(os, name, lambda *given, name=name: calls.append((name, given)))

    def started(*command: str) -> tuple[int, dict[str, str]]:
        calls.clear()
        exchange.main(*command)
        # Groups before the user, who may not change them.
        assert [name for name, _given in calls[:3]] == ["initgroups", "setgid", "setuid"]
        [(number,)] = [given for name, given in calls if name == "setuid"]
        python, arguments, own = calls[-1][1]
        assert arguments == [python, "manage.py", *command]
        return number, own

    return started


def test_choose_the_user_and_the_settings(started, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET", "of root")
    number, own = started("prune", "--verbosity=0")
    assert (number, own["DATABASE_URL"], own["MAIL_URL"]) == (1001, "site", "a&b")
    assert "SECRET" not in own
    assert started("prepare")[0] == 1002
    # With two roles.
    (tmp_path / "exchange-owner.env").write_text("DATABASE_URL=owner\n")
    found = {
        command: (number, own["DATABASE_URL"])
        for command in ("prepare", "limit_role", "restore_backup", "finish_restore", "serve")
        for number, own in [started(command)]
    }
    assert found == {
        "prepare": (1002, "owner"),
        "limit_role": (1002, "owner"),
        "restore_backup": (1001, "owner"),
        "finish_restore": (1001, "owner"),
        "serve": (1001, "site"),
    }


def test_refuse_another_user_than_root(started, exchange, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    with pytest.raises(SystemExit, match=r"Run this as root, or as exchange\."):
        exchange.main("prune")


def run(tmp_path: Path, *command: str, **own: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [PROGRAM, *command],
        env={
            "PATH": os.environ["PATH"],
            "EXCHANGE_ENV": str(tmp_path / "exchange.env"),
            "EXCHANGE_USER": pwd.getpwuid(os.getuid()).pw_name,
        }
        | own,
        cwd="/",
        capture_output=True,
        text=True,
    )


def test_run_a_command_with_hostile_settings(tmp_path):
    hostile = f"exchange&touch {tmp_path}/made;$(touch {tmp_path}/made)"
    lines = [f"{name}={value}\n" for name, value in PRODUCTION.items()]
    (tmp_path / "exchange.env").write_text("".join([*lines, f"DEFAULT_FROM_EMAIL={hostile}\n"]))
    show = "from django.conf import settings; print(settings.DEFAULT_FROM_EMAIL)"
    done = run(tmp_path, "shell", "--no-imports", "-c", show)
    assert (done.stderr, done.stdout, done.returncode) == ("", f"{hostile}\n", 0)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        ({"EXCHANGE_ENV": "/missing"}, "/missing can’t be read (No such file or directory).\n"),
        ({"EXCHANGE_USER": "nobody-else"}, "There is no user nobody-else: docs/operations.md"),
    ],
)
def test_refuse_what_is_not_set_up(tmp_path, own, reason):
    done = run(tmp_path, "check", **own)
    assert done.returncode == 1
    assert done.stderr.startswith(reason)

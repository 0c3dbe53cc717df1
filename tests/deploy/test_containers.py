"""The examples for containers, as far as they can be read without running them."""

import os
import re
import runpy
import shutil
import subprocess
import urllib.request

import pytest
import yaml
from django.core.management import get_commands

from tests.config.conftest import ROOT, SETTINGS
from tests.docs.blocks import blocks_of

pytestmark = pytest.mark.without_database

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
OURS = {name: each for name, each in COMPOSE.items() if each["image"] == "exchange"}
HEALTHCHECK = str(DEPLOY / "healthcheck.py")


def commands_of(container: dict) -> list[str]:
    """Return the commands of manage.py that a container runs, one after the other."""
    return re.findall(r"python manage\.py (\w+)", " ".join(container["command"]))


def test_start_commands_of_the_project():
    started = {name: commands_of(each) for name, each in OURS.items()}
    assert started == {
        "prepare": ["prepare"],
        "web": ["serve"],
        "tasks": ["db_worker"],
        "daily": ["prune", "send_digests", "ask_authors", "ask_cities"],
        "backup": ["backup"],
        "check": ["check_site"],
    }
    assert {name for names in started.values() for name in names} <= get_commands().keys()


def test_run_what_timers_run_elsewhere():
    """Each command of a unit of systemd is in a container too, but the weekly test of a backup."""
    units = [path.read_text() for path in DEPLOY.glob("exchange-*.service")]
    found = set(re.findall(r"ExecStart=.* manage\.py (\w+)", "\n".join(units)))
    started = {name for each in OURS.values() for name in commands_of(each)}
    assert found - started == {"verify_backup", "serve_embeddings"}


@pytest.mark.parametrize("name", OURS)
def test_set_what_the_site_reads(name):
    service = OURS[name]
    assert service["environment"].keys() <= SETTINGS
    files = {
        value.removeprefix("/run/secrets/")
        for key, value in service["environment"].items()
        if key.endswith("_FILE")
    }
    # A file of a secret that is not passed on would stop the start.
    assert files <= {*service["secrets"]}


@pytest.mark.parametrize("name", OURS)
def test_give_containers_no_rights(name):
    service = OURS[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_start_after_what_is_needed():
    for name, service in OURS.items():
        conditions = {key: each["condition"] for key, each in service["depends_on"].items()}
        expected = {"prepare": "service_completed_successfully"}
        assert conditions == ({"postgres": "service_healthy"} if name == "prepare" else expected)


def test_name_services_that_exist():
    nginx = (DEPLOY / "nginx" / "compose.conf").read_text()
    assert re.findall(r"server (\w+):8000", nginx) == ["web"]


def test_share_uploaded_files_and_settings():
    """At the paths that the image gives to the user of the site."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    image = (DEPLOY / "Dockerfile").read_text()
    owned = re.findall(r"--owner=exchange --group=exchange (?:--mode=700 )?(.*)", image)
    paths = {path for line in owned for path in line.rstrip("\\ ").split()}
    for service in OURS.values():
        assert service["env_file"] == "exchange.env"
        mounted = dict(each.split(":") for each in service["volumes"])
        assert mounted["files"] == "/data"
        assert mounted.keys() <= compose["volumes"].keys()
        assert {*mounted.values()} <= paths
    assert "backups:/backup" in OURS["backup"]["volumes"]


@pytest.mark.parametrize(
    ("hosts", "asked"),
    [("exchange.example, web1", "exchange.example"), (".exchange.example", "exchange.example")],
)
def test_ask_the_web_server_by_a_name_of_the_site(monkeypatch, hosts, asked):
    requests = []
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)
    monkeypatch.setattr(urllib.request, "urlopen", lambda sent, timeout: requests.append(sent))
    runpy.run_path(HEALTHCHECK)
    [sent] = requests
    assert (sent.full_url, sent.headers) == ("http://127.0.0.1:8000/healthz", {"Host": asked})


def test_report_a_web_server_that_does_not_respond(monkeypatch):
    def refuse(sent, timeout):
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    with pytest.raises(SystemExit, match="refused"):
        runpy.run_path(HEALTHCHECK)


def test_only_the_web_container_has_static_files_of_other_releases():
    folder = OURS["web"]["environment"]["SHARED_STATIC_ROOT"]
    assert [name for name, each in OURS.items() if f"static:{folder}" in each["volumes"]] == ["web"]


STAND_IN = '#!/bin/sh\necho "$(basename "$0") $*" >> "$NOTES"\n'


def test_commands_of_the_documentation(tmp_path):
    """With a stand-in for Docker, which only notes what it is asked."""
    programs, notes = tmp_path / "bin", tmp_path / "notes"
    (tmp_path / "deploy").mkdir()
    shutil.copy(DEPLOY / "compose.yaml", tmp_path / "deploy")
    programs.mkdir()
    (programs / "docker").write_text(STAND_IN)
    (programs / "docker").chmod(0o755)
    own = {"PATH": f"{programs}:{os.environ['PATH']}", "NOTES": str(notes)}
    blocks = [each for each in blocks_of("operations/containers.md") if each.language == "sh"]
    for block in blocks:
        command = ["bash", "-euo", "pipefail", "-c", block.text]
        subprocess.run(command, cwd=tmp_path, env=own, check=True)
    # They make all files that Compose reads.
    whole = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    read = {each["file"] for each in whole["secrets"].values()}
    read |= {name for each in COMPOSE.values() for name in listed(each.get("env_file", []))}
    assert [name for name in read if not (tmp_path / "deploy" / name).read_text().strip()] == []
    asked = [line.split() for line in notes.read_text().splitlines()]
    for program, *words in asked:
        assert [program, *words[:3]] == ["docker", "compose", "--file", "deploy/compose.yaml"]
        verb, *rest = words[3:]
        services = [word for word in rest if not word.startswith("-")][:1]
        assert verb in {"exec", "restart", "run", "up"}
        assert {*services} <= COMPOSE.keys()
        if "manage.py" in words:
            assert words[words.index("manage.py") + 1] in get_commands()


def listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names

"""The examples for containers, as far as they can be read without running them."""

import os
import re
import runpy
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator

import pytest
import yaml
from django.core.management import get_commands

from tests.config.conftest import ROOT, SETTINGS
from tests.docs.blocks import blocks_of

pytestmark = pytest.mark.without_database

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
OURS = {name: each for name, each in COMPOSE.items() if each["image"] == "exchange"}
OBJECTS = yaml.safe_load((DEPLOY / "kubernetes.yaml").read_text())["items"]
HEALTHCHECK = str(DEPLOY / "healthcheck.py")
# What runs each day, by the units of systemd.
DAILY = {"prune", "send_digests", "ask_authors", "ask_cities"}


def pods() -> Iterator[tuple[str, dict]]:
    """The names and specifications of all pods."""
    for each in OBJECTS:
        spec = each.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template:
            yield each["metadata"]["name"], template["spec"]


PODS = dict(pods())


def command_of(container: dict) -> str:
    python, manage, name, *_rest = container["command"]
    assert (python, manage) == ("python", "manage.py")
    return name


def test_start_commands_of_the_project():
    started = {command_of(each) for each in OURS.values()}
    assert started == {"prepare", "serve", "db_worker", "serve_embeddings"}
    of_pods = {command_of(each) for pod in PODS.values() for each in pod["containers"]}
    assert of_pods == started | DAILY
    assert of_pods <= get_commands().keys()


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


def test_set_what_the_site_reads_in_kubernetes():
    named = {
        name
        for each in OBJECTS
        if each["kind"] in ("ConfigMap", "Secret")
        for name in each.get("data", each.get("stringData"))
    }
    assert {"ALLOWED_HOSTS", "DATABASE_URL", "MAIL_URL", "SECRET_KEY"} <= named <= SETTINGS
    of_pods = {
        entry["name"] for pod in PODS.values() for entry in pod["containers"][0].get("env", [])
    }
    assert of_pods - {"POD_IP"} <= SETTINGS


@pytest.mark.parametrize("name", OURS)
def test_give_containers_no_rights(name):
    service = OURS[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", PODS)
def test_give_pods_no_rights(name):
    assert PODS[name]["securityContext"]["runAsNonRoot"] is True
    for container in PODS[name]["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        }
        volumes = {each["name"] for each in PODS[name]["volumes"]}
        assert {each["name"] for each in container["volumeMounts"]} == volumes


def test_migrate_past_the_pooler():
    own = COMPOSE["prepare"]["environment"]
    assert own["DATABASE_POOLER"] == ""
    assert own["DATABASE_URL_FILE"] == "/run/secrets/direct_database_url"
    sources = PODS["exchange-prepare-1"]["containers"][0]["envFrom"]
    # The last source wins.
    assert sources[-1] == {"secretRef": {"name": "exchange-prepare"}}


def test_start_after_what_is_needed():
    for name in ("web1", "web2", "tasks"):
        conditions = {key: each["condition"] for key, each in COMPOSE[name]["depends_on"].items()}
        assert conditions == {
            "prepare": "service_completed_successfully",
            "pgbouncer": "service_started",
            "valkey": "service_started",
        }


def test_name_services_that_exist():
    nginx = (DEPLOY / "nginx" / "compose.conf").read_text()
    assert re.findall(r"server (\w+):8000", nginx) == ["web1", "web2"]
    selected = {
        each["metadata"]["name"]: each["spec"]["selector"]["app"]
        for each in OBJECTS
        if each["kind"] == "Service"
    }
    labels = {
        each["spec"]["template"]["metadata"]["labels"]["app"]
        for each in OBJECTS
        if each["kind"] == "Deployment"
    }
    assert {*selected.values()} <= labels
    assert {*selected} == {"exchange-web", "exchange-embeddings"}


def test_let_the_monitoring_ask_each_pod():
    """Prometheus asks pods by their addresses, and the site refuses other hosts than its own."""
    [container] = PODS["exchange-web"]["containers"]
    [address, hosts] = container["env"]
    assert address["valueFrom"] == {"fieldRef": {"fieldPath": "status.podIP"}}
    [config] = [each for each in OBJECTS if each["kind"] == "ConfigMap"]
    assert hosts["value"] == f"{config['data']['ALLOWED_HOSTS']},$({address['name']})"


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


def test_only_web_containers_share_static_files_in_compose():
    """At the path that the image gives to the user of the site."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    mounted = {
        name: each["volumes"]
        for name, each in services.items()
        if each.get("image") == "exchange" and "volumes" in each
    }
    folder = services["web1"]["environment"]["SHARED_STATIC_ROOT"]
    assert mounted == {name: [f"static:{folder}"] for name in ("web1", "web2")}
    assert "static" in compose["volumes"]
    owned = re.search(
        r"install --directory --owner=exchange .*", (DEPLOY / "Dockerfile").read_text()
    )
    assert folder in owned[0].split()


def test_web_pods_share_static_files_in_kubernetes():
    items = yaml.safe_load((DEPLOY / "kubernetes.yaml").read_text())["items"]
    by_name = {(each["kind"], each["metadata"]["name"]): each for each in items}
    folder = by_name["ConfigMap", "exchange"]["data"]["SHARED_STATIC_ROOT"]
    claim = by_name["PersistentVolumeClaim", "exchange-static"]
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    pod = by_name["Deployment", "exchange-web"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["fsGroup"] == 10001
    volume = {"claimName": "exchange-static"}
    assert {"name": "static", "persistentVolumeClaim": volume} in pod["volumes"]
    [container] = pod["containers"]
    assert {"name": "static", "mountPath": folder} in container["volumeMounts"]


STAND_IN = '#!/bin/sh\necho "$(basename "$0") $*" >> "$NOTES"\n'


def test_commands_of_the_documentation(tmp_path):
    """With stand-ins for Docker and Kubernetes, which only note what they are asked."""
    programs, notes = tmp_path / "bin", tmp_path / "notes"
    (tmp_path / "deploy").mkdir()
    shutil.copy(DEPLOY / "compose.yaml", tmp_path / "deploy")
    programs.mkdir()
    for name in ("docker", "kubectl"):
        (programs / name).write_text(STAND_IN)
        (programs / name).chmod(0o755)
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
    assert {words[0] for words in asked} == {"docker", "kubectl"}
    names = {each["metadata"]["name"] for each in OBJECTS if each["kind"] == "Deployment"}
    for program, *words in asked:
        if program == "kubectl":
            assert {word.removeprefix("deployment/") for word in words if "/" in word} <= names
        else:
            assert words[:3] == ["compose", "--file", "deploy/compose.yaml"]
            verb, *rest = words[3:]
            services = [word for word in rest if not word.startswith("-")][:1]
            assert verb in {"build", "exec", "restart", "run", "up"}
            assert {*services} <= COMPOSE.keys()
        if "manage.py" in words:
            assert words[words.index("manage.py") + 1] in get_commands()


def listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names

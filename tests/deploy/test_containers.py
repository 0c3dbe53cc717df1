"""The examples for containers, as far as they can be read without running them."""

import re

import yaml

from tests.config.conftest import ROOT

DEPLOY = ROOT / "deploy"


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

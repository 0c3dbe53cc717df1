"""The shipped configurations of nginx, with ports and folders of a test or a rehearsal.

Without Django, which the rehearsal starts in other processes only.
"""

import getpass
from collections.abc import Mapping
from pathlib import Path

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"


def changed(file: Path, changes: Mapping[str, str]) -> str:
    """Return the text of a configuration; each part to be changed must occur in it, and once."""
    text = file.read_text()
    for part, other in changes.items():
        assert text.count(part) == 1, part
        text = text.replace(part, other)
    return text


def nginx_configuration(
    folder: Path, port: int, application_port: int, *, tls_port: int = 0
) -> Path:
    """Write the shipped configuration with other ports and paths; with TLS if it has a port."""
    changes = {
        "/var/www/letsencrypt": f"{folder}/letsencrypt",
        "user www-data;": f"user {getpass.getuser()};",
        "error_log /var/log/nginx/error.log": f"error_log {folder}/error.log",
        "access_log /var/log/nginx/access.log": f"access_log {folder}/access.log",
        "server 127.0.0.1:8000 max_fails=0;": f"server 127.0.0.1:{application_port};",
        "proxy_cache_path /var/cache/exchange-pages": f"proxy_cache_path {folder}/pages",
        "\n        listen 80 default_server;": f"\n        listen 127.0.0.1:{port} default_server;",
    }
    path = written(folder, "nginx.conf", changes)
    if tls_port:
        text = path.read_text().replace("#tls ", "").replace("#tls", "")
        place = "/etc/letsencrypt/live/exchange.example"
        text = text.replace(f"{place}/fullchain.pem", f"{folder}/certificate.pem")
        text = text.replace(f"{place}/privkey.pem", f"{folder}/key.pem")
        path.write_text(
            text.replace("\n        listen 443 ", f"\n        listen 127.0.0.1:{tls_port} ")
        )
    return path


def compose_configuration(folder: Path) -> Path:
    """Write the configuration of the container with a name that this machine knows."""
    changes = {
        "server web:8000 max_fails=0;": "server 127.0.0.1:8001;",
        "proxy_cache_path /var/cache/nginx/pages": f"proxy_cache_path {folder}/pages",
    }
    return written(folder, "nginx/compose.conf", changes)


def written(folder: Path, name: str, changes: Mapping[str, str]) -> Path:
    """Write a configuration of nginx, and the files that it includes."""
    own = " ".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path = folder / "nginx.conf"
    usual = {"pid /run/nginx.pid;": f"pid {folder}/nginx.pid;", "http {": f"http {{ {own}"}
    text = changed(DEPLOY / name, {**changes, **usual})
    path.write_text(text.replace("include /srv/exchange/deploy/nginx/", f"include {folder}/"))
    (folder / "rules.conf").write_text((DEPLOY / "nginx/rules.conf").read_text())
    errors = {"root /srv/exchange/deploy;": f"root {DEPLOY};"}
    (folder / "locations.conf").write_text(changed(DEPLOY / "nginx/locations.conf", errors))
    return path

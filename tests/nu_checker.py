"""The Nu HTML checker, a Java program that deploy/ensure-vnu fetches from npm."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from django.conf import settings

# Optimizing a program that runs for seconds would take longer than it saves. Code compiled by the
# first tier needs more stack.
JAVA = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m"]


def jar() -> Path | None:
    """Return the path of the program, from the environment or deploy/ensure-vnu."""
    named = os.environ.get("VNU_JAR")
    kept = sorted((settings.BASE_DIR / ".data" / "tools").glob("vnu-*.jar"))
    return Path(named) if named else kept[-1] if kept else None


def hindrance() -> str:
    """Return the reason why it cannot run on this machine; empty if it can."""
    if not shutil.which("java"):
        return "there is no Java"
    if not jar() and not shutil.which("npm"):
        return "there is no npm to fetch the checker with"
    return ""


def check(pages: dict[str, str], folder: Path) -> list[str]:
    """Return the errors in pages, `{name: HTML}`, each with the name of the page and the line."""
    names = {}
    for number, (name, html) in enumerate(pages.items()):
        file = folder / f"{number}.html"
        file.write_text(html, encoding="utf-8")
        names[file.name] = name
    done = subprocess.run(
        [*JAVA, "-jar", jar(), "--errors-only", "--format", "json", folder],
        capture_output=True,
        text=True,
    )
    return [
        f"{names[found['url'].rpartition('/')[2]]}, line {found.get('lastLine')}: "
        f"{found['message']} {found.get('extract', '')!r}"
        for found in json.loads(done.stderr)["messages"]
    ]

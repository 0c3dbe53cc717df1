"""The lock files are those of pyproject.toml: from a package index of what they list."""

import os
import re
import shutil
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from tests.config.conftest import ROOT

pytestmark = pytest.mark.without_database
LOCKS = sorted(f"requirements/{path.name}" for path in ROOT.glob("requirements/*.lock"))
PINNED = re.compile(r"^(\S+?)==([^ ;]+).*\n((?: +--hash=sha256:.*\n)+)", re.MULTILINE)


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def make_index(folder: Path) -> None:
    """Write an index with a wheel, of invented name, for each hash in the lock files."""
    for name, version, hashes in PINNED.findall(
        "".join((ROOT / lock).read_text() for lock in LOCKS)
    ):
        try:
            metadata = distribution(name).read_text("METADATA")
        except PackageNotFoundError:  # of another system
            metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        links = []
        for number, digest in enumerate(re.findall(r"sha256:(\w+)", hashes), 1):
            wheel = f"{name.replace('-', '_')}-{version}-{number}-py3-none-any.whl"
            links.append(
                f'<a href="/{wheel}#sha256={digest}" data-core-metadata="true">{wheel}</a>'
            )
            (folder / f"{wheel}.metadata").write_text(metadata)
        (folder / "simple" / name).mkdir(parents=True, exist_ok=True)
        (folder / "simple" / name / "index.html").write_text("\n".join(links))


@pytest.mark.proof(in_turn=True)
def test_lock_files_are_those_of_the_project(tmp_path):
    make_index(tmp_path)
    project = tmp_path / "project"
    for folder in ("deploy", "requirements"):
        (project / folder).mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "deploy/lock"):
        shutil.copy(ROOT / name, project / name)
    serve = partial(Handler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever).start()
        variables = {
            "PATH": f"{ROOT / '.uv' / 'bin'}:{os.environ['PATH']}",
            "UV_CACHE_DIR": str(tmp_path / "cache"),
            "UV_DEFAULT_INDEX": f"http://127.0.0.1:{server.server_port}/simple",
            "UV_PYTHON_DOWNLOADS": "never",
        }
        command = [project / "deploy" / "lock"]
        # The second time the lock files are there.
        for _time in range(2):
            done = subprocess.run(
                command, env=os.environ | variables, capture_output=True, text=True, check=False
            )
            if done.returncode:
                break
        server.shutdown()
    assert (done.returncode, done.stderr) == (0, "")
    for name in LOCKS:
        assert (project / name).read_text() == (ROOT / name).read_text(), name

"""A script that is run again downloads and changes nothing."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.conftest import ROOT

pytestmark = pytest.mark.without_database

SCRIPTS = sorted(path.name for path in (ROOT / "deploy").glob("ensure-*"))
# Whatever fetches something.
FETCHING = ["apt-get", "npm", "npx", "pip", "uv"]
# The others: test_lock.py runs `lock` again, and test_receive.py the command of `receive-mail`, and
# healthcheck.py only sends a request.
RUN_AGAIN = {*SCRIPTS, "bootstrap", "draw_land.py"}
OTHERS = {"exchange", "healthcheck.py", "lock", "receive-mail"}


@pytest.fixture
def run_again(tmp_path):
    """Run a script with programs that refuse to fetch anything; return its process and calls."""
    calls = tmp_path / "calls"
    calls.touch()
    for name in FETCHING:
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho "$0 $@" >>"{calls}"\nexit 1\n')
        program.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}

    def run_again(name: str) -> tuple[subprocess.CompletedProcess, str]:
        done = subprocess.run(
            [ROOT / "deploy" / name], env=environment, capture_output=True, text=True, timeout=600
        )
        return done, calls.read_text()

    return run_again


@pytest.mark.parametrize("script", SCRIPTS)
def test_programs_are_found_again(run_again, script):
    first, calls = run_again(script)
    if calls:
        pytest.skip("not fetched on this machine")
    second, calls = run_again(script)
    assert (first.returncode, first.stderr) == (0, "")
    assert (second.returncode, second.stdout, second.stderr) == (0, first.stdout, "")
    assert calls == ""


@pytest.mark.parametrize(
    ("ci", "status", "said"),
    [("", 0, ""), ("true", 1, "The tests need npm to fetch axe: apt-get install npm\n")],
)
def test_axe_may_be_missing_but_in_ci(tmp_path, ci, status, said):
    """On a machine without npm, where nothing was fetched before."""
    (tmp_path / "deploy").mkdir()
    script = shutil.copy(ROOT / "deploy" / "ensure-axe", tmp_path / "deploy")
    (tmp_path / "dirname").symlink_to(shutil.which("dirname"))
    own = {"PATH": str(tmp_path), "CI": ci}
    done = subprocess.run([script], env=own, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", said)


def test_environment_is_left_alone(run_again):
    """`make` has made it."""
    files = [ROOT / ".venv" / "installed.lock", *ROOT.glob("locale/*/LC_MESSAGES/*.mo")]
    assert len(files) > 1
    before = [changed_at(file) for file in files]
    done, calls = run_again("bootstrap")
    assert (done.returncode, done.stdout, done.stderr, calls) == (0, "", "", "")
    assert [changed_at(file) for file in files] == before


def changed_at(file: Path) -> int:
    return file.stat().st_mtime_ns


def test_land_is_drawn_again(tmp_path):
    island = [[0, 0], [10, 0], [0, 10], [-10, 0], [0, -10]]
    land = {"geometries": [{"type": "Polygon", "arcs": [[0]]}]}
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [island],
        "objects": {"land": land},
    }
    (tmp_path / "land.json").write_text(json.dumps(topology))
    command = [sys.executable, "-m", "deploy.draw_land", str(tmp_path / "land.json")]
    drawn = [
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout for _ in range(2)
    ]
    assert drawn[0].startswith(b"<svg ")
    assert drawn[0] == drawn[1]
    assert [path.name for path in tmp_path.iterdir()] == ["land.json"]


def test_all_scripts_are_run_again():
    files = [path for path in (ROOT / "deploy").iterdir() if path.is_file()]
    scripts = {path.name for path in files if path.read_bytes().startswith(b"#!")}
    scripts |= {path.name for path in files if path.suffix == ".py"}
    assert scripts == RUN_AGAIN | OTHERS

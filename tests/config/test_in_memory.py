import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import in_memory
from tests.config.conftest import ROOT, environment


def start(command: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.in_memory", "sh", "-c", command],
        cwd=ROOT,
        env=environment(DATA_DIR="elsewhere"),
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def _room():
    with in_memory.data_folder() as settings:
        if not settings:
            pytest.skip(f"There is no room in {in_memory.MEMORY}")


@pytest.mark.usefixtures("_room")
def test_leave_nothing_in_memory():
    process = start('echo "$DATA_DIR"; test -d "$DATA_DIR" && touch "$DATA_DIR/file"; exit 7')
    folder = process.communicate()[0].strip()
    assert Path(folder).parent == in_memory.MEMORY
    assert (process.returncode, Path(folder).exists()) == (7, False)


@pytest.mark.usefixtures("_room")
@pytest.mark.parametrize(
    ("sent", "seconds", "code"),
    [(signal.SIGTERM, 60, 128 + signal.SIGTERM), (signal.SIGINT, 1, 0)],
)
def test_leave_nothing_in_memory_after_a_signal(sent, seconds, code):
    """The terminal sends Ctrl-C to the command as well, which decides when to exit."""
    process = start(f'echo "$DATA_DIR"; exec sleep {seconds}')
    folder = Path(process.stdout.readline().strip())
    os.kill(process.pid, sent)
    process.communicate()
    assert (process.returncode, folder.exists()) == (code, False)


def test_use_the_disk_if_memory_is_full(monkeypatch):
    monkeypatch.setattr(in_memory, "ROOM", 2**60)
    with in_memory.data_folder() as settings:
        assert settings == {}


def test_use_the_disk_without_a_memory_file_system(monkeypatch, tmp_path):
    monkeypatch.setattr(in_memory, "MEMORY", tmp_path / "nowhere")
    with in_memory.data_folder() as settings:
        assert settings == {}

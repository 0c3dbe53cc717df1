import os
import signal
import subprocess
import sys
import time

from config.processes import run_together
from tests.processes import wait_until

# Writes its name to a file when it is ready, and to the end of another when it is told to stop.
PROGRAM = """
import signal, sys, time
from pathlib import Path

folder, name, pause = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])

def stop(number, frame):
    time.sleep(pause)
    with open(folder / "stopped", "a") as file:
        file.write(name + "\\n")
    sys.exit()

signal.signal(signal.SIGTERM, stop)
(folder / name).touch()
while True:
    time.sleep(1)
"""


def test_optional_programs_stop_after_those_that_use_them(tmp_path):
    def command(name: str, pause: str) -> list[str]:
        return [sys.executable, "-c", PROGRAM, str(tmp_path), name, pause]

    def stop_when_ready(still_running) -> None:
        while still_running() and not all(
            (tmp_path / name).exists() for name in ("worker", "engine")
        ):
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    code = run_together(
        [command("worker", "0.5")],
        optional=[command("engine", "0")],
        when_started=stop_when_ready,
    )
    assert code == 0
    assert (tmp_path / "stopped").read_text().split() == ["worker", "engine"]


def test_a_signal_ends_what_is_done_while_programs_start(tmp_path):
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), "worker", "0"]
    began = []

    def load(still_running) -> None:
        while still_running() and not (tmp_path / "worker").exists():
            time.sleep(0.05)
        began.append(True)
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("This goes on after the signal.")

    assert (run_together([command], when_started=load), began) == (0, [True])
    assert (tmp_path / "stopped").read_text().split() == ["worker"]


# Runs a program until it is killed itself.
PARENT = """
import sys

import django

django.setup()

from config.processes import run_together

run_together([sys.argv[1:]], when_started=lambda still_running: None)
"""


def test_programs_stop_when_their_parent_is_killed(tmp_path):
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), "worker", "0"]
    parent = subprocess.Popen([sys.executable, "-c", PARENT, *command])
    wait_until((tmp_path / "worker").exists, parent)
    parent.kill()
    parent.wait()
    end = time.monotonic() + 10
    while not (tmp_path / "stopped").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert (tmp_path / "stopped").read_text().split() == ["worker"]

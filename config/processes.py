"""Starting the server and its companions, and ending them together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from django.conf import settings

STOPPED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 15  # seconds that programs get to end after they are told to

# Tells each program which process started it, so that the next start can end those left behind.
STARTED_BY = "EXCHANGE_STARTED_BY"


def server_command(*, host: str, port: int, workers: int) -> list[str]:
    """The command of the web server."""
    return [
        *[sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host],
        *["--port", str(port), "--workers", str(workers)],
        *["--blocking-threads", str(settings.WORKER_THREADS)],
        *["--workers-kill-timeout", "10", "--respawn-failed-workers", "--no-ws"],
        *["--log-level", "warning", "config.worker:application"],
    ]


def run_together(
    commands: list[list[str]], *, when_started: Callable[[Callable[[], bool]], None] | None = None
) -> int:
    """Run programs side by side until one ends or this process is told to stop; then end all.

    Returns 0 when told to stop, else what the program that ended says. The address of the database
    goes with them, so that only this process minds the embedded one.
    """
    told: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        told.append(number)

    before = {number: signal.signal(number, stop) for number in STOPPED_BY}
    environment = os.environ | {
        "DATABASE_URL": settings.DATABASE_URL,
        "DATA_DIR": str(settings.DATA_DIR),
        STARTED_BY: mark(os.getpid()),
    }
    # In groups of their own, so that Ctrl-C reaches this process alone: workers of the server that
    # are told to stop twice, by the terminal and by their parent, do not stop at all.
    programs = [
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, process_group=0)
        for command in commands
    ]

    def all_running() -> bool:
        return not told and all(program.poll() is None for program in programs)

    try:
        if when_started:
            when_started(all_running)
        while all_running():
            time.sleep(0.2)
        codes = [program.poll() for program in programs]
        for program in programs:
            program.terminate()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and any(program.poll() is None for program in programs):
            time.sleep(0.1)
    finally:
        for program in programs:
            program.kill()
            program.wait()
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0 if told else next((code for code in codes if code), 1)


def mark(process: int) -> str:
    """A process and when it began: numbers alone are used again."""
    import psutil

    return f"{process}:{psutil.Process(process).create_time()}"


def end_leftovers(data: Path) -> None:
    """End what a killed start in the same data folder has left running."""
    import psutil

    left = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            environment = process.environ()
            started_by = environment.get(STARTED_BY)
            if started_by and environment.get("DATA_DIR") == str(data):
                number = int(started_by.split(":")[0])
                if not psutil.pid_exists(number) or mark(number) != started_by:
                    process.kill()
                    left.append(process)
    psutil.wait_procs(left, timeout=10)

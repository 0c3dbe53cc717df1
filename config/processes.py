"""Starting the server and its companions, and ending them together."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from django.conf import settings

# Seconds that programs get to end by themselves, and after they are told to.
GRACE = 3
PATIENCE = 15

# Tells each program which process started it, so that the next start can end those left behind.
STARTED_BY = "EXCHANGE_STARTED_BY"


def server_command(*, host: str, port: int, workers: int) -> list[str]:
    """The command of the web server, as many threads in each worker as it has connections."""
    return [
        *[sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host],
        *["--port", str(port), "--workers", str(workers)],
        *["--blocking-threads", str(settings.DATABASE_POOL_SIZE)],
        *["--workers-kill-timeout", "10", "--respawn-failed-workers", "--no-ws"],
        *["--log-level", "warning", "config.wsgi:application"],
    ]


def run_together(commands: list[list[str]], *, when_started=None) -> int:
    """Run programs side by side until one ends or this process is told to stop; then end all.

    The address of the database goes with them, so that only this process minds the embedded one.
    """
    told: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        told.append(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    environment = os.environ | {
        "DATABASE_URL": settings.DATABASE_URL,
        "DATA_DIR": str(settings.DATA_DIR),
        STARTED_BY: mark(os.getpid()),
    }
    programs = [
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment) for command in commands
    ]
    try:
        if when_started:
            when_started(lambda: not told and all(program.poll() is None for program in programs))
        while not told and all(program.poll() is None for program in programs):
            time.sleep(0.2)
        # Ctrl-C reaches the programs too; whoever stops this process alone does not reach them.
        if told == [signal.SIGINT]:
            wait(programs, GRACE, told)
        codes = [program.poll() for program in programs]
        for program in programs:
            if program.poll() is None:
                program.terminate()
        wait(programs, PATIENCE, [])
    finally:
        for program in programs:
            if program.poll() is None:
                program.kill()
                program.wait()
        for number, handler in before.items():
            signal.signal(number, handler)
    # Ended by us: all is well. Ended by itself: its code says why.
    return 0 if told else next((code for code in codes if code), 1)


def wait(programs: list[subprocess.Popen], seconds: float, told: list[int]) -> None:
    """Wait until all have ended, the time is up, or the person asks a second time."""
    asked, end = len(told), time.monotonic() + seconds
    while time.monotonic() < end and len(told) == asked:
        if all(program.poll() is not None for program in programs):
            return
        time.sleep(0.1)


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

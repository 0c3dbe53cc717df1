"""Run a command with a temporary data folder in memory, if there is enough.

Usage: `python -m tests.in_memory COMMAND`. The test databases are thousands of short-lived small
files, which can keep a file system on disk busier than PostgreSQL.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 2 * 1024**3  # bytes; a run takes a fifth of it


@contextmanager
def data_folder() -> Iterator[dict[str, str]]:
    """Yield the environment variables that select the folder; empty if it is not moved."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="exchange-tests-", dir=MEMORY) as folder:
        yield {"DATA_DIR": folder}


def unblock() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])


def main() -> None:
    # The terminal sends Ctrl-C to the command as well, which decides how to handle it.
    signal.signal(signal.SIGINT, lambda *_: None)
    # Block SIGTERM while the command starts; it is delivered afterwards.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    with data_folder() as settings:
        command = subprocess.Popen(sys.argv[1:], env=os.environ | settings, preexec_fn=unblock)
        signal.signal(signal.SIGTERM, lambda *_: command.terminate())
        unblock()
        code = command.wait()
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()

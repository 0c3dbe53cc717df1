"""Run a command with its data folder in memory, where the system has room; nothing stays of it.

`python -m tests.in_memory COMMAND`. The databases of a whole run of the tests are thousands of
small files that come and go: on a disk its file system can have more to do than PostgreSQL.
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
ROOM = 2 * 1024**3  # a run takes a fifth of it


@contextmanager
def data_folder() -> Iterator[dict[str, str]]:
    """What names the folder to the command; nothing where the folder stays where it is."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="exchange-tests-", dir=MEMORY) as folder:
        yield {"DATA_DIR": folder}


def unblock() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])


def main() -> None:
    # The terminal sends Ctrl-C to the command as well, which decides what to do about it.
    signal.signal(signal.SIGINT, lambda *_: None)
    # Whoever is told to stop as the command starts hears of it once it has started.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    with data_folder() as settings:
        command = subprocess.Popen(sys.argv[1:], env=os.environ | settings, preexec_fn=unblock)
        signal.signal(signal.SIGTERM, lambda *_: command.terminate())
        unblock()
        code = command.wait()
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()

"""Workers end with the server that started them."""

import ctypes
import multiprocessing
import signal
import sys
from contextlib import suppress

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Let the system kill this process when its parent is killed, which can't stop it then.

    Otherwise the worker of a killed server keeps its memory and its port. Not all systems have
    `prctl`.
    """
    with suppress(AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = multiprocessing.parent_process()
    # Killed before the line above.
    if parent and not parent.is_alive():
        sys.exit("The server that started this worker has ended.")

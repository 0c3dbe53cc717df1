"""Processes that end with the one that started them."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
# Loaded here because a child does as little as it can between fork and exec. Not all systems have
# it.
PRCTL = getattr(ctypes.CDLL(None), "prctl", None)


def end_with_parent(parent: int, number: int = signal.SIGKILL) -> None:
    """Let the system send a signal to this process when its parent is killed, which can't then.

    Otherwise the children of a killed process keep their memory and their ports.
    """
    if PRCTL:
        PRCTL(PR_SET_PDEATHSIG, number)
    # Killed before the line above.
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)

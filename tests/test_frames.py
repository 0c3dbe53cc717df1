from resource import RUSAGE_THREAD, getrusage
from threading import Thread

from tests.frames import roomy

CALLS = 200


def repeat(depth: int) -> None:
    if depth:
        repeat(depth - 1)
    else:
        for _call in range(CALLS):
            pow_of(2)


def pow_of(number: int) -> int:
    return number**2


def most_faults() -> int:
    """Return how often memory of the system was missing, at the depth where it was most often."""
    found = []
    for depth in range(300):
        before = getrusage(RUSAGE_THREAD).ru_minflt
        repeat(depth)
        found.append(getrusage(RUSAGE_THREAD).ru_minflt - before)
    return max(found)


def in_a_thread(function, *arguments) -> int:
    """Return the value of a function that has only its own frames."""
    found = []
    thread = Thread(target=lambda: found.append(function(*arguments)))
    thread.start()
    thread.join()
    return found[0]


def test_ask_for_no_memory_in_a_loop_of_calls():
    assert in_a_thread(roomy, most_faults) < CALLS // 2


def test_tests_run_in_such_a_block():
    assert most_faults() < CALLS // 2


def test_ask_for_memory_with_each_call_without_the_block():
    """Python may do so no longer one day: then delete `roomy`."""
    assert in_a_thread(most_faults) >= CALLS

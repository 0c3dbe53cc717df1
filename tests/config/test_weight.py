"""The packages that a web worker loads: each uses memory in each worker."""

import pytest

from tests.config.conftest import PRODUCTION
from tests.sampling import ALL

pytestmark = pytest.mark.proof(in_turn=True, sample=ALL)

LOADED = """
import sys
import config.worker

def print_loaded():
    heavy = {"numpy", "scipy", "PIL", "openpyxl", "fido2", "cryptography"}
    print(*sorted(heavy & sys.modules.keys()))

print_loaded()
from allauth.mfa.webauthn.internal import flows
flows.auth.get_server
print_loaded()
from partnerships.ranking.matching import rank
from partnerships.ranking.facts import Ask, Place
rank(Ask(pk=1, requester=Place(pk=1)), [])
print_loaded()
from repository.desk.resources.formats import SafeXLSX
SafeXLSX().get_format()
print_loaded()
"""


def test_worker_loads_large_packages_on_first_use(run):
    done = run("-W", "ignore", "-c", LOADED, **PRODUCTION)
    assert done.stderr == ""
    assert done.stdout.split("\n") == [
        "",
        "cryptography fido2",
        "cryptography fido2 numpy",
        "PIL cryptography fido2 numpy openpyxl",
        "",
    ]


FREED = """
import config.worker
import psutil

def memory():
    return psutil.Process().memory_info().rss

before = memory()
# By default, the first large block that is freed raises the size from which blocks are returned.
bytes(20_000_000)
blocks = [b"?" * 4_000_000 for _ in range(20)]
last = blocks[-1]
del blocks
print(memory() - before < 20_000_000)
"""


def test_worker_returns_the_memory_of_large_blocks(run):
    assert run("-W", "ignore", "-c", FREED, **PRODUCTION).stdout == "True\n"


TRIMMED = """
import config.wsgi
import config.urls
import psutil
from repository.cases import warm_up

def memory():
    return psutil.Process().memory_info().rss

kept = []

def fill():
    blocks = [b"?" * 100_000 for _ in range(400)]
    # Above the freed blocks, which are therefore not returned by themselves.
    kept.append(b"?" * 100_000)

warm_up.warm_up = fill
before = memory()
import config.worker
print(memory() - before < 20_000_000)
"""


def test_worker_returns_the_memory_of_building_the_index(run):
    assert run("-W", "ignore", "-c", TRIMMED, **PRODUCTION).stdout == "True\n"


HEAPS = """
import ctypes
import threading
import config.worker

threads = [threading.Thread(target=lambda: bytearray(5_000)) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
output = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, output)
libc.fflush(output)
"""


def test_threads_of_a_worker_share_a_heap(run):
    done = run("-W", "ignore", "-c", HEAPS, **PRODUCTION)
    assert (done.stderr, done.stdout.count("<heap ")) == ("", 1)


IMPORTED = """
import config.worker
from repository.pages import allocator

allocator.return_freed_memory = lambda: print("returned")
import config.api
"""


def test_worker_returns_the_memory_of_importing_the_api(run):
    assert run("-W", "ignore", "-c", IMPORTED, **PRODUCTION).stdout == "returned\n"

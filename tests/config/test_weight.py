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
        "cryptography fido2",
        "PIL cryptography fido2 numpy openpyxl",
        "",
    ]

"""The part of the proofs that `make test` runs: a random sample, reproducible by its seed.

A test with very many cases is marked `proof`. `make proof` and `.ci/run` run all of them. With
`--sample`, the option of `make test`, each group is reduced:

    @pytest.mark.proof(sample=20)   # 20 of the parameters of this test
    @pytest.mark.parametrize(…)

    def test_type_anything(sample, …):
        for form in sample(forms, 10):  # a test that loops over the cases itself

    pytestmark = pytest.mark.proof(in_turn=True, sample=ALL)  # one of the files marked so

Tests with the same `group` form one group. Files `in_turn` take long to set up: a sample runs
FILES_IN_TURN of them. Hypothesis runs a tenth of its examples. Other tests that use the database
run with a tenth of their parameters, and at least with one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from random import Random, SystemRandom

import hypothesis
import pytest

# The time of an example depends more on the machine than on the code under test.
COMMON = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("proof", max_examples=200, **COMMON)
hypothesis.settings.register_profile("quick", max_examples=20, **COMMON)

ALL = 10_000
FILES_IN_TURN = 1
DATABASES = {"db", "transactional_db", "collection", "sample_data", "scratch"}


def examples(factor: float, **options) -> hypothesis.settings:
    """Return settings for a test that needs more or fewer examples than the profile has."""
    most = hypothesis.settings.default.max_examples
    return hypothesis.settings(max_examples=max(1, round(factor * most)), **options)


def pytest_addoption(parser):
    group = parser.getgroup("proof")
    group.addoption("--sample", action="store_true", help="run a sample of each group of proofs")
    group.addoption("--seed", type=int, help="draw as an earlier run did")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "proof(sample=1, group=None, in_turn=False): goes through very many cases, or takes long;"
        " `--sample` runs some of them",
    )
    # All processes of a run must select the same tests: workers get the seed of the controller.
    if hasattr(config, "workerinput"):
        config.option.seed = config.workerinput["seed"]
    elif config.option.seed is None:
        config.option.seed = SystemRandom().randrange(2**32)
    # An option of Hypothesis, which then draws the same examples.
    config.option.hypothesis_seed = str(config.option.seed)
    hypothesis.settings.load_profile("quick" if config.option.sample else "proof")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Pass the seed to a worker of pytest-xdist."""
    node.workerinput["seed"] = node.config.option.seed


def pytest_report_header(config):
    extent = "a sample of the proofs" if config.option.sample else "all proofs"
    return f"{extent}; to repeat: --seed={config.option.seed}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Mark tests that use Hypothesis, and select the sample, before `-m` is applied."""
    for item in items:
        if hypothesis.is_hypothesis_test(item.obj):
            item.add_marker(pytest.mark.proof(sample=ALL))
    if not config.option.sample:
        return
    left_out = not_their_turn(items, f"{config.option.seed}")
    groups = defaultdict(list)
    for item in items:
        if item in left_out:
            continue
        name = item.nodeid.partition("[")[0]
        if mark := item.get_closest_marker("proof"):
            groups[mark.kwargs.get("group") or name, mark.kwargs.get("sample", 1)].append(item)
        elif uses_database(item):
            groups[name, None].append(item)
    for (name, size), members in groups.items():
        size = max(1, len(members) // 10) if size is None else size
        left_out |= {*members} - {*chosen(members, size, f"{config.option.seed} {name}")}
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


def not_their_turn(items: list[pytest.Item], seed: str) -> set[pytest.Item]:
    """The tests of files `in_turn` that this sample does not run."""
    waiting = [
        item
        for item in items
        if any(mark.kwargs.get("in_turn") for mark in item.iter_markers("proof"))
    ]
    files = dict.fromkeys(item.path for item in waiting)
    has_turn = chosen(files, FILES_IN_TURN, seed)
    return {item for item in waiting if item.path not in has_turn}


def uses_database(item: pytest.Function) -> bool:
    return bool(item.get_closest_marker("django_db")) or not DATABASES.isdisjoint(item.fixturenames)


@pytest.fixture(scope="session")
def seed(request) -> int:
    """The seed of this run."""
    return request.config.option.seed


@pytest.fixture(scope="session")
def is_sample(request) -> bool:
    """Whether this run tests samples only, so that rare cases may be missing."""
    return request.config.option.sample


@pytest.fixture(scope="session")
def sample(is_sample, seed) -> Callable[[Iterable, int], list]:
    """`sample(rows, 10)`: all rows, or ten of them if this run tests samples only."""

    def sample(rows: Iterable, size: int) -> list:
        return chosen(rows, size, str(seed)) if is_sample else list(rows)

    return sample


def chosen(rows: Iterable, size: int, seed: str) -> list:
    """Return `size` of the rows in their order; the same ones for the same seed."""
    rows = list(rows)
    places = Random(seed).sample(range(len(rows)), min(size, len(rows)))
    return [rows[place] for place in sorted(places)]

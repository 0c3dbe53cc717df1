"""What `make test` runs of the proofs: a random sample of each group, repeatable by its seed.

A test that goes through very many cases is marked `proof`. `make proof` and `.ci/run` run it in
full. With `--sample`, which `make test` gives, each group of them is reduced:

    @pytest.mark.proof(sample=20)   # 20 of the parameters of this test
    @pytest.mark.parametrize(…)

    def test_type_anything(sample, …):
        for form in sample(forms, 10):  # a test that goes through the cases itself

Tests that name the same `group` are one group. Hypothesis tries a tenth of its examples.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from random import Random, SystemRandom

import hypothesis
import pytest

# How long an example takes says more about the machine than about what is tested.
COMMON = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("proof", max_examples=200, **COMMON)
hypothesis.settings.register_profile("quick", max_examples=20, **COMMON)


ALL = 10_000


def examples(factor: float, **options) -> hypothesis.settings:
    """Settings for a test that needs more or fewer examples than the profile has."""
    most = hypothesis.settings.default.max_examples
    return hypothesis.settings(max_examples=max(1, round(factor * most)), **options)


def pytest_addoption(parser):
    group = parser.getgroup("proof")
    group.addoption("--sample", action="store_true", help="run a sample of each group of proofs")
    group.addoption("--seed", type=int, help="take the sample of an earlier run")


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "proof(sample=1, group=None): goes through very many cases; `--sample` runs some of them",
    )
    # Other processes of this run are given the options as they are here.
    if config.option.seed is None:
        config.option.seed = SystemRandom().randrange(2**32)
    hypothesis.settings.load_profile("quick" if config.option.sample else "proof")


def pytest_report_header(config):
    extent = "a sample of the proofs" if config.option.sample else "all proofs"
    return f"{extent}; to repeat: --seed={config.option.seed}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Mark tests with Hypothesis, and take the sample, before `-m` looks at the marks."""
    for item in items:
        if hypothesis.is_hypothesis_test(item.obj):
            item.add_marker(pytest.mark.proof(sample=ALL))
    if not config.option.sample:
        return
    groups = defaultdict(list)
    for item in items:
        if mark := item.get_closest_marker("proof"):
            name = mark.kwargs.get("group") or item.nodeid.partition("[")[0]
            groups[name, mark.kwargs.get("sample", 1)].append(item)
    left_out = set()
    for (name, size), members in groups.items():
        left_out |= {*members} - {*chosen(members, size, f"{config.option.seed} {name}")}
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def seed(request) -> int:
    """The seed of this run."""
    return request.config.option.seed


@pytest.fixture(scope="session")
def is_sample(request) -> bool:
    """Whether this run has samples only: a rare case may be missing."""
    return request.config.option.sample


@pytest.fixture(scope="session")
def sample(is_sample, seed) -> Callable[[Iterable, int], list]:
    """`sample(rows, 10)`: all rows, or ten of them where this run has samples only."""

    def sample(rows: Iterable, size: int) -> list:
        return chosen(rows, size, str(seed)) if is_sample else list(rows)

    return sample


def chosen(rows: Iterable, size: int, seed: str) -> list:
    """So many of the rows, in their order; the same for the same seed."""
    rows = list(rows)
    places = Random(seed).sample(range(len(rows)), min(size, len(rows)))
    return [rows[place] for place in sorted(places)]

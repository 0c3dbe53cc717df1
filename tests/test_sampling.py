"""The sample of the proofs, on files of tests that pytest runs in another process."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sampling import chosen

ROOT = Path(__file__).resolve().parent.parent
TESTS = """
import hypothesis
import pytest
from hypothesis import given, strategies

seen, drawn = set(), []

@pytest.mark.proof(sample=3)
@pytest.mark.parametrize("number", range(50))
def test_many(number):
    seen.add(number)

@pytest.mark.proof(group="pages", sample=2)
@pytest.mark.parametrize("number", range(10))
def test_pages(number):
    pass

@pytest.mark.proof(group="pages", sample=2)
def test_page():
    pass

@pytest.mark.proof(sample=0)
def test_whole():
    pass

def test_plain():
    pass

@pytest.fixture
def db():
    pass

@pytest.mark.parametrize("number", range(60))
def test_rows(db, number):
    pass

@pytest.mark.parametrize("number", range(30))
def test_numbers(number):
    pass

def test_loop(sample, is_sample):
    assert len(sample(range(20), 5)) == (5 if is_sample else 20)

@given(strategies.integers(0, 10**9))
def test_property(number):
    drawn.append(number)

def test_report():
    print(sorted(seen), hypothesis.settings.default.max_examples, drawn)
"""

IN_TURN = """
import pytest

pytestmark = pytest.mark.proof(in_turn=True, sample=10_000)

@pytest.mark.parametrize("number", range(3))
def test_many(number):
    pass
"""


@pytest.fixture
def outcome(tmp_path):
    """The lines of a run with these options, in a project that has the plugin alone."""
    (tmp_path / "test_it.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-p", "tests.sampling", "-p", "no:cacheprovider"]
    command += ["-p", "hypothesis.extra.pytestplugin"]
    command += ["-c", "/dev/null", "-s", f"--rootdir={tmp_path}", str(tmp_path)]

    def run(*options: str) -> list[str]:
        done = subprocess.run(
            [*command, *options],
            cwd=ROOT,
            # Other plugins take longer to load than the tests to run.
            env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
            text=True,
        )
        return done.stdout.splitlines()

    return run


def printed(lines: list[str]) -> list[str]:
    """The numbers that were chosen, how many examples Hypothesis runs at most, and which."""
    return re.findall(r"\[[\d, ]+\] \d+ \[[\d, ]+\]$", "\n".join(lines), re.MULTILINE)


def test_run_everything_unless_a_sample_is_asked_for(outcome):
    lines = outcome()
    assert "156 passed" in lines[-1]
    assert any("] 200 [" in line for line in lines)


def test_run_a_sample_of_each_group_and_repeat_it_by_its_seed(outcome):
    lines = outcome("--sample", "--seed=7")
    assert "a sample of the proofs; to repeat: --seed=7" in lines
    # Of the many three, of the pages two together, of the rows six, and what is no proof.
    assert "45 passed, 111 deselected" in lines[-1]
    assert any("] 20 [" in line for line in lines)
    again = outcome("--sample", "--seed=7")
    assert printed(again) == printed(lines) != []


def test_run_one_of_the_files_with_long_set_ups(outcome, tmp_path):
    for number in range(5):
        (tmp_path / f"test_long_{number}.py").write_text(IN_TURN)
    assert "171 passed" in outcome()[-1]
    assert "48 passed" in outcome("--sample")[-1]


def test_run_the_proofs_alone(outcome):
    assert "63/156 tests collected (93 deselected)" in outcome("-m", "proof", "--collect-only")[-1]


def test_chosen_keep_their_order():
    rows = chosen(range(100), 10, "seed")
    assert (rows, len(rows)) == (sorted(rows), 10)
    assert chosen("ab", 10, "seed") == ["a", "b"]

"""The site starts with the settings in the blocks of docs/operations.md and docs/operations/."""

import subprocess

import pytest

from tests.config.conftest import PRODUCTION, ROOT, SETTINGS, environment
from tests.docs.blocks import DOCS, blocks_of

pytestmark = pytest.mark.without_database

BLOCKS = [
    pytest.param(block.text, id=f"{page.stem}: {block.heading}")
    for page in [DOCS / "operations.md", *sorted((DOCS / "operations").glob("*.md"))]
    for block in blocks_of(str(page.relative_to(DOCS)))
    if block.language == "env"
]


@pytest.mark.proof(sample=1)
@pytest.mark.parametrize("text", BLOCKS)
def test_start_with_the_settings(text, tmp_path):
    names = {line.partition("=")[0] for line in text.splitlines()}
    assert names <= SETTINGS
    (tmp_path / "secret").write_text("secret")
    # A placeholder.
    text = text.replace("SECRET_KEY=at-least", "IGNORED=at-least")
    text = text.replace("/run/secrets/oidc", f"{tmp_path}/secret")
    start = f"set -a\n{text}exec .venv/bin/python -c 'import django; django.setup()'"
    done = subprocess.run(
        ["bash", "-euc", start],
        cwd=ROOT,
        env=environment(
            **PRODUCTION, DATA_DIR=str(tmp_path), DJANGO_SETTINGS_MODULE="config.settings"
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_there_are_settings_to_start_with():
    assert len(BLOCKS) >= 5

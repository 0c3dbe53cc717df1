"""The texts of the sample data set, from the files beside this module."""

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "content"
# Slugs of sample cities, cases and clusters, and handles of sample members, begin with this.
PREFIX = "sample-"
MODALITIES = {
    "K": "knowledge-exchange",
    "T": "training",
    "S": "study-visit",
    "A": "advisory-mission",
    "W": "twinning",
    "J": "joint-project",
    "I": "investment",
}


def read(name: str) -> Any:
    """Return the content of a file, by its name without the ending."""
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)


def modalities(letters: str) -> list[str]:
    return [MODALITIES[letter] for letter in letters]

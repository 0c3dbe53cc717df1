"""Texts that are close in meaning to a question or to another text."""

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from django.conf import settings

from repository.embeddings import engine
from repository.embeddings.nearest import Among, Near, nearest

type Closeness = Literal["question", "passage", "suggestion", "similar", "near", "duplicate"]

CALIBRATIONS = Path(__file__).parent / "calibrations.yaml"
# Characters of a text that is compared: the encoder blurs longer ones.
MAX_CHARACTERS = 1_000
# Passages that are read for each text that is returned, and how often: a text with many sentences
# about one subject must not hide all others that are about it.
PASSAGES, TURNS = 4, 3


@cache
def calibrations() -> dict[str, dict[Closeness, float]]:
    return yaml.safe_load(CALIBRATIONS.read_text(encoding="utf-8"))


def threshold(closeness: Closeness) -> float | None:
    """Return the least similarity of close texts; None if the model has not been calibrated."""
    return calibrations().get(settings.EMBEDDINGS_MODEL, {}).get(closeness)


def close_texts(
    text: str,
    *,
    kinds: Collection[str],
    closeness: Closeness = "similar",
    among: Among = None,
    most: int = 5,
) -> list[Near]:
    """Return the texts closest in meaning to `text`, each by its nearest passage, best first.

    `among` are the rows that the reader may see: see `nearest`. Empty if nothing is close, without
    an engine, or if its model has not been calibrated. Waits at most 300 ms for the engine. Runs
    the statements of `nearest`, again for each time that few texts have all of the nearest
    passages.
    """
    least = threshold(closeness)
    text = " ".join(text.split())[:MAX_CHARACTERS]
    if least is None or not text:
        return []
    try:
        vector = engine.remembered_query(text)
    except engine.EngineUnavailable:
        return []
    best: dict[tuple[str, str], Near] = {}
    for _turn in range(TURNS):
        found = nearest(
            vector, kinds=kinds, among=among, without=best, most=PASSAGES * most, least=least
        )
        close = [near for near in found if near.similarity >= least]
        for near in close:
            best.setdefault((near.kind, near.object_id), near)
        if len(best) >= most or len(close) < PASSAGES * most:
            break
    return sorted(best.values(), key=lambda near: -near.score)[:most]

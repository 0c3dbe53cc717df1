"""How long the database takes to search: `python benchmarks/search_queries.py [CASES …]`.

Fills a scratch database with 1,000 cases, then with 10,000, asks several hundred various queries
on one connection, prints the time that all statements of a search took together, and drops the
database. Under three minutes on 2 cores, most of it for filling.
"""

import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

SCRATCH = "search_benchmark"
EACH = 60

HOSTILE = [
    "parcels" * 150_000,
    "parcels " * 130_000,
    " ".join(f"city{n}" for n in range(500)),
    "the of and in to",
    "?!.,;:-–—()[]{}<>|&*'\"#%$€",
    "a:* & | ! <-> ( :*&|!()<-> 'city':A",
    'city "the of',
    "par\x00cels \ud800 \u202ecity",
    "'); DROP TABLE repository_searchentry; --",
    "\ufdfa" * 200,
    "跨" * 200,
    "-".join(["city"] * 40),
    " ".join(["trade", "city", "goods", "port", "rail", "data", "tax", "law", "bank", "road"]),
    "-trade -city -port",
    '"of the" "in the" -"to a"',
    "xqzvkwj " * 25,
    "t",
    "th",
    "the",
]


def words(cursor) -> list[str]:
    """Words of the collection from the most frequent on, 3,000 steps of equal ratio."""
    cursor.execute("SELECT word FROM repository_searchword ORDER BY entries DESC, word")
    every = [word for (word,) in cursor.fetchall()]
    places = sorted({int(len(every) ** (step / 3000)) - 1 for step in range(3001)})
    return [every[place] for place in places if place < len(every)]


def phrases(cursor, pick: random.Random) -> list[str]:
    """Neighbouring words out of texts."""
    cursor.execute(
        "SELECT left(body, 2000) FROM repository_searchentry WHERE kind = 'case' "
        "ORDER BY md5(object_id) LIMIT %s",
        [EACH],
    )
    found = []
    for (body,) in cursor.fetchall():
        parts = body.split()
        at = pick.randrange(max(1, len(parts) - 3))
        found.append('"' + " ".join(parts[at : at + pick.randint(2, 3)]).replace('"', "") + '"')
    return found


def misspelled(word: str, pick: random.Random) -> str:
    at = pick.randrange(1, len(word) - 1)
    return pick.choice(
        [word[:at] + word[at + 1 :], word[:at] + word[at + 1] + word[at] + word[at + 2 :]]
    )


def queries(cursor) -> Iterator[tuple[str, list[str]]]:
    """Kinds of queries, some hundreds in all, the same in each run."""
    pick = random.Random(7)
    known = words(cursor)
    long = [word for word in known if len(word) > 6]
    yield "one word", pick.sample(known, EACH)
    yield "two words", [" ".join(pick.sample(known, 2)) for _ in range(EACH)]
    yield "three words", [" ".join(pick.sample(known[:200], 3)) for _ in range(EACH)]
    yield "a beginning", [pick.choice(known)[: pick.randint(2, 5)] for _ in range(EACH)]
    yield "a phrase", phrases(cursor, pick)
    yield "a minus", [f"{pick.choice(known)} -{pick.choice(known)}" for _ in range(EACH)]
    yield "misspelled", [misspelled(pick.choice(long), pick) for _ in range(EACH)]
    yield (
        "Chinese",
        ["郑州", "跨境电商", "物流", "铁", "保税仓库 物流", "数字支付", "城市", "企业培训"],
    )
    yield "hostile", HOSTILE


def measure() -> list[float]:
    """Ask everything twice, the second time counting; print a row for each kind of query."""
    from django.db import connection

    from repository.search.queries import case_ids, search

    spent = 0.0

    def clock(execute, sql, params, many, context):
        nonlocal spent
        before = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent += time.perf_counter() - before

    with connection.cursor() as cursor:
        asked = list(queries(cursor))
    every = []
    for kind, texts in asked:
        times = []
        for text in texts:
            for ask in (search, case_ids):
                ask(text)
                spent = 0.0
                with connection.execute_wrapper(clock):
                    ask(text)
                times.append(spent * 1000)
        report(kind, times)
        every += times
    report("all", every)
    return every


def report(kind: str, times: list[float]) -> None:
    cuts = quantiles(times, n=100, method="inclusive")
    print(
        f"{kind:>12}  {len(times):5}  {cuts[49]:7.2f}  {cuts[94]:7.2f}  {cuts[98]:7.2f}"
        f"  {max(times):7.2f}"
    )


def main(sizes: list[int]) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    import django

    django.setup()

    from django.db import connection

    from benchmarks.fill import fill_cases, fill_surroundings

    own = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = SCRATCH
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        fill_surroundings()
        for size in sizes:
            before = time.monotonic()
            fill_cases(size)
            print(f"\n{size} cases, filled in {time.monotonic() - before:.0f} s. Milliseconds:")
            print(f"{'':>12}  {'times':>5}  {'p50':>7}  {'p95':>7}  {'p99':>7}  {'most':>7}")
            measure()
    finally:
        connection.creation.destroy_test_db(own, verbosity=0)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1000, 10_000])

"""Benchmark the search in the database: `python benchmarks/search_queries.py [CASES …]`.

Fills a scratch database with 1,000 and then 10,000 cases, runs several hundred different queries on
one connection, and prints the total time of the SQL statements of each search. Takes less than
three minutes on two cores, mostly for filling the database.
"""

import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

DATABASE = "search_benchmark"
# The number of queries of each kind.
QUERIES = 60

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
    """Return up to 3,000 words of the collection, logarithmically spaced by frequency."""
    cursor.execute(
        # Not those of translations, which follow their language.
        "SELECT word FROM repository_searchword WHERE strpos(word, '=') = 0 "
        "ORDER BY entries DESC, word"
    )
    all_words = [word for (word,) in cursor.fetchall()]
    positions = sorted({int(len(all_words) ** (step / 3000)) - 1 for step in range(3001)})
    return [all_words[n] for n in positions if n < len(all_words)]


def phrases(cursor, rng: random.Random) -> list[str]:
    """Return quoted phrases of two or three words from the texts of cases."""
    cursor.execute(
        "SELECT left(body, 2000) FROM repository_searchentry WHERE kind = 'case' "
        "ORDER BY md5(object_id) LIMIT %s",
        [QUERIES],
    )
    result = []
    for (body,) in cursor.fetchall():
        words = body.split()
        start = rng.randrange(max(1, len(words) - 3))
        phrase = " ".join(words[start : start + rng.randint(2, 3)]).replace('"', "")
        result.append(f'"{phrase}"')
    return result


def misspelled(word: str, rng: random.Random) -> str:
    """Omit a letter, or swap two letters."""
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        [word[:at] + word[at + 1 :], word[:at] + word[at + 1] + word[at] + word[at + 2 :]]
    )


def queries(cursor) -> Iterator[tuple[str, list[str]]]:
    """Yield the names and queries of each kind, the same in each run."""
    rng = random.Random(7)
    known = words(cursor)
    long = [word for word in known if len(word) > 6]
    yield "one word", rng.sample(known, QUERIES)
    yield "two words", [" ".join(rng.sample(known, 2)) for _ in range(QUERIES)]
    yield "three words", [" ".join(rng.sample(known[:200], 3)) for _ in range(QUERIES)]
    yield "a prefix", [rng.choice(known)[: rng.randint(2, 5)] for _ in range(QUERIES)]
    yield "a phrase", phrases(cursor, rng)
    yield "an exclusion", [f"{rng.choice(known)} -{rng.choice(known)}" for _ in range(QUERIES)]
    yield "misspelled", [misspelled(rng.choice(long), rng) for _ in range(QUERIES)]
    yield (
        "Chinese",
        ["郑州", "跨境电商", "物流", "铁", "保税仓库 物流", "数字支付", "城市", "企业培训"],
    )
    yield "hostile", HOSTILE


def measure() -> list[float]:
    """Run each query twice and time the second run; return all times in milliseconds."""
    from django.db import connection

    from repository.search.queries import case_ids, search

    elapsed = 0.0

    def clock(execute, sql, params, many, context):
        nonlocal elapsed
        before = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            elapsed += time.perf_counter() - before

    with connection.cursor() as cursor:
        kinds = list(queries(cursor))
    all_times = []
    for kind, texts in kinds:
        times = []
        for text in texts:
            for function in (search, case_ids):
                function(text)
                elapsed = 0.0
                with connection.execute_wrapper(clock):
                    function(text)
                times.append(elapsed * 1000)
        report(kind, times)
        all_times += times
    report("all", all_times)
    return all_times


def report(kind: str, times: list[float]) -> None:
    """Print the number of times, their percentiles and the maximum."""
    percentiles = quantiles(times, n=100, method="inclusive")
    print(
        f"{kind:>12}  {len(times):5}  {percentiles[49]:7.2f}  {percentiles[94]:7.2f}"
        f"  {percentiles[98]:7.2f}  {max(times):7.2f}"
    )


def main(sizes: list[int]) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    import django

    django.setup()

    from django.db import connection

    from benchmarks.fill import fill_cases, fill_relations

    original_name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        fill_relations()
        for size in sizes:
            began = time.monotonic()
            fill_cases(size)
            print(f"\n{size} cases, filled in {time.monotonic() - began:.0f} s. Milliseconds:")
            print(f"{'':>12}  {'times':>5}  {'p50':>7}  {'p95':>7}  {'p99':>7}  {'max':>7}")
            measure()
    finally:
        connection.creation.destroy_test_db(original_name, verbosity=0)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1000, 10_000])

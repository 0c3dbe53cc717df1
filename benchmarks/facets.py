"""Measure the index of facets of the database in the settings: `python benchmarks/facets.py`.

Unpublishes two cases and publishes them again.
"""

import time
from collections.abc import Callable

if __name__ == "__main__":
    import django

    django.setup()

import psutil
from django.db import connection
from pyroaring import FrozenBitMap

from repository.cases.facets import FACETS, INDEXED, FacetIndex, facet_index
from repository.cases.related import rank
from repository.models import CaseStatus, CaseStudy
from repository.pages.http import versions


def main() -> None:
    process = psutil.Process()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        session = psutil.Process(cursor.fetchone()[0])

    def measure[Made](name: str, make: Callable[[], Made]) -> Made:
        memory, began = process.memory_info().rss, time.process_time()
        began_there = sum(session.cpu_times()[:2])
        made = make()
        print(
            f"{name}: Python {time.process_time() - began:.3f} s, "
            f"PostgreSQL {sum(session.cpu_times()[:2]) - began_there:.2f} s, "
            f"{(process.memory_info().rss - memory) / 1e6:+.0f} MB",
            flush=True,
        )
        return made

    def current() -> FacetIndex:
        return facet_index(versions("/", parts=INDEXED).edition)

    index = measure("index", current)
    some = {facet: index.having(facet, sorted(index.values[facet])[:1]) for facet in FACETS}
    measure("related cases, first", lambda: rank(index, index.cases[0]))
    measure("related cases", lambda: rank(index, index.cases[len(index.cases) // 2]))
    for name, cases in (
        ("a theme", some["theme"]),
        ("a city, first", some["city"]),
        ("a city", some["city"] | index.everything[:1]),
    ):

        def count(cases: FrozenBitMap = cases) -> None:
            for facet in FACETS:
                index.counted(facet, cases, chosen=[], most=12)

        measure(f"counts of {len(cases)} cases, of {name}", count)
    for name, pk in (("newest", index.newest_first[0]), ("oldest", index.newest_first[-1])):
        for status in (CaseStatus.DRAFT, CaseStatus.PUBLISHED):
            CaseStudy.objects.filter(pk=pk).update(status=status)
            measure(f"index after the {name} case became a {status} one", current)


if __name__ == "__main__":
    main()

"""Benchmark cached pages while the collection changes: `make bench-changes`.

Visitors read a mix of cached pages from the production server with 10,000 cases and 10,000 offers,
at rest and while another process makes one public change a second. Rounds at rest and with each
kind of change alternate, so that other load on the machine affects all of them. The first result,
which has a target, is the median, for each kind, of the ratios of a round's rate to that of the
round at rest before it.

Other load makes this ratio smaller: pages that are made again cost the same, and there is less time
for all others. The second result therefore is the processor time, of a worker and its session of
the database, that it takes to make all pages of the mix again that one change affects. It is given
in cached pages too, which take longer as well on a busy machine.

`python benchmarks/changes.py write KIND` makes the changes, in the database in the settings.
"""

import argparse
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil
import psycopg

from benchmarks.client import BadResponse, Connections, request
from benchmarks.databases import FULL, log, run, scratch_database, scratch_server
from benchmarks.pages import HOST
from benchmarks.servers import CONNECTIONS, running_server
from config.environment import BASE_DIR as BASE

# Seconds of a round, and rounds of each kind.
SECONDS, ROUNDS = 6, 3
# At least this share of the rate at rest must be left.
TARGET = 0.5
# The share of the requests for each kind of page, in per cent, and the number of its URLs. The n-th
# URL of a kind is requested in proportion to 1 / n.
MIX = {
    "case": (35, 40),
    "home": (15, 1),
    "case list": (20, 12),
    "practice": (10, 8),
    "city": (10, 8),
    "search": (5, 1),
    "board": (5, 3),
}
MIXED = 10_000
# The newest cases, cities and practices that are changed in turn.
CHANGED_CASES = 40
# How often the cost of each kind of change is measured.
MEASURED_CHANGES = 5


def urls(database: str) -> dict[str, list[str]]:
    """Return the URLs of each kind of page, the most requested first."""
    with psycopg.connect(database) as connection:

        def column(sql: str) -> list[str]:
            return [row[0] for row in connection.execute(sql)]

        # Without the one that `publish_case` changes.
        cases = column(
            """SELECT slug FROM repository_casestudy
                WHERE id > (SELECT min(id) FROM repository_casestudy)
                ORDER BY published_at DESC LIMIT 200"""
        )
        practices = column("SELECT slug FROM repository_practice ORDER BY id LIMIT 39")
        themes = column("SELECT slug FROM repository_theme ORDER BY id LIMIT 19")
        cities = column(
            """SELECT slug FROM repository_city c JOIN repository_casestudy_cities l
                ON l.city_id = c.id GROUP BY c.id ORDER BY count(*) DESC, c.id LIMIT 39"""
        )
    return {
        "case": [f"/cases/{slug}/" for slug in cases],
        "home": ["/"],
        "case list": [
            *["/cases/", *(f"/cases/?theme={theme}" for theme in themes)],
            *(f"/cases/?page={page}" for page in range(2, 22)),
        ],
        "practice": ["/practices/", *(f"/practices/{slug}/" for slug in practices)],
        "city": ["/cities/", *(f"/cities/{slug}/" for slug in cities)],
        "search": ["/search/"],
        "board": [
            "/partnerships/",
            *(f"/partnerships/?page={page}" for page in range(2, 11)),
        ],
    }


def requests(database: str) -> Iterator[bytes]:
    """Yield requests of the mix for ever, the same with each call."""
    rng = random.Random(1)
    paths = urls(database)
    kinds = rng.choices(list(MIX), [share for share, _count in MIX.values()], k=MIXED)
    chosen = []
    for kind in kinds:
        among = paths[kind][: MIX[kind][1]]
        weights = [1 / number for number in range(1, len(among) + 1)]
        [path] = rng.choices(among, weights)
        chosen.append(request(path, host=HOST, headers=[("Accept-Encoding", "gzip")]))
    return itertools.cycle(chosen)


@contextmanager
def writer(kind: str, environment: dict[str, str]) -> Iterator[None]:
    """Make one change of this kind a second."""
    process = subprocess.Popen(
        [sys.executable, "benchmarks/changes.py", "write", kind],
        cwd=BASE,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if not process.stdout or process.stdout.readline() != "ready\n":
            raise BadResponse("the changes could not be made.")
        yield
    finally:
        process.terminate()
        process.wait()


def measure(database: str, environment: dict[str, str], rounds: int) -> dict[str, list[float]]:
    """Return the ratios of the rate with each kind of change to the rate at rest."""
    environment = environment | {"DATABASE_URL": database, "PAGES_CACHE": "on"}
    ratios: dict[str, list[float]] = {kind: [] for kind in CHANGES}
    with running_server(environment) as (_process, port):
        connections = Connections(port, CONNECTIONS)
        mix = requests(database)
        for _ in range(rounds):
            for kind in CHANGES:
                warm_up(connections, mix)
                rest = connections.run(mix, seconds=SECONDS)
                with writer(kind, environment):
                    changing = connections.run(mix, seconds=SECONDS)
                ratios[kind].append(changing.rate / rest.rate)
                log(f"{kind}: {changing.rate:.0f} of {rest.rate:.0f} a second")
        connections.close()
    return ratios


def measure_costs(database: str, environment: dict[str, str]) -> dict[str, dict[str, float]]:
    """Return the time that it takes to make pages again after each kind of change.

    In seconds, and in cached pages that take as long.
    """
    file = Path(environment["DATA_DIR"]) / "costs.json"
    environment = environment | {"DATABASE_URL": database, "PAGES_CACHE": "on"}
    run(["benchmarks/changes.py", "cost", str(file)], environment)
    return json.loads(file.read_text())


def warm_up(connections: Connections, mix: Iterator[bytes]) -> None:
    """Request each page on each connection, so that each worker has a copy of it."""
    for data in set(itertools.islice(mix, MIXED)):
        for each in connections.sockets:
            connections.send(data, on=each)


# Changes


def edit_text(number: int) -> None:
    """Edit a section of a case."""
    edit(number, lessons=f"Ask the drivers first. Edited {number} times.")


def edit_title(number: int) -> None:
    """Edit the title of a case, which its cards show."""
    edit(number, title=f"What the port learned, version {number}")


def edit(number: int, **values: str) -> None:
    from repository.models import CaseStudy

    cases = CaseStudy.objects.published().newest()
    case = cases[number * 7 % CHANGED_CASES]
    for name, value in values.items():
        setattr(case, name, value)
    case.save()


def publish_case(_number: int) -> None:
    """Publish a case as the newest, or unpublish it again. The mix is without its page."""
    from django.utils import timezone

    from repository.models import CaseStatus, CaseStudy

    case = CaseStudy.objects.order_by("pk")[0]
    if case.status == CaseStatus.PUBLISHED:
        case.status = CaseStatus.DRAFT
    else:
        case.status, case.published_at = CaseStatus.PUBLISHED, timezone.now()
    case.save()


def publish_offer(number: int) -> None:
    """Publish an offer of a city for a practice."""
    from django.db import transaction
    from django.utils import timezone

    from partnerships.listings.pages import show
    from partnerships.models import ListingStatus, Offer
    from repository.models import City, Practice

    city = City.objects.order_by("pk")[number % CHANGED_CASES]
    now = timezone.now()
    with transaction.atomic():
        offer = Offer.objects.create(
            title=f"A week at our customs desk, {now:%H:%M:%S}",
            language="en",
            city=city,
            modalities=["training"],
            languages=["en"],
            status=ListingStatus.PUBLISHED,
            published_at=now,
            reviewed_at=now,
        )
        offer.practices.add(Practice.objects.order_by("pk")[number % CHANGED_CASES])
        show(offer)


def hide_comment(number: int) -> None:
    """Hide a comment on a case."""
    from django.db import transaction

    from community.discussion.subjects import content_type
    from community.models import Comment, Standing
    from community.pages.stamps import touch_page
    from repository.models import CaseStudy

    case = CaseStudy.objects.published().newest()[number % CHANGED_CASES]
    with transaction.atomic():
        comment, _is_new = Comment.objects.get_or_create(
            content_type=content_type("case"), object_id=case.pk, body="Which form?", language="en"
        )
        is_shown = comment.standing == Standing.PUBLISHED
        comment.standing = Standing.HIDDEN if is_shown else Standing.PUBLISHED
        comment.save()
        touch_page(case)


def mixed(number: int) -> None:
    """Make each kind of change in turn."""
    turn = [edit_text, publish_offer, edit_title, hide_comment, publish_case]
    turn[number % len(turn)](number)


CHANGES: dict[str, Callable[[int], None]] = {
    "section of a case": edit_text,
    "title of a case": edit_title,
    "published case": publish_case,
    "new offer": publish_offer,
    "hidden comment": hide_comment,
    "all in turn": mixed,
}


def cost(file: str) -> None:
    """Write to a file the median processor time to make pages again after each kind of change."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client

    database = os.environ["DATABASE_URL"]
    paths = [path for kind, found in urls(database).items() for path in found[: MIX[kind][1]]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        session = psutil.Process(cursor.fetchone()[0])
    client = Client(headers={"host": HOST, "x-forwarded-proto": "https", "accept-encoding": "gzip"})

    def pass_over() -> float:
        begin = time.process_time() + sum(session.cpu_times()[:2])
        for path in paths:
            client.get(path)
        return time.process_time() + sum(session.cpu_times()[:2]) - begin

    costs: dict[str, list[float]] = {kind: [] for kind in CHANGES}
    rests = []
    for number in range(MEASURED_CHANGES):
        for kind, change in CHANGES.items():
            pass_over()
            rest = pass_over()
            rests.append(rest / len(paths))
            change(number)
            costs[kind].append(pass_over() - rest)
    found = {
        kind: {"seconds": median(times), "pages": median(times) / median(rests)}
        for kind, times in costs.items()
    }
    Path(file).write_text(json.dumps(found))


def write(kind: str) -> None:
    """Make changes until the process is stopped."""
    import django

    django.setup()
    CHANGES[kind](0)
    print("ready", flush=True)
    for number in itertools.count(int(time.time()) % 1000):
        time.sleep(1)
        CHANGES[kind](number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", help="a database filled before (default: fill a new one)")
    parser.add_argument("--static", help="the folder with the static files of that database")
    parser.add_argument(
        "--cache", help="the URL of a server for pages (default: each worker’s own)"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("The benchmark was stopped."))
    with scratch_server() as (url, environment):
        if options.cache:
            environment["CACHE_URL"] = options.cache
        if options.database:
            environment["STATIC_ROOT"] = options.static
            costs = measure_costs(options.database, environment)
            ratios = measure(options.database, environment, options.rounds)
        else:
            with scratch_database(url, f"exchange_changes_{os.getpid()}", environment) as database:
                environment |= {"DATABASE_URL": database}
                run(["benchmarks/fill.py", str(FULL.cases[1])], environment)
                run(["benchmarks/matching.py", "fill", *map(str, FULL.desks[1])], environment)
                costs = measure_costs(database, environment)
                ratios = measure(database, environment, options.rounds)
    slow = []
    for kind, found in ratios.items():
        log(
            f"{kind}: {median(found):.2f} of the rate at rest "
            f"({min(found):.2f} to {max(found):.2f}); "
            f"pages made again in {1000 * costs[kind]['seconds']:.0f} ms, "
            f"as long as {costs[kind]['pages']:.0f} cached pages"
        )
        if median(found) < TARGET:
            slow.append(kind)
    if slow:
        sys.exit(f"Less than {TARGET} of the rate at rest: {', '.join(slow)}.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(sys.argv[2])
    elif sys.argv[1:2] == ["cost"]:
        cost(sys.argv[2])
    else:
        main()

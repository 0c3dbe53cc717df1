"""The trees of all pages, to compare two versions of the code.

    make trees ARGS="record FOLDER"             with one version
    make trees ARGS="record OTHER"              with the other
    make trees ARGS="compare FOLDER OTHER"

`--only partnerships,admin` takes the addresses that hold one of these words, `--roles
visitor,member` some readers, `--languages en` one language, `--parts world` one of the databases:
`world` (tests/world.py), `states` (tests/permissions) and `demo`.

Every page is requested by GET and rolled back. The clock stands still, in Python and in the
database.
"""

import argparse
import difflib
import hashlib
import json
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote

import django
from django.contrib.humanize.templatetags import humanize
from django.db import connection, transaction
from django.template import defaultfilters
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from django.utils import timesince, timezone

# What loads models is imported later: their fields keep the clock that stands still.
from repository.pages.addresses import in_language
from tests import trees

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
SITE = "http://testserver"
HEADERS = ["Content-Type", "Location", "Content-Disposition", "Content-Language", "X-Robots-Tag"]
PROCESSES = 2


@dataclass
class Part:
    """A database with its readers and URLs."""

    clients: dict[str, Client]
    paths: list[str]
    settings: dict


# Databases


def world_part() -> Part:
    from django.contrib.auth.models import Group

    from tests import collection
    from tests.factories import RepresentationFactory, UserFactory
    from tests.second_factors import add_totp
    from tests.world import World, paths

    collection.fill()
    world = World(lambda most: "Words of a member"[:most])
    handles = ["member", "colleague", "moderator", "administrator"]
    for handle in ("stranger", "partner", "broker"):
        options = {"staff": True} if handle == "broker" else {}
        if options:
            options["groups"] = [Group.objects.get(name__istartswith="broker")]
        UserFactory(
            email=f"{handle}@example.org", handle=handle, display_name=handle.title(), **options
        )
        handles.append(handle)
    people = {handle: type(world.member).objects.get(handle=handle) for handle in handles}
    add_totp(people["broker"])
    RepresentationFactory(member=people["partner"], city=world.partnership.match.city)
    found = [path for each in paths(world).values() for path in each]
    for name in ("PUBLIC_PAGES", "ERROR_PAGES", "VISITOR_PAGES", "MEMBER_PAGES"):
        found += list(getattr(collection, name, ()))
    clients = {handle: collection.signed_in(user) for handle, user in people.items()}
    return Part({"visitor": Client()} | clients, found, {})


def states_part() -> Part:
    from tests.permissions import answers
    from tests.permissions import world as worlds

    with transaction.atomic():
        world = worlds.make()
    found = []
    for name, route in answers.patterns():
        page = answers.model_page(name)
        given = {"": {}} if page else answers.examples(route, world)
        for arguments in given.values():
            if page and page[1] in {"change", "delete", "history"}:
                row = answers.first(answers.registered()[page[0]])
                arguments = {"object_id": row.pk if row else 0}
            try:
                found.append(reverse(name, kwargs=arguments))
            except NoReverseMatch:
                continue
    return Part({role: world.client(role) for role in worlds.ROLES}, found, {})


def demo_part() -> Part:
    from django.contrib.auth import get_user_model

    from community.accounts import demo as accounts
    from partnerships.desk.demo import represent_a_city
    from tests import collection
    from tests.permissions.answers import registered
    from tests.world import patterns

    collection.load_countries()
    collection.load_series(collection.SERIES)
    accounts.create_accounts()
    represent_a_city()
    clients = {"visitor": Client()}
    for account in accounts.ACCOUNTS:
        user = get_user_model().objects.get(email=account.email)
        clients[account.handle] = collection.signed_in(user)
    found = []
    for section in re.findall(r"<loc>(.*?)</loc>", clients["visitor"].get("/sitemap.xml").text):
        found.append(section.removeprefix(SITE))
        text = clients["visitor"].get(found[-1]).text
        found += [path.removeprefix(SITE) for path in re.findall(r"<loc>(.*?)</loc>", text)]
    found += [reverse(name) for name, parts in patterns() if not parts]
    found += ["/styleguide/", *collection.PUBLIC_PAGES]
    for label, model in registered().items():
        if (row := model._default_manager.order_by("pk").first()) is not None:
            found += [
                reverse(f"admin:{label}_{page}", args=[row.pk])
                for page in ("change", "history", "delete")
            ]
    return Part(clients, found, {"DEMO": True, "ROOT_URLCONF": "tests.styleguide_urls"})


PARTS: dict[str, Callable[[], Part]] = {
    "world": world_part,
    "states": states_part,
    "demo": demo_part,
}


@contextmanager
def database(part: str) -> Iterator[None]:
    """Create an empty, migrated database with a fixed clock."""
    from tests import databases

    databases.ask_for_less()
    name = f"test_trees_{part}"
    databases.prepare(name)
    try:
        with databases.using(name), connection.cursor() as cursor:
            moment = f"SELECT '{NOW.isoformat()}'::timestamptz"
            for function in ("now", "statement_timestamp"):
                cursor.execute(
                    f"CREATE FUNCTION public.{function}() RETURNS timestamptz "
                    f"LANGUAGE sql STABLE AS $$ {moment} $$"
                )
            cursor.execute(f"ALTER DATABASE {name} SET search_path = public, pg_catalog")
            databases.disconnect()
            yield
    finally:
        databases.drop(name)


class FixedDatetime(datetime):
    """The clock of Django's `naturaltime`."""

    @classmethod
    def now(cls, tz=None):
        return LATER if tz else LATER.replace(tzinfo=None)


class Clock:
    """Replaces `timezone.now`; each call takes a millisecond while the data is created."""

    def __init__(self):
        self.looks = 0
        self.stands = False

    def __call__(self) -> datetime:
        if self.stands:
            return LATER
        self.looks += 1
        return NOW + timedelta(milliseconds=min(self.looks, 59_000))

    def install(self) -> None:
        """Install it before the models are loaded: their fields hold a reference."""
        timezone.now = self

        def fixed(function):
            return lambda moment, now=None, **options: function(moment, now or LATER, **options)

        for name in ("timesince", "timeuntil"):
            function = fixed(getattr(timesince, name))
            for module in (timesince, defaultfilters):
                setattr(module, name, function)
        humanize.datetime = FixedDatetime


# Pages


def ask(client: Client, path: str, language: str) -> bytes:
    """Return the response for a reader at a URL, rolling back its changes."""
    cookies = client.cookies.copy()
    try:
        with transaction.atomic():
            found = raw(client.get(in_language(path, language)))
            transaction.set_rollback(True)
    except Exception as error:
        found = f"EXCEPTION {type(error).__name__}: {error}\n".encode()
    client.cookies = cookies
    return found


def raw(response) -> bytes:
    """Return what is recorded of a response.

    It is a line of JSON with the status and headers, followed by the content. It is normalized
    only when compared, so that the rules can be changed without recording again.
    """
    content = b"".join(response.streaming_content) if response.streaming else response.content
    head = {name: response[name] for name in HEADERS if name in response.headers}
    kind = trees.kind_of(head)
    if kind.startswith("image/"):
        content = f"{len(content)} bytes {hashlib.sha256(content).hexdigest()}".encode()
    elif not trees.is_text(kind):
        content = b"something else" if content else b""
    head = {"Status": response.status_code, **head}
    if response.cookies:
        head["Cookies"] = ", ".join(sorted(response.cookies))
    return json.dumps(head).encode() + b"\n" + content


def file_of(folder: Path, part: str, language: str, role: str, path: str) -> Path:
    name = quote(trees.masked(path).strip("/"), safe="‹›?=&-") or "home"
    if len(name.encode()) > 200:
        name = name[:60] + hashlib.sha256(name.encode()).hexdigest()[:12]
    return folder / part / language / role / f"{name}.txt"


_part: Part
_folder: Path
_name: str


def write(task: tuple[str, str, str]) -> None:
    language, role, path = task
    found = ask(_part.clients[role], path, language)
    file = file_of(_folder, _name, language, role, path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(found)


def disconnect() -> None:
    connection.close()
    connection.close_pool()


def is_wanted(part: str, role: str, path: str, language: str) -> bool:
    """Signed-in readers request each of the many public pages of the demo in one language only."""
    return part != "demo" or role == "visitor" or language == ("en", "fr")[len(path) % 2]


def record(options) -> None:
    global _part, _folder, _name
    _folder = Path(options.folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    clock = Clock()
    clock.install()
    django.setup()
    for _name in options.parts:
        if not (options.only or options.roles):
            for language in options.languages:
                shutil.rmtree(_folder / _name / language, ignore_errors=True)
        started = time.monotonic()
        clock.stands = False
        with tempfile.TemporaryDirectory() as media, database(_name):
            own = {
                "MEDIA_ROOT": media,
                "ALLOWED_HOSTS": ["testserver"],
                "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
                "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
                "LANGUAGE_CODE": "en",
            }
            with override_settings(**own):
                clock.looks = 0
                _part = PARTS[_name]()
                clock.stands = True
                made = time.monotonic()
                tasks = [
                    (language, role, path)
                    for path in dict.fromkeys(_part.paths)
                    if not options.only or any(word in path for word in options.only)
                    for role in _part.clients
                    if not options.roles or role in options.roles
                    for language in options.languages
                    if is_wanted(_name, role, path, language)
                ]
                # URLs that differ only in a token share one file.
                tasks = list({file_of(_folder, _name, *task): task for task in tasks}.values())
                with override_settings(**_part.settings):
                    disconnect()
                    with multiprocessing.get_context("fork").Pool(options.processes) as pool:
                        for _done in pool.imap_unordered(write, tasks, chunksize=16):
                            pass
        now = time.monotonic()
        print(f"{_name}: {len(tasks)} pages, {made - started:.0f} + {now - made:.0f} s", flush=True)


# Comparison


def compare(options) -> int:
    before, after = Path(options.folder), Path(options.other)
    found = [
        {
            renamed(path): file
            for file in sorted(folder.rglob("*.txt"))
            if is_compared(path := file.relative_to(folder), options)
        }
        for folder in (before, after)
    ]
    common = sorted(found[0].keys() & found[1].keys())
    with multiprocessing.get_context("fork").Pool(options.processes) as pool:
        tasks = [(found[0][path], found[1][path]) for path in common]
        all_hunks = pool.starmap(hunks_of, tasks, chunksize=64)
    groups: dict[str, list[Path]] = defaultdict(list)
    for path, some in zip(common, all_hunks, strict=True):
        for hunk in some:
            groups[hunk].append(path)
    lost = sorted(found[0].keys() - found[1].keys())
    if not options.partial and lost:
        print(f"{len(lost)} pages are no longer there, such as {', '.join(map(str, lost[:5]))}")
    if new := sorted(found[1].keys() - found[0].keys()):
        print(f"{len(new)} pages are new, such as {', '.join(map(str, new[:5]))}")
    ordered = sorted(groups.items(), key=lambda item: -len(item[1]))
    for hunk, paths in ordered[: options.most]:
        print(f"\n== {len(paths)} times, such as {paths[0]} and {paths[-1]}\n{hunk}")
    if len(ordered) > options.most:
        print(f"\n… and {len(ordered) - options.most} more differences (--most)")
    differing = sum(bool(some) for some in all_hunks)
    print(f"\n{differing} of {len(common)} pages differ, in {len(groups)} ways.")
    return 1 if differing or new or (lost and not options.partial) else 0


def renamed(path: Path) -> Path:
    """The name as it would be masked now: what is recorded may be older than a mask."""
    return path.with_name(quote(trees.masked(unquote(path.name)), safe="‹›?=&-"))


def is_compared(path: Path, options) -> bool:
    part, language, role, name = path.parts
    return (
        part in options.parts
        and language in options.languages
        and (not options.roles or role in options.roles)
        and (not options.only or any(word in name for word in options.only))
    )


def hunks_of(before: Path, after: Path) -> list[str]:
    texts = [trees.masked(file.read_text(errors="replace")) for file in (before, after)]
    if texts[0] == texts[1]:
        return []
    a, b = map(trees.of_answer, texts)
    if "%2Fdelete.txt" in before.name:
        # Django lists the types of related objects in no fixed order.
        a, b = [sorted(line.strip() for line in some) for some in (a, b)]
    return [*dict.fromkeys(hunks(a, b))]


def hunks(a: list[str], b: list[str]) -> Iterator[str]:
    """Yield the differing parts without indentation, so that equal ones can be counted."""
    for tag, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            gone, come = [line.strip() for line in a[i:j]], [line.strip() for line in b[k:m]]
            title = "(depth only)\n" if gone == come else ""
            if not title and spaceless(gone) == spaceless(come):
                title = "(spaces only)\n"
            yield title + "\n".join([f"- {x}" for x in gone] + [f"+ {x}" for x in come])


def spaceless(found: list[str]) -> str:
    return re.sub(r"[\s“”]", "", "".join(found))


def words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.page_trees")
    parser.add_argument("verb", choices=["record", "compare"])
    parser.add_argument("folder")
    parser.add_argument("other", nargs="?")
    parser.add_argument("--only", type=words, default=[])
    parser.add_argument("--roles", type=words, default=[])
    parser.add_argument("--languages", type=words, default=["en", "fr"])
    parser.add_argument("--parts", type=words, default=["world", "demo"])
    parser.add_argument("--partial", action="store_true", help="pages may be missing in the other")
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    options = parser.parse_args()
    if options.verb == "compare":
        return compare(options)
    record(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Install hand-written functions, triggers and views after each `migrate`.

Their source is in the folder `sql` of each app, not in migrations. Installed objects are compared
with the files, so that no database has outdated versions:
docs/decisions/0013-migrations-and-sql.md.
"""

import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from django.apps import AppConfig
from django.db import DatabaseError, ProgrammingError, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models.signals import post_migrate

# The key of an advisory lock, so that installations run one at a time.
LOCK = 7_061_720
# A statement starts with one of these at the beginning of a line and ends before the next.
START = re.compile(
    r"^(?:CREATE (?P<kind>FUNCTION|VIEW|TYPE|(?:CONSTRAINT )?TRIGGER) (?P<name>\w+)"
    r"|SELECT \w+\(\);$)",
    re.MULTILINE,
)
TABLE = re.compile(r"\sON (\w+)")
COMMENTS = re.compile(r"(?:^--.*\n|^\s*\n)+\Z", re.MULTILINE)

# Installed objects of an app: functions, views and types by prefix, triggers by that of their
# function.
INSTALLED = r"""
WITH ours AS (
    SELECT 1 AS place, 'pg_proc'::regclass AS catalog, oid, 'FUNCTION' AS kind,
        proname::text AS name, oid::regprocedure::text AS identity, pg_get_functiondef(oid) AS text
    FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prokind = 'f'
        AND starts_with(proname, %(prefix)s)
    UNION ALL
    SELECT 2, 'pg_class'::regclass, oid, 'VIEW', relname, oid::regclass::text, pg_get_viewdef(oid)
    FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'v'
        AND starts_with(relname, %(prefix)s)
    UNION ALL
    SELECT 3, 'pg_type'::regclass, reltype, 'TYPE', relname, reltype::regtype::text, (
        SELECT string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod)), ', '
            ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
    )
    FROM pg_class c WHERE relnamespace = current_schema()::regnamespace AND relkind = 'c'
        AND starts_with(relname, %(prefix)s)
    UNION ALL
    SELECT 4, 'pg_trigger'::regclass, t.oid, 'TRIGGER', concat(tgname, ' ON ', relname),
        concat(quote_ident(tgname), ' ON ', tgrelid::regclass), pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_proc f ON f.oid = tgfoid JOIN pg_class c ON c.oid = tgrelid
    WHERE f.pronamespace = current_schema()::regnamespace AND starts_with(f.proname, %(prefix)s)
        AND NOT tgisinternal
)
SELECT kind, name, identity, left(md5(text), 12), coalesce(obj_description(oid, catalog::name), '')
FROM ours ORDER BY place, name
"""

# Kind and name.
Key = tuple[str, str]


@dataclass(frozen=True)
class Source:
    """An object defined in a file."""

    kind: str
    name: str
    text: str
    file: Path

    @property
    def key(self) -> Key:
        return self.kind, self.name

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]

    def replacement(self) -> list[str]:
        """Return statements that replace an installed object with the same signature."""
        if self.kind == "TYPE":
            return [self.text]
        if self.text.startswith("CREATE CONSTRAINT TRIGGER"):
            return [f"DROP TRIGGER IF EXISTS {self.name}", self.text]
        return [self.text.replace("CREATE", "CREATE OR REPLACE", 1)]


@dataclass(frozen=True)
class Installed:
    """An object in the database. `digest` is that of its definition, `note` its database comment.

    The note holds the digest of the source and that of the resulting definition.
    """

    kind: str
    name: str
    identity: str
    digest: str
    note: str

    @property
    def key(self) -> Key:
        return self.kind, self.name


@dataclass
class Files:
    """All objects defined by the files of an app, in order of creation."""

    sources: list[Source]
    # Statements to run after an object in a file was replaced.
    after: dict[Path, list[str]]


def read_files(folder: Path) -> Files:
    """Parse the .sql files of a folder, in the order of their names."""
    files = Files([], {})
    for file in sorted(folder.glob("*.sql")):
        text = file.read_text(encoding="utf-8")
        starts = [*START.finditer(text)]
        ends = [*(found.start() for found in starts[1:]), len(text)]
        for found, end in zip(starts, ends, strict=True):
            statement = COMMENTS.sub("", text[found.start() : end]).rstrip().rstrip(";")
            if found["kind"] is None:
                files.after.setdefault(file, []).append(statement)
                continue
            kind, name = found["kind"].rpartition(" ")[2], found["name"]
            if kind == "TRIGGER":
                table = TABLE.search(statement)
                if table is None:
                    raise ValueError(f"{file}: the trigger {name} has no table.")
                name = f"{name} ON {table[1]}"
            files.sources.append(Source(kind, name, statement, file))
    return files


class Installer:
    """Updates the objects of an app in one database from its files."""

    def __init__(self, app: AppConfig, using: str):
        self.connection = connections[using]
        self.prefix = f"{app.label}_"
        self.files = read_files(Path(app.path) / "sql")
        self.wanted = {source.key: source for source in self.files.sources}

    def installed(self) -> list[Installed]:
        with self.connection.cursor() as cursor:
            cursor.execute(INSTALLED, {"prefix": self.prefix})
            return [Installed(*row) for row in cursor.fetchall()]

    def outdated(self, found: list[Installed]) -> list[Source]:
        """Return sources whose object is missing, was modified, or was made from another source."""
        notes = {each.key: each.note for each in found if each.note.endswith(each.digest)}
        return [
            each
            for each in self.files.sources
            if not notes.get(each.key, "").startswith(each.digest)
        ]

    def obsolete(self, found: list[Installed]) -> list[Installed]:
        return [each for each in found if each.key not in self.wanted]

    def is_current(self) -> bool:
        found = self.installed()
        # Overloaded functions have the same name.
        return len(found) == len(self.wanted) and not self.outdated(found)

    def install(self) -> list[str]:
        """Update all objects and return descriptions of the changes."""
        if self.is_current():
            return []
        self.run("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            return self.update()
        finally:
            self.run("SELECT pg_advisory_unlock(%s)", [LOCK])

    def update(self) -> list[str]:
        with transaction.atomic(using=self.connection.alias):
            before = self.installed()
            outdated = self.outdated(before)
            if not self.replace(outdated):
                self.drop(self.installed())
                for source in self.files.sources:
                    self.run(source.text)
            changed = differences(before, self.installed())
            keys = {*(each.key for each in outdated), *(each.key for _verb, each in changed)}
            # Without a note they are outdated: an interrupted installation is repeated.
            for each in self.installed():
                if each.key in keys:
                    self.comment(each, "")
            after = self.installed()
        # Not in the same transaction: replaced triggers lock their tables until the commit.
        self.follow_up(keys)
        with transaction.atomic(using=self.connection.alias):
            for each in after:
                self.comment(each, f"{self.wanted[each.key].digest} {each.digest}")
        return [f"{verb} {each.kind.lower()} {each.identity}" for verb, each in changed]

    def replace(self, sources: list[Source]) -> bool:
        """Replace objects in place; return False if their signatures are incompatible."""
        try:
            with transaction.atomic(using=self.connection.alias):
                for source in sources:
                    for statement in source.replacement():
                        self.run(statement)
                self.drop(self.obsolete(self.installed()))
                if len(self.installed()) != len(self.wanted):
                    raise ProgrammingError("A function has other arguments than before.")
        except ProgrammingError:
            # Changed columns, arguments or results. Errors in a file are raised on creation.
            return False
        return True

    def drop(self, objects: list[Installed]) -> None:
        """Drop only these objects, in an order that respects dependencies."""
        while objects:
            left: list[Installed] = []
            for each in reversed(objects):
                try:
                    with transaction.atomic(using=self.connection.alias):
                        self.run(f"DROP {each.kind} {each.identity}")
                except DatabaseError:
                    if each == objects[0] and len(left) == len(objects) - 1:
                        raise
                    left.insert(0, each)
            objects = left

    def comment(self, each: Installed, note: str) -> None:
        if each.note != note:
            self.run(f"COMMENT ON {each.kind} {each.identity} IS '{note}'")

    def follow_up(self, changed: set[Key]) -> None:
        """Run the follow-up statements of the files with changed objects, and commit each."""
        files = {self.wanted[key].file for key in changed & self.wanted.keys()}
        statements = [line for file in sorted(files) for line in self.files.after.get(file, [])]
        for statement in dict.fromkeys(statements):
            self.run(statement)

    def run(self, statement: str, parameters: list | None = None) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, parameters)


def differences(before: list[Installed], after: list[Installed]) -> list[tuple[str, Installed]]:
    """Compare objects and return [(verb, object)]."""
    old = {(each.kind, each.identity): each for each in before}
    new = {(each.kind, each.identity): each for each in after}
    both = new.keys() & old.keys()
    return [
        *[("Removed", old[key]) for key in old if key not in new],
        *[("Added", new[key]) for key in new if key not in old],
        *[
            ("Replaced", new[key])
            for key in new
            if key in both and new[key].digest != old[key].digest
        ],
    ]


def install(
    *, app_config: AppConfig, using: str, verbosity: int = 1, stdout=None, **kwargs
) -> None:
    """Receiver of `post_migrate`."""
    installer = Installer(app_config, using)
    if installer.is_current() or not is_migrated(app_config, using):
        return
    is_new = not installer.installed()
    changed = installer.install()
    if verbosity < 1:
        return
    stdout = stdout or sys.stdout
    if is_new:
        stdout.write(f"  Installed {len(changed)} functions, triggers and views.\n")
    for line in [] if is_new else changed:
        stdout.write(f"  {line}\n")


def is_migrated(app: AppConfig, using: str) -> bool:
    """Are all migrations of an app applied? Functions require the latest tables."""
    loader = MigrationLoader(connections[using])
    return all(node in loader.applied_migrations for node in loader.graph.leaf_nodes(app.label))


def install_after_migrate(app: AppConfig) -> None:
    """Connect the installer; call this in `ready()` of each app with a folder `sql`."""
    post_migrate.connect(install, sender=app, dispatch_uid=f"{app.label}.sql")

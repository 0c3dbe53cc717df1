"""Write a series folder to the database without overwriting edits by staff."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from pathlib import Path

import yaml
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from repository.loading.desired import APPEARANCE_TITLES, WANTED, Wanted, evidence_row
from repository.loading.kinds import FURTHER, MODELS, OWNERS
from repository.loading.locking import lock_for_load
from repository.models import (
    Appearance,
    Consent,
    Country,
    Evidence,
    LoadRecord,
    Series,
    Webinar,
)
from repository.places import gazetteer
from repository.translations.loading import load_translations, report_stale, translated_keys

from .entries import Entry, Mistake, SeriesError, SeriesFolder
from .reading import read_series
from .schema import KINDS
from .state import digest, present_state, wanted_state

CONTENT = Path(__file__).resolve().parent.parent / "content"
# The kind of the load record of a folder.
FOLDER = "folder"


@dataclass
class Outcome:
    """Counts of created, changed and unchanged objects, and the objects that were skipped."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left_alone: list[str] = field(default_factory=list)


def load_series(
    folder: Path, *, overwrite: bool = False, progress: Callable[[str], object] = lambda line: None
) -> Outcome:
    """Load the whole folder into the database, or nothing.

    Objects that staff have edited since the last load, or created with the same key, are skipped
    unless `overwrite` is set. Raises SeriesError with all errors.
    """
    return _with_all_mistakes(partial(_load_series, folder, overwrite, progress))


def _with_all_mistakes(load: Callable[[bool], Outcome]) -> Outcome:
    """Load without asking the database about each constraint first; ask only if that fails.

    With a query for each constraint of each object, a load takes twice as long.
    """
    try:
        return load(False)
    except (IntegrityError, SeriesError):
        return load(True)


def _load_series(
    folder: Path, overwrite: bool, progress: Callable[[str], object], ask_first: bool
) -> Outcome:
    countries = set(Country.objects.values_list("iso2", flat=True))
    content = read_series(folder, countries=countries)
    _find_places(content.found["city"], content.mistakes)
    with transaction.atomic():
        lock_for_load()
        before = translated_keys()
        writer = _Writer(overwrite=overwrite, mistakes=content.mistakes, ask_first=ask_first)
        plan = _plan(content)
        for number, (kind, entry) in enumerate(plan, 1):
            progress(f"{number} of {len(plan)}: {kind.replace('_', ' ')} {_key(kind, entry)}")
            writer.write(kind, entry, content.series)
        # Figures of the series cite webinars, and webinars need the series first.
        if content.series.is_sound:
            writer.write_evidence_of_series(content.series)
        for kind, entry in _left_out(content, plan):
            writer.check(kind, entry, content.series)
        if writer.mistakes:
            raise SeriesError(writer.mistakes)
        writer.finish(content)
        writer.write_records()
        writer.outcome.changed += load_translations(folder, writer.mistakes)
        if writer.mistakes:
            raise SeriesError(writer.mistakes)
        report_stale(before)
    return writer.outcome


def _plan(content: SeriesFolder) -> list[tuple[str, Entry]]:
    """Return the entries to write, each after those it refers to."""
    before = ("reference", "theme", "city", "organization", "speaker", "practice")
    after = ("webinar", "case", "recommendation", "landscape_section", "glossary_term")
    if not content.series.is_sound:
        after = ("glossary_term",)
    plan = [(kind, entry) for kind in before for entry in content.entries[kind].values()]
    plan.append(("series", content.series))
    further = tuple(FURTHER) if content.series.is_sound else ()
    plan += [(kind, entry) for kind in after + further for entry in content.entries[kind].values()]
    return [(kind, entry) for kind, entry in plan if entry.is_sound]


def _left_out(content: SeriesFolder, plan: list[tuple[str, Entry]]) -> list[tuple[str, Entry]]:
    """Return the readable entries that are not written, starting with the series."""
    planned = {id(entry) for _kind, entry in plan}
    entries = [("series", content.series)]
    entries += [(kind, entry) for kind, found in content.found.items() for entry in found]
    return [(kind, entry) for kind, entry in entries if entry.lines and id(entry) not in planned]


def load_countries(*, overwrite: bool = False) -> Outcome:
    """Load the countries of ISO 3166-1 and their groups from `repository/content`."""
    return _with_all_mistakes(partial(_load_countries, overwrite))


def _load_countries(overwrite: bool, ask_first: bool) -> Outcome:
    sources = yaml.safe_load((CONTENT / "countries.sources.yaml").read_text(encoding="utf-8"))
    # Convert dates to strings for the JSON column.
    sources = json.loads(json.dumps(sources, default=str))
    with transaction.atomic(), (CONTENT / "countries.csv").open(encoding="utf-8") as lines:
        lock_for_load()
        writer = _Writer(overwrite=overwrite, ask_first=ask_first)
        for number, row in enumerate(csv.DictReader(lines), 2):
            entry = Entry(row)
            entry.file, entry.line = "countries.csv", number
            entry["sources"] = sources
            writer.write("country", entry, entry)
        if writer.mistakes:
            raise SeriesError(writer.mistakes)
        writer.write_records()
        Country.objects.refresh_names()
    return writer.outcome


def _find_places(cities: list[Entry], mistakes: list[Mistake]) -> None:
    """Add the gazetteer entry as `place` to each city that is not described by hand."""
    wanted = [
        (city, (city.get("gazetteer") or city["name"], city["country"]))
        for city in cities
        if not city.get("by_hand") and not city.wrong & {"name", "gazetteer", "country", "by_hand"}
    ]
    found = gazetteer.look_up(pair for _city, pair in wanted) if wanted else {}
    for city, (name, country) in wanted:
        if places := found[name, country]:
            city["place"] = places[0]
        else:
            city.is_sound = False
            reason = (
                f"the gazetteer has no {name} in {country}: give its name there as gazetteer, "
                "or its coordinates and by_hand: true"
            )
            mistakes.append(Mistake(city.file, city.line_of("name"), "name", reason))


def _key(kind: str, entry: Entry):
    if kind in FURTHER:
        return entry[KINDS[kind].key]
    return entry["iso2" if kind == "country" else MODELS[kind][1]]


class _Writer:
    """Brings objects to their desired state, counting changes and collecting errors.

    It continues after an error, without the invalid data, so that all errors are reported at once;
    the caller must then roll back.

    Unless constraints are validated first (`ask_first`), a violated one raises IntegrityError.
    """

    def __init__(self, *, overwrite: bool, ask_first: bool, mistakes: Iterable[Mistake] = ()):
        self.overwrite = overwrite
        self.asking = {"validate_unique": ask_first, "validate_constraints": ask_first}
        self.outcome = Outcome()
        self.mistakes = list(mistakes)
        self.records = {(record.kind, record.key): record for record in LoadRecord.objects.all()}
        self.recorded: list[LoadRecord] = []
        self.pks: dict[str, dict] = {}
        self.keys: dict[str, dict] = {}
        self.series_pk = None
        self.locked: set[str] = set()
        for kind in MODELS:
            self._remember(kind)

    def _lock_all(self, kind: str) -> None:
        """Lock all objects of a further kind before any of them is read.

        Members' decisions about them must not be overwritten. Locking them one by one, after pages
        that a decision locks in the opposite order, could deadlock.
        """
        if kind not in self.locked:
            self.locked.add(kind)
            rows = MODELS[kind][0]._default_manager.select_for_update(of=("self",))
            list(rows.order_by("pk").values_list("pk", flat=True))

    def _remember(self, kind: str) -> None:
        model, key = MODELS[kind]
        rows = model._default_manager.all()
        if kind == "webinar":
            rows = rows.filter(series=self.series_pk)
        if kind in FURTHER:  # most of these were never in a folder
            rows = rows.exclude(**{key: ""})
        pairs = list(rows.values_list(key, "pk"))
        self.pks[kind] = dict(pairs)
        self.keys[kind] = {pk: name for name, pk in pairs}

    def write(self, kind: str, entry: Entry, series: Entry) -> None:
        key = _key(kind, entry)
        # Webinar numbers are unique within a series only.
        record = f"{series['slug']}/{key}" if kind == "webinar" else str(key)
        wanted = WANTED[kind](entry, series)
        if kind in FURTHER:
            self._lock_all(kind)
        instance = self._find(kind, key)
        if instance is None:
            instance = MODELS[kind][0](**{MODELS[kind][1]: key}, **wanted.once)
            changes = set(wanted_state(wanted))
        else:
            changes = self._changes(kind, record, instance, wanted)
        is_new = instance._state.adding
        if changes and self._save(instance, wanted, entry, changes):
            self.outcome.created += is_new
            self.outcome.changed += not is_new
            self.pks[kind][key] = instance.pk
            self.keys[kind][instance.pk] = key
            self._record(kind, record, digest(present_state(instance, wanted, self.keys)))
        if kind == "series":
            self.series_pk = instance.pk
            self._remember("webinar")

    def finish(self, content: SeriesFolder) -> None:
        """Call `finish` of each further kind, to handle objects removed from its file."""
        series = Series.objects.get(pk=self.series_pk)
        for kind, further in FURTHER.items():
            self._lock_all(kind)
            further.finish(series, content.entries[kind].keys())

    def _find(self, kind: str, key):
        pk = self.pks[kind].get(key)
        return None if pk is None else MODELS[kind][0]._default_manager.get(pk=pk)

    def check(self, kind: str, entry: Entry, series: Entry) -> None:
        """Also collect the model's validation errors of an entry that is not written."""
        key = _key(kind, entry)
        instance = self._find(kind, key) or MODELS[kind][0](**{MODELS[kind][1]: key})
        wanted = WANTED[kind](entry, series)
        left_out = {FIELDS.get(name, name) for name in entry.wrong}
        left_out.update(self._fill(instance, wanted), wanted.once)
        if kind == "series":
            self.series_pk = instance.pk
            self._remember("webinar")
        # Without a key it is unknown which object this is, so uniqueness cannot be checked.
        is_known = key is not None and (kind != "webinar" or self.series_pk is not None)
        if not is_known:
            left_out.update(wanted.links, [MODELS[kind][1]])
        try:
            instance.full_clean(exclude=left_out, validate_unique=is_known)
        except ValidationError as error:
            self._note(instance, entry, error)
        self._check_evidence(entry)

    def _check_evidence(self, entry: Entry) -> None:
        links = {"practice", "reference", "webinar"}
        for row in entry.get("evidence") or []:
            columns = evidence_row(row)
            evidence = Evidence(**{name: columns[name] for name in columns.keys() - links})
            wrong = {FIELDS.get(name, name) for name in row.wrong}
            try:
                evidence.full_clean(exclude={"case", "series", "section"} | links | wrong)
            except ValidationError as error:
                self._note(evidence, row, error, file=entry.file)

    def write_evidence_of_series(self, entry: Entry) -> None:
        """Write the figures of the series, with a load record of their own."""
        kind, key = "figures of series", entry["slug"]
        series = self._find("series", key)
        if series is None:
            return
        wanted = Wanted(evidence=[evidence_row(row) for row in entry.get("evidence") or []])
        is_new = (kind, key) not in self.records and not series.evidence.exists()
        changes = {"evidence"} if is_new else self._changes(kind, key, series, wanted)
        if changes:
            self._write_evidence(series, "series", wanted.evidence, entry)
            self.outcome.created += is_new
            self.outcome.changed += not is_new
            self._record(kind, key, digest(present_state(series, wanted, self.keys)))

    def _changes(self, kind: str, record: str, instance, wanted: Wanted) -> set[str]:
        """Return the parts of an existing object to write; count it if there are none."""
        state = present_state(instance, wanted, self.keys)
        changes = {part for part, value in wanted_state(wanted).items() if state[part] != value}
        if not changes:
            self.outcome.unchanged += 1
            self._record(kind, record, digest(state))
            return set()
        if kind in FURTHER and FURTHER[kind].kept(instance):
            self.outcome.left_alone.append(f"{kind.replace('_', ' ')} {record}")
            return set()
        last = self.records.get((kind, record))
        is_as_written = last is not None and is_as_loaded(last, state)
        if kind in FURTHER or self.overwrite or is_as_written:
            return changes
        self.outcome.left_alone.append(f"{kind.replace('_', ' ')} {record}")
        return set()

    def _save(self, instance, wanted: Wanted, entry: Entry, changes: set[str]) -> bool:
        """Write the fields, and changed links, tags and rows; return False if impossible."""
        missing = self._fill(instance, wanted)
        can_be = all(instance._meta.get_field(name).null for name in missing)
        try:
            instance.full_clean(exclude=missing, **self.asking)
        except ValidationError as error:
            self._note(instance, entry, error)
            can_be = False
        if not can_be:
            self._check_evidence(entry)
            return False
        instance.save()
        for name in changes & set(wanted.many):
            kind, keys = wanted.many[name]
            relation = getattr(instance, name)
            relation.clear()
            source, target = relation.source_field_name, relation.target_field_name
            # In the order of the file: the main theme comes first. `add` keeps none.
            relation.through._default_manager.bulk_create(
                relation.through(**{source: instance, f"{target}_id": pk})
                for key in keys
                if (pk := self._pk(kind, key)) is not None
            )
        if "tags" in changes and wanted.tags is not None:
            instance.tags.set(wanted.tags)
        if "evidence" in changes and wanted.evidence is not None:
            self._write_evidence(instance, OWNERS[type(instance)], wanted.evidence, entry)
        if "appearances" in changes and wanted.appearances is not None:
            self._write_appearances(instance, wanted.appearances)
        return True

    def _fill(self, instance, wanted: Wanted) -> list[str]:
        """Set fields and links; return the names of links that could not be set.

        Objects with errors were not written.
        """
        for name, value in wanted.fields.items():
            setattr(instance, name, value)
        missing = []
        for name, (kind, key) in wanted.links.items():
            pk = self._pk(kind, key)
            setattr(instance, f"{name}_id", pk)
            if pk is None and (key is not None or not instance._meta.get_field(name).null):
                missing.append(name)
        return missing

    def _write_evidence(self, owner, name: str, rows: list[dict], entry: Entry) -> None:
        owner.evidence.all().delete()
        valid = []
        for position, row in enumerate(rows):
            evidence = Evidence(**{name: owner}, position=position)
            for key, value in row.items():
                if key in ("practice", "reference", "webinar"):
                    setattr(evidence, f"{key}_id", self._pk(key, value))
                else:
                    setattr(evidence, key, value)
            try:
                evidence.full_clean(**self.asking)
            except ValidationError as error:
                self._note(evidence, entry["evidence"][position], error, file=entry.file)
            else:
                valid.append(evidence)
        Evidence.objects.bulk_create(valid)

    def _write_appearances(self, webinar: Webinar, rows: list[dict]) -> None:
        """Update the appearances in the order of the file, keeping the consent of speakers."""
        given = {self._pk("speaker", row["speaker"]): row for row in rows}
        given.pop(None, None)
        webinar.appearances.exclude(speaker__in=given).delete()
        # A series in a folder was recorded and published before this site asked for consent.
        then = {"recording_consent": Consent.THEN, "slides_consent": Consent.THEN}
        for position, (speaker, row) in enumerate(given.items()):
            texts = {"honorific": row["honorific"], "title": row["title"], "position": position}
            texts |= {name: row.get(name, "") for name in APPEARANCE_TITLES}
            Appearance.objects.update_or_create(
                webinar=webinar, speaker_id=speaker, defaults=texts, create_defaults=texts | then
            )

    def _pk(self, kind: str, key):
        return self.pks[kind].get(key)

    def _note(self, instance, entry: Entry, error: ValidationError, file: str = "") -> None:
        for name, reasons in error.message_dict.items():
            for reason in reasons:
                key = (
                    _key_of_constraint(instance, entry, reason)
                    if name == NON_FIELD_ERRORS
                    else name
                )
                key = KEYS.get(key, key)
                self.mistakes.append(
                    Mistake(file or entry.file, entry.line_of(key), key, str(reason))
                )

    def _record(self, kind: str, key: str, digest: str) -> None:
        record = self.records.get((kind, key))
        if record is None:
            record = LoadRecord(kind=kind, key=key)
            self.records[(kind, key)] = record
        if record.digest != digest:
            record.digest = digest
            self.recorded.append(record)

    def write_records(self) -> None:
        LoadRecord.objects.bulk_create(
            self.recorded,
            update_conflicts=True,
            unique_fields=["kind", "key"],
            update_fields=["digest", "loaded_at"],
        )


def folder_digest(folder: Path) -> str:
    """Return a digest of a folder, of the countries and of this release, which loads them."""
    found = hashlib.sha256(settings.RELEASE.encode())
    for place in (folder, CONTENT):
        for path in sorted(path for path in place.rglob("*") if path.is_file()):
            found.update(f"{path.relative_to(place)} {path.stat().st_size}\n".encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def is_loaded(folder: Path, digest: str) -> bool:
    """Was the folder loaded with this digest, and does everything that was loaded still exist?"""
    record = LoadRecord.objects.filter(kind=FOLDER, key=folder.resolve().name, digest=digest)
    return record.exists() and not _records_of_deleted()


def record_folder(folder: Path, digest: str) -> None:
    """Record that the folder has been loaded, and delete the records of what no longer exists."""
    key = folder.resolve().name
    if not LoadRecord.objects.filter(kind=FOLDER, key=key, digest=digest).exists():
        LoadRecord.objects.update_or_create(kind=FOLDER, key=key, defaults={"digest": digest})
    LoadRecord.objects.filter(pk__in=_records_of_deleted()).delete()


def _records_of_deleted() -> list[int]:
    """Return the primary keys of the records of objects that no longer exist."""
    webinars = Webinar.objects.values_list("series__slug", "number")
    existing = {("webinar", f"{series}/{number}") for series, number in webinars}
    for kind, (model, key) in MODELS.items():
        existing.update((kind, str(name)) for name in model.objects.values_list(key, flat=True))
    records = LoadRecord.objects.filter(kind__in=MODELS).values_list("pk", "kind", "key")
    return [pk for pk, *names in records if tuple(names) not in existing]


def is_as_loaded(record: LoadRecord, state: dict) -> bool:
    """Is the object unchanged since `record` was written?

    The digest of the record lacks parts added by later releases. These are empty until somebody
    fills them in, so digests without one or two of the empty parts match as well.
    """
    empty = [part for part, value in state.items() if value in ("", None, [], {})]
    return any(
        record.digest == digest({part: state[part] for part in state if part not in added})
        for size in range(3)
        for added in combinations(empty, size)
    )


# Fields with other names in the files.
KEYS = {
    "is_headline": "headline",
    "is_missing": "missing",
    "geoname_id": "gazetteer",
    "has_sea_port": "sea_port",
    "has_dry_port": "dry_port",
    "has_rail_hub": "rail_hub",
    "has_air_hub": "air_hub",
}
FIELDS = {key: name for name, key in KEYS.items()}


def _key_of_constraint(instance, entry: Entry, reason: str) -> str:
    """Return the first key of an entry that a violated constraint refers to; empty if none."""
    for constraint in instance._meta.constraints:
        if str(constraint.violation_error_message) == reason:
            names = getattr(constraint, "fields", ()) or _columns(constraint.condition)
            return next((name for name in names if entry.get(name) is not None), "")
    return ""


def _columns(condition: models.Q) -> list[str]:
    """Return the fields in a condition, in order."""
    names: list[str] = []
    for child in condition.children:
        names += _columns(child) if isinstance(child, models.Q) else [child[0].split("__")[0]]
    return names

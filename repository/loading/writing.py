"""Write a series folder into the collection, without overwriting what staff have edited."""

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import yaml
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction

from repository import gazetteer
from repository.models import (
    Appearance,
    CaseStudy,
    City,
    Country,
    Evidence,
    GlossaryTerm,
    Goal,
    LoadRecord,
    Organization,
    Practice,
    Recommendation,
    Reference,
    Series,
    Speaker,
    Theme,
    Webinar,
)

from .reading import Entry, Mistake, SeriesError, read_series
from .wanted import EVIDENCE_FIELDS, WANTED, Wanted, evidence_row

CONTENT = Path(__file__).resolve().parent.parent / "content"

# The model of each kind and the field that names its objects in the files.
MODELS: dict[str, tuple[type[models.Model], str]] = {
    "country": (Country, "iso2"),
    "goal": (Goal, "number"),
    "theme": (Theme, "slug"),
    "reference": (Reference, "key"),
    "city": (City, "slug"),
    "organization": (Organization, "slug"),
    "speaker": (Speaker, "slug"),
    "practice": (Practice, "slug"),
    "series": (Series, "slug"),
    "webinar": (Webinar, "number"),
    "case": (CaseStudy, "slug"),
    "recommendation": (Recommendation, "slug"),
    "glossary_term": (GlossaryTerm, "slug"),
}

# Any number, the same in every process: two loaders wait for each other.
LOCK = 20201204


@dataclass
class Outcome:
    """How many objects were made, changed and found as they should be; which were left alone."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left_alone: list[str] = field(default_factory=list)


def load_series(
    folder: Path, *, overwrite: bool = False, progress: Callable[[str], object] = lambda line: None
) -> Outcome:
    """Load the folder into the database, all of it or nothing.

    An object that staff have edited since the last load, or made by hand under the same key, is
    left alone unless `overwrite` is set. Raises SeriesError with every mistake at once.
    """
    countries = set(Country.objects.values_list("iso2", flat=True))
    content = read_series(folder, countries=countries)
    _find_places(list(content.entries["city"].values()))
    with transaction.atomic():
        _lock()
        writer = _Writer(overwrite=overwrite)
        series = content.series
        plan = [("reference", entry) for entry in content.entries["reference"].values()]
        for kind in ("theme", "city", "organization", "speaker", "practice"):
            plan += [(kind, entry) for entry in content.entries[kind].values()]
        plan.append(("series", series))
        for kind in ("webinar", "case", "recommendation", "glossary_term"):
            plan += [(kind, entry) for entry in content.entries[kind].values()]
        for number, (kind, entry) in enumerate(plan, 1):
            progress(f"{number} of {len(plan)}: {kind.replace('_', ' ')} {_key(kind, entry)}")
            writer.write(kind, entry, series)
        # The figures of a series cite webinars, which need the series first.
        writer.write_evidence_of_series(series)
        if writer.mistakes:
            raise SeriesError(writer.mistakes)
    return writer.outcome


def load_countries(*, overwrite: bool = False) -> Outcome:
    """Load the countries of ISO 3166-1 with their groups from `repository/content`."""
    sources = yaml.safe_load((CONTENT / "countries.sources.yaml").read_text(encoding="utf-8"))
    # Dates as texts: the column is JSON.
    sources = json.loads(json.dumps(sources, default=str))
    with transaction.atomic(), (CONTENT / "countries.csv").open(encoding="utf-8") as lines:
        _lock()
        writer = _Writer(overwrite=overwrite)
        for number, row in enumerate(csv.DictReader(lines), 2):
            entry = Entry(row)
            entry.file, entry.line, entry.lines = "countries.csv", number, {}
            entry["sources"] = sources
            writer.write("country", entry, entry)
        if writer.mistakes:
            raise SeriesError(writer.mistakes)
    return writer.outcome


def _find_places(cities: list[Entry]) -> None:
    """Put the entry of the gazetteer into each city that is not described by hand, as `place`."""
    names = {
        id(city): (city.get("gazetteer") or city["name"], city["country"])
        for city in cities
        if not city.get("by_hand")
    }
    found = gazetteer.look_up(names.values()) if names else {}
    mistakes = []
    for city in cities:
        if id(city) not in names:
            continue
        name, country = names[id(city)]
        if places := found[name, country]:
            city["place"] = places[0]
        else:
            reason = (
                f"the gazetteer has no {name} in {country}: give its name there as gazetteer, "
                "or its coordinates and by_hand: true"
            )
            mistakes.append(Mistake(city.file, city.line_of("name"), "name", reason))
    if mistakes:
        raise SeriesError(mistakes)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _key(kind: str, entry: Entry):
    return entry["iso2" if kind == "country" else MODELS[kind][1]]


class _Writer:
    """Brings objects into the wanted state one by one and keeps count."""

    def __init__(self, *, overwrite: bool):
        self.overwrite = overwrite
        self.outcome = Outcome()
        self.mistakes: list[Mistake] = []
        self.records = {(record.kind, record.key): record for record in LoadRecord.objects.all()}
        self.pks: dict[str, dict] = {}
        self.keys: dict[str, dict] = {}
        self.series_pk = None
        for kind in MODELS:
            self._remember(kind)

    def _remember(self, kind: str) -> None:
        model, key = MODELS[kind]
        rows = model._default_manager.all()
        if kind == "webinar":
            rows = rows.filter(series=self.series_pk)
        pairs = list(rows.values_list(key, "pk"))
        self.pks[kind] = dict(pairs)
        self.keys[kind] = {pk: name for name, pk in pairs}

    def write(self, kind: str, entry: Entry, series: Entry) -> None:
        model = MODELS[kind][0]
        key = _key(kind, entry)
        wanted = WANTED[kind](entry, series)
        pk = self.pks[kind].get(key)
        instance = model._default_manager.get(pk=pk) if pk is not None else None
        if instance is not None and not self._may_write(kind, key, entry, instance, wanted):
            if kind == "series":
                self._enter_series(instance)
            return
        if instance is None:
            instance = model(**{MODELS[kind][1]: key}, **wanted.once)
            self.outcome.created += 1
        else:
            self.outcome.changed += 1
        if not self._save(instance, wanted, entry):
            return
        self.pks[kind][key] = instance.pk
        self.keys[kind][instance.pk] = key
        if kind == "series":
            self._enter_series(instance)
        self._record(kind, key, self._digest(self._state(instance, wanted)))

    def write_evidence_of_series(self, entry: Entry) -> None:
        """The figures of the series, kept as an object of their own in the records."""
        if self.series_pk is None:
            return
        wanted = Wanted(evidence=[evidence_row(row) for row in entry.get("evidence") or []])
        series = Series.objects.get(pk=self.series_pk)
        key, state = entry["slug"], self._state(series, wanted)
        record = self.records.get(("series evidence", key))
        if record is None or self.overwrite or record.digest == self._digest(state):
            if state != self._wanted_state(wanted):
                self._write_evidence(series, wanted.evidence, entry, "series")
            self._record("series evidence", key, self._digest(self._state(series, wanted)))
        else:
            self.outcome.left_alone.append(f"figures of series {key}")

    def _enter_series(self, series: Series) -> None:
        self.series_pk = series.pk
        self._remember("webinar")

    def _may_write(self, kind, key, entry, instance, wanted) -> bool:
        """Whether an object that is already there should be written; counts it otherwise."""
        state = self._state(instance, wanted)
        if state == self._wanted_state(wanted):
            self.outcome.unchanged += 1
            self._record(kind, key, self._digest(state))
            return False
        record = self.records.get((kind, str(key)))
        untouched = record is not None and record.digest == self._digest(state)
        if untouched or self.overwrite:
            return True
        self.outcome.left_alone.append(f"{kind.replace('_', ' ')} {key}")
        return False

    def _save(self, instance, wanted: Wanted, entry: Entry) -> bool:
        """Write fields, links, tags and rows of one object; False where it is invalid."""
        for name, value in wanted.fields.items():
            setattr(instance, name, value)
        for name, (kind, key) in wanted.links.items():
            setattr(instance, f"{name}_id", self._pk(kind, key))
        try:
            instance.full_clean()
        except ValidationError as error:
            self._note(entry, error)
            return False
        instance.save()
        for name, (kind, keys) in wanted.many.items():
            # One by one: pages show them in the order of the file, the main theme first.
            relation = getattr(instance, name)
            relation.clear()
            for key in keys:
                relation.add(self._pk(kind, key))
        if wanted.tags is not None:
            instance.tags.set(wanted.tags)
        if wanted.evidence is not None:
            self._write_evidence(instance, wanted.evidence, entry, "case")
        if wanted.appearances is not None:
            instance.appearances.all().delete()
            for position, row in enumerate(wanted.appearances):
                row = row | {"speaker_id": self._pk("speaker", row["speaker"])}
                del row["speaker"]
                Appearance.objects.create(webinar=instance, position=position, **row)
        return True

    def _write_evidence(self, owner, rows: list[dict], entry: Entry, name: str) -> None:
        owner.evidence.all().delete()
        for position, row in enumerate(rows):
            evidence = Evidence(**{name: owner}, position=position)
            for key, value in row.items():
                if key in ("reference", "webinar"):
                    setattr(evidence, f"{key}_id", self._pk(key, value))
                else:
                    setattr(evidence, key, value)
            try:
                evidence.full_clean()
            except ValidationError as error:
                self._note(entry["evidence"][position], error, file=entry.file)
                continue
            evidence.save()

    def _pk(self, kind: str, key):
        return None if key is None else self.pks[kind][key]

    def _note(self, entry: Entry, error: ValidationError, file: str = "") -> None:
        for name, texts in error.message_dict.items():
            shown = "" if name == "__all__" else name
            for text in texts:
                self.mistakes.append(
                    Mistake(file or entry.file, entry.line_of(name), shown, str(text))
                )

    def _record(self, kind: str, key, digest: str) -> None:
        record = self.records.get((kind, str(key)))
        if record is None:
            record = LoadRecord(kind=kind, key=str(key))
            self.records[(kind, str(key))] = record
        if record.digest != digest:
            record.digest = digest
            record.save()

    def _wanted_state(self, wanted: Wanted) -> dict:
        return _plain(
            {
                **wanted.fields,
                **{name: key for name, (_kind, key) in wanted.links.items()},
                **{name: sorted(keys, key=str) for name, (_kind, keys) in wanted.many.items()},
                "tags": sorted(wanted.tags, key=str.lower) if wanted.tags is not None else None,
                "evidence": wanted.evidence,
                "appearances": wanted.appearances,
            }
        )

    def _state(self, instance, wanted: Wanted) -> dict:
        """The present state of an object, in the shape of the wanted one."""
        state = {name: getattr(instance, name) for name in wanted.fields}
        for name, (kind, _k) in wanted.links.items():
            state[name] = self.keys[kind].get(getattr(instance, f"{name}_id"))
        for name, (kind, _ks) in wanted.many.items():
            pks = getattr(instance, name).order_by().values_list("pk", flat=True)
            state[name] = sorted((self.keys[kind].get(pk) for pk in pks), key=str)
        state["tags"] = state["evidence"] = state["appearances"] = None
        if wanted.tags is not None:
            state["tags"] = sorted((tag.name for tag in instance.tags.all()), key=str.lower)
        if wanted.evidence is not None:
            state["evidence"] = [
                {name: getattr(row, name) for name in EVIDENCE_FIELDS}
                | {
                    "reference": self.keys["reference"].get(row.reference_id),
                    "webinar": self.keys["webinar"].get(row.webinar_id),
                }
                for row in instance.evidence.all()
            ]
        if wanted.appearances is not None:
            state["appearances"] = [
                {
                    "speaker": self.keys["speaker"].get(row.speaker_id),
                    "honorific": row.honorific,
                    "title": row.title,
                }
                for row in instance.appearances.all()
            ]
        return _plain(state)

    @staticmethod
    def _digest(state: dict) -> str:
        text = json.dumps(state, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(state):
    """`state` in JSON's own types, numbers written one way: 50 and 50.0000 are the same."""

    def default(value):
        if isinstance(value, Decimal):
            return format(value.normalize(), "f")
        if isinstance(value, dt.date):
            return value.isoformat()
        return str(value)

    return json.loads(json.dumps(state, default=default, sort_keys=True))

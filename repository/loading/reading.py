"""Read a series folder and find every mistake in it, without touching the database."""

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

import yaml
from django.utils.text import slugify

from repository.models.case_study import SECTIONS
from repository.models.goal import TITLES as GOALS

from .schema import KINDS, SERIES, WORDS, Field

# Headings of the Markdown files, in the fixed order of the sections they fill.
HEADINGS = dict(
    zip(
        [
            "Challenge",
            "Solution",
            "Results",
            "Lessons",
            "What did not work",
            "Preconditions",
            "Advice for replication",
        ],
        SECTIONS,
        strict=True,
    )
)


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing to mend: where it is, and why it cannot be loaded."""

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}"
        return f"{where}: {self.field}: {self.reason}" if self.field else f"{where}: {self.reason}"


class SeriesError(Exception):
    """A series folder that cannot be loaded; `mistakes` holds every one of them."""

    def __init__(self, mistakes: list[Mistake]):
        self.mistakes = sorted(set(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class Entry(dict):
    """A mapping of a file that remembers the line of each of its keys."""

    file = ""
    line = 1
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)


@dataclass
class SeriesFolder:
    """What was read: the series itself, and for each kind its entries by key."""

    series: Entry
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)


class _Loader(yaml.SafeLoader):
    """YAML without surprises: mappings keep lines, doubled keys are refused, texts stay texts."""

    offset = 0

    def construct_mapping(self, node, deep=False):
        entry = Entry()
        entry.line = node.start_mark.line + 1 + self.offset
        entry.lines = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in entry:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key} stands twice", key_node.start_mark
                )
            entry[key] = self.construct_object(value_node, deep=True)
            entry.lines[key] = key_node.start_mark.line + 1 + self.offset
        return entry

    def construct_yaml_map(self, node):
        return self.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_yaml_map)
# Periods such as 2020-09-30 and "yes" are read by the fields that expect them, not by YAML.
_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_series(folder: Path, *, countries: set[str]) -> SeriesFolder:
    """Return what the folder holds; `countries` are the ISO codes it may name.

    Raises SeriesError with every mistake of every file at once.
    """
    if not folder.is_dir():
        raise SeriesError([Mistake(str(folder), 1, "", "there is no such folder")])
    mistakes: list[Mistake] = []
    series = _read_yaml(folder / "series.yaml", folder, mistakes)
    if not isinstance(series, Entry):
        mistakes.append(Mistake("series.yaml", 1, "", "this file holds one mapping"))
        series = Entry()
        series.lines = {}
    series.file = "series.yaml"
    result = SeriesFolder(series)
    for kind, about in KINDS.items():
        found = (
            _read_cases(folder, mistakes)
            if kind == "case"
            else _read_list(folder / about.file, folder, mistakes)
        )
        result.entries[kind] = _by_key(kind, found, mistakes)
    known = {kind: set(entries) for kind, entries in result.entries.items()}
    known |= {"country": countries, "goal": set(GOALS)}
    if series:
        _check(series, SERIES, known, mistakes, file="series.yaml")
    for kind, entries in result.entries.items():
        for entry in entries.values():
            _check(entry, KINDS[kind].fields, known, mistakes, file=entry.file)
    if mistakes:
        raise SeriesError(mistakes)
    return result


def _read_yaml(path: Path, folder: Path, mistakes: list[Mistake], *, source=None, offset=0):
    name = str(path.relative_to(folder))
    try:
        source = path.read_text(encoding="utf-8") if source is None else source
    except FileNotFoundError:
        mistakes.append(Mistake(name, 1, "", "this file is missing"))
        return None
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(Mistake(name, 1, "", f"cannot be read as UTF-8 text: {error}"))
        return None
    loader = _Loader(source)
    loader.offset = offset
    try:
        return loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = (mark.line + 1 if mark else 1) + offset
        problem = getattr(error, "problem", None) or str(error)
        mistakes.append(Mistake(name, line, "", f"this is not YAML: {problem}"))
        return None
    finally:
        loader.dispose()


def _read_list(path: Path, folder: Path, mistakes: list[Mistake]) -> list[Entry]:
    before = len(mistakes)
    data = _read_yaml(path, folder, mistakes)
    if data is None and len(mistakes) == before:
        data = []
    if not isinstance(data, list) or not all(isinstance(item, Entry) for item in data):
        if len(mistakes) == before:
            mistakes.append(Mistake(path.name, 1, "", "this file holds a list of mappings"))
        return []
    for entry in data:
        entry.file = path.name
    return data


def _read_cases(folder: Path, mistakes: list[Mistake]) -> list[Entry]:
    cases = []
    paths = sorted((folder / "cases").glob("*.md"))
    if not paths:
        mistakes.append(Mistake("cases", 1, "", "there is no case here"))
    for path in paths:
        name = f"cases/{path.name}"
        try:
            source = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            mistakes.append(Mistake(name, 1, "", f"cannot be read as UTF-8 text: {error}"))
            continue
        match = re.match(r"---\n(.*?\n)---\n", source, re.DOTALL)
        if not match:
            mistakes.append(Mistake(name, 1, "", "front matter between two lines --- is missing"))
            continue
        entry = _read_yaml(path, folder, mistakes, source=match[1], offset=1)
        if not isinstance(entry, Entry):
            if entry is not None:
                mistakes.append(Mistake(name, 2, "", "the front matter is not a mapping"))
            continue
        entry.file = name
        if path.stem != slugify(path.stem):
            mistakes.append(Mistake(name, 1, "", "name the file in small letters and hyphens"))
        entry["slug"] = path.stem
        _read_sections(source, match.end(), entry, mistakes)
        cases.append(entry)
    return cases


def _read_sections(source: str, start: int, entry: Entry, mistakes: list[Mistake]) -> None:
    """Cut the text at its headings, which stand complete and in order."""
    first = source[:start].count("\n") + 1
    found: list[str] = []
    lines: dict[str, list[str]] = {}
    for number, line in enumerate(source[start:].split("\n"), first):
        heading = re.match(r"(#{1,6})\s+(.*?)\s*$", line)
        if heading and heading[1] == "##" and heading[2] in HEADINGS:
            found.append(heading[2])
            entry.lines[HEADINGS[heading[2]]] = number
            lines[heading[2]] = []
        elif heading:
            mistakes.append(Mistake(entry.file, number, "", f"no such section: {heading[2]}"))
        elif found:
            lines[found[-1]].append(line)
        elif line.strip():
            mistakes.append(Mistake(entry.file, number, "", "text before the first section"))
    if found != list(HEADINGS):
        order = ", ".join(HEADINGS)
        mistakes.append(
            Mistake(
                entry.file, first, "", f"the sections are, each once and in this order: {order}"
            )
        )
    for heading, texts in lines.items():
        entry[HEADINGS[heading]] = "\n".join(texts).strip()


def _by_key(kind: str, found: list[Entry], mistakes: list[Mistake]) -> dict:
    key = KINDS[kind].key
    result: dict = {}
    for entry in found:
        name = entry.get(key)
        if isinstance(name, list | dict):
            name = None
        if name in result:
            mistakes.append(
                Mistake(entry.file, entry.line_of(key), key, f"{name} stands in this file twice")
            )
        elif name is not None:
            result[name] = entry
        else:
            mistakes.append(Mistake(entry.file, entry.line, key, "is missing"))
    return result


def _check(entry: Entry, fields: dict[str, Field], known: dict, mistakes: list, *, file: str):
    """Hold one entry against its fields; put values of the right type in their place."""

    def wrong(key, reason, line=None):
        mistakes.append(Mistake(file, line or entry.line_of(key), key, reason))

    for key in entry:
        if key not in fields and not (key == "slug" and file.startswith("cases/")):
            wrong(key, "is not a key of this file")
    for key, about in fields.items():
        value = entry.get(key)
        if value is None or value == "":
            if about.required:
                wrong(key, "is missing")
            continue
        try:
            value = entry[key] = _typed(value, about.type)
        except (TypeError, ValueError, InvalidOperation):
            wrong(key, f"{value!r} is not {WORDS[about.type]}")
            continue
        if about.longest and len(value) > about.longest:
            wrong(key, f"has {len(value)} characters; at most {about.longest} fit")
        if about.choices and value not in about.choices:
            wrong(key, f"{value!r} is none of: {', '.join(about.choices)}")
        if about.names:
            for name in value if isinstance(value, list) else [value]:
                if isinstance(name, list | dict) or name not in known[about.names]:
                    wrong(key, f"there is no {about.names.replace('_', ' ')} {name!r}")
            if isinstance(value, list) and len({str(name) for name in value}) < len(value):
                wrong(key, "names the same one twice")
        if about.items:
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, Entry):
                    _check(item, about.items, known, mistakes, file=file)
                else:
                    wrong(key, f"{item!r} is not a mapping")


def _typed(value, wanted: type):
    """Return `value` as `wanted`; raises ValueError or TypeError where it is something else."""
    if wanted is dt.date:
        return dt.date.fromisoformat(value)
    if wanted is str and isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value).strip()
    if (
        wanted in (float, Decimal)
        and isinstance(value, int | float)
        and not isinstance(value, bool)
    ):
        return wanted(str(value))
    if isinstance(value, wanted) and not (wanted is int and isinstance(value, bool)):
        return value
    raise TypeError

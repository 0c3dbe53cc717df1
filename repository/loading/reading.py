"""Read a series folder and collect all errors, without database access."""

import re
from pathlib import Path

import yaml
from django.conf import settings
from django.utils.text import slugify

from repository.cases.models import SECTIONS
from repository.themes.models import TITLES as GOALS

from .checking import Checker, typed
from .entries import Entry, Mistake, SeriesError, SeriesFolder
from .schema import EDITORS, KINDS, SERIES

# Headings of the Markdown files, in the order of the sections.
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

FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)


# Optional: questions of objects as {kind: {slug: [question, …]}}, beside those in their own files.
QUESTIONS_FILE = "questions.yaml"


class _Unreadable(Exception):
    """A file that cannot be parsed: line and reason."""

    def __init__(self, line: int, reason: str):
        self.line, self.reason = line, reason


class _Loader(yaml.SafeLoader):
    """A YAML loader that records line numbers and reads all scalars as strings.

    Fields convert numbers and dates: in YAML, NO is false, 1:30 is 90, and 1.10 is 1.1. A
    duplicate key is recorded in `twice`, and the first one is used.
    """

    def __init__(self, source: str, offset: int):
        super().__init__(source)
        self.offset = offset
        self.twice: list[tuple[int, str]] = []

    def construct_mapping(self, node, deep=False):
        entry = Entry()
        entry.line = node.start_mark.line + 1 + self.offset
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key is a single word", key_node.start_mark
                )
            key = key_node.value
            line = key_node.start_mark.line + 1 + self.offset
            if key in entry:
                self.twice.append((line, key))
                continue
            entry[key] = self.construct_object(value_node, deep=True)
            entry.lines[key] = line
        return entry

    def construct_yaml_map(self, node):
        return self.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_yaml_map)
_Loader.yaml_implicit_resolvers = {
    letter: [pair for pair in resolvers if pair[0].endswith(":null")]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])


def read_series(folder: Path, *, countries: set[str]) -> SeriesFolder:
    """Return the contents of the folder, with all errors of all files.

    `countries` are the valid ISO codes. Invalid values are None in entries that are not sound.
    Raises SeriesError if the folder does not exist.
    """
    if not folder.is_dir():
        raise SeriesError([Mistake(str(folder), 0, "", "there is no such folder")])
    content = SeriesFolder()
    _notify_strangers(folder, content.mistakes)
    content.series = _read_series_file(folder, content.mistakes)
    found: dict[str, list[Entry] | None] = {
        kind: _read_cases(folder, content.mistakes)
        if kind == "case"
        else []
        if about.optional and not (folder / about.file).exists()
        else _read_list(folder / about.file, content.mistakes)
        for kind, about in KINDS.items()
    }
    # The keys in a file that cannot be parsed are unknown.
    known: dict[str, set | None] = {"country": countries, "goal": set(GOALS)}
    for kind, entries in found.items():
        content.found[kind] = entries or []
        content.entries[kind] = _by_key(kind, content.found[kind], content.mistakes)
        known[kind] = None if entries is None else set(content.entries[kind])
    _add_questions(folder, content)
    checker = Checker(known, content.mistakes)
    checker.check(content.series, SERIES | EDITORS, "series.yaml")
    for kind, entries in content.found.items():
        for entry in entries:
            checker.check(entry, KINDS[kind].fields | EDITORS, entry.file)
    return content


def _notify_strangers(folder: Path, mistakes: list[Mistake]) -> None:
    """Report unknown files in the folder, except hidden ones."""
    known = {"series.yaml", QUESTIONS_FILE, *(about.file for about in KINDS.values())}
    known |= {code for code, _name in settings.LANGUAGES}
    unknown = [path.name for path in folder.iterdir() if path.name not in known]
    cases = folder / "cases"
    if cases.is_dir():
        unknown += [f"cases/{path.name}" for path in cases.iterdir() if path.suffix != ".md"]
    mistakes += [
        Mistake(name, 0, "", "this is not part of a series folder")
        for name in unknown
        if not Path(name).name.startswith(".")
    ]


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _Unreadable(0, "this file is missing") from None
    except OSError as error:
        raise _Unreadable(0, f"this file cannot be read: {error.strerror}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Unreadable(line, "this is not UTF-8: save the file in that encoding") from None
    return text.replace("\r\n", "\n")


def _read_yaml(source: str, file: str, mistakes: list[Mistake], *, offset: int = 0):
    try:
        loader = _Loader(source, offset)
        data = loader.get_single_data()
    except yaml.reader.ReaderError as error:
        line = source.count("\n", 0, error.position) + 1 + offset
        raise _Unreadable(line, f"this is not YAML: character {error.character:#x}") from None
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line + 1 if error.problem_mark else 1) + offset
        problem = error.problem or error.context
        if problem.startswith("but"):
            problem = f"{error.context}, {problem}"
        raise _Unreadable(line, f"this is not YAML: {problem}") from None
    except RecursionError:
        raise _Unreadable(1 + offset, "this is not YAML: it is nested too deeply") from None
    except ValueError as error:  # an invalid value with a tag, such as !!int x
        raise _Unreadable(1 + offset, f"this is not YAML: {error}") from None
    mistakes += [Mistake(file, line, key, "appears twice") for line, key in loader.twice]
    return data


def _read_series_file(folder: Path, mistakes: list[Mistake]) -> Entry:
    file = "series.yaml"
    try:
        series = _read_yaml(_read_text(folder / file), file, mistakes)
        if not isinstance(series, Entry):
            raise _Unreadable(1, "this file must contain one mapping")
    except _Unreadable as error:
        mistakes.append(Mistake(file, error.line, "", error.reason))
        series = Entry(dict.fromkeys(SERIES))
        series.is_sound = False
    series.file = file
    return series


def _read_list(path: Path, mistakes: list[Mistake]) -> list[Entry] | None:
    """Return the entries of a file; None if it cannot be parsed."""
    try:
        data = _read_yaml(_read_text(path), path.name, mistakes)
        if data is None:
            data = []
        if not isinstance(data, list) or not all(isinstance(item, Entry) for item in data):
            raise _Unreadable(1, "this file must contain a list of mappings")
    except _Unreadable as error:
        mistakes.append(Mistake(path.name, error.line, "", error.reason))
        return None
    for entry in data:
        entry.file = path.name
    return data


def _read_cases(folder: Path, mistakes: list[Mistake]) -> list[Entry]:
    paths = sorted((folder / "cases").glob("*.md"))
    if not paths:
        mistakes.append(Mistake("cases", 0, "", "there are no cases here"))
    return [_read_case(path, mistakes) for path in paths]


def _read_case(path: Path, mistakes: list[Mistake]) -> Entry:
    file = f"cases/{path.name}"
    try:
        source = _read_text(path)
        match = FRONT_MATTER.match(source)
        if not match:
            raise _Unreadable(1, "front matter between two lines --- is missing")
        entry = _read_yaml(match[1], file, mistakes, offset=1)
        if not isinstance(entry, Entry):
            raise _Unreadable(1, "the front matter is not a mapping")
    except _Unreadable as error:
        mistakes.append(Mistake(file, error.line, "", error.reason))
        # Keep an empty entry for the case, since others may refer to it.
        entry = Entry()
        entry.is_sound = False
        match = None
    entry.file = file
    if path.stem != slugify(path.stem):
        mistakes.append(Mistake(file, 0, "", "use lower-case letters and hyphens in the file name"))
        entry.is_sound = False
        entry.wrong.add("slug")
    if "slug" in entry:
        reason = "is not a key of this file: its name is the slug"
        mistakes.append(Mistake(file, entry.line_of("slug"), "slug", reason))
    entry["slug"] = path.stem
    if match:
        _read_sections(source, match.end(), entry, mistakes)
    return entry


def _read_sections(source: str, start: int, entry: Entry, mistakes: list[Mistake]) -> None:
    """Split the text into sections; all headings are required, in order."""

    def wrong(line: int, reason: str) -> None:
        entry.is_sound = False
        mistakes.append(Mistake(entry.file, line, "", reason))

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
            wrong(number, f"no such section: {heading[2]}")
        elif found:
            lines[found[-1]].append(line)
        elif line.strip():
            wrong(number, "text before the first section")
    if found != list(HEADINGS):
        order = ", ".join(HEADINGS)
        wrong(first, f"the sections are, each once and in this order: {order}")
    for heading, texts in lines.items():
        entry[HEADINGS[heading]] = "\n".join(texts).strip()


def _add_questions(folder: Path, content: SeriesFolder) -> None:
    """Add the questions of `questions.yaml` to the entries of their objects."""
    path = folder / QUESTIONS_FILE
    if not path.exists():
        return

    def wrong(line: int, key: str, reason: str) -> None:
        content.mistakes.append(Mistake(path.name, line, key, reason))

    try:
        data = _read_yaml(_read_text(path), path.name, content.mistakes)
        kinds = {kind for kind, about in KINDS.items() if "questions" in about.fields}
        if not isinstance(data, Entry) or not all(
            isinstance(each, Entry) for each in data.values()
        ):
            raise _Unreadable(1, "this file must map kinds to slugs, and slugs to questions")
    except _Unreadable as error:
        wrong(error.line, "", error.reason)
        return
    for kind, by_slug in data.items():
        if kind not in kinds:
            wrong(data.line_of(kind), kind, f"is not one of {', '.join(sorted(kinds))}")
            continue
        entries = {entry.get("slug"): entry for entry in content.found[kind]}
        for slug, questions in by_slug.items():
            if slug not in entries:
                wrong(by_slug.line_of(slug), slug, f"there is no {kind} with this slug")
            elif not isinstance(questions, list):
                wrong(by_slug.line_of(slug), slug, "must be a list of questions")
            else:
                entry = entries[slug]
                entry["questions"] = [*(entry.get("questions") or []), *questions]


def _by_key(kind: str, found: list[Entry], mistakes: list[Mistake]) -> dict:
    """Return the entries by key; missing keys are reported by the check of fields."""
    key = KINDS[kind].key
    result: dict = {}
    for entry in found:
        try:
            name = typed(entry.get(key), KINDS[kind].fields[key].type)
        except (TypeError, ValueError):
            continue
        if name in result:
            entry.is_sound = False
            entry.wrong.add(key)
            reason = f"{name} appears in this file twice"
            mistakes.append(Mistake(entry.file, entry.line_of(key), key, reason))
        elif name != "":
            result[name] = entry
    return result

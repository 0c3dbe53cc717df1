"""Collect, check and compile translations.

`python -m config.translations compile` needs only Python; `collect` and `check` need gettext.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import redirect_stdout
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.environment import BASE_DIR
from config.translation_checks import catalogue_faults, english_faults

LOCALE = BASE_DIR / "locale"
NOT_SHOWN = {"tests", "benchmarks", "staticfiles", "node_modules"}
SUFFIXES = {".py", ".html", ".txt", ".js", ".po"}
SHOWN_AT_ONCE = 10
# Where packages have further messages of a language, by priority. Django does not look there:
# decision 37.
FURTHER_FOLDERS = {"zh": ["zh_Hans"], "pt": ["pt_PT", "pt_BR"]}
# Of the languages of the site.
FOLDERS = {"fr", "es", "pt", "ar", "zh", "ru"}.union(*FURTHER_FOLDERS.values())
DOMAINS = ("django", "djangojs")
# By priority, as in INSTALLED_APPS.
PACKAGES = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "allauth",
    "import_export",
    "taggit",
    "django.conf",
]
# Messages of packages that nobody meets on pages: errors of programmers, languages that the site
# does not have, names that are the same in each language, and texts of templates not in use.
NOT_MET = {
    "%s through import_export",
    'Expected a list of items but got type "{input_type}".',
    "Form is not validated, call `is_valid` first",
    "Haitian Creole",
    "Invalid json list. A tag list submitted in string form must be valid json.",
    "All list items must be of string type.",
    "No %s matches the given query.",
    "Taggit",
    'The app "%s" could not be found.',
    "The following fields are declared in 'import_id_fields' but are not present in the file "
    "headers: %s",
    "The following fields are declared in 'import_id_fields' but are not present in the resource "
    "fields: %s",
    "call to force_str() on instance failed: %s",
    "export failed due to IllegalCharacterError",
    "use_natural_foreign_keys and key_is_id cannot both be True",
    "{}st",
    "“%(value)s” is not a valid binary value.",
    "Logout",
    ", ",
}
# The messages of django.utils.dates that are not CLDR's in lower case.
MONTHS_ABBREVIATED = [
    *("Jan.", "Feb.", "March", "April", "May", "June"),
    *("July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."),
]


def read_catalog(source: Path) -> Catalog:
    with source.open("rb") as file:
        return read_po(file, locale=source.parts[-3], abort_invalid=True)


def sources(locale: Path) -> list[Path]:
    return sorted(locale.glob("*/LC_MESSAGES/*.po"))


def compile_translations(locale: Path = LOCALE) -> list[Path]:
    """Write .mo files that are missing or older than their sources; return those written."""
    return [
        written
        for source in sources(locale)
        for domain in DOMAINS
        for written in write_if_outdated(source, domain)
    ]


def further_folders(language: str) -> list[str]:
    """Return the folders of packages to add messages from, if Django does not look into all."""
    further = FURTHER_FOLDERS.get(language, [])
    return [language, *further] if further else []


def packages() -> list[Path]:
    specs = [find_spec(name) for name in PACKAGES]
    return [Path(spec.origin).parent for spec in specs if spec and spec.origin]


def catalogues_of_packages(folders: Iterable[str], domain: str) -> list[Path]:
    """Return the .po files that the installed packages have in folders, by priority."""
    found = [
        package / f"locale/{folder}/LC_MESSAGES/{domain}.po"
        for folder in folders
        for package in packages()
    ]
    return [path for path in found if path.exists()]


def read_of_package(source: Path) -> Catalog:
    # Some have more plural forms than they declare, of which Babel warns on the standard output.
    with source.open("rb") as file, redirect_stdout(StringIO()):
        return read_po(file)


def texts_of_packages(domain: str) -> set[tuple]:
    """Return the keys of the messages of packages: of their English files, or of all others."""
    found: set[tuple] = set()
    for package in packages():
        files = list(package.glob(f"locale/*/LC_MESSAGES/{domain}.po"))
        english = [file for file in files if file.parts[-3] == "en"]
        ours = [file for file in files if file.parts[-3] in FOLDERS]
        for file in english or ours:
            found |= by_text(read_of_package(file)).keys()
    return found


def write_if_outdated(source: Path, domain: str) -> list[Path]:
    """Write a .mo file of our catalogue and those of packages, unless it is newer than them."""
    target, language = source.with_name(f"{domain}.mo"), source.parts[-3]
    borrowed = catalogues_of_packages(further_folders(language), domain)
    times = [path.stat().st_mtime for path in (source, Path(__file__))]
    # Files of packages keep the modification time they were packed with, their folders have that of
    # the installation. Links from other environments to the same files change `st_ctime`.
    times += [path.parent.stat().st_mtime for path in borrowed]
    if target.exists() and target.stat().st_mtime >= max(times):
        return []
    catalogue = read_catalog(source)
    if domain == "djangojs":
        # The code of this site has no messages in JavaScript: those of the scripts of the desk.
        for key in by_text(catalogue).keys() - texts_of_packages(domain):
            catalogue.delete(key[1], key[0])
    else:
        add_missing(catalogue, calendar(language))
    for path in borrowed:
        add_missing(catalogue, read_of_package(path))
    # Write to a temporary file and rename, so that a running server never reads a partial file.
    draft = target.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(target)
    return [target]


def calendar(language: str) -> Catalog:
    """Return the messages of django.utils.dates, with the names of months and days from CLDR.

    Django's own have capitals in Portuguese and Russian, where CLDR has none within a sentence.
    """
    english, locale, catalogue = Locale("en"), Locale.parse(language), Catalog()
    for width in ("wide", "abbreviated"):
        for number, name in english.days["stand-alone"][width].items():
            catalogue.add(name, locale.days["stand-alone"][width][number])
    for number, name in english.months["stand-alone"]["wide"].items():
        catalogue.add(name, locale.months["stand-alone"]["wide"][number])
        catalogue.add(name, locale.months["format"]["wide"][number], context="alt. month")
    for number, name in english.months["format"]["abbreviated"].items():
        catalogue.add(name.lower(), locale.months["format"]["abbreviated"][number])
    for number, name in enumerate(MONTHS_ABBREVIATED, 1):
        short = locale.months["stand-alone"]["abbreviated"][number]
        catalogue.add(name, short, context="abbrev. month")
    return catalogue


def add_missing(catalogue: Catalog, other: Catalog) -> None:
    """Add the messages of another catalogue that this one does not translate."""
    for message in other:
        if not message.id or message.fuzzy or not complete(message):
            continue
        known = catalogue.get(message.id, message.context)
        if known is None:
            catalogue[message.id] = message
        elif known.pluralizable == message.pluralizable and (known.fuzzy or not complete(known)):
            known.string = message.string
            known.flags.discard("fuzzy")


def collect(folder: Path = BASE_DIR) -> None:
    """Update the .po files under `folder` from its code and templates."""
    ignored = [f"--ignore={name}/*" for name in sorted(NOT_SHOWN)]
    # Without line numbers, so that code changes do not change translation files.
    subprocess.run(
        [
            *[sys.executable, "-m", "django", "makemessages", "--all", "--verbosity=0"],
            *["--no-location", "--no-obsolete", "--no-wrap", *ignored],
        ],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name[:7] != "DJANGO_"},
        check=True,
    )


def mistakes(folder: Path = BASE_DIR) -> list[str]:
    """Return problems in translations, one per line: stale, empty, fuzzy, malformed or faulty."""
    found: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        fresh_folder = Path(scratch)
        copy_texts(folder, fresh_folder)
        collect(fresh_folder)
        for number, source in enumerate(sources(folder / "locale")):
            name = source.relative_to(folder)
            if not number:
                english = read_catalog(fresh_folder / name)
                found += [f"English: {fault}" for fault in english_faults(english, folder)]
            catalogue = read_catalog(source)
            texts, fresh = by_text(catalogue), by_text(read_catalog(fresh_folder / name))
            kinds = {
                "not collected yet": fresh.keys() - texts.keys(),
                "no longer used": texts.keys() - fresh.keys(),
                "not translated": {key for key in texts if not complete(texts[key])},
                "not translated by a package, add it to config/package_texts.py": {
                    *untranslated_of_packages(source.parts[-3], texts.keys())
                },
                "marked fuzzy": {key for key in texts if texts[key].fuzzy},
                "malformed": {
                    key_of(message)
                    for message, _errors in catalogue.check()
                    # Babel compares the first form with the English singular, which may lack a
                    # number that the form must have. `translation_checks` compares all forms.
                    if not message.pluralizable
                },
            }
            for kind, keys in kinds.items():
                listed = sorted(str(text) for _context, text in keys)
                found += [f"{name}: {kind}: {text}" for text in listed[:SHOWN_AT_ONCE]]
                if len(listed) > SHOWN_AT_ONCE:
                    found.append(f"{name}: {kind}: {len(listed) - SHOWN_AT_ONCE} more")
            found += [
                f"{name}: {fault}"
                for fault in catalogue_faults(catalogue, source.parts[-3], folder)
            ]
    return found


def untranslated_of_packages(language: str, ours: Iterable[tuple]) -> set[tuple]:
    """Return the keys of messages of packages that neither they nor we translate."""
    known = {*ours}
    for domain in DOMAINS:
        for path in catalogues_of_packages(further_folders(language) or [language], domain):
            texts = by_text(read_of_package(path)).items()
            known |= {key for key, text in texts if not text.fuzzy and complete(text)}
    missing = set().union(*map(texts_of_packages, DOMAINS)) - known
    return {(context, text) for context, text in missing if text not in NOT_MET}


def copy_texts(folder: Path, target: Path) -> None:
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name[0] != "." and name not in NOT_SHOWN]
        for file in files:
            if Path(file).suffix in SUFFIXES:
                copy = target / Path(place).relative_to(folder) / file
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(Path(place) / file, copy)


def key_of(message: Message) -> tuple:
    return message.context, message.id


def by_text(catalogue: Catalog) -> dict[tuple, Message]:
    """Return the messages by context and text."""
    return {key_of(message): message for message in catalogue if message.id}


def complete(message: Message) -> bool:
    """Is the message translated, in all plural forms?"""
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(texts)


def main(act: str) -> None:
    if act == "compile":
        compile_translations()
    elif act == "collect":
        collect()
    elif found := mistakes():
        sys.exit(
            "\n".join(found)
            + "\nThe translations are not up to date. Run `make messages`, then fill in and "
            "correct the files in locale/ (docs/translations.md)."
        )


if __name__ == "__main__":
    main(sys.argv[1])

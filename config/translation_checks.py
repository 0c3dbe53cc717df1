"""Find faults in translations: placeholders, plurals, markup, spacing, punctuation, terms, length.

`pofilter` of the Translate Toolkit was tried: docs/decisions/0037-seven-languages.md.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo

NAMED = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%%|%[sd]")
TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\w+|\w+);")
# What has its own spelling: addresses, examples of code, values, tags, placeholders.
CODE = re.compile(
    rf"<(?:code|kbd)>.*?</(?:code|kbd)>|https?://\S*|\S+@\S+|\[\{{.*?\}}\]|\{{\".*\}}|{TAG.pattern}|{PLACEHOLDER.pattern}",
    re.IGNORECASE,
)
# Names of the number in messages whose singular also shows it.
COUNTS = {"answered", "count", "left", "most", "n", "number", "offset", "seats", "total"}
CLOSING = "\"'”’»)）]】」』›* \u00a0\u202f"
ENDS = {
    **dict.fromkeys(".。", "."),
    **dict.fromkeys("?？؟", "?"),
    **dict.fromkeys("!！", "!"),
    **dict.fromkeys(":：", ":"),
    "…": "…",
}
SIGNS = {"ar": {"?": "؟"}, "zh": {".": "。", "?": "？", "!": "！", ":": "："}}
# What ends with a full stop or colon in some languages without being a sentence.
ABBREVIATION = re.compile(r"\b\w{1,4}\.$")
# A question before what it is about: "Город? %(city)s".
FILLED_AT_END = re.compile(r"[?？؟].*%\(\w+\)[a-z]$")
UNFINISHED = re.compile(r",$|\b(?:at|by|for|from|in|of|to)$")
ARABIC, CHINESE = r"[\u0600-\u06ff]", r"[\u3400-\u9fff]"
CHINESE_OR_SIGN = r"[\u3400-\u9fff，。：；？！、（）]"
QUOTED = re.compile("“[^“”]*”|«[^«»]*»")
TYPOGRAPHY = {
    "fr": [
        (r"[^\u00a0\u202f][:;?!%»]|«[^\u00a0]", "a no-break space is missing inside « » or a sign"),
        (r"'|\"|\.\.\.", "write ’, « » and …"),
    ],
    "es": [(r"'|\"|\.\.\.", "write «» and …")],
    "pt": [(r"'|\"|\.\.\.", "write ’, “” and …")],
    "ru": [(r"'|\"|\.\.\.", "write «» and …")],
    "ar": [(rf"{ARABIC} *[,;?]", "write ، ؛ ؟"), (r"[٠-٩]", "write the digits 0 to 9")],
    "zh": [
        (rf"{CHINESE}(?:[,;:?!]|\.(?!\w))|[,;:?!]{CHINESE}", "write ，；：？！。"),
        # But after the number of a heading.
        (
            rf"{CHINESE_OR_SIGN} +\S|(?<=\S)(?<!\d\.) +{CHINESE_OR_SIGN}",
            "no space beside Chinese text",
        ),
    ],
}
# Where 0 is a plural, as in the catalogues of Django.
CLDR = {"pt": "pt_PT"}
# Pairs that Spanish opens as well.
OPENING = {"?": "¿", "!": "¡"}


class Text(NamedTuple):
    """One message with its translation in all plural forms."""

    ids: tuple[str, ...]
    strings: tuple[str, ...]
    context: str | None = None
    in_little_space: bool = False

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(self.ids[min(n, len(self.ids) - 1)], text) for n, text in enumerate(self.strings)]


class Language:
    """What the checks know of a language: its plural forms, terms and words shared with English."""

    def __init__(self, code: str, catalogue: Catalog, locale: Path):
        self.code = code
        self.plurals = catalogue.num_plurals
        self.plural_header = catalogue.plural_forms
        self.terms = forbidden_terms(code, locale / "terms.csv")
        self.same = same_as_english(code, locale / "same_as_english.csv")

    @cached_property
    def numbers(self) -> dict[int, list[int]]:
        """Return the numbers from 0 to 1,000 that each plural form is used for, and a million."""
        catalogue = Catalog(self.code)
        catalogue.mime_headers = [("Plural-Forms", self.plural_header)]
        texts = ("one", "other")
        catalogue.add(texts, [str(form) for form in range(self.plurals)])
        file = BytesIO()
        write_mo(file, catalogue)
        file.seek(0)
        translations = GNUTranslations(file)
        found: dict[int, list[int]] = {form: [] for form in range(self.plurals)}
        for number in [*range(1001), 1_000_000]:
            found[int(translations.ngettext(*texts, number))].append(number)
        return found

    def names_one_number(self, form: int) -> bool:
        """Does a form stand for one number, so that it may be written as a word? Or for 0 and 1?"""
        return len(self.numbers[form]) == 1 or self.numbers[form] == [0, 1]


def forbidden_terms(language: str, source: Path) -> list[tuple[re.Pattern[str], str]]:
    """Return patterns of words that the interface does not use, with the term to use."""
    found = []
    if source.exists():
        for row in csv.DictReader(source.read_text(encoding="utf-8").splitlines()):
            for variant in filter(None, map(str.strip, row[f"{language} not"].split("|"))):
                found.append((variant_pattern(language, variant), row[language] or row["key"]))
    return found


def variant_pattern(language: str, variant: str) -> re.Pattern[str]:
    """Match whole words, also after an Arabic prefix; `*` stands for any ending."""
    words = r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in variant.split())
    if language == "zh":
        return re.compile(words)
    prefix = "(?:[وف]?[بلك]?(?:ال)?)" if language == "ar" else ""
    return re.compile(rf"(?<!\w){prefix}{words}(?!\w)", re.IGNORECASE)


def same_as_english(language: str, source: Path) -> set[str]:
    if not source.exists():
        return set()
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return {row["text"] for row in rows if {"all", language} & {*row["languages"].split()}}


def faults(text: Text, language: Language) -> Iterator[tuple[str, str]]:
    """Return what is wrong with a translation: the kind and an explanation."""
    for kind, check in CHECKS.items():
        for explanation in dict.fromkeys(check(text, language)):
            yield kind, explanation


def wrong_placeholders(text: Text, language: Language) -> Iterator[str]:
    if len(text.ids) == 1:
        for english, translated in text.pairs:
            wanted, given = (Counter(PLACEHOLDER.findall(each)) for each in (english, translated))
            if wanted != given:
                missing = [*(wanted - given), *(f"not {name}" for name in given - wanted)]
                yield f"expected {', '.join(missing)}"
        return
    singular, plural = ({*PLACEHOLDER.findall(each)} for each in text.ids)
    counts = plural - singular
    counts |= {name for name in plural if {*sum(NAMED.findall(name), ())} & COUNTS}
    counts |= plural if len(plural) == 1 else set()
    for form, translated in enumerate(text.strings):
        given = {*PLACEHOLDER.findall(translated)}
        for name in sorted(given - plural - singular):
            yield f"plural form {form}: not {name}"
        missing = set() if language.numbers[form] == [0] else plural - given
        if language.names_one_number(form):
            missing -= counts
        for name in sorted(missing):
            yield f"plural form {form}: expected {name}"


def wrong_plurals(text: Text, language: Language) -> Iterator[str]:
    wanted = language.plurals if len(text.ids) > 1 else 1
    if len(text.strings) != wanted:
        yield f"{len(text.strings)} forms instead of {wanted}"


def wrong_markup(text: Text, language: Language) -> Iterator[str]:
    for english, translated in text.pairs:
        if (wanted := sorted(TAG.findall(english))) != sorted(TAG.findall(translated)):
            yield f"expected the tags {' '.join(wanted) or '(none)'}"
        elif not well_nested(translated) and well_nested(english):
            yield "the tags are not closed in order"


def well_nested(text: str) -> bool:
    open_tags: list[str] = []
    for tag in TAG.findall(text):
        name = tag.strip("</>").split()[0]
        if name in ("br", "hr", "img", "wbr"):
            continue
        if not tag.startswith("</"):
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            return False
    return not open_tags


def wrong_spaces(text: Text, language: Language) -> Iterator[str]:
    for english, translated in text.pairs:
        if spaces_at_ends(english) != spaces_at_ends(translated):
            yield "space at the beginning or end differs"
        if english.count("\n") != translated.count("\n"):
            yield "the number of line breaks differs"
        if "  " in translated and "  " not in english:
            yield "two spaces in a row"
        for character in "\t\u200b\ufeff":
            if character in translated and character not in english:
                yield f"invisible character U+{ord(character):04X}"


def spaces_at_ends(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def wrong_escapes(text: Text, language: Language) -> Iterator[str]:
    for english, translated in text.pairs:
        if {*ENTITY.findall(english)} != {*ENTITY.findall(translated)}:
            yield "HTML entities differ"
        if english.count("\\") != translated.count("\\"):
            yield "backslashes differ"
        formatted = re.search(r"%\(\w+\)[a-z]|%%|%[sd]", english)
        if formatted and "%" in PLACEHOLDER.sub("", translated):
            yield "write %% for a per cent sign"


def wrong_numbers(text: Text, language: Language) -> Iterator[str]:
    """1 and 2 may be written as words, and millions are counted in other units."""
    for english, translated in text.pairs if len(text.ids) == 1 else []:
        missing = numbers_of(english) - numbers_of(translated)
        if "million" in english or (language.code == "zh" and "万" in translated):
            continue
        if found := sorted({*missing} - {"", "1", "2"}):
            yield f"expected the number {', '.join(found)}"


def numbers_of(text: str) -> Counter[str]:
    """Count numbers without separators (1,000, 1 000 and 1.000 are one) and zeros (9:00 is 9 h)."""
    return Counter(
        re.sub(r"\D", "", found).lstrip("0")
        for found in re.findall(r"\d+(?:[.,\u00a0\u202f ]\d+)*", PLACEHOLDER.sub("x", text))
    )


def wrong_ends(text: Text, language: Language) -> Iterator[str]:
    for english, translated in text.pairs:
        wanted, given = end(english), end(translated)
        if not wanted and (ABBREVIATION.search(translated) or UNFINISHED.search(english)):
            continue
        if ENDS.get(wanted) == "?" and FILLED_AT_END.search(translated):
            continue
        if ENDS.get(wanted, "") != ENDS.get(given, ""):
            yield f"ends with {given or 'no sign'}; the English with {wanted or 'no sign'}"
        elif given != (right := SIGNS.get(language.code, {}).get(wanted, wanted)):
            yield f"ends with {given} instead of {right}"


def end(text: str) -> str:
    """Return the sign that a sentence ends with, if any."""
    last = TAG.sub("", text).rstrip().rstrip(CLOSING)[-1:]
    return last if last in ENDS else ""


def wrong_typography(text: Text, language: Language) -> Iterator[str]:
    for english, translated in text.pairs:
        own = CODE.sub("x", translated)
        if language.code in ("ar", "zh"):
            # Examples of input are as the site takes it: “Kigali, Rwanda”.
            own = QUOTED.sub("x", own)
        for pattern, explanation in TYPOGRAPHY.get(language.code, []):
            if re.search(pattern, own):
                yield explanation
        if language.code == "es":
            for closing, opening in OPENING.items():
                if own.count(closing) != own.count(opening):
                    yield f"{opening} or {closing} is missing"
        for opening, closing in ("()", "[]", "«»", "“”"):
            original, given = (
                each.count(opening) - each.count(closing) for each in (CODE.sub("", english), own)
            )
            if given and not original:
                yield f"{opening}{closing} is not closed"


def wrong_terms(text: Text, language: Language) -> Iterator[str]:
    for translated in text.strings:
        own = CODE.sub(" ", translated)
        for pattern, term in language.terms:
            if found := pattern.search(own):
                yield f"“{found[0]}”; the term is “{term}”"


def untranslated(text: Text, language: Language) -> Iterator[str]:
    for english, translated in text.pairs:
        own = words_of(english)
        if own and own == words_of(translated) and own not in language.same:
            yield "the same as in English"


def words_of(text: str) -> str:
    """Return the words of a text in lower case, without placeholders, numbers and signs."""
    return " ".join(re.findall(r"[^\W\d_]{2,}", CODE.sub(" ", text).lower()))


def too_long(text: Text, language: Language) -> Iterator[str]:
    for english, translated in text.pairs if text.in_little_space else []:
        limit = 2 * max(width(english), 4) + 6
        if (given := width(translated)) > limit:
            yield f"{given} characters wide, at most {limit} in a button, the menu or a table head"


def width(text: str) -> int:
    """Return the width in characters; a Chinese character is as wide as two."""
    visible = CODE.sub("", text)
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in visible)


CHECKS: dict[str, Callable[[Text, Language], Iterable[str]]] = {
    "plural forms": wrong_plurals,
    "placeholders": wrong_placeholders,
    "markup": wrong_markup,
    "spaces": wrong_spaces,
    "escapes": wrong_escapes,
    "numbers": wrong_numbers,
    "end of the sentence": wrong_ends,
    "typography": wrong_typography,
    "terms": wrong_terms,
    "not translated": untranslated,
    "length": too_long,
}


def wrong_plural_rule(language: Language) -> Iterator[str]:
    """Numbers up to 1,000 that CLDR keeps apart must not share a plural form."""
    category = Locale.parse(CLDR.get(language.code, language.code)).plural_form
    for form, numbers in language.numbers.items():
        apart: dict[str, int] = {}
        for number in numbers:
            if number <= 1000:
                apart.setdefault(category(number), number)
        if len(apart) > 1:
            yield f"plural form {form} is used for {' and '.join(map(str, apart.values()))}"


# Where space is limited

IN_LITTLE_SPACE = re.compile(
    r"""<(?:button|th)\b[^>]*>\s*{%\s*translate\s+(?P<quote>["'])(?P<text>.*?)(?P=quote)"""
    r"""|class="(?:[^"]*\s)?button\b[^>]*>\s*{%\s*translate\s+(?P<q2>["'])(?P<label>.*?)(?P=q2)"""
)
MENUS = {"components/_menu.html", "components/_top.html"}
TRANSLATED = re.compile(r"""(?<!=["']){%\s*translate\s+(["'])(.*?)\1""")


def texts_in_little_space(templates: Path) -> set[str]:
    """Return the texts of buttons, table heads and the menu of the site, as the templates show."""
    found = set()
    for file in templates.rglob("*.html"):
        source = file.read_text(encoding="utf-8")
        for match in IN_LITTLE_SPACE.finditer(source):
            found.add(match["text"] or match["label"])
        if str(file.relative_to(templates)) in MENUS:
            found |= {text for _quote, text in TRANSLATED.findall(source)}
    return found


# A catalogue


def as_text(message: Message, in_little_space: set[str]) -> Text:
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return Text(tuple(ids), tuple(strings), message.context, ids[0] in in_little_space)


def catalogue_faults(catalogue: Catalog, code: str, folder: Path) -> list[str]:
    """Return the faults of a catalogue: the message and what is wrong with its translation."""
    language = Language(code, catalogue, folder / "locale")
    in_little_space = texts_in_little_space(folder / "templates")
    found = [f"Plural-Forms: {explanation}" for explanation in wrong_plural_rule(language)]
    for message in catalogue:
        text = as_text(message, in_little_space)
        if not message.id or message.fuzzy or not all(text.strings):
            continue
        found += [f"{text.ids[0]}: {kind}: {what}" for kind, what in faults(text, language)]
    return found


def english_faults(catalogue: Catalog, folder: Path) -> list[str]:
    """Return faults of the English texts themselves: only their terms can be checked."""
    terms = forbidden_terms("en", folder / "locale" / "terms.csv")
    found = []
    for message in catalogue:
        for text in message.id if isinstance(message.id, tuple) else (message.id,):
            for pattern, term in terms:
                if match := pattern.search(CODE.sub(" ", text)):
                    found.append(f"{text}: terms: “{match[0]}”; the term is “{term}”")
    return found

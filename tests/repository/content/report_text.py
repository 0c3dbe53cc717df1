"""Compare texts with the source report, which is all rights reserved and so not in the repository.

Two files of hashes stand for it, made by
`python -m tests.repository.content.report_text REPORT.txt`:

- `report_runs.bin`: each run of 10 words, and each sentence of at least 6 words;
- `report_facts.bin`: for each section, its numbers, its words, its capitalised words and pairs
  of neighbouring words one of which is capitalised.

Each hash is 6 bytes of BLAKE2b, salted with what it stands for. A hash proves a match and gives
no sentence back.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

RUNS = Path(__file__).with_name("report_runs.bin")
FACTS = Path(__file__).with_name("report_facts.bin")
SIZE = 6
RUN = 10
SENTENCE = 6

# The case studies in the order of Chapter II.
STORIES = (
    "benin",
    "brazil",
    "belarus",
    "chengkou",
    "guangzhou",
    "hangzhou",
    "china-itc",
    "kolkata",
    "qingdao",
    "africa-afcfta",
    "tianjin",
    "zhalantun",
    "zhengzhou",
)
# Every section starts with its heading on a line of its own, after the table of contents.
HEADINGS = {
    "INTRODUCTION": "introduction",
    "THE GLOBAL AND REGIONAL DIGITAL LANDSCAPE": "chapter-1",
    "THE WAY FORWARD, CAPITALIZING ON RESULTS AND EXPLORING NEW OPPORTUNITIES": "chapter-3",
    "REFERENCES": "references",
}
SPEAKERS = "LIST OF SPEAKERS"
SECTIONS = ("front", "introduction", "chapter-1", *STORIES, "chapter-3", "references", "speakers")

UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
UNITS += ["eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"]
UNITS += ["eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBERS = {word: number for number, word in enumerate(UNITS)} | {
    word: 10 * number for number, word in enumerate(TENS, 2)
}
SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9}
SCALES |= {"trillion": 10**12}
PARTS = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
FRACTIONS = {"⅓": "1/3", "⅙": "1/6", "⅛": "1/8", "¼": "1/4", "⅕": "1/5", "½": "1/2"}

DIGITS = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
COUNTED = "|".join(NUMBERS)
FRACTION = re.compile(rf"\b(?:an?|one)[ -]({'|'.join(PARTS)})\b|\bone in ({COUNTED}|\d+)\b")
SCALE = "|".join(SCALES)
NUMBER = re.compile(
    rf"(?<![\w.])(?<![a-z]-)\$?(?P<digits>{DIGITS})(?:st|nd|rd|th)?(?!\w)"
    rf"(?:[ -](?P<scale>{SCALE})\b)?"
    rf"|\b(?P<tens>{'|'.join(TENS)})-(?P<unit>{'|'.join(UNITS[1:10])})\b"
    rf"|\b(?P<word>{COUNTED})\b(?:[ -](?P<wordscale>{SCALE})\b)?"
)
ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
END_OF_SENTENCE = re.compile(r"(?<=[.!?:;])[\"'”’)*]*\s+|\n+")


def words(text: str) -> list[str]:
    text = text.lower().replace("per cent", "percent")
    return re.findall(r"[^\W_]+", text)


def sentences(text: str) -> Iterator[str]:
    """Sentences and lines, also the parts before and after a colon or a semicolon."""
    # "Mr. Fan" and "e.g. those" end no sentence.
    text = re.sub(r"\b(Mr|Ms|Mrs|Dr|Prof|e\.g|i\.e|et\. al|etc)\. ", r"\1 ", text)
    for part in END_OF_SENTENCE.split(text):
        if part.strip():
            yield part


def digest(*parts: str) -> bytes:
    return blake2b("\x1f".join(parts).encode(), digest_size=SIZE).digest()


def run_digest(run: Iterable[str]) -> bytes:
    return digest("run", *run)


def sentence_digest(sentence: Iterable[str]) -> bytes:
    return digest("sentence", *sentence)


def numbers(text: str) -> Iterator[str]:
    """The numbers of a text in one notation: "1,352" is 1352, "$22 billion" 22000000000, "three" 3.

    A fraction is written "1/8". The word "one" alone is a pronoun as often as a number, and
    ordinals are not amounts: both are passed over.
    """
    text = text.lower()
    for sign, fraction in FRACTIONS.items():
        if sign in text:
            yield fraction
    for match in FRACTION.finditer(text):
        yield f"1/{PARTS.get(match[1]) or NUMBERS.get(match[2]) or match[2]}"
    for match in NUMBER.finditer(FRACTION.sub(" ", text)):
        if match["digits"]:
            scale = SCALES.get(match["scale"], 1)
            yield plain(Decimal(match["digits"].replace(",", "")) * scale)
        elif match["tens"]:
            yield plain(Decimal(NUMBERS[match["tens"]] + NUMBERS[match["unit"]]))
        else:
            number = NUMBERS[match["word"]] * SCALES.get(match["wordscale"], 1)
            if number > 1:
                yield plain(Decimal(number))


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def tokens(text: str) -> list[str]:
    """Words as they are written, without a possessive s."""
    return [re.sub(r"['’]s$", "", word) for word in WORD.findall(text.replace("-", " "))]


def looks_like_name(word: str) -> bool:
    has_digit = any(letter.isdigit() for letter in word)
    return word[0].isupper() or (has_digit and any(letter.isupper() for letter in word))


def names(text: str, is_ordinary: Callable[[str], bool]) -> Iterator[str]:
    """Capitalised words and pairs of neighbouring ones, in lower case.

    The first word of a sentence counts unless `is_ordinary` knows it as a word written small.
    """
    for sentence in sentences(text):
        row = tokens(sentence)
        named = [looks_like_name(word) for word in row]
        if row and named[0] and is_ordinary(row[0].lower()):
            named[0] = False
        for word, is_name in zip(row, named, strict=True):
            if is_name:
                yield word.lower()
        for (word, following), both in zip(pairwise(row), pairwise(named), strict=True):
            # Words on the two sides of a comma, a bracket or a possessive are no pair.
            if all(both) and re.search(rf"{word}[ -]{following}", sentence):
                yield f"{word} {following}".lower()


def sections(report: str) -> Iterator[tuple[str, str]]:
    """The report cut at its headings."""
    found: dict[str, list[str]] = {name: [] for name in SECTIONS}
    stories = iter(STORIES)
    lines = report.split("\n")
    here = "front"
    for at, line in enumerate(lines):
        if line.strip() in HEADINGS:
            here = HEADINGS[line.strip()]
        elif line.strip().upper().endswith(SPEAKERS) and here == "references":
            here = "speakers"
        elif line.strip() and "Challenge" in map(str.strip, lines[at + 1 : at + 3]):
            here = next(stories)
        found[here].append(line)
    yield from ((name, "\n".join(found[name])) for name in SECTIONS)


def run_digests(report: str) -> Iterator[bytes]:
    every = words(report)
    for at in range(len(every) - RUN + 1):
        yield run_digest(every[at : at + RUN])
    for sentence in sentences(report):
        if len(words(sentence)) >= SENTENCE:
            yield sentence_digest(words(sentence))


def fact_digests(report: str) -> Iterator[bytes]:
    for section, text in sections(ADDRESS.sub(" ", report)):
        for number in numbers(text):
            yield digest(section, "number", number)
        row = tokens(text)
        for word in row:
            yield digest(section, "name" if looks_like_name(word) else "word", word.lower())
        for word, following in pairwise(row):
            if looks_like_name(word) or looks_like_name(following):
                yield digest(section, "name", f"{word} {following}".lower())


def write(report: str) -> None:
    for path, digests in ((RUNS, run_digests(report)), (FACTS, fact_digests(report))):
        path.write_bytes(b"".join(sorted(set(digests))))


def read(path: Path) -> frozenset[bytes]:
    data = path.read_bytes()
    return frozenset(data[at : at + SIZE] for at in range(0, len(data), SIZE))


if __name__ == "__main__":
    write(Path(sys.argv[1]).read_text(encoding="utf-8"))

"""Show figures beside the sentences that they support.

A figure belongs to the sentence in which its number is written. Each such sentence gets a mark that
links to the figure, and a chart stands before the paragraph of its first figure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.translation import gettext as _

from repository.evidence.drawings import Drawing, draw, forms_of
from repository.evidence.models import DrawnAs, Evidence

# The forms that compare several figures.
COMPARING = (
    *(DrawnAs.RANGE, DrawnAs.MEMBERS, DrawnAs.FLOWS, DrawnAs.COLUMNS, DrawnAs.BEYOND),
    *(DrawnAs.MARKS, DrawnAs.BARS),
)
TAG = re.compile(r"<(/?)(p|ul|ol|li|blockquote)(?:\s[^>]*)?>")
# Chinese has no space between sentences.
END_OF_SENTENCE = re.compile(r"[.!?؟](?=\s|<|$)|[。！？][”’」）]*")
# Reports in English write small numbers and simple shares in words.
NUMBERS = dict(
    enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)
)
PARTS = dict(
    enumerate(
        ["half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 2
    )
)
SIZES = {10**12: "t", 10**9: "b", 10**6: "m"}
BETWEEN = "[,.'\\s\u00a0\u202f]?"
# How much of the words of a label a sentence with its number must have.
LEAST_IN_COMMON = 0.15


@dataclass(slots=True)
class Chart:
    """The figures under one heading, drawn together."""

    title: str
    rows: list[Evidence]
    drawing: Drawing
    source: Evidence | None

    @property
    def language(self) -> str:
        return self.drawing.language

    @property
    def key(self) -> int:
        return self.rows[0].figure_number

    @property
    def numbers(self) -> list[int]:
        return [row.figure_number for row in self.rows]


@dataclass(slots=True)
class Part:
    """A chart, a single figure with its drawing if a form fits, or a piece of the HTML."""

    html: str = ""
    chart: Chart | None = None
    row: Evidence | None = None
    drawing: Drawing | None = None


@dataclass(slots=True)
class Margins:
    """The parts of each section, and the charts that no sentence mentions."""

    sections: dict[str, list[Part]] = field(default_factory=dict)
    others: list[Chart] = field(default_factory=list)


class Block(NamedTuple):
    """A paragraph or an item of a list: its section, and the start of its outermost element."""

    section: str
    top: int
    start: int
    end: int
    html: str
    words: frozenset[str]


class Written(NamedTuple):
    """Where an original writes a figure: the number of its paragraph, and of its sentence there."""

    section: str
    block: int
    blocks: int
    sentence: int
    sentences: int


def charts_of(groups: Iterable[dict]) -> tuple[list[Chart], list[dict]]:
    """Return the charts of the groups that can be drawn, and the other groups."""
    charts, others = [], []
    for group in groups:
        rows = group["rows"]
        if chart := group["title"] and chart_of(group, rows):
            charts.append(chart)
        else:
            others.append(group)
    return charts, others


def chart_of(group: dict, rows: list[Evidence]) -> Chart | None:
    headline = next((row for row in rows if row.is_headline), None)
    for form in COMPARING:
        # Of a ranking the longest bar is the message; of a series the last value.
        longest = max(rows, key=lambda row: row.per_cent or row.value or 0)
        is_largest = form in (DrawnAs.BARS, DrawnAs.BEYOND)
        main = headline or (longest if is_largest else rows[-1])
        if form not in forms_of(main):
            continue
        # Counts of different things are no ranking.
        if form == DrawnAs.BARS and not (main.per_cent is not None or main.unit or main.currency):
            continue
        drawing = draw(main, rows, form)
        if drawing and len(drawing.rows) > 1:
            return Chart(group["title"], rows, drawing, group["source"])
    return None


def is_beside(row: Evidence, html: dict[str, str]) -> bool:
    """Is it a figure that somebody has attached to a section, and that no chart shows?"""
    is_alone = not row.group and not row.is_key and not row.is_missing
    return is_alone and row.case_section in html


def written_in(html: dict[str, str], evidence: list[Evidence]) -> dict[int, Written]:
    """Return where an original writes its figures, by primary key.

    A translation writes numbers and labels in other ways, but has the same paragraphs.
    """
    places = {}
    found = [block for section, text in html.items() for block in blocks(section, text)]
    for row in evidence:
        block, after = position_of(row, found)
        if block:
            there = [each for each in found if each.section == block.section]
            ends = ends_of_sentences(block.html)
            sentence = sum(end < after for end in ends)
            places[row.pk] = Written(
                block.section, there.index(block), len(there), sentence, len(ends)
            )
    return places


def place(
    html: dict[str, str],
    evidence: list[Evidence],
    charts: list[Chart],
    *,
    original: dict[int, Written] | None = None,
) -> Margins:
    """Mark the sentences with figures, and put charts before the paragraphs with them.

    In a translation, these are the sentences in which its original writes them.
    """
    found = [block for section, text in html.items() for block in blocks(section, text)]
    marks: dict[str, list[tuple[int, int]]] = {section: [] for section in html}
    tops: dict[int, tuple[str, int]] = {}
    for row in evidence:
        if not row.figure_number:
            continue
        if original is None:
            block, after = position_of(row, found)
        else:
            block, after = position_in_translation(original.get(row.pk), found)
        if block:
            marks[block.section].append((block.start + after, row.figure_number))
            tops[row.figure_number] = (block.section, block.top)
    margins = Margins()
    stops: dict[str, list[tuple[int, Part]]] = {section: [] for section in html}
    for chart in charts:
        by_hand = sorted(chart.rows, key=lambda row: not row.case_section)
        numbers = [row.figure_number for row in by_hand]
        at = next((tops[number] for number in numbers if number in tops), None)
        if at:
            stops[at[0]].append((at[1], Part(chart=chart)))
        else:
            margins.others.append(chart)
    for row in evidence:
        if is_beside(row, html) and row.figure_number in tops:
            section, top = tops[row.figure_number]
            stops[section].append((top, Part(row=row, drawing=draw(row, evidence))))
    for section, text in html.items():
        margins.sections[section] = cut_up(text, marks[section], stops[section])
    return margins


def position_of(row: Evidence, found: list[Block]) -> tuple[Block | None, int]:
    """Return where a figure is marked: its sentence, in the section to which it is attached.

    If that section does not write its number, the end of its first paragraph.
    """
    there = [block for block in found if block.section == row.case_section]
    block, after = sentence_of(row, there or found)
    if block is None and there:
        return there[0], len(there[0].html.rstrip())
    return block, after


def position_in_translation(
    written: Written | None, found: list[Block]
) -> tuple[Block | None, int]:
    """Return the sentence of a translation where its original writes a figure.

    It is the end of the paragraph if the translation has other sentences.
    """
    there = [block for block in found if written and block.section == written.section]
    if written is None or len(there) != written.blocks:
        return None, 0
    block = there[written.block]
    ends = ends_of_sentences(block.html)
    if len(ends) == written.sentences and written.sentence < len(ends):
        return block, ends[written.sentence]
    return block, len(block.html.rstrip())


def blocks(section: str, html: str) -> list[Block]:
    """Return the paragraphs and the items of lists that hold text themselves."""
    found: list[Block] = []
    stack: list[list] = []
    top = 0
    for tag in TAG.finditer(html):
        if not tag[1]:
            if not stack:
                top = tag.start()
            elif stack:
                stack[-1][1] = True
            stack.append([tag.end(), False])
        elif stack:
            start, has_blocks = stack.pop()
            if tag[2] in ("p", "li") and not has_blocks:
                text = html[start : tag.start()]
                found.append(Block(section, top, start, tag.start(), text, words_of(text)))
    return found


def words_of(text: str) -> frozenset[str]:
    """Return the beginnings of the longer words, which inflections have in common."""
    return frozenset(word[:6] for word in re.findall(r"[^\W\d_]{4,}", text.lower()))


def sentence_of(row: Evidence, found: list[Block]) -> tuple[Block | None, int]:
    """Return the block that writes the number of a figure, and the end of that sentence in it."""
    patterns = [re.compile(rf"(?<![\d.,]){each}(?![.,]?\d)", re.I) for each in written(row)]
    words, heading = words_of(f"{row.label} {row.unit}"), words_of(row.group)
    best: tuple[float, Block | None, int] = (0, None, 0)
    for block in found:
        hits = [match for each in patterns if (match := outside_tags(each, block.html))]
        if not hits:
            continue
        common = len(words & block.words) / len(words) if words else 1
        score = len(hits) / len(patterns) + 2 * common + len(heading & block.words) / 10
        if common >= LEAST_IN_COMMON and score > best[0]:
            best = (score, block, end_of_sentence(block.html, hits[0].end()))
    return best[1], best[2]


def written(row: Evidence) -> list[str]:
    """Return patterns of the numbers of a figure as they are written in a text."""
    if row.numerator is not None:
        found = [number_pattern(Decimal(row.numerator)), number_pattern(Decimal(row.denominator))]
        if row.numerator == 1 and row.denominator in PARTS:
            found = [rf"(?:one|a)[ -]{PARTS[row.denominator]}\b"]
    else:
        found = [number_pattern(each) for each in (row.value, row.value_to) if each is not None]
    return found or [re.escape(row.display)] if row.display or found else []


def number_pattern(value: Decimal) -> str:
    either = [digits(value)]
    for size, initial in SIZES.items():
        part = value / size
        if abs(part) >= 1 and part == round(part, 3):
            either.append(rf"{digits(part)}\s+{initial}\w+")
            break
    if value in NUMBERS:
        either.append(rf"\b{NUMBERS[int(value)]}\b")
    return f"(?:{'|'.join(either)})"


def digits(value: Decimal) -> str:
    """Return the pattern of a number with any or no sign between thousands."""
    whole, _point, rest = f"{value.normalize():,f}".partition(".")
    return whole.replace(",", BETWEEN) + (rf"[.,]{rest}" if rest else "")


def outside_tags(pattern: re.Pattern, html: str) -> re.Match | None:
    """Return the first match in the text of a piece of HTML."""
    for match in pattern.finditer(html):
        if html.rfind("<", 0, match.start()) <= html.rfind(">", 0, match.start()):
            return match
    return None


def end_of_sentence(html: str, after: int) -> int:
    """Return the end of the sentence, outside any tag or link; otherwise the end of the block."""
    return next((end for end in ends_of_sentences(html) if end > after), len(html.rstrip()))


def ends_of_sentences(html: str) -> list[int]:
    """Return the ends of the sentences of a block, outside any tag or link."""
    ends = []
    for match in END_OF_SENTENCE.finditer(html):
        before = html[: match.end()]
        in_tag = before.rfind("<") > before.rfind(">")
        if not in_tag and before.count("<a ") == before.count("</a>"):
            ends.append(match.end())
    return ends


def cut_up(html: str, marks: list[tuple[int, int]], stops: list[tuple[int, Part]]) -> list[Part]:
    """Insert the marks, and cut the HTML where charts and figures stand."""
    parts: list[Part] = []
    left = 0
    pieces = sorted(stops, key=lambda stop: stop[0])
    for at, part in [*pieces, (len(html), None)]:
        piece = with_marks(html, left, at, sorted(marks))
        if piece.strip():
            parts.append(Part(html=piece))
        if part:
            parts.append(part)
        left = at
    return parts


def with_marks(html: str, start: int, end: int, marks: list[tuple[int, int]]) -> str:
    pieces, left = [], start
    for at, number in marks:
        if start <= at < end:
            pieces += [html[left:at], mark(number)]
            left = at
    return "".join([*pieces, html[left:end]])


def mark(number: int) -> str:
    return format_html(
        '<a class="ref" href="#figure-{}" aria-label="{}">{}</a>',
        number,
        _("Figure %(number)s") % {"number": number},
        number,
    )

import re
from decimal import Decimal
from itertools import count

import pytest

from repository.evidence.arrangement import evidence_groups, number_figures
from repository.evidence.margins import charts_of, place, written_in
from repository.models import Evidence

keys = count(1)


def figure(value=None, **fields) -> Evidence:
    value = None if value is None else Decimal(value)
    return Evidence(pk=next(keys), value=value, **fields)


def margins_of(html: dict[str, str], *rows: Evidence):
    number_figures(rows)
    charts, _groups = charts_of(evidence_groups(rows))
    return place(html, list(rows), charts)


def read(margins, section="results") -> str:
    """The text of a section, with its marks in brackets and its charts in braces."""
    parts = margins.sections[section]
    text = "".join(f"{{{part.chart.title}}}" if part.chart else part.html for part in parts)
    return re.sub(r'<a class="ref"[^>]*>(\d+)</a>', r"[\1]", text)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"value": "1200", "label": "companies"}, "<p>It has 1,200 companies.[1] More.</p>"),
        ({"value": "1200", "label": "companies"}, "<p>It has 1200 companies.[1]</p>"),
        ({"value": "1200", "label": "sociétés"}, "<p>Elle a 1\u202f200 sociétés.[1]</p>"),
        ({"value": "6700000", "label": "customers"}, "<p>It has 6.7 million customers[1]</p>"),
        (
            {"value": "39.3", "unit": "%", "label": "penetration"},
            "<p>penetration of 39.3 %.[1]</p>",
        ),
        ({"value": "5", "label": "countries"}, "<p>The five countries agree.[1]</p>"),
        (
            {"numerator": 1, "denominator": 6, "display": "⅙", "label": "clearance time"},
            "<ul>\n<li>Only one sixth of the clearance time.[1]</li>\n<li>Others.</li>\n</ul>",
        ),
        (
            {"numerator": 260000, "denominator": 430000, "label": "rural inhabitants"},
            "<p>Of 430,000 inhabitants 260,000 are rural.[1]</p>",
        ),
        (
            {"value": "40", "label": "stations"},
            '<p>At <a href="/glossary/#40">40 stations. Open</a> now.[1]</p>',
        ),
    ],
)
def test_mark_the_sentence_with_the_number_of_a_figure(fields, text):
    fields = fields | {"value": fields.get("value")}
    plain = text.replace("[1]", "")
    assert read(margins_of({"results": plain}, figure(**fields))) == text


@pytest.mark.parametrize(
    "text",
    [
        "<p>It has 11,200 companies.</p>",
        "<p>It has 1,200.5 companies.</p>",
        "<p>In 1,200 days all was done.</p>",
        '<p><a href="/companies/1200">companies</a></p>',
    ],
)
def test_mark_no_other_number(text):
    assert read(margins_of({"results": text}, figure("1200", label="companies"))) == text


def test_mark_the_sentence_that_has_more_words_of_the_label():
    html = {
        "challenge": "<p>In 2014, 70 villages were poor.</p>",
        "results": "<p>Now 70 stations serve farmers in villages.</p>",
    }
    margins = margins_of(html, figure("70", label="stations for farmers"))
    assert read(margins, "challenge") == html["challenge"]
    assert read(margins).endswith("villages.[1]</p>")


def test_put_a_chart_before_the_paragraph_of_its_first_figure():
    rows = [
        figure("65", unit="%", label="imported cosmetics", group="Shares"),
        figure("34", unit="%", label="imported food", group="Shares"),
    ]
    html = "<p>First.</p>\n<ul>\n<li>Cosmetics have 65 per cent.</li>\n<li>Food 34.</li>\n</ul>"
    assert read(margins_of({"results": html}, *rows)) == (
        "<p>First.</p>\n{Shares}<ul>\n<li>Cosmetics have 65 per cent.[1]</li>\n"
        "<li>Food 34.[2]</li>\n</ul>"
    )


def test_keep_a_chart_that_no_sentence_mentions():
    rows = [figure(value, unit="%", label="goods", group="Shares") for value in (65, 34)]
    margins = margins_of({"results": "<p>Nothing.</p>"}, *rows)
    assert read(margins) == "<p>Nothing.</p>"
    [chart] = margins.others
    assert (chart.numbers, chart.drawing.rows) == ([1, 2], rows)


def test_draw_no_chart_of_counts_of_different_things():
    rows = [figure(value, label="things", group="Poverty") for value in (12783, 33785)]
    number_figures(rows)
    charts, groups = charts_of(evidence_groups(rows))
    assert charts == []
    assert [group["rows"] for group in groups] == [rows]


def test_take_the_words_of_the_label_rather_than_those_of_the_heading():
    html = {
        "challenge": "<ul>\n<li>logistics (39 %)</li>\n</ul>",
        "solution": "<p>In 39 countries of Africa firms traded.</p>",
    }
    row = figure("39", unit="%", label="logistics", group="Challenges of firms in Africa")
    assert "[1]" in read(margins_of(html, row), "challenge")
    assert "[1]" not in read(margins_of(html, row), "solution")


def test_make_the_longest_bar_the_message_of_a_ranking():
    rows = [figure(value, unit="%", label="goods", group="Shares") for value in (34, 65, 50)]
    [chart] = margins_of({}, *rows).others
    assert chart.drawing.main.value == 65


TWO = {
    "challenge": "<p>It had 40 stations.</p>",
    "results": "<p>First. More.</p>\n<p>It has 40 stations.</p>",
}


def test_prefer_the_section_to_which_a_figure_is_attached():
    for section in TWO:
        margins = margins_of(TWO, figure("40", label="stations", case_section=section))
        assert {key for key in TWO if "[1]" in read(margins, key)} == {section}


def test_mark_the_first_paragraph_of_a_section_that_does_not_write_the_number():
    margins = margins_of(TWO, figure("77", label="countries", case_section="results"))
    assert read(margins) == "<p>First. More.[1]</p>\n<p>It has 40 stations.</p>"


def test_show_an_attached_figure_before_its_paragraph():
    row = figure("40", label="stations", case_section="results")
    parts = margins_of(TWO, row).sections["results"]
    assert [part.row for part in parts] == [None, row, None]
    assert parts[1].drawing.main == row
    # The text says so where nobody has attached it.
    free = margins_of(TWO, figure("40", label="stations"))
    assert [part.row for parts in free.sections.values() for part in parts] == [None, None]


def test_put_a_chart_in_the_section_of_the_figure_that_is_attached():
    html = {"challenge": "<p>Food has 65 %.</p>", "results": "<p>Goods have 34 %.</p>"}
    rows = [figure(value, unit="%", label="goods", group="Shares") for value in (65, 34)]
    rows[1].case_section = "results"
    margins = margins_of(html, *rows)
    assert read(margins).startswith("{Shares}")
    assert "{Shares}" not in read(margins, "challenge")


def test_look_for_the_sentence_where_the_attached_section_is_empty():
    row = figure("40", label="stations", case_section="lessons")
    assert "[1]" in read(margins_of(TWO, row), "challenge")


def in_translation(original: str, translation: str, *rows: Evidence) -> str:
    number_figures(rows)
    written = written_in({"results": original}, list(rows))
    return read(place({"results": translation}, list(rows), [], original=written))


def test_mark_the_sentences_of_a_translation_as_in_its_original():
    rows = [
        figure("64500000", label="parcels"),
        figure("5", label="countries"),
        figure("65", unit="%", label="of imports"),
        figure("7", label="things that the text does not name"),
    ]
    original = (
        "<p>It began.</p>\n<p>It sent 64.5 million parcels. Five countries agreed. Then more.</p>\n"
        "<ul>\n<li>Cosmetics were 65 per cent of imports</li>\n</ul>"
    )
    translation = (
        "<p>开始了。</p>\n<p>它发送了6450万个包裹。<strong>五个国家</strong>同意了。后来更多。</p>\n"
        "<ul>\n<li>化妆品占进口的六成半</li>\n</ul>"
    )
    assert in_translation(original, translation, *rows) == (
        "<p>开始了。</p>\n<p>它发送了6450万个包裹。[1]<strong>五个国家</strong>同意了。[2]后来更多。</p>\n"
        "<ul>\n<li>化妆品占进口的六成半[3]</li>\n</ul>"
    )


def test_mark_the_end_of_a_paragraph_that_has_other_sentences_than_its_original():
    row = figure("1200", label="companies")
    original = "<p>It has 1,200 companies. They trade.</p>"
    assert in_translation(original, "<p>1200家公司从事贸易。</p>", row) == (
        "<p>1200家公司从事贸易。[1]</p>"
    )
    # With other paragraphs, nothing is known.
    assert in_translation(original, "<p>一。</p>\n<p>二。</p>", row) == "<p>一。</p>\n<p>二。</p>"

"""The drawn numbers are the numbers of the evidence."""

import re
from decimal import Decimal
from itertools import count
from types import SimpleNamespace

import pytest

from repository.evidence.drawings import HEIGHT, WIDTH, cut, distinct_labels, draw
from repository.evidence.drawings.measures import columns
from repository.evidence.models import DrawnAs, Evidence

keys = count(1)


def figure(value=None, **fields) -> Evidence:
    value = None if value is None else Decimal(value)
    if "value_to" in fields:
        fields["value_to"] = Decimal(fields["value_to"])
    return Evidence(pk=next(keys), value=value, **{"label": "of something"} | fields)


def together(*rows: Evidence) -> list[Evidence]:
    for row in rows:
        row.group = "Together"
    return list(rows)


def lengths(path) -> list[float]:
    """The lengths of the rows of a dashed path."""
    return [float(length) for length in re.findall(r"h([\d.]+)", path.d)]


def marks(path) -> float:
    """The number of dashes of a dashed path, the last one as far as it is drawn."""
    dash, gap = (float(part) for part in path.dash.split())
    total = 0.0
    for length in lengths(path):
        if dash == 0:
            total += round((length - 0.01) / gap) + 1
        else:
            full, rest = divmod(length + 1e-6, dash + gap)
            total += full + min(rest / dash, 1)
    return total


def boxes(drawing, css: str) -> list[float]:
    """The widths of the boxes of a class."""
    return [
        float(re.match(r"M[\d.]+ [\d.]+h([\d.]+)v", path.d)[1])
        for path in drawing.paths
        if path.css == css
    ]


def heights(drawing, css: str) -> list[float]:
    found = [re.match(r"M[\d.]+ [\d.]+h[\d.]+v([\d.]+)", path.d) for path in drawing.paths]
    return [
        float(match[1])
        for match, path in zip(found, drawing.paths, strict=True)
        if match and path.css == css
    ]


@pytest.mark.parametrize("number", [2, 5, 10, 12, 30, 55, 95, 105, 130, 230, 250])
def test_draw_one_mark_for_each(number):
    drawing = draw(figure(number), [])
    assert drawing.form == DrawnAs.MARKS
    [path] = drawing.paths
    assert marks(path) == number
    assert 8 + max(lengths(path)) <= WIDTH
    assert drawing.height <= HEIGHT


@pytest.mark.parametrize(
    ("number", "fields", "drawn", "per"),
    [
        ("5000000", {}, 5, "1 million"),
        ("60000000", {}, 6, "10 million"),
        ("22000000000", {"currency": "USD"}, 22, "$1 billion"),
        ("12064", {"unit": "tons"}, 12.064, "1,000\xa0tons"),
        ("660000", {"unit": "m²"}, 6.6, "100,000\xa0m²"),
        ("251", {}, 25.1, "10"),
    ],
)
def test_draw_one_mark_for_a_round_number(number, fields, drawn, per):
    drawing = draw(figure(number, **fields), [])
    assert drawing.form == DrawnAs.MANY
    assert marks(drawing.paths[0]) == pytest.approx(drawn, abs=0.02)
    assert drawing.texts[0].text.endswith(per)


@pytest.mark.parametrize("group", ["Cost", ""])
def test_draw_marks_alike_for_amounts_side_by_side(group):
    rows = [
        figure(value, currency="USD", group=group, is_headline=True)
        for value in ("100000000000", "9000000000", "400000")
    ]
    whole, year = (draw(row, rows, DrawnAs.MANY) for row in rows[:2])
    assert [drawing.texts[0].text for drawing in (whole, year)] == ["one mark: $10 billion"] * 2
    assert marks(whole.paths[0]) == pytest.approx(10, abs=0.02)
    assert marks(year.paths[0]) == pytest.approx(0.9, abs=0.02)
    assert draw(rows[2], rows, DrawnAs.MANY) is None


def test_draw_counts_of_different_things_with_their_own_marks():
    rows = together(figure(4874930), figure(4000))
    assert [draw(row, rows).texts[0].text for row in rows] == [
        "one mark: 100,000",
        "one mark: 100",
    ]


@pytest.mark.parametrize("share", ["80", "10", "100"])
def test_draw_a_round_share_as_ten_discs(share):
    drawing = draw(figure(share, unit="%"), [])
    assert drawing.form == DrawnAs.SHARE
    solid = [circle for circle in drawing.circles if circle.css == "i"]
    assert (len(solid), len(drawing.circles)) == (int(share) / 10, 10)


@pytest.mark.parametrize("share", ["7.1", "65", "99.5"])
def test_draw_another_share_as_a_hundred_squares(share):
    faint, solid = draw(figure(share, unit="%"), []).paths
    assert marks(faint) == pytest.approx(100, abs=0.1)
    assert marks(solid) == pytest.approx(float(share), abs=0.1)


def test_draw_the_share_of_two_numbers():
    drawing = draw(figure(numerator=70, denominator=130), [])
    assert marks(drawing.paths[1]) == pytest.approx(7000 / 130, abs=0.1)


def test_draw_a_growth_as_a_bar():
    drawing = draw(figure("78", unit="%", label="increase in sales"), [])
    assert drawing.form == DrawnAs.BARS
    [part], [whole] = boxes(drawing, "i"), boxes(drawing, "m")
    assert part / whole == pytest.approx(0.78, abs=0.001)


def test_draw_a_growth_as_a_bar_in_a_translation():
    row = figure("78", unit="%", label="hausse des ventes")
    row.reading = SimpleNamespace(original_language="en", language="fr")
    row.originals = {"label": "increase in sales"}
    assert draw(row, []).form == DrawnAs.BARS


def test_draw_a_range_above_the_value_compared_with_it():
    before = figure(20, value_to=100, unit="days")
    after = figure(1, unit="day")
    drawing = draw(after, together(before, after))
    assert (drawing.form, drawing.rows) == (DrawnAs.RANGE, [before, after])
    [wide], [narrow] = boxes(drawing, "m"), boxes(drawing, "i")
    assert wide == pytest.approx(304 * 80 / 100)
    assert narrow == pytest.approx(304 / 100)


def test_compare_a_range_with_no_value_beside_another_figure():
    """A record is not what replaced the range, if the usual value has no number."""
    before, record = figure(20, value_to=100, unit="days"), figure(1, unit="day")
    assert draw(record, together(before, figure(display="a few days"), record)) is None


def test_draw_one_part_of_several():
    drawing = draw(figure(numerator=1, denominator=6, display="⅙"), [])
    assert drawing.form == DrawnAs.FRACTION
    # The part is one of the six: beside them it would be a seventh.
    assert (len(boxes(drawing, "i")), len(boxes(drawing, "m"))) == (1, 5)
    assert set(boxes(drawing, "m")) == set(boxes(drawing, "i"))


def lines(path) -> list[tuple[float, float, float, float]]:
    found = re.findall(r"M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)", path.d)
    return [tuple(float(each) for each in line) for line in found]


def test_ring_the_marks_that_a_share_of_them_counts():
    rows = together(figure(130), figure(130), figure(numerator=70, denominator=130))
    drawing = draw(rows[0], rows)
    assert (drawing.form, drawing.rows) == (DrawnAs.MARKS, [rows[0], rows[2]])
    dots, holes = drawing.paths
    assert (marks(dots), marks(holes)) == (130, 70)
    assert float(holes.width) < float(dots.width)
    assert drawing.texts[0].text == "53.8\xa0% of something"


def test_name_the_rings_in_full_with_their_period():
    label = "of the villages that the county considered poor"
    rows = together(figure(130), figure(numerator=70, denominator=130, label=label, period="2014"))
    drawing = draw(rows[0], rows)
    assert [text.text for text in drawing.texts] == [
        "53.8\xa0% of the villages that the county",
        "considered poor, 2014",
    ]
    assert float(drawing.texts[-1].y) < drawing.height


def test_ring_no_marks_for_a_share_of_another_number():
    rows = together(figure(130), figure(numerator=70, denominator=131))
    assert len(draw(rows[0], rows).paths) == 1


@pytest.mark.parametrize("days", [2, 7, 10, 11, 31])
def test_draw_a_sheet_for_each_day(days):
    drawing = draw(figure(days, unit="days"), [])
    assert drawing.form == DrawnAs.DAYS
    [path] = drawing.paths
    places = {place.split("h")[0] for place in path.d.split("z") if place}
    assert len(places) == days
    assert max(float(place[1:].split()[0]) for place in places) < WIDTH - 20
    assert drawing.height <= HEIGHT


@pytest.mark.parametrize(("hours", "unit"), [(1, "hour"), (6, "hours"), (24, "hours")])
def test_draw_the_hours_on_a_dial(hours, unit):
    drawing = draw(figure(hours, unit=unit), [])
    assert drawing.form == DrawnAs.HOURS
    drawn = {path.css: len(lines(path)) for path in drawing.paths}
    assert (drawn["l"], drawn.get("l faint", 0)) == (hours, 24 - hours)
    assert drawing.texts[0].text == str(hours)


@pytest.mark.parametrize(("value", "unit"), [(25, "hours"), ("1.5", "hours"), (32, "days")])
def test_draw_no_dial_and_no_sheets_for_other_times(value, unit):
    drawing = draw(figure(value, unit=unit), [])
    assert drawing is None or drawing.form not in (DrawnAs.HOURS, DrawnAs.DAYS)


@pytest.mark.parametrize("fields", [{"unit": "countries"}, {"drawn_as": "reach"}])
def test_draw_a_ray_for_each_place_reached(fields):
    drawing = draw(figure(35, **fields), [])
    assert drawing.form == DrawnAs.REACH
    rays, dots = drawing.paths
    ends = [(x, y) for _x, _y, x, y in lines(rays)]
    assert len(set(ends)) == dots.d.count("M") == 35
    assert {(x, y) for x, y, _x, _y in lines(rays)} == {(160, 86)}


def test_draw_a_count_as_rays_only_if_chosen():
    row = figure(35)
    assert draw(row, []).form == DrawnAs.MARKS
    assert draw(row, [], DrawnAs.REACH).form == DrawnAs.REACH
    assert draw(figure(61), [], DrawnAs.REACH) is None


def arrows(drawing) -> list[tuple[str, float, float]]:
    """The class of each arrow, and where it starts and ends."""
    found = []
    for path in drawing.paths[1:]:
        start, shaft, tip = re.match(r"M([\d.]+) \d+h([\d.]+)v-8L([\d.]+) ", path.d).groups()
        assert float(start) + float(shaft) < float(tip)
        found.append((path.css, float(start), float(tip)))
    return found


def test_draw_two_flows_as_arrows_to_a_line_and_from_it():
    bought = figure(8500, currency="USD", label="bought from them", drawn_as="flows")
    sold = figure(3400, currency="USD", label="sold to them by all the others in the union")
    drawing = draw(bought, together(bought, sold))
    assert (drawing.form, drawing.rows) == (DrawnAs.FLOWS, [bought, sold])
    (solid, start, end), (tinted, other_start, other_end) = arrows(drawing)
    assert (solid, tinted) == ("i", "m")
    assert start < end < 160 < other_start < other_end
    assert (other_end - other_start) / (end - start) == pytest.approx(3.4 / 8.5, abs=0.001)
    assert [text.text for text in drawing.texts] == [
        *("$8,500", "bought from them"),
        *("$3,400", "sold to them by all", "the others in the…"),
    ]


def test_draw_two_values_as_flows_only_if_chosen():
    rows = together(figure(75, unit="tons", label="food"), figure(56, unit="tons", label="tools"))
    assert draw(rows[0], rows).form == DrawnAs.MANY
    assert draw(rows[0], rows, DrawnAs.FLOWS).form == DrawnAs.FLOWS


def test_draw_no_growth_as_a_flow():
    rows = together(
        figure("8.5", unit="%", label="rise in imports", drawn_as="flows"),
        figure("3.4", unit="%", label="rise in exports"),
    )
    assert draw(rows[0], rows).form == DrawnAs.BARS


@pytest.mark.parametrize(
    "rows",
    [
        [figure(8, unit="%"), figure(3, unit="km")],
        [figure(8, unit="%"), figure(3, unit="%"), figure(2, unit="%")],
        [figure(8, unit="%"), figure(-3, unit="%")],
    ],
)
def test_draw_no_flows_of_what_is_not_a_pair(rows):
    assert draw(rows[0], together(*rows), DrawnAs.FLOWS) is None


def test_draw_a_large_count_beyond_a_distance():
    people = figure("300000000", qualifier="nearly")
    line = figure(50, unit="km", qualifier="more than")
    drawing = draw(people, together(people, line))
    assert (drawing.form, drawing.rows) == (DrawnAs.BEYOND, [people, line])
    dashes, wall, _distance = drawing.paths
    assert marks(dashes) == pytest.approx(30, abs=0.02)
    assert float(dashes.d[1:].split()[0]) > float(wall.d[1:].split()[0]) + 100
    assert [text.text for text in drawing.texts] == ["50\xa0km", "one mark: 10 million"]


def test_draw_a_large_count_beyond_a_distance_in_a_translation():
    line = figure(50, unit="公里", qualifier="more than")
    line.originals = {"unit": "km"}
    people = figure("300000000", qualifier="nearly")
    assert draw(people, together(people, line)).form == DrawnAs.BEYOND


@pytest.mark.parametrize("qualifier", ["", "about", "up to"])
def test_draw_no_distance_that_is_not_the_least(qualifier):
    rows = together(figure("300000000"), figure(50, unit="km", qualifier=qualifier))
    assert draw(rows[0], rows).form == DrawnAs.MANY


def test_take_the_form_chosen_for_a_figure_if_it_fits():
    assert draw(figure(12, drawn_as="marks", unit="days"), []).form == DrawnAs.MARKS
    assert draw(figure(12, drawn_as="share"), []).form == DrawnAs.MARKS


def test_draw_members_with_their_links():
    rows = together(figure(3, period="2010"), figure(2, period="2015"), figure(5))
    drawing = draw(rows[2], rows)
    assert drawing.form == DrawnAs.MEMBERS
    assert drawing.paths[0].d.count("M") == 5 * 4 / 2
    drawn = [circle for circle in drawing.circles if circle.r == "8"]
    rings = [circle for circle in drawing.circles if circle.r == "4"]
    assert (len(drawn), len(rings)) == (5, 2)


def test_draw_no_members_that_do_not_add_up():
    rows = together(figure(3), figure(1), figure(5))
    assert draw(rows[2], rows).form == DrawnAs.MARKS


def test_draw_a_series_as_columns():
    rows = together(*(figure(value, currency="USD") for value in (108360, 232200, 619200)))
    drawing = draw(rows[2], rows)
    assert drawing.form == DrawnAs.COLUMNS
    first, second = heights(drawing, "m")
    [last] = heights(drawing, "i")
    assert first / last == pytest.approx(108360 / 619200, abs=0.001)
    assert second / last == pytest.approx(232200 / 619200, abs=0.001)
    assert [text.text for text in drawing.texts] == ["$108,360", "$232,200", "$619,200"]


def test_draw_ranked_values_as_bars():
    values = [30, 52, 39, 42]
    rows = together(*(figure(value, unit="%", label=f"obstacle {value}") for value in values))
    drawing = draw(rows[1], rows)
    assert drawing.form == DrawnAs.BARS
    assert [row.value for row in drawing.rows] == [52, 42, 39, 30]
    [longest] = boxes(drawing, "i")
    shares = [width / longest for width in boxes(drawing, "m")]
    assert shares == [pytest.approx(value / 52, abs=0.001) for value in (42, 39, 30)]


def test_name_bars_in_full():
    labels = [
        "of total employment is in small and medium-sized enterprises",
        "of national value added comes from small and medium-sized enterprises",
    ]
    rows = together(*(figure(62 - each, unit="%", label=labels[each]) for each in (0, 1)))
    drawing = draw(rows[0], rows, DrawnAs.BARS)
    assert [text.text for text in drawing.texts] == [
        *("total employment is in small and", "medium-sized enterprises", "62\xa0%"),
        *("national value added comes from small", "and medium-sized enterprises", "61\xa0%"),
    ]
    assert float(drawing.texts[-1].y) < drawing.height


@pytest.mark.parametrize(
    "fields",
    [
        {"is_missing": True},
        {"display": "11 November"},
        {"value": Decimal("0")},
        {"value": Decimal("1.5"), "unit": "times"},
        {"value": Decimal("20"), "value_to": Decimal("100"), "unit": "days"},
    ],
)
def test_draw_nothing(fields):
    assert draw(Evidence(pk=1, label="of it", **fields), []) is None


@pytest.mark.parametrize("form", ["", *DrawnAs])
@pytest.mark.parametrize(
    "fields",
    [
        {"value": 56, "unit": "rank"},
        {"value": 56, "label": "ranking in the trade indicators"},
        {"value": 12, "label": "rang au classement des ports"},
        {"value": 12, "label": "puesto en la clasificación"},
        {"value": 12, "label": "classificação entre os portos"},
        {"value": 12, "label": "место в рейтинге"},
        {"value": 12, "label": "المرتبة بين الموانئ"},
        {"value": 12, "label": "在全国港口中的排名"},
        {"value": 2019, "label": "when it opened"},
        {"value": 2019, "unit": "year", "label": "of the opening"},
        {"value": 1210, "unit": "code", "label": "of the model"},
        {"value": 1210, "label": "customs code of the model"},
    ],
)
def test_draw_no_rank_year_or_code_as_an_amount(fields, form):
    rows = together(*(figure(**fields) for _each in range(3)))
    assert draw(rows[0], rows, form) is None


@pytest.mark.parametrize(
    ("original", "translation", "is_drawn"),
    [
        ("seats that were created", "мест: новое место для каждого", True),
        ("ranking in the trade indicators", "parmi les indicateurs commerciaux", False),
    ],
)
def test_draw_the_same_amounts_in_a_translation(original, translation, is_drawn):
    row = figure(12, label=translation)
    row.originals = {"label": original}
    assert bool(draw(row, [])) is is_drawn


def test_compare_an_amount_with_no_rank():
    rows = together(figure(30, unit="%", label="of firms"), figure(56, unit="rank"))
    assert draw(rows[0], rows).rows == [rows[0]]


@pytest.mark.parametrize(
    "fields",
    [
        {"value": 2019, "unit": "loans"},
        {"value": 2500, "label": "villages"},
        {"value": 2, "unit": "years", "label": "until it was built"},
        {"value": 70, "unit": "%", "label": "of firms that rank customs first"},
    ],
)
def test_draw_amounts_that_resemble_a_rank_or_a_year(fields):
    assert draw(figure(**fields), [])


def test_draw_the_same_from_the_same_rows():
    rows = together(figure(62, unit="%"), figure(50, unit="%"), figure(60, unit="%"))
    assert draw(rows[0], rows) == draw(rows[0], rows)


def test_describe_all_drawn_figures():
    rows = together(figure(75, unit="%", label="food"), figure(56, unit="%", label="services"))
    assert draw(rows[0], rows).description == "75\xa0% food; 56\xa0% services"


def test_shorten_labels_to_their_differences():
    labels = ["of all imports of cosmetics, 2020", "of all imports of food, 2020"]
    assert distinct_labels(labels) == ["cosmetics", "food"]
    assert distinct_labels(["of all imports"]) == ["of all imports"]
    assert cut("countries that formed the area", 20) == "countries that…"


def test_shorten_labels_without_spaces():
    """Chinese characters take twice the width of letters."""
    labels = ["占全部化妆品进口的比重", "占全部食品进口的比重"]
    assert distinct_labels(labels) == ["化妆品", "食品"]
    assert distinct_labels(["中国出口", "中国进口"]) == ["出口", "进口"]
    assert distinct_labels(["出口", "出口"]) == ["出口", "出口"]
    assert cut("五十个中国城市的跨境电子商务综合试验区", 18) == "五十个中国城市的…"
    assert (columns("65\xa0% من"), columns("65 %"), columns("亿元")) == (7, 4, 4)


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("loans up to 30 September 2020", 22, "loans up to…"),
        ("préstamos al 30 de septiembre de 2020", 33, "préstamos al…"),
        ("贷款总额截至2020年9月30日", 24, "贷款总额截至…"),
        ("Geschwindigkeitsbegrenzungen", 18, "Geschwindigkeitsbegrenzungen…"),
        ("of Geschwindigkeitsbegrenzungen", 18, "of…"),
    ],
)
def test_cut_no_word_and_no_date(text, most, shown):
    assert cut(text, most) == shown


def test_keep_the_words_after_a_preposition():
    labels = ["rise in imports from the countries", "rise in exports to the countries"]
    assert distinct_labels(labels, 60) == ["imports from the countries", "exports to the countries"]

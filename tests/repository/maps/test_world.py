"""The map: projection, marks, labels, links, the land outline and the component that draws it."""

import gzip
import re
import sys
from html import unescape
from itertools import combinations
from math import hypot, inf, nan, radians, sin
from random import Random

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test.html import Element, parse_html
from django.utils import translation
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from deploy.draw_land import draw
from repository.maps.labels import TEXT, Box, text_width
from repository.maps.projection import HEIGHT, TOP, WIDTH, equal_earth, project
from repository.maps.tags import caption, map_marks, title
from repository.maps.world import (
    LAYERS,
    MAX_MARKS,
    OPEN_SEA,
    WORLD,
    Point,
    Size,
    arc,
    draw_map,
    place_marks,
)

ZHENGZHOU = Point("zhengzhou", "Zhengzhou", "/cities/zhengzhou/", 113.65, 34.76)
LUOYANG = Point("luoyang", "Luoyang", "/cities/luoyang/", 112.45, 34.62)
COTONOU = Point("cotonou", "Cotonou", "/cities/cotonou/", 2.42, 6.37)
APIA = Point("apia", "Apia", "/cities/apia/", -171.76, -13.83)


def random_points(count, seed=1):
    random = Random(seed)
    return [
        Point(
            str(i),
            random.choice(["Zhengzhou", "Cotonou", "Addis Ababa", "Dar es Salaam", "郑州市"]),
            f"/cities/{i}/",
            random.uniform(-180, 180),
            random.uniform(-56, 80),
            random.randrange(9),
        )
        for i in range(count)
    ]


points = st.lists(
    st.builds(
        Point,
        key=st.text(min_size=1, max_size=6),
        label=st.text(max_size=30),
        url=st.just("/"),
        longitude=st.floats(-180, 180),
        latitude=st.floats(-90, 90),
        weight=st.integers(0, 5),
    ),
    max_size=60,
    unique_by=lambda point: point.key,
)
# Dense enough for labels to compete: a region some 300 units wide.
crowds = st.lists(
    st.builds(
        Point,
        key=st.text(min_size=1, max_size=6),
        label=st.sampled_from(["Zhengzhou", "Tianjin", "Li", "天津市", "Ho Chi Minh City"]),
        url=st.just("/"),
        longitude=st.floats(80, 180),
        latitude=st.floats(0, 55),
        weight=st.integers(0, 5),
    ),
    max_size=60,
    unique_by=lambda point: point.key,
)


def along(mark):
    """Points on the line to a label that stands apart, from where it has left its mark."""
    x1, y1, x2, y2 = mark.label.leader
    steps = [n / 50 for n in range(15, 51)]
    return [Box(*(x1 + (x2 - x1) * step, y1 + (y2 - y1) * step) * 2) for step in steps]


def disc(mark):
    return Box(
        mark.x - mark.radius, mark.y - mark.radius, mark.x + mark.radius, mark.y + mark.radius
    )


# The projection


@pytest.mark.parametrize(
    ("longitude", "latitude", "x", "y"),
    [
        (0, 0, 0, 0),
        (180, 0, 2.706629983696, 0),
        (-180, 0, -2.706629983696, 0),
        (0, 90, 0, 1.317362759157),
        (0, -90, 0, -1.317362759157),
        (90, 45, 1.159854499103, 0.860231085522),
        (30, 60, 0.339843347929, 1.088300835505),
        (120, -60, 1.359373391714, -1.088300835505),
        (-157.8580, 21.3069, -2.295788127853, 0.426387151159),
    ],
)
def test_equal_earth_agrees_with_proj(longitude, latitude, x, y):
    # Values printed by PROJ 9.7.1: proj -f %.12f +proj=eqearth +R=1
    assert equal_earth(longitude, latitude) == pytest.approx((x, y), abs=1e-11)


def test_equal_earth_draws_the_pole_as_a_line_of_published_length():
    # ArcGIS Pro documents the pole line as 0.59247 times the length of the equator.
    assert equal_earth(180, 90)[0] / equal_earth(180, 0)[0] == pytest.approx(0.59247, abs=5e-6)


@pytest.mark.parametrize("south", [-90, -60, -30, 0, 30, 60, 75])
@pytest.mark.parametrize("west", [-180, -20, 140])
def test_equal_earth_keeps_areas(south, west):
    north, east, steps = south + 15, west + 40, 400
    lats = [south + (north - south) * i / steps for i in range(steps + 1)]
    ring = [equal_earth(east, lat) for lat in lats] + [equal_earth(west, lat) for lat in lats[::-1]]
    twice = sum(
        x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True)
    )
    on_the_sphere = radians(east - west) * (sin(radians(north)) - sin(radians(south)))
    assert twice / 2 == pytest.approx(on_the_sphere, rel=0.005)


def test_project_spans_the_box():
    assert project(0, 0) == (WIDTH / 2, TOP)
    assert project(180, 0) == pytest.approx((WIDTH, TOP))
    assert project(-180, 0) == pytest.approx((0, TOP))
    assert project(0, 84)[1] == 0
    assert HEIGHT - 1 < project(0, -57)[1] <= HEIGHT


@pytest.mark.parametrize("turn", [-720, -360, 360, 720])
def test_project_ignores_whole_turns(turn):
    assert project(113.65 + turn, 34.76) == pytest.approx(project(113.65, 34.76))


def test_project_keeps_both_sides_of_the_antimeridian_apart_in_the_pacific():
    suva, apia = project(178.44, -18.14), project(-171.76, -13.83)
    assert (suva[0] > WIDTH - 30, apia[0] < 40) == (True, True)


def test_project_keeps_chukotka_with_asia():
    anadyr, provideniya, nome = (
        project(*at) for at in [(177.5, 64.7), (-173.2, 64.4), (-165.4, 64.5)]
    )
    assert 0 < provideniya[0] - anadyr[0] < 30
    assert nome[0] < WIDTH / 4


# Marks and labels


@examples(deadline=None)
@given(points | crowds, st.sampled_from([(14, 1), (12, 1), (68, 2.4), (0, 1)]))
def test_place_marks_overlaps_nothing(points, sizes):
    gather, scale = sizes
    marks = place_marks(points, gather=gather, scale=scale)
    labels = [mark.label.box for mark in marks if mark.label]
    assert [pair for pair in combinations(labels, 2) if pair[0].overlaps(pair[1])] == []
    assert [(box, m) for box in labels for m in marks if box.overlaps(disc(m))] == []
    assert [box for box in labels if not box.within(WORLD)] == []
    for mark in marks:
        if mark.label and mark.label.leader:
            others = [disc(other) for other in marks if other is not mark]
            others += [box for box in labels if box is not mark.label.box]
            crossed = [box for box in others for place in along(mark) if place.overlaps(box)]
            assert crossed == []
    for a, b in combinations(marks, 2):
        # Coordinates are rounded to a tenth.
        assert hypot(a.x - b.x, a.y - b.y) > max(gather, a.radius + b.radius) - 0.15
        # What can be pressed reaches half the way to the neighbour, or as far as the mark itself.
        if a.reach > a.radius and b.reach > b.radius:
            assert hypot(a.x - b.x, a.y - b.y) > a.reach + b.reach - 0.3


@examples(deadline=None)
@given(points)
def test_place_marks_keeps_every_point_once(points):
    shown = [point for mark in place_marks(points) for point in mark.members]
    inside = [p for p in points if 0 <= project(p.longitude, p.latitude)[1] <= HEIGHT]
    assert sorted(shown) == sorted(inside)


@examples(deadline=None)
@given(points | crowds, st.randoms(use_true_random=False))
def test_place_marks_is_the_same_in_any_order(points, random):
    shuffled = random.sample(points, len(points))
    assert place_marks(shuffled) == place_marks(points)


def test_place_marks_labels_a_lone_place_to_its_right():
    [mark] = place_marks([ZHENGZHOU])
    assert (mark.url, mark.count, mark.names) == ("/cities/zhengzhou/", 1, ["Zhengzhou"])
    assert (mark.label.text, mark.label.anchor) == ("Zhengzhou", "start")
    assert mark.label.x > mark.x + mark.radius
    assert (mark.reach > mark.radius, mark.more) == (True, 0)


def test_place_marks_gathers_neighbours_under_the_heavier():
    [mark] = place_marks([ZHENGZHOU, LUOYANG._replace(weight=3)])
    assert (mark.url, mark.label, mark.names) == ("", None, ["Luoyang", "Zhengzhou"])
    assert (mark.x, mark.y) == tuple(round(v, 1) for v in project(112.45, 34.62))


def test_marks_count_samples_apart():
    invented = LUOYANG._replace(is_sample=True)
    pair = [ZHENGZHOU, Point("kaifeng", "Kaifeng", "/cities/kaifeng/", 114.3, 34.8)]
    [mark] = place_marks([*pair, invented])
    assert (mark.names, mark.samples, mark.is_sample) == (["Kaifeng", "Zhengzhou"], 1, False)
    assert title(mark) == "<title>2 places: Kaifeng, Zhengzhou + 1 sample</title>"
    assert caption(mark).endswith(">2</text>")
    [mark] = place_marks([ZHENGZHOU._replace(is_sample=True), invented])
    assert (mark.samples, mark.is_sample) == (0, True)
    assert title(mark) == "<title>2 places: Luoyang, Zhengzhou</title>"
    assert caption(mark).endswith(">2</text>")


def test_arabic_does_not_join_two_to_a_plural():
    """“2 من الأماكن” is wrong: two is said by the dual, so the number stands by itself."""
    [mark] = place_marks([ZHENGZHOU, LUOYANG])
    with translation.override("ar"):
        assert title(mark).removeprefix("<title>").startswith("عدد الأماكن: 2 (")


def test_a_place_with_samples_alone_is_shown_as_the_place():
    # Also where the sample is heavier.
    invented = LUOYANG._replace(is_sample=True, weight=3, ink="trade")
    drawn = draw_map([invented, ZHENGZHOU], label="Map", list_url="/cities/")
    [alone] = place_marks([ZHENGZHOU])
    for layer in drawn.layers:
        [mark] = layer.marks
        assert (mark.x, mark.y, mark.url, mark.ink) == (alone.x, alone.y, "/cities/zhengzhou/", "")
        assert title(mark) == "<title>Zhengzhou + 1 sample</title>"
        assert caption(mark).endswith(">Zhengzhou</text>")
        assert title(mark) in map_marks(drawn, layer)


def test_place_marks_separates_neighbours_when_gathering_less():
    assert [mark.names for mark in place_marks([ZHENGZHOU, LUOYANG], gather=0, scale=0.1)] == [
        ["Luoyang"],
        ["Zhengzhou"],
    ]


@pytest.mark.parametrize("heavier", ["east", "west"])
def test_place_marks_labels_the_heavier_when_only_one_fits(heavier):
    # Between the two marks there is room for one label, around them there is none.
    pair = [
        Point(key, "Lima", "/", longitude, 0, 2 if key == heavier else 1)
        for key, longitude in [("west", 0), ("east", 22.5)]
    ]
    marks = place_marks(pair, frame=Box(470, TOP - 9, 550, TOP + 9))
    assert [mark.members[0].key for mark in marks if mark.label] == [heavier]
    assert len(marks) == 2


def test_place_marks_leads_to_a_label_apart_where_neighbours_leave_no_room():
    # The cities of the 2020 series around Zhengzhou.
    around = [(117.18, 39.14), (120.38, 36.06), (108.66, 31.95), (120.16, 30.29), (104.17, 35.97)]
    crowd = [Point(str(number), "Chengkou County", "/", *at, 2) for number, at in enumerate(around)]
    marks = place_marks([ZHENGZHOU, *crowd], gather=12)
    apart = [mark.names for mark in marks if mark.label and mark.label.leader]
    assert apart == [["Zhengzhou"]]


def test_place_marks_leaves_out_a_label_that_cannot_fit():
    [mark] = place_marks([ZHENGZHOU._replace(label="Zhengzhou " * 20)])
    assert (mark.label, mark.names) == (None, ["Zhengzhou " * 20])


def test_place_marks_turns_the_label_inward_at_the_edge():
    [mark] = place_marks([Point("suva", "Suva", "/", 178.44, -18.14)])
    assert mark.label.anchor == "end"


def test_place_marks_takes_plain_tuples():
    assert place_marks([tuple(ZHENGZHOU)]) == place_marks([ZHENGZHOU])


def test_place_marks_of_nothing_is_nothing():
    assert place_marks([]) == []


@pytest.mark.parametrize(("longitude", "latitude"), [(0, 90.1), (0, nan), (nan, 0), (inf, 0)])
def test_place_marks_refuses_coordinates_not_on_earth(longitude, latitude):
    with pytest.raises(ValueError, match=r"^Nowhere: .* is not on Earth$"):
        place_marks([Point("x", "Nowhere", "/", longitude, latitude)])


def calls_of(function, *arguments) -> int:
    """How many calls a call leads to: its work, which a busy machine does not change."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        function(*arguments)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("count", [100, 1000, 4000])
def test_place_marks_does_as_much_for_each_of_many_points(count):
    """Were each compared with all the others, it would be hundreds more for a thousand."""
    assert calls_of(place_marks, random_points(count)) < 200 * count


def test_text_width_knows_scripts():
    assert text_width("郑州") > text_width("ab") > text_width("il") > 0
    assert text_width("Brasília") == text_width("Brasilia")
    assert text_width("") == 0


# Links


def test_arc_is_the_same_both_ways():
    assert arc((10, 100), (110, 100)) == "M10.0 100.0Q60.0 72.0 110.0 100.0"
    assert arc((110, 100), (10, 100)) == arc((10, 100), (110, 100))


@examples(deadline=None)
@given(*[st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT))] * 2)
def test_arc_stays_in_the_box(a, b):
    numbers = [float(n) for n in re.findall(r"[-\d.]+", arc(a, b))]
    assert [x for x in numbers[::2] if not 0 <= x <= WIDTH] == []
    assert [y for y in numbers[1::2] if not 0 <= y <= HEIGHT] == []


# The whole map


def test_draw_map_links_places_once_and_skips_what_it_does_not_know():
    drawn = draw_map(
        [ZHENGZHOU, COTONOU],
        [("cotonou", "zhengzhou"), ("zhengzhou", "cotonou"), ("cotonou", "atlantis")],
        label="Cities",
        list_url="#places",
    )
    a, b = project(2.42, 6.37), project(113.65, 34.76)
    a, b = [tuple(round(v, 1) for v in place) for place in (a, b)]
    assert [layer.links for layer in drawn.layers] == [(arc(a, b),), (arc(a, b),)]


def test_draw_map_draws_no_link_within_a_mark():
    drawn = draw_map(
        [ZHENGZHOU, LUOYANG], [("zhengzhou", "luoyang")], label="Cities", list_url="#places"
    )
    assert [layer.links for layer in drawn.layers] == [(), ()]


def test_draw_map_gathers_more_on_a_phone():
    wide, phone = draw_map(random_points(150), label="Cities", list_url="#places").layers
    assert (wide.name, phone.name) == ("wide", "phone")
    assert len(wide.marks) > 2 * len(phone.marks)


@pytest.mark.parametrize("count", [0, 1, 1000, 5000])
def test_draw_map_never_draws_more_marks_than_a_page_can_bear(count):
    drawn = draw_map(random_points(count), label="Cities", list_url="#places")
    assert [layer.name for layer in drawn.layers if len(layer.marks) > MAX_MARKS] == []
    assert [sum(m.count for m in layer.marks) for layer in drawn.layers] == [count, count]


def test_draw_map_draws_no_more_marks_than_a_size_leaves_readable():
    small = {"small": Size(16.0, 1.3, most=30)}
    [layer] = draw_map(random_points(1000), label="", list_url="", layers=small).layers
    assert 15 < len(layer.marks) <= 30
    assert sum(mark.count for mark in layer.marks) == 1000


def test_draw_map_shows_the_open_sea_only_for_a_place_in_it():
    without = draw_map([ZHENGZHOU], label="Cities", list_url="#places")
    with_it = draw_map([ZHENGZHOU, APIA], label="Cities", list_url="#places")
    assert without.view_box == f"{OPEN_SEA} 0 {WIDTH - OPEN_SEA} {HEIGHT}"
    assert with_it.view_box == f"0 0 {WIDTH} {HEIGHT}"
    assert [len(layer.marks) for layer in with_it.layers] == [2, 2]


# The land


@pytest.fixture(scope="module")
def land_file():
    return (settings.BASE_DIR / "static/img/land.svg").read_text()


@pytest.fixture(scope="module")
def rings(land_file):
    return read_path(land_file)


def read_path(svg):
    rings = []
    for start, steps in re.findall(r"M([\d ]+)l([-\d ]+)z", svg):
        x, y = map(int, start.split())
        ring = [(x, y)]
        numbers = [int(n) for n in re.findall(r"-?\d+", steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        rings.append(ring)
    return rings


def is_land(rings, longitude, latitude):
    x, y = project(longitude, latitude)
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def test_land_lies_where_places_are_projected(rings):
    land = {
        "Zhengzhou": (113.65, 34.76),
        "Brasília": (-47.93, -15.78),
        "Minsk": (27.57, 53.9),
        "Addis Ababa": (38.75, 9.02),
        "Alice Springs": (133.88, -23.7),
        "Denver": (-104.99, 39.74),
        "Bilibino": (166.44, 68.05),
        "Egvekinot": (-179.1, 66.5),
    }
    sea = {
        "Gulf of Guinea": (0, 0),
        "North Pacific": (-150, 30),
        "South Pacific": (-120, -40),
        "Indian Ocean": (80, -20),
        "Caspian Sea": (51, 40.5),
        "Southern Ocean": (0, -56),
        "Antimeridian": (180, 0),
    }
    assert [name for name, at in land.items() if not is_land(rings, *at)] == []
    assert [name for name, at in sea.items() if is_land(rings, *at)] == []


def test_land_has_no_streak_across_the_map(rings):
    sides = [
        hypot(x2 - x1, y2 - y1)
        for ring in rings
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True)
    ]
    assert max(sides) < 40


def test_land_stays_in_the_box_and_in_its_budget(land_file, rings):
    assert {(0 <= x <= WIDTH, 0 <= y <= HEIGHT) for ring in rings for x, y in ring} == {
        (True, True)
    }
    assert len(land_file) < 18_000
    assert len(gzip.compress(land_file.encode())) < 5_000


def test_draw_land_joins_a_ring_across_the_antimeridian_and_drops_antarctica():
    # One island from 170°E to 170°W with a lake, one ring around the South Pole.
    island = [[170, 10], [20 - 360, 0], [0, -20], [-20 + 360, 0], [0, 20]]
    lake = [[174, 4], [0, -8], [4, 0], [0, 8], [-4, 0]]
    antarctica = [[-180, -70], [180, 0], [180, 0], [0, -10], [-360, 0], [0, 10]]
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [island, lake, antarctica],
        "objects": {
            "land": {
                "geometries": [
                    {"type": "MultiPolygon", "arcs": [[[0], [-2]]]},
                    {"type": "Polygon", "arcs": [[2]]},
                ]
            }
        },
    }
    rings = read_path(draw(topology))
    assert [len(ring) for ring in rings] == [4, 4]
    west = project(170, 10)[0] - WIDTH / 2
    assert {x for x, _ in rings[0]} == {
        round(WIDTH / 2 + west),
        round(WIDTH / 2 + west * 190 / 170),
    }


# The component


@pytest.fixture
def drawn():
    return draw_map(
        [
            ZHENGZHOU._replace(weight=2),
            LUOYANG,
            COTONOU,
            Point(
                "long", "A town < a city " * 9 + "on the river", "/cities/long/?a=1&b=2", -60, -20
            ),
        ],
        [("zhengzhou", "cotonou")],
        label="Cities & cases",
        list_url="/cities/#places",
    )


def render(drawn):
    return parse_html(render_to_string("components/_map.html", {"map": drawn}))


def find(element, name):
    """All elements of a name within, in the order of the document."""
    found = []
    for child in element.children:
        if isinstance(child, Element):
            found += ([child] if child.name == name else []) + find(child, name)
    return found


def words(element, name):
    return unescape("".join(find(element, name)[0].children)) if find(element, name) else None


def read_links(element):
    """Address, accessible name and visible text of each link."""
    return [
        (dict(a.attributes)["href"], words(a, "title") or words(a, "text"), words(a, "text"))
        for a in find(element, "a")
    ]


def test_component_names_every_link_and_leads_somewhere(drawn):
    svg = render(drawn)
    attributes = dict(svg.attributes)
    assert (attributes["role"], attributes["aria-label"]) == ("group", "Cities & cases")
    wide, phone = find(svg, "g")
    assert [dict(g.attributes)["class"] for g in (wide, phone)] == ["map-wide", "map-phone"]
    expected = [
        ("/cities/#places", "2 places: Zhengzhou, Luoyang", "2"),
        ("/cities/cotonou/", "Cotonou", "Cotonou"),
        ("/cities/long/?a=1&b=2", "A town < a city " * 9 + "on the river", None),
    ]
    assert [read_links(wide), read_links(phone)] == [expected, expected]
    assert [len(find(g, "path")) for g in (wide, phone)] == [1, 1]


def test_component_names_three_of_many():
    crowd = [ZHENGZHOU, LUOYANG, *(Point(k, k, "/", 113.6, 34.7) for k in ("Kaifeng", "Xinmi"))]
    drawn = draw_map(crowd, label="Cities", list_url="#places")
    assert read_links(find(render(drawn), "g")[0]) == [
        ("#places", "4 places, including Kaifeng, Xinmi, Luoyang", "4")
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_component_writes_numbers_for_machines(drawn, language):
    with translation.override(language):
        svg = render(drawn)
    numbers = [
        value
        for name in ("circle", "text")
        for element in find(svg, name)
        for key, value in element.attributes
        if key in {"r", "x", "y"}
    ]
    numbers += [
        value
        for link in find(svg, "a")
        for value in re.fullmatch(
            r"translate\((.+) (.+)\)", dict(link.attributes)["transform"]
        ).groups()
    ]
    assert [value for value in numbers if not re.fullmatch(r"-?\d+(\.\d+)?", value)] == []
    assert len(numbers) == 28


def test_component_draws_labels_where_they_were_placed(drawn):
    wide = drawn.layers[0]
    links = find(find(render(drawn), "g")[0], "a")
    for mark, link in zip(wide.marks, links, strict=True):
        if mark.label is None:
            continue
        centre = re.findall(r"[\d.-]+", dict(link.attributes)["transform"])
        [text] = find(link, "text")
        offset = (dict(text.attributes)[name] for name in ("x", "y"))
        found = [float(a) + float(b) for a, b in zip(centre, offset, strict=True)]
        assert found == pytest.approx([mark.label.x, mark.label.y], abs=0.06)


def test_component_has_no_style_and_no_script(drawn):
    text = render_to_string("components/_map.html", {"map": drawn})
    assert re.findall(r"style=|<style|<script|\son\w+=", text) == []


def test_style_sheet_draws_labels_as_large_as_they_were_measured():
    css = (settings.BASE_DIR / "static/css/map.css").read_text()
    wide = re.search(r"\.map text \{\s+font: 600 ([\d.]+)px", css).group(1)
    phone = re.search(r"\.map-phone text \{ font-size: ([\d.]+)px", css).group(1)
    assert {"wide": float(wide), "phone": float(phone)} == {
        name: pytest.approx(TEXT * scale) for name, (_, scale, _) in LAYERS.items()
    }


def test_component_of_a_thousand_places_keeps_to_its_share_of_the_page():
    drawn = draw_map(random_points(1000), label="Cities", list_url="#places")
    text = render_to_string("components/_map.html", {"map": drawn})
    assert len(gzip.compress(text.encode())) < 9_000


@pytest.mark.parametrize(
    ("inks", "ink"), [(["move"], "move"), (["move", "move"], "move"), (["move", "soil"], "other")]
)
def test_give_a_cluster_the_ink_that_its_places_have_in_common(inks, ink):
    points = (ZHENGZHOU._replace(key=str(place), ink=each) for place, each in enumerate(inks))
    [mark] = place_marks(points)
    assert mark.ink == ink

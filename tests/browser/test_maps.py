"""Marks of a map in a browser, drawn with its style sheet alone."""

from pathlib import Path

import pytest
from django.conf import settings

from repository.maps.tags import map_marks
from repository.maps.world import Point, draw_map

LUOYANG = Point("city:luoyang", "Luoyang", "/cities/luoyang/", 112.45, 34.62)
ZHENGZHOU = Point("city:zhengzhou", "Zhengzhou", "/cities/zhengzhou/", 113.65, 34.76)
FILLS = """() => ["circle.dot", "text.count"].map(
    name => getComputedStyle(document.querySelector(`.map-phone ${name}`)).fill)"""


@pytest.mark.parametrize("forced_colors", ["none", "active"])
@pytest.mark.parametrize("is_sample", [False, True])
def test_numbers_of_clusters_can_be_read(open_page, is_sample, forced_colors):
    points = [each._replace(is_sample=is_sample) for each in (ZHENGZHOU, LUOYANG)]
    drawn = draw_map(points, label="Map", list_url="/cities/")
    marks = "".join(
        f'<g class="map-{layer.name}">{map_marks(drawn, layer)}</g>' for layer in drawn.layers
    )
    styles = "".join(
        Path(settings.BASE_DIR, "static/css", name).read_text() for name in ("site.css", "map.css")
    )
    page = open_page(viewport={"width": 360, "height": 640}, forced_colors=forced_colors)
    page.set_content(
        f'<style>{styles}</style><svg class="map" viewBox="{drawn.view_box}">{marks}</svg>'
    )
    assert page.locator(".map-phone .count").text_content() == "2"
    circle, number = page.evaluate(FILLS)
    assert circle != number

import pytest

from repository.maps import windows
from repository.maps.projection import HEIGHT, WIDTH, project

CHINA = [(113.6, 34.7), (117.2, 39.1), (120.4, 36.1), (120.2, 30.3), (113.3, 23.1)]
FAR_APART = [(-51.9, -14.2), (2.3, 9.3), (27.9, 53.7), (88.4, 22.6)]


def holds(window, place):
    x, y = project(*place)
    return window.left <= x <= window.right and window.top <= y <= window.bottom


def test_surround_places_with_a_margin():
    window = windows.around(CHINA)
    assert all(holds(window, place) for place in CHINA)
    assert not holds(window, (2.3, 9.3))
    assert window.width / window.height == pytest.approx(windows.SHAPE, abs=0.02)


@pytest.mark.parametrize("place", [(0, 0), (179, -40), (-179, 60), (0, 83), (-70, -56)])
def test_show_some_land_around_a_single_place(place):
    window = windows.around([place])
    assert window.width == windows.SMALLEST
    assert holds(window, place)
    assert 0 <= window.left < window.right <= WIDTH
    assert 0 <= window.top < window.bottom <= HEIGHT + 0.1


def test_surround_the_whole_world():
    window = windows.around([(-150, 60), (150, -40)])
    assert (window.left, window.top) == pytest.approx((0, 0), abs=WIDTH / 4)
    assert window.right <= WIDTH
    assert window.bottom <= HEIGHT + 0.1


def test_surround_nothing():
    assert windows.around([]) is None
    assert windows.crowded([]) is None


def test_find_where_places_crowd_together():
    window = windows.crowded(FAR_APART + CHINA)
    assert all(holds(window, place) for place in CHINA)
    assert not any(holds(window, place) for place in FAR_APART[:3])


def test_find_no_crowd_among_places_far_apart():
    assert windows.crowded(FAR_APART) is None
    assert windows.crowded(CHINA[: windows.CROWD - 1]) is None


def test_find_the_same_crowd_in_any_order():
    assert windows.crowded(reversed(FAR_APART + CHINA)) == windows.crowded(FAR_APART + CHINA)

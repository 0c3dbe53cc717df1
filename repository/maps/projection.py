"""The Equal Earth projection of the world map, in units of the map's viewBox.

The viewBox is WIDTH by HEIGHT, with y increasing southward.
"""

from math import asin, ceil, cos, radians, sin, sqrt

WIDTH = 960
NORTH, SOUTH = 84, -57  # no city lies beyond; Antarctica would take a tenth of the height

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Project degrees on a sphere of radius 1; x increases eastward, y northward.

    Source: B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map projection", International
    Journal of Geographical Information Science 33(3), 2019 (online 2018),
    doi:10.1080/13658816.2018.1504949.
    """
    theta = asin(sqrt(3) / 2 * sin(radians(latitude)))
    square = theta * theta
    sixth = square**3
    slope = A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square)
    x = 2 * sqrt(3) * radians(longitude) * cos(theta) / (3 * slope)
    y = theta * (A1 + A2 * square + sixth * (A3 + A4 * square))
    return x, y


SCALE = WIDTH / 2 / equal_earth(180, 0)[0]
TOP = equal_earth(0, NORTH)[1] * SCALE
HEIGHT = ceil(TOP - equal_earth(0, SOUTH)[1] * SCALE)


def seam(longitude: float, latitude: float) -> float:
    """Normalize a longitude to -180 to 180, except that Chukotka stays with Asia."""
    if not -180 <= longitude <= 180:
        longitude = (longitude + 180) % 360 - 180
    return longitude + 360 if latitude > 60 and longitude < -169 else longitude


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Return the position in the viewBox of a place given in degrees."""
    x, y = equal_earth(seam(longitude, latitude), latitude)
    return WIDTH / 2 + x * SCALE, TOP - y * SCALE

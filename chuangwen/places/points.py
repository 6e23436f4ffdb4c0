"""Points on the ground: as they were given, and in WGS-84 degrees. Pure."""

from typing import TypedDict

from django.utils.translation import gettext as _

from chuangwen.kernel import geography
from chuangwen.kernel.errors import Refusal
from chuangwen.places.models import Datum


class Point(TypedDict):
    """The columns of ``Located``."""

    given_lat: float | None
    given_lon: float | None
    datum: str
    lat: float | None
    lon: float | None


NOWHERE = Point(given_lat=None, given_lon=None, datum=Datum.WGS84, lat=None, lon=None)


def located(lat: float | None, lon: float | None, datum: str = Datum.WGS84) -> Point:
    """The point as given, in degrees of ``datum``, with the same point in WGS-84. Nothing at all for no point.

    Raises Refusal for half a point, one off the globe, or an unknown datum.
    """
    if lat is None and lon is None:
        return NOWHERE
    if lat is None or lon is None:
        raise Refusal(_("A point has a longitude and a latitude: give both or neither."), "places.half_a_point", field="lat")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Refusal(
            _("The longitude lies between -180 and 180, the latitude between -90 and 90 degrees."),
            "places.off_the_globe",
            field="lat",
        )
    if datum not in Datum.values:
        raise Refusal(_("Unknown coordinate system: %(datum)s.") % {"datum": datum}, "places.unknown_datum", field="datum")
    true = geography.Point(float(lat), float(lon), geography.Datum(datum.upper())).to(geography.Datum.WGS84).rounded(7)
    return Point(given_lat=float(lat), given_lon=float(lon), datum=datum, lat=true.lat, lon=true.lon)

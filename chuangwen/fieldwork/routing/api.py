"""The routes of a round over REST: ``/api/v1/rounds/{id}/routes``, to read."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.fieldwork.models import Round
from chuangwen.fieldwork.routing import queries
from chuangwen.fieldwork.routing.words import REASONS
from chuangwen.kernel import access
from chuangwen.places.hours import TimeOfDay
from chuangwen.web.views import actor_of


class VisitOut(Schema):
    """A visit on a route."""

    place_id: int
    position: int
    site_id: int
    site_code: str
    site_name: str
    lat: float | None
    lon: float | None
    begins_at: TimeOfDay | None = Field(description="when the visit begins; null where the site has no coordinates")
    ends_at: TimeOfDay | None
    metres: int | None = Field(description="way from the visit before, or from the start")
    late: bool
    pinned: bool = Field(description="put there by hand: planning again keeps it")
    done: bool


class RouteOut(Schema):
    """What a team does on a day."""

    team_id: int
    team: str
    day: date
    metres: int = Field(description="the whole way, back to the start")
    minutes: int = Field(description="from setting out to being back")
    nearest_metres: int = Field(description="the way to the same sites when going on to the nearest each time")
    over_minutes: int = Field(description="minutes beyond the team's hours")
    visits: list[VisitOut]


class LeftOut(Schema):
    place_id: int
    site_id: int
    site_code: str
    site_name: str
    code: str
    reason: str


class RoutesOut(Schema):
    """The routes of a round as far as the account may see them."""

    round_id: int
    detour: float
    metres: int
    nearest_metres: int
    routes: list[RouteOut]
    left_out: list[LeftOut] = Field(description="sites on no route, and why")


def _visit(number: int, place: Any, call: Any) -> dict[str, Any]:
    return {
        "place_id": place.pk,
        "position": number,
        "site_id": place.site_id,
        "site_code": place.site.code,
        "site_name": place.site.name,
        "lat": place.site.lat,
        "lon": place.site.lon,
        "begins_at": queries.time_of(call.begins) if call else None,
        "ends_at": queries.time_of(call.leaves) if call else None,
        "metres": call.metres if call else None,
        "late": bool(call and call.late),
        "pinned": place.pinned,
        "done": place.done_at is not None,
    }


def add_to(router: Router) -> None:
    """Hang the resource under the rounds."""

    @router.get("/{round_id}/routes", response=RoutesOut, summary="轮次的检查路线")
    def get_routes(request: HttpRequest, round_id: int, day: date | None = None, team: int | None = None):
        """Way and time of each team and day, with every visit in its order; those of the own team where the account sees no other."""
        actor = actor_of(request)
        access.require(actor, "fieldwork.see_routes")
        round = access.fetch(actor, "fieldwork.see_rounds", Round, pk=round_id)
        found = queries.routes_of(actor, round)
        routes = [r for r in found.routes if (day is None or r.day == day) and (team is None or r.team.pk == team)]
        return {
            "round_id": round.pk,
            "detour": float(round.detour),
            "metres": sum(route.route.metres for route in routes),
            "nearest_metres": sum(route.nearest.metres for route in routes),
            "routes": [
                {
                    "team_id": route.team.pk,
                    "team": route.team.name,
                    "day": route.day,
                    "metres": route.route.metres,
                    "minutes": route.minutes,
                    "nearest_metres": route.nearest.metres,
                    "over_minutes": -(-route.route.over // 60),
                    "visits": [_visit(number, place, call) for number, (place, call) in enumerate(route.lines, 1)],
                }
                for route in routes
            ],
            "left_out": [
                {
                    "place_id": place.pk,
                    "site_id": place.site_id,
                    "site_code": place.site.code,
                    "site_name": place.site.name,
                    "code": reason.value,
                    "reason": str(REASONS[reason]),
                }
                for place, reason in found.left_out
            ],
        }

"""The routes of a round: on the map and as lists, planned by a job, changed by hand, on paper."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.fieldwork.models import Round, RoundSite
from chuangwen.fieldwork.routing import actions, jobs, queries
from chuangwen.fieldwork.routing.forms import MoveForm, PlanForm
from chuangwen.fieldwork.routing.sheet import route_sheet
from chuangwen.fieldwork.routing.solving import SECONDS
from chuangwen.fieldwork.routing.words import REASONS
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.identifiers import number_in
from chuangwen.web import formatting
from chuangwen.web.downloads import download
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.views import PageMixin

ROUNDS = gettext_lazy("Rounds")
MOST_LEFT_OUT = 200
SEE, PLAN = "fieldwork.see_routes", "fieldwork.plan_routes"


def day_in(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def kilometres(metres: int) -> str:
    return formatting.number(metres / 1000, 1)


def address(round_id: int, day: date | None = None) -> str:
    return reverse("fieldwork:routes", args=[round_id]) + (f"?day={day.isoformat()}" if day else "")


class RoutePages(PageMixin):
    """What the pages of a round's routes have in common."""

    required_verb = SEE
    kwargs: dict[str, Any]

    def find_round(self) -> Round:
        return access.fetch(self.actor, "fieldwork.see_rounds", Round.objects.select_related("division"), pk=self.kwargs["pk"])

    def crumbs(self, round: Round, *, routes: bool = True) -> list[tuple[Any, str | None]]:
        found: list[tuple[Any, str | None]] = [
            (ROUNDS, reverse("fieldwork:rounds")),
            (round.name, reverse("fieldwork:round", args=[round.pk])),
        ]
        return found + ([(_("Routes"), address(round.pk))] if routes else [])

    def may_plan(self, round: Round) -> bool:
        open_round = round.state != Round.State.CLOSED and self.actor.may(PLAN)
        return open_round and access.scoped(self.actor, PLAN, Round).filter(pk=round.pk).exists()


class RoutesPage(RoutePages, View):
    """The routes of a day on the map and as lists beside it; what fits on no route, and why."""

    title = gettext_lazy("Routes")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find_round()
        found = queries.routes_of(self.actor, round)
        day = self.chosen_day(found, day_in(request.GET.get("day")))
        routes = found.on(day) if day else []
        may_plan = self.may_plan(round)
        job = jobs.last(round) if may_plan else None
        self.breadcrumbs, self.lead = self.crumbs(round, routes=False), round.name
        context = self.get_context_data(
            round=round,
            found=found,
            day=day,
            routes=routes,
            tabs=[self.tab(found, one, day) for one in found.days],
            box=box_of(routes),
            lines_url=reverse("fieldwork:route-lines", args=[pk]) + (f"?day={day.isoformat()}" if day else ""),
            kilometres=kilometres(found.metres),
            saved=kilometres(found.nearest_metres - found.metres),
            saved_share=(found.nearest_metres - found.metres) / found.nearest_metres if found.nearest_metres else None,
            left_out=[(place, REASONS[reason]) for place, reason in found.left_out[:MOST_LEFT_OUT]],
            more_left_out=max(0, len(found.left_out) - MOST_LEFT_OUT),
            pinned=sum(place.pinned for route in found.routes for place in route.places),
            may_plan=may_plan,
            today=clock.today(),
            job=job if job is not None and (not job.ended or number_in(request.GET.get("job")) == job.pk) else None,
        )
        return render(request, "fieldwork/routing/routes.html", context)

    @staticmethod
    def chosen_day(found: queries.Routes, asked: date | None) -> date | None:
        """The day asked for; else today or the next day with routes; else the first."""
        if asked in found.days:
            return asked
        busy = sorted({route.day for route in found.routes})
        return next((day for day in busy if day >= clock.today()), busy[0] if busy else next(iter(found.days), None))

    @staticmethod
    def tab(found: queries.Routes, one: date, day: date | None) -> dict[str, Any]:
        count = sum(len(route.places) for route in found.on(one))
        return {
            "label": formatting.short_day(one, clock.today()),
            "url": f"?day={one.isoformat()}",
            "active": one == day,
            "count": count,
        }


def box_of(routes: list[queries.DayRoute]) -> str:
    """ "west,south,east,north" of the routes of a day, for the map; empty where there is nothing to show."""
    points = queries.points_of(place for route in routes for place in route.places)
    points += [(team.lat, team.lon) for route in routes for team in route.problem.teams if route.route.calls]
    if not points:
        return ""
    lats, lons = [lat for lat, _lon in points], [lon for _lat, lon in points]
    edge = 0.002
    return f"{min(lons) - edge:.5f},{min(lats) - edge:.5f},{max(lons) + edge:.5f},{max(lats) + edge:.5f}"


class RouteLines(RoutePages, View):
    """The routes of a day as GeoJSON lines, each with its stops, for the map."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find_round()
        found = queries.routes_of(self.actor, round, with_left_out=False)
        day = day_in(request.GET.get("day"))
        features = [feature(route) for route in found.routes if route.day == day and route.route.calls]
        return JsonResponse({"type": "FeatureCollection", "features": features}, json_dumps_params={"ensure_ascii": False})


def feature(route: queries.DayRoute) -> dict[str, Any]:
    """A route as a line from the start over all stops and back (WGS-84, longitude first)."""
    (team,) = route.problem.teams
    home = [round(team.lon, 6), round(team.lat, 6)]
    stops = [
        {
            "at": [round(place.site.lon, 6), round(place.site.lat, 6)],
            "number": number,
            "title": f"{route.label}{number} {place.site.name}",
            "note": f"{queries.time_of(call.begins):%H:%M}",
            "url": reverse("places:site", args=[place.site_id]),
            "pinned": place.pinned,
            "done": place.done_at is not None,
        }
        for number, (place, call) in enumerate(route.lines, 1)
        if call is not None
    ]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [home, *(stop["at"] for stop in stops), home]},
        "properties": {
            "label": route.label,
            "name": route.team.name,
            "colour": route.colour,
            "start": _("Start of %(team)s") % {"team": route.team.name},
            "stops": stops,
        },
    }


class RoutesPlan(RoutePages, FormPage):
    """Say how, and have a job plan; it tells how far it is and can be stopped."""

    required_verb = PLAN
    title = gettext_lazy("Plan routes")
    form_class = PlanForm
    submit = gettext_lazy("Plan")
    done = ""
    explanation = gettext_lazy(
        "All sites that are not visited yet are spread over the teams and the days that are left. Working hours, opening hours and the time "
        "that a visit takes are kept; nobody is sent to the unit that employs them. What was pinned by hand stays with its team, its day and "
        "its position."
    )

    def prepare(self) -> None:
        self.round = access.fetch(self.actor, PLAN, Round, pk=self.kwargs["pk"])
        self.lead, self.cancel_url = self.round.name, address(self.round.pk)

    def get_breadcrumbs(self) -> Any:
        return self.crumbs(self.round)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"detour": self.round.detour}}

    def act(self, form: PlanForm) -> str:
        task = queries.task(self.round, detour=float(form.cleaned_data["detour"]))
        if self.round.state == Round.State.CLOSED:
            actions.unpin(self.actor, round_id=self.round.pk)  # refuses: the round is closed
        actions.check_task(task)
        seconds = min(SECONDS, max(3.0, len(task.problem.stops) / 20))
        job = jobs.start(self.actor, self.round, seconds=seconds, **form.cleaned_data)
        return address(self.round.pk) + f"?job={job.pk}"


class PlaceMove(FormPage):
    """Put a place on a team's route by hand."""

    required_verb = PLAN
    submit = gettext_lazy("Move and pin")
    done = gettext_lazy("Moved. Planning again keeps it there.")
    explanation = gettext_lazy("The place is pinned: planning again keeps its team, its day and its position.")

    def prepare(self) -> None:
        rows = RoundSite.objects.select_related("round__division", "site__type", "team")
        self.place = access.fetch(self.actor, PLAN, rows, pk=self.kwargs["pk"])
        self.title, self.lead = _("Move to another route"), self.place.site.name
        self.cancel_url = address(self.place.round_id, self.place.day)

    def get_breadcrumbs(self) -> Any:
        round = self.place.round
        return [
            (ROUNDS, reverse("fieldwork:rounds")),
            (round.name, reverse("fieldwork:round", args=[round.pk])),
            (_("Routes"), address(round.pk, self.place.day)),
        ]

    def get_form(self, data: Any = None, files: Any = None) -> MoveForm:
        days = queries.working_days(self.place.round)
        if self.place.day and self.place.day not in days:
            days = sorted([*days, self.place.day])
        return MoveForm(data, place=self.place, days=days)

    def act(self, form: MoveForm) -> str:
        facts = form.cleaned_data
        actions.move_place(self.actor, place_id=self.place.pk, **facts)
        return address(self.place.round_id, facts["day"])


class PlaceStep(ActionButton):
    """One up or one down on the same route."""

    required_verb = PLAN

    def act(self, request: HttpRequest, pk: int) -> str:
        place = access.fetch(self.actor, PLAN, RoundSite.objects.select_related("team"), pk=pk)
        if place.team is None or place.day is None:
            raise Missing(_("The place is on no route."))
        wanted = max(1, (place.position or 1) + (-1 if request.POST.get("step") == "-1" else 1))
        actions.move_place(self.actor, place_id=pk, team=place.team, day=place.day, position=wanted)
        return address(place.round_id, place.day) + f"#place-{pk}"


class PlaceOff(ActionButton):
    """Take a place off its route."""

    required_verb = PLAN
    done = gettext_lazy("It is on no route now and waits to be planned.")

    def act(self, request: HttpRequest, pk: int) -> str:
        place = access.fetch(self.actor, PLAN, RoundSite, pk=pk)
        day = place.day
        actions.take_off(self.actor, place_id=pk)
        return address(place.round_id, day)


class PlaceUnpin(ActionButton):
    """Let a place be planned freely again."""

    required_verb = PLAN
    done = gettext_lazy("Not pinned any more: planning again may move it.")

    def act(self, request: HttpRequest, pk: int) -> str:
        place = access.fetch(self.actor, PLAN, RoundSite, pk=pk)
        actions.unpin(self.actor, round_id=place.round_id, place_id=pk)
        return address(place.round_id, place.day) + f"#place-{pk}"


class RoutesUnpin(ActionButton):
    """Let all places of a round be planned freely again."""

    required_verb = PLAN

    def act(self, request: HttpRequest, pk: int) -> str:
        count = actions.unpin(self.actor, round_id=pk)
        self.done = _("%(count)d places are not pinned any more.") % {"count": count}
        return address(pk)


class RoutesCompared(RoutePages, View):
    """Way and time per team and day, beside going on to the nearest place each time."""

    title = gettext_lazy("Distance saved")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find_round()
        found = queries.routes_of(self.actor, round, with_left_out=False)
        walked = queries.walked(found) if found.routes else None
        self.breadcrumbs, self.lead = self.crumbs(round), round.name
        lines = [
            {
                "route": route,
                "own": kilometres(route.route.metres),
                "nearest": kilometres(route.nearest.metres),
                "saved": kilometres(route.saved),
                "late": route.nearest.lateness,
            }
            for route in found.routes
        ]
        fair = walked is not None and walked.visits == sum(len(route.route.calls) for route in found.routes)
        context = self.get_context_data(
            round=round,
            found=found,
            lines=lines,
            walked=walked,
            own=kilometres(found.metres),
            same_places=kilometres(found.nearest_metres),
            same_saved=kilometres(found.nearest_metres - found.metres),
            nearest=kilometres(walked.metres) if walked else "",
            saved=kilometres(walked.metres - found.metres) if walked and fair else "",
            share=(walked.metres - found.metres) / walked.metres if walked and fair and walked.metres else None,
            missed=len(walked.left_out) if walked else 0,
        )
        return render(request, "fieldwork/routing/compared.html", context)


class RoutePapers(RoutePages, View):
    """Route sheets to print, a page for each team and day."""

    title = gettext_lazy("Route sheets")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find_round()
        routes = chosen(request, queries.routes_of(self.actor, round, with_left_out=False))
        context = self.get_context_data(round=round, routes=routes, back=address(pk), printed=clock.now())
        return render(request, "fieldwork/routing/papers.html", context)


class RouteWorkbook(RoutePages, View):
    """Route sheets as a workbook."""

    title = gettext_lazy("Route sheets")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round = self.find_round()
        routes = chosen(request, queries.routes_of(self.actor, round, with_left_out=False))
        teams = {route.team.name for route in routes}
        name = " ".join([round.name, str(_("Routes")), *(sorted(teams) if len(teams) == 1 else [])])
        return download(route_sheet(round, routes), f"{name}.xlsx")


def chosen(request: HttpRequest, found: queries.Routes) -> list[queries.DayRoute]:
    """The routes of the team and day that the address names; of all where it names none."""
    team, day = number_in(request.GET.get("team")), day_in(request.GET.get("day"))
    return [route for route in found.routes if (team is None or route.team.pk == team) and (day is None or route.day == day)]

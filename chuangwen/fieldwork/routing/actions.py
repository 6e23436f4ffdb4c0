"""Routes are planned, changed by hand, and let go again."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.fieldwork import blind
from chuangwen.fieldwork.models import Round, RoundSite, RoundTeam
from chuangwen.fieldwork.routing import queries
from chuangwen.fieldwork.routing.own_units import own_places
from chuangwen.fieldwork.routing.problem import Plan, Problem, Shift, timed
from chuangwen.fieldwork.routing.solving import SECONDS, Tell, solve
from chuangwen.kernel import access, audit
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict, Refusal

VERB = "fieldwork.plan_routes"
MOST_SITES = 5000


def plan_routes(
    actor: Actor,
    *,
    round_id: int,
    detour: Decimal | None = None,
    even: bool = False,
    seed: int = 0,
    seconds: float | None = SECONDS,
    iterations: int | None = None,
    tell: Tell | None = None,
) -> dict[str, Any]:
    """Plan the routes of all that is not visited yet; what was pinned by hand stays with its team, day and position.

    ``detour``: how much longer ways by the streets are; kept with the round. Ends after ``seconds``, or after ``iterations`` of the search: then
    the same round and seed give the same routes. ``tell`` hears the share done. Returns figures: sites planned, left out, metres.
    Raises Refusal (no teams, nothing to plan, no days left), Conflict (closed; somebody changed the round meanwhile), Missing, Denied.
    """
    round = _plannable(actor, round_id)
    detour = round.detour if detour is None else detour
    if not 1 <= detour <= 3:
        text = _("The detour factor lies between 1 and 3.")
        raise Refusal(text, "routes.detour", fields={"detour": text})
    task = queries.task(round, detour=float(detour))
    check_task(task)
    plan = solve(task.problem, seed=seed, seconds=seconds, iterations=iterations, even=even, tell=tell)
    with transaction.atomic():
        round = _plannable(actor, round_id, lock=True)
        places = list(queries.places_of(round).select_for_update(of=("self",)))
        if queries.basis(places) != task.basis:
            raise Conflict(_("Somebody changed the round while its routes were planned. Plan them again."), "routes.changed")
        _write(places, task, plan)
        if round.detour != detour:
            round.detour = detour
            round.save(update_fields=["detour"])
        figures = {
            "sites": plan.visits,
            "left_out": len(plan.left_out) + len(task.apart),
            "metres": plan.metres,
            "routes": len(plan.routes),
            "pinned": len(task.problem.pins),
        }
        how = {"detour": str(detour), "even": even, "seed": seed}
        audit.record(actor, VERB, round, after=how | figures)
    return figures


def check_task(task: queries.Task) -> None:
    """Raises Refusal where there is nothing to plan with."""
    if not task.problem.teams:
        raise Refusal(_("The round has no team yet. Make one first."), "routes.no_team")
    if not task.problem.days:
        raise Refusal(_("No working day of the round is left. Change its last day to plan further."), "routes.no_day")
    if not task.problem.stops:
        raise Refusal(_("There is no site to plan: none is drawn, or all are visited."), "routes.no_site")
    if len(task.problem.stops) > MOST_SITES:
        raise Refusal(_("At most %(most)d sites can be planned at once.") % {"most": MOST_SITES}, "routes.too_many")


def move_place(actor: Actor, *, place_id: int, team: RoundTeam, day: date, position: int | None = None) -> RoundSite:
    """Put a place on a team's route of a day by hand, at a position from 1 (None: at the end). It is pinned: planning again keeps it.

    The places behind it move on, arrival times are reckoned anew on both days. Raises Refusal (a site of the team's own unit, a site that the
    team rated before, a day outside the round, another round's team), Conflict (visited, left out, closed round), Missing, Denied.
    """
    with transaction.atomic():
        place = _place(actor, place_id)
        round = _plannable(actor, place.round_id, lock=True)
        _check_move(place, round, team, day)
        before = _facts(place)
        old = None if place.team_id is None or place.day is None else (place.team_id, place.day)
        place.team, place.day, place.pinned = team, day, True
        others = list(_on(round, team.pk, day).exclude(pk=place.pk))
        where = len(others) if position is None else min(max(position, 1) - 1, len(others))
        _number(round, [*others[:where], place, *others[where:]])
        if old is not None and old != (team.pk, day):
            _number(round, list(_on(round, *old)))
        place.refresh_from_db()
        audit.record(actor, VERB, place.round, before=before, after=_facts(place) | {"site": place.site.code})
    return place


def take_off(actor: Actor, *, place_id: int) -> RoundSite:
    """Take a place off its route: it waits to be planned again. Raises Conflict (visited, closed)."""
    with transaction.atomic():
        place = _place(actor, place_id)
        round = _plannable(actor, place.round_id, lock=True)
        before = _facts(place)
        old = None if place.team_id is None or place.day is None else (place.team_id, place.day)
        place.team = place.day = place.position = place.arrive_at = None
        place.pinned = False
        place.save(update_fields=["team", "day", "position", "arrive_at", "pinned"])
        if old is not None:
            _number(round, list(_on(round, *old)))
        audit.record(actor, VERB, place.round, before=before, after=_facts(place) | {"site": place.site.code})
    return place


def unpin(actor: Actor, *, round_id: int, place_id: int | None = None) -> int:
    """Let a place, or all of a round, be planned freely again; they stay where they are until then. Returns how many."""
    with transaction.atomic():
        round = _plannable(actor, round_id, lock=True)
        rows = round.site_links.filter(pinned=True)
        if place_id is not None:
            access.fetch(actor, VERB, round.site_links.all(), pk=place_id)
            rows = rows.filter(pk=place_id)
        codes = list(rows.order_by("site__code").values_list("site__code", flat=True))
        rows.update(pinned=False)
        if codes:
            audit.record(actor, VERB, round, before={"pinned": codes}, after={"pinned": []})
    return len(codes)


# -- within ------------------------------------------------------------------------------------------------------------


def _plannable(actor: Actor, round_id: int, *, lock: bool = False) -> Round:
    round = access.fetch(actor, VERB, Round, lock=lock, pk=round_id)
    if round.state == Round.State.CLOSED:
        raise Conflict(_("The round is closed; open it again to change it."), "rounds.closed")
    return round


def _place(actor: Actor, place_id: int) -> RoundSite:
    """A place that is still to be visited, locked."""
    rows = RoundSite.objects.select_related("round", "site__division", "site__type", "rerate_of")
    place = access.fetch(actor, VERB, rows, lock=True, pk=place_id)
    if place.done_at is not None:
        raise Conflict(_("The place was visited."), "places.done")
    if place.skipped_at is not None:
        raise Conflict(_("The place was left out of the round."), "places.skipped")
    if place.merged_with_id is not None:
        raise Conflict(_("A visit of another round serves this place."), "routes.merged")
    return place


def _check_move(place: RoundSite, round: Round, team: RoundTeam, day: date) -> None:
    if team.round_id != round.pk:
        raise _wrong(_("The team belongs to another round."), "routes.other_round", "team")
    if not round.starts_on <= day <= round.ends_on:
        raise _wrong(_("The day lies outside the round."), "routes.day", "day")
    if place.pk in own_places([team], [place], day, day)[team.pk]:
        text = _("“%(team)s” is not sent there: the site belongs to the unit that employs the team or one of its members.")
        raise _wrong(text % {"team": team}, "routes.own_unit", "team")
    if place.rerate_of is not None and not blind.may_rate_again(place.rerate_of, [team.pk]):
        raise _wrong(_("The site is rated again here: by a team that was not there before."), "routes.same_team", "team")


def _wrong(text: str, code: str, field: str) -> Refusal:
    return Refusal(text, code, fields={field: text})


def _facts(place: RoundSite) -> dict[str, Any]:
    return {"team": place.team_id, "day": place.day, "position": place.position, "pinned": place.pinned}


def _on(round: Round, team_id: int, day: date) -> Any:
    rows = queries.places_of(round).filter(team=team_id, day=day)
    return rows.order_by("position", "pk").select_for_update(of=("self",))


def _number(round: Round, places: Sequence[RoundSite]) -> None:
    """Positions from 1, and arrivals, of one route in this order."""
    if not places:
        return
    team = places[0].team
    if team is None:
        team = RoundTeam.objects.get(pk=places[0].team_id)
    day = places[0].day
    assert day is not None
    start = queries.middle(queries.places_of(round)) if team.start_lat is None else (0.0, 0.0)
    with_point = [place for place in places if queries.placed(place)]
    problem = Problem(
        tuple(queries.stop_of(place) for place in with_point), (queries.team_of(team, start),), (day,), detour=float(round.detour)
    )
    route = timed(problem, Shift(day, team.pk), [place.pk for place in with_point])
    arrivals = {call.stop: queries.time_of(call.begins) for call in route.calls}
    for number, place in enumerate(places, 1):
        place.position, place.arrive_at = number, arrivals.get(place.pk)
    RoundSite.objects.bulk_update(places, ["team", "day", "position", "arrive_at", "pinned"])


def _write(places: Iterable[RoundSite], task: queries.Task, plan: Plan) -> None:
    """A plan into the table: what was planned, at its place; what was not, on no route. Places that have no point stay where a person put
    them, behind the others of the day."""
    planned = {
        call.stop: (route.shift, number, queries.time_of(call.begins))
        for route in plan.routes
        for number, call in enumerate(route.calls, 1)
    }
    lengths = {route.shift: len(route.calls) for route in plan.routes}
    asked = {stop.key for stop in task.problem.stops} | task.apart.keys()
    changed = []
    for place in places:
        if place.pk not in asked:
            continue
        if place.pk in planned:
            shift, place.position, place.arrive_at = planned[place.pk]
            place.team_id, place.day = shift.team, shift.day
            place.pinned = place.pinned and place.pk in task.problem.pinned
        elif place.pk in task.apart and place.pinned and place.day is not None and place.team_id is not None:
            shift = Shift(place.day, place.team_id)
            lengths[shift] = lengths.get(shift, 0) + 1
            place.position, place.arrive_at = lengths[shift], None
        else:
            place.team_id = place.day = place.position = place.arrive_at = None
            place.pinned = False
        changed.append(place)
    RoundSite.objects.bulk_update(changed, ["team", "day", "position", "arrive_at", "pinned"], batch_size=500)

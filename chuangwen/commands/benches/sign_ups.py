"""The sign-up storm: so many volunteers for so few places at the same moment, over the wire at the product's own server."""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from threading import Barrier
from typing import Any

from chuangwen.commands.benches.ground import Ground, fill, ground, served
from chuangwen.commands.benches.web import connected

PATIENCE = 180
"""Seconds that a request may take before it is counted as failed."""


def measure(people: int, places: int) -> dict[str, Any]:
    """Requests a second, p50 and p95, and whether exactly as many got a place as there are, the first that asked, the others in order."""
    with ground() as on:
        return _measure(on, people, places)


def _measure(on: Ground, people: int, places: int) -> dict[str, Any]:
    connected(on)
    fill(100)
    shift, tokens = _volunteers(people, places)
    from django.apps import apps
    from django.db import connections

    connections.close_all()
    with served(on) as port:
        answers, took = _storm(port, shift, tokens)
    states = [state for _status, state, _seconds in answers]
    seconds = sorted(one for _status, _state, one in answers)
    figures = {
        "people": people, "places": places, "database": on.engine, "seconds": round(took, 2), "requests_per_second": round(people / took, 1),
        "p50_ms": round(seconds[people // 2] * 1000), "p95_ms": round(seconds[int(people * 0.95)] * 1000),
        "failed": sum(status != 200 for status, _state, _seconds in answers), "got_a_place": states.count("in"),
        "waiting": states.count("waiting"),
    }  # fmt: skip
    kept = list(apps.get_model("volunteers", "SignUp").objects.filter(shift=shift).order_by("order").values_list("order", "state"))
    in_order = kept == [(n, "in" if n <= places else "waiting") for n in range(1, people + 1)]
    connections.close_all()
    return figures | {"exact": in_order and figures["got_a_place"] == places}


def _volunteers(people: int, places: int) -> tuple[int, list[str]]:
    """An open activity and so many volunteers with a token each. The key of the shift, and the tokens."""
    from django.apps import apps

    from chuangwen.kernel import clock
    from chuangwen.kernel.access import SYSTEM
    from chuangwen.people.actions import make_token
    from chuangwen.people.models import Account, Person, Role, Unit
    from chuangwen.places.models import Division

    # By name: the room of volunteers can be left out, and nothing but the demonstration stands on it.
    actions = import_module("chuangwen.volunteers.activities.actions")
    team_model, volunteer_model = (apps.get_model("volunteers", name) for name in ("Team", "Volunteer"))
    unit = Unit.objects.filter(division__isnull=False).select_related("division").order_by("-depth", "pk").first()
    place = unit.division if unit else Division.objects.order_by("-depth").first()
    role, now = Role.objects.get(code="resident"), clock.now()
    tokens, volunteers = [], []
    for n in range(people):
        person = Person.objects.create(name=f"测速{n}", generated=True)
        account = Account(username=f"bench-volunteer-{n}", base_role=role, person=person)
        account.set_unusable_password()
        account.save()
        volunteers.append(volunteer_model.objects.create(
            number=f"VB{n:06d}", person=person, state="active", division=place, registered_on=clock.today(), agreed_at=now, generated=True
        ))  # fmt: skip
        tokens.append(str(make_token(SYSTEM, account, "bench")))
    team = team_model.add_root(
        number="TB0001", name="测速服务队", kind="team", unit=unit, division=place, leader=volunteers[0], started_on=clock.today(),
        generated=True,
    )  # fmt: skip
    begin = now + timedelta(days=3)
    shift = actions.planning.ShiftPlan(begin, begin + timedelta(hours=2), places)
    activity = actions.make_activity(SYSTEM, team=team, title="清洁家园", kind="clean", shifts=[shift], generated=True)
    for step in (actions.ask_approval, actions.approve_activity, actions.open_sign_up):
        step(SYSTEM, activity_id=activity.pk)
    return activity.shifts.get().pk, tokens


def _storm(port: int, shift: int, tokens: list[str]) -> tuple[list[tuple[int, str, float]], float]:
    gate, path = Barrier(len(tokens)), f"/api/v1/activities/shifts/{shift}/sign-up"

    def one(token: str) -> tuple[int, str, float]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        gate.wait(60)
        started = time.perf_counter()
        connection.request("POST", path, b"", {"Authorization": f"Bearer {token}", "Content-Length": "0"})
        answer = connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - started
        connection.close()
        return answer.status, json.loads(body).get("state", "") if answer.status == 200 else "", seconds

    started = time.perf_counter()
    with ThreadPoolExecutor(len(tokens)) as pool:
        answers = list(pool.map(one, tokens))
    return answers, time.perf_counter() - started

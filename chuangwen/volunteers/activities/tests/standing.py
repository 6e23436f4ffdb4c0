"""What stands for activities in the walks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.volunteers.activities import actions, codes
from chuangwen.volunteers.activities.actions.attending import key_of
from chuangwen.volunteers.activities.actions.feeding import hash_of
from chuangwen.volunteers.activities.actions.planning import ShiftPlan
from chuangwen.volunteers.activities.models import Activity, ActivityCalendar, SignUp
from chuangwen.volunteers.presence.models import Presence

TOKEN = "activity-calendar-of-the-walk-"


def make_activity(place: Any, title: str, state: str = "draft", *, days: int = 9, leader: Any = None) -> Activity:
    """An activity of the team in this state, with one shift."""
    now = clock.now() + timedelta(days=days)
    activity = actions.make_activity(
        SYSTEM, team=place.things["volunteer_team"], title=title, kind="clean", leader=leader,
        shifts=[ShiftPlan(now, now + timedelta(hours=2), 3)],
    )  # fmt: skip
    Activity.objects.filter(pk=activity.pk).update(state=state, reason="停" if state == "called_off" else "")
    activity.refresh_from_db()
    return activity


def things(place: Any) -> None:
    """Activities in each state, with sign-ups; the resident leads those that only leaders can do something about."""
    volunteer, leader = place.things["volunteer"], place.things["team_leader"]
    draft = make_activity(place, "起草的活动")
    asked = make_activity(place, "待批的活动", "asked")
    approved = make_activity(place, "批准的活动", "approved")
    opened = make_activity(place, "清洁家园", "open")
    later = make_activity(place, "文明劝导", "open", days=12)
    begun = make_activity(place, "正在办的活动", "open", days=0)
    held = make_activity(place, "办过的活动", "held", days=-2)
    shift, begun_shift, held_shift = (one.shifts.get() for one in (opened, begun, held))
    begun.shifts.update(starts_at=clock.now() - timedelta(minutes=30))
    Activity.objects.filter(pk=begun.pk).update(first_at=clock.now() - timedelta(minutes=30))
    now = clock.now()
    facts = {"asked_at": now, "in_at": now, "state": "in"}
    mine = SignUp.objects.create(shift=shift, volunteer=volunteer, order=1, **facts)
    others = SignUp.objects.create(shift=shift, volunteer=leader, order=2, **facts)
    shift.taken = shift.arrivals = 2
    shift.save()
    SignUp.objects.create(shift=begun_shift, volunteer=volunteer, order=1, **facts)
    begun_shift.refresh_from_db()
    begun_shift.taken = begun_shift.arrivals = 1
    begun_shift.save()
    was = Presence.objects.create(
        uid=uuid4(), volunteer=volunteer, source="shift", source_id=held_shift.pk, team=held.team, state="ended", began_by="code",
        ended_by="code", began_at=held_shift.starts_at, ended_at=held_shift.ends_at, received_at=now,
    )  # fmt: skip
    there = Presence.objects.create(
        uid=uuid4(), volunteer=volunteer, source="shift", source_id=begun_shift.pk, team=begun.team, began_by="code",
        began_at=now - timedelta(minutes=10), received_at=now,
    )  # fmt: skip
    token = f"{TOKEN}{volunteer.pk}"
    calendar = ActivityCalendar.objects.create(
        volunteer=volunteer, token_hash=hash_of(token), created_at=now, created_by=place.town.accounts["resident"]
    )
    place.things.update(
        activity=draft, asked_activity=asked, approved_activity=approved, open_activity=opened, held_activity=held, activity_shift=shift,
        draft_shift=draft.shifts.get(), later_shift=later.shifts.get(), begun_activity=begun, begun_shift=begun_shift, sign_up=mine,
        other_sign_up=others, was_present=was, there_now=there, activity_calendar=calendar, activity_token=token,
    )  # fmt: skip


def more(place: Any, start: int, count: int) -> None:
    """That many more activities, some open, with somebody who signed up."""
    for n in range(start, start + count):
        activity = make_activity(place, f"第{n}次活动", "open" if n % 2 else "approved", days=20 + n)
        shift = activity.shifts.get()
        SignUp.objects.create(
            shift=shift, volunteer=place.things["team_leader"], order=1, state="in", asked_at=clock.now(), in_at=clock.now()
        )


FORM = {
    "activity": "open_activity", "activity-edit": "activity", "activity-ask": "activity", "activity-send-back": "asked_activity",
    "activity-approve": "asked_activity", "activity-open": "approved_activity", "activity-hold": "begun_activity",
    "activity-close": "held_activity", "activity-call-off": "open_activity", "activity-photos": "held_activity",
    "activity-opinion": "held_activity", "activity-shift-new": "activity", "activity-shift": "draft_shift",
    "activity-shift-remove": "draft_shift", "activity-sign-up": "later_shift", "activity-sign-up-for": "later_shift",
    "activity-enter": "begun_shift", "activity-code": "begun_shift", "activity-code-image": "begun_shift", "activity-withdraw": "sign_up",
    "activity-take-out": "other_sign_up", "activity-presence-end": "there_now", "activity-presence-strike": "was_present",
}  # fmt: skip
"""Which thing stands for each address of a page."""
API = {
    "ask": ("activity", {}), "approve": ("asked_activity", {}), "open": ("approved_activity", {}),
    "call-off": ("open_activity", {"reason": "暴雨"}), "close": ("held_activity", {"result": "清理三条巷", "served": 30}),
}  # fmt: skip
"""Which thing stands for each verb of the interface, and what is sent."""


def _samples() -> dict[str, Any]:
    from tests import samples

    found = {f"volunteers:{name}": samples.of(thing) for name, thing in FORM.items()}
    found["volunteers:activity-feed"] = samples.held("activity_token")
    for verb, (thing, body) in API.items():
        found[f"/api/v1/activities/<int:activity_id>/{verb}"] = replace(
            samples.of(thing, key="activity_id"), body=lambda _place, _role, body=body: body
        )
    for verb in ("begin", "end"):
        found[f"/api/v1/activities/shifts/<int:activity_shift_id>/{verb}"] = replace(
            samples.of("begun_shift", key="activity_shift_id"), body=lambda place, _role, verb=verb: _typed(place, verb)
        )
    return found


def _typed(place: Any, verb: str) -> dict[str, Any]:
    """The code that stands there now; of the presence that is there already."""
    code = codes.code_of(key_of(place.things["begun_shift"]), codes.step_of(clock.now()))
    return {"code": code} | ({"uid": str(place.things["there_now"].uid)} if verb == "begin" else {})


def __getattr__(name: str) -> Any:
    # The samples are made when they are asked for: they import this module.
    if name == "SAMPLES":
        return _samples()
    raise AttributeError(name)


def _shift(place: Any) -> dict[str, Any]:
    first = clock.now() + timedelta(days=9)
    return {"starts_at": first.isoformat(), "ends_at": (first + timedelta(hours=2)).isoformat(), "places": 5}


OPEN = {
    "volunteers:activity-present": "the page holds nothing of anybody's and is kept on phones for when there is no signal",
    "volunteers:activity-present-worker": "the worker of that page",
    "volunteers:activity-feed": "a calendar's link shows its calendar to whoever has it",
}
SHEETS = {"activities": (
    {
        "title": "清洁家园", "team": "邻里服务队", "day": f"{clock.today() + timedelta(days=5)}", "starts": "09:00", "ends": "11:00",
        "places": "20",
    },
    {"places": "很多人"},
)}  # fmt: skip
IDS = {
    "activity_id": "activity", "activity_shift_id": "activity_shift", "sign_up_id": "sign_up", "presence_id": "was_present",
    "team_id": "volunteer_team", "volunteer_id": "volunteer", "calendar_id": "activity_calendar",
}  # fmt: skip
API_KEYS = {"activity_id": "activity", "activity_shift_id": "later_shift", "sign_up_id": "sign_up"}
API_BODIES = {
    "/api/v1/activities": lambda place, _role: {
        "team": place.things["volunteer_team"].pk, "title": "新的活动", "kind": "clean", "shifts": [_shift(place)],
    },
    "/api/v1/activities/again": lambda _place, _role: {"month": (clock.today() + timedelta(days=365)).isoformat()},
    "/api/v1/activities/<int:activity_id>/shifts": lambda place, _role: _shift(place),
    "/api/v1/activities/shifts/<int:activity_shift_id>/sign-up": lambda _place, _role: {},
    "/api/v1/activities/sign-ups/<int:sign_up_id>/withdraw": lambda _place, _role: {},
}  # fmt: skip

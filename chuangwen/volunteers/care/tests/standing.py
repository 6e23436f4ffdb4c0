"""What stands for care in the walks."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.volunteers.care import actions
from chuangwen.volunteers.care.models import CareAlarm, CaredPerson, CareDue, CareRecord
from chuangwen.volunteers.corps.tests.standing import make_volunteer


def make_cared(place: Any, name: str, division: Any = None, **more: Any) -> CaredPerson:
    town = place.town
    unit = more.pop("unit", None) or town.units["community"]
    return actions.make_cared_person(
        SYSTEM, name=name, phone="19900000021", division=division or town.communities[0], unit=unit,
        consented_on=clock.today(), consent="paper", birth_month=clock.today().month, birth_day=1, team=place.things["volunteer_team"], **more,
    )  # fmt: skip


def things(place: Any) -> None:
    """The resident and the leader of the team look after somebody, for whom an alarm is open; somebody else is away."""
    volunteer, leader = place.things["volunteer"], place.things["team_leader"]
    person = make_cared(place, "赵婆婆")
    actions.set_helpers(SYSTEM, person_id=person.pk, pair=[volunteer, leader])
    record = actions.record_care(SYSTEM, person_id=person.pk, uid=uuid4(), outcome="needs_help", words="灯坏了")
    due = CareDue.objects.filter(plan__person=person, first__gt=clock.today()).order_by("first", "pk")[0]
    away = make_cared(place, "钱伯")
    actions.go_away(SYSTEM, person_id=away.pk, reason="探亲")
    below = make_cared(place, "周伯", unit=place.town.units["department"])
    place.things.update(
        cared_below=below, cared_person=person, cared_away=away, care_plan=person.plan, care_record=record, care_due=due,
        care_alarm=CareAlarm.objects.get(record=record),
    )  # fmt: skip


def more(place: Any, start: int, count: int) -> None:
    """That many more people with a pair, a record and an alarm."""
    for n in range(start, start + count):
        division = place.town.communities[n % 2]
        person = make_cared(place, f"孙婆婆{n}", division)
        actions.set_helpers(SYSTEM, person_id=person.pk, pair=[make_volunteer(division, f"守望{n}", number=f"C{n:06d}")])
        record = CareRecord.objects.create(
            uid=uuid4(), plan=person.plan, kind="call", outcome="needs_help", day=clock.today(), at=clock.now(), received_at=clock.now()
        )
        CareAlarm.objects.create(plan=person.plan, cause="help", day=clock.today(), record=record, stage=3, raised_at=clock.now())


OPEN = {
    "volunteers:care-offline": "the page holds nothing of anybody's and is kept on phones for when there is no signal",
    "volunteers:care-offline-worker": "the worker of that page",
}
SHEETS = {"cared_people": (
    {"name": "示例赵", "phone": "19900000011", "village": "第1社区", "birthday": "3-5", "consented_on": "2026-11-02"}, {"birthday": "很久以前"},
)}  # fmt: skip
IDS = {"due_id": "care_due", "alarm_id": "care_alarm"}
API_KEYS = {"cared_id": "cared_person", "care_alarm_id": "care_alarm", "care_due_id": "care_due"}
API_BODIES = {
    "/api/v1/care/people": lambda place, _role: {
        "name": "李婆婆", "phone": "19900000022", "division": place.town.communities[0].code, "unit": place.town.units["community"].pk,
        "consented_on": clock.today().isoformat(),
    },
    "/api/v1/care/people/<int:cared_id>": lambda _place, _role: {"address": "3栋502", "birth_year": 1946},
    "/api/v1/care/people/<int:cared_id>/rhythm": lambda _place, _role: {"visit_every": "week", "visit_times": 2},
    "/api/v1/care/people/<int:cared_id>/helpers": lambda place, _role: {"pair": [place.things["volunteer"].pk], "stand_ins": []},
    "/api/v1/care/people/<int:cared_id>/hand-over": lambda place, _role: {"team": place.things["led_team"].pk},
    "/api/v1/care/people/<int:cared_id>/away": lambda _place, _role: {"reason": "去女儿家"},
    "/api/v1/care/people/<int:cared_id>/back": lambda _place, _role: {},
    "/api/v1/care/people/<int:cared_id>/end": lambda _place, _role: {"reason": "随子女迁走"},
    "/api/v1/care/owed/<int:care_due_id>/excuse": lambda _place, _role: {"reason": "当天走亲戚"},
    "/api/v1/care/people/<int:cared_id>/records": lambda _place, _role: {"uid": str(uuid4()), "outcome": "well"},
    "/api/v1/care/alarms/<int:care_alarm_id>/close": lambda _place, _role: {"words": "换了灯泡"},
}  # fmt: skip


MORE = {"volunteers:care-today": 4}
"""Beside the list stands how each community does: people, dues, alarms and the communities themselves."""


def __getattr__(name: str) -> Any:
    """SAMPLES is made when it is asked for: the walks' own module imports this one."""
    if name != "SAMPLES":
        raise AttributeError(name)
    from dataclasses import replace

    from tests.sample import nothing, of

    def tap(place: Any, _role: str) -> dict[str, Any]:
        return {"person": place.things["cared_person"].pk, "uid": str(uuid4()), "do": "call:well"}

    named = ("care-person", "care-person-edit", "care-rhythm", "care-helpers", "care-record", "care-away", "care-end")
    return {f"volunteers:{one}": of("cared_person") for one in named} | {
        "volunteers:care-look": of("cared_below"), "volunteers:care-back": of("cared_away"),
        "volunteers:care-excuse": of("care_due"), "volunteers:care-alarm-close": of("care_alarm"),
        "/api/v1/care/people/<int:cared_id>/look": replace(
            of("cared_below", key="cared_id"), body=lambda _place, _role: {"reason": "节前走访慰问"}
        ),
        "/api/v1/care/people/<int:cared_id>/back": replace(of("cared_away", key="cared_id"), body=lambda _place, _role: {}),
        "volunteers:care-need": of("care_record"), "volunteers:care-keep": replace(of("cared_person"), find=nothing, body=tap),
    }  # fmt: skip

"""What stands for practice centres in the walks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from chuangwen.kernel import clock
from chuangwen.standards.models import ChecklistItem
from chuangwen.volunteers.centres import actions, rules
from chuangwen.volunteers.centres.models import Centre, CentreCheck, CentreFigure, CentreTask
from chuangwen.volunteers.centres.published import DAY


def things(place: Any) -> None:
    """An office with a platform and a station with a room, tasks in each state, information, a self-check, a published figure."""
    town = place.town
    clerk, today = town.actors["clerk"], clock.today()
    department = town.units["department"]
    office = actions.make_centre(
        clerk, name=f"{town.street.name}新时代文明实践所", kind=rules.OFFICE, division=town.street, unit=department
    )
    village = town.communities[0]
    station = actions.make_centre(
        clerk, name=f"{village.name}新时代文明实践站", kind=rules.STATION, division=village, unit=department, above=office
    )
    room = actions.save_room(clerk, centre_id=station.pk, name="活动室", area=Decimal(60))
    platform = actions.save_platform(clerk, centre_id=office.pk, kind="theory", lead=department)
    given, reported = (actions.give_tasks(clerk, centre_ids=[station.pk], title=word, due_on=today)[0] for word in ("宣讲", "清洁"))
    actions.report_task(clerk, task_id=reported.pk, result="做了", done_on=today, link="https://example.org/")
    information = actions.send_information(clerk, centre_id=station.pk, title="宣讲进小区", sent_on=today)
    ChecklistItem.objects.create(site_type=station.site.type, criterion=town.criteria[0], text="有统一标识牌")
    check = CentreCheck.objects.create(centre=station, day=today, met=3, asked=4, made_at=clock.now())
    figure = CentreFigure.objects.create(division=town.street, name="志愿服务队", quantity=12, measure="支", day=DAY, source="简报")
    empty = actions.make_centre(clerk, name=f"{town.street.name}实践点", kind=rules.POINT, division=town.street, unit=department, above=office)
    place.things.update(
        practice_centre=station, practice_office=office, practice_room=room, platform=platform, centre_task=given, reported_task=reported,
        centre_information=information, centre_check=check, centre_figure=figure, practice_point=empty,
    )  # fmt: skip


def more(place: Any, start: int, count: int) -> None:
    """That many points, each with a task and a self-check."""
    town, today = place.town, clock.today()
    office = Centre.objects.get(pk=place.things["practice_office"].pk)
    for n in range(start, start + count):
        place_of = {"division": town.communities[n % 2], "unit": town.units["office"], "above": office}
        point = actions.make_centre(town.actors["clerk"], name=f"第{n}实践点", kind=rules.POINT, **place_of)
        CentreTask.objects.create(centre=point, title=f"任务{n}", given_on=today, due_on=today + timedelta(days=n % 5))
        CentreCheck.objects.create(centre=point, day=today, met=1, asked=2, made_at=clock.now())
        office.refresh_from_db()


def _of(thing: str, **more: Any) -> Any:
    from tests.sample import of

    return of(thing, **more)


def _samples() -> dict[str, Any]:
    from tests.sample import Sample

    centre = ("edit", "activities", "room-new", "information-new", "check-new")
    found = {f"volunteers:centre-{word}": _of("practice_centre") for word in centre}
    return found | {
        "volunteers:centre": _of("practice_centre"), "volunteers:centre-platform-new": _of("practice_office"),
        "volunteers:centre-close": _of("practice_point"), "volunteers:centre-take-up": _of("practice_point"),
        "volunteers:centre-room": _of("practice_room"), "volunteers:centre-room-remove": _of("practice_room"),
        "volunteers:centre-platform": _of("platform"), "volunteers:centre-platform-remove": _of("platform"),
        "volunteers:centre-information-adopt": _of("centre_information"), "volunteers:centre-information-strike": _of("centre_information"),
        "volunteers:centre-check": _of("centre_check"), "volunteers:centre-figure-remove": _of("centre_figure"),
        "volunteers:centre-figures-shipped": _of("division"), "volunteers:centre-task": _of("centre_task"),
        "volunteers:centre-task-report": _of("centre_task"), "volunteers:centre-task-call-off": _of("centre_task"),
        **{
            path: replace(_of("reported_task", key="centre_task_id"), body=API_BODIES.get(path))
            for path in ("/api/v1/centres/tasks/<int:centre_task_id>/accept", "/api/v1/centres/tasks/<int:centre_task_id>/send-back")
        },
        "volunteers:centre-task-accept": _of("reported_task"), "volunteers:centre-task-send-back": _of("reported_task"),
        "volunteers:centre-open": Sample(lambda place, _role: {"number": place.things["practice_centre"].number}, shared=True),
    }  # fmt: skip


def __getattr__(name: str) -> Any:
    """``SAMPLES`` is made when it is asked for: the module of samples asks this one while it is being made itself."""
    if name == "SAMPLES":
        return _samples()
    raise AttributeError(name)


API_KEYS = {"centre_id": "practice_centre", "centre_task_id": "centre_task", "centre_information_id": "centre_information"}
API_BODIES = {
    "/api/v1/centres": lambda place, _role: {
        "name": "后街实践点", "kind": "point", "division": place.town.street.code, "unit": place.town.units["department"].pk,
        "above": place.things["practice_office"].pk,
    },
    "/api/v1/centres/<int:centre_id>/tasks": lambda _place, _role: {"title": "宣讲", "due_on": clock.today().isoformat()},
    "/api/v1/centres/tasks/<int:centre_task_id>/report": lambda _place, _role: {
        "result": "做了", "done_on": clock.today().isoformat(), "link": "https://example.org/",
    },
    "/api/v1/centres/tasks/<int:centre_task_id>/send-back": lambda _place, _role: {"reason": "缺照片"},
    "/api/v1/centres/<int:centre_id>/information": lambda _place, _role: {"title": "理论宣讲", "sent_on": clock.today().isoformat()},
    "/api/v1/centres/information/<int:centre_information_id>/adopt": lambda _place, _role: {
        "level": "county", "adopted_on": clock.today().isoformat(), "link": "https://example.org/",
    },
    "/api/v1/centres/information/<int:centre_information_id>/strike": lambda _place, _role: {"reason": "重复报送"},
    "/api/v1/centres/<int:centre_id>/checks": lambda place, _role: {
        "day": clock.today().isoformat(),
        "answers": [
            {"item": item.pk, "answer": "yes"}
            for item in ChecklistItem.objects.filter(site_type=place.things["practice_centre"].site.type)
        ],
    },
}  # fmt: skip
SHEETS = {"centres": ({"name": "河东街道实践所", "kind": "实践所", "town": "河东街道", "unit": "河东街道创文办"}, {"hours": "全天"})}
IDS = {
    "centre_id": "practice_centre", "room_id": "practice_room", "platform_id": "platform", "task_id": "centre_task",
    "information_id": "centre_information", "figure_id": "centre_figure",
}  # fmt: skip
OPEN = {"volunteers:centre-open": "the page of a practice centre for everybody: what it is, where, when it is open; nothing of persons"}

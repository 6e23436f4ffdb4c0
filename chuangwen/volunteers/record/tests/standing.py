"""What stands for the record in the walks: a commendation, an appraisal, objections and complaints; nothing of it by an account of the walk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chuangwen.intake.sealing import hash_of, seal
from chuangwen.kernel import clock
from chuangwen.volunteers.corps.tests.standing import make_volunteer
from chuangwen.volunteers.orders.models import ServiceOrder
from chuangwen.volunteers.presence.tests.standing import make_entry
from chuangwen.volunteers.record.actions.complaining import PURPOSE
from chuangwen.volunteers.record.models import Commendation, RecordObjection, ServiceAppraisal, ServiceComplaint


def commended(volunteer: Any, unit: Any, title: str = "优秀志愿者", **more: Any) -> Commendation:
    facts = {"level": "county", "given_by": "区文明办", "day": clock.today() - timedelta(days=30), "document_number": "样〔2026〕1号"} | more
    return Commendation.objects.create(volunteer=volunteer, unit=unit, title=title, made_at=clock.now(), **facts)


def objected(volunteer: Any, unit: Any, kind: str = "missing", **more: Any) -> RecordObjection:
    facts = {"words": "少了一次活动", "asked_at": clock.now(), "due_on": clock.today() + timedelta(days=9)} | more
    return RecordObjection.objects.create(volunteer=volunteer, unit=unit, kind=kind, **facts)


def complained(team: Any, number: str, **more: Any) -> ServiceComplaint:
    facts = {"channel": "desk", "day": clock.today(), "words": "没有人来", "due_on": clock.today() + timedelta(days=9)} | more
    return ServiceComplaint.objects.create(
        number=number, team=team, unit=team.unit, division=team.division, asked_at=clock.now(), name="示例", phone=seal("19900000001", PURPOSE),
        **facts,
    )  # fmt: skip


def things(place: Any) -> None:
    """Of the resident."""
    volunteer, team = place.things["volunteer"], place.things["volunteer_team"]
    first, second, third = (make_entry(volunteer, team, days=n) for n in (20, 21, 22))
    appraisal = ServiceAppraisal.objects.create(entry=first, grade="good", made_at=clock.now())
    token = f"complain-link-{team.pk:06d}"
    now = clock.now()
    ServiceOrder.objects.create(
        uid=f"00000000-0000-4000-8000-{team.pk:012d}", number=f"FWR{team.pk}", kind="need", words="修灯", name="示例", channel="page",
        division=team.division, start=now, end=now + timedelta(hours=1), state="serving", team=team, placed_at=now, token_hash=hash_of(token),
    )  # fmt: skip
    place.things.update(
        commendation=commended(volunteer, team.unit), service_appraisal=appraisal, record_objection=objected(volunteer, team.unit),
        service_complaint=complained(team, f"CW{team.pk}"), entry_to_appraise=second, entry_to_object=third, complain_token=token,
    )  # fmt: skip


def more(place: Any, start: int, count: int) -> None:
    """That many more of all lists."""
    volunteer, team = place.things["volunteer"], place.things["volunteer_team"]
    for n in range(start, start + count):
        person = make_volunteer(place.town.communities[0], f"表彰{n}", number=f"R{n:07d}")
        make_entry(person, team, days=n % 30 + 1)
        commended(person, team.unit, f"荣誉{n}")
        commended(volunteer, team.unit, f"荣誉{n}")
        ServiceAppraisal.objects.create(entry=make_entry(volunteer, team, days=n + 40), grade="sound", made_at=clock.now())
        objected(person, team.unit)
        objected(volunteer, team.unit)
        complained(team, f"CM{n}")


SHEETS = {"volunteer-commendations": (
    {
        "volunteer": "SHEET-1", "name": "示例一", "title": "优秀志愿者", "level": "县级", "given_by": "区文明办", "day": "2026-03-05",
        "document_number": "样〔2026〕3号",
    },
    {"level": "宇宙级"},
)}  # fmt: skip
"""The volunteer of the sheet is made by the standing of hours."""
IDS = {
    "commendation_id": "commendation", "service_appraisal_id": "service_appraisal", "record_objection_id": "record_objection",
    "service_complaint_id": "service_complaint",
}  # fmt: skip
OPEN = {"volunteers:record-complain": "whoever holds the link of an order complains about its service"}
ASKED_ELSEWHERE = {"volunteers.complain": "asked when somebody complains by a link: see record/tests"}
MORE = dict.fromkeys(("volunteers:hours-mine", "volunteers:hours-record"), 6)
"""The page of a record is more than a list: commendations, words, ratings of two kinds, trainings, objections beside it; one's own asks whether
one holds an office, for leave and shifts."""
WHO = {"/api/v1/volunteer-record/mine": "resident"}


def __getattr__(name: str) -> Any:
    """``SAMPLES``, when it is asked for: tests/samples.py asks for it while it is being read itself."""
    if name != "SAMPLES":
        raise AttributeError(name)
    from tests.sample import Sample, nothing, of

    return {
        "volunteers:record-commendation": of("commendation"),
        "volunteers:record-commendation-withdraw": of("commendation"),
        "volunteers:record-object-commendation": of("commendation"),
        "volunteers:record-commend": of("volunteer"),
        "volunteers:record-object-missing": of("volunteer"),
        "volunteers:record-appraise": of("entry_to_appraise"),
        "volunteers:record-appraisal-withdraw": of("service_appraisal"),
        "volunteers:record-object-appraisal": of("service_appraisal"),
        "volunteers:record-object-hours": of("entry_to_object"),
        "volunteers:record-objection": of("record_objection"),
        "volunteers:record-objection-uphold": of("record_objection"),
        "volunteers:record-objection-refuse": of("record_objection"),
        "volunteers:record-objection-take-back": of("record_objection"),
        "volunteers:record-complaint": of("service_complaint"),
        "volunteers:record-complaint-phone": of("service_complaint"),
        "volunteers:record-complaint-answer": of("service_complaint"),
        "volunteers:record-complain": Sample(lambda place, _role: {"token": place.things["complain_token"]}, True),
        "volunteers:record-rules": Sample(nothing, True),
    }


API_KEYS = dict(IDS)
_API = "/api/v1/volunteer-record"
API_BODIES: dict[str, Any] = {
    f"{_API}/commendations": lambda place, _role: {
        "volunteer": place.things["volunteer"].pk, "title": "先进个人", "level": "town", "given_by": "街道办事处", "day": f"{clock.today()}",
        "document_number": "样〔2026〕9号",
    },
    f"{_API}/commendations/<int:commendation_id>/withdraw": lambda _place, _role: {"reason": "重复记入"},
    f"{_API}/appraisals": lambda place, _role: {"entries": [place.things["entry_to_appraise"].pk], "grade": "good"},
    f"{_API}/appraisals/<int:service_appraisal_id>/withdraw": lambda _place, _role: {"reason": "评错了人"},
    f"{_API}/objections": lambda place, _role: {"volunteer": place.things["volunteer"].pk, "kind": "missing", "words": "少了一次"},
    f"{_API}/objections/<int:record_objection_id>/uphold": lambda _place, _role: {"answer": "已补记"},
    f"{_API}/objections/<int:record_objection_id>/refuse": lambda _place, _role: {"answer": "核对无误"},
    f"{_API}/complaints": lambda place, _role: {
        "team": place.things["volunteer_team"].pk, "day": f"{clock.today()}", "words": "没有人来",
    },
    f"{_API}/complaints/<int:service_complaint_id>/answer": lambda _place, _role: {"founded": True, "answer": "已道歉"},
}  # fmt: skip

"""What stands for hours in the walks: a proposed correction, a doubt, a certificate asked for and one issued, a transfer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chuangwen.kernel import clock, files
from chuangwen.kernel.access import SYSTEM
from chuangwen.people.models import Post
from chuangwen.volunteers.corps.tests.standing import make_volunteer
from chuangwen.volunteers.hours import actions
from chuangwen.volunteers.hours.install import install_stars
from chuangwen.volunteers.hours.models import HoursCertificate, HoursCorrection, OffDuty
from chuangwen.volunteers.hours.tests.ground import make_doubt
from chuangwen.volunteers.presence.models import ServiceEntry, SharedDevice
from chuangwen.volunteers.presence.tests.standing import make_entry


def things(place: Any) -> None:
    """Of the resident; nothing of it was written by an account of the walk."""
    install_stars()
    volunteer, team, today = place.things["volunteer"], place.things["volunteer_team"], clock.today()
    # Somebody with office hours: only of them is leave noted.
    Post.objects.create(person=volunteer.person, unit=place.town.units["office"], kind=Post.Kind.MEMBER, starts_on=today - timedelta(days=90))
    first, second, third = (make_entry(volunteer, team, days=n) for n in (2, 3, 4))
    transfer = ServiceEntry.objects.create(
        volunteer=volunteer, kind=ServiceEntry.Kind.TRANSFER, title="社区清洁日", day=today - timedelta(days=5), minutes=90,
        from_system="全国志愿服务信息系统", from_number="R-1", made_at=clock.now(),
    )  # fmt: skip
    asked = HoursCertificate.objects.create(
        volunteer=volunteer, unit=team.unit, starts_on=today - timedelta(days=30), ends_on=today, asked_at=clock.now()
    )
    issued = actions.issue_certificate(SYSTEM, hours_certificate_id=asked.pk)
    HoursCertificate.objects.filter(pk=issued.pk).update(pdf_key=files.store(b"%PDF-1.4 walk"))
    waiting = actions.ask_certificate(SYSTEM, volunteer_id=volunteer.pk, starts_on=today - timedelta(days=30), ends_on=today)
    place.things.update(
        hours_correction=HoursCorrection.objects.create(entry=second, minutes=30, reason="提前离开", proposed_at=clock.now()),
        hours_doubt=make_doubt(third, f"walk:{third.pk}"), hours_transfer=transfer, certificate_issued=issued, certificate_asked=waiting,
        entry_to_correct=first, off_duty=OffDuty.objects.create(
            unit=place.town.units["office"], kind="shifts", starts_on=today, ends_on=today, by_unit=True, said_at=clock.now()
        ), shared_device=SharedDevice.objects.create(
            device=f"walk{team.pk}", name="队室平板", division=place.town.communities[0], registered_at=clock.now()
        ),
    )  # fmt: skip


def more(place: Any, start: int, count: int) -> None:
    """That many corrections, doubts and certificates."""
    volunteer, team, today = place.things["volunteer"], place.things["volunteer_team"], clock.today()
    for n in range(start, start + count):
        entry = make_entry(volunteer, team, days=n + 10)
        HoursCorrection.objects.create(entry=entry, minutes=10, reason="计时有误", proposed_at=clock.now())
        make_doubt(entry, f"more:{n}")
        day = today + timedelta(days=n)
        OffDuty.objects.create(
            unit=team.unit, volunteer=volunteer, kind="leave", starts_on=day, ends_on=day, by_unit=True, said_at=clock.now()
        )
        SharedDevice.objects.create(device=f"more{n}", name=f"平板{n}", division=volunteer.division, registered_at=clock.now())
        person = make_volunteer(place.town.communities[0], f"证明{n}", number=f"C{n:07d}")
        HoursCertificate.objects.create(volunteer=person, unit=team.unit, starts_on=today, ends_on=today, asked_at=clock.now())


SHEETS = {"volunteer-hours": (
    {
        "volunteer": "SHEET-1", "name": "示例一", "title": "社区清洁日", "day": "2026-05-01", "hours": "1.5",
        "system": "全国志愿服务信息系统", "number": "R-2026-0001",
    },
    {"hours": "很久"},
), "volunteer-off-duty": (
    {
        "volunteer": "SHEET-2", "name": "示例二", "kind": "请假", "starts_on": f"{clock.today()}", "ends_on": f"{clock.today()}", "half": "全天",
    },
    {"ends_on": "很久"},
)}  # fmt: skip


def beside(town: Any) -> None:
    """The volunteers whose hours and whose leave the sheets bring; the second holds an office."""
    make_volunteer(town.communities[0], "示例一", number="SHEET-1")
    holder = make_volunteer(town.communities[0], "示例二", number="SHEET-2")
    unit = town.units["office"]
    Post.objects.create(person=holder.person, unit=unit, kind=Post.Kind.MEMBER, starts_on=clock.today() - timedelta(days=90))


IDS = {
    "service_entry_id": "entry_to_correct", "hours_correction_id": "hours_correction", "hours_doubt_id": "hours_doubt",
    "hours_certificate_id": "certificate_asked", "volunteer_id": "volunteer", "shared_device_id": "shared_device",
    "off_duty_id": "off_duty",
}  # fmt: skip
WHO = {"volunteers:hours-mine": "resident", "/api/v1/volunteer-hours/mine": "resident", "/api/v1/volunteer-hours/mine/entries": "resident"}
OPEN = {
    "volunteers:hours-verify": "whoever holds a certificate verifies it", "volunteers:hours-verify-code": "as above, by its QR code",
    "/api/v1/volunteer-hours/verify": "as above, by a program",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """``SAMPLES``, when it is asked for: tests/samples.py asks for it while it is being read itself."""
    if name != "SAMPLES":
        raise AttributeError(name)
    from tests.sample import Sample, fixed, nothing, of

    return {
        f"{_CERTIFICATE}/withdraw": replace(
            of("certificate_issued", key="hours_certificate_id"), body=lambda _place, _role: _REASON
        ),
        "volunteers:hours-record": of("volunteer"),
        "volunteers:hours-entry": of("service_entry"),
        "volunteers:hours-correct": of("entry_to_correct"),
        "volunteers:hours-agree": of("hours_correction"),
        "volunteers:hours-refuse": of("hours_correction"),
        "volunteers:hours-doubt": of("hours_doubt"),
        "volunteers:hours-explain": of("hours_doubt"),
        "volunteers:hours-strike": of("hours_doubt"),
        "volunteers:hours-device": of("shared_device"),
        "volunteers:hours-off-duty-end": of("off_duty"),
        "volunteers:hours-stars": Sample(nothing, True),
        "volunteers:hours-certificate": of("certificate_issued"),
        "volunteers:hours-certificate-new": of("volunteer"),
        "volunteers:hours-certificate-pdf": of("certificate_issued"),
        "volunteers:hours-certificate-issue": of("certificate_asked"),
        "volunteers:hours-certificate-refuse": of("certificate_asked"),
        "volunteers:hours-certificate-withdraw": of("certificate_issued"),
        "volunteers:hours-verify-code": fixed(code="x"),
    }


API_KEYS = {
    "service_entry_id": "entry_to_correct", "hours_correction_id": "hours_correction", "hours_doubt_id": "hours_doubt",
    "hours_certificate_id": "certificate_asked", "off_duty_id": "off_duty",
}  # fmt: skip
_HOURS = "/api/v1/volunteer-hours"
_CERTIFICATE = f"{_HOURS}/certificates/<int:hours_certificate_id>"
_REASON = {"reason": "核对过签到表"}


def _today() -> dict[str, str]:
    return dict.fromkeys(("starts_on", "ends_on"), f"{clock.today()}")


API_BODIES: dict[str, Any] = {
    f"{_HOURS}/verify": lambda _place, _role: {"code": "x"},
    f"{_HOURS}/entries/<int:service_entry_id>/corrections": lambda _place, _role: {"minutes": 30} | _REASON,
    f"{_HOURS}/corrections/<int:hours_correction_id>/agree": lambda _place, _role: {},
    f"{_HOURS}/doubts/<int:hours_doubt_id>/strike": lambda place, _role: _REASON | {
        "entries": list(place.things["hours_doubt"].records.values_list("entry", flat=True)),
    },
    f"{_HOURS}/certificates": lambda place, _role: {
        "volunteer": place.things["team_leader"].pk, "starts_on": f"{clock.today() - timedelta(days=30)}", "ends_on": f"{clock.today()}",
    },
    f"{_HOURS}/off-duty": lambda place, _role: _today() | {"unit": place.town.units["office"].pk, "kind": "flexible"},
    f"{_HOURS}/off-duty/mine": lambda _place, _role: _today() | {"kind": "leave"},
    **dict.fromkeys(
        (
            f"{_HOURS}/corrections/<int:hours_correction_id>/refuse", f"{_HOURS}/doubts/<int:hours_doubt_id>/explain",
            f"{_CERTIFICATE}/refuse", f"{_HOURS}/off-duty/<int:off_duty_id>/withdraw",
        ),
        lambda _place, _role: _REASON,
    ),
}  # fmt: skip

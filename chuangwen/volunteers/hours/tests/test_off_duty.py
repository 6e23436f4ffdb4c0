"""Leave and shifts explain records in working time before they are asked about; who may say so of whom, and what it does not explain."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from chuangwen.kernel import clock, importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.kernel.models import AuditEntry
from chuangwen.people.actions import make_token
from chuangwen.people.actors import actor_of
from chuangwen.testing import factories
from chuangwen.testing.sheets import workbook
from chuangwen.volunteers.corps.tests.standing import make_team, make_volunteer
from chuangwen.volunteers.hours import actions, scanning
from chuangwen.volunteers.hours.models import Doubt, OffDuty

from .ground import at, served

MONDAY = date(2026, 11, 2)
DAYS = {"starts_on": MONDAY, "ends_on": MONDAY}


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(at(7)):
        yield


@pytest.fixture
def office(town):
    """(the unit, somebody who holds an office there and volunteers, their team)"""
    account = factories.make_account("worker", town.roles["grid_worker"], town.units["community"])
    volunteer = make_volunteer(town.communities[0], "在职者", account, number="OFF-1")
    return town.units["community"], volunteer, make_team(town.communities[0], town.units["community"], "机关服务队", volunteer)


def asked():
    scanning.look()
    return Doubt.objects.filter(state="open").count()


def test_leave_that_is_noted_is_not_asked_about_and_an_open_doubt_ends(town, office):
    unit, volunteer, team = office
    served(volunteer, team, at(9), at(11))
    with clock.at(at(20)):
        assert asked() == 1
        row = actions.note_off_duty(town.actors["clerk"], unit=unit, volunteer=volunteer, kind="leave", **DAYS)
        assert asked() == 0 and Doubt.objects.get().state == "lapsed"
        assert AuditEntry.objects.filter(verb="volunteers.note_off_duty").exists()
        actions.withdraw_off_duty(town.actors["clerk"], off_duty_id=row.pk, reason="当日未请假")
        assert asked() == 1


def test_half_a_day_explains_its_half(town, office):
    unit, volunteer, team = office
    actions.note_off_duty(town.actors["clerk"], unit=unit, volunteer=volunteer, kind="swapped", half="am", **DAYS)
    served(volunteer, team, at(9), at(11))
    with clock.at(at(20)):
        assert asked() == 0
        served(volunteer, team, at(15), at(17), source_id=2)
        assert asked() == 1


def test_what_somebody_says_of_themselves_explains_only_what_begins_afterwards(town, office):
    _unit, volunteer, team = office
    actor = actor_of(volunteer.person.account)
    served(volunteer, team, at(9), at(11))
    served(volunteer, team, at(9, day=3), at(11, day=3), source_id=2)
    with clock.at(at(12)):
        actions.note_own_off_duty(actor, kind="leave", starts_on=MONDAY, ends_on=MONDAY + timedelta(days=1))
    with clock.at(at(20, day=3)):
        assert asked() == 1 and Doubt.objects.get().day == MONDAY
    with clock.at(at(8, day=4)), pytest.raises(Refusal):
        actions.note_own_off_duty(actor, kind="leave", **DAYS)


def test_a_unit_that_works_by_shifts_is_not_asked_and_who_said_so_is(town, office):
    unit, volunteer, team = office
    head = factories.make_account("head", town.roles["unit_head"], unit)
    boss = make_volunteer(town.communities[0], "负责人", head, number="OFF-2")
    actions.note_off_duty(actor_of(head), unit=unit, kind="shifts", starts_on=MONDAY, ends_on=MONDAY + timedelta(days=300))
    served(volunteer, team, at(9), at(11))
    with clock.at(at(20)):
        assert asked() == 0
        served(boss, team, at(9), at(11), source_id=2)
        assert asked() == 1


def test_who_may_say_what_of_whom(town, office):
    unit, volunteer, _team = office
    own = actor_of(volunteer.person.account)
    for role in ("inspector", "resident", "leader", "grid_worker"):
        with pytest.raises(Denied):
            actions.note_off_duty(town.actors[role], unit=unit, volunteer=volunteer, kind="leave", **DAYS)
    head = factories.make_account("self", town.roles["unit_head"], unit)
    mine = make_volunteer(town.communities[0], "本人", head, number="OFF-3")
    with pytest.raises(Denied):
        actions.note_off_duty(actor_of(head), unit=unit, volunteer=mine, kind="leave", **DAYS)
    with pytest.raises(Denied):
        actions.note_off_duty(actor_of(head), unit=town.units["department"], kind="shifts", **DAYS)
    row = actions.note_off_duty(actor_of(head), unit=unit, volunteer=volunteer, kind="leave", **DAYS)
    with pytest.raises(Missing):
        actions.withdraw_off_duty(own, off_duty_id=row.pk, reason="不想要")
    with pytest.raises(Conflict):
        actions.note_own_off_duty(own, kind="leave", **DAYS)
    said = actions.note_own_off_duty(own, kind="flexible", **DAYS)
    stranger = factories.make_account("stranger", town.roles["resident"], None)
    with pytest.raises(Missing):
        actions.withdraw_off_duty(actor_of(stranger), off_duty_id=said.pk, reason="不是我的")
    assert actions.withdraw_off_duty(own, off_duty_id=said.pk, reason="改期").ended_at
    with pytest.raises(Denied):
        actions.note_own_off_duty(actor_of(stranger), kind="leave", **DAYS)


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "sick"}, {"half": "night"}, {"ends_on": MONDAY - timedelta(days=1)}, {"ends_on": MONDAY + timedelta(days=400)},
        {"half": "am", "ends_on": MONDAY + timedelta(days=1)},
        {"starts_on": MONDAY - timedelta(days=300), "ends_on": MONDAY - timedelta(days=299)},
        {"volunteer": None},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(town, office, given):
    unit, volunteer, _team = office
    with pytest.raises(Refusal):
        actions.note_off_duty(town.actors["clerk"], **({"unit": unit, "volunteer": volunteer, "kind": "leave"} | DAYS | given))
    assert not OffDuty.objects.exists()


def test_it_is_noted_once_and_the_table_holds_that_too(town, office):
    unit, volunteer, _team = office
    facts = {"unit": unit, "volunteer": volunteer, "kind": "leave"} | DAYS
    actions.note_off_duty(town.actors["clerk"], **facts)
    with pytest.raises(Conflict):
        actions.note_off_duty(town.actors["clerk"], **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        OffDuty.objects.create(**facts, by_unit=True, said_at=clock.now())
    with pytest.raises(Refusal):
        actions.note_off_duty(town.actors["clerk"], **(facts | {"volunteer": make_volunteer(town.communities[0], "无职务")}))
    assert OffDuty.objects.count() == 1
    with clock.at(at(8) + timedelta(days=401)):
        assert actions.forget_off_duty() == 1 and actions.forget_off_duty() == 0


def test_pages_and_interface_of_the_desk_and_of_oneself(town, office, sign_in, client):
    unit, volunteer, _team = office
    page = sign_in("clerk")
    form = {"unit": unit.pk, "number": volunteer.number, "kind": "leave", "half": "day", "starts_on": "2026-11-02", "ends_on": "2026-11-02"}
    assert page.post(reverse("volunteers:hours-off-duty-new"), form | {"number": "NOBODY"}).status_code == 422
    assert page.post(reverse("volunteers:hours-off-duty-new"), form).status_code == 303
    body = page.get(reverse("volunteers:hours-off-duty")).content.decode()
    assert volunteer.person.name in body
    row = OffDuty.objects.get()
    assert page.post(row.get_absolute_url(), {"reason": ""}).status_code == 422
    assert page.post(row.get_absolute_url(), {"reason": "记错了"}).status_code == 303
    assert page.get(row.get_absolute_url()).status_code == 404
    mine = Client()
    mine.force_login(volunteer.person.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    own = reverse("volunteers:hours-off-duty-own")
    assert own in mine.get(reverse("volunteers:hours-mine")).content.decode()
    assert mine.post(own, {"kind": "shifts", "starts_on": "2026-11-02", "ends_on": "2026-11-09"}).status_code == 303
    assert "2026年11月9日" in mine.get(own).content.decode()
    assert mine.get(reverse("volunteers:hours-off-duty")).status_code == 403
    head = {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts['clerk'], 'test')}"}
    base = "/api/v1/volunteer-hours/off-duty"
    assert len(client.get(base, headers=head).json()["items"]) == 2
    given = {"unit": unit.pk, "volunteer": volunteer.pk, "kind": "leave", "starts_on": "2026-11-03", "ends_on": "2026-11-04"}
    made = client.post(base, given, "application/json", headers=head)
    assert made.status_code == 201 and made.json()["by_unit"] is True
    assert client.post(base, given | {"volunteer": 10**9}, "application/json", headers=head).status_code == 422
    gone = client.post(f"{base}/{made.json()['id']}/withdraw", {"reason": "记错了"}, "application/json", headers=head)
    assert gone.status_code == 200 and gone.json()["ended_at"]


def test_the_sheet_of_a_unit_comes_in_once_and_says_what_is_wrong(town, office):
    head = ("志愿者编号", "姓名", "类别", "开始日期", "结束日期", "时段")

    def bring(*row):
        content = workbook([(*row, "", "")[:6]], head)
        return importing.bring_in(town.actors["clerk"], "volunteer-off-duty", content, {}, file_name="请假.xlsx")

    good = ("OFF-1", office[1].person.name, "请假", "2026-11-02", "2026-11-03", "全天")
    assert bring(*good)["creates"] == 1 and bring(*good)["unchanged"] == 1
    assert OffDuty.objects.get().by_unit
    for row, code in (
        (("NOBODY", *good[1:]), "volunteer"), (("OFF-1", "别人", *good[2:]), "name"),
        ((*good[:3], "2026-11-05", "2026-11-03", "全天"), "days"), ((*good[:5], "上午"), "hours.half"),
    ):  # fmt: skip
        with pytest.raises(importing.ImportRefused) as told:
            bring(*row)
        assert [problem.code for problem in told.value.problems] == [code]
    assert OffDuty.objects.count() == 1

"""The head of a street sees how its communities care, and opens one person for a reason that those who look after them read; nobody else can."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Denied, Missing, Refusal
from chuangwen.kernel.lives import NotNow
from chuangwen.kernel.models import AuditEntry
from chuangwen.people.actions import make_token
from chuangwen.people.actors import actor_of
from chuangwen.testing import factories
from chuangwen.volunteers.care import actions, alarming, queries
from chuangwen.volunteers.care.access import ABOVE
from chuangwen.volunteers.care.models import CareAlarm, CaredPerson, CareEvent

from .ground import Neighbours, at, make_person

NAME, PHONE, WHY = "赵婆婆", "19900000011", "群众来信反映，需要核实"


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(at()):
        yield


@pytest.fixture
def street(town):
    """(head of the street, head of another street, liaison of the street, head of the community; the person and who looks after them)"""
    office = factories.make_unit("街道办事处", division=town.street)
    place = factories.make_unit("第1社区居委会", parent=office, division=town.communities[0])
    other = factories.make_unit("另一街道办事处", division=town.street)
    folk = Neighbours(town)
    person = folk.look_after(make_person(town))
    CaredPerson.objects.filter(pk=person.pk).update(unit=place)
    accounts = {
        name: factories.make_account(name, town.roles[role], unit) for name, role, unit in (
            ("street-head", "unit_head", office), ("other-head", "unit_head", other), ("street-liaison", "liaison", office),
            ("near-head", "unit_head", place),
        )
    }  # fmt: skip
    return accounts, person, folk


def of(account):
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def url(name, *args):
    return reverse(f"volunteers:{name}", args=args)


def test_from_above_there_are_counts_and_no_name_until_there_is_an_alarm(street):
    accounts, person, _folk = street
    head = of(accounts["street-head"])
    for name in ("care", "care-today", "care-birthdays"):
        body = head.get(url(name)).content.decode()
        assert "赵" not in body and PHONE not in body, name
    places = queries.places(actor_of(accounts["street-head"]))
    assert [(one.people, one.owed, one.kept, one.missed, one.alarms) for one in places] == [(1, 1, 0, 0, 0)]
    assert "赵" in of(accounts["near-head"]).get(url("care")).content.decode()
    with clock.at(at(18)):
        alarming.watch()
        assert CareAlarm.objects.count() == 1
        head = of(accounts["street-head"])
        for name in ("care", "care-today", "care-alarms"):
            body = head.get(url(name)).content.decode()
            assert "赵**" in body and NAME not in body and PHONE not in body, name


def test_a_page_is_opened_from_above_for_a_reason_that_the_keepers_read(street):
    accounts, person, folk = street
    head = of(accounts["street-head"])
    assert head.get(url("care-person", person.pk)).headers["Location"] == url("care-look", person.pk)
    asked = head.get(url("care-look", person.pk)).content.decode()
    assert "赵" not in asked and PHONE not in asked
    for reason in ("", "看看", "了解血压情况"):
        assert head.post(url("care-look", person.pk), {"reason": reason}).status_code == 422
    assert not CareEvent.objects.filter(step="look").exists()
    assert head.post(url("care-look", person.pk), {"reason": WHY}).headers["Location"] == url("care-person", person.pk)
    body = head.get(url("care-person", person.pk)).content.decode()
    assert NAME in body and PHONE in body
    for name in ("care-person-edit", "care-helpers", "care-record", "care-away", "care-end"):
        assert head.get(url(name, person.pk)).status_code == 404, "to read, and nothing else"
        assert url(name, person.pk) not in body
    assert AuditEntry.objects.get(verb=ABOVE).after["reason"] == WHY
    assert AuditEntry.objects.get(verb="volunteers.open_cared_person").after["as"] == ABOVE
    for keeper in (of(folk.accounts[0]), of(accounts["near-head"])):
        told = keeper.get(url("care-person", person.pk)).content.decode()
        assert WHY in told and str(accounts["street-head"].person) in told
    with clock.at(at() + timedelta(minutes=31)):
        assert head.get(url("care-person", person.pk)).status_code == 302, "half an hour, and the next time a reason again"


def test_nobody_else_opens_from_above(street, town):
    accounts, person, folk = street
    actions.look_from_above(actor_of(accounts["street-head"]), person_id=person.pk, reason=WHY)
    others = [town.accounts[role] for role in ("leader", "inspector", "grid_worker", "resident")]
    for account in (accounts["other-head"], accounts["street-liaison"], *others):
        page = of(account)
        assert page.get(url("care-person", person.pk)).status_code == 404, account
        assert page.post(url("care-look", person.pk), {"reason": WHY}).status_code in (403, 404), account
        with pytest.raises((Denied, Missing)):
            actions.look_from_above(actor_of(account), person_id=person.pk, reason=WHY)
    assert CareEvent.objects.filter(step="look").count() == 1
    actions.end_care(SYSTEM, person_id=person.pk, reason="搬走")
    with pytest.raises(NotNow):
        actions.look_from_above(actor_of(accounts["street-head"]), person_id=person.pk, reason=WHY)
    with pytest.raises(Refusal):
        actions.look_from_above(actor_of(accounts["street-head"]), person_id=person.pk, reason=" ")


def test_the_interface_asks_for_the_reason_too(street, client):
    accounts, person, _folk = street
    head = {"Authorization": f"Bearer {make_token(SYSTEM, accounts['street-head'], 'test')}"}
    one = f"/api/v1/care/people/{person.pk}"
    listed = client.get("/api/v1/care/people", headers=head).json()["items"]
    assert [row["id"] for row in listed] == [person.pk] and "赵" not in listed[0]["name"]
    assert client.get(one, headers=head).status_code == 404
    assert client.post(f"{one}/look", {"reason": " "}, "application/json", headers=head).status_code == 422
    assert client.post(f"{one}/look", {"reason": WHY}, "application/json", headers=head).json()["name"] == NAME
    assert client.get(one, headers=head).json()["phone"] == PHONE

"""Of 190 cared people each sees only their own: on lists and pages, in sheets, over the interface, in calendars."""

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.people.actions import make_token
from chuangwen.people.actors import actor_of
from chuangwen.volunteers.activities.actions import give_calendar
from chuangwen.volunteers.care import actions, queries
from chuangwen.volunteers.care.models import CaredPerson, CareDue, CarePlan
from chuangwen.volunteers.corps.tests.standing import make_volunteer

from .ground import Neighbours, at

ALL, OF_UNIT = 190, 30
PEOPLE = "/api/v1/care/people"


@pytest.fixture
def reach(town):
    """Whose are which: the liaison's unit answers for thirty, a grid worker looks after two and a volunteer after three of the rest. (town, the
    accounts, by name the keys that are theirs)"""
    with clock.at(at()):
        folk, accounts, today = Neighbours(town), {name: town.accounts[name] for name in ("liaison", "grid_worker")}, clock.today()
        people = CaredPerson.objects.bulk_create(
            CaredPerson(
                name=f"{'赵钱孙李周吴郑王'[n % 8]}关爱{n:03d}", phone=f"199{n:08d}", kind="alone", division=town.communities[n % 2],
                unit=town.units["department" if n < OF_UNIT else "community"], birth_month=11, birth_day=20, consented_on=today, consent="paper",
                made_at=clock.now(),
            )
            for n in range(ALL)
        )  # fmt: skip
        plans = CarePlan.objects.bulk_create(CarePlan(person=person, starts_on=today) for person in people)
        CareDue.objects.bulk_create(CareDue(plan=plan, kind="call", first=today, last=today, wanted=1) for plan in plans)
        worker = make_volunteer(town.communities[0], "网格员", accounts["grid_worker"])
        for person in people[40:42]:
            actions.set_helpers(SYSTEM, person_id=person.pk, pair=[worker, folk.volunteers[5]])
        for person in people[50:53]:
            actions.set_helpers(SYSTEM, person_id=person.pk, pair=[folk.volunteers[0], folk.volunteers[1]])
        accounts["volunteer"] = folk.accounts[0]
        assert CarePlan.objects.count() == ALL
        yield accounts, people, {"liaison": people[:OF_UNIT], "grid_worker": people[40:42], "volunteer": people[50:53]}


def of(account):
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def url(name, *args):
    return reverse(f"volunteers:{name}", args=args)


@pytest.mark.parametrize("who", ["liaison", "grid_worker", "volunteer"])
def test_each_sees_only_what_is_theirs(reach, who):
    accounts, people, theirs = reach
    account, mine = accounts[who], {person.pk for person in theirs[who]}
    page, actor, others = of(account), actor_of(account), [person for person in people if person.pk not in mine]
    head = {"Authorization": f"Bearer {make_token(SYSTEM, account, 'test')}"}
    asked = [*theirs[who], *others[::9]]
    opened = {person.pk for person in asked if page.get(url("care-person", person.pk)).status_code == 200}
    over = {person.pk for person in asked if Client().get(f"{PEOPLE}/{person.pk}", headers=head).status_code == 200}
    assert opened == mine and over == mine
    listed = [page.get(url(name)) for name in ("care", "care-today", "care-alarms", "care-birthdays")]
    sheets = [page.get(url(name), {"export": "xlsx"}) for name in ("care", "care-today")]
    rest = Client().get(PEOPLE, {"limit": 200}, headers=head)
    if who == "liaison":
        assert [answer.status_code for answer in (*listed, rest)] == [200] * 5
        assert [answer.status_code for answer in sheets] == [403, 200], "the list of people is taken out by the desk alone"
        assert {row["id"] for row in rest.json()["items"]} == mine == set(queries.plans(actor).values_list("person", flat=True))
        told = "".join(answer.content.decode() for answer in (*listed, sheets[1], rest))
        assert not any(person.name in told or person.phone in told for person in people), "and lists cover the names of their own"
    else:
        assert {answer.status_code for answer in (*listed, *sheets, rest)} == {403} and not queries.plans(actor).exists()
        told = page.get(url("care-offline-data")).json()["rows"]
        assert {row["id"] for row in told} == mine == {one.person.pk for one in queries.mine(actor)}
        body = page.get(url("care-mine")).content.decode()
        assert all(person.name in body for person in theirs[who]) and not any(person.name in body for person in others)
        _link, token = give_calendar(actor)
        feed = Client().get(url("activity-feed", token))
        assert feed.status_code == 200 and not any(person.name in feed.content.decode() for person in people)
    assert page.get(url("care-birthdays-sheet")).status_code == 403 and page.get(url("care-birthdays-print")).status_code == 403
    assert CaredPerson.objects.count() == ALL

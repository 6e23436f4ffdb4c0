"""Units over REST: the same rights as on the pages, by token or by the browser's session."""

import pytest
from django.test import Client

from chuangwen.people import actions

pytestmark = pytest.mark.django_db
UNITS = "/api/v1/units"


@pytest.fixture
def program(town):
    def make(role: str, where=None) -> Client:
        account, actor = (where or town).accounts[role], (where or town).actors["system_admin"]
        return Client(headers={"Authorization": f"Bearer {actions.make_token(actor, account, role)}"})

    return make


def test_without_a_token_or_a_session_nothing_is_given(client, town):
    assert client.get(UNITS).status_code == 401
    assert Client(headers={"Authorization": "Bearer cw_" + "x" * 43}).get(UNITS).status_code == 401
    assert Client(headers={"Authorization": "Basic eDp4"}).get(UNITS).status_code == 401
    assert client.post(UNITS).status_code in (401, 405)


def test_a_program_gets_the_units_of_its_area_page_by_page(town, other_town, program):
    clerk, names, after = program("clerk"), [], None
    while True:
        page = clerk.get(UNITS, {"limit": 2} | ({"after": after} if after else {})).json()
        names += [unit["name"] for unit in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(names) == sorted(unit.name for unit in town.units.values())


def test_filters_narrow_and_nonsense_is_answered(town, program):
    clerk = program("clerk")
    assert {u["name"] for u in clerk.get(UNITS, {"kind": "community"}).json()["items"]} == {"第1社区居委会", "第2社区居委会"}
    assert [u["name"] for u in clerk.get(UNITS, {"name": "市场"}).json()["items"]] == ["市场监督局"]
    assert [u["name"] for u in clerk.get(UNITS, {"division": town.communities[0].code}).json()["items"]] == ["第1社区居委会"]
    assert clerk.get(UNITS, {"division": "000"}).json()["items"] == []
    for wrong in ({"kind": "x"}, {"limit": 0}, {"limit": 10**6}, {"after": 10**30}, {"limit": "viele"}):
        answer = clerk.get(UNITS, wrong)
        assert answer.status_code == 422 and answer.json()["code"], wrong


def test_a_unit_has_its_superior_and_its_posts(town, program):
    unit = town.units["department"]
    told = program("clerk").get(f"{UNITS}/{unit.pk}").json()
    assert told["division_code"] == town.street.code and told["parent_id"] is None
    assert {(p["kind"], p["phone"]) for p in told["posts"]} == {("first_responsible", "19900000000"), ("liaison", "19900000000")}
    below = program("clerk").get(f"{UNITS}/{town.units['community'].pk}").json()
    assert below["parent_id"] == town.units["office"].pk
    assert {p["phone"] for p in program("inspector").get(f"{UNITS}/{unit.pk}").json()["posts"]} == {""}


def test_another_towns_unit_and_a_number_that_is_none_do_not_exist(town, other_town, program):
    clerk = program("clerk")
    for pk in (other_town.units["department"].pk, 0, 10**15, 10**30):
        assert clerk.get(f"{UNITS}/{pk}").status_code == 404, pk


def test_a_resident_is_denied(town, program):
    assert program("resident").get(UNITS).status_code == 403


def test_the_browsers_session_reads(town, sign_in):
    assert sign_in("clerk").get(UNITS).status_code == 200


def test_a_page_of_units_costs_the_same_however_many_there_are(town, program, django_assert_num_queries):
    clerk = program("clerk")
    clerk.get(UNITS)
    for n in range(20):
        actions.make_unit(town.actors["clerk"], name=f"单位{n}", kind="department", parent_id=town.units["office"].pk)
    with django_assert_num_queries(4):
        assert len(clerk.get(UNITS).json()["items"]) == 25

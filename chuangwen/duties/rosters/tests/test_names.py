"""Whose names a roster shows to whom: who makes it sees all, a unit its own people and of the others only how many."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from chuangwen.duties.rosters import actions, queries
from chuangwen.duties.rosters.gathering import question_of
from chuangwen.duties.rosters.models import PoolPerson
from chuangwen.duties.rosters.tests.ground import published, turn_at
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.people.actions import make_token

OURS, THEIRS = ("缑部门一", "缑部门二"), ("亓社区一", "亓社区二")


@pytest.fixture
def roster(town):
    """From today, of people of the department (ours, the liaison's) and of the community, with names that stand nowhere else."""
    clerk = town.actors["clerk"]
    for unit, names in (("department", OURS), ("community", THEIRS)):
        for name in names:
            actions.save_pool_person(clerk, unit=town.units[unit], name=name, qualifications=["交通指挥"])
    actions.save_pool_person(clerk, unit=town.units["community"], name="领导甲", leads=True)
    return published(town, starts_on=clock.today(), days=5)


def shown(client, roster) -> dict[str, str]:
    """What each page and sheet of a roster says."""
    told = {
        name: client.get(reverse(f"duties:{name}", args=args)).content.decode()
        for name, args in (("roster", [roster.pk]), ("roster-print", [roster.pk]), ("roster-board", []), ("roster-gaps", [roster.pk]))
    }
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(reverse("duties:roster-table", args=[roster.pk])).content))
    return told | {"sheet": str(book.get_sheet_by_index(0).to_python())}


def test_a_unit_sees_its_own_names_and_of_the_others_only_how_many(town, sign_in, roster):
    stood = set(roster.turns.values_list("person__name", flat=True))
    assert stood & set(OURS) and stood & set(THEIRS), "both units stand there"
    for role, seen, hidden in (("liaison", OURS, THEIRS), ("unit_head", OURS, THEIRS), ("grid_worker", THEIRS, OURS)):
        if role not in town.accounts:
            continue
        pages = shown(sign_in(role), roster)
        for page, text in pages.items():
            assert not [name for name in hidden if name in text], (role, page)
        assert all(any(name in pages[page] for name in seen) for page in ("roster", "roster-print", "sheet")), role
        assert "其他单位" in pages["roster"], role
        assert "领导甲" in pages["roster"], "leaders answer by their function"


def test_who_makes_the_roster_sees_all(town, sign_in, roster):
    pages = shown(sign_in("clerk"), roster)
    stood = set(roster.turns.filter(day=clock.today()).values_list("person__name", flat=True))
    assert all(name in pages[page] for name in stood for page in ("roster", "roster-print", "sheet"))
    assert "其他单位" not in pages["roster"]


def test_rest_leaves_the_name_empty_and_tells_the_unit(town, client, roster):
    def turns(role):
        headers = {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts[role], 'test')}"}
        return client.get(f"/api/v1/rosters/{roster.pk}", headers=headers).json()["turns"]

    assert {one["name"] for one in turns("clerk")} >= {*OURS} and "" not in {one["name"] for one in turns("clerk")}
    told = turns("liaison")
    assert not {one["name"] for one in told} & set(THEIRS) and {one["name"] for one in told} & set(OURS)
    assert all(one["unit"] for one in told) and len(told) == roster.turns.count()


def test_a_turn_of_another_unit_tells_neither_name_nor_reasons(town, sign_in, roster):
    turn = roster.turns.filter(person__name__in=THEIRS, shift__post__name="机动一队").first() or turn_at(roster)
    other = next(one for one in PoolPerson.objects.filter(leads=False).exclude(pk=turn.person_id))
    turn.changes.create(other=other, reason="家中有事", asked_at=clock.now())
    url = reverse("duties:roster-turn", args=[turn.pk])
    ours, office = sign_in("liaison").get(url).content.decode(), sign_in("clerk").get(url).content.decode()
    if turn.person.name in THEIRS:
        assert turn.person.name not in ours and "家中有事" not in ours
    assert turn.person.name in office and "家中有事" in office


def test_whom_one_may_ask_stands_with_the_first_character_alone_beyond_the_own_unit(town, sign_in, roster):
    turn = roster.turns.filter(person__name__in=OURS, called_off=False).order_by("-day").first()
    page = sign_in("liaison").get(reverse("duties:roster-change-ask", args=[turn.pk])).content.decode()
    assert "亓***" in page and "亓社区一" not in page and any(name in page for name in OURS)


def test_who_can_stand_in_comes_first_and_colleagues_can_be_told_apart(town, sign_in, roster):
    turn = roster.turns.filter(person__name__in=OURS, called_off=False, person__leads=False).order_by("-day").first()
    free = [str(one.pk) for one in queries.reserves(question_of(roster), turn.shift, turn.day)]
    body = sign_in("liaison").get(reverse("duties:roster-change-ask", args=[turn.pk])).content.decode()
    chosen = body.split('name="person"')[1].split("</select>")[0]
    offered = re.findall(r'<option value="(\d+)"', chosen)
    assert offered[: len(free)] == free and len(offered) == len(set(offered))
    assert "不能直接替班" in chosen and chosen.index("<optgroup") < chosen.index("<option")
    colleagues = PoolPerson.objects.filter(unit=turn.person.unit, leads=False).exclude(pk=turn.person_id)
    assert all(one.name in chosen for one in colleagues if str(one.pk) in offered)
    assert re.search(r"\d{4}年\d+月\d+日", body) and not re.search(r">[^<]*\d{4}-\d\d-\d\d[^<]*<", chosen)

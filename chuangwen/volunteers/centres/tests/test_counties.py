"""Two real counties out of the public list of divisions: their chains and teams come out as their papers told them."""

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.kernel import clock, importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.people.actors import actor_of
from chuangwen.places.models import Division
from chuangwen.testing.factories import make_account, make_unit
from chuangwen.volunteers.centres import actions, published, queries
from chuangwen.volunteers.centres.actions.chain import plan_chain
from chuangwen.volunteers.centres.models import Centre, CentreFigure
from chuangwen.volunteers.corps.models import Team
from chuangwen.volunteers.corps.tests.standing import make_team

from .counties import DAYE, GENERATED, HEFENG, areas, streets, villages
from .ground import DAY, at


@pytest.fixture(autouse=True)
def monday(db):
    with clock.at(at(DAY)):
        yield


def load(county, town):
    """The county out of the package's three lists, with its leading group and a clerk of it; (division, unit, the clerk's account)."""
    for content in (areas(county), streets(county), villages(county)):
        importing.bring_in(SYSTEM, "divisions", content.encode(), {"area": county.code})
    Division.objects.filter(name__startswith=GENERATED).update(generated=True)
    division = Division.objects.get(code=f"{county.code}000000")
    unit = make_unit(f"{county.name}新时代文明实践工作领导小组", "leading_group", division=division)
    return division, unit, make_account(f"clerk-{county.code}", town.roles["clerk"], unit)


def figures(division):
    """What the paper says by what the program counts itself."""
    return {row.counted: int(row.quantity) for row in CentreFigure.objects.filter(division=division).exclude(counted="")}


@pytest.mark.parametrize(("county", "words"), [(HEFENG, "1+9+218+N"), (DAYE, "1+14+439+N")], ids=lambda value: getattr(value, "code", value))
def test_the_chain_of_a_real_county_is_that_of_its_paper(town, county, words):
    division, unit, clerk = load(county, town)
    assert {one.name for one in division.get_children()} == set(county.towns.values())
    assert Division.find_problems() == ([], [], [], [], [])
    actor = actor_of(clerk)
    assert plan_chain(division, unit).words == words
    made = actions.make_chain(actor, division=division, unit=unit)
    assert [made[kind] for kind in ("centre", "office", "station")] == [1, len(county.towns), county.villages]
    assert actions.make_chain(actor, division=division, unit=unit) == {}, "a second time makes nothing"
    [root] = [branch for branch in queries.tree(actor) if branch.indent == 0]
    assert root.words == words.replace("N", "0") and Centre.find_problems() == ([], [], [], [], [])
    assert actions.enter_published(actor, division=division) == len(published.FIGURES[county.code])
    body = Client()
    body.force_login(clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = body.get(reverse("volunteers:centre-figures")).content.decode()
    assert str(county.villages) in page and "简报第七期" in page


def test_the_stations_of_hefeng_are_as_many_as_published(town):
    division, unit, clerk = load(HEFENG, town)
    actions.make_chain(actor_of(clerk), division=division, unit=unit)
    actions.enter_published(actor_of(clerk), division=division)
    said, chain = figures(division), ("centre", "office", "station")
    counted = queries.counted(division, said)
    assert [said[kind] for kind in chain] == [counted[kind] for kind in chain] == [1, 9, 218]


def test_the_teams_of_daye_are_as_many_as_published(town):
    division, unit, clerk = load(DAYE, town)
    actions.enter_published(actor_of(clerk), division=division)
    kinds = {Division.Level.COUNTY: "corps", Division.Level.TOWN: "brigade", Division.Level.VILLAGE: "team"}
    for place in Division.objects.filter(path__startswith=division.path).order_by("path"):
        make_team(place, unit, f"{place.name}志愿服务队", kind=kinds[place.level])
    said, teams = figures(division), ("team:corps", "team:brigade", "team:team")
    counted = queries.counted(division, said)
    assert [said[kind] for kind in teams] == [counted[kind] for kind in teams] == [1, 14, 439]
    assert Team.objects.filter(division__generated=True).count() == 439

"""The one field finds activities, teams and centres by name, and volunteers by their number alone: each for who may see them."""

import pytest
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.volunteers.activities.tests import ground
from chuangwen.volunteers.centres.tests.ground import make_office


@pytest.fixture
def things(town):
    with clock.at(ground.at()):
        team, leader, _actor = ground.ground(town)
        activity, _shift = ground.make_activity(town, team, places=5, opened=False)
        yield {"activities": activity, "teams": team, "centres": make_office(town), "volunteers": leader}


def found(client, text):
    answer = client.get(reverse("search"), {"q": text})
    assert answer.status_code == 200
    return {kind.key: [row.url for row in rows] for kind, rows in answer.context["brought"]}


@pytest.mark.parametrize(
    ("kind", "text"), [("activities", "清洁家园"), ("teams", "邻里服务"), ("centres", "文明实践所"), ("volunteers", "")]
)
def test_each_is_found_by_who_may_see_it_and_by_nobody_of_another_town(things, sign_in, other_town, kind, text):
    page = things[kind].get_absolute_url()
    for words in filter(None, (text, things[kind].number)):
        assert found(sign_in("clerk"), words)[kind] == [page]
        body = sign_in("clerk").get(reverse("search"), {"q": words}).content.decode()
        assert page in body and "没有找到" not in body
        for role, town in (("clerk", other_town), ("resident", None), ("audit_admin", None)):
            assert found(sign_in(role, town) if town else sign_in(role), words) == {}


def test_nobody_looks_a_volunteer_up_by_name_or_by_part_of_a_number(things, sign_in):
    clerk = sign_in("clerk")
    for text in (things["volunteers"].person.name, things["volunteers"].number[:-1]):
        assert "volunteers" not in found(clerk, text)
    assert things["volunteers"].person.name not in clerk.get(reverse("search"), {"q": things["volunteers"].number}).content.decode()

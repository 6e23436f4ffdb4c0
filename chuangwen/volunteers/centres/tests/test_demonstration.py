"""The chain and the contests of the demonstration, filled into the small town of the tests."""

from collections import Counter
from types import SimpleNamespace

from django.urls import reverse

from chuangwen.demo.filling.volunteers_centres import fill_volunteers_centres
from chuangwen.demo.filling.volunteers_contest import fill_volunteers_contest
from chuangwen.kernel import clock
from chuangwen.ledger.install import install_metrics as shipped
from chuangwen.ledger.models import Fact
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Unit
from chuangwen.testing.factories import make_unit
from chuangwen.volunteers.centres import queries
from chuangwen.volunteers.centres.install import install_metrics
from chuangwen.volunteers.centres.models import Centre, CentreTask
from chuangwen.volunteers.contest.models import Contest, ContestResult, ContestScore


def _keys(town):
    units = town.units
    return SimpleNamespace(
        data=SimpleNamespace(today=clock.today()), now=clock.now(), street=town.street, accounts=town.accounts,
        divisions={str(place.pk): place for place in (town.street, *town.communities)},
        units={
            "street-office": units["office"], "community-1": units["community"], "community-2": units["community2"],
            "dept-urban": units["department"], "dept-market": units["department2"],
        },
    )  # fmt: skip


def test_the_chain_works_until_today_and_its_tasks_count_in_the_ledger(town, sign_in):
    shipped()
    install_metrics()
    keys = _keys(town)
    keys.units["command"] = make_unit("区指挥部", Unit.Kind.COMMAND, division=town.street.get_parent())
    told = fill_volunteers_centres(keys)
    assert told["practice_centres"] == Centre.objects.count() == 9 and Centre.find_problems() == ([], [], [], [], [])
    assert Centre.objects.filter(generated=False).count() == 0 == CentreTask.objects.filter(generated=False).count()
    done = CentreTask.objects.filter(state="done").count()
    assert done and Fact.objects.filter(metric__code__startswith="practice-tasks", counts=True).count() == done
    office = Centre.objects.get(kind="office")
    assert office.platforms.count() == 7 and office.get_parent().kind == "centre" and office.get_parent().name.endswith("（示例）")
    assert Counter(Centre.objects.values_list("kind", flat=True)) == {"centre": 1, "office": 1, "station": 2, "point": 2, "post": 3}
    rows = queries.tree(actor_of(town.accounts["clerk"]))
    assert [one.kind for one in queries.above(rows)] == ["centre"] and "centre" not in {row.centre.kind for row in rows}
    body = sign_in("clerk").get(reverse("volunteers:centre-tree")).content.decode()
    assert "1+1+2+5" in body and office.get_parent().name in body
    assert not Centre.objects.filter(started_on__gt=clock.today()).exists()


def test_one_contest_is_published_and_one_is_being_judged(town):
    told = fill_volunteers_contest(_keys(town))
    assert told["contests"] == 2 and set(Contest.objects.values_list("state", flat=True)) == {"published", "judging"}
    assert ContestResult.objects.filter(rank=1).exists() and not ContestResult.objects.filter(entry__contest__state="judging").exists()
    assert ContestScore.objects.filter(entry__contest__state="judging").exists()

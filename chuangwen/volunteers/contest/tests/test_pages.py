"""A contest by forms alone: held, entered, judged, counted, published; what everybody sees of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.kernel import clock
from chuangwen.volunteers.contest import actions
from chuangwen.volunteers.contest.models import Contest, ContestEntry, ContestScore

from .ground import enter, judged, make_contest, make_jurors, make_teams


def url(name, *args):
    return reverse(f"volunteers:{name}", args=args)


def _client(actor):
    from chuangwen.people.models import Account

    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.django_db
def test_from_the_call_to_the_published_results_by_forms_alone(town, sign_in):
    clerk, today = sign_in("clerk"), clock.today()
    form = {
        "title": "年度项目赛", "rhythm": "yearly", "division": town.street.pk, "unit": town.units["office"].pk, "starts_on": today,
        "entries_until": today + timedelta(days=5), "judged_until": today + timedelta(days=9), "method": "mean", "trim": 1, "least_jurors": 2,
        "first": 1, "second": 0, "third": 0, "criteria": "需求｜真实｜40\n成效|60", "terms": "一队一项",
    }  # fmt: skip
    answer = clerk.post(url("contest-new"), form)
    assert answer.status_code == 303, answer.content.decode()
    contest = Contest.objects.get()
    assert [(one.name, one.most) for one in contest.criteria.all()] == [("需求", 40), ("成效", 60)]
    assert clerk.post(url("contest-new"), form | {"title": "又一个", "criteria": "需求"}).status_code == 422
    clerk.post(url("contest-call", contest.pk))
    team = make_teams(town, 1)[0]
    entered = clerk.post(url("contest-enter", contest.pk), {"team": team.pk, "title": "银龄陪伴", "summary": "陪伴", "budget": "3000.50"})
    assert entered.status_code == 303, entered.content.decode()
    entry = ContestEntry.objects.get()
    clerk.post(url("contest-entry-admit", entry.pk))
    jurors = make_jurors(town, contest, 2)
    clerk.post(url("contest-close", contest.pk))
    keys = [f"criterion_{one.pk}" for one in contest.criteria.all()]
    for actor in jurors:
        page = _client(actor)
        assert "银龄陪伴" in page.get(url("contest-mine")).content.decode()
        assert page.post(url("contest-entry-score", entry.pk), {keys[0]: "35.5", keys[1]: "50"}).status_code == 303
    assert page.post(url("contest-entry-score", entry.pk), {keys[0]: "41", keys[1]: "50"}).status_code == 422
    assert clerk.post(url("contest-count", contest.pk), {}).status_code == 303
    assert "85.5" in clerk.get(url("contest", contest.pk)).content.decode()
    assert "85.5" not in Client().get(url("contest-open-one", contest.pk)).content.decode(), "not before it is published"
    words = {"verdict": "成效明显", f"reason_{entry.pk}": "居民反馈好"}
    assert clerk.post(url("contest-publish", contest.pk), words).status_code == 303
    assert clerk.get(url("contest", contest.pk)).context["jury"] == [{"juror": one} for one in contest.jurors.order_by("pk")]
    seen = Client().get(url("contest-open-one", contest.pk)).content.decode()
    assert all(word in seen for word in ("85.5", "居民反馈好", "一等奖", team.name)) and team.leader.person.name not in seen
    assert "年度项目赛" in Client().get(url("contest-open")).content.decode()


@pytest.mark.django_db
def test_a_juror_with_a_conflict_finds_no_form_and_no_way_around_it(town):
    _contest, (entry, other, _third), actors = judged(town)
    page = _client(actors[0])
    assert page.post(url("contest-entry-conflict", entry.pk), {"reason": "亲属"}).status_code == 303
    assert page.get(url("contest-entry-score", entry.pk)).status_code == 403
    keys = [f"criterion_{one.pk}" for one in entry.contest.criteria.all()]
    assert page.post(url("contest-entry-score", entry.pk), dict.fromkeys(keys, "10")).status_code == 403
    assert not ContestScore.objects.exists()
    assert page.get(url("contest-entry-score", other.pk)).status_code == 200


@pytest.mark.django_db
def test_a_project_is_no_business_of_strangers_and_of_jurors_once_it_is_admitted(town, sign_in):
    contest = make_contest(town)
    actions.call_contest(town.actors["clerk"], contest_id=contest.pk)
    entry = enter(town, contest, make_teams(town, 1)[0])
    juror = _client(make_jurors(town, contest, 1)[0])
    assert sign_in("grid_worker").get(url("contest-entry", entry.pk)).status_code == 404
    assert juror.get(url("contest-entry", entry.pk)).status_code == 404
    actions.admit_entry(town.actors["clerk"], entry_pk=entry.pk)
    assert juror.get(url("contest-entry", entry.pk)).status_code == 200
    assert Client().get(url("contest-entry", entry.pk)).status_code in (302, 303, 404)

"""Anybody may say what burdens, without a name; the office answers; what is published is covered."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from chuangwen.intake.models import Suggestion
from chuangwen.intake.tests.conftest import solved
from chuangwen.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db


def say(client: Client, **more):
    facts = {"uid": uuid.uuid4(), "subject": "burden", "words": "同一张表要填三次", "altcha": solved(client)} | more
    return client.post(reverse("intake:suggestions"), facts)


def test_anybody_says_something_and_reads_the_answer_under_a_link(town, sign_in):
    answer = say(Client(), contact="13812345678")
    row = Suggestion.objects.get()
    assert answer.status_code == 303 and row.account is None and "13812345678" not in row.contact
    assert "还没有" in Client().get(answer["Location"]).content.decode()
    url = reverse("intake:suggestion-answer", args=[row.pk])
    assert sign_in("clerk").post(url, {"words": ""}).status_code == 422
    assert sign_in("clerk").post(url, {"words": "三张表已合并为一张"}).status_code == 303
    assert "三张表已合并为一张" in Client().get(answer["Location"]).content.decode()
    assert "三张表" not in Client().get(reverse("intake:suggestions")).content.decode()


def test_staff_stay_unknown_unless_they_say_it_under_their_name(town, sign_in):
    say(sign_in("grid_worker"))
    row = Suggestion.objects.get()
    entry = AuditEntry.objects.filter(verb="intake.suggest").latest("pk")
    assert row.account is None and (entry.actor_id, entry.address) == (None, "") and row.received_at.minute == 0
    say(sign_in("grid_worker"), named="on", words="实名的意见")
    assert Suggestion.objects.latest("pk").account == town.accounts["grid_worker"]


def test_nobody_without_an_account_can_speak_under_a_name(town):
    say(Client(), named="on")
    assert Suggestion.objects.get().account is None


def test_what_is_published_is_what_the_office_lets_stand_with_numbers_covered(town, sign_in):
    say(Client(), words="某某某让我们每天打卡，电话13812345678")
    row = Suggestion.objects.get()
    facts = {"words": "已取消打卡", "publish": "on", "public_words": "被要求每天打卡，电话13812345678"}
    assert sign_in("leader").post(reverse("intake:suggestion-answer", args=[row.pk]), facts).status_code == 303
    page = Client().get(reverse("intake:suggestions")).content.decode()
    assert "被要求每天打卡" in page and "已取消打卡" in page and "13812345678" not in page and "某某某" not in page


def test_the_list_is_the_offices(town, sign_in):
    assert Client().get(reverse("intake:suggestion-list")).status_code == 302
    for role, status in (("clerk", 200), ("leader", 200), ("liaison", 403), ("grid_worker", 403), ("resident", 403)):
        assert sign_in(role).get(reverse("intake:suggestion-list")).status_code == status, role


def test_floods_machines_and_rubbish_are_turned_away(town):
    assert say(Client(), website="x").status_code == 422
    assert say(Client(), altcha="").status_code == 422
    assert say(Client(), words="字" * 1001).status_code == 422 and say(Client(), words="\x00").status_code == 422
    assert say(Client(), subject="nothing").status_code == 422
    answers = [say(Client()).status_code for _n in range(8)]
    assert answers[-1] == 429 and Suggestion.objects.count() <= 6
    assert Client().get(reverse("intake:suggestion", args=["a" * 24])).status_code == 404


def test_sent_twice_it_is_said_once(town):
    client, uid = Client(), uuid.uuid4()
    assert say(client, uid=uid)["Location"] == say(client, uid=uid)["Location"] and Suggestion.objects.count() == 1

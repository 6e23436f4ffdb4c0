"""Tokens: shown once, kept as a hash, withdrawn at once."""

from datetime import timedelta

import pytest

from chuangwen.kernel import clock
from chuangwen.kernel.errors import Denied, Missing
from chuangwen.people import actions, queries
from chuangwen.people.models import ApiToken
from chuangwen.people.tokens import actor_by_token

pytestmark = pytest.mark.django_db


def test_a_token_acts_as_its_account_and_is_kept_only_as_a_hash(town):
    plain = actions.make_token(town.actors["clerk"], town.accounts["clerk"], "同步程序")
    assert queries.account_by_token(plain) == town.accounts["clerk"]
    assert queries.account_by_token(plain + "x") is None
    assert plain not in str(list(ApiToken.objects.values()))
    actor = actor_by_token(plain)
    assert actor.channel == "api" and actor.roles == {"clerk"}


def test_the_use_of_a_token_is_noted_at_most_hourly(town):
    plain = actions.make_token(town.actors["clerk"], town.accounts["clerk"], "同步程序")
    first = clock.now()
    for minutes, noted in ((0, 0), (59, 0), (61, 61)):
        with clock.at(first + timedelta(minutes=minutes)):
            actor_by_token(plain)
        assert ApiToken.objects.get().last_used_at == first + timedelta(minutes=noted)


def test_an_expired_or_withdrawn_token_or_one_of_a_closed_account_is_nobody(town):
    clerk = town.actors["clerk"]
    late = actions.make_token(clerk, town.accounts["clerk"], "过期", expires_at=clock.now() - timedelta(seconds=1))
    assert queries.account_by_token(late) is None
    plain = actions.make_token(clerk, town.accounts["clerk"], "收回")
    actions.withdraw_token(clerk, token_id=ApiToken.objects.get(name="收回").pk)
    assert queries.account_by_token(plain) is None
    other = actions.make_token(clerk, town.accounts["clerk"], "停用")
    town.accounts["clerk"].is_active = False
    town.accounts["clerk"].save()
    assert queries.account_by_token(other) is None


def test_a_clerk_makes_and_withdraws_tokens_for_nobody_else(town, other_town):
    with pytest.raises(Denied):
        actions.make_token(town.actors["clerk"], town.accounts["leader"], "x")
    actions.make_token(other_town.actors["clerk"], other_town.accounts["clerk"], "他镇")
    with pytest.raises(Missing):
        actions.withdraw_token(town.actors["clerk"], token_id=ApiToken.objects.get().pk)

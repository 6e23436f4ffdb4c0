"""Sixty-four redemptions at the same moment: nothing is spent twice, no last piece is given twice."""

import pytest

from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Refusal
from chuangwen.testing import factories
from chuangwen.testing.threads import at_once
from chuangwen.volunteers.credits import actions, book, checking
from chuangwen.volunteers.credits.actions.spending import SoldOut, UsedAlready
from chuangwen.volunteers.credits.models import CreditRule, CreditVoucher

from .ground import make_ground
from .standing import credited

MANY = 64


def tried(work):
    """What came of it: the row, or what was refused."""
    try:
        return work()
    except Refusal as refusal:
        return refusal


@pytest.fixture
def ground(shared_database):
    found = make_ground(factories.make_town(), stock=1000, account=False)
    credited(found.mine, 50, CreditRule.objects.get(source="hours"))
    return found


def test_of_64_redemptions_of_one_balance_as_many_hold_as_it_pays(ground):
    came = at_once(lambda _n: tried(lambda: actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)), MANY)
    held = [one for one in came if isinstance(one, CreditVoucher)]
    assert len(held) == 10 and all(isinstance(one, book.TooFew) for one in came if one not in held)
    ground.mine.refresh_from_db()
    ground.reward.refresh_from_db()
    assert ground.mine.balance == 0 and ground.reward.stock == 990
    assert checking.check().differences == []


def test_the_last_piece_is_had_once_by_64_holders(ground):
    actions.move_stock(SYSTEM, reward_id=ground.reward.pk, pieces=-999, words="只剩一件")
    rule = CreditRule.objects.get(source="hours")
    doors = [actions.enter_household(SYSTEM, division=ground.household.division, name=f"{n}号") for n in range(MANY)]
    for door in doors:
        credited(door, 5, rule)
    came = at_once(lambda n: tried(lambda: actions.redeem_for(SYSTEM, credit_account_id=doors[n].pk, reward_id=ground.reward.pk)), MANY)
    held = [one for one in came if isinstance(one, CreditVoucher)]
    assert len(held) == 1 and sum(isinstance(one, SoldOut) for one in came) == MANY - 1
    ground.reward.refresh_from_db()
    assert ground.reward.stock == 0 and checking.check().differences == []


def test_a_voucher_shown_at_16_tills_at_once_is_used_once(ground):
    voucher = actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    came = at_once(lambda _n: tried(lambda: actions.use_voucher_by_link(ground.token, code=voucher.code)), 16)
    assert sum(isinstance(one, CreditVoucher) for one in came) == 1 and sum(isinstance(one, UsedAlready) for one in came) == 15
    voucher.refresh_from_db()
    assert voucher.tried_again == 15

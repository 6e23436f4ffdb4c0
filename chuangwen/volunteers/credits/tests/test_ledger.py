"""Earning, spending, lapsing, taking back: sums are exact and nothing goes below zero."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from chuangwen.cases.tests.loop import make_photo
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.errors import Conflict, Denied, Missing, Refusal
from chuangwen.messaging.models import Received
from chuangwen.volunteers.credits import actions, book, checking, codes, lapsing, rules
from chuangwen.volunteers.credits.actions.earning import earn_hours, strike_hours
from chuangwen.volunteers.credits.actions.spending import SoldOut, UsedAlready
from chuangwen.volunteers.credits.models import (
    CreditAccount,
    CreditEntry,
    CreditLot,
    CreditPosting,
    CreditProgramme,
    CreditRule,
)
from chuangwen.volunteers.presence import recording

from .ground import make_ground, served


@pytest.fixture
def ground(town):
    return make_ground(town)


@pytest.fixture(autouse=True)
def exact(db):
    """Whatever a test does, the ledger holds afterwards."""
    yield
    assert checking.check().differences == []


def fresh(account):
    account.refresh_from_db()
    return account.balance, account.owes


@given(st.lists(st.integers(1, 30), max_size=12), st.integers(0, 400))
def test_the_first_to_lapse_is_spent_first_and_no_more_than_there_is(lots, amount):
    rows = list(enumerate(lots))
    if amount > sum(lots):
        with pytest.raises(ValueError):
            rules.spent(rows, amount)
        return
    taken = rules.spent(rows, amount)
    assert sum(part for _key, part in taken) == amount
    assert all(part == lots[key] for key, part in taken[:-1]), "every lot but the last is emptied"
    assert [key for key, _part in taken] == list(range(len(taken)))


@given(st.integers(0, 10**11 - 1), st.integers(0, 11), st.integers(1, 9))
def test_a_code_with_one_wrong_digit_is_none(number, at, more):
    code = rules.code_of(number)
    wrong = code[:at] + str((int(code[at]) + more) % 10) + code[at + 1 :]
    assert rules.is_code(code) and not rules.is_code(wrong)
    assert codes.code_in(rules.grouped(code)) == code


def test_hours_earn_once_by_whole_half_hours_and_are_taken_back_when_struck(ground):
    entry = served(ground, 95)
    assert fresh(ground.mine) == (3, 0)
    assert earn_hours(entry.pk) is None and fresh(ground.mine) == (3, 0), "the same entry earns once"
    with transaction.atomic():
        recording.strike(entry, "迟到早退")
    assert fresh(ground.mine) == (0, 0)
    assert strike_hours(entry.pk) is None, "and is taken back once"
    assert served(ground, 29) and fresh(ground.mine) == (0, 0)


def test_hours_of_others_and_of_days_before_they_joined_earn_nothing(ground):
    entry = served(ground, 60)
    served(ground, 60)
    entry2 = type(entry).objects.create(
        volunteer=ground.volunteer, kind="transfer", title="外系统", day=clock.today(), minutes=600, made_at=clock.now(), from_system="他系统"
    )
    assert earn_hours(entry2.pk) is None
    old = served(ground, 60)
    type(old).objects.filter(pk=old.pk).update(day=clock.today() - timedelta(days=3))
    strike_hours(old.pk)
    assert earn_hours(old.pk) is None
    assert fresh(ground.mine)[0] == 4


def test_what_was_spent_and_struck_is_owed_and_later_earnings_pay_it_first(ground):
    first = served(ground, 300)
    voucher = actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    assert fresh(ground.mine) == (5, 0)
    strike_hours(first.pk)
    assert fresh(ground.mine) == (0, 5), "ten were struck, five were there"
    served(ground, 120)
    assert fresh(ground.mine) == (0, 1)
    served(ground, 60)
    assert fresh(ground.mine) == (1, 0)
    actions.cancel_voucher(SYSTEM, voucher_id=voucher.pk, reason="停业")
    assert fresh(ground.mine) == (6, 0)


def test_a_month_has_its_bound(ground):
    rule = CreditRule.objects.get(source="hours")
    actions.save_credit_rule(
        SYSTEM, programme_id=ground.programme.pk, credit_rule_id=rule.pk, source="hours", name=rule.name, amount=1, minutes=30,
        most_a_month=5,
    )  # fmt: skip
    served(ground, 120)
    entry = served(ground, 120)
    assert fresh(ground.mine) == (5, 0)
    strike_hours(entry.pk)
    assert fresh(ground.mine) == (4, 0), "what the bound left is what is taken back"


def test_entries_and_postings_cannot_be_changed_and_balances_not_go_below_zero(ground):
    served(ground, 60)
    for row in (CreditEntry.objects.first(), CreditPosting.objects.first()):
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()
    for broken in ({"balance": -1}, {"owes": -1}, {"balance": 3, "owes": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CreditAccount.objects.filter(pk=ground.mine.pk).update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(ground.reward).objects.filter(pk=ground.reward.pk).update(stock=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditEntry.objects.create(
            programme=ground.programme, kind="earn", cause=CreditEntry.objects.first().cause, holder=ground.mine, words="再来",
            day=clock.today(), at=clock.now(),
        )  # fmt: skip


def test_the_check_finds_every_kind_of_difference(ground):
    served(ground, 600)
    voucher = actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    assert checking.check().differences == []
    for rows, broken in (
        (CreditAccount.objects.filter(pk=ground.mine.pk), {"balance": 14}), (CreditAccount.objects.filter(pk=ground.household.pk), {"owes": 2}),
        (CreditLot.objects.all(), {"left": 1}), (type(ground.reward).objects.all(), {"stock": 8}),
        (type(voucher).objects.all(), {"state": "cancelled", "reason": "x", "ended_at": clock.now()}),
        (type(voucher).objects.all(), {"cost": 4}),
    ):  # fmt: skip
        with transaction.atomic():
            rows.update(**broken)
            assert checking.check().differences, broken
            transaction.set_rollback(True)


def test_redeeming_takes_credits_and_a_piece_and_the_same_tap_twice_is_one_voucher(ground):
    served(ground, 300)
    uid = uuid4()
    made = {actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk, uid=uid).pk for _n in range(3)}
    ground.reward.refresh_from_db()
    assert len(made) == 1 and fresh(ground.mine) == (5, 0) and ground.reward.stock == 9
    actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    with pytest.raises(book.TooFew):
        actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    actions.move_stock(SYSTEM, reward_id=ground.reward.pk, pieces=-8, words="损耗")
    with pytest.raises(Refusal):
        actions.move_stock(SYSTEM, reward_id=ground.reward.pk, pieces=-1, words="损耗")
    served(ground, 300)
    with pytest.raises(SoldOut):
        actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    with pytest.raises(Refusal):
        actions.redeem(SYSTEM, credit_account_id=ground.household.pk, reward_id=ground.reward.pk, uid=uid)


def test_a_voucher_is_used_once_and_the_second_is_told_when_and_where(ground):
    served(ground, 300)
    voucher = actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    text = codes.signed(voucher.code, voucher.expires_on, ground.reward.name)
    assert codes.read(text).reward == "公交乘车一次" and codes.read(text[:-4] + "AAAA") is None
    used = actions.use_voucher_by_link(ground.token, code=f"https://city.example/volunteers/credits/check/?t={text}")
    assert used.state == "used" and used.used_place == ground.place
    with pytest.raises(UsedAlready) as told:
        actions.use_voucher(SYSTEM, code=rules.grouped(voucher.code), credit_place_id=ground.place.pk)
    assert "积分超市" in str(told.value) and told.value.status == 409
    voucher.refresh_from_db()
    assert voucher.tried_again == 1
    with pytest.raises(Conflict):
        actions.cancel_voucher(SYSTEM, voucher_id=voucher.pk, reason="反悔")
    with pytest.raises(Missing):
        actions.use_voucher_by_link("x" * 32, code=voucher.code)
    with pytest.raises(Refusal):
        actions.use_voucher_by_link(ground.token, code="123456789012")
    other = actions.save_credit_place(SYSTEM, programme_id=ground.programme.pk, name="别处", division=ground.place.division)
    second = actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    with pytest.raises(Refusal):
        actions.use_voucher(SYSTEM, code=second.code, credit_place_id=other.pk)


def test_a_use_without_a_network_is_entered_later(ground):
    served(ground, 300)
    voucher = actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    with clock.at(clock.now() + timedelta(days=35)):
        at = clock.now() - timedelta(days=6)
        with pytest.raises(Conflict):
            actions.use_voucher_by_link(ground.token, code=voucher.code)
        assert lapsing.lapse()["vouchers"] == 0, "its credits wait until no use can be entered any more"
        used = actions.use_voucher_by_link(ground.token, code=voucher.code, used_at=at)
        assert used.used_at == at and used.entered_at is not None
    with clock.at(clock.now() + timedelta(days=60)):
        assert lapsing.lapse()["vouchers"] == 0


def test_an_unused_voucher_gives_back_and_the_days_of_its_credits_stay(ground):
    served(ground, 300)
    ends = CreditLot.objects.get().expires_on
    voucher = actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    with clock.at(clock.now() + timedelta(days=38)):
        assert lapsing.lapse()["vouchers"] == 1 and lapsing.lapse()["vouchers"] == 0
    voucher.refresh_from_db()
    ground.reward.refresh_from_db()
    assert voucher.state == "expired" and fresh(ground.mine) == (10, 0) and ground.reward.stock == 10
    assert set(CreditLot.objects.filter(left__gt=0).values_list("expires_on", flat=True)) == {ends}


def test_credits_lapse_after_notice_and_once(ground):
    served(ground, 300)
    ends = CreditLot.objects.get().expires_on
    with clock.at(clock.now() + (ends - clock.today()) - timedelta(days=10)):
        assert lapsing.lapse() == {"told": 1, "vouchers": 0, "lapsed": 0, "closed": 0}
        assert lapsing.lapse()["told"] == 0
        served(ground, 60)
    assert Received.objects.filter(account=ground.volunteer.person.account).count() == 1
    with clock.at(clock.now() + (ends - clock.today()) + timedelta(days=1)):
        assert lapsing.lapse()["lapsed"] == 1 and lapsing.lapse()["lapsed"] == 0
    assert fresh(ground.mine) == (2, 0)


def test_closing_lets_everybody_spend_and_then_everything_ends(ground):
    served(ground, 600)
    voucher = actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    with pytest.raises(Refusal):
        actions.close_credits(SYSTEM, programme_id=ground.programme.pk, closes_on=clock.today() + timedelta(days=5), reason="结束")
    last = clock.today() + timedelta(days=40)
    actions.close_credits(SYSTEM, programme_id=ground.programme.pk, closes_on=last, reason="活动结束")
    served(ground, 60)
    assert fresh(ground.mine) == (15, 0), "nothing is earned any more"
    with pytest.raises(Conflict):
        actions.join_credits(SYSTEM, volunteer_id=ground.volunteer.pk)
    actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    with clock.at(clock.now() + timedelta(days=41)), pytest.raises(Conflict):
        actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    with clock.at(clock.now() + timedelta(days=49)):
        lapsing.lapse()
    voucher.refresh_from_db()
    programme = CreditProgramme.objects.get()
    assert programme.state == "closed" and fresh(ground.mine) == (0, 0) and voucher.state == "expired"
    assert checking.check().programmes[0].expired == 20


def test_conduct_earns_once_when_somebody_else_confirms_it(town, ground):
    rule = actions.save_credit_rule(SYSTEM, programme_id=ground.programme.pk, source="waste", name="垃圾分类", amount=2)
    worker, clerk = town.actors["grid_worker"], town.actors["clerk"]
    photo = make_photo(worker)
    given = {"credit_rule_id": rule.pk, "credit_account_id": ground.household.pk, "day": clock.today()}
    with pytest.raises(Refusal):
        actions.record_conduct(worker, **given)
    row = actions.record_conduct(worker, **given, photos=[photo], uid=uuid4())
    assert fresh(ground.household) == (0, 0)
    with pytest.raises(Denied):
        actions.confirm_conduct(worker, credit_record_id=row.pk)
    with pytest.raises(Conflict):
        actions.record_conduct(worker, **given | {"day": clock.today()}, photos=[photo])
    actions.confirm_conduct(clerk, credit_record_id=row.pk)
    assert fresh(ground.household) == (2, 0)
    with pytest.raises(Conflict):
        actions.confirm_conduct(clerk, credit_record_id=row.pk)
    mine = make_photo(clerk)
    second = actions.record_conduct(
        clerk, credit_rule_id=rule.pk, credit_account_id=ground.shop.pk, day=clock.today(), photos=[mine]
    )
    with pytest.raises(Refusal):
        actions.confirm_conduct(clerk, credit_record_id=second.pk)
    actions.strike_conduct(clerk, credit_record_id=row.pk, reason="照片不是本户")
    assert fresh(ground.household) == (0, 0)


def test_the_same_picture_is_evidence_of_one_record(town, ground):
    rule = actions.save_credit_rule(SYSTEM, programme_id=ground.programme.pk, source="conduct", name="文明行为", amount=2)
    worker = town.actors["grid_worker"]
    photo = make_photo(worker)
    given = {"credit_rule_id": rule.pk, "day": clock.today(), "photos": [photo]}
    row = actions.record_conduct(worker, credit_account_id=ground.household.pk, **given)
    with pytest.raises(Conflict):
        actions.record_conduct(worker, credit_account_id=ground.shop.pk, **given)
    actions.refuse_conduct(town.actors["clerk"], credit_record_id=row.pk, reason="看不清")
    actions.record_conduct(worker, credit_account_id=ground.shop.pk, **given)


def test_leaving_lets_the_rest_lapse_and_coming_back_begins_anew(town, ground):
    served(ground, 300)
    me = town.actors["resident"]
    actions.leave_credits(me, credit_account_id=ground.mine.pk)
    assert fresh(ground.mine) == (0, 0) and ground.mine.state == "left"
    served(ground, 300)
    assert fresh(ground.mine) == (0, 0)
    assert actions.join_credits(me, volunteer_id=ground.volunteer.pk).pk == ground.mine.pk
    served(ground, 60)
    assert fresh(ground.mine) == (2, 0)
    with pytest.raises(Missing):
        actions.leave_credits(me, credit_account_id=ground.household.pk)


def test_credits_are_passed_on_only_where_the_programme_says_so(town, ground):
    served(ground, 300)
    given = {"credit_account_id": ground.mine.pk, "to_number": ground.household.number, "amount": 4}
    with pytest.raises(Refusal):
        actions.transfer_credits(SYSTEM, **given)
    actions.edit_credits(
        SYSTEM, programme_id=ground.programme.pk, name="文明积分", valid_months=12, notice_days=30, voucher_days=30, transfers=True
    )
    uid = uuid4()
    for _n in range(2):
        actions.transfer_credits(SYSTEM, **given, uid=uid)
    assert fresh(ground.mine) == (6, 0) and fresh(ground.household) == (4, 0)
    assert CreditLot.objects.get(account=ground.household).expires_on == CreditLot.objects.get(account=ground.mine).expires_on
    with pytest.raises(book.TooFew):
        actions.transfer_credits(SYSTEM, **given | {"amount": 7})

"""The pages of credits, their sheets and their API."""

import re

import pytest
from django.urls import reverse

from chuangwen.cases.tests.loop import make_photo
from chuangwen.kernel import clock, importing
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.sheets import write_table
from chuangwen.people.actions import make_token
from chuangwen.volunteers.credits import actions, sheets
from chuangwen.volunteers.credits.models import CreditRecord, CreditReward, CreditVoucher

from .ground import make_ground, served


def url(name, *args):
    return reverse(f"volunteers:credit-{name}", args=args)


@pytest.fixture
def ground(town):
    return make_ground(town)


def test_without_a_picture_the_code_can_be_typed_in_and_only_so_often(ground, client):
    served(ground, 180)
    voucher = actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    empty = client.get(url("verify")).content.decode()
    assert 'name="t"' in empty and "alert" not in empty, "nothing is wrong before anything was typed in"
    spaced = f"{voucher.code[:4]} {voucher.code[4:8]} {voucher.code[8:]}"
    body = client.get(url("verify"), {"t": spaced}).content.decode()
    assert "真实、未使用" in body and "公交乘车一次" in body and "积分志愿者" not in body
    for wrong in ("1234", "x" * 700, "０" * 12):
        answer = client.get(url("verify"), {"t": wrong})
        assert answer.status_code == 200 and "真实、未使用" not in answer.content.decode()
    answers = [client.get(url("verify"), {"t": voucher.code}).status_code for _n in range(40)]
    assert 429 in answers, "codes of twelve digits are not guessed here"


def test_a_volunteer_joins_redeems_shows_the_voucher_and_the_shop_takes_it_once(ground, sign_in, client):
    actions.leave_credits(SYSTEM, credit_account_id=ground.mine.pk)
    page = sign_in("resident")
    assert "参加自愿" in page.get(url("mine")).content.decode()
    assert page.post(url("join")).status_code == 303
    assert f"还差 {ground.reward.cost} 积分" in page.get(url("mine")).content.decode()
    served(ground, 180)
    body = page.get(url("mine")).content.decode()
    assert "公交乘车一次" in body and "积分超市" in body
    uid = re.search(r'name="uid" value="([0-9a-f-]+)"', body)[1]
    first, second = (page.post(url("redeem", ground.reward.pk), {"uid": uid}) for _n in range(2))
    voucher = CreditVoucher.objects.get()
    assert first["Location"] == second["Location"] == url("voucher", voucher.pk), "a second tap is the same voucher"
    shown = page.get(url("voucher", voucher.pk)).content.decode()
    assert f"{voucher.code[:4]} {voucher.code[4:8]}" in shown and "data:image/svg" in shown
    till = url("till", ground.token)
    assert "公交乘车一次" in client.post(till, {"code": voucher.code}).content.decode()
    again = client.post(till, {"code": voucher.code})
    assert again.status_code == 422 and "已使用" in again.content.decode() and "积分超市" in again.content.decode()
    assert client.post(till, {"code": "1234"}).status_code == 422
    assert client.get(url("till", "x" * 32)).status_code == 404
    statement = page.get(url("own-statement")).content.decode()
    assert "+6" in statement and "−5" in statement


def test_anybody_can_tell_a_true_voucher_and_learns_nothing_of_its_holder(ground, client):
    from chuangwen.volunteers.credits import codes

    served(ground, 180)
    voucher = actions.redeem(SYSTEM, credit_account_id=ground.mine.pk, reward_id=ground.reward.pk)
    text = codes.signed(voucher.code, voucher.expires_on, ground.reward.name)
    body = client.get(url("verify"), {"t": text}).content.decode()
    assert "真实、未使用" in body and "积分志愿者" not in body and voucher.code not in body
    false = client.get(url("verify"), {"t": text[:-6] + "AAAAAA"}).content.decode()
    assert "签名不对" in false


def test_the_community_enters_a_household_and_records_and_another_confirms(town, ground, sign_in):
    rule = actions.save_credit_rule(SYSTEM, programme_id=ground.programme.pk, source="waste", name="垃圾分类", amount=6)
    worker, clerk = sign_in("grid_worker"), sign_in("clerk")
    assert worker.post(url("household-new"), {"division": town.communities[0].pk, "name": "9栋101户"}).status_code == 303
    kept = make_photo(town.actors["grid_worker"])
    given = {"rule": rule.pk, "day": clock.today(), "words": "投放准确", "photos_kept": str(kept)}
    assert worker.post(url("record-new", ground.household.pk), given).status_code == 303
    record = CreditRecord.objects.get()
    assert "投放准确" in clerk.get(url("record", record.pk)).content.decode()
    assert worker.post(url("record-confirm", record.pk)).status_code == 403
    assert clerk.post(url("record-confirm", record.pk)).status_code == 303
    page = clerk.get(url("holder", ground.household.pk)).content.decode()
    assert "3栋502户" in page and "已确认" in page
    assert worker.post(url("holder-redeem", ground.household.pk), {"reward": ground.reward.pk}).status_code == 303
    ground.household.refresh_from_db()
    assert ground.household.balance == 1
    listed = clerk.get(url("holders")).content.decode()
    assert "积分志愿者" not in listed, "volunteers are masked in the list"


def test_the_check_page_says_what_differs(ground, sign_in):
    served(ground, 180)
    page = sign_in("clerk")
    assert "账目完全相符" in page.get(url("check")).content.decode()
    type(ground.mine).objects.filter(pk=ground.mine.pk).update(balance=7)
    assert ground.mine.number in page.get(url("check")).content.decode()


def test_rewards_come_by_a_sheet_and_the_same_sheet_changes_nothing(town, ground):
    clerk = town.actors["clerk"]
    columns = [column for column in sheets.REWARDS if column.key in ("name", "kind", "cost", "stock")]
    rows = [{"name": "电影票", "kind": "电影", "cost": 20, "stock": 30}, {"name": "公交乘车一次", "kind": "公交", "cost": 5, "stock": 40}]
    content = write_table(columns, rows)
    report = importing.bring_in(clerk, "credit-rewards", content, {}, file_name="兑换.xlsx")
    assert (report["creates"], report["updates"]) == (1, 1)
    assert CreditReward.objects.get(name="电影票").stock == 30 and CreditReward.objects.get(pk=ground.reward.pk).stock == 40
    again = importing.bring_in(clerk, "credit-rewards", content, {}, file_name="兑换.xlsx")
    assert (again["creates"], again["updates"], again["unchanged"]) == (0, 0, 2)


def test_conduct_comes_by_a_sheet_with_its_photos_and_once(town, ground):
    rule = actions.save_credit_rule(SYSTEM, programme_id=ground.programme.pk, source="conduct", name="文明行为", amount=2)
    worker = town.actors["grid_worker"]
    row = {"holder": ground.household.number, "rule": rule.name, "day": clock.today(), "photos": str(make_photo(worker))}
    columns = [column for column in sheets.CONDUCT if column.key in row]
    content = write_table(columns, [row])
    report = importing.bring_in(worker.unhindered(), "credit-conduct", content, {}, file_name="行为.xlsx")
    assert report["creates"] == 1 and CreditRecord.objects.get().state == "recorded"
    again = importing.bring_in(worker.unhindered(), "credit-conduct", content, {}, file_name="行为.xlsx")
    assert (again["creates"], again["unchanged"]) == (0, 1)


def test_the_api_redeems_and_takes_and_checks(town, ground, client):
    served(ground, 180)
    headers = {role: {"Authorization": f"Bearer {make_token(SYSTEM, town.accounts[role], 'test')}"} for role in ("resident", "clerk")}
    mine = client.get("/api/v1/credits/mine", headers=headers["resident"]).json()
    assert mine["balance"] == 6 and mine["lots"][0]["total"] == 6
    made = client.post("/api/v1/credits/mine/redeem", {"reward": ground.reward.pk}, content_type="application/json", headers=headers["resident"])
    assert made.status_code == 201
    body = {"code": made.json()["code"], "place": ground.place.pk}
    used = client.post("/api/v1/credits/use", body, content_type="application/json", headers=headers["clerk"])
    assert used.status_code == 200 and used.json()["state"] == "used"
    assert client.post("/api/v1/credits/use", body, content_type="application/json", headers=headers["clerk"]).status_code == 409
    check = client.get("/api/v1/credits/check", headers=headers["clerk"]).json()
    assert check["differences"] == [] and check["programmes"][0]["issued"] == 6
    assert len(client.get("/api/v1/credits/rewards", headers=headers["clerk"]).json()) == 1

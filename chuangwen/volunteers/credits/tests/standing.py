"""What stands for credits in the walks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Q

from chuangwen.cases.tests.loop import make_photo
from chuangwen.evidence.models import Photo
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.volunteers.corps.tests.standing import make_volunteer
from chuangwen.volunteers.credits import actions, book
from chuangwen.volunteers.credits.models import CreditAccount, CreditRule


def credited(account: CreditAccount, amount: int, rule: CreditRule) -> None:
    """So many credits, out of nothing that stands in the walks."""
    with transaction.atomic():
        row = book.holder(Q(pk=account.pk))
        assert row is not None
        book.earn(row, f"walk:{uuid4().hex}", amount, "演练", rule)


def things(place: Any) -> None:
    """A programme, a rule of each kind that is used, a reward, a place with its link, holders, a record that waits, an open voucher."""
    town = place.town
    programme = actions.open_credits(SYSTEM, division=town.street, name=f"{town.street.name}积分")
    kept = {name: getattr(programme, name) for name in ("name", "valid_months", "notice_days", "voucher_days")}
    programme = actions.edit_credits(SYSTEM, programme_id=programme.pk, transfers=True, **kept)
    rule = actions.save_credit_rule(SYSTEM, programme_id=programme.pk, source="conduct", name="文明行为", amount=2)
    spot = actions.save_credit_place(SYSTEM, programme_id=programme.pk, name="积分超市", division=town.communities[0])
    spot, token = actions.give_place_link(SYSTEM, credit_place_id=spot.pk)
    reward = actions.save_reward(SYSTEM, programme_id=programme.pk, kind="ride", name="公交乘车", cost=5, pieces=1000)
    mine = actions.join_credits(SYSTEM, volunteer_id=place.things["volunteer"].pk)
    household = actions.enter_household(SYSTEM, division=town.communities[0], name="3栋502户", unit=town.units["community"])
    hours = CreditRule.objects.get(programme=programme, source="hours")
    credited(mine, 500, hours)
    credited(household, 500, hours)
    voucher = actions.redeem(SYSTEM, credit_account_id=mine.pk, reward_id=reward.pk)
    record = actions.record_conduct(
        SYSTEM, credit_rule_id=rule.pk, credit_account_id=household.pk, day=clock.today(), photos=[make_photo(town.actors["liaison"])]
    )
    struck = actions.record_conduct(
        SYSTEM, credit_rule_id=rule.pk, credit_account_id=mine.pk, day=clock.today(), photos=[make_photo(town.actors["liaison"])]
    )
    waste = actions.save_credit_rule(SYSTEM, programme_id=programme.pk, source="waste", name="垃圾分类", amount=1)
    place.things.update(
        credit_waste=waste, credit_confirmed=actions.confirm_conduct(SYSTEM, credit_record_id=struck.pk),
        credit_programme=programme, credit_rule=rule, credit_place=spot, credit_till=token, credit_reward=reward, credit_account=mine,
        credit_household=household, credit_voucher=voucher, credit_record=record,
    )  # fmt: skip


def more(place: Any, start: int, count: int) -> None:
    """That many more of everything that stands in a list."""
    town, programme, reward = place.town, place.things["credit_programme"], place.things["credit_reward"]
    for n in range(start, start + count):
        spot = actions.save_credit_place(SYSTEM, programme_id=programme.pk, name=f"网点{n}", division=town.communities[0])
        actions.save_reward(SYSTEM, programme_id=programme.pk, kind="goods", name=f"礼品{n}", cost=1, pieces=1, places=[spot])
        actions.save_credit_rule(SYSTEM, programme_id=programme.pk, source="waste", name=f"分类{n}", amount=1)
        account = actions.join_credits(SYSTEM, volunteer_id=make_volunteer(town.communities[0], f"积分人{n}").pk)
        credited(account, 9, CreditRule.objects.get(programme=programme, source="hours"))
        actions.redeem(SYSTEM, credit_account_id=account.pk, reward_id=reward.pk)
        mine = place.things["credit_account"]
        actions.redeem(SYSTEM, credit_account_id=mine.pk, reward_id=reward.pk)
        actions.record_conduct(
            SYSTEM, credit_rule_id=place.things["credit_rule"].pk, credit_account_id=account.pk, day=clock.today(),
            photos=[make_photo(town.actors["liaison"])],
        )  # fmt: skip


SHEETS = {
    "credit-rewards": ({"name": "公交乘车一次", "kind": "公交", "cost": "5", "stock": "200"}, {"kind": "随便"}),
    "credit-conduct": (
        {"holder": "SHEET-1", "rule": "垃圾分类", "day": f"{clock.today()}", "photos": "88001", "words": "分类投放"}, {"photos": "没有照片"},
    ),
}  # fmt: skip


def beside(town: Any) -> None:
    """A holder, a rule and a picture that the sheet of conduct names."""
    programme = actions.open_credits(SYSTEM, division=town.street, name="文明积分")
    actions.save_credit_rule(SYSTEM, programme_id=programme.pk, source="waste", name="垃圾分类", amount=1)
    household = actions.enter_household(SYSTEM, division=town.communities[0], name="3栋502户", unit=town.units["community"])
    CreditAccount.objects.filter(pk=household.pk).update(number="SHEET-1")
    Photo.objects.filter(pk=make_photo(town.actors["clerk"])).update(id=88001)


IDS = {
    "programme_id": "credit_programme", "credit_rule_id": "credit_rule", "credit_place_id": "credit_place", "reward_id": "credit_reward",
    "credit_account_id": "credit_account", "voucher_id": "credit_voucher", "credit_record_id": "credit_record", "volunteer_id": "volunteer",
}  # fmt: skip
WHO = {"volunteers:credit-own-statement": "resident", "/api/v1/credits/mine": "resident"}
OPEN = {
    "volunteers:credit-till": "the page of a place, by its secret link",
    "volunteers:credit-verify": "whether a voucher is true: it says nothing of anybody, and uses nothing",
}
API_KEYS = {"credit_record_id": "credit_record", "credit_holder_id": "credit_household", "credit_voucher_id": "credit_voucher"}
_RECORD = "/api/v1/credits/conduct/<int:credit_record_id>"
API_BODIES: dict[str, Any] = {
    "/api/v1/credits/conduct": lambda place, role: {
        "rule": place.things["credit_waste"].pk, "account": place.things["credit_household"].pk, "day": f"{clock.today()}",
        "photo_ids": [place.own[role]["photo"].pk] if "photo" in place.own[role] else [],
    },
    f"{_RECORD}/confirm": lambda _place, _role: {},
    f"{_RECORD}/refuse": lambda _place, _role: {"reason": "看不清"},
    "/api/v1/credits/holders/households": lambda place, _role: {"name": "8栋101户", "division": place.town.communities[0].code},
    "/api/v1/credits/holders/shops": lambda place, _role: {"site": place.things["site"].code},
    "/api/v1/credits/holders/<int:credit_holder_id>/out": lambda _place, _role: {"reason": "搬走"},
    "/api/v1/credits/holders/<int:credit_holder_id>/redeem": lambda place, _role: {"reward": place.things["credit_reward"].pk},
    "/api/v1/credits/vouchers/<int:credit_voucher_id>/cancel": lambda _place, _role: {"reason": "兑换点停业"},
    "/api/v1/credits/mine/vouchers/<int:credit_voucher_id>/back": lambda _place, _role: {},
    "/api/v1/credits/mine/join": lambda _place, _role: {},
    "/api/v1/credits/mine/leave": lambda _place, _role: {},
    "/api/v1/credits/mine/transfer": lambda place, _role: {"to_number": place.things["credit_household"].number, "amount": 1},
    "/api/v1/credits/mine/redeem": lambda place, _role: {"reward": place.things["credit_reward"].pk},
    "/api/v1/credits/use": lambda place, _role: {
        "code": place.things["credit_voucher"].code, "place": place.things["credit_place"].pk,
    },
}  # fmt: skip


def _samples() -> dict[str, Any]:
    from tests.sample import held, of

    named = {
        "credit_programme": ("programme", "programme-edit", "programme-close"), "credit_rule": ("rule",),
        "credit_reward": ("reward", "reward-edit", "reward-stock"), "credit_voucher": ("voucher-cancel",),
        "credit_household": ("holder", "statement", "holder-out", "holder-redeem", "record-new"),
        "credit_record": ("record", "record-confirm", "record-refuse", "record-strike"), "credit_place": ("place", "place-link"),
    }  # fmt: skip
    found = {f"volunteers:credit-{name}": of(thing) for thing, names in named.items() for name in names}
    found[f"{_RECORD}/strike"] = replace(
        of("credit_confirmed", key="credit_record_id"), body=lambda _place, _role: {"reason": "不是这一户"}
    )
    found["volunteers:credit-redeem"] = of("credit_reward")
    found["volunteers:credit-voucher"] = found["volunteers:credit-voucher-back"] = of("credit_voucher")
    found["volunteers:credit-till"] = held("credit_till")
    return found


def __getattr__(name: str) -> Any:
    """``SAMPLES`` is made when it is asked for: the walks' own module asks for it while it is being made."""
    if name == "SAMPLES":
        return _samples()
    raise AttributeError(name)

MORE = {"/api/v1/credits/check": 18}
"""No list: the check adds up every kind of posting, once each, whatever their number."""

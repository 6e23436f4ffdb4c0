"""The REST resource of credits: ``/api/v1/credits``. The same actions, queries and policies as the pages."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.volunteers.credits import actions, checking, queries
from chuangwen.volunteers.credits.models import CreditAccount, CreditProgramme, CreditVoucher
from chuangwen.web.views import actor_of

router = Router()
KEY = 2**62


class CreditProgrammeOut(Schema):
    """`state` is open, closing or closed."""

    id: int
    name: str
    state: str
    valid_months: int
    notice_days: int
    voucher_days: int
    transfers: bool
    closes_on: date | None


class CreditRewardOut(Schema):
    """`stock`: pieces that can still be had."""

    id: int
    programme: int = Field(alias="programme_id")
    kind: str
    name: str
    cost: int
    stock: int
    active: bool


class CreditLotOut(Schema):
    expires_on: date | None
    total: int


class CreditVoucherOut(Schema):
    """One's own voucher. `state` is open, used, cancelled or expired."""

    id: int
    uid: uuid.UUID
    code: str
    reward: int = Field(alias="reward_id")
    cost: int
    state: str
    expires_on: date
    used_at: datetime | None


class CreditMineOut(Schema):
    """What the account that asks has itself."""

    number: str
    state: str
    balance: int
    owes: int
    lots: list[CreditLotOut]
    vouchers: list[CreditVoucherOut]


class CreditRedeemIn(Schema):
    reward: int = Field(ge=1, le=KEY)
    uid: uuid.UUID | None = Field(None, description="made by the caller: the same again is the same voucher")


class CreditUseIn(Schema):
    code: str = Field(max_length=600, description="twelve digits or the signed text")
    place: int = Field(ge=1, le=KEY)
    used_at: datetime | None = None


class CreditUsedOut(Schema):
    """A voucher that was taken just now."""

    reward: str
    state: str
    used_at: datetime


class CreditTotalsOut(Schema):
    programme: int
    issued: int
    redeemed: int
    expired: int
    held: int
    owed: int


class CreditCheckOut(Schema):
    """The ledger worked out anew; `differences` is empty where everything agrees."""

    accounts: int
    entries: int
    postings: int
    vouchers: int
    programmes: list[CreditTotalsOut]
    differences: list[str]


@router.get("", response=list[CreditProgrammeOut], summary="积分计划")
def programmes(request: HttpRequest):
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    return list(queries.programmes(actor).order_by("pk")[:200])


@router.get("/rewards", response=list[CreditRewardOut], summary="兑换项目及库存")
def rewards(request: HttpRequest):
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    return list(queries.rewards(actor).order_by("pk")[:500])


def _own(request: HttpRequest) -> CreditAccount:
    actor = actor_of(request)
    access.require(actor, queries.SPEND)
    found = queries.own_account(actor)
    if found is None:
        raise Missing("您没有参加积分计划。")
    return found


@router.get("/mine", response=CreditMineOut, summary="本人的积分和兑换券")
def mine(request: HttpRequest) -> dict[str, Any]:
    account = _own(request)
    return {
        "number": account.number, "state": account.state, "balance": account.balance, "owes": account.owes, "lots": queries.lots(account),
        "vouchers": list(account.vouchers.all()[:100]),
    }  # fmt: skip


@router.post("/mine/redeem", response={201: CreditVoucherOut}, summary="兑换")
def redeem(request: HttpRequest, body: CreditRedeemIn) -> tuple[int, CreditVoucher]:
    account = _own(request)
    return 201, actions.redeem(actor_of(request), credit_account_id=account.pk, reward_id=body.reward, uid=body.uid)


@router.post("/use", response=CreditUsedOut, summary="核销兑换券")
def use(request: HttpRequest, body: CreditUseIn) -> dict[str, Any]:
    voucher = actions.use_voucher(actor_of(request), code=body.code, credit_place_id=body.place, used_at=body.used_at)
    return {"reward": voucher.reward.name, "state": voucher.state, "used_at": voucher.used_at}


@router.get("/check", response=CreditCheckOut, summary="积分账目核对")
def check(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    access.require(actor, "volunteers.audit_credits")
    found = checking.check(access.scoped(actor, "volunteers.audit_credits", CreditProgramme))
    names = ("issued", "redeemed", "expired", "held", "owed")
    return {
        "accounts": found.accounts, "entries": found.entries, "postings": found.postings, "vouchers": found.vouchers,
        "programmes": [{"programme": one.programme.pk} | {name: getattr(one, name) for name in names} for one in found.programmes],
        "differences": found.differences,
    }  # fmt: skip

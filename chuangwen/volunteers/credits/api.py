"""The REST resource of credits: ``/api/v1/credits``. The same actions, queries and policies as the pages; holders and their vouchers are in
``holders_api``."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.paging import page_of
from chuangwen.volunteers.credits import actions, checking, holders_api, queries
from chuangwen.volunteers.credits.models import CreditAccount, CreditProgramme, CreditRecord, CreditVoucher
from chuangwen.web.views import actor_of

router = Router()
router.add_router("", holders_api.router)
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


class CreditRuleOut(Schema):
    """What earns how much; `source` is hours, or what is recorded: conduct, waste, duties."""

    id: int
    programme: int = Field(alias="programme_id")
    source: str
    name: str
    amount: int
    active: bool


class ConductRecordOut(Schema):
    """Recorded conduct. `state` is recorded, confirmed, refused or struck; it earns once somebody else has confirmed it."""

    id: int
    rule: int = Field(alias="rule_id")
    account: int = Field(alias="account_id")
    state: str
    day: date
    words: str
    observation: int | None = Field(alias="observation_id")
    recorded_at: datetime
    decided_at: datetime | None
    reason: str
    revision: int


class ConductRecordPage(Schema):
    items: list[ConductRecordOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class ConductRecordIn(Schema):
    """With its evidence: at least one photo of the caller's, or of a shop the good result of an inspection of its site."""

    rule: int = Field(ge=1, le=KEY)
    account: int = Field(ge=1, le=KEY)
    day: date
    words: str = Field("", max_length=200)
    photo_ids: list[int] = Field([], max_length=9)
    observation: int | None = Field(None, ge=1, le=KEY)
    uid: uuid.UUID | None = Field(None, description="made by the caller: the same again is the same record")


class ConductReasonIn(Schema):
    reason: str = Field(max_length=200)


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


@router.get("/rules", response=list[CreditRuleOut], summary="积分规则")
def rules(request: HttpRequest):
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    return list(queries.rules_of(actor).order_by("pk")[:500])


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


@router.get("/conduct", response=ConductRecordPage, summary="文明行为记录")
def list_conduct(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    rows = queries.records(actor)
    return page_of(rows.filter(state=state.replace("\x00", "")) if state is not None else rows, limit=limit, after=after)


@router.post("/conduct", response={201: ConductRecordOut}, summary="登记文明行为及其凭证")
def record_conduct(request: HttpRequest, body: ConductRecordIn) -> tuple[int, CreditRecord]:
    return 201, actions.record_conduct(
        actor_of(request), credit_rule_id=body.rule, credit_account_id=body.account, day=body.day, words=body.words,
        photos=[pk for pk in body.photo_ids if 0 < pk < 2**63], observation_id=body.observation, uid=body.uid,
    )  # fmt: skip


@router.post("/conduct/{int:credit_record_id}/confirm", response=ConductRecordOut, summary="确认记录并计分（须由另一人）")
def confirm_conduct(request: HttpRequest, credit_record_id: int) -> CreditRecord:
    return actions.confirm_conduct(actor_of(request), credit_record_id=credit_record_id)


@router.post("/conduct/{int:credit_record_id}/refuse", response=ConductRecordOut, summary="不予确认并说明理由（须由另一人）")
def refuse_conduct(request: HttpRequest, credit_record_id: int, body: ConductReasonIn) -> CreditRecord:
    return actions.refuse_conduct(actor_of(request), credit_record_id=credit_record_id, reason=body.reason)


@router.post("/conduct/{int:credit_record_id}/strike", response=ConductRecordOut, summary="撤销已确认的记录，收回积分（须由另一人）")
def strike_conduct(request: HttpRequest, credit_record_id: int, body: ConductReasonIn) -> CreditRecord:
    return actions.strike_conduct(actor_of(request), credit_record_id=credit_record_id, reason=body.reason)

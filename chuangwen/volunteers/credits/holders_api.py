"""Who takes part in credits and what they took, as REST beside ``api``: holders, joining and leaving, vouchers that are issued, handed back and
cancelled. What somebody has stands with one holder alone: nobody is compared."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from chuangwen.kernel import access
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.paging import page_of
from chuangwen.people.named import division_named
from chuangwen.volunteers.credits import actions, queries, words
from chuangwen.volunteers.credits.forms import RECORD, HouseholdForm, ShopForm, TransferForm
from chuangwen.volunteers.credits.models import CreditAccount, CreditPlace, CreditVoucher
from chuangwen.web.form_bodies import filled
from chuangwen.web.views import actor_of

router = Router()
KEY = 2**62
SHOWN = 100


class CreditHolderOut(Schema):
    """Who takes part. `kind` is volunteer, household or shop; `state` active or left."""

    id: int
    number: str
    kind: str
    name: str = Field(description="of a volunteer covered: the family name alone")
    programme: int
    division: str | None = Field(description="12-digit code")
    division_name: str
    site: str | None = Field(description="code of the site of a shop")
    state: str
    joined_on: date
    left_on: date | None


class CreditHolderPage(Schema):
    items: list[CreditHolderOut]
    next: int | None = Field(None, description="the `after` of the next page; null at the end")


class CreditIssuedOut(Schema):
    """A voucher as the desk sees it: the code stays with its holder. `state` is open, used, cancelled or expired."""

    id: int
    account: int
    holder: str = Field(description="covered")
    reward: int
    reward_name: str
    cost: int
    state: str
    tail: str = Field(description="last four digits of the code")
    made_at: datetime
    expires_on: date
    used_at: datetime | None
    used_place: str | None
    reason: str


class CreditIssuedPage(Schema):
    items: list[CreditIssuedOut]
    next: int | None = None


class CreditLeftOut(Schema):
    """What lapses on one day; null: never."""

    expires_on: date | None
    total: int


class CreditHolderDetail(CreditHolderOut):
    balance: int
    owes: int
    lots: list[CreditLeftOut]
    vouchers: list[CreditIssuedOut] = Field(description="the newest hundred")


class CreditPlaceOut(Schema):
    """Where rewards are handed out."""

    id: int
    programme: int = Field(alias="programme_id")
    name: str
    address: str
    hours: str
    active: bool


class CreditHouseholdIn(Schema):
    name: str = Field(max_length=60, description="building and number, such as 3栋502户; no name of a person")
    division: str = Field(max_length=12, description="12-digit code of the community")


class CreditShopIn(Schema):
    site: str = Field(max_length=200, description="code of the site, or its name where there is one alone")


class CreditWhyIn(Schema):
    reason: str = Field(max_length=200)


class CreditIssueIn(Schema):
    """What a household or a shop takes."""

    reward: int = Field(ge=1, le=KEY)
    uid: uuid.UUID | None = Field(None, description="made by the caller: the same again is the same voucher")


class CreditPassIn(Schema):
    to_number: str = Field(max_length=24, description="number of the other holder")
    amount: int = Field(ge=1, le=1_000_000)
    uid: uuid.UUID | None = Field(None, description="made by the caller: the same again passes nothing on twice")


class CreditOwnOut(Schema):
    """One's own part in a programme."""

    id: int
    number: str
    state: str
    balance: int
    joined_on: date
    left_on: date | None


def _holder(account: CreditAccount, named: bool = False) -> dict[str, Any]:
    plain = ("number", "kind", "state", "joined_on", "left_on")
    return {name: getattr(account, name) for name in plain} | {
        "id": account.pk, "name": str(account) if named else words.holder_name(account), "programme": account.programme_id,
        "division": account.division.code, "division_name": account.division.name,
        "site": account.site.code if account.site is not None else None,
    }  # fmt: skip


def _issued(voucher: CreditVoucher) -> dict[str, Any]:
    plain = ("cost", "state", "made_at", "expires_on", "used_at", "reason")
    return {name: getattr(voucher, name) for name in plain} | {
        "id": voucher.pk, "account": voucher.account_id, "holder": words.holder_name(voucher.account), "reward": voucher.reward_id,
        "reward_name": voucher.reward.name, "tail": voucher.code[-4:],
        "used_place": voucher.used_place.name if voucher.used_place is not None else None,
    }  # fmt: skip


def _whole(request: HttpRequest, key: int) -> dict[str, Any]:
    actor = actor_of(request)
    account = access.fetch(actor, queries.SEE, queries.holders(actor), pk=key)
    mine = queries.vouchers(actor).filter(account=account).order_by("-pk")[:SHOWN]
    return _holder(account, named=True) | {
        "balance": account.balance, "owes": account.owes, "lots": queries.lots(account), "vouchers": [_issued(one) for one in mine],
    }  # fmt: skip


def _own(request: HttpRequest) -> CreditAccount:
    actor = actor_of(request)
    access.require(actor, queries.SPEND)
    found = queries.own_account(actor)
    if found is None:
        raise Missing(_("You do not take part in a programme of credits."))
    return found


@router.get("/holders", response=CreditHolderPage, summary="参加积分计划的志愿者、家庭和商户（不含积分数）")
def list_holders(request: HttpRequest, kind: str | None = None, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    rows = queries.holders(actor)
    for name, value in (("kind", kind), ("state", state)):
        if value is not None:
            rows = rows.filter(**{name: value.replace("\x00", "")})
    page = page_of(rows, limit=limit, after=after)
    return {"items": [_holder(one) for one in page["items"]], "next": page["next"]}


@router.get("/holders/{int:credit_holder_id}", response=CreditHolderDetail, summary="一个积分账户：余额、到期、兑换券")
def get_holder(request: HttpRequest, credit_holder_id: int):
    return _whole(request, credit_holder_id)


@router.post("/holders/households", response={201: CreditHolderOut}, summary="登记家庭（按门牌，不记姓名）")
def enter_household(request: HttpRequest, body: CreditHouseholdIn):
    """The same door again gives the same account."""
    actor = actor_of(request)
    access.require(actor, RECORD)
    form = filled(lambda data: HouseholdForm(data, actor=actor), {"name": body.name, "division": division_named(body.division)})
    return 201, _holder(actions.enter_household(actor, **form.cleaned_data))


@router.post("/holders/shops", response={201: CreditHolderOut}, summary="登记商户（按点位）")
def enter_shop(request: HttpRequest, body: CreditShopIn):
    """The same site again gives the same account."""
    actor = actor_of(request)
    access.require(actor, RECORD)
    return 201, _holder(actions.enter_shop(actor, **filled(lambda data: ShopForm(data, actor=actor), body.dict()).cleaned_data))


@router.post("/holders/{int:credit_holder_id}/out", response=CreditHolderOut, summary="家庭或商户退出：余额作废，兑换券仍有效")
def take_out(request: HttpRequest, credit_holder_id: int, body: CreditWhyIn):
    actions.take_out(actor_of(request), credit_account_id=credit_holder_id, reason=body.reason)
    return _holder(CreditAccount.objects.select_related("site", "division").get(pk=credit_holder_id))


@router.post("/holders/{int:credit_holder_id}/redeem", response={201: CreditIssuedOut}, summary="为家庭或商户兑换（发放兑换券）")
def redeem_for(request: HttpRequest, credit_holder_id: int, body: CreditIssueIn):
    made = actions.redeem_for(actor_of(request), credit_account_id=credit_holder_id, reward_id=body.reward, uid=body.uid)
    return 201, _issued(made)


@router.get("/vouchers", response=CreditIssuedPage, summary="兑换券（不含券码）")
def list_vouchers(request: HttpRequest, state: str | None = None, limit: int = 50, after: int | None = None):
    """Newest first."""
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    rows = queries.vouchers(actor)
    page = page_of(rows.filter(state=state.replace("\x00", "")) if state is not None else rows, limit=limit, after=after)
    return {"items": [_issued(one) for one in page["items"]], "next": page["next"]}


@router.post("/vouchers/{int:credit_voucher_id}/cancel", response=CreditIssuedOut, summary="作废兑换券并说明理由，积分退回")
def cancel_voucher(request: HttpRequest, credit_voucher_id: int, body: CreditWhyIn):
    return _issued(actions.cancel_voucher(actor_of(request), voucher_id=credit_voucher_id, reason=body.reason))


@router.get("/places", response=list[CreditPlaceOut], summary="兑换点")
def list_places(request: HttpRequest) -> list[CreditPlace]:
    actor = actor_of(request)
    access.require(actor, queries.SEE)
    return list(queries.places(actor).order_by("pk")[:500])


@router.post("/mine/join", response={201: CreditOwnOut}, summary="本人参加积分计划")
def join(request: HttpRequest) -> tuple[int, CreditAccount]:
    """Once more gives the same account."""
    actor = actor_of(request)
    access.require(actor, queries.SPEND)
    volunteer = queries.own_volunteer(actor)
    if volunteer is None:
        raise Missing(_("You are not registered as a volunteer."))
    return 201, actions.join_credits(actor, volunteer_id=volunteer.pk)


@router.post("/mine/leave", response=CreditOwnOut, summary="本人退出积分计划：余额作废，兑换券仍有效")
def leave(request: HttpRequest) -> CreditAccount:
    return actions.leave_credits(actor_of(request), credit_account_id=_own(request).pk)


@router.post("/mine/transfer", response=CreditOwnOut, summary="转赠积分（须计划允许）")
def transfer(request: HttpRequest, body: CreditPassIn) -> CreditAccount:
    account = _own(request)
    actions.transfer_credits(actor_of(request), credit_account_id=account.pk, **filled(TransferForm, body.dict()).cleaned_data)
    return CreditAccount.objects.get(pk=account.pk)


@router.post("/mine/vouchers/{int:credit_voucher_id}/back", response=CreditIssuedOut, summary="退回本人未用的兑换券，积分退回")
def hand_back(request: HttpRequest, credit_voucher_id: int):
    return _issued(actions.cancel_own_voucher(actor_of(request), voucher_id=credit_voucher_id))

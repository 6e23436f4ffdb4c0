"""Running a programme: its rules, rewards with their stock, places with their links, its end."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chuangwen.intake.sealing import hash_of
from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Conflict
from chuangwen.kernel.lives import needed, one_of
from chuangwen.places.models import Division, Site
from chuangwen.volunteers.credits import book
from chuangwen.volunteers.credits.actions.base import RUN, refuse, unchanged, whole
from chuangwen.volunteers.credits.models import (
    MOST,
    CreditLot,
    CreditPlace,
    CreditProgramme,
    CreditReward,
    CreditRule,
    CreditStockMove,
    CreditVoucher,
)

State = CreditProgramme.State
HOURS = {"source": CreditRule.Source.HOURS, "name": "志愿服务时长", "amount": 1, "minutes": 30}
LEAST_NOTICE = timedelta(days=30)
"""Between the day on which the end of a programme is announced and its last day."""


def open_credits(actor: Actor, *, division: Division, name: str, generated: bool = False) -> CreditProgramme:
    """A programme begins in a place, with a rule for hours (a credit for each whole 30 minutes). Raises Denied, Conflict (one runs), Refusal."""
    with transaction.atomic():
        access.require(actor, RUN, division=division)
        Division.objects.select_for_update().get(pk=division.pk)
        if CreditProgramme.objects.filter(division=division).exclude(state=State.CLOSED).exists():
            raise Conflict(_("A programme of credits runs in this place already."), "volunteers.programme_runs", field="division")
        title = needed(name, "name", _("Give the programme a name."), limit=60)
        row = CreditProgramme.objects.create(name=title, division=division, started_on=clock.today(), generated=generated)
        book.open_own_accounts(row)
        CreditRule.objects.create(programme=row, **HOURS)
        audit.record(actor, RUN, row, after={"name": row.name, "division": division.pk})
    return row


def edit_credits(
    actor: Actor, *, programme_id: int, name: str, valid_months: int, notice_days: int, voucher_days: int, transfers: bool = False,
    about: str = "", expected: int | None = None,
) -> CreditProgramme:  # fmt: skip
    """Change a programme. What was earned already lapses on the day that it was given. Raises Denied, Missing, Conflict, Refusal."""
    with transaction.atomic():
        row = access.fetch(actor, RUN, CreditProgramme, lock=True, pk=programme_id)
        unchanged(row, expected)
        if row.state == State.CLOSED:
            raise Conflict(_("“%(name)s” is closed.") % {"name": row}, "volunteers.closed")
        facts = {
            "name": needed(name, "name", _("Give the programme a name."), limit=60), "about": about.strip()[:500], "transfers": transfers,
            "valid_months": whole(valid_months, "valid_months", most=120), "notice_days": whole(notice_days, "notice_days", most=366),
            "voucher_days": whole(voucher_days, "voucher_days", least=1, most=366),
        }  # fmt: skip
        before = _change(row, facts)
        audit.record(actor, RUN, row, before=before, after=facts)
    return row


def _change(row: Any, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Set and save; what stood there before (nothing of a new row)."""
    before = {} if row.pk is None else {name: getattr(row, name) for name in facts if getattr(row, name) != facts[name]}
    for name, value in facts.items():
        setattr(row, name, value)
    if row.pk is not None:
        row.revision += 1
    row.save()
    return before


def close_credits(actor: Actor, *, programme_id: int, closes_on: date, reason: str, expected: int | None = None) -> CreditProgramme:
    """Announce the end: from now nobody joins and nothing is earned; until ``closes_on`` (at least 30 days from today) what there is can be
    spent; then it lapses, with the same notice as otherwise. Raises Denied, Missing, Conflict, Refusal."""
    with transaction.atomic():
        row = access.fetch(actor, RUN, CreditProgramme, lock=True, pk=programme_id)
        unchanged(row, expected)
        if row.state != State.OPEN:
            raise Conflict(_("“%(name)s” is closing or closed already.") % {"name": row}, "volunteers.closed")
        if not clock.today() + LEAST_NOTICE <= closes_on <= clock.today() + timedelta(days=1100):
            told = _("The last day is at least 30 days from today: people must be able to spend what they have.")
            raise refuse(told, "closing_day", "closes_on")
        row.state, row.closes_on, row.revision = State.CLOSING, closes_on, row.revision + 1
        row.reason = needed(reason, "reason", _("Say why it ends."), limit=200)
        row.save(update_fields=["state", "closes_on", "reason", "revision"])
        later = Q(expires_on__isnull=True) | Q(expires_on__gt=closes_on)
        CreditLot.objects.filter(later, account__programme=row, left__gt=0).update(expires_on=closes_on, told_on=None)
        CreditVoucher.objects.filter(account__programme=row, state="open", expires_on__gt=closes_on).update(expires_on=closes_on)
        audit.record(actor, RUN, row, before={"state": State.OPEN}, after={"state": row.state, "closes_on": closes_on})
    return row


def save_credit_rule(
    actor: Actor, *, programme_id: int, source: str, name: str, amount: int, minutes: int = 30, most_a_month: int = 0, active: bool = True,
    credit_rule_id: int | None = None, expected: int | None = None,
) -> CreditRule:  # fmt: skip
    """Make a rule or change one; what was earned by it stays. Raises Denied, Missing, Conflict, Refusal."""
    with transaction.atomic():
        programme = access.fetch(actor, RUN, CreditProgramme, lock=True, pk=programme_id)
        row = CreditRule(programme=programme)
        if credit_rule_id is not None:
            row = access.fetch(actor, RUN, CreditRule.objects.filter(programme=programme), lock=True, pk=credit_rule_id)
            unchanged(row, expected)
        hours = one_of(source, CreditRule.Source, "source") == CreditRule.Source.HOURS
        facts = {
            "source": source, "name": needed(name, "name", _("Give the rule a name."), limit=60),
            "amount": whole(amount, "amount", least=1, most=10_000),
            "minutes": whole(minutes, "minutes", least=1, most=1440) if hours else 0, "most_a_month": whole(most_a_month, "most_a_month"),
            "active": active,
        }  # fmt: skip
        _once(CreditRule.objects.filter(programme=programme, name=facts["name"]), row)
        if hours and active and CreditRule.objects.filter(programme=programme, source="hours", active=True).exclude(pk=row.pk).exists():
            raise Conflict(_("Another rule for hours is in force: end that first."), "volunteers.hours_rule", field="source")
        before = _change(row, facts)
        audit.record(actor, RUN, row, before=before, after=facts)
    return row


def _once(rows: Any, row: Any) -> None:
    if rows.exclude(pk=row.pk).exists():
        raise Conflict(_("There is one of this name already."), "volunteers.name_taken", field="name")


def save_reward(
    actor: Actor, *, programme_id: int, kind: str, name: str, cost: int, about: str = "", most_a_month: int = 0, active: bool = True,
    places: Sequence[CreditPlace] = (), pieces: int = 0, reward_id: int | None = None, expected: int | None = None, generated: bool = False,
) -> CreditReward:  # fmt: skip
    """Make a reward (with ``pieces`` in stock) or change one. A new price is that of later vouchers. Raises Denied, Missing, Conflict,
    Refusal."""
    with transaction.atomic():
        programme = access.fetch(actor, RUN, CreditProgramme, lock=True, pk=programme_id)
        row = CreditReward(programme=programme, generated=generated)
        if reward_id is not None:
            row = access.fetch(actor, RUN, CreditReward.objects.filter(programme=programme), lock=True, pk=reward_id)
            unchanged(row, expected)
        facts = {
            "kind": one_of(kind, CreditReward.Kind, "kind"), "name": needed(name, "name", _("Give the reward a name."), limit=60),
            "cost": whole(cost, "cost", least=1), "about": about.strip()[:300], "most_a_month": whole(most_a_month, "most_a_month", most=1000),
            "active": active,
        }  # fmt: skip
        if any(place.programme_id != programme.pk for place in places):
            raise refuse(_("One of the places belongs to another programme."), "credit_place", "places")
        _once(CreditReward.objects.filter(programme=programme, name=facts["name"]), row)
        new = row.pk is None
        before = _change(row, facts)
        row.places.set(places)
        if new and pieces:
            _stock(actor, row, whole(pieces, "pieces"), _("First stock"))
        audit.record(actor, RUN, row, before=before, after=facts | {"places": [place.pk for place in places], "stock": row.stock})
    return row


def _stock(actor: Actor, row: CreditReward, pieces: int, words: str) -> None:
    row.stock += pieces
    row.save(update_fields=["stock"])
    CreditStockMove.objects.create(reward=row, pieces=pieces, words=words, at=clock.now(), by_id=actor.account_id)


def move_stock(actor: Actor, *, reward_id: int, pieces: int, words: str) -> CreditReward:
    """Pieces came (above nought) or are gone otherwise than by vouchers (below). Raises Denied, Missing, Refusal (more gone than there are)."""
    with transaction.atomic():
        row = access.fetch(actor, RUN, CreditReward, lock=True, pk=reward_id)
        if pieces == 0 or not -MOST <= pieces <= MOST:
            raise refuse(_("Give how many pieces came, or with a minus how many are gone."), "credit_stock", "pieces")
        if row.stock + pieces < 0:
            told = _("There are only %(stock)d pieces: the others are promised by vouchers.") % {"stock": row.stock}
            raise refuse(told, "credit_stock", "pieces")
        _stock(actor, row, pieces, needed(words, "words", _("Say where they came from or went."), limit=120))
        audit.record(actor, RUN, row, before={"stock": row.stock - pieces}, after={"stock": row.stock}, note=words)
    return row


def bring_rewards(actor: Actor, *, programme_id: int, rows: Sequence[Mapping[str, Any]]) -> int:
    """Rewards of a sheet: made or changed by their names, stock set to what the sheet counts. How many were made or changed. Raises as above."""
    with transaction.atomic():
        programme = access.fetch(actor, RUN, CreditProgramme, lock=True, pk=programme_id)
        for given in rows:
            known = CreditReward.objects.filter(programme=programme, name=given["name"]).first()
            facts = {name: given[name] for name in ("kind", "name", "cost", "about", "most_a_month")}
            kept: dict[str, Any] = {"active": known.active, "places": list(known.places.all())} if known else {}
            row = save_reward(actor, programme_id=programme.pk, reward_id=known.pk if known else None, **facts, **kept)
            stock = given.get("stock")
            if stock is not None and stock != row.stock:
                move_stock(actor, reward_id=row.pk, pieces=stock - row.stock, words=_("Counted in a sheet"))
    return len(rows)


def save_credit_place(
    actor: Actor, *, programme_id: int, name: str, division: Division, site: Site | None = None, address: str = "", hours: str = "",
    active: bool = True, credit_place_id: int | None = None, expected: int | None = None, generated: bool = False,
) -> CreditPlace:  # fmt: skip
    """Make a place to redeem or change one. One that is ended has no link any more. Raises Denied, Missing, Conflict, Refusal."""
    with transaction.atomic():
        programme = access.fetch(actor, RUN, CreditProgramme, lock=True, pk=programme_id)
        row = CreditPlace(programme=programme, generated=generated)
        if credit_place_id is not None:
            row = access.fetch(actor, RUN, CreditPlace.objects.filter(programme=programme), lock=True, pk=credit_place_id)
            unchanged(row, expected)
        if not division.path.startswith(programme.division.path):
            raise refuse(_("The place lies outside the area of the programme."), "credit_place", "division")
        facts = {
            "name": needed(name, "name", _("Give the place a name."), limit=60), "division": division, "site": site,
            "address": address.strip()[:120],
            "hours": hours.strip()[:80], "active": active, "token_hash": row.token_hash if active else "",
        }  # fmt: skip
        _once(CreditPlace.objects.filter(programme=programme, name=facts["name"]), row)
        _change(row, facts)
        audit.record(actor, RUN, row, after={"name": row.name, "division": division.pk, "active": active})
    return row


def give_place_link(actor: Actor, *, credit_place_id: int) -> tuple[CreditPlace, str]:
    """A new secret link for whoever hands rewards out there; the old one ends. It is shown once. Raises Denied, Missing, Refusal (ended)."""
    with transaction.atomic():
        row = access.fetch(actor, RUN, CreditPlace, lock=True, pk=credit_place_id)
        if not row.active:
            raise refuse(_("This place has ended."), "credit_place")
        token = secrets.token_urlsafe(24)
        row.token_hash, row.revision = hash_of(token), row.revision + 1
        row.save(update_fields=["token_hash", "revision"])
        audit.record(actor, RUN, row, after={"link": "new"})
    return row, token

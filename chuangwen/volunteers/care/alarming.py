"""Alarms: who has to look today. First the pair and those who stand in, then the leader of the team, then the community; that somebody needs
help is told to all at once. The clock's own work, and called by the actions. A message names nobody: the name is covered, the page behind it
asks who reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.kernel import clock
from chuangwen.messaging import recipients
from chuangwen.messaging.actions import Message, tell_many
from chuangwen.messaging.kinds import URGENT, register
from chuangwen.people.models import Account
from chuangwen.volunteers.care import laying
from chuangwen.volunteers.care.models import CareAlarm, CareDue, CareHelper, CarePlan, CareRecord, CareSettings, Contact

ALARM = register("volunteers.care_alarm", gettext_lazy("somebody who is cared for has to be looked after today"), URGENT)
HELPERS, LEADER, COMMUNITY = 1, 2, 3


class Settings:
    """What holds at a place: its own area's, or the nearest above it. One query for all."""

    def __init__(self) -> None:
        rows = CareSettings.objects.select_related("division")
        self.rows = sorted(rows, key=lambda row: -len(row.division.path))

    def at(self, path: str) -> CareSettings:
        return next((row for row in self.rows if path.startswith(row.division.path)), CareSettings())


def watch(now: datetime | None = None) -> dict[str, int]:
    """Raise alarms for those whom nobody has called by the hour of their area, and tell the next where one stays open. Idempotent."""
    now = now or clock.now()
    known = Settings()
    return {"raised": _raise(now, known), "told": climb(now, known)}


def _raise(now: datetime, known: Settings) -> int:
    local = now.astimezone(clock.LOCAL)
    today, hour = local.date(), local.time()
    owed = CareDue.objects.filter(
        kind=Contact.CALL, first__lte=today, last=today, state=CareDue.State.OPEN, excused="", plan__state=CarePlan.State.RUNNING
    ).exclude(plan__alarms__in=CareAlarm.objects.filter(day=today, cause=CareAlarm.Cause.NOBODY_CALLED))  # fmt: skip
    late = [
        plan for plan, path in owed.order_by("plan").values_list("plan", "plan__person__division__path") if known.at(path).alarm_at <= hour
    ]
    if not late:
        return 0
    with transaction.atomic():
        # The plans are held, as whoever records holds them: nobody is called and alarmed about at the same moment.
        held = list(CarePlan.objects.select_for_update(of=("self",)).filter(pk__in=late, state=CarePlan.State.RUNNING).order_by("pk"))
        dues = list(CareDue.objects.select_for_update().filter(plan__in=held, kind=Contact.CALL, first__lte=today, last=today).order_by("pk"))
        laying.restate(dues, today)
        there = set(CareAlarm.objects.filter(plan__in=held, day=today, cause=CareAlarm.Cause.NOBODY_CALLED).values_list("plan", flat=True))
        silent = [due.plan_id for due in dues if due.state == CareDue.State.OPEN and due.plan_id not in there]
        CareAlarm.objects.bulk_create([
            CareAlarm(plan_id=plan, cause=CareAlarm.Cause.NOBODY_CALLED, day=today, raised_at=now, next_at=now) for plan in silent
        ])  # fmt: skip
    return len(silent)


def climb(now: datetime, known: Settings | None = None) -> int:
    """Tell the next of each alarm that is open and whose time has come. How many alarms moved."""
    known = known or Settings()
    with transaction.atomic():
        rows = list(
            CareAlarm.objects.select_for_update(of=("self",)).filter(closed_at__isnull=True, stage__lt=COMMUNITY, next_at__lte=now)
            .select_related("plan__person__division", "plan__person__unit", "plan__team").order_by("pk")
        )  # fmt: skip
        if rows:
            _climb(rows, now, known)
    return len(rows)


def _climb(rows: list[CareAlarm], now: datetime, known: Settings, *, at_once: bool = False) -> None:
    """One stage further each, over stages in which nobody can be told; ``at_once``: all stages."""
    people = _accounts(row.plan for row in rows)
    messages = []
    with translation.override(settings.LANGUAGE_CODE):
        for row in rows:
            while row.stage < COMMUNITY:
                row.stage += 1
                told = people[row.stage].get(row.plan_id, frozenset())
                if told:
                    messages.append(_message(row, told))
                if told and not at_once:
                    break
            minutes = known.at(row.plan.person.division.path).step_minutes
            row.next_at = now + timedelta(minutes=minutes) if row.stage < COMMUNITY else None
        CareAlarm.objects.bulk_update(rows, ["stage", "next_at"])
        tell_many(messages)


def _message(row: CareAlarm, accounts: frozenset[int]) -> Message:
    person = row.plan.person
    told = {"name": person.masked_name, "place": person.division.name}
    if row.cause == CareAlarm.Cause.NEEDS_HELP:
        title, text = _("%(name)s (%(place)s) needs help") % told, _("Call or go there now, and say what was done.")
    else:
        title, text = _("Nobody has called %(name)s (%(place)s) today") % told, _("Call now. If nobody answers, go there or ask a neighbour.")
    link = reverse("volunteers:care-mine") if row.stage == HELPERS else person.get_absolute_url()
    return Message(
        key=f"volunteers.care_alarm:{row.pk}:{row.stage}", kind=ALARM, title=title, text=text, link=link, accounts=accounts, urgency=URGENT,
        about=f"volunteers.careplan:{row.plan_id}", units=frozenset({person.unit_id}) if row.stage == COMMUNITY else frozenset(),
    )  # fmt: skip


def _accounts(plans: Iterable[CarePlan]) -> dict[int, dict[int, frozenset[int]]]:
    """By stage and plan, whom one tells. Three queries."""
    rows = {plan.pk: plan for plan in plans}
    found: dict[int, dict[int, set[int]]] = {HELPERS: {}, LEADER: {}, COMMUNITY: {}}
    by_person = {plan.person_id: plan.pk for plan in rows.values()}
    helpers = CareHelper.objects.filter(person__in=by_person, volunteer__state="active", volunteer__person__account__is_active=True)
    for person, account in helpers.values_list("person", "volunteer__person__account"):
        found[HELPERS].setdefault(by_person[person], set()).add(account)
    leaders = dict(Account.objects.filter(
        is_active=True, person__volunteer__in=[plan.team.leader_id for plan in rows.values() if plan.team and plan.team.leader_id]
    ).values_list("person__volunteer", "pk"))  # fmt: skip
    units = recipients.of_units({plan.person.unit_id for plan in rows.values()}, recipients.RESPONSIBLE)
    for plan in rows.values():
        if plan.team and plan.team.leader_id in leaders:
            found[LEADER][plan.pk] = {leaders[plan.team.leader_id]}
        found[COMMUNITY][plan.pk] = units.get(plan.person.unit_id, set())
    return {stage: {plan: frozenset(told) for plan, told in rows_.items()} for stage, rows_ in found.items()}


def raise_help(plan: CarePlan, record: CareRecord) -> CareAlarm:
    """Somebody said that help is needed: all are told at once. The caller holds the plan."""
    now = clock.now()
    alarm = CareAlarm.objects.create(
        plan=plan, cause=CareAlarm.Cause.NEEDS_HELP, day=now.astimezone(clock.LOCAL).date(), record=record, raised_at=now, next_at=now
    )
    _climb([alarm], now, Settings(), at_once=True)
    return alarm


def open_now(day: date | None = None) -> Q:
    """The condition of alarms of a day, or still open from before."""
    today = day or clock.today()
    return Q(day=today) | Q(closed_at__isnull=True)

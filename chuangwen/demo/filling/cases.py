"""Told stories become cases as the closed loop would have left them.

Each story is played again: the same columns are set as the actions of ``cases`` set them, the clock is looked at between two events as the
job does, and the event says what the action would have said. A test plays some through the actions themselves and compares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.management.color import no_style
from django.db import connection

from chuangwen.cases import clocks, rules
from chuangwen.cases.actions.assigning import Choice, arbitration_limit, started
from chuangwen.cases.actions.base import event_of
from chuangwen.cases.actions.dispatching import dispatched
from chuangwen.cases.actions.screening import STOPPED
from chuangwen.cases.actions.ticking import move
from chuangwen.cases.actions.timing import going_on
from chuangwen.cases.models import Case, CaseEvent, CaseParty, State, Verb
from chuangwen.demo import records
from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock, office_calendar
from chuangwen.kernel.access import Actor
from chuangwen.kernel.worktime import Limit
from chuangwen.people.models import Unit
from chuangwen.places.models import Datum
from chuangwen.standards.actions.shipping import severity_levels
from chuangwen.standards.responsibility import Problem
from chuangwen.standards.responsibility_queries import ResponsibilityBook

PLANS = {"老旧小区": "老旧小区改造年度计划", "小型工程": "街道小型工程季度计划", "管线": "管线迁改工程计划"}
UNDER_WAY = ("reported", "screened", "dispatched", "rectifying", "submitted", "verified")
OWN_OPEN, OWN_ENDED = 4, 8
"""How many reports of the residents are the demonstration resident's: open ones, ended ones."""


@dataclass
class Played:
    """A case with all that belongs to it, not stored yet. ``pictures``: which event shows which photo."""

    row: records.Case
    case: Case
    events: list[CaseEvent] = field(default_factory=list)
    parties: dict[int, str] = field(default_factory=dict)
    pictures: list[tuple[CaseEvent, records.PhotoRecipe]] = field(default_factory=list)


class Players:
    """Who acts in the stories: the persons who hold the posts, with their accounts where they have one."""

    def __init__(self, keys: Keys):
        self.keys = keys
        self.holders: dict[tuple[str, str], list[records.Post]] = defaultdict(list)
        for post in keys.data.posts:
            self.holders[post.unit, post.role].append(post)
        self.inspectors = {each.key: each.person for each in keys.data.observations}
        told = [row.key for row in sorted(keys.data.cases, key=lambda row: row.reported_at, reverse=True) if _by_resident(row)]
        still = {row.key for row in keys.data.cases if row.state in UNDER_WAY}
        self.own = {*[key for key in told if key in still][:OWN_OPEN], *[key for key in told if key not in still][:OWN_ENDED]}

    def actor(self, row: records.Case, event: records.CaseEvent) -> Actor:
        """Whoever did it: the inspector of the observation, the worker of the grid, a clerk of the office, the unit's liaison."""
        unit = self.keys.units[event.unit]
        if event.actor == "resident":
            return self._resident(row)
        if event.verb == "report" and row.observation:
            return self._person(self.inspectors[row.observation], unit)
        day = event.at.date()
        posts = [post for post in self.holders[event.unit, event.actor] if _in_force(post, day)]
        posts = [post for post in posts if post.grid == row.grid] or posts
        if not posts:
            return Actor(name=str(unit), unit_ids=(unit.pk,), channel="command")
        if event.actor == "clerk":
            return self._person(posts[{"screen": 0, "reject": 0, "merge": 0}.get(event.verb, 1) % len(posts)].person, unit)
        return self._person(posts[int(row.key[-5:]) % len(posts)].person, unit)

    def _person(self, key: str, unit: Unit) -> Actor:
        return Actor(
            account_id=self.keys.account_ids.get(key), person_id=self.keys.people[key].pk, name=self.keys.people[key].name,
            unit_ids=(unit.pk,), channel="command",
        )  # fmt: skip

    def _resident(self, row: records.Case) -> Actor:
        """A few of the residents' reports are the demonstration resident's: the newest open ones, and some that have ended."""
        if row.key in self.own:
            account = self.keys.accounts["resident"]
            return Actor(account_id=account.pk, name=str(account), channel="command")
        return Actor(name="居民", channel="command")


def _by_resident(row: records.Case) -> bool:
    return row.events[0].actor == "resident"


def _in_force(post: records.Post, day: date) -> bool:
    return post.starts_on <= day and (post.ends_on is None or day <= post.ends_on)


class Stage:
    """Plays stories, one after the other, on cases that have their keys already."""

    def __init__(self, keys: Keys):
        self.keys = keys
        self.players = Players(keys)
        self.calendar = office_calendar.calendar()
        self.book = ResponsibilityBook.load(keys.data.today)
        self.units = {unit.pk: unit for unit in keys.units.values()}
        first = (Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        self.pks = {row.key: first + number for number, row in enumerate(keys.data.cases)}
        self.numbers = {
            row.key: rules.case_number(row.reported_at.astimezone(clock.LOCAL).date(), self.pks[row.key]) for row in keys.data.cases
        }

    def play(self, row: records.Case) -> Played:
        """The case as it stands at ``keys.now``."""
        played = Played(row, self._new(row))
        choice = self._choice(played.case)
        for event in row.events:
            event = replace(event, at=event.at.astimezone(UTC))  # as the clock gives moments and the database gives them back
            self._look(played, event.at)
            actor = self.players.actor(row, event)
            before = "" if event.verb == "report" else played.case.state
            changes, note, data = getattr(self, f"_{event.verb}")(played, event, choice, actor)
            for name, value in changes.items():
                setattr(played.case, name, value)
            played.case.state = event.after
            played.case.version += event.verb != "report"
            told = event_of(actor, Verb(event.verb), played.case, before, note=note[:500], data=data, now=event.at)
            played.events.append(told)
            if row.with_pictures:
                played.pictures += [(told, recipe) for recipe in event.photos]
        self._look(played, self.keys.now)
        return played

    def _new(self, row: records.Case) -> Case:
        keys, site = self.keys, self.keys.sites[row.site]
        return Case(
            pk=self.pks[row.key], number=self.numbers[row.key], state=State.REPORTED, source=row.source, description=row.description[:500],
            kind=keys.kinds[row.kind], family=keys.families[row.family], severity=severity_levels()[row.severity], site=site,
            division=keys.divisions[row.community], grid=keys.grids[row.grid], address=row.address,
            criterion=keys.criteria[row.criterion] if row.criterion else None, round=keys.rounds[row.round] if row.round else None,
            observation=keys.observations[row.observation] if row.observation else None, given_lat=row.lat, given_lon=row.lon,
            datum=Datum.WGS84, lat=row.lat, lon=row.lon, reported_at=row.reported_at, generated=True,
        )  # fmt: skip

    def _choice(self, case: Case) -> Choice:
        """Whom the rules of responsibility name."""
        found = self.book.answer(
            Problem(
                criterion=case.criterion_id,
                kind=case.kind_id,
                family=case.family_id,
                site=case.site_id,
                site_type=case.site.type_id if case.site else None,
                division=case.division.path if case.division else "",
            )
        )
        lead = self.units[found.lead] if found.lead else None
        return Choice(lead, [self.units[pk] for pk in found.assists], found.reason)

    def _look(self, played: Played, until: datetime) -> None:
        """What the job would have found by then: half the time, overdue, supervision. It looks once a minute."""
        while (moment := played.case.next_at) is not None:
            seen = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
            if seen >= until:
                return
            played.events += move(played.case, seen)

    # One method per verb: the columns it sets, the words and the facts of its event.

    def _report(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        row, data = played.row, {}
        changes: dict[str, Any] = {"reported_by_id": actor.account_id}
        if row.observation:
            data = {"round": self.keys.rounds[row.round or ""].name, "observation": self.keys.observations[row.observation].pk}
        if row.rebound_of:
            changes["rebound_of_id"], data = self.pks[row.rebound_of], {"rebound_of": self.numbers[row.rebound_of]}
        return changes, "", data

    def _screen(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        return {"lead_unit": choice.lead, "assigned_reason": choice.reason[:200]}, event.note, choice.data()

    def _reject(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        return STOPPED | {"refused_at": None}, event.note, {}

    def _merge(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        into = event.data["into"]
        played.parties.clear()
        return STOPPED | {"merged_into_id": self.pks[into], "refused_at": None}, event.note, {"into": self.numbers[into]}

    def _dispatch(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        row = played.row
        limit = Limit.of(row.limit_amount, row.limit_unit)
        changes = dispatched(played.case, choice, limit, event.at)
        assert choice.lead is not None, "everything in the town has an owner"
        played.parties = {unit.pk: "assist" for unit in choice.assists} | {choice.lead.pk: "lead"}
        return changes, event.note, choice.data() | {"due_at": changes["due_at"].isoformat()}

    def _redispatch(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        case = played.case
        data: dict[str, Any] = {"from": str(case.lead_unit or "")}
        if case.refused_at is not None:
            data["waited_minutes"] = round(self.calendar.working_minutes_between(case.refused_at, event.at))
        more = {"binding": case.refused_at is not None, "refused_at": None}
        changes, note, told = self._dispatch(played, event, choice, actor)
        return changes | more, note, told | data

    def _refuse(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        changes = {
            "refused_at": event.at,
            "handling_unit": None,
            "signed_at": None,
            "extension_asked": None,
            "extension_reason": "",
        }
        return changes | started(arbitration_limit(), event.at), event.note, {"unit": str(played.case.lead_unit)}

    def _pass_on(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        unit = self.keys.units[event.data["to"]]
        played.parties[unit.pk] = "passed_to"
        data = {"from": str(played.case.handling_unit), "to": str(unit), "to_id": unit.pk}
        return {"handling_unit": unit, "signed_at": None}, event.note, data

    def _sign_for(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        return {"signed_at": event.at}, event.note, {}

    def _ask_extension(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        days = event.data["working_days"]
        return {"extension_asked": days, "extension_reason": event.note[:300]}, event.note, {"days": days}

    def _grant_extension(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        days, asked = event.data["working_days"], played.case.extension_asked
        changes = going_on(played.case, event.at, extension_days=played.case.extension_days + days)
        data = {"asked": asked, "days": days, "due_at": changes["due_at"].isoformat()}
        return changes | {"extension_asked": None, "extension_reason": ""}, event.note, data

    def _deny_extension(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        data = {"asked": played.case.extension_asked}
        return {"extension_asked": None, "extension_reason": ""}, event.note, data

    def _defer(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        until = date.fromisoformat(event.data["until"])
        plan = next((name for word, name in PLANS.items() if word in event.note), "街道年度工程计划")
        changes = {
            "deferred_until": until, "deferred_reason": event.note[:300], "deferred_plan": f"{until.year}年{plan}",
            "paused_at": played.case.paused_at or event.at, "urgency": "none", "next_at": clocks.end_of_day(self.calendar, until),
            "extension_asked": None, "extension_reason": "",
        }  # fmt: skip
        return changes, event.note, {"until": until.isoformat(), "plan": changes["deferred_plan"]}

    def _resume(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        case = played.case
        changes = going_on(case, event.at) | {"deferred_until": None, "signed_at": case.signed_at or event.at}
        return changes, event.note, {"due_at": changes["due_at"].isoformat()}

    def _submit(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        case = played.case
        changes = {
            "measure": event.note, "submitted_at": event.at, "submitted_by_id": actor.account_id, "signed_at": case.signed_at or event.at,
            "paused_at": case.paused_at or event.at, "next_at": None, "urgency": "none", "extension_asked": None, "extension_reason": "",
            "deferred_until": None,
        }  # fmt: skip
        in_time = case.due_at is not None and (case.paused_at or event.at) <= case.due_at
        return changes, event.note, {"in_time": in_time}

    def _send_back(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        case = played.case
        changes = going_on(case, event.at) | {"rework": case.rework + 1, "submitted_at": None, "submitted_by_id": None}
        data = {"rework": case.rework + 1, "due_at": changes["due_at"].isoformat(), "measure": case.measure}
        return changes, event.note, data

    def _verify(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        return {}, event.note, {}

    def _close(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        case = played.case
        changes: dict[str, Any] = {"closed_at": event.at, "next_at": None, "urgency": "none", "paused_at": None}
        if case.submitted_at and case.due_at and case.dispatched_at:
            pauses = clocks.paused(case.pauses, since=case.paused_at, until=case.submitted_at)
            changes["in_time"] = (case.paused_at or case.submitted_at) <= case.due_at
            changes["handled_minutes"] = clocks.handled_minutes(self.calendar, case.dispatched_at, case.submitted_at, pauses)
        return changes, event.note, {}

    def _solve_on_spot(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        unit = self.units[actor.unit_ids[0]]
        played.parties = {unit.pk: "lead"}
        changes = {
            "measure": event.note, "solved_on_spot": True, "lead_unit": unit, "handling_unit": unit, "filed_at": event.at,
            "submitted_at": event.at, "closed_at": event.at, "in_time": True, "handled_minutes": 0, "submitted_by_id": actor.account_id,
            "next_at": None, "urgency": "none",
        }  # fmt: skip
        return changes, event.note, {}

    def _rebound(self, played: Played, event: records.CaseEvent, choice: Choice, actor: Actor) -> tuple[dict, str, dict]:
        return {"rebounded_at": event.at}, event.note, {"case": self.numbers[event.data["case"]]}


def fill_cases(keys: Keys) -> list[Played]:
    """Store all cases with their parties and events, events in the order in which they happened. Gives what the photos belong to."""
    stage = Stage(keys)
    told: list[Played] = [stage.play(row) for row in keys.data.cases]
    Case.objects.bulk_create([played.case for played in told], batch_size=500)
    CaseParty.objects.bulk_create(
        (CaseParty(case_id=each.case.pk, unit_id=unit, part=part) for each in told for unit, part in each.parties.items()),
        batch_size=500,
    )
    events = sorted((event for each in told for event in each.events), key=lambda event: event.at)
    CaseEvent.objects.bulk_create(events, batch_size=500)
    _restart_numbers([Case])
    return told


def _restart_numbers(models: Iterable[type]) -> None:
    """Let the database count on after keys that were given by hand."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)

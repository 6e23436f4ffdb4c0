"""What happened to each problem: event histories that obey the closed loop (DOMAIN.md section 5) and the working calendar.

A story is told to its end and then cut at `now`, so that a problem found yesterday stands where it would stand today. Problems that
hang somewhere (waiting to be screened, refused, deferred, overdue) are cut earlier on purpose, so that every state can be seen.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from chuangwen.demo import wording
from chuangwen.demo.records import CaseEvent
from chuangwen.kernel.worktime import LOCAL, Limit, WorkCalendar

TRANSITIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "report": (("",), "reported"),
    "solve_on_spot": (("reported",), "closed"),
    "screen": (("reported",), "screened"),
    "reject": (("reported", "screened"), "rejected"),
    "merge": (("reported", "screened"), "merged"),
    "dispatch": (("screened",), "dispatched"),
    "refuse": (("dispatched",), "refused"),
    "redispatch": (("refused",), "dispatched"),
    "sign_for": (("dispatched",), "rectifying"),
    "pass_on": (("dispatched",), "dispatched"),
    "ask_extension": (("rectifying",), "rectifying"),
    "grant_extension": (("rectifying",), "rectifying"),
    "deny_extension": (("rectifying",), "rectifying"),
    "defer": (("rectifying",), "deferred"),
    "resume": (("deferred",), "rectifying"),
    "submit": (("rectifying",), "submitted"),
    "send_back": (("submitted",), "rectifying"),
    "verify": (("submitted",), "verified"),
    "close": (("verified",), "closed"),
    "rebound": (("closed",), "closed"),
}
"""verb → (states it may start from, state it leads to): as much of the loop of the cases' room as the stories need."""

OFFICE, CHECKERS = "campaign-office", "group-8"


@dataclass
class Story:
    """A case while its history is being told. `at` is the moment of the last event."""

    at: datetime
    kind: str
    limit: Limit
    lead: str
    handling: str
    calendar: WorkCalendar
    rng: random.Random
    state: str = ""
    events: list[CaseEvent] = field(default_factory=list)
    began: datetime | None = None
    dispatched_at: datetime | None = None
    due_at: datetime | None = None
    deferred_until: date | None = None
    measure: str = ""

    def tell(self, verb: str, at: datetime, unit: str, actor: str, note: str = "", **data: Any) -> None:
        """Add an event; raises ValueError when the loop does not allow it here or time would run back."""
        allowed, after = TRANSITIONS[verb]
        if self.state not in allowed:
            raise ValueError(f"{verb} is not possible in {self.state or 'nothing'}")
        if self.events and at < self.at:
            raise ValueError(f"{verb} before the event it follows")
        began = self.began = self.began or at
        self.events.append(CaseEvent(verb, self.state, after, at, at - began, unit, actor, note, data))
        self.state, self.at = after, at

    def work(self, low: float, high: float) -> datetime:
        """A moment in working hours, `low` to `high` working minutes after the last event."""
        minutes = self.rng.uniform(low, high)
        start = self.calendar.next_working_moment(self.at)
        whole = Limit(max(1, int(minutes // 60) + 1), "working_hours")
        end = self.calendar.due(start, whole)
        back = whole.amount * 60 - minutes
        moment = max(self.at + timedelta(minutes=1), end - timedelta(minutes=back))
        return self.calendar.next_working_moment(moment).replace(microsecond=0)

    def limit_minutes(self) -> float:
        """The limit in working minutes, for saying how far into it somebody acts."""
        per_day = self.calendar.minutes_per_day
        return self.limit.amount * (60 if self.limit.unit == "working_hours" else per_day)


def report(story: Story, source: str, unit: str, description: str) -> None:
    """The first event."""
    actor = {
        "patrol": "grid_worker",
        "resident": "resident",
        "hotline": "clerk",
        "round": "inspector",
        "unannounced": "inspector",
    }
    story.tell("report", story.at, unit, actor.get(source, "clerk"), description)


def solve_on_spot(story: Story, unit: str) -> None:
    """Grid worker puts it right at once, with before and after."""
    story.measure = wording.fix(story.kind, story.rng)
    story.tell("solve_on_spot", story.at + timedelta(minutes=story.rng.randint(3, 40)), unit, "grid_worker", story.measure)


def reject(story: Story) -> None:
    """The clerk turns it down with a reason."""
    story.tell("reject", story.work(10, 240), OFFICE, "clerk", wording.reason("reject", story.rng))


def merge(story: Story, into: str) -> None:
    """The clerk joins it to an open one about the same thing."""
    story.tell("merge", story.work(10, 120), OFFICE, "clerk", "与同一点位同一问题合并", into=into)


def run(story: Story, *, passes_on: bool, slow: bool, wanted: str = "") -> None:
    """The whole loop from screening to closing. `slow` overruns the limit; `wanted` asks for refuse, extension, deny, defer or stuck."""
    rng = story.rng
    story.tell("screen", story.work(8, 150), OFFICE, "clerk")
    _dispatch(story, "dispatch", story.work(3, 60), "")
    if wanted == "refuse":
        story.tell("refuse", story.work(20, 200), story.lead, "liaison", wording.reason("refuse", rng))
        _dispatch(story, "redispatch", story.work(30, 200), "经核实权属，仍由该单位牵头")
    if passes_on and story.handling != story.lead:
        story.tell("pass_on", story.work(3, 30), story.lead, "liaison", "转属地社区办理", to=story.handling)
    else:
        story.handling = story.lead
    story.tell("sign_for", story.work(5, min(120, story.limit_minutes() * 0.2)), story.handling, "liaison")
    if wanted in ("extension", "deny"):
        days = rng.randint(2, 4)
        story.tell(
            "ask_extension", story.work(10, 60), story.handling, "liaison", wording.reason("extension", rng), working_days=days
        )
        if wanted == "extension":
            assert story.due_at
            story.due_at = story.calendar.due(story.due_at, Limit(days, "working_days"))
            story.tell(
                "grant_extension",
                story.work(10, 120),
                OFFICE,
                "clerk",
                "同意",
                working_days=days,
                due_at=story.due_at.isoformat(),
            )
        else:
            story.tell("deny_extension", story.work(10, 120), OFFICE, "clerk", wording.reason("deny", rng))
    if wanted == "defer":
        story.deferred_until = story.at.date() + timedelta(days=rng.randint(60, 150))
        story.tell(
            "defer", story.work(60, 600), OFFICE, "clerk", wording.reason("defer", rng), until=story.deferred_until.isoformat()
        )
        resumed = datetime.combine(story.deferred_until, time(9, 0), LOCAL)
        assert story.dispatched_at
        story.due_at = story.calendar.due(story.dispatched_at, story.limit, [(story.at, resumed)])
        story.tell("resume", resumed, OFFICE, "clerk", "工程进场，恢复计时", due_at=story.due_at.isoformat())
    if wanted == "stuck":
        return
    _finish(story, slow)


def _dispatch(story: Story, verb: str, at: datetime, note: str) -> None:
    """Send it to the lead unit; the clock starts here."""
    story.dispatched_at, story.due_at = at, story.calendar.due(at, story.limit)
    story.tell(verb, at, OFFICE, "clerk", note, lead=story.lead, due_at=story.due_at.isoformat())


def _finish(story: Story, slow: bool) -> None:
    """Submit, be sent back now and then, be verified and closed."""
    rng = story.rng
    minutes = story.limit_minutes()
    story.measure = wording.fix(story.kind, rng)
    first, last = (1.05, 2.6) if slow else (0.1, 0.62)
    story.tell("submit", story.work(minutes * first, minutes * last), story.handling, "liaison", story.measure)
    for _ in range(rng.choices((0, 1, 2), (88, 10, 2))[0]):
        story.tell("send_back", story.work(15, 240), CHECKERS, "inspector", wording.reason("send_back", rng))
        story.tell("submit", story.work(20, max(60, minutes * 0.25)), story.handling, "liaison", "已按要求重新整改并补拍")
    story.tell("verify", story.work(15, 360), CHECKERS, "inspector", "现场核查，问题已解决")
    story.tell("close", story.work(3, 90), OFFICE, "clerk")


def cut(story: Story, now: datetime, after_verb: str = "") -> None:
    """Forget what has not happened by `now`, or what came after the first event with `after_verb`."""
    kept: list[CaseEvent] = []
    for event in story.events:
        if event.at > now:
            break
        kept.append(event)
        if event.verb == after_verb:
            break
    story.events = kept
    story.state = kept[-1].after
    story.at = kept[-1].at
    verbs = [event.verb for event in kept]
    clocks = [event.data["due_at"] for event in kept if "due_at" in event.data]
    story.due_at = datetime.fromisoformat(clocks[-1]) if clocks else None
    if "submit" not in verbs and "solve_on_spot" not in verbs:
        story.measure = ""
    if story.state != "deferred":
        story.deferred_until = None

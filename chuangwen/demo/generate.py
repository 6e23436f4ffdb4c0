"""The demonstration town made whole: everything that the report does not give, from a seed, relative to a given day.

Pure: the same day and seed give the same rows, on any machine. The rows are filled into the database elsewhere.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from chuangwen.demo import organisation, rounds, stories, town, wording
from chuangwen.demo import sites as site_rows
from chuangwen.demo.duties import Duties, community_of, duties
from chuangwen.demo.records import NOW, Case, CaseEvent, Observation, PhotoRecipe, Site, TownData, Unit
from chuangwen.demo.scenes import scene_for
from chuangwen.demo.stories import Story
from chuangwen.kernel.holidays import statutory_calendar
from chuangwen.kernel.worktime import LOCAL, Limit, WorkCalendar
from chuangwen.standards import shipped

SEED = 20260311
CASES = 1500
PICTURE_DAYS = 25
"""Cases reported in the last so many days come with photos, every other one of the newest monthly round, older ones now and then."""

OTHER_SOURCES = {"patrol": 48, "resident": 22, "hotline": 12, "self_check": 7, "higher": 4, "leader": 3, "media": 2, "system": 2}
HELD = {
    "report": (9, 0.1, 5), "screen": (9, 0.5, 8), "dispatch": (14, 1, 12), "refuse": (6, 3, 30), "sign_for": (24, 1, 26),
    "ask_extension": (6, 3, 30), "submit": (12, 6, 60), "verify": (7, 8, 70),
}  # fmt: skip
"""How many fresh cases hang after this verb, reported so many hours ago (from, to): every desk has work waiting."""


def generate(today: date, seed: int = SEED, scale: int = 1) -> TownData:
    """The whole town as it stands at 10:40 on `today`. `scale` above 1 adds as many cases again, each time others, without photos."""
    calendar = statutory_calendar()

    def rng(part: str) -> random.Random:
        return random.Random(f"{seed}:{part}")

    grids, facts, units = town.grids(), town.facts(), organisation.units(today)
    people, posts = organisation.posts(units, grids, today, rng("people"))
    sites = site_rows.sites(rng("sites"))
    assets = site_rows.assets(sites, facts, today, rng("assets"))
    planned = rounds.plan(sites, today, calendar, rng("plan"))
    visits, observations = rounds.walk(planned, sites, units, posts, today, calendar, rng("walk"))
    cases = Cases(sites, units, observations, today, calendar, rng("cases")).all()
    for number in range(2, scale + 1):
        cases += Cases(sites, units, [], today, calendar, rng(f"cases-{number}"), series=f"x{number}-").all()
    return TownData(
        today, seed, town.divisions(), grids, facts, units, people, posts, sites, assets, duties(sites, units), planned, visits,
        observations, cases,
    )  # fmt: skip


class Cases:
    """Problems from the rounds and from everybody else, each with its story."""

    def __init__(
        self,
        sites: list[Site],
        units: list[Unit],
        observations: list[Observation],
        today: date,
        calendar: WorkCalendar,
        rng: random.Random,
        series: str = "",
    ):
        self.sites = {site.code: site for site in sites}
        self.observations = observations
        self.today, self.calendar, self.rng, self.series = today, calendar, rng, series
        self.newest = "month-{}-{:02d}".format(*rounds.last_checked_month(today, calendar))
        self.now = datetime.combine(today, NOW, LOCAL)
        self.duties = Duties(units)
        self.rows: list[Case] = []

    def all(self) -> list[Case]:
        """About CASES cases in order of their reporting, in every state of the loop."""
        found = [each for each in self.observations if each.kind and each.at <= self.now]
        held = [verb for verb, (count, *_) in HELD.items() for _ in range(count)]
        others = max(250, CASES - 45 - len(found)) - len(held)
        starts: list[tuple[datetime, Observation | None, str]] = []
        starts += [(each.at + timedelta(minutes=self.rng.randint(1, 6)), each, "") for each in found]
        starts += [(self._moment(), None, "") for _ in range(others)]
        starts += [(self._fresh(verb), None, verb) for verb in held]
        for start in sorted(starts, key=lambda each: each[0]):
            self._tell(*start)
        self._rebounds()
        self.rows.sort(key=lambda case: (case.reported_at, case.key))
        return self.rows

    def _key(self) -> str:
        """The key of the next case."""
        return f"{self.series}case-{len(self.rows) + 1:05d}"

    def _moment(self) -> datetime:
        """When somebody reports: any day of the year, more of late, in daylight; never after now."""
        back = int(365 * self.rng.random() ** 1.5)
        day = self.today - timedelta(days=back)
        at = datetime.combine(day, time(7, 30), LOCAL) + timedelta(minutes=self.rng.randint(0, 750))
        return min(at, self.now - timedelta(minutes=self.rng.randint(2, 150)))

    def _fresh(self, verb: str) -> datetime:
        """When a case that hangs after this verb was reported: hours ago, counted from the last moment at which offices were open."""
        _, low, high = HELD[verb]
        base = self.now
        while not self.calendar.is_workday(base.date()):
            base = datetime.combine(base.date() - timedelta(days=1), time(17, 30), LOCAL)
        at = base - timedelta(hours=self.rng.uniform(low, high))
        if not 7 <= at.hour < 20:
            at = at.replace(hour=self.rng.randint(8, 17))
        return min(at, self.now - timedelta(minutes=self.rng.randint(5, 60)))

    def _tell(self, at: datetime, observation: Observation | None, hold: str) -> None:
        if observation:
            site, kind = self.sites[observation.site], shipped.families().kind(observation.kind or "")
            source, description = ("round" if observation.round.startswith("month") else "unannounced"), observation.note
            criterion, severity = observation.criterion, observation.severity
        else:
            source = self.rng.choices(list(OTHER_SOURCES), list(OTHER_SOURCES.values()))[0]
            site, item = self._anywhere()
            kind = shipped.families().kind(self.rng.choice(wording.kinds_at(item.kinds, site.type)))
            criterion, severity = item.criterion, kind.severity
            description = wording.problem(kind.code, site.name, site.type, self.rng)
            if source in wording.wording()["openings"]:
                description = self.rng.choice(wording.wording()["openings"][source]) + description
        rule = shipped.deadlines().choose(family=kind.family, kind=kind.code, severity=severity, source=source)
        lead, handling = self.duties.who(site, criterion)
        story = Story(at, kind.code, Limit.of(rule.amount, rule.unit), lead, handling, self.calendar, self.rng)
        reporter = {"round": "assessor", "unannounced": "group-8", "patrol": community_of(site)}.get(
            source, "campaign-office"
        )
        stories.report(story, source, reporter, description)
        target = self._run(story, source, site, kind.code, rule.works, hold)
        self.rows.append(
            self._case(
                story, source, description, kind, severity, site, criterion, observation, lead, handling, merged_into=target
            )
        )

    def _anywhere(self) -> tuple[Site, shipped.ChecklistItem]:
        """A site and an item of its checklist, the likelier the riskier."""
        codes = list(self.sites)
        while True:
            site = self.sites[self.rng.choice(codes)]
            item = self.rng.choice(shipped.checklist(site.type))
            if self.rng.random() < rounds.risk(site, item.family, self.today, self.today) * 2:
                return site, item

    def _run(self, story: Story, source: str, site: Site, kind: str, works: bool, hold: str) -> str | None:
        """Let the story happen. Gives the key of the case it was merged into, if it was."""
        rng = self.rng
        old = story.at < self.now - timedelta(days=40)
        if hold:
            if hold in ("report",):
                return None
            wanted = {"refuse": "refuse", "ask_extension": "extension"}.get(hold, "")
            stories.run(story, passes_on=True, slow=False, wanted=wanted)
            stories.cut(story, story.events[-1].at, hold)
            self._draw_back(story)
            return None
        if source == "patrol" and rng.random() < 0.62:
            stories.solve_on_spot(story, f"community-{site.community[-3:]}")
            stories.cut(story, self.now)
            return None
        if source in ("resident", "hotline", "patrol", "system") and rng.random() < 0.12:
            stories.reject(story)
            stories.cut(story, self.now)
            return None
        if source in ("resident", "hotline", "unannounced"):
            same = self._open_like(site, kind, story.at)
            if same or (rng.random() < 0.06 and (same := self._recent(story.at))):
                stories.merge(story, same)
                stories.cut(story, self.now)
                return same if story.state == "merged" else None
        wanted = rng.choices(("", "refuse", "extension", "deny", "defer", "stuck"), (83, 4, 6, 2, 2, 3))[0]
        if works:
            wanted = "defer"
        if wanted == "stuck" and old:
            wanted = "stuck" if rng.random() < 0.2 and story.at > self.now - timedelta(days=120) else ""
        stories.run(story, passes_on=rng.random() < 0.9, slow=rng.random() < self._slowness(story.at), wanted=wanted)
        stories.cut(story, self.now)
        return None

    def _draw_back(self, story: Story) -> None:
        """A story that hangs in the future of `now` is moved back as a whole so that it ends before now, in working hours."""
        if story.at <= self.now:
            return
        late = story.at - (self.now - timedelta(minutes=self.rng.randint(5, 90)))
        days = timedelta(days=-(-late // timedelta(days=1)))
        for _ in range(30):
            if all(self.calendar.is_workday((event.at - days).date()) for event in story.events[1:]):
                break
            days += timedelta(days=1)
        moved: list[CaseEvent] = []
        for event in story.events:
            data = dict(event.data)
            if "due_at" in data:
                data["due_at"] = (datetime.fromisoformat(data["due_at"]) - days).isoformat()
            moved.append(replace(event, at=event.at - days, data=data))
        story.events = moved
        story.at, story.began = moved[-1].at, moved[0].at
        clocks = [event for event in moved if event.verb in ("dispatch", "redispatch")]
        if clocks:
            story.due_at = self.calendar.due(clocks[-1].at, story.limit)
            clocks[-1].data["due_at"] = story.due_at.isoformat()

    def _slowness(self, at: datetime) -> float:
        """Share of cases that overrun: a quarter a year ago, a twelfth now."""
        return 0.08 + 0.17 * (self.now - at).days / 365

    def _open_like(self, site: Site, kind: str, at: datetime) -> str | None:
        """An earlier case of the kind at the site that was open at the time."""
        for case in reversed(self.rows[-200:]):
            if (
                case.site == site.code
                and case.kind == kind
                and (case.state not in ("closed", "merged") or case.events[-1].at > at)
            ):
                return case.key
        return None

    def _recent(self, at: datetime) -> str | None:
        """Any case in hand that was reported in the two days before."""
        near = [
            case.key
            for case in self.rows[-40:]
            if at - case.reported_at < timedelta(days=2) and case.state not in ("merged", "rejected")
        ]
        return self.rng.choice(near) if near else None

    def _rebounds(self) -> None:
        """Some closed problems come back at the same place within sixty days, and are told again as linked cases."""
        closed = [case for case in self.rows if case.state == "closed" and case.family in ("environment", "order", "building")]
        for case in self.rng.sample(closed, min(60, len(closed))):
            at = case.events[-1].at + timedelta(days=self.rng.randint(3, 55), minutes=self.rng.randint(0, 240))
            if at >= self.now:
                continue
            site, kind = self.sites[case.site], shipped.families().kind(case.kind)
            source = self.rng.choice(("patrol", "unannounced", "resident"))
            description = wording.problem(case.kind, site.name, site.type, self.rng) + "（反弹）"
            lead, handling = self.duties.who(site, case.criterion or "")
            limit = Limit.of(case.limit_amount, case.limit_unit)
            story = Story(at, case.kind, limit, lead, handling, self.calendar, self.rng)
            stories.report(story, source, f"community-{site.community[-3:]}", description)
            stories.run(story, passes_on=True, slow=self.rng.random() < 0.3)
            stories.cut(story, self.now)
            again = self._key()
            self.rows[self.rows.index(case)] = replace(case, events=(*case.events, _found_again(case, again, at)))
            self.rows.append(
                self._case(
                    story,
                    source,
                    description,
                    kind,
                    case.severity,
                    site,
                    case.criterion,
                    None,
                    lead,
                    handling,
                    rebound_of=case.key,
                )
            )

    def _case(
        self,
        story: Story,
        source: str,
        description: str,
        kind: shipped.Kind,
        severity: str,
        site: Site,
        criterion: str | None,
        observation: Observation | None,
        lead: str,
        handling: str,
        merged_into: str | None = None,
        rebound_of: str | None = None,
    ) -> Case:
        """Put the told story into a row, with photos at the events that have them."""
        key = self._key()
        assigned = any(event.verb == "dispatch" for event in story.events)
        passed = any(event.verb == "pass_on" for event in story.events)
        number = int(key[-5:])
        recent = self.now - story.events[0].at < timedelta(days=PICTURE_DAYS)
        newest = observation is not None and observation.round == self.newest
        lat, lon = site.lat + self.rng.uniform(-3e-4, 3e-4), site.lon + self.rng.uniform(-3e-4, 3e-4)
        return Case(
            key=key,
            source=source,
            description=description,
            family=kind.family,
            kind=kind.code,
            severity=severity,
            site=site.code,
            community=site.community,
            grid=site.grid,
            address=site.address,
            lat=round(lat, 6),
            lon=round(lon, 6),
            criterion=criterion,
            round=observation.round if observation else None,
            observation=observation.key if observation else None,
            reported_at=story.events[0].at,
            lead=lead if assigned else None,
            assisting=self.duties.assists(criterion, lead) if criterion and assigned else (),
            handling=(handling if passed else lead) if assigned else None,
            limit_amount=story.limit.amount,
            limit_unit=story.limit.unit,
            due_at=story.due_at,
            state=story.state,
            rework=sum(event.verb == "send_back" for event in story.events),
            solved_on_spot=any(event.verb == "solve_on_spot" for event in story.events),
            measure=story.measure,
            deferred_until=story.deferred_until,
            merged_into=merged_into,
            rebound_of=rebound_of,
            events=tuple(self._pictured(story.events, kind.code, site, key, lat, lon)),
            with_pictures=not self.series and (recent or newest and number % 2 == 0 or number % 20 == 0),
        )

    def _pictured(self, events: list[CaseEvent], kind: str, site: Site, key: str, lat: float, lon: float) -> Iterator[CaseEvent]:
        """A photo before at the report, one after at each submission and at what was solved on the spot."""
        scene = scene_for(kind, site.type)
        place = int(key[-5:])
        for number, event in enumerate(events):
            stage = {"report": "before", "submit": "after", "solve_on_spot": "after"}.get(event.verb)
            if stage is None:
                yield event
                continue
            taken = event.at - timedelta(minutes=2 + place % 7 if stage == "after" else 1)
            yield replace(event, photos=(PhotoRecipe(scene, place, stage, number, taken, round(lat, 6), round(lon, 6)),))


def _found_again(case: Case, again: str, at: datetime) -> CaseEvent:
    """The remark on a closed case that the problem is back under another key."""
    return CaseEvent("rebound", "closed", "closed", at, at - case.reported_at, stories.CHECKERS, "inspector", "", {"case": again})


def summary(data: TownData) -> dict[str, object]:
    """Counts for a person to look at: how many of what, cases by state and source."""
    return {
        "sites": len(data.sites),
        "site types": len({site.type for site in data.sites}),
        "units": len(data.units),
        "people": len(data.people),
        "posts": len(data.posts),
        "rounds": Counter(each.kind for each in data.rounds),
        "observations": len(data.observations),
        "cases": len(data.cases),
        "states": Counter(case.state for case in data.cases),
        "sources": Counter(case.source for case in data.cases),
        "with pictures": sum(case.with_pictures for case in data.cases),
    }

"""What stands for project contests in the walks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chuangwen.kernel import clock
from chuangwen.people.models import Account
from chuangwen.volunteers.contest import actions, rules
from chuangwen.volunteers.contest.models import Contest, ContestEntry, ContestResult, Juror


def _contest(place: Any, title: str, state: str, number: int = 0) -> tuple[Contest, ContestEntry]:
    """A contest in this state with an admitted project of the team, and the inspector on its jury."""
    town, today, now = place.town, clock.today(), clock.now()
    said = {
        "title": title, "starts_on": today, "entries_until": today + timedelta(days=5), "judged_until": today + timedelta(days=9),
        "least_jurors": 1,
    }  # fmt: skip
    contest = actions.plan_contest(town.actors["clerk"], division=town.street, unit=town.units["office"], said=said)
    facts = {"title": f"项目{number}", "summary": "陪伴", "state": rules.ADMITTED, "entered_at": now}
    entry = ContestEntry.objects.create(contest=contest, team=place.things["volunteer_team"], number=1, **facts)
    Juror.objects.create(contest=contest, account=Account.objects.get(pk=town.accounts["inspector"].pk))
    moments = {"counted_at": now, "published_at": now} if state in (rules.COUNTED, rules.PUBLISHED) else {}
    Contest.objects.filter(pk=contest.pk).update(state=state, **moments)
    contest.refresh_from_db()
    return contest, entry


def things(place: Any) -> None:
    """Contests in each state."""
    draft, _entry = _contest(place, "筹备赛", rules.DRAFT)
    opened, open_entry = _contest(place, "申报赛", rules.OPEN)
    entered = ContestEntry.objects.create(
        contest=opened, team=open_entry.team, number=2, title="另一个", summary="助学", state=rules.ENTERED, entered_at=clock.now()
    )
    document = actions.add_entry_papers(place.town.actors["clerk"], entry_pk=entered.pk, documents=[("a.pdf", b"%PDF-1.4 x")]).documents.get()
    ready, _ready_entry = _contest(place, "待评赛", rules.OPEN)
    judging, judged_entry = _contest(place, "评审赛", rules.JUDGING)
    counted, counted_entry = _contest(place, "计分赛", rules.COUNTED)
    published, last_entry = _contest(place, "公布赛", rules.PUBLISHED)
    for entry in (counted_entry, last_entry):
        ContestResult.objects.create(entry=entry, total=80, rank=1, jurors=1, prize="first", words="扎实")
    place.things.update(
        contest=draft, contest_open=opened, contest_ready=ready, contest_entry=entered, contest_document=document, contest_judging=judging,
        judged_entry=judged_entry, contest_counted=counted, contest_published=published,
        juror=Juror.objects.get(contest=judging),
    )  # fmt: skip


def more(place: Any, start: int, count: int) -> None:
    """That many contests."""
    for n in range(start, start + count):
        _contest(place, f"第{n}届", (rules.OPEN, rules.PUBLISHED)[n % 2], n)


def _samples() -> dict[str, Any]:
    from tests.sample import of

    by_contest = {
        "contest": ("contest", "contest-edit", "contest-call", "contest-call-off", "contest-juror-new"),
        "contest_open": ("contest-close", "contest-enter"),
        "contest_judging": ("contest-reopen", "contest-count"),
        "contest_counted": ("contest-count-again", "contest-publish"),
        "contest_entry": ("contest-entry", "contest-entry-edit", "contest-entry-papers", "contest-entry-admit", "contest-entry-reject",
                          "contest-entry-withdraw"),
        "judged_entry": ("contest-entry-score", "contest-entry-conflict"),
        "juror": ("contest-juror-remove",),
        "contest_document": ("contest-document",),
    }  # fmt: skip
    found = {f"volunteers:{name}": of(thing) for thing, names in by_contest.items() for name in names}
    def judged(place: Any, _role: str) -> dict[str, Any]:
        rows = place.things["contest_judging"].criteria.all()
        return {"points": [{"criterion": one.pk, "points": one.most / 2} for one in rows]}

    def prizes(place: Any, _role: str) -> dict[str, Any]:
        rows = place.things["contest_counted"].entries.filter(outcome__isnull=False)
        return {"verdict": "务实", "reasons": [{"entry": one.pk, "words": "扎实"} for one in rows]}

    api = {
        "<int:contest_id>/count": ("contest_judging", "contest_id", lambda _place, _role: {"incomplete": True}),
        "<int:contest_id>/count-again": ("contest_counted", "contest_id", lambda _place, _role: {"reason": "漏了一份"}),
        "<int:contest_id>/publish": ("contest_counted", "contest_id", prizes),
        "entries/<int:entry_id>/score": ("judged_entry", "entry_id", judged),
        "entries/<int:entry_id>/conflict": ("judged_entry", "entry_id", lambda _place, _role: {"reason": "曾是队员"}),
    }
    found |= {f"/api/v1/contests/{path}": replace(of(thing, key=key), body=body) for path, (thing, key, body) in api.items()}
    return found | {"volunteers:contest-open-one": of("contest_published", shared=True)}


def __getattr__(name: str) -> Any:
    """``SAMPLES`` is made when it is asked for: the module of samples asks this one while it is being made itself."""
    if name == "SAMPLES":
        return _samples()
    raise AttributeError(name)


API_KEYS = {
    "contest_id": "contest_open", "draft_contest_id": "contest", "ready_contest_id": "contest_ready", "judged_contest_id": "contest_judging",
    "juror_id": "juror", "asked_entry_id": "contest_entry",
}  # fmt: skip
API_BODIES = {
    "/api/v1/contests/<int:contest_id>/entries": lambda place, _role: {
        "team": place.things["volunteer_team"].pk, "title": "银龄陪伴", "summary": "每周陪伴",
    },
    "/api/v1/contests": lambda place, _role: {
        "title": "双月赛", "division": place.town.street.code, "unit": place.town.units["office"].pk, "rhythm": "bimonthly",
        "criteria": [{"name": "服务成效", "about": "受益人群", "most": 60}, {"name": "可持续", "most": 40}],
    },
    "/api/v1/contests/<int:contest_id>": lambda _place, _role: {"first": 2, "terms": "每队至多三个项目"},
    "/api/v1/contests/<int:draft_contest_id>/call": lambda _place, _role: {},
    "/api/v1/contests/<int:ready_contest_id>/close": lambda _place, _role: {},
    "/api/v1/contests/<int:judged_contest_id>/reopen": lambda _place, _role: {},
    "/api/v1/contests/<int:draft_contest_id>/call-off": lambda _place, _role: {"reason": "与其他赛事合并"},
    "/api/v1/contests/<int:contest_id>/jurors": lambda place, _role: {"username": place.town.accounts["liaison"].username},
    "/api/v1/contests/jurors/<int:juror_id>/remove": lambda _place, _role: {},
    "/api/v1/contests/entries/<int:asked_entry_id>": lambda _place, _role: {"budget": "1200.50"},
    "/api/v1/contests/entries/<int:asked_entry_id>/admit": lambda _place, _role: {},
    "/api/v1/contests/entries/<int:asked_entry_id>/reject": lambda _place, _role: {"reason": "材料不全"},
    "/api/v1/contests/entries/<int:asked_entry_id>/withdraw": lambda _place, _role: {},
}  # fmt: skip
IDS = {"contest_id": "contest", "team_id": "volunteer_team", "entry_pk": "contest_entry", "juror_id": "juror"}
OPEN = {
    "volunteers:contest-open": "which contests of projects are held: for everybody",
    "volunteers:contest-open-one": "a contest and, once published, its results: projects of teams, no persons",
}

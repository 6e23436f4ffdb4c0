"""The demonstration town in the database: filled as a whole or not at all, once.

``fill_town`` is what ``chuangwen demo`` calls; ``describe`` tells a person what is there now.
"""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import transaction

from chuangwen.cases.models import Case, State
from chuangwen.demo.access import FILL
from chuangwen.demo.filling.appraisals import fill_appraisals
from chuangwen.demo.filling.cases import fill_cases
from chuangwen.demo.filling.darkroom import drawing, recipes_of
from chuangwen.demo.filling.doubts import fill_doubts
from chuangwen.demo.filling.drawn_rounds import fill_drawn_rounds
from chuangwen.demo.filling.duty_papers import fill_duty_papers
from chuangwen.demo.filling.examples import example_recipes, fill_examples
from chuangwen.demo.filling.fieldwork import fill_fieldwork
from chuangwen.demo.filling.keys import Keys
from chuangwen.demo.filling.ladder import fill_ladder
from chuangwen.demo.filling.ledger import fill_ledger
from chuangwen.demo.filling.meetings import fill_meetings, fill_studies
from chuangwen.demo.filling.notices import fill_notices
from chuangwen.demo.filling.operations import fill_operations
from chuangwen.demo.filling.outlook import fill_outlook
from chuangwen.demo.filling.partnership import fill_partnerships
from chuangwen.demo.filling.people import PASSWORD, Demonstrator, demonstrators, fill_people, refuse_taken_names
from chuangwen.demo.filling.photos import fill_photos
from chuangwen.demo.filling.places import fill_places
from chuangwen.demo.filling.rechecks import fill_rechecks
from chuangwen.demo.filling.reports import fill_reports
from chuangwen.demo.filling.results import fill_papers, fill_scores, fill_target
from chuangwen.demo.filling.rhythm import fill_rhythm
from chuangwen.demo.filling.rosters import fill_rosters
from chuangwen.demo.filling.routes import fill_routes
from chuangwen.demo.filling.sponsorship import fill_sponsorship
from chuangwen.demo.filling.standards import fill_responsibilities, read_standards
from chuangwen.demo.filling.systems import fill_systems
from chuangwen.demo.filling.works import fill_works
from chuangwen.demo.generate import generate
from chuangwen.demo.records import NOW, TownData
from chuangwen.fieldwork.models import Observation
from chuangwen.kernel import audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.kernel.errors import Refusal
from chuangwen.kernel.holidays import statutory_calendar
from chuangwen.kernel.models import AuditEntry
from chuangwen.people.rules import NAMES
from chuangwen.places.models import Site

ACTOR = Actor(name="演示数据", is_system=True, channel="command")
Say = Callable[[str], None]


def filled() -> dict[str, Any] | None:
    """What was filled in when, out of the audit trail; None where it never was."""
    entry = AuditEntry.objects.filter(verb=FILL).order_by("number").first()
    return entry.after if entry else None


VOLUNTEERS = ("corps", "centres", "activities", "orders", "care", "hours", "credits", "contest", "record", "results")
"""Parts of the room of volunteers, in the order in which they are filled: hours lean on what was attended, credits on hours, results on all."""


def fill_town(today: date | None = None, scale: int = 1, say: Say | None = None, photos: int | None = None) -> dict[str, Any]:
    """Fill the town in, all in one transaction; where it was filled before, change nothing and report what was.

    ``today`` is the day at whose 10:40 the town stands still (default: the last one that has come); ``scale`` multiplies the cases;
    ``photos`` draws only so many (default all). Killed in the middle, nothing is stored but drawn photos, which are used the next time.

    Raises Refusal in a database with other places, or where a user name of the demonstration is taken.
    """
    known = filled()
    if known is not None:
        return known | {"filled": False}
    tell = say or (lambda line: None)
    _refuse_other_data()
    day = today or last_day()
    tell(f"正在生成河东街道（{day:%Y-%m-%d}）……")
    data = generate(day, scale=max(1, scale))
    recipes, examples = recipes_of(data, photos), example_recipes(data, photos)
    tell(f"正在写入数据，同时绘制 {len(recipes) + len(examples)} 张照片……")
    with drawing(recipes) as drawn, drawing(examples) as drawn_examples, transaction.atomic():
        keys = Keys(data, data.now, photos)
        with clock.at(data.now):
            read_standards(keys)
            fill_places(keys)
            fill_people(keys)
            fill_responsibilities(keys)
            fill_fieldwork(keys)
            told = fill_cases(keys)
            drawn_rounds = fill_drawn_rounds(keys, statutory_calendar())
            fill_routes(keys)
        done = {"score_sheets": fill_scores(keys), "photos": fill_photos(told, recipes, drawn)}
        done |= {"facts": fill_ledger(keys), "papers": fill_papers(keys)}
        fill_target(keys)
        done["examples"] = fill_examples(keys, examples, drawn_examples)
        done |= fill_reports(keys)
        done |= fill_systems(keys)
        done |= fill_doubts(keys)
        done |= fill_rechecks(keys)
        done |= fill_appraisals(keys)
        done["forecasts"] = fill_outlook(keys)
        done |= fill_ladder(keys)
        done |= fill_sponsorship(keys)
        done |= fill_rosters(keys)
        done |= fill_partnerships(keys)
        done |= fill_works(keys)
        done |= fill_studies(keys)
        done |= fill_rhythm(keys)  # by now all is there that proves a duty; what was missed stands on the agenda of the meetings
        done |= fill_meetings(keys)
        done |= fill_operations(keys)
        done["papers"] += fill_duty_papers(keys)
        if apps.is_installed("chuangwen.volunteers"):
            with clock.at(keys.now):
                for part in VOLUNTEERS:  # by name: an installation may leave the room out
                    filling = import_module(f"chuangwen.demo.filling.volunteers_{part}")
                    done |= getattr(filling, f"fill_volunteers_{part}")(keys)
        done |= fill_notices(keys)
        report = _report(data, keys, drawn_rounds) | done
        audit.record(ACTOR, FILL, keys.street, after=report, note="装入演示数据；报告没有给出的内容均由程序生成并标注")
    return report | {"filled": True}


def last_day() -> date:
    """The last day whose 10:40 has come."""
    now = clock.now().astimezone(clock.LOCAL)
    return now.date() if now.time() >= NOW else now.date() - timedelta(days=1)


def _refuse_other_data() -> None:
    count = Site.objects.count()
    if count:
        raise Refusal(
            f"数据库中已有 {count} 个点位，不装入演示数据，以免混在一起。请使用新的数据目录（CHUANGWEN_HOME）或空数据库（DATABASE_URL）。",
            "demo.not_empty",
        )
    refuse_taken_names(list(NAMES))


def _report(data: TownData, keys: Keys, rounds: int) -> dict[str, Any]:
    states = Counter(Case.objects.order_by().values_list("state", flat=True))
    return {
        "town": "广东省茂名市茂南区河东街道",
        "today": data.today.isoformat(),
        "communities": sum(row.level == 5 for row in data.divisions),
        "grids": sum(row.parent is None for row in data.grids),
        "small_grids": sum(row.parent is not None for row in data.grids),
        "sites": len(data.sites),
        "site_types": len({row.type for row in data.sites}),
        "units": len(data.units),
        "people": len(data.people),
        "rounds": len(data.rounds) + rounds,
        "observations": Observation.objects.count(),
        "cases": sum(states.values()),
        "states": {state.value: states[state.value] for state in State},
        "accounts": [
            {"username": who.name, "role": NAMES[who.role], "name": str(keys.accounts[who.name]), "post": _post(who, keys)}
            for who in demonstrators(keys)
        ],
    }


def _post(who: Demonstrator, keys: Keys) -> str:
    person = keys.accounts[who.name].person
    post = person.posts.select_related("unit").filter(unit=keys.units[who.unit]).first() if person and who.unit else None
    return f"{post.unit} {post.title}" if post else ""


def describe(report: dict[str, Any]) -> str:
    """The report for a person: where to look, as whom, at what, and what of it is true."""
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/"
    told = "演示数据已装入。" if report["filled"] else f"演示数据此前已装入（{report['today']}），未作改动。"
    lines = ["", told, "", f"  网址  {address}（先运行 chuangwen serve）", "", f"  账号（初始密码都是 {PASSWORD}）："]
    rows = [("用户名", "角色", "姓名", "职务"), *((a["username"], a["role"], a["name"], a["post"]) for a in report["accounts"])]
    widths = [max(_width(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        lines.append("    " + "  ".join([row[i] + " " * (widths[i] - _width(row[i])) for i in range(3)] + [row[3]]).rstrip())
    open_cases = sum(report["states"].values()) - sum(report["states"][state] for state in ("closed", "rejected", "merged"))
    lines += [
        "",
        f"  {report['town']}：{report['communities']} 个社区，{report['grids']} 个网格，{report['small_grids']} 个小网格；"
        f"{report['site_types']} 类 {report['sites']} 个点位，其中无人管理小区 236 个（未装消防器材 189 个）；"
        f"{report['units']} 个单位，{report['people']} 人；",
        f"  {report['rounds']} 个测评轮次，{report['observations']} 条观测；{report['cases']} 件问题（在办 {open_cases} 件），"
        f"{report['photos']} 张照片，{report.get('examples', 0)} 张正误样例；{report['score_sheets']} 份成绩单，{report['papers']} 份文书，"
        f"{report.get('facts', 0)} 条台账记录。",
        "",
        "  街道、社区名称和工作汇报给出的数字是真实的；其余（人员、电话、坐标、边界、测评和问题、照片）均由程序生成，并有“生成”标注。",
    ]
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)

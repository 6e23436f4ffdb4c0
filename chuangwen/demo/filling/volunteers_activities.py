"""Activities of a year round today: 每周五清洁家园 of the communities as the report tells, the festivals by their days, 文明劝导 and the rest
by month, with who signed up and who came. Names of activities are the field's; who came, how many and what came of it are generated."""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chuangwen.demo.filling.activity_photos import fill_activity_photos
from chuangwen.demo.filling.keys import Keys
from chuangwen.kernel import clock
from chuangwen.kernel.access import SYSTEM
from chuangwen.kernel.models import Counter
from chuangwen.ledger.actions import enter_facts
from chuangwen.ledger.actions.facts import ADD, MOST_AT_ONCE
from chuangwen.people.models import Person, Unit
from chuangwen.places.models import Division
from chuangwen.volunteers.activities import festivals
from chuangwen.volunteers.activities.actions.living import ledger_entries
from chuangwen.volunteers.activities.models import Activity, ActivityEvent, ActivityOpinion, Attendance, Shift, SignUp, Theme
from chuangwen.volunteers.centres.counting import count_activities
from chuangwen.volunteers.corps.models import Membership, Team, Volunteer
from chuangwen.volunteers.presence.models import Presence, ServiceEntry
from chuangwen.volunteers.presence.rules import counted

BACK, AHEAD = 330, 40
TEAMS, OWN_TEAMS, OWN_MEMBERS = 40, 4, 14
THEMES = (
    "迎新春 送温暖", "我们的节日 欢乐祥和", "学雷锋 树新风", "清明祭英烈 文明传家风", "劳动最光荣", "关爱未成年人", "党旗飘扬 服务在前",
    "安全度夏 健康相伴", "诚信教育 文明校园", "爱国爱乡 礼让斑马线", "尊老敬老 邻里守望", "志愿同行 温暖岁末",
)  # fmt: skip
MONTHLY = (
    ("文明劝导：礼让斑马线", "persuade", 17, 12), ("关爱独居老人", "care", 9, 10), ("理论宣讲进小区", "lecture", 19, 15),
    ("健康义诊", "science", 9, 8), ("垃圾分类小课堂", "minors", 15, 20), ("家风故事会", "family", 19, 20),
)  # fmt: skip
FESTIVE = {
    "spring": "写春联送祝福", "lantern": "猜灯谜闹元宵", "qingming": "缅怀先烈", "dragon_boat": "包粽子送温情", "qixi": "好家庭故事会",
    "mid_autumn": "邻里共团圆", "double_ninth": "敬老爱老", "lei_feng": "学雷锋便民服务", "volunteers": "志愿者日集中行动",
}  # fmt: skip
RESULTS = ("活动顺利，居民参与踊跃", "清理卫生死角，环境面貌改善", "现场解答群众咨询，反响良好", "服务到户，群众表示满意")


@dataclass(frozen=True)
class _Plan:
    title: str
    kind: str
    festival: str
    team: Team
    day: date
    hour: int
    places: int


def fill_volunteers_activities(keys: Keys) -> dict[str, int]:
    """Activities, sign-ups, presences and photos. How many of each there are."""
    rng = random.Random(f"volunteers activities {keys.data.today.isoformat()}")
    teams = _teams(keys)
    members: dict[int, list[Volunteer]] = defaultdict(list)
    rows = Membership.objects.filter(team__in=teams, state__in=Membership.IN, volunteer__state=Volunteer.State.ACTIVE)
    for row in rows.select_related("volunteer").order_by("pk"):
        members[row.team_id].append(row.volunteer)
    teams = [team for team in teams if members[team.pk]]
    if not teams:
        return {"activities": 0, "activity_presences": 0}
    themes = _themes(keys)
    plans = _plans(keys, rng, teams)
    made = [_activity(keys, plan, themes) for plan in plans]
    first = Counter.objects.select_for_update().get_or_create(name="volunteers/activity")[0]
    for number, activity in enumerate(made, first.value + 1):
        activity.number = f"A{number:07d}"
    first.value += len(made)
    first.save(update_fields=["value"])
    Activity.objects.bulk_create(made)
    shifts = Shift.objects.bulk_create(
        Shift(activity=one, starts_at=one.first_at, ends_at=one.last_at, places=plan.places, changed_at=one.made_at)
        for one, plan in zip(made, plans, strict=True)
    )
    present = _people(keys, rng, shifts, members)
    ActivityEvent.objects.bulk_create([event for one in made for event in _history(one, keys.now)], batch_size=500)
    photos = fill_activity_photos(keys, made)
    _into_ledger(keys, made)
    return {"activities": len(made), "activity_presences": present, "activity_photos": photos}


def _teams(keys: Keys) -> list[Team]:
    """The teams of the town, one of each community first; where there are none yet, a few."""
    rows = list(Team.objects.filter(state=Team.State.ACTIVE, leader__isnull=False).select_related("division", "leader", "unit").order_by("pk"))
    if not rows:
        rows = _own_teams(keys)
    first: dict[int, Team] = {}
    for team in rows:
        first.setdefault(team.division_id, team)
    ahead = list(first.values())
    return [*ahead, *(team for team in rows if team not in ahead)][:TEAMS]


def _own_teams(keys: Keys) -> list[Team]:
    places = [row for row in keys.divisions.values() if row.level == Division.Level.VILLAGE][:OWN_TEAMS]
    made = []
    for n, place in enumerate(places):
        unit = Unit.objects.filter(division=place).order_by("pk").first() or Unit.objects.filter(division=keys.street).order_by("pk").first()
        assert unit is not None
        people = [
            Volunteer.objects.create(
                number=f"VD{n:02d}{k:04d}", person=Person.objects.create(name=f"志愿者{n + 1}{k + 1:02d}", generated=True), state="active",
                division=place, registered_on=keys.data.today - timedelta(days=400), agreed_at=keys.now, generated=True,
            )
            for k in range(OWN_MEMBERS)
        ]  # fmt: skip
        team = Team.add_root(
            number=f"TD{n:04d}", name=f"{place.name}邻里服务队", kind="team", unit=unit, division=place, leader=people[0],
            started_on=keys.data.today - timedelta(days=400), generated=True,
        )  # fmt: skip
        Membership.objects.bulk_create(
            Membership(team=team, volunteer=one, state="member", asked_at=keys.now, joined_on=team.started_on) for one in people
        )
        made.append(team)
    return made


def _themes(keys: Keys) -> dict[date, Theme]:
    month = (keys.data.today - timedelta(days=BACK)).replace(day=1)
    found: dict[date, Theme] = {}
    while month <= keys.data.today + timedelta(days=AHEAD):
        theme, _made = Theme.objects.get_or_create(
            division=keys.street, month=month, defaults={"name": THEMES[month.month - 1], "generated": True}
        )
        found[month] = theme
        month = (month + timedelta(days=31)).replace(day=1)
    return found


def _plans(keys: Keys, rng: random.Random, teams: list[Team]) -> list[_Plan]:
    today = keys.data.today
    first, last = today - timedelta(days=BACK), today + timedelta(days=AHEAD)
    plans: list[_Plan] = []
    for week in range((last - first).days // 7 + 1):
        friday = first + timedelta(days=(4 - first.weekday()) % 7 + 7 * week)
        for turn in range(2 if friday < today - timedelta(days=60) else 4):
            team = teams[(week * 4 + turn) % len(teams)]
            plans.append(_Plan("每周五清洁家园", "clean", "", team, friday, 9 if turn % 2 else 15, rng.choice((10, 12, 16, 20))))
    for day, feast in festivals.between(first, last):
        if feast.code in FESTIVE:
            title = f"我们的节日·{feast.name}：{FESTIVE[feast.code]}" if feast.ours else FESTIVE[feast.code]
            before = day - timedelta(days=rng.randint(0, 3))
            for turn in range(2):
                plans.append(_Plan(title, "festival" if feast.ours else "other", feast.code, rng.choice(teams), before, 9 + 5 * turn, 24))
    month = first
    while month <= last:
        for n, (title, kind, hour, places) in enumerate(MONTHLY):
            plans.append(_Plan(title, kind, "", teams[(month.month * 5 + n) % len(teams)], month + timedelta(days=4 * n + 1), hour, places))
        month += timedelta(days=30)
    return sorted((plan for plan in plans if first <= plan.day <= last), key=lambda plan: (plan.day, plan.hour, plan.team.pk, plan.title))


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), clock.LOCAL)


def _activity(keys: Keys, plan: _Plan, themes: dict[date, Theme]) -> Activity:
    begin = _at(plan.day, plan.hour)
    end = begin + timedelta(hours=2)
    days = (plan.day - keys.data.today).days
    state = "held" if end <= keys.now else "open" if days <= 21 else "approved" if days <= 28 else "asked" if days <= 34 else "draft"
    site = plan.team.site
    return Activity(
        title=plan.title, kind=plan.kind, festival=plan.festival, theme=themes.get(plan.day.replace(day=1)), team=plan.team,
        division=plan.team.division, place=f"{plan.team.division.name}居民广场" if site is None else "", site=site, lat=plan.team.lat,
        lon=plan.team.lon, leader=plan.team.leader, state=state, first_at=begin, last_at=end,
        made_at=min(begin - timedelta(days=20), keys.now), generated=True,
    )  # fmt: skip


def _history(activity: Activity, now: datetime) -> list[ActivityEvent]:
    """The steps that brought an activity to where it is, each at its time and none still to come."""
    ended = activity.last_at or now
    steps = [("plan", "已起草", activity.made_at)]
    if activity.state in ("approved", "open", "held", "closed"):
        steps.append(("approve", "已审批", activity.made_at + timedelta(days=1)))
    if activity.state in ("open", "held", "closed"):
        steps.append(("open", "开放报名", activity.made_at + timedelta(days=2)))
    if activity.state in ("held", "closed"):
        steps.append(("hold", "已举办", ended))
    if activity.state == "closed":
        steps.append(("close", "已填报结果", ended + timedelta(days=2)))
    return [ActivityEvent(activity=activity, step=step, at=min(at, now), words=words) for step, words, at in steps]


def _people(keys: Keys, rng: random.Random, shifts: list[Shift], members: dict[int, list[Volunteer]]) -> int:
    """Sign-ups of all shifts that are open or over, presences and hours of those that are over; results. How many presences."""
    sign_ups: list[SignUp] = []
    presences: list[Presence] = []
    busy: set[tuple[int, date]] = set()
    came: dict[int, list[Presence]] = defaultdict(list)
    for shift in shifts:
        activity = shift.activity
        if activity.state not in ("open", "held"):
            continue
        day = shift.starts_at.astimezone(clock.LOCAL).date()
        free = [one for one in members[activity.team_id] if (one.pk, day) not in busy]
        wanted = rng.sample(free, min(len(free), rng.randint(3, 9)))
        for order, volunteer in enumerate(wanted, 1):
            busy.add((volunteer.pk, day))
            asked = min(shift.starts_at, keys.now) - timedelta(days=rng.randint(1, 9), hours=rng.randint(0, 9))
            inside = order <= shift.places
            sign_ups.append(SignUp(
                shift=shift, volunteer=volunteer, state="in" if inside else "waiting", order=order, asked_at=asked,
                in_at=asked if inside else None, generated=True,
            ))  # fmt: skip
            if activity.state == "held" and (rng.random() < 0.9 or order == 1):
                came[shift.pk].append(_presence(rng, shift, volunteer))
        shift.arrivals, shift.taken = len(wanted), min(len(wanted), shift.places)
        presences += came[shift.pk]
    SignUp.objects.bulk_create(sign_ups, batch_size=500)
    Shift.objects.bulk_update(shifts, ["arrivals", "taken"], batch_size=200)
    Presence.objects.bulk_create(presences, batch_size=500)
    of_shift = {shift.pk: shift for shift in shifts}
    Attendance.objects.bulk_create(
        [Attendance(presence=one, shift=of_shift[one.source_id], begin_metres=rng.randint(4, 180)) for one in presences], batch_size=500
    )
    entries = []
    for one in presences:
        shift = of_shift[one.source_id]
        assert one.ended_at is not None
        minutes = counted(one.began_at, one.ended_at, shift.starts_at, shift.ends_at)
        entries.append(ServiceEntry(
            volunteer_id=one.volunteer_id, kind="presence", presence=one, source="shift", source_id=shift.pk, team_id=one.team_id,
            title=shift.activity.title, day=one.began_at.astimezone(clock.LOCAL).date(), minutes=minutes, made_at=one.ended_at, generated=True,
        ))  # fmt: skip
    ServiceEntry.objects.bulk_create(entries, batch_size=500)
    _results(keys, rng, shifts, came)
    return len(presences)


def _presence(rng: random.Random, shift: Shift, volunteer: Volunteer) -> Presence:
    begin = shift.starts_at + timedelta(minutes=rng.randint(-12, 18))
    end = shift.ends_at + timedelta(minutes=rng.randint(-15, 10))
    return Presence(
        uid=uuid.UUID(int=rng.getrandbits(128), version=4), volunteer=volunteer, source="shift", source_id=shift.pk,
        team_id=shift.activity.team_id, state="ended", began_at=begin, ended_at=end, began_by="code",
        ended_by=rng.choice(("code", "code", "code", "leader")),
        device=f"{volunteer.pk:016x}", received_at=end, generated=True,
    )  # fmt: skip


def _results(keys: Keys, rng: random.Random, shifts: list[Shift], came: dict[int, list[Presence]]) -> None:
    """What was held more than four days ago is closed with its result; some of those who came said how it was."""
    closed, opinions = [], []
    for shift in shifts:
        activity = shift.activity
        if activity.state != "held" or not came[shift.pk] or (keys.now - shift.ends_at).days < 4:
            continue
        activity.state, activity.came, activity.served = "closed", len(came[shift.pk]), rng.randint(2, 20) * 5
        activity.result = rng.choice(RESULTS)
        closed.append(activity)
        for one in came[shift.pk][:2]:
            if rng.random() < 0.4:
                grade = rng.choice((4, 5, 5))
                opinions.append(ActivityOpinion(activity=activity, volunteer_id=one.volunteer_id, grade=grade, at=shift.ends_at))
    Activity.objects.bulk_update(closed, ["state", "came", "served", "result"], batch_size=200)
    ActivityOpinion.objects.bulk_create(opinions, batch_size=500)


def _into_ledger(keys: Keys, made: list[Activity]) -> None:
    """What was held stands in the ledger as closing it writes it, and counts for the centre that held it."""
    closed = [one for one in made if one.state == "closed"]
    with clock.at(keys.now):
        entries = [entry for one in closed for entry in ledger_entries(one, one.came or 0, one.served)]
        for first in range(0, len(entries), MOST_AT_ONCE):
            some = entries[first : first + MOST_AT_ONCE]
            enter_facts(SYSTEM, entries=some, decided=dict.fromkeys(range(len(some)), ADD))
        count_activities([one.pk for one in closed])

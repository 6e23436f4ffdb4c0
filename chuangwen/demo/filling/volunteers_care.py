"""Care in the street: 280 people living alone and 400 volunteers (a call a day, a visit a week, a party a quarter). Names, telephone numbers,
addresses, birthdays, visits of three months and calls of the last are generated; pairs are those that the program itself found."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Avg

from chuangwen.demo.filling.keys import Keys
from chuangwen.demo.organisation import GIVEN, SURNAMES
from chuangwen.kernel import clock
from chuangwen.people.actors import actor_of
from chuangwen.people.models import Person, Unit
from chuangwen.places.models import Division, Site
from chuangwen.volunteers.care import actions, laying, rules
from chuangwen.volunteers.care.actions.people import USUAL
from chuangwen.volunteers.care.models import CaredPerson, CareDue, CareHelper, CarePlan, CareRecord, CareRhythm, Contact
from chuangwen.volunteers.corps.models import Team, Volunteer

PEOPLE, VOLUNTEERS, DAYS, CALLS = 280, 400, 90, 30
"""``DAYS`` of visits, ``CALLS`` of days with calls."""
OFTEN = 3
"""So many people the demonstration's resident looks after."""
NOTES = ("说话请大声", "敲门三下", "早上六点起床", "每天下午在公园下棋", "爱听粤剧", "上楼要扶一把", "", "", "", "")
GATHERINGS = ("集体包饺子", "看老电影", "剪纸和书法", "防诈骗小讲座", "邻里茶话会", "在社区花园散步")
"""What the event of a month was."""
SAID = ("聊了家常", "一起买菜", "帮忙换了灯泡", "读了来信", "一起包饺子", "")


def fill_volunteers_care(keys: Keys) -> dict[str, int]:
    """Write people and plans, pair them, and let three months go by, with some days missed and one who needs help this morning."""
    rng, today = random.Random(f"care {keys.data.today.isoformat()}"), keys.data.today
    middles = {
        row["division"]: (row["lat"], row["lon"])
        for row in Site.objects.filter(lat__isnull=False).order_by().values("division").annotate(lat=Avg("lat"), lon=Avg("lon"))
    }
    places = [row for row in keys.divisions.values() if row.level == Division.Level.VILLAGE]
    with clock.at(keys.now):
        _volunteers(keys, rng, places, middles)
        plans = _people(keys, rng, places, middles, today)
        clerk = replace(actor_of(keys.accounts["clerk"]), channel="command")
        _resident(keys, plans)
        actions.pair_many(clerk, division=keys.street)
        kept = _months(keys, rng, plans, today) + _gatherings(keys, plans, today) + _birthdays(keys, plans, today)
        laying.lay_out(plans)
        person = plans[OFTEN].person
        actions.record_care(
            clerk, person_id=person.pk, uid=UUID(int=rng.getrandbits(128), version=4), outcome=rules.NEEDS_HELP, words="门锁坏了，出不了门"
        )
    return {"cared_people": len(plans), "care_records": kept + 1}


def _name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, 2))


def _near(rng: random.Random, middle: tuple[float, float] | None) -> tuple[float | None, float | None]:
    """Some hundred metres around the middle of a community."""
    if middle is None:
        return None, None
    return round(middle[0] + rng.gauss(0, 0.002), 5), round(middle[1] + rng.gauss(0, 0.002), 5)


def _volunteers(keys: Keys, rng: random.Random, places: list[Division], middles: dict[int, tuple[float, float]]) -> None:
    """Volunteers, where nobody has registered any."""
    if Volunteer.objects.exists():
        return
    folk = Person.objects.bulk_create(
        Person(name=_name(rng), phone=f"1990001{n:04d}", generated=True) for n in range(VOLUNTEERS)
    )
    rows = []
    for n, person in enumerate(folk):
        place = places[n % len(places)]
        lat, lon = _near(rng, middles.get(place.pk))
        rows.append(Volunteer(
            number=f"C{n + 1:07d}", person=person, state=Volunteer.State.ACTIVE, division=place, free=rng.getrandbits(21) & rng.getrandbits(21),
            lat=lat, lon=lon, registered_on=keys.data.today - timedelta(days=400), agreed_at=keys.now, generated=True,
        ))  # fmt: skip
    Volunteer.objects.bulk_create(rows, batch_size=200)


def _people(
    keys: Keys, rng: random.Random, places: list[Division], middles: dict[int, tuple[float, float]], today: date
) -> list[CarePlan]:
    """People with their plans in the usual rhythm; they agreed three months ago and more."""
    units = {unit.division_id: unit for unit in Unit.objects.filter(kind=Unit.Kind.COMMUNITY, division__isnull=False)}
    teams: dict[int, Team] = {}
    for team in Team.objects.filter(state=Team.State.ACTIVE, kind=Team.Kind.TEAM).order_by("pk"):
        teams.setdefault(team.division_id, team)
    fallback = keys.units.get("office") or next(iter(keys.units.values()))
    begun = today - timedelta(days=DAYS)
    rows = []
    for n in range(PEOPLE):
        place = places[n % len(places)]
        lat, lon = _near(rng, middles.get(place.pk))
        month = rng.randint(1, 12)
        relative = rng.random() < 0.4
        rows.append(CaredPerson(
            name=_name(rng), phone=f"1990002{n:04d}", kind=CaredPerson.Kind.ALONE, division=place, unit=units.get(place.pk, fallback),
            address=f"示例巷{rng.randint(1, 60)}号", lat=lat, lon=lon, birth_month=month, birth_day=rng.randint(1, 28),
            birth_year=today.year - rng.randint(66, 93) if rng.random() < 0.5 else None, notes=rng.choice(NOTES),
            family_name=_name(rng) if relative else "", family_relation=rng.choice(("儿子", "女儿", "侄女")) if relative else "",
            family_phone=f"1990003{n:04d}" if relative else "", family_consented_on=begun if relative else None, consented_on=begun,
            consent=rng.choice(("paper", "paper", "spoken")), made_at=keys.now - timedelta(days=DAYS), generated=True,
        ))  # fmt: skip
    people = CaredPerson.objects.bulk_create(rows, batch_size=200)
    plans = CarePlan.objects.bulk_create(
        CarePlan(person=person, team=teams.get(person.division_id), starts_on=begun) for person in people
    )
    rhythms = []
    for plan in plans:
        rhythms += [CareRhythm(plan=plan, kind=k, span=s, rule=r, times=t, on_day_off=o) for k, s, r, t, o in USUAL]
        month, day = plan.person.birth_month or 1, plan.person.birth_day or 1
        rhythms.append(CareRhythm(plan=plan, kind=Contact.BIRTHDAY, rule=rules.birthday_rule(month, day)))
    CareRhythm.objects.bulk_create(rhythms, batch_size=300)
    return plans


def _resident(keys: Keys, plans: list[CarePlan]) -> None:
    """The demonstration's resident looks after a few, by hand."""
    account = keys.accounts.get("resident")
    if account is None or account.person is None:
        return
    facts = {
        "number": "C0009999", "state": Volunteer.State.ACTIVE, "division": plans[0].person.division, "free": 0b111111,
        "registered_on": keys.data.today - timedelta(days=200), "agreed_at": keys.now, "generated": True,
    }  # fmt: skip
    volunteer, _made = Volunteer.objects.get_or_create(person=account.person, defaults=facts)
    CareHelper.objects.bulk_create(
        CareHelper(person=plan.person, volunteer=volunteer, role=CareHelper.Role.FIRST, fixed=True, since=plan.starts_on)
        for plan in plans[:OFTEN]
    )


def _gatherings(keys: Keys, plans: list[CarePlan], today: date) -> int:
    """The event of each month since the plans began, on one afternoon for a whole community, written down by the office; of this month only
    where its day has come, and in the first community it was on the first, in the morning. About one in eight stayed at home. How many took
    part."""
    rng, months = random.Random(f"care gatherings {today.isoformat()}"), []
    first = today.replace(day=1)
    while first >= today - timedelta(days=DAYS):
        months.append(first)
        first = (first - timedelta(days=1)).replace(day=1)
    places = sorted({plan.person.division_id for plan in plans})
    held = {}
    for first in months:
        for place in places:
            day = first + timedelta(days=rng.randrange(28))
            early = first == months[0] and place == places[0]
            moment = datetime.combine(first if early else day, time(9, 30) if early else time(15, 30), tzinfo=clock.LOCAL)
            held[place, first] = moment, rng.choice(GATHERINGS)
    dues, records, clerk = [], [], keys.accounts["clerk"]
    for plan in plans:
        for first in months:
            if first < plan.starts_on:
                continue
            moment, what = held[plan.person.division_id, first]
            came = moment <= keys.now and rng.random() < 7 / 8
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            state = CareDue.State.KEPT if came else CareDue.State.MISSED if last < today else CareDue.State.OPEN
            dues.append(CareDue(plan=plan, kind=Contact.EVENT, first=first, last=last, state=state, done=came))
            if came:
                records.append(CareRecord(
                    uid=UUID(int=rng.getrandbits(128), version=4), plan=plan, kind=Contact.EVENT, outcome=rules.WELL, day=moment.date(),
                    at=moment, words=what, received_at=moment, entered_by=clerk, generated=True,
                ))  # fmt: skip
    CareDue.objects.bulk_create(dues, batch_size=2000)
    CareRecord.objects.bulk_create(records, batch_size=2000)
    return len(records)


def _birthdays(keys: Keys, plans: list[CarePlan], today: date) -> int:
    """The birthdays since the plans began, each greeted by the office on its day, but for one in twenty. How many were greeted."""
    rng, dues, records, clerk = random.Random(f"care birthdays {today.isoformat()}"), [], [], keys.accounts["clerk"]
    for plan in plans:
        for year in {plan.starts_on.year, today.year}:
            day = date(year, plan.person.birth_month or 1, plan.person.birth_day or 1)
            if not plan.starts_on <= day <= today:
                continue
            moment = datetime.combine(day, time(9, rng.randrange(60)), tzinfo=clock.LOCAL)
            greeted = moment <= keys.now and rng.random() < 0.95
            state = CareDue.State.KEPT if greeted else CareDue.State.OPEN if day == today else CareDue.State.MISSED
            dues.append(CareDue(plan=plan, kind=Contact.BIRTHDAY, first=day, last=day, state=state, done=greeted))
            if greeted:
                records.append(CareRecord(
                    uid=UUID(int=rng.getrandbits(128), version=4), plan=plan, kind=Contact.BIRTHDAY, outcome=rules.WELL, day=day, at=moment,
                    words="送长寿面", received_at=moment, entered_by=clerk, generated=True,
                ))  # fmt: skip
    CareDue.objects.bulk_create(dues, batch_size=2000)
    CareRecord.objects.bulk_create(records, batch_size=2000)
    return len(records)


def _months(keys: Keys, rng: random.Random, plans: list[CarePlan], today: date) -> int:
    """Calls and visits as the pairs made them; one call in thirty was missed, and one in two hundred excused."""
    pairs: dict[int, list[int]] = defaultdict(list)
    for person, volunteer in CareHelper.objects.filter(role__in=CareHelper.PAIR).values_list("person", "volunteer"):
        pairs[person].append(volunteer)
    dues, records = [], []
    kept, missed, excused = CareDue.State.KEPT, CareDue.State.MISSED, CareDue.State.EXCUSED
    midnights = [datetime.combine(today - timedelta(days=ago), time(), tzinfo=clock.LOCAL) for ago in range(CALLS + 1)]
    monday = today - timedelta(days=today.weekday())

    def met(plan: CarePlan, kind: str, moment: datetime, minutes: int = 0) -> None:
        who = pairs[plan.person_id]
        records.append(CareRecord(
            uid=UUID(int=rng.getrandbits(128), version=4), plan=plan, kind=kind, outcome=rules.WELL, day=moment.date(), at=moment,
            volunteer_id=who[rng.randrange(len(who))] if who else None, words=rng.choice(SAID) if minutes else "",
            began_at=moment - timedelta(minutes=minutes) if minutes else None, ended_at=moment if minutes else None, received_at=moment,
            generated=True,
        ))  # fmt: skip

    for plan in plans:
        for ago in range(CALLS, -1, -1):
            day, chance = today - timedelta(days=ago), rng.random()
            state = missed if chance < 1 / 30 else excused if chance < 1 / 30 + 1 / 200 else kept
            if not ago:
                state = kept if chance < 0.6 and plan.pk != plans[OFTEN].pk else CareDue.State.OPEN
            why = "外出探亲" if state == excused else ""
            dues.append(CareDue(plan=plan, kind=Contact.CALL, first=day, last=day, state=state, done=state == kept, excused=why))
            if state == kept:
                met(plan, Contact.CALL, midnights[ago] + timedelta(minutes=rng.randint(485, 1150) if ago else rng.randint(485, 630)))
        for week in range(DAYS // 7, -1, -1):
            first = monday - timedelta(days=7 * week)
            if first < plan.starts_on:
                continue
            day = first + timedelta(days=rng.randrange(7) if week else rng.randrange(today.weekday() + 1))
            came = rng.random() < (0.95 if week else 0.4) and day < today
            state = kept if came else missed if week else CareDue.State.OPEN
            dues.append(CareDue(plan=plan, kind=Contact.VISIT, first=first, last=first + timedelta(days=6), state=state, done=came))
            if came:
                met(plan, Contact.VISIT, datetime.combine(day, time(16, rng.randrange(60)), tzinfo=clock.LOCAL), rng.randint(25, 70))
    CareDue.objects.bulk_create(dues, batch_size=2000)
    CareRecord.objects.bulk_create(records, batch_size=2000)
    CarePlan.objects.filter(pk__in=[plan.pk for plan in plans]).update(laid_on=today)
    for plan in plans:
        plan.laid_on = today
    return len(records)

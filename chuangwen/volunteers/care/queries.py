"""What pages, API and sheets read of care. Who opens a person's page is written to the trail (``opened``), whoever it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from chuangwen.kernel import access, audit, clock
from chuangwen.kernel.access import Actor
from chuangwen.places.models import Division
from chuangwen.volunteers.care import alarming, rules
from chuangwen.volunteers.care.access import ABOVE, KEEP, LEAD, OPEN, SEE, TAKE_OUT, is_near, near
from chuangwen.volunteers.care.actions.base import take
from chuangwen.volunteers.care.models import (
    CareAlarm,
    CaredPerson,
    CareDue,
    CareHelper,
    CarePlan,
    CareRecord,
    Contact,
)
from chuangwen.volunteers.corps.models import Volunteer

DAYS_SHOWN = 28
OPENING = (OPEN, KEEP, LEAD, ABOVE)


def plans(actor: Actor, verb: str = SEE) -> QuerySet[CarePlan]:
    """The plans that the actor sees, with person and place."""
    return access.scoped(actor, verb, CarePlan).select_related("person__division", "person__unit", "team")


def named(actor: Actor, rows: QuerySet[Any], at: str = "person") -> QuerySet[Any]:
    """Rows with whether their reader is so near to the person that even the covered name is theirs to read (``named``)."""
    return rows.annotate(named=Case(When(near(actor, OPEN, at), then=True), default=False))


def counted(rows: QuerySet[CarePlan], today: date | None = None) -> QuerySet[CarePlan]:
    """With how many of the pair there are, who stand in, the call of today, the days missed in four weeks, and whether an alarm is open."""
    today = today or clock.today()
    helpers = CareHelper.objects.filter(person=OuterRef("person")).order_by().values("person")
    calls = CareDue.objects.filter(plan=OuterRef("pk"), kind=Contact.CALL, first__lte=today, last__gte=today).order_by("-first")
    missed = CareDue.objects.filter(
        plan=OuterRef("pk"), state=CareDue.State.MISSED, last__gte=today - timedelta(days=DAYS_SHOWN), last__lt=today
    ).order_by().values("plan")  # fmt: skip
    return rows.annotate(
        pair_count=Coalesce(Subquery(helpers.filter(role__in=CareHelper.PAIR).annotate(n=Count("pk")).values("n")), 0),
        stand_in_count=Coalesce(Subquery(helpers.filter(role=CareHelper.Role.STAND_IN).annotate(n=Count("pk")).values("n")), 0),
        call_today=Subquery(calls.values("state")[:1]),
        missed_count=Coalesce(Subquery(missed.annotate(n=Count("pk")).values("n")), 0),
        alarmed=Exists(CareAlarm.objects.filter(plan=OuterRef("pk"), closed_at__isnull=True)),
    )


def without_pair() -> Q:
    """Nobody is paired to the person, or only one."""
    whole = CareHelper.objects.filter(role__in=CareHelper.PAIR).order_by().values("person").annotate(n=Count("pk")).filter(n=2).values("person")
    return ~Q(person__in=whole) & ~Q(state=CarePlan.State.ENDED)


@dataclass(frozen=True)
class Figures:
    """How care stands today: people, calls owed, kept and excused today, missed yesterday, open alarms, people without a whole pair, away."""

    people: int
    owed: int
    kept: int
    excused: int
    missed: int
    alarms: int
    unpaired: int
    away: int

    @property
    def waiting(self) -> int:
        return self.owed - self.kept - self.excused


def figures(actor: Actor) -> Figures:
    """Four queries."""
    today = clock.today()
    mine = access.scoped(actor, SEE, CarePlan).order_by()
    told = mine.aggregate(
        people=Count("pk", filter=~Q(state=CarePlan.State.ENDED)), away=Count("pk", filter=Q(state=CarePlan.State.AWAY)),
        unpaired=Count("pk", filter=without_pair()),
    )  # fmt: skip
    keys = mine.values("pk")
    calls = CareDue.objects.filter(plan__in=keys, kind=Contact.CALL, first__lte=today, last__gte=today).order_by()
    states = Counter(dict(calls.values_list("state").annotate(n=Count("pk"))))
    missed = CareDue.objects.filter(plan__in=keys, kind=Contact.CALL, state=CareDue.State.MISSED, last=today - timedelta(days=1)).count()
    alarms = CareAlarm.objects.filter(plan__in=keys, closed_at__isnull=True).count()
    return Figures(
        told["people"], sum(states.values()), states[CareDue.State.KEPT], states[CareDue.State.EXCUSED], missed, alarms, told["unpaired"],
        told["away"],
    )  # fmt: skip


def dues_of_day(actor: Actor, day: date) -> QuerySet[CareDue]:
    """What is owed on a day: who was called and who not; names are covered. With whether an alarm is open and how often nobody was reached."""
    tries = CareRecord.objects.filter(plan=OuterRef("plan"), kind=OuterRef("kind"), day=day, outcome=rules.NOT_REACHED).order_by().values("plan")
    mine = access.scoped(actor, SEE, CarePlan).order_by().values("pk")
    rows = CareDue.objects.filter(plan__in=mine, first__lte=day, last__gte=day).exclude(plan__state=CarePlan.State.ENDED)
    rows = named(actor, rows, "plan__person")
    return rows.select_related("plan__person__division", "plan__person__unit", "plan__team").annotate(
        alarmed=Exists(CareAlarm.objects.filter(plan=OuterRef("plan"), closed_at__isnull=True)),
        tries=Coalesce(Subquery(tries.annotate(n=Count("pk")).values("n")), 0),
    )


def alarms(actor: Actor) -> QuerySet[CareAlarm]:
    """The alarms of today, and those still open."""
    mine = access.scoped(actor, SEE, CarePlan).order_by().values("pk")
    return CareAlarm.objects.filter(alarming.open_now(), plan__in=mine).select_related(
        "plan__person__division", "plan__person__unit", "record", "closed_by__person"
    )


# -- one person ------------------------------------------------------------------------------------------------------------


@dataclass
class Opened:
    """A person's page as one reader sees it. ``family``: whether the relative is shown (an alarm is open, or the reader is of the pair)."""

    plan: CarePlan
    verb: str
    helpers: list[CareHelper]
    alarms: list[CareAlarm]
    family: bool

    @property
    def person(self) -> CaredPerson:
        return self.plan.person


def opened(actor: Actor, person_id: int) -> Opened:
    """The person's page; the opening stands in the trail, with whether the relative was shown. Raises Denied, Missing."""
    with transaction.atomic():
        plan, verb = take(actor, None, person_id, OPENING, lock=False)
        rows = list(CareHelper.objects.filter(person=person_id).select_related("volunteer__person__account", "volunteer__division")
                    .order_by("role", "order"))  # fmt: skip
        order: dict[str, int] = {CareHelper.Role.FIRST: 0, CareHelper.Role.SECOND: 1}
        rows.sort(key=lambda row: (order.get(row.role, 2), row.order))
        found = list(CareAlarm.objects.filter(plan=plan).select_related("record", "closed_by__person")[:10])
        mine = any(
            row.role in CareHelper.PAIR and actor.account_id is not None and _account(row.volunteer) == actor.account_id for row in rows
        )
        family = mine or any(alarm.closed_at is None for alarm in found)
        audit.record(actor, OPEN, plan.person, after={"as": verb, "family_shown": family and plan.person.has_family})
    return Opened(plan, verb, rows, found, family)


def _account(volunteer: Volunteer) -> int | None:
    account = getattr(volunteer.person, "account", None)
    return account.pk if account else None


@dataclass(frozen=True)
class Day:
    """One day of one kind of contact; ``state`` empty where nothing was owed."""

    day: date
    state: str
    today: bool


def strip(plan: CarePlan, kind: str, rows: Sequence[CareDue], today: date) -> list[Day]:
    """The last four weeks of a kind, day by day: kept, missed, excused, still to come."""
    begins = today - timedelta(days=DAYS_SHOWN - 1)
    found: dict[date, str] = {}
    for row in rows:
        if row.kind == kind:
            for n in range((row.last - row.first).days + 1):
                found[row.first + timedelta(days=n)] = row.state
    return [Day(day, found.get(day, ""), day == today) for day in (begins + timedelta(days=n) for n in range(DAYS_SHOWN))]


def recent(plan: CarePlan, today: date) -> list[CareDue]:
    """What was owed in the last four weeks, and is now."""
    return list(plan.dues.filter(last__gte=today - timedelta(days=DAYS_SHOWN), first__lte=today))


# -- a volunteer's own people ----------------------------------------------------------------------------------------------


@dataclass
class Mine:
    """Somebody whom the reader looks after: what is owed now, and the visit that goes on."""

    plan: CarePlan
    role: str
    dues: list[CareDue]
    visit: CareRecord | None
    alarm: CareAlarm | None

    @property
    def person(self) -> CaredPerson:
        return self.plan.person

    @property
    def family(self) -> bool:
        return self.person.has_family and (self.role in CareHelper.PAIR or self.alarm is not None)

    def owed(self, kind: str) -> CareDue | None:
        return next((due for due in self.dues if due.kind == kind), None)

    @property
    def call(self) -> CareDue | None:
        return self.owed(Contact.CALL)

    @property
    def weekly(self) -> CareDue | None:
        return self.owed(Contact.VISIT)


def mine(actor: Actor) -> list[Mine]:
    """The people whom the actor looks after, those with an alarm and those to be called first; the opening stands in the trail. Six queries."""
    today = clock.today()
    if actor.account_id is None or not actor.may(KEEP):
        return []
    roles = dict(CareHelper.objects.filter(volunteer__person__account=actor.account_id).values_list("person", "role"))
    if not roles:
        return []
    with transaction.atomic():
        seen = access.scoped(actor, KEEP, CaredPerson).order_by().values("pk")
        rows = list(CarePlan.objects.filter(person__in=seen, person__pk__in=roles).exclude(state=CarePlan.State.ENDED)
                    .select_related("person__division").order_by("pk"))  # fmt: skip
        owed: dict[int, list[CareDue]] = defaultdict(list)
        for due in CareDue.objects.filter(plan__in=rows, first__lte=today, last__gte=today):
            owed[due.plan_id].append(due)
        visits = {
            record.plan_id: record for record in CareRecord.objects.filter(
                plan__in=rows, kind=Contact.VISIT, outcome="", ended_at__isnull=True, volunteer__person__account=actor.account_id
            )
        }  # fmt: skip
        alarmed = {alarm.plan_id: alarm for alarm in CareAlarm.objects.filter(plan__in=rows, closed_at__isnull=True)}
        found = [Mine(plan, roles[plan.person_id], owed[plan.pk], visits.get(plan.pk), alarmed.get(plan.pk)) for plan in rows]
        if found:
            audit.record(actor, KEEP, None, after={"people": sorted(plan.person_id for plan in rows)}, note="")
    found.sort(key=lambda one: (one.alarm is None, one.role not in CareHelper.PAIR, not (one.call and one.call.state == "open"), one.plan.pk))
    return found


def standing_of(person_id: int) -> tuple[bool, str]:
    """Whether an alarm is open for somebody, and the state of today's call; the caller has asked for rights. Two queries."""
    today, plans = clock.today(), CarePlan.objects.filter(person=person_id).exclude(state=CarePlan.State.ENDED)
    call = CareDue.objects.filter(plan__in=plans, kind=Contact.CALL, first__lte=today, last__gte=today).values_list("state", flat=True).first()
    return CareAlarm.objects.filter(plan__in=plans, closed_at__isnull=True).exists(), call or ""


# -- birthdays -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Birthday:
    """A birthday of a quarter: the day in that year; ``turns`` where the year of birth is kept; ``opens``: the reader may open the page."""

    person: CaredPerson
    day: date
    turns: int | None
    kept: bool
    opens: bool


def birthdays(actor: Actor, year: int, quarter: int, verb: str = SEE) -> list[Birthday]:
    """Whose birthday lies in a quarter, in the order of the days. Two queries."""
    months = rules.months_of(quarter)
    mine = access.scoped(actor, verb, CarePlan).exclude(state=CarePlan.State.ENDED).order_by().values("person")
    rows = list(CaredPerson.objects.filter(pk__in=mine, birth_month__in=months).select_related("division", "unit"))
    first, last = date(year, months[0], 1), date(year, months[2], 28) + timedelta(days=3)
    records = CareRecord.objects.filter(plan__person__in=rows, kind=Contact.BIRTHDAY, day__gte=first, day__lte=last)
    held = set(records.values_list("plan__person", flat=True))
    found = [
        Birthday(
            row, rules.birthday_in(year, row.birth_month or 1, row.birth_day or 1), year - row.birth_year if row.birth_year else None,
            row.pk in held, is_near(actor, OPEN, row),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.day, one.person.division.path, one.person.pk))


def birthdays_out(actor: Actor, year: int, quarter: int, form: str) -> list[Birthday]:
    """The same with names and numbers, to be taken out of the program (``form``: print or sheet); it stands in the trail. Raises Denied."""
    access.require(actor, TAKE_OUT)
    with transaction.atomic():
        rows = birthdays(actor, year, quarter, TAKE_OUT)
        audit.record(actor, TAKE_OUT, None, after={"birthdays": f"{year}-{quarter}", "people": len(rows), "as": form})
    return rows


@dataclass
class Place:
    """How the plans of a community stand today; figures as in ``Figures``, ``missed`` calls and visits in four weeks."""

    division: Division
    people: int = 0
    owed: int = 0
    kept: int = 0
    missed: int = 0
    alarms: int = 0
    unpaired: int = 0


def places(actor: Actor) -> list[Place]:
    """The communities of whom the actor sees plans, each with its figures, in the order of the tree. Four queries."""
    today = clock.today()
    mine_ = access.scoped(actor, SEE, CarePlan).exclude(state=CarePlan.State.ENDED).order_by()
    counts = mine_.values_list("person__division").annotate(n=Count("pk"), unpaired=Count("pk", filter=without_pair()))
    told = {division: (people, unpaired) for division, people, unpaired in counts}
    rows_ = Division.objects.filter(pk__in=told).order_by("path")
    found = {row.pk: Place(row, people=told[row.pk][0], unpaired=told[row.pk][1]) for row in rows_}
    dues = CareDue.objects.filter(plan__in=mine_.values("pk"), first__lte=today, last__gte=today - timedelta(days=DAYS_SHOWN)).order_by()
    calls = Q(kind=Contact.CALL, last__gte=today)
    rows = dues.values_list("plan__person__division").annotate(
        owed=Count("pk", filter=calls & ~Q(state=CareDue.State.EXCUSED)), kept=Count("pk", filter=calls & Q(state=CareDue.State.KEPT)),
        missed=Count("pk", filter=Q(state=CareDue.State.MISSED, last__lt=today)),
    )  # fmt: skip
    for division, owed, kept, missed in rows:
        found[division].owed, found[division].kept, found[division].missed = owed, kept, missed
    alarms_ = CareAlarm.objects.filter(plan__in=mine_.values("pk"), closed_at__isnull=True).order_by()
    for division, count in alarms_.values_list("plan__person__division").annotate(n=Count("pk")):
        found[division].alarms = count
    return list(found.values())


def totals(actor: Actor, days: int = DAYS_SHOWN) -> dict[str, dict[str, int]]:
    """By kind of contact how many were kept, missed and excused in the last four weeks, today not counted: places, never persons. One query."""
    today = clock.today()
    mine_ = access.scoped(actor, SEE, CarePlan).order_by().values("pk")
    rows = CareDue.objects.filter(plan__in=mine_, last__lt=today, last__gte=today - timedelta(days=days)).order_by()
    found: dict[str, Any] = {kind: dict.fromkeys(CareDue.State.values, 0) for kind in Contact.values}
    for kind, state, count in rows.values_list("kind", "state").annotate(n=Count("pk")):
        found[kind][state] = count
    return found

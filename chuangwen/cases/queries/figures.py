"""Figures: what waits for whom, the funnel, the rates by unit and period, points for the map. Counts in the database, shares in ``rates``."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.models import LIVE, OPEN_STATES, WORKING_STATES, Case, State, Urgency
from chuangwen.cases.queries.lists import LATE, in_states, visible
from chuangwen.cases.rates import Counts
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import UNIT, Actor
from chuangwen.kernel.counting import counts as counts_of
from chuangwen.kernel.geography import Box
from chuangwen.people.models import Unit


@dataclass(frozen=True)
class Wait:
    """A kind of work that waits for somebody. ``verb`` is what they would do; who lacks it is not shown it."""

    key: str
    label: str | Promise
    verb: str
    condition: Q
    side: str = "office"
    live: bool = True
    """Waits on a case that has not ended."""


WAITS: tuple[Wait, ...] = (
    Wait("to_screen", _("to be screened"), "cases.screen", Q(state=State.REPORTED)),
    Wait("ownerless", _("without a responsible unit"), "cases.dispatch", Q(state=State.SCREENED, lead_unit__isnull=True)),
    Wait("to_dispatch", _("to be dispatched"), "cases.dispatch", Q(state=State.SCREENED, lead_unit__isnull=False)),
    Wait("to_arbitrate", _("refused, to be arbitrated"), "cases.redispatch", Q(state=State.REFUSED)),
    Wait(
        "arbitration_late",
        _("arbitration overdue"),
        "cases.redispatch",
        Q(state=State.REFUSED, urgency__in=LATE),
    ),  # fmt: skip
    Wait(
        "extensions",
        _("more time asked for"),
        "cases.grant_extension",
        Q(state__in=WORKING_STATES, extension_asked__isnull=False),
    ),
    Wait("to_verify", _("to be checked"), "cases.verify", Q(state=State.SUBMITTED)),
    Wait("to_close", _("to be closed"), "cases.close", Q(state=State.VERIFIED)),
    Wait(
        "disputed",
        _("objections to answer"),
        "cases.answer_dispute",
        Q(state=State.CLOSED, disputed_at__isnull=False),
        live=False,
    ),  # fmt: skip
    Wait("late", _("overdue at the units"), "cases.redispatch", Q(state__in=WORKING_STATES, urgency__in=LATE)),
    Wait("supervision", _("for supervision"), "cases.redispatch", Q(state__in=WORKING_STATES, urgency=Urgency.SUPERVISION)),
    Wait("to_sign", _("to be signed for"), "cases.sign_for", Q(state=State.DISPATCHED), "unit"),
    Wait("to_rectify", _("to be put right"), "cases.submit", Q(state=State.RECTIFYING), "unit"),
    Wait("sent_back", _("sent back to us"), "cases.submit", Q(state=State.RECTIFYING, rework__gt=0), "unit"),
    Wait("half", _("half the time used"), "cases.submit", Q(state__in=WORKING_STATES, urgency=Urgency.HALF), "unit"),
    Wait("overdue", _("overdue with us"), "cases.submit", Q(state__in=WORKING_STATES, urgency__in=LATE), "unit"),
    Wait("own_open", _("my reports under way"), "cases.report", Q(state__in=OPEN_STATES), "own"),
)
BY_KEY = {wait.key: wait for wait in WAITS}


@dataclass(frozen=True)
class Waiting:
    """How many cases of a kind wait. The list of them is ``waiting_cases(actor, key)``."""

    key: str
    label: str | Promise
    count: int


def waiting_for(actor: Actor) -> list[Waiting]:
    """What waits for the actor, in the order of the loop, the empty kinds included. One query for each way in which the posts reach cases
    (one or two for most people)."""
    groups: dict[Any, list[Wait]] = {}
    for wait in WAITS:
        if _applies(actor, wait):
            groups.setdefault((wait.side, wait.live, frozenset(actor.scopes(wait.verb))), []).append(wait)
    counted: dict[str, int] = {}
    for waits in groups.values():
        alive = LIVE if waits[0].live else Q(pk__in=Case.objects.filter(disputed_at__isnull=False).values("pk"))
        cases = Case.objects.filter(_reach(actor, waits[0]), alive).order_by()
        counted |= cases.aggregate(**{wait.key: Count("pk", filter=wait.condition) for wait in waits})
    return [Waiting(wait.key, wait.label, counted[wait.key]) for wait in WAITS if wait.key in counted]


def waiting_cases(actor: Actor, key: str) -> QuerySet[Case]:
    """The cases behind a figure of ``waiting_for``; none for a kind that is not the actor's. Raises KeyError for an unknown one."""
    return Case.objects.filter(waiting_condition(actor, key))


def waiting_condition(actor: Actor, key: str) -> Q:
    """The same as a condition on cases, for a list that has further ones. Raises KeyError for an unknown key."""
    wait = BY_KEY[key]
    alive = LIVE if wait.live else Q()
    return wait.condition & alive & _reach(actor, wait) if _applies(actor, wait) else Q(pk__in=[])


def _applies(actor: Actor, wait: Wait) -> bool:
    if not actor.may(wait.verb):
        return False
    if wait.side == "own":
        return actor.account_id is not None
    return wait.side != "unit" or any(grant.scope == UNIT for grant in actor.scopes(wait.verb))


def _reach(actor: Actor, wait: Wait) -> Q:
    if wait.side == "own":
        return Q(reported_by=actor.account_id)
    if wait.side == "office":
        return access.condition(actor, wait.verb, Case) or Q()
    mine = Q(pk__in=[])
    for grant in actor.scopes(wait.verb):
        if grant.scope == UNIT:
            mine |= Q(handling_unit__in=Unit.subtree_ids(grant.unit_path))
    return mine


def funnel(actor: Actor, start: date, end: date, *, within: Q | None = None) -> dict[str, int]:
    """Of the visible cases reported from ``start`` to ``end`` (days, both counted): how many came how far. One query.

    Keys: reported, filed, signed, submitted, closed; and beside them rejected, merged, refused, deferred, late.
    """
    cases = visible(actor).filter(within or Q(), reported_at__gte=_begin(start), reported_at__lt=_end(end)).order_by()
    return cases.aggregate(
        reported=Count("pk"), filed=Count("pk", filter=Q(filed_at__isnull=False)),
        signed=Count("pk", filter=Q(signed_at__isnull=False) | Q(solved_on_spot=True)),
        submitted=Count("pk", filter=Q(submitted_at__isnull=False)), closed=Count("pk", filter=Q(state=State.CLOSED)),
        rejected=Count("pk", filter=Q(state=State.REJECTED)), merged=Count("pk", filter=Q(state=State.MERGED)),
        refused=Count("pk", filter=Q(state=State.REFUSED)), deferred=Count("pk", filter=Q(state=State.DEFERRED)),
        late=Count("pk", filter=Q(state__in=WORKING_STATES, urgency__in=LATE)),
    )  # fmt: skip


ALIVE = [state for state in State if state not in (State.REPORTED, State.SCREENED, State.REFUSED, State.REJECTED, State.MERGED)]
GROUPS = ("lead_unit", "division", "family", "source", "kind")


_OF_DUE = {
    "due": Count("pk"),
    "deferred": Count("pk", filter=Q(state=State.DEFERRED)),
    "closed_in_time": Count("pk", filter=Q(state=State.CLOSED, in_time=True)),
}


def counts(actor: Actor, start: date, end: date, *, by: str = "", within: Q | None = None) -> dict[Any, Counts]:
    """What the rates are made of (see ``rates.Counts``), for visible cases and the days from ``start`` to ``end``, both counted.

    ``by``: a column of GROUPS, then the answer has a key per value (None: not known); else one entry under None. ``within`` narrows further.
    Five queries.
    """
    assert by in ("", *GROUPS), f"no such grouping: {by}"
    keys = [by] if by else []
    begin, stop, base = _begin(start), _end(end), visible(actor).filter(within or Q()).order_by()
    found: dict[Any, dict[str, Any]] = {}

    def collect(rows: Any) -> None:
        for row in rows:
            key = row.pop(by) if by else None
            found.setdefault(key, {}).update({name: value or 0 for name, value in row.items()})

    def grouped(cases: QuerySet[Case], **sums: Any) -> list[dict[str, Any]]:
        return list(cases.values(*keys).annotate(**sums)) if keys else [cases.aggregate(**sums)]

    filed = Q(filed_at__isnull=False)
    reported = base.filter(reported_at__gte=begin, reported_at__lt=stop)
    ended = filed & Q(state=State.CLOSED)
    collect(grouped(reported, reported=Count("pk"), filed=Count("pk", filter=filed), filed_closed=Count("pk", filter=ended)))
    collect(grouped(base.filter(behind("due", start, end)), **_OF_DUE))
    closed = base.filter(state=State.CLOSED, closed_at__gte=begin, closed_at__lt=stop)
    checked = Q(solved_on_spot=False)
    collect(
        grouped(
            closed,
            closed=Count("pk"),
            checked=Count("pk", filter=checked),
            passed_first=Count("pk", filter=checked & Q(rework=0)),
            rebounded=Count("pk", filter=Q(rebounded_at__isnull=False)),
            minutes=Sum("handled_minutes", filter=checked),
        )  # fmt: skip
    )
    medians = _medians(closed.filter(checked, handled_minutes__isnull=False), by)
    known = {f.name for f in fields(Counts)}
    made = {key: Counts(**{name: value for name, value in row.items() if name in known}) for key, row in found.items()}
    return {key: replace(row, median_minutes=medians.get(key)) for key, row in made.items()}


def counts_of_due(actor: Actor, start: date, end: date) -> Counts:
    """Of ``counts`` only what its deadlines say: due, deferred, closed in time. One query."""
    return Counts(**visible(actor).filter(behind("due", start, end)).aggregate(**_OF_DUE))


FIGURES = (
    "reported", "filed", "filed_closed", "due", "deferred", "due_left", "closed_in_time", "closed", "checked", "passed_first", "sent_back",
    "rebounded", "missed", "rebounds",
)  # fmt: skip


def behind(figure: str, start: date, end: date) -> Q:
    """The condition of the rows that a figure of ``counts`` was made of, so that each opens them. Raises KeyError for an unknown figure.

    Beside those: ``missed``, whose deadline fell into the period and passed without a submission that was accepted; ``rebounds``, reported
    in the period as a problem that is back.
    """
    begin, stop = _begin(start), _end(end)
    filed, checked = Q(filed_at__isnull=False), Q(solved_on_spot=False)
    reported = Q(reported_at__gte=begin, reported_at__lt=stop)
    due = Q(state__in=ALIVE, due_at__gte=begin, due_at__lt=stop)
    closed = Q(state=State.CLOSED, closed_at__gte=begin, closed_at__lt=stop)
    return {
        "reported": reported, "filed": reported & filed, "filed_closed": reported & filed & Q(state=State.CLOSED), "due": due,
        "deferred": due & Q(state=State.DEFERRED), "due_left": due & ~Q(state=State.DEFERRED),
        "closed_in_time": due & Q(state=State.CLOSED, in_time=True), "closed": closed, "checked": closed & checked,
        "passed_first": closed & checked & Q(rework=0), "sent_back": closed & checked & Q(rework__gt=0),
        "rebounded": closed & Q(rebounded_at__isnull=False), "missed": Q(due_at__gte=begin, due_at__lt=stop) & _missed(),
        "rebounds": reported & Q(rebound_of__isnull=False),
    }[figure]  # fmt: skip


def closed_and_back(start: date, end: date, until: date) -> Q:
    """The condition of cases that were closed between two days and found again until another, that day with it."""
    return behind("closed", start, end) & Q(rebounded_at__lt=_end(until))


def _missed() -> Q:
    """The deadline has passed and nothing came in time: still at the unit, submitted late, or closed late."""
    at_work = Q(state__in=WORKING_STATES, due_at__lt=clock.now())
    late = Q(state__in=(State.SUBMITTED, State.VERIFIED), submitted_at__gt=F("due_at"))
    return at_work | late | Q(state=State.CLOSED, in_time=False)


def _medians(cases: QuerySet[Case], by: str) -> dict[Any, Fraction]:
    """The middle of handled_minutes per group, from the one or two rows in the middle: the same on both databases."""
    partition = [F(by)] if by else None
    ordered = cases.annotate(
        place=Window(RowNumber(), partition_by=partition, order_by=[F("handled_minutes").asc(), F("pk").asc()]),
        size=Window(Count("pk"), partition_by=partition),
    )
    middle = ordered.filter(Q(place=(F("size") + 1) / 2) | Q(place=(F("size") + 2) / 2))
    values: dict[Any, list[int]] = {}
    for key, minutes in middle.values_list(by or "state", "handled_minutes"):
        values.setdefault(key if by else None, []).append(minutes)
    return {key: Fraction(sum(pair), len(pair)) for key, pair in values.items()}


def by_month(actor: Actor, start: date, end: date, *, within: Q | None = None) -> list[dict[str, Any]]:
    """Reported and closed per month, oldest first: [{"month": date, "reported": n, "closed": n}, ...], a month without any
    included. Two queries."""
    base = visible(actor).filter(within or Q()).order_by()
    months = [start.replace(day=1)]
    while (following := (months[-1] + timedelta(days=32)).replace(day=1)) <= end:
        months.append(following)
    spans = [(max(month, start), min((month + timedelta(days=32)).replace(day=1) - timedelta(days=1), end)) for month in months]

    def counted(column: str) -> list[int]:
        days = [Q(**{f"{column}__gte": _begin(first), f"{column}__lt": _end(last)}) for first, last in spans]
        if any(grant.scope == UNIT for grant in actor.scopes("cases.see")):
            # The cases of a unit are few and found by their keys: one walk over them, sorted into months.
            whole = base.filter(**{f"{column}__gte": _begin(start), f"{column}__lt": _end(end)})
            found = whole.aggregate(**{f"m{n}": Count("pk", filter=condition) for n, condition in enumerate(days)})
            return [found[f"m{n}"] for n in range(len(days))]
        # Those of a place are many: a narrow range of an index for each month, together in one query.
        return counts_of([base.filter(condition) for condition in days])

    reported, closed = counted("reported_at"), counted("closed_at")
    return [{"month": month, "reported": reported[n], "closed": closed[n]} for n, month in enumerate(months)]


def units_at_work(actor: Actor, *, within: Q | None = None) -> list[dict[str, Any]]:
    """Units with open cases, those with most overdue first: [{"unit": key, "name": …, "open": n, "late": n, "half": n}, ...]. One query."""
    cases = visible(actor).filter(
        within or Q(), LIVE, state__in=(*WORKING_STATES, State.SUBMITTED, State.DEFERRED), lead_unit__isnull=False
    )
    rows = cases.order_by().values(unit=F("lead_unit"), name=F("lead_unit__name")).annotate(
        open=Count("pk"), late=Count("pk", filter=Q(urgency__in=LATE)), half=Count("pk", filter=Q(urgency=Urgency.HALF)),
    )  # fmt: skip
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    return sorted(found, key=lambda row: (-row["late"], -row["open"], row["unit"]))


@dataclass(frozen=True, slots=True)
class CasePoint:
    """An open case on the map, in WGS-84."""

    pk: int
    number: str
    lat: float
    lon: float
    state: str
    urgency: str
    family: int | None


MOST_POINTS = 5_000


def open_points(
    actor: Actor, *, box: Box | None = None, limit: int = MOST_POINTS, states: Sequence[str] = OPEN_STATES
) -> tuple[list[CasePoint], bool]:
    """Open visible cases that have a point, the newest first, at most ``limit``; and whether there are more. One query, nothing but what is
    drawn."""
    cases = in_states(visible(actor), states).filter(lat__isnull=False, lon__isnull=False)
    if box is not None:
        cases = cases.filter(lat__gte=box.south, lat__lte=box.north, lon__gte=box.west, lon__lte=box.east)
    columns = ("pk", "number", "lat", "lon", "state", "urgency", "family_id")
    found: list[tuple[Any, ...]] = list(cases.order_by("-pk").values_list(*columns)[: limit + 1])
    return [CasePoint(*row) for row in found[:limit]], len(found) > limit


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), clock.LOCAL)


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), clock.LOCAL)

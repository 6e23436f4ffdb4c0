"""Lists of cases: who sees which, what a row needs beside it, and the filters. A filter never doubles a row and keeps to what an index can do.

``find`` puts all filters together for the API and for exports; list pages take the small functions one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from chuangwen.cases import rules
from chuangwen.cases.models import LIVE, OPEN_STATES, WORKING_STATES, Case, CaseParty, CasePhoto, State, Urgency
from chuangwen.evidence.models import Doubt
from chuangwen.kernel import access, clock
from chuangwen.kernel.access import Actor
from chuangwen.people.models import Unit
from chuangwen.places.models import Division, Site
from chuangwen.standards.models import Kind

ROW = ("site", "division", "family", "kind", "lead_unit", "handling_unit")
LISTS = ("infrastructure", "ten_disorders", "six_disorders")
DEADLINES = ("overdue", "today", "tomorrow", "week", "none")
LATE = (Urgency.OVERDUE, Urgency.SUPERVISION)


def visible(actor: Actor, verb: str = "cases.see") -> QuerySet[Case]:
    """The cases that the actor may do ``verb`` on (see, where nothing is said). Nothing is selected beside them."""
    return access.scoped(actor, verb, Case)


def rows(actor: Actor) -> QuerySet[Case]:
    """The same with what a row of a list shows: site, division, family, kind, units. One query for any page."""
    return visible(actor).select_related(*ROW)


def in_place(cases: QuerySet[Case], division: Division) -> QuerySet[Case]:
    """In a division or anywhere below it."""
    return cases.filter(division__in=Division.subtree_ids(division.path))


def of_unit(cases: QuerySet[Case], unit: Unit) -> QuerySet[Case]:
    """With which a unit, or one below it, has to do: as lead, assisting, or because it was passed on to it."""
    parties = CaseParty.objects.filter(unit__in=Unit.subtree_ids(unit.path)).order_by()
    return cases.filter(pk__in=parties.values("case_id"))


def led_by(cases: QuerySet[Case], unit: Unit) -> QuerySet[Case]:
    """Which a unit, or one below it, answers for."""
    return cases.filter(lead_unit__in=Unit.subtree_ids(unit.path))


def in_list(cases: QuerySet[Case], code: str) -> QuerySet[Case]:
    """In the infrastructure list, the ten or the six disorders (LISTS): by the kinds that stand in it. One small query."""
    return cases.filter(kind__in=kinds_of(code))


def kinds_of(code: str) -> list[int]:
    """The kinds that stand in a list."""
    return [pk for pk, lists in Kind.objects.order_by().values_list("pk", "lists") if code in lists]


def by_deadline(cases: QuerySet[Case], word: str) -> QuerySet[Case]:
    """``overdue``: found to be late; ``today``, ``tomorrow``, ``week`` (seven days): due by then and not late yet; ``none``: no clock runs."""
    return cases.filter(deadline_condition(word))


def deadline_condition(word: str) -> Q:
    """The same as a condition. Raises KeyError for an unknown word."""
    if word == "overdue":
        return LIVE & Q(urgency__in=LATE)
    if word == "none":
        return Q(urgency=Urgency.NONE)
    days = {"today": 0, "tomorrow": 1, "week": 7}[word]
    end = datetime.combine(clock.today() + timedelta(days=days + 1), time(), clock.LOCAL)
    return LIVE & Q(state__in=WORKING_STATES, due_at__gte=clock.now(), due_at__lt=end)


def matching(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """By number (whole, or what follows its dash) where the text is one, else by words in description, address and name of the site."""
    key = rules.key_in(text)
    if key is not None:
        return cases.filter(pk=key)
    for word in text.split()[:6]:
        cases = cases.filter(Q(description__icontains=word) | Q(address__icontains=word) | Q(site__in=_sites(word)))
    return cases


def _sites(word: str) -> QuerySet:
    """Sites whose name holds a word: looked up once, not for every case."""
    return Site.objects.filter(name__icontains=word).order_by().values("pk")


def in_states(cases: QuerySet[Case], states: Sequence[str]) -> QuerySet[Case]:
    """In any of these states. The newest of one state are walked to by an index of their own; where all of several are alive the small indexes
    are told so."""
    if len(states) == 1:
        return cases.filter(state=states[0])
    found = cases.filter(state__in=states)
    return found.filter(LIVE) if set(states) <= set(OPEN_STATES) else found


def ownerless(actor: Actor) -> QuerySet[Case]:
    """Screened, and no rule names a unit: somebody has to choose one."""
    return rows(actor).filter(LIVE, state=State.SCREENED, lead_unit__isnull=True)


def is_open(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Not ended: neither closed nor rejected nor merged."""
    return cases.filter(LIVE)


def in_doubt() -> Q:
    """With an after photo about which a doubt is undecided."""
    return _with_photos(Doubt.objects.filter(Doubt.to_decide()))


def ever_in_doubt() -> Q:
    """With an after photo that was doubted, however it was decided."""
    return _with_photos(Doubt.objects.all())


def _with_photos(doubts: QuerySet[Doubt]) -> Q:
    links = CasePhoto.objects.filter(stage=CasePhoto.Stage.AFTER, photo__in=doubts.order_by().values("photo"))
    return Q(pk__in=links.order_by().values("case"))


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """Everything that a list of cases can be narrowed by. Days are China's; both ends count."""

    states: Sequence[str] = ()
    open: bool | None = None
    urgencies: Sequence[str] = ()
    sources: Sequence[str] = ()
    severities: Sequence[int] = ()
    unit: Unit | None = None
    division: Division | None = None
    family: int | None = None
    kind: int | None = None
    site: int | None = None
    round: int | None = None
    criterion: int | None = None
    deadline: str = ""
    list: str = ""
    text: str = ""
    reported_from: date | None = None
    reported_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None


def find(actor: Actor, wanted: CaseFilter) -> QuerySet[Case]:
    """The visible cases that a filter asks for, with what a row shows, in no order."""
    found = rows(actor)
    plain = {
        "urgency__in": wanted.urgencies, "source__in": wanted.sources, "severity__in": wanted.severities,
        "family": wanted.family, "kind": wanted.kind, "site": wanted.site, "round": wanted.round, "criterion": wanted.criterion,
        "reported_at__gte": _begin(wanted.reported_from), "reported_at__lt": _end(wanted.reported_to),
        "closed_at__gte": _begin(wanted.closed_from), "closed_at__lt": _end(wanted.closed_to),
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in plain.items() if value not in (None, (), [])})
    if wanted.states:
        found = in_states(found, wanted.states)
    if wanted.open is not None:
        found = is_open(found) if wanted.open else found.filter(live__isnull=True)
    if wanted.unit is not None:
        found = of_unit(found, wanted.unit)
    if wanted.division is not None:
        found = in_place(found, wanted.division)
    if wanted.deadline:
        found = by_deadline(found, wanted.deadline)
    if wanted.list:
        found = in_list(found, wanted.list)
    return matching(found, wanted.text) if wanted.text.strip() else found


def _begin(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), clock.LOCAL) if day is not None else None


def _end(day: date | None) -> datetime | None:
    return datetime.combine(day + timedelta(days=1), time(), clock.LOCAL) if day is not None else None

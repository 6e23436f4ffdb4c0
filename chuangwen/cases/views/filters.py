"""The filters of lists of cases: declared once for the list, for its presets and for whoever links to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from chuangwen.cases import queries, telling
from chuangwen.cases.models import LIVE, Source, State, Urgency
from chuangwen.cases.queries.figures import BY_KEY
from chuangwen.fieldwork.models import Round
from chuangwen.kernel import access
from chuangwen.kernel.access import Actor
from chuangwen.kernel.identifiers import number_in
from chuangwen.people import queries as people
from chuangwen.people.models import Unit
from chuangwen.places import queries as places
from chuangwen.places.models import Site
from chuangwen.standards.models import Kind
from chuangwen.web import formatting
from chuangwen.web.filters import Chosen
from chuangwen.web.lists import (
    ChoiceFilter,
    DateRangeFilter,
    LinkFilter,
    MultiChoiceFilter,
    QFilter,
    TreeFilter,
)

MOST_UNITS = 400
LISTS = {
    "infrastructure": gettext_lazy("Infrastructure list"),
    "ten_disorders": gettext_lazy("Ten disorders"),
    "six_disorders": gettext_lazy("Six disorders"),
}
DEADLINES = {
    "overdue": gettext_lazy("overdue"),
    "today": gettext_lazy("due today"),
    "tomorrow": gettext_lazy("due by tomorrow"),
    "week": gettext_lazy("due within a week"),
    "none": gettext_lazy("no clock runs"),
}
FIGURES = {
    "reported": gettext_lazy("reported"),
    "filed": gettext_lazy("filed"),
    "filed_closed": gettext_lazy("of the filed, closed"),
    "due": gettext_lazy("due"),
    "deferred": gettext_lazy("due and deferred"),
    "due_left": gettext_lazy("due and not deferred"),
    "closed_in_time": gettext_lazy("closed in time"),
    "closed": pgettext_lazy("case", "closed"),
    "checked": gettext_lazy("closed after a check"),
    "passed_first": gettext_lazy("passed the first time"),
    "sent_back": gettext_lazy("sent back before"),
    "rebounded": gettext_lazy("found again later"),
    "missed": gettext_lazy("deadline missed"),
    "rebounds": gettext_lazy("reported again after closing"),
}


@dataclass(frozen=True)
class Seen:
    """The units that somebody sees, read once: key, path and indented name."""

    rows: list[tuple[int, str, str]]

    @classmethod
    def by(cls, actor: Actor) -> "Seen":
        found = people.units(actor).order_by("path").values_list("pk", "path", "depth", "short_name", "name")[:MOST_UNITS]
        rows = list(found)
        least = min((row[2] for row in rows), default=0)
        return cls([(pk, path, "\u3000" * (depth - least) + (short or name)) for pk, path, depth, short, name in rows])

    def options(self) -> list[tuple[int, str]]:
        return [(pk, name) for pk, _path, name in self.rows]


@dataclass(frozen=True, kw_only=True)
class SubtreeFilter(ChoiceFilter):
    """Cases of a unit and of those below it: as the lead, or (``any_part``) in any part. The value is the key of a unit that the person
    sees."""

    actor: Actor
    any_part: bool = False

    def read(self, params: QueryDict) -> Any:
        value = params.get(self.key, "").strip()
        if number_in(value) is not None:
            unit = people.units(self.actor, closed=True).filter(pk=value).first()
            if unit is not None:
                options = self.options()
                if value not in dict(options):
                    options = [(value, unit.name), *options]
                return UnitChosen(value, options, unit)
        return super().read(params)

    def apply(self, queryset: QuerySet, value: Any) -> QuerySet:
        return (queries.of_unit if self.any_part else queries.led_by)(queryset, value.unit)

    def chips(self, value: Any) -> list[Any]:
        return [type(chip)(chip.label, str(chip.text).strip("\u3000"), chip.without) for chip in super().chips(value)]


@dataclass(frozen=True, kw_only=True)
class StateFilter(MultiChoiceFilter):
    """Any of some states, in the words that let the small indexes of what is alive answer."""

    def apply(self, queryset: QuerySet, value: Any) -> QuerySet:
        return queries.in_states(queryset, value.value)


@dataclass(frozen=True, kw_only=True)
class UrgencyFilter(MultiChoiceFilter):
    """How the clock stands. Only what is alive has a clock that runs."""

    def apply(self, queryset: QuerySet, value: Any) -> QuerySet:
        found = super().apply(queryset, value)
        return found if Urgency.NONE in value.value else found.filter(LIVE)


@dataclass(frozen=True)
class UnitChosen(Chosen):
    unit: Unit

    def __bool__(self) -> bool:
        return True


def case_filters(actor: Actor) -> list[Any]:
    """The filters for what this person may see. Two queries; a place's options cost one more when they are shown."""
    kinds = list(Kind.objects.select_related("family").order_by("family__order", "order", "pk"))
    families = {kind.family_id: kind.family.name for kind in kinds}
    seen = Seen.by(actor)
    filters: list[Any] = [
        StateFilter(key="state", label=_("State"), choices=State.choices),
        QFilter(key="deadline", label=_("Deadline"), options={code: (word, lately(code)) for code, word in DEADLINES.items()}),
    ]
    if len(seen.rows) > 1:
        filters.append(SubtreeFilter(key="lead", label=_("Lead unit"), choices=seen.options, actor=actor))
    filters += [
        TreeFilter(key="division", label=_("Place"), tree=lambda: places.divisions(actor)),
        ChoiceFilter(key="family", label=_("Family"), choices=list(families.items()), more=True),
        ChoiceFilter(key="kind", label=_("Kind of problem"), choices=[(kind.pk, kind.name) for kind in kinds], more=True),
        QFilter(
            key="list",
            label=_("List"),
            more=True,
            options={code: (word, Q(kind__in=[kind.pk for kind in kinds if code in kind.lists])) for code, word in LISTS.items()},
        ),
        MultiChoiceFilter(key="source", label=_("Source"), choices=Source.choices, more=True),
        MultiChoiceFilter(key="severity", label=_("Severity"), choices=telling.SEVERITIES, more=True),
        *doubtful(actor),
        UrgencyFilter(key="urgency", label=_("Clock"), choices=Urgency.choices, more=True),
        QFilter(
            key="open",
            label=_("Open or ended"),
            more=True,
            options={"1": (_("open"), LIVE), "0": (_("ended"), Q(live__isnull=True))},
        ),
        DateRangeFilter(key="reported", field="reported_at", label=_("Reported"), more=True),
        DateRangeFilter(key="closed", field="closed_at", label=_("Closed"), more=True),
    ]
    if len(seen.rows) > 1:
        filters.append(
            SubtreeFilter(key="unit", label=_("Unit in any part"), choices=seen.options, actor=actor, any_part=True, more=True)
        )
    return filters + links(actor)


def doubtful(actor: Actor) -> list[QFilter]:
    """Photos in doubt, for those who may know of it."""
    if not actor.may("evidence.see_doubts"):
        return []
    options: dict[str, Any] = {
        "1": (_("to be decided"), queries.in_doubt),
        "any": (_("all, decided or not"), queries.ever_in_doubt),
    }
    return [QFilter(key="doubtful", label=_("Doubtful photos"), more=True, options=options)]


def links(actor: Actor) -> list[LinkFilter]:
    """What is set by a link from elsewhere and shown in words."""
    return [
        LinkFilter(
            key="waiting",
            label=_("Waits"),
            name=lambda key: BY_KEY[key].label if key in BY_KEY else None,
            condition=lambda key: queries.waiting_condition(actor, key),
        ),
        LinkFilter(
            key="figure",
            label=pgettext("rates", "Figure"),
            name=figure_word,
            condition=lambda text: queries.behind(*figure_of(text)),
        ),
        LinkFilter(
            key="back",
            label=pgettext("rates", "Closed and found again"),
            name=back_word,
            condition=back_condition,
        ),
        LinkFilter(key="lead_only", label=_("Lead unit"), name=lambda key: unit_word(actor, key), condition=unit_alone),
        LinkFilter(key="division_only", label=_("Place"), name=lambda key: place_word(actor, key), condition=place_alone),
        LinkFilter(key="open_on", label=_("Open at the end of"), name=lambda text: formatting.day(past_day(text)), condition=open_on),
        LinkFilter(
            key="square",
            label=pgettext("filter", "On the map"),
            name=square_word,
            condition=lambda text: queries.in_square(*square_of(text)),
        ),
        LinkFilter(
            key="round", label=_("Round"), name=lambda key: access.scoped(actor, "fieldwork.see_rounds", Round).get(pk=key).name
        ),
        LinkFilter(key="site", label=_("Site"), name=lambda key: access.scoped(actor, "places.see", Site).get(pk=key).name),
    ]


def lately(code: str) -> Callable[[], Q]:
    return lambda: queries.deadline_condition(code)


def figure_of(text: str) -> tuple[str, date, date]:
    """``closed_in_time:2026-10-01:2026-10-31``. Raises ValueError."""
    name, start, end = text.split(":")
    if name not in FIGURES:
        raise ValueError(name)
    return name, date.fromisoformat(start), date.fromisoformat(end)


def figure_word(text: str) -> str:
    name, start, end = figure_of(text)
    return f"{FIGURES[name]} {formatting.day(start)}–{formatting.day(end)}"


def back_of(text: str) -> tuple[date, date, date, list[int]]:
    """``2026-10-01:2026-10-20:2026-11-03:4,9``: closed from, closed until, found again until, keys of kinds of problems (none: all). Raises
    ValueError."""
    start, end, until, kinds = text.split(":")
    keys = [number_in(key) for key in kinds.split(",") if key]
    if None in keys:
        raise ValueError(kinds)
    return past_day(start), past_day(end), past_day(until), [key for key in keys if key is not None]


def back_word(text: str) -> str:
    start, end, until, _kinds = back_of(text)
    return _("closed %(start)s–%(end)s, found again until %(until)s") % {
        "start": formatting.day(start), "end": formatting.day(end), "until": formatting.day(until),
    }  # fmt: skip


def back_condition(text: str) -> Q:
    start, end, until, kinds = back_of(text)
    found = queries.closed_and_back(start, end, until)
    return found & Q(kind__in=kinds) if kinds else found


def past_day(text: str) -> date:
    """A day from the year 2000 on. Raises ValueError."""
    day = date.fromisoformat(text)
    if not 2000 <= day.year <= 2200:
        raise ValueError(text)
    return day


def open_on(text: str) -> Q:
    return queries.open_on(past_day(text))


def square_of(text: str) -> tuple[int, int, int]:
    """``4096:1191936:457216``: squares a degree, the number from the west, the number from the south. Raises ValueError."""
    fineness, x, y = (number_in(part, digits=9) for part in text.split(":"))
    if fineness is None or x is None or y is None:
        raise ValueError(text)
    return fineness, x, y


def square_word(text: str) -> str:
    """Where the square lies: its south-western corner."""
    fineness, x, y = square_of(text)
    queries.in_square(fineness, x, y)
    return _("around %(lat).3f°N %(lon).3f°E") % {"lat": (y + 0.5) / fineness - 90, "lon": (x + 0.5) / fineness - 180}


def unit_word(actor: Actor, key: str) -> str:
    return _("none") if key == "0" else people.units(actor, closed=True).get(pk=key).name


def unit_alone(key: str) -> Q:
    return Q(lead_unit__isnull=True) if key == "0" else Q(lead_unit=key)


def place_word(actor: Actor, key: str) -> str:
    return _("none") if key == "0" else places.divisions(actor).get(pk=key).name


def place_alone(key: str) -> Q:
    return Q(division__isnull=True) if key == "0" else Q(division=key)

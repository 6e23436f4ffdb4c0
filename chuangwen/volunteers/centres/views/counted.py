"""What stands behind the figures of a centre: its activities in the ledger, and information of the area's centres. Tasks have their own list."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from chuangwen.kernel import access
from chuangwen.ledger.models import Fact
from chuangwen.places.models import Division
from chuangwen.volunteers.centres import queries, words
from chuangwen.volunteers.centres.access import SEE
from chuangwen.volunteers.centres.models import Centre, CentreInformation
from chuangwen.web.lists import DateRangeFilter, Empty, LinkFilter, ListColumn, ListPage, QFilter, TreeFilter

HOME = gettext_lazy("Practice centres")
SEE_FACTS = "ledger.see"


def behind(centre: int, what: str, first: date, last: date) -> str:
    """The address of exactly the rows that a figure of ``queries.with_records`` counts; ``what`` is its name."""
    days = {"from": first.isoformat(), "to": last.isoformat()}
    if what == "activities":
        return f"{reverse('volunteers:centre-activities', args=[centre])}?{urlencode({f'on_{end}': day for end, day in days.items()})}"
    if what in ("sent", "adopted"):
        asked = {"centre": centre, "how": "counts"} | {f"{what}_on_{end}": day for end, day in days.items()}
        return f"{reverse('volunteers:centre-information')}?{urlencode(asked)}"
    asked = {"centre": centre, "how": {"due": "asked"}.get(what, what)} | {f"due_on_{end}": day for end, day in days.items()}
    return f"{reverse('volunteers:centre-tasks')}?{urlencode(asked)}"


def figure(what: str, span: tuple[date, date]) -> Any:
    """A cell of a list of centres: the figure, which opens its rows."""

    def cell(row: Any) -> Any:
        value = getattr(row, what)
        return format_html('<a href="{}">{}</a>', behind(row.pk, what, *span), value) if value else value

    return cell


def centre_named(page: Any) -> LinkFilter:
    """The filter of a list by one centre that whoever asks may see."""
    return LinkFilter(
        key="centre", label=_("Practice centre"), field="centre",
        name=lambda value: queries.centres(page.actor).get(pk=value).name,
    )  # fmt: skip


class CentreActivities(ListPage):
    """The activities of one centre as the ledger has them: each opens the activity, or the fact."""

    required_verb = SEE
    title = export_name = gettext_lazy("Activities of the centre")
    columns = [
        ListColumn("what", gettext_lazy("Activity"), lambda row: row.source_words or str(row.metric), phone="title", width=40),
        ListColumn("metric", gettext_lazy("Counted as"), "metric.name"),
        ListColumn("ends_on", gettext_lazy("Day"), kind="date", sort=("ends_on", "pk"), nowrap=True),
        ListColumn("unit", gettext_lazy("Unit"), "unit.name"),
        ListColumn("told", gettext_lazy("Quantity"), lambda row: row.told, nowrap=True, phone="badge"),
    ]
    search_fields = ["source_words", "metric__name"]
    default_sort = ("-ends_on", "-pk")
    default_size = 50
    empty = Empty(
        gettext_lazy("No activities counted on these days"),
        gettext_lazy("An activity that was closed counts by itself for the centre that held it."), icon="calendar-event",
    )  # fmt: skip

    @cached_property
    def centre(self) -> Centre:
        return access.fetch(self.actor, SEE, queries.centres(self.actor), pk=self.kwargs["pk"])

    @property
    def lead(self) -> Any:
        return self.centre.name

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centres")), (self.centre.name, self.centre.get_absolute_url())]

    def get_queryset(self) -> Any:
        return queries.activities_of(self.centre).select_related("metric", "unit", "division")

    def get_filters(self) -> Any:
        return [DateRangeFilter(key="on", field="ends_on", label=_("Day"))]

    def row_url(self, row: Fact) -> str | None:
        if row.source_url.startswith("/"):
            return row.source_url
        return row.get_absolute_url() if self.actor.may(SEE_FACTS) else None


class InformationList(ListPage):
    """Information of the area's centres: sent in, taken over, struck."""

    required_verb = SEE
    title = export_name = gettext_lazy("Information of centres")
    columns = [
        ListColumn("title", gettext_lazy("Title"), phone="title", sort=("title", "pk"), width=40),
        ListColumn("state", gettext_lazy("State"), words.information_badge, export="get_level_display", phone="badge"),
        ListColumn("centre", gettext_lazy("Practice centre"), "centre.name", sort=("centre__path", "pk")),
        ListColumn("unit", gettext_lazy("Responsible unit"), "centre.unit.name", phone="hidden"),
        ListColumn("sent_on", gettext_lazy("Sent on"), kind="date", sort=("sent_on", "pk"), nowrap=True),
        ListColumn("adopted_on", gettext_lazy("Taken over on"), kind="date", sort=("adopted_on", "pk"), nowrap=True),
        ListColumn("adopted_where", gettext_lazy("Taken over where"), phone="hidden"),
    ]
    search_fields = ["title", "centre__name", "adopted_where"]
    default_sort = ("-sent_on", "-pk")
    default_size = 50
    empty = Empty(gettext_lazy("No information sent in yet."), gettext_lazy("Centres write it down on their own page."), icon="news")

    def get_queryset(self) -> Any:
        return access.scoped(self.actor, SEE, CentreInformation).select_related("centre__unit")

    def get_filters(self) -> Any:
        how = {
            "counts": (pgettext("information", "counts"), Q(struck_on__isnull=True)),
            "struck": (pgettext("information", "struck"), Q(struck_on__isnull=False)),
        }  # fmt: skip
        return [
            QFilter(key="how", label=_("How it stands"), options=how), DateRangeFilter(key="sent_on", label=_("Sent on")),
            DateRangeFilter(key="adopted_on", label=_("Taken over on")),
            TreeFilter(key="area", label=_("Area"), field="centre__division", tree=lambda: access.scoped(self.actor, SEE, Division)),
            centre_named(self),
        ]  # fmt: skip

    def row_url(self, row: CentreInformation) -> str:
        return row.centre.get_absolute_url()

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("volunteers:centres"))]

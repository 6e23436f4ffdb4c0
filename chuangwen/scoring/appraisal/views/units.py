"""One unit's result: every measure, opened down to the records behind it. For the office, and for the unit itself once it is told."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.cases.models import Case
from chuangwen.cases.queries.lists import visible
from chuangwen.fieldwork.queries import observations
from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.identifiers import number_in
from chuangwen.ledger.queries import facts
from chuangwen.scoring.appraisal import queries, words
from chuangwen.scoring.appraisal.models import Appraisal, AppraisalRow
from chuangwen.scoring.appraisal.views.results import HOME, cell_state
from chuangwen.web.charts import Chart, Series
from chuangwen.web.lists import ChoiceFilter, Empty, ListColumn, ListPage, MultiChoiceFilter
from chuangwen.web.views import PageMixin

PAGE_SIZE = 50
OWN = gettext_lazy("Our appraisal")


class OwnList(ListPage):
    """The own unit's results, the newest first."""

    title = export_name = OWN
    required_verb = "scoring.see_own_appraisal"
    columns = [
        ListColumn(
            "label",
            pgettext_lazy("appraisal", "Period"),
            "appraisal.label",
            phone="title",
            sort=("appraisal__starts_on", "pk"),
            nowrap=True,
        ),
        ListColumn("scheme", gettext_lazy("Scheme"), "appraisal.scheme.name"),
        ListColumn("unit", gettext_lazy("Unit"), "name", sort=("name", "pk")),
        ListColumn(
            "state",
            gettext_lazy("State"),
            lambda row: cell_state(row.appraisal),
            export="appraisal.get_state_display",
            phone="badge",
            nowrap=True,
        ),
        ListColumn("score", gettext_lazy("Score"), kind="decimal", digits=2, sort=("score", "pk")),
        ListColumn("rank", gettext_lazy("Rank"), lambda row: rank_in_words(row), nowrap=True),
        ListColumn("mark", gettext_lazy("Red or black"), "scoring/appraisal/cells/mark.html", export="get_mark_display", nowrap=True),
        ListColumn(
            "until",
            gettext_lazy("Objections until"),
            lambda row: row.appraisal.objections_until if row.appraisal.state == Appraisal.State.OPEN else None,
            kind="datetime",
            nowrap=True,
        ),
    ]
    search_fields = ["appraisal__label", "appraisal__scheme__name", "name"]
    search_hint = gettext_lazy("Period or scheme")
    default_sort = ("-appraisal__starts_on", "-pk")
    empty = Empty(
        gettext_lazy("No results yet"),
        gettext_lazy("Results stand here as soon as the office opens them to objections."),
        icon="report-analytics",
    )

    def get_filters(self) -> Any:
        return [
            ChoiceFilter(
                key="state",
                label=_("State"),
                field="appraisal__state",
                choices=[c for c in Appraisal.State.choices if c[0] not in ("computed", "checked")],
            ),
            MultiChoiceFilter(key="mark", label=_("Red or black"), choices=AppraisalRow.Mark.choices),
        ]

    def get_queryset(self) -> Any:
        return queries.own_rows(self.actor)

    def row_url(self, row: AppraisalRow) -> str:
        return reverse("scoring:appraisal-row", args=[row.pk])


def rank_in_words(row: AppraisalRow) -> str:
    """3 of 16, with ties told."""
    if row.rank is None:
        return _("not ranked")
    told = _("%(rank)d of %(count)d, tied") if row.tied else _("%(rank)d of %(count)d")
    return told % {"rank": row.rank, "count": row.ranked}


class UnitPages(PageMixin):
    """What the pages of one unit's result have in common."""

    kwargs: dict[str, Any]

    def find_row(self) -> AppraisalRow:
        return queries.row_for(self.actor, self.kwargs["pk"])

    def unit_crumbs(self, row: AppraisalRow, *, itself: bool = False) -> list[tuple[Any, str | None]]:
        if self.actor.may("scoring.see_appraisals"):
            crumbs: list[tuple[Any, str | None]] = [
                (HOME, reverse("scoring:appraisals")),
                (str(row.appraisal), reverse("scoring:appraisal", args=[row.appraisal_id])),
            ]
        else:
            crumbs = [(OWN, reverse("scoring:own-appraisals"))]
        return [*crumbs, (row.name, reverse("scoring:appraisal-row", args=[row.pk]))] if itself else crumbs


class UnitPage(UnitPages, View):
    """A unit's result in full."""

    required_verb = "scoring.see_own_appraisal"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.find_row()
        appraisal = row.appraisal
        self.title, self.lead, self.breadcrumbs = row.name, str(appraisal), self.unit_crumbs(row)
        until = appraisal.objections_until
        is_open = appraisal.state == Appraisal.State.OPEN and (until is None or until > clock.now())
        own_row = access.scoped(self.actor, "scoring.object", AppraisalRow).filter(pk=row.pk)
        own = list(
            queries.objections(self.actor).filter(
                unit=row.unit_id,
                appraisal__starts_on=appraisal.starts_on,
                appraisal__period=appraisal.period,
                appraisal__scheme__name=appraisal.scheme.name,
            )
        )
        context = self.get_context_data(
            row=row,
            appraisal=appraisal,
            state=cell_state(appraisal),
            rank=rank_in_words(row),
            interval=words.interval(row),
            told_apart=words.told_apart(row),
            figures=[told_figure(figure) for figure in row.figures],
            objections=own,
            objection_tones=words.OBJECTION_TONES,
            may_object=is_open and self.actor.may("scoring.object") and own_row.exists(),
            lists=queries.published_lists(self.actor, appraisal),
            history=history_chart(self.actor, row),
            titles=list(queries.standing_titles(self.actor).filter(unit=row.unit_id)),
            title_stands=words.TITLE_STANDS,
            title_tones=words.TITLE_TONES,
            opens=self.actor.may("scoring.see_appraisals"),
            is_parts=appraisal.period != appraisal.scheme.body["period"],
        )
        return render(request, "scoring/appraisal/unit.html", context)


def told_figure(figure: dict[str, Any]) -> dict[str, Any]:
    """A stored figure with its value in words."""
    return figure | {"value_text": words.value_of(figure), "kind_word": words.MEASURE_KINDS.get(figure["kind"], "")}


def history_chart(actor: Any, row: AppraisalRow) -> Chart | None:
    """The scores of the unit in the last periods of the same kind by the same scheme."""
    rows = (
        queries.own_rows(actor)
        if not actor.may("scoring.see_appraisals")
        else AppraisalRow.objects.filter(appraisal__superseded_by__isnull=True)
    )
    found = list(
        rows.filter(
            unit=row.unit_id,
            appraisal__period=row.appraisal.period,
            appraisal__scheme__name=row.appraisal.scheme.name,
            appraisal__starts_on__lte=row.appraisal.starts_on,
            appraisal__division=row.appraisal.division_id,
            score__isnull=False,
        )
        .select_related("appraisal")
        .order_by("-appraisal__starts_on")[:12]
    )[::-1]
    if len(found) < 2:
        return None
    return Chart(
        "line",
        _("Scores of the last periods"),
        [one.appraisal.label for one in found],
        [Series(_("Score"), [one.score for one in found])],
        digits=2,
        links=[reverse("scoring:appraisal-row", args=[one.pk]) for one in found],
    )


class FigurePage(UnitPages, View):
    """The records behind one figure: which counted, what each was worth, which did not count and why."""

    required_verb = "scoring.see_own_appraisal"

    def get(self, request: HttpRequest, pk: int, key: str) -> HttpResponse:
        row = self.find_row()
        figure = next((one for one in row.figures if one["key"] == key), None)
        if figure is None:
            raise Missing(_("There is no such figure in this result."))
        self.title, self.lead, self.breadcrumbs = (
            figure["name"],
            f"{row.name} · {row.appraisal}",
            self.unit_crumbs(row, itself=True),
        )
        try:
            behind = queries.behind(row, key)
        except KeyError as error:
            raise Missing(_("There is no such figure in this result.")) from error
        only = request.GET.get("only", "")
        chosen = [line for line in behind.found if only not in ("counted", "uncounted") or line["counted"] == (only == "counted")]
        page = min(number_in(request.GET.get("page")) or 1, 1_000_000)
        lines = chosen[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        known = self.known(behind.source, [line["id"] for line in lines])
        context = self.get_context_data(
            row=row,
            figure=told_figure(figure),
            behind=behind,
            lines=[(line, known.get(line["id"])) for line in lines],
            tabs=[
                {"label": _("All"), "url": "?", "active": only not in ("counted", "uncounted"), "count": len(behind.found)},
                {"label": _("Counted"), "url": "?only=counted", "active": only == "counted", "count": behind.counted},
                {
                    "label": _("Not counted"),
                    "url": "?only=uncounted",
                    "active": only == "uncounted",
                    "count": len(behind.found) - behind.counted,
                },
            ],
            earlier=page - 1,
            later=page + 1 if page * PAGE_SIZE < len(chosen) else 0,
            only=only,
            is_share=figure["kind"] in ("case_rate", "observation_rate"),
        )
        return render(request, "scoring/appraisal/figure.html", context)

    def known(self, source: str, keys: list[int]) -> dict[int, dict[str, Any]]:
        """Title, note and address of the records that still stand in the tables and that the person may see."""
        found: dict[int, dict[str, Any]] = {}
        if source == "cases":
            rows: Any = visible(self.actor).filter(pk__in=keys) if self.actor.may("cases.see") else Case.objects.none()
            for case in rows.select_related("site"):
                found[case.pk] = {
                    "title": case.number or f"#{case.pk}",
                    "note": case.description,
                    "url": reverse("cases:detail", args=[case.pk]),
                }
        elif source == "observations" and self.actor.may("fieldwork.see_observations"):
            for one in observations(self.actor).filter(pk__in=keys):
                note = one.criterion.text if one.criterion else ""
                found[one.pk] = {
                    "title": str(one.site or one),
                    "note": note,
                    "url": reverse("fieldwork:observation", args=[one.pk]),
                }
        elif source in ("facts", "entries"):
            for entry in queries.entries(self.actor).filter(pk__in=keys):
                found[entry.pk] = {
                    "title": entry.kind,
                    "note": entry.words,
                    "url": reverse("scoring:appraisal-entry", args=[entry.pk]),
                }
            ledger = [-key for key in keys if key < 0]
            for fact in facts(self.actor).filter(pk__in=ledger) if ledger and self.actor.may("ledger.see") else ():
                found[-fact.pk] = {"title": str(fact), "note": f"{fact.division} · {fact.ends_on}", "url": fact.get_absolute_url()}
        return found

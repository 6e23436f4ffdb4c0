"""The board of the day, a drawn place, who goes there, problems, the telephone list. On a phone in the street as on the wall of the office."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import parse_etags
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import View

from chuangwen.cases import telling
from chuangwen.cases.models import Case
from chuangwen.cases.views.photo_pages import PhotoPage
from chuangwen.duties.inspection_days import actions, figures, matching, phones, queries, sheets, words
from chuangwen.duties.inspection_days.forms import AssignForm, PlaceForm, ProblemForm
from chuangwen.duties.inspection_days.models import DrawnPlace, Inspection
from chuangwen.duties.inspection_days.states import OPEN, Step, after
from chuangwen.duties.inspection_days.views.days import InspectionPages
from chuangwen.duties.meetings.forms import units_here
from chuangwen.duties.meetings.states import LATE, standing
from chuangwen.kernel import access, clock
from chuangwen.kernel.identifiers import number_in
from chuangwen.web import formatting
from chuangwen.web.downloads import download
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import Empty, ListColumn, ListPage
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import AccessMixin

PLACE, PLAN, CALL = "duties.enter_drawn_place", "duties.plan_inspection", "duties.open_inspection_phones"
SECONDS = 20
"""How often an open board asks whether it is old."""


def case_line(row: Case) -> dict[str, Any]:
    state = badge(row.get_state_display(), telling.STATE_TONES[row.state])
    return {"case": row, "state": state, "late": standing(row.state, row.due_at, clock.now()) == LATE}


def days_of(row: Inspection) -> str:
    first, last = formatting.day(row.first), formatting.day(row.last)
    return first if row.first == row.last else f"{first} – {last}"


STEPS = (
    (Step.START, "inspection-start", gettext_lazy("The assessors are here"), "player-play"),
    (Step.RESUME, "inspection-resume", gettext_lazy("They came back"), "arrow-back-up"),
    (Step.END, "inspection-end", gettext_lazy("The assessors have left"), "player-stop"),
)


def board_context(request: HttpRequest, actor: Any, inspection: Inspection) -> dict[str, Any]:
    shown = queries.board(actor, inspection)
    return {
        "board": shown, "inspection": inspection, "problems": [case_line(row) for row in shown.problems],
        "lines": [(line, words.place_state(line.place)) for line in shown.lines], "may_place": actor.may(PLACE) and inspection.state in OPEN,
        "several_days": inspection.first != inspection.last, "may_report": after(inspection.state, Step.REPORT) is not None,
    }  # fmt: skip


class BoardPage(InspectionPages, View):
    """What was drawn, who is where, what is wrong now, what is to be done after."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.find(queries.SEE)
        self.title, self.breadcrumbs = row.name, self.crumbs()
        self.lead = " · ".join(filter(None, [days_of(row), row.division.name, row.assessors]))
        may_plan = self.actor.may(PLAN)
        steps = [
            (reverse(f"duties:{name}", args=[pk]), label, icon) for step, name, label, icon in STEPS if may_plan and after(row.state, step)
        ]
        quick = PlaceForm(inspection=row) if self.actor.may(PLACE) and row.state in OPEN else None
        shown = board_context(request, self.actor, row)
        context = self.get_context_data(
            **shown, state=words.state_of(row), steps=steps, quick=quick, seconds=SECONDS,
            may_edit=may_plan and after(row.state, Step.EDIT) is not None, may_close=may_plan and after(row.state, Step.CLOSE) is not None,
            may_call=self.actor.may(CALL), may_bring=quick is not None and self.actor.may("kernel.import"), live=row.state in OPEN,
            etag=etag_of(row, shown["board"].mark),
            events=list(row.events.select_related("account__person")[:12]), figures=figure_rows(row),
        )  # fmt: skip
        return render(request, "duties/inspection/board.html", context)


def figure_rows(row: Inspection) -> list[tuple[Any, Any]]:
    labels = {
        "places": _("Drawn places"), "visited": _("of these visited"), "units": _("Units that stood there"),
        "people": _("People that stood there"), "problems": _("Problems found"), "put_right": _("of these put right or submitted"),
        "late": _("of these late"), "found": _("Things on the list"),
        "followed": _("of these followed"),
    }  # fmt: skip
    return [(label, row.figures[name]) for name, label in labels.items() if name in row.figures]


def etag_of(row: Inspection, mark: str) -> str:
    return f'"{row.pk}-{mark}-{get_language()}"'


class BoardPart(AccessMixin, View):
    """The board without the page around it, for the page that asks every twenty seconds: 304 and three queries while nothing has changed."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = access.fetch(self.actor, queries.SEE, Inspection.objects.select_related("division"), pk=pk)
        etag = etag_of(row, figures.mark(row, list(row.places.select_related("division", "site"))))
        answer: HttpResponse
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            answer = HttpResponseNotModified()
        else:
            context = board_context(request, self.actor, row)
            answer = HttpResponse(render_to_string("duties/inspection/board_part.html", context, request=request))
        answer["ETag"] = etag
        answer["Cache-Control"] = "private, no-cache"
        return answer


class PlacesSheet(InspectionPages, View):
    """Who is where as .xlsx."""

    required_verb = queries.SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.find(queries.SEE)
        return download(sheets.places_sheet(row, queries.board(self.actor, row).lines), f"{row.name} {row.first:%Y-%m-%d}.xlsx")


class PlaceNew(InspectionPages, FormPage):
    """A drawn place in seconds: a few letters, and who should stand there is put in by itself."""

    required_verb = PLACE
    title = gettext_lazy("A place was drawn")
    submit = gettext_lazy("Enter")
    done = gettext_lazy("Entered, with the units that should stand there.")
    template_name = "duties/inspection/place_new.html"

    def prepare(self) -> None:
        self.row = self.find(PLACE)
        self.lead = str(self.row)

    def get_breadcrumbs(self) -> Any:
        return self.crumbs(self.row)

    def get_form(self, data: Any = None, files: Any = None) -> PlaceForm:
        return PlaceForm(data, inspection=self.row)

    def extra_context(self) -> dict[str, Any]:
        return {"offered": matching.offered(self.row.division)}

    def act(self, form: PlaceForm) -> str:
        given = form.cleaned_data
        actions.add_place(
            self.actor, inspection_id=self.row.pk, text=given["text"], day=date.fromisoformat(given["day"]), note=given["note"]
        )
        return self.row.get_absolute_url()


class PlacePage(InspectionPages, View):
    """A drawn place: who stands there and why, what is open there, what was found today."""

    required_verb = queries.SEE_PLACE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        shown = queries.place_sheet(self.actor, pk)
        place = shown.place
        self.title, self.breadcrumbs = str(place), self.crumbs(place.inspection)
        if not self.breadcrumbs:
            self.breadcrumbs = [(OURS, reverse("duties:our-places"))]
        told = [place.inspection.name, formatting.day(place.day), place.division.name if place.site else "", place.note]
        self.lead = " · ".join(filter(None, told))
        may_place = self.actor.may(PLACE) and place.inspection.state in OPEN
        context = self.get_context_data(
            shown=shown, place=place, inspection=place.inspection, state=words.place_state(place), may_place=may_place,
            may_report=self.actor.may("duties.report_inspected") and after(place.inspection.state, Step.REPORT) is not None,
            found=[case_line(row) for row in shown.found], open=[case_line(row) for row in shown.open], states=DrawnPlace.State.choices,
            more=shown.open_count - len(shown.open),
        )  # fmt: skip
        return render(request, "duties/inspection/place.html", context)


class PlaceState(ActionButton):
    """The assessors are there, have left, were not there yet."""

    required_verb = PLACE

    def act(self, request: HttpRequest, **kwargs: Any) -> str | None:
        actions.mark_place(self.actor, drawn_id=kwargs["pk"], state=request.POST.get("state", "")[:10])
        return None


class PlaceRemove(ActionButton):
    required_verb = PLACE
    done = gettext_lazy("Taken out.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("duties:inspection", args=[actions.remove_place(self.actor, drawn_id=kwargs["pk"])])


class OfPlace(InspectionPages, FormPage):
    """A form about one drawn place."""

    def prepare(self) -> None:
        assert self.required_verb is not None
        rows = DrawnPlace.objects.select_related("inspection__division", "division", "site")
        self.place = access.fetch(self.actor, self.required_verb, rows, pk=self.kwargs["pk"])
        self.lead = f"{self.place} · {self.place.inspection}"

    def get_breadcrumbs(self) -> Any:
        return [*self.crumbs(self.place.inspection), (str(self.place), self.place.get_absolute_url())]


class Assign(OfPlace):
    """Send a unit, or a post of it, to the place."""

    required_verb = PLACE
    title = gettext_lazy("Who goes there")

    def get_form(self, data: Any = None, files: Any = None) -> AssignForm:
        known = self.place.assignments.filter(pk=number_in(self.request.GET.get("row")) or 0).select_related("unit", "post").first()
        return AssignForm(data, actor=self.actor, place=self.place, known=known)

    def act(self, form: AssignForm) -> str:
        actions.assign(self.actor, drawn_id=self.place.pk, **form.cleaned_data)
        return self.place.get_absolute_url()


class Release(ActionButton):
    required_verb = PLACE
    done = gettext_lazy("Taken away from the place.")

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        return actions.release(self.actor, assignment_id=kwargs["pk"]).get_absolute_url()


class Problem(PhotoPage, OfPlace):
    """A problem at the place: a case at once, with the short time of the inspection."""

    required_verb = "duties.report_inspected"
    title = gettext_lazy("Report a problem here")
    submit = gettext_lazy("Report it")
    done = ""

    def make_form(self, data: Any = None, files: Any = None) -> ProblemForm:
        units = units_here(self.actor, "duties.report_inspected", self.place.inspection.division)
        return ProblemForm(data, files, actor=self.actor, place=self.place, units=units)

    def act(self, form: ProblemForm) -> str:
        case = actions.report_problem(self.actor, drawn_id=self.place.pk, **form.facts())
        self.done = _("Reported as %(number)s; due %(due)s.") % {
            "number": case.number, "due": formatting.moment(case.due_at) if case.due_at else formatting.EMPTY
        }  # fmt: skip
        return self.place.get_absolute_url()


class PhoneList(InspectionPages, View):
    """Whom to call. Each opening is recorded. Everything is in the page: it can be printed and read without signal."""

    required_verb = CALL

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.find(CALL)
        self.title, self.lead, self.breadcrumbs = _("Telephone list"), str(row), self.crumbs(row)
        context = self.get_context_data(inspection=row, lines=actions.open_phones(self.actor, inspection_id=pk))
        return private(render(request, "duties/inspection/phones.html", context))


def private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    return answer


class PhoneFile(InspectionPages, View):
    """The list as one file without anything outside it, to be kept on a phone for the day. Recorded like an opening."""

    required_verb = CALL

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.find(CALL)
        lines = actions.open_phones(self.actor, inspection_id=pk)
        text = render_to_string("duties/inspection/phones_file.html", {"inspection": row, "lines": lines}, request=request)
        return private(download(text.encode(), f"{row.name} {_('Telephone list')}.html", "text/html; charset=utf-8"))


class PhoneSheet(InspectionPages, View):
    """The list as .xlsx. Recorded like an opening."""

    required_verb = CALL

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.find(CALL)
        lines: list[phones.Line] = actions.open_phones(self.actor, inspection_id=pk)
        return private(download(sheets.phones_sheet(row, lines), f"{row.name} {_('Telephone list')}.xlsx"))


OURS = gettext_lazy("Drawn places of ours")


class OurPlaces(ListPage):
    """The drawn places at which the own unit stands; for the office all of its area."""

    title = export_name = OURS
    required_verb = queries.SEE_PLACE
    columns = [
        ListColumn("place", gettext_lazy("Drawn place"), lambda row: str(row), phone="title"),
        ListColumn("state", gettext_lazy("State"), words.place_state, export="get_state_display", phone="badge", nowrap=True),
        ListColumn("day", pgettext_lazy("inspection", "Day"), kind="date", sort="day", nowrap=True),
        ListColumn("division", gettext_lazy("Community"), "division.name"),
        ListColumn("inspection", gettext_lazy("Inspection"), "inspection.name"),
        ListColumn("note", gettext_lazy("Remark")),
    ]
    search_fields = ["site__name", "division__name", "inspection__name"]
    default_sort = "-day"
    empty = Empty(
        gettext_lazy("No drawn place is yours"), gettext_lazy("When a place at which your unit stands is drawn, it appears here at once."),
        icon="map-pin-check",
    )  # fmt: skip

    def get_queryset(self) -> Any:
        return queries.own_places(self.actor)

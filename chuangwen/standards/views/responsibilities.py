"""Who answers for what: the matrix, what nobody answers for, the task book of a unit."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Missing
from chuangwen.kernel.identifiers import number_in
from chuangwen.people.models import Unit
from chuangwen.standards import actions, queries
from chuangwen.standards.actions.responsibilities import in_force
from chuangwen.standards.forms import AssignForm, EndForm, ResponsibilityForm
from chuangwen.standards.models import Criterion, Edition, Responsibility, Section
from chuangwen.standards.task_sheet import task_book_sheet
from chuangwen.web.downloads import download
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import BulkAction, ChoiceFilter, Empty, LinkFilter, ListColumn, ListPage, PageAction, QFilter
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Responsibilities")
Part = Responsibility.Part


def day_of(request: HttpRequest) -> date:
    """The day asked for with ``?on=``, else today."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return clock.today()


def edition_of(request: HttpRequest, actor: access.Actor) -> Edition | None:
    """The edition asked for with ``?edition=``, else the one in force."""
    asked = number_in(request.GET.get("edition"))
    return access.scoped(actor, "standards.see", Edition).filter(pk=asked).first() or queries.current_edition()


class ResponsibilityList(ListPage):
    """Every row of responsibility of the area."""

    title = HOME
    required_verb = "standards.see"
    columns = [
        ListColumn("unit", gettext_lazy("Unit"), "unit.name", sort="unit__path", phone="title"),
        ListColumn(
            "part", gettext_lazy("Part"), "standards/cells/part.html", export="get_part_display", sort="part", phone="badge"
        ),
        ListColumn("thing", gettext_lazy("For what"), queries.thing_in_words),
        ListColumn("starts_on", gettext_lazy("From"), kind="date", sort="starts_on", nowrap=True),
        ListColumn("ends_on", gettext_lazy("Until"), kind="date", sort="ends_on", nowrap=True),
        ListColumn("note", gettext_lazy("Remark"), phone="hidden"),
    ]
    search_fields = ["unit__name", "criterion__text", "site_type__name", "kind__name", "family__name", "site__name"]
    search_hint = gettext_lazy("Unit, criterion, site type or kind")
    default_sort = ("unit__path", "pk")
    export_name = HOME
    empty = Empty(
        gettext_lazy("No responsibilities yet"),
        gettext_lazy("Bring in the standard with its responsible units, or choose units for criteria."),
        icon="users-group",
    )

    def get_filters(self) -> Any:
        today = clock.today()
        path = queries.CRITERION_EDITION
        return [
            ChoiceFilter(key="part", label=_("Part"), choices=Part.choices),
            QFilter(
                key="when",
                label=_("In force"),
                options={
                    "now": (_("now"), in_force(today)),
                    "past": (_("past"), Q(ends_on__lt=today)),
                    "later": (_("later"), Q(starts_on__gt=today)),
                },
            ),
            QFilter(
                key="what",
                label=_("For"),
                more=True,
                options={
                    "criterion": (_("a criterion"), Q(criterion__isnull=False)),
                    "type": (_("a site type"), Q(site_type__isnull=False)),
                    "site": (_("a site"), Q(site__isnull=False)),
                    "kind": (_("kinds of problems"), Q(kind__isnull=False) | Q(family__isnull=False)),
                    "place": (_("a place"), Q(division__isnull=False)),
                },
            ),
            LinkFilter(key="unit", label=_("Unit"), name=lambda value: Unit.objects.get(pk=value).name),
            LinkFilter(
                key="edition",
                label=_("Edition"),
                name=lambda value: str(Edition.objects.get(pk=value)),
                condition=lambda value: Q(criterion__isnull=True) | Q(**{f"criterion__{path}": value}),
            ),
        ]

    def get_page_actions(self) -> Any:
        found = [
            PageAction(_("Matrix"), reverse("standards:matrix"), icon="table"),
            PageAction(_("By unit"), reverse("standards:coverage"), icon="chart-bar"),
        ]
        if self.actor.may("standards.assign"):
            found.append(PageAction(_("New responsibility"), reverse("standards:responsibility-new"), icon="plus", primary=True))
        return found

    def get_queryset(self) -> Any:
        return queries.visible_responsibilities(self.actor).select_related(
            "unit", "criterion", "kind", "family", "site_type", "site", "division"
        )

    def row_url(self, row: Responsibility) -> str | None:
        return reverse("standards:responsibility", args=[row.pk]) if self.actor.may("standards.assign") else None


def assign_criteria(request: HttpRequest, queryset: Any, facts: dict[str, Any]) -> str:
    """The bulk action: a lead and assisting units for all chosen criteria."""
    things = [{"criterion": criterion} for criterion in queryset]
    common = {
        "things": things,
        "starts_on": facts["starts_on"],
        "ends_on": facts["ends_on"],
        "note": facts["note"],
        "replace": facts["replace"],
    }
    actor = request.actor
    made = 0
    if facts["lead"]:
        made += actions.assign(actor, units=[facts["lead"]], part=Part.LEAD, **common)
    if facts["assist"]:
        made += actions.assign(actor, units=list(facts["assist"]), part=Part.ASSIST, **common)
    return _("%(rows)d responsibilities for %(things)d criteria.") % {"rows": made, "things": len(things)}


class CriteriaList(ListPage):
    """The criteria of an edition with who answers; those that nobody answers for by a filter; assigned in bulk."""

    title = gettext_lazy("Criteria and who answers")
    required_verb = "standards.see"
    breadcrumbs = [(HOME, "/standards/responsibilities/")]
    columns = [
        ListColumn(
            "code",
            gettext_lazy("Code"),
            sort=("requirement__indicator__section__order", "requirement__indicator__order", "requirement__order", "order"),
            nowrap=True,
        ),
        ListColumn("text", gettext_lazy("Criterion"), phone="title", width=50),
        ListColumn("section", gettext_lazy("Section"), "requirement.indicator.section.name", phone="hidden"),
        ListColumn("indicator", gettext_lazy("Indicator"), "requirement.indicator.name"),
        ListColumn("method", gettext_lazy("Method"), "get_method_display", sort="method", phone="badge", nowrap=True),
        ListColumn(
            "lead",
            gettext_lazy("Lead"),
            "standards/cells/lead.html",
            export=lambda row: "、".join(unit.name for unit in row.answers.lead),
        ),
        ListColumn("assist", gettext_lazy("Assisting"), lambda row: "、".join(str(unit) for unit in row.answers.assist)),
    ]
    search_fields = ["^code", "text", "requirement__text", "requirement__indicator__name"]
    search_hint = gettext_lazy("Words of the criterion")
    default_sort = ("requirement__indicator__section__order", "requirement__indicator__order", "requirement__order", "order")
    export_name = gettext_lazy("Criteria and who answers")
    empty = Empty(gettext_lazy("No criteria yet"), gettext_lazy("Bring in the standard first."), icon="book")

    @cached_property
    def edition(self) -> Edition | None:
        return edition_of(self.request, self.actor)

    def get_title(self) -> Any:
        return _("%(title)s: %(edition)s") % {"title": self.title, "edition": self.edition} if self.edition else self.title

    def get_filters(self) -> Any:
        leads = (
            queries.without_lead(self.actor, self.edition, clock.today()).values("pk")
            if self.edition
            else Criterion.objects.none().values("pk")
        )
        return [
            QFilter(
                key="owner",
                label=_("Lead"),
                options={"none": (_("nobody answers"), Q(pk__in=leads)), "some": (_("has a lead"), ~Q(pk__in=leads))},
            ),
            ChoiceFilter(
                key="section",
                label=_("Section"),
                field="requirement__indicator__section",
                choices=lambda: Section.objects.filter(edition=self.edition).values_list("pk", "name"),
            ),
            ChoiceFilter(key="method", label=_("Method"), choices=Criterion.Method.choices, more=True),
            LinkFilter(
                key="edition",
                label=_("Edition"),
                name=lambda value: str(Edition.objects.get(pk=value)),
                condition=lambda _value: Q(),
            ),
        ]

    def get_bulk_actions(self) -> Any:
        if not self.actor.may("standards.assign"):
            return []
        return [
            BulkAction(
                "assign",
                _("Assign units"),
                assign_criteria,
                icon="users-plus",
                form=lambda **kwargs: AssignForm(actor=self.actor, **kwargs),
            )
        ]

    def get_queryset(self) -> Any:
        return queries.criteria(self.edition) if self.edition else Criterion.objects.none()

    def rows(self) -> Any:
        found = super().rows()
        answers = queries.answering(self.actor, [row.pk for row in found.objects], clock.today())
        for row in found.objects:
            row.answers = answers.get(row.pk) or queries.Answering()
        return found

    def sheet_rows(self, columns: Any, queryset: Any) -> Any:
        rows = list(queryset)
        answers = queries.answering(self.actor, [row.pk for row in rows], clock.today())
        for row in rows:
            row.answers = answers.get(row.pk) or queries.Answering()
            yield {column.key: column.sheet_value(row) for column in columns}

    def row_url(self, row: Criterion) -> str:
        return reverse("standards:criterion", args=[row.pk])


class MatrixPage(PageMixin, View):
    """Criteria by units: ● leads, ○ assists."""

    required_verb = "standards.see"
    title = gettext_lazy("Responsibility matrix")
    breadcrumbs = [(HOME, "/standards/responsibilities/")]

    def get(self, request: HttpRequest) -> HttpResponse:
        edition, on = edition_of(request, self.actor), day_of(request)
        tree = queries.tree(edition) if edition else []
        sections = [(str(section.pk), section.name) for section in tree]
        chosen = request.GET.get("section", "")
        shown = [section for section in tree if str(section.pk) == chosen] or tree
        criteria = [
            (section, indicator, criterion)
            for section in shown
            for indicator in section.indicators.all()
            for requirement in indicator.requirements.all()
            for criterion in requirement.criteria.all()
        ]
        answers = queries.answering(self.actor, [criterion.pk for _s, _i, criterion in criteria], on)
        units: dict[int, Unit] = {}
        for found in answers.values():
            for unit in (*found.lead, *found.assist):
                units.setdefault(unit.pk, unit)
        columns = sorted(units.values(), key=lambda unit: unit.path)
        lines = []
        for section, indicator, criterion in criteria:
            found = answers.get(criterion.pk) or queries.Answering()
            leads, assists = {unit.pk for unit in found.lead}, {unit.pk for unit in found.assist}
            marks = ["lead" if unit.pk in leads else "assist" if unit.pk in assists else "" for unit in columns]
            lines.append(
                {"section": section, "indicator": indicator, "criterion": criterion, "marks": marks, "ownerless": not leads}
            )
        context = self.get_context_data(edition=edition, on=on, units=columns, lines=lines, sections=sections, chosen=chosen)
        return render(request, "standards/matrix.html", context)


class CoveragePage(PageMixin, View):
    """Per unit how many criteria it leads and assists with; the way to the task books."""

    required_verb = "standards.see"
    title = gettext_lazy("Responsibility by unit")
    breadcrumbs = [(HOME, "/standards/responsibilities/")]

    def get(self, request: HttpRequest) -> HttpResponse:
        edition, on = edition_of(request, self.actor), day_of(request)
        rows = queries.coverage(self.actor, edition, on) if edition else []
        books = set(
            access.scoped(self.actor, "standards.see_task_book", Unit)
            .filter(pk__in=[row.unit.pk for row in rows])
            .values_list("pk", flat=True)
        )
        total = queries.criteria(edition).count() if edition else 0
        ownerless = queries.without_lead(self.actor, edition, on).count() if edition else 0
        context = self.get_context_data(
            edition=edition, on=on, rows=rows, books=books, total=total, ownerless=ownerless, owned=total - ownerless
        )
        return render(request, "standards/coverage.html", context)


class TaskBookPage(PageMixin, View):
    """任务书: what the edition asks of one unit; prints as it stands, and goes out as a sheet."""

    required_verb = "standards.see_task_book"
    breadcrumbs = [(HOME, "/standards/responsibilities/")]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        unit = access.fetch(self.actor, "standards.see_task_book", Unit, pk=pk)
        edition, on = edition_of(request, self.actor), day_of(request)
        if edition is None:
            raise Missing(_("There is no edition yet."))
        book = queries.task_book(unit, edition, on, self.actor)
        if request.GET.get("export") == "xlsx":
            name = _("%(unit)s task book") % {"unit": unit.name}
            return download(task_book_sheet(book), f"{name}.xlsx")
        self.title = _("Task book: %(unit)s") % {"unit": unit.name}
        groups: dict[int, tuple[Any, list[Any]]] = {}
        for number, task in enumerate(book.tasks, 1):
            groups.setdefault(task.section.pk, (task.section, []))[1].append((number, task))
        query = urlencode({"edition": edition.pk, "on": on.isoformat(), "export": "xlsx"})
        context = self.get_context_data(
            book=book,
            groups=groups.values(),
            sheet_url=f"?{query}",
            others=[(row, queries.thing_in_words(row)) for row in book.others],
        )
        return render(request, "standards/task_book.html", context)


class ResponsibilityNew(FormPage):
    """Responsibility for a site type, a family or a kind."""

    required_verb = "standards.assign"
    title = gettext_lazy("New responsibility")
    breadcrumbs = [(HOME, "/standards/responsibilities/")]
    cancel_url = "/standards/responsibilities/"

    def get_form(self, data: Any = None, files: Any = None) -> ResponsibilityForm:
        return ResponsibilityForm(data, actor=self.actor)

    def act(self, form: ResponsibilityForm) -> str:
        facts = form.cleaned_data
        thing = {name: facts[name] for name in ("site_type", "family", "kind") if facts[name]}
        _assign_both(self.actor, facts, [thing])
        return self.cancel_url


def _assign_both(actor: access.Actor, facts: dict[str, Any], things: list[dict[str, Any]]) -> None:
    common = {
        "things": things,
        "starts_on": facts["starts_on"],
        "ends_on": facts["ends_on"],
        "note": facts["note"],
        "replace": facts["replace"],
    }
    if facts["lead"]:
        actions.assign(actor, units=[facts["lead"]], part=Part.LEAD, **common)
    if facts["assist"]:
        actions.assign(actor, units=list(facts["assist"]), part=Part.ASSIST, **common)


class CriterionAssign(FormPage):
    """Units for one criterion."""

    required_verb = "standards.assign"

    def prepare(self) -> None:
        self.criterion = access.fetch(self.actor, "standards.see", Criterion, pk=self.kwargs["pk"])
        self.title = _("Assign units")
        self.lead = self.criterion.text
        self.cancel_url = reverse("standards:criterion", args=[self.criterion.pk])

    def get_form(self, data: Any = None, files: Any = None) -> AssignForm:
        now = queries.answering(self.actor, [self.criterion.pk], clock.today()).get(self.criterion.pk) or queries.Answering()
        initial = {"starts_on": clock.today(), "replace": True, "lead": now.lead[0] if now.lead else None, "assist": now.assist}
        return AssignForm(data, actor=self.actor, initial=initial)

    def act(self, form: AssignForm) -> str:
        _assign_both(self.actor, form.cleaned_data, [{"criterion": self.criterion}])
        return self.cancel_url


class ResponsibilityPage(FormPage):
    """One row: let it end, or take it back."""

    required_verb = "standards.assign"
    template_name = "standards/responsibility.html"
    submit = gettext_lazy("Let it end")
    cancel_url = "/standards/responsibilities/"

    def prepare(self) -> None:
        rows = Responsibility.objects.select_related("unit", "criterion", "kind", "family", "site_type", "site", "division")
        self.row = access.fetch(self.actor, "standards.assign", rows, pk=self.kwargs["pk"])
        self.title = self.row.unit.name

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("standards:responsibilities"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(row=self.row, thing=queries.thing_in_words(self.row), **kwargs)

    def get_form(self, data: Any = None, files: Any = None) -> EndForm:
        return EndForm(data, initial={"ends_on": self.row.ends_on or clock.today()})

    def act(self, form: EndForm) -> str:
        actions.end_responsibility(self.actor, responsibility_id=self.row.pk, ends_on=form.cleaned_data["ends_on"])
        return self.cancel_url


class ResponsibilityRemove(ActionButton):
    required_verb = "standards.assign"
    done = gettext_lazy("Removed.")

    def act(self, request: HttpRequest, pk: int) -> str:
        actions.remove_responsibility(self.actor, responsibility_id=pk)
        return reverse("standards:responsibilities")

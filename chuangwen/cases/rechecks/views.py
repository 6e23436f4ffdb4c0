"""Pages of silent re-checks: what is planned and was found, one of them, the draws, the settings."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from chuangwen.cases import telling
from chuangwen.cases.models import Case, CasePhoto, Recheck, RecheckDraw
from chuangwen.cases.queries.detail import BESIDE
from chuangwen.cases.rechecks import actions, drawing, queries
from chuangwen.cases.rechecks.forms import AssignForm, DrawForm, DropForm, ResultForm, SettingsForm
from chuangwen.cases.views.detail import shown_photos
from chuangwen.kernel import access, clock
from chuangwen.people.models import Account, Unit
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import ChoiceFilter, DateRangeFilter, Empty, ListColumn, ListPage, PageAction, QFilter, SavedView
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Silent re-checks")
TONES = {Recheck.Result.SOLVED: "ok", Recheck.Result.BACK: "bad", Recheck.Result.UNCLEAR: "warn"}


def state_of(row: Recheck) -> tuple[Any, str]:
    """How a re-check stands, in words and tone."""
    if row.state == Recheck.State.DONE:
        return row.get_result_display(), TONES[Recheck.Result(row.result)]
    if row.state == Recheck.State.PLANNED and row.due_on < clock.today():
        return _("overdue"), "bad"
    return row.get_state_display(), "wait" if row.state == Recheck.State.PLANNED else "quiet"


def cell_state(row: Recheck) -> Any:
    return badge(*state_of(row))


def cell_case(row: Recheck) -> Any:
    where = row.case.site.name if row.case.site else row.case.address or (row.case.division.name if row.case.division else "")
    return format_html(
        '<span class="cw-case-cell d-block">{}</span><span class="cw-case-where d-block">{} · {}</span>',
        row.case.description,
        row.case.number,
        where,
    )


def cell_who(row: Recheck) -> Any:
    if row.assigned_to is None:
        return badge(_("nobody independent"), "warn") if row.state == Recheck.State.PLANNED else "—"
    return str(row.assigned_to)


class RecheckList(ListPage):
    """What is planned (for whoever may know of it) and what was found."""

    title = export_name = HOME
    lead = gettext_lazy(
        "A share of what was closed is looked at again by somebody else, without notice. Units learn of it when it is done."
    )
    required_verb = "cases.see_rechecks"
    template_name = "cases/rechecks/list.html"
    columns = [
        ListColumn("case", gettext_lazy("Problem"), cell_case, phone="title"),
        ListColumn("state", pgettext_lazy("recheck", "Result"), cell_state, phone="badge", nowrap=True),
        ListColumn("due_on", gettext_lazy("To be done by"), sort="due_on", kind="date", nowrap=True, phone="body"),
        ListColumn("who", gettext_lazy("Who goes"), cell_who, nowrap=True, phone="body"),
        ListColumn("how", gettext_lazy("Drawn"), "get_how_display", nowrap=True, phone="hidden"),
        ListColumn("unit", gettext_lazy("Answered for by"), "unit.name", phone="hidden"),
        ListColumn("done_at", gettext_lazy("Done"), sort="done_at", kind="date", nowrap=True, phone="hidden"),
    ]
    export_columns = [
        ListColumn("number", gettext_lazy("Number"), "case.number", width=16),
        ListColumn("description", gettext_lazy("Problem"), "case.description", width=36),
        ListColumn("site", gettext_lazy("Site"), "case.site.name", width=24),
        ListColumn("unit", gettext_lazy("Answered for by"), "unit.name", width=20),
        ListColumn("how", gettext_lazy("Drawn"), "get_how_display"),
        ListColumn("weight", gettext_lazy("Weight"), "weight"),
        ListColumn("state", gettext_lazy("State"), "get_state_display"),
        ListColumn("result", pgettext_lazy("recheck", "Result"), "get_result_display"),
        ListColumn("due_on", gettext_lazy("To be done by"), kind="date"),
        ListColumn("done_at", gettext_lazy("Done"), kind="datetime"),
        ListColumn("note", pgettext_lazy("case", "Note"), width=30),
        ListColumn("new_case", gettext_lazy("New case"), "new_case.number", width=16),
    ]
    search_fields = ["case__number", "case__description", "case__site__name"]
    search_hint = gettext_lazy("Number, words, site")
    default_sort = ("-state", "due_on")
    empty = Empty(
        gettext_lazy("No re-checks yet"), gettext_lazy("Every week a share of what was closed is drawn; it can be drawn by hand, too."),
        icon="report-search",
    )  # fmt: skip
    saved_views: Any = [
        SavedView(gettext_lazy("All")),
        SavedView(pgettext_lazy("recheck", "Planned"), "state=planned"),
        SavedView(gettext_lazy("Overdue"), "late=1"),
        SavedView(pgettext_lazy("recheck", "Back"), "result=back"),
    ]

    def get_queryset(self) -> QuerySet[Recheck]:
        return queries.visible(self.actor).select_related(*queries.ROW, "new_case")

    def get_filters(self) -> Sequence[Any]:
        return self.all_filters

    @cached_property
    def all_filters(self) -> list[Any]:
        late = Q(state=Recheck.State.PLANNED, due_on__lt=clock.today())
        seen = access.scoped(self.actor, "cases.see_rechecks", Recheck).order_by().values("unit")
        units = [
            (pk, short or name)
            for pk, short, name in Unit.objects.filter(pk__in=seen).order_by("path").values_list("pk", "short_name", "name")
        ]
        return [
            ChoiceFilter(key="state", label=_("State"), choices=Recheck.State.choices),
            ChoiceFilter(key="result", label=pgettext_lazy("recheck", "Result"), choices=Recheck.Result.choices),
            ChoiceFilter(key="unit", label=_("Answered for by"), choices=units),
            ChoiceFilter(key="how", label=_("Drawn"), choices=Recheck.How.choices, more=True),
            QFilter(key="late", label=_("Overdue"), options={"1": (_("yes"), late)}, more=True),
            DateRangeFilter(key="done", field="done_at", label=_("Done"), more=True),
        ]

    def get_page_actions(self) -> list[PageAction]:
        found = []
        if self.actor.may("cases.edit_rechecks"):
            found.append(PageAction(_("Settings"), reverse("cases:recheck-settings"), icon="settings"))
        if self.actor.may("cases.draw_rechecks"):
            found.append(PageAction(_("Draws"), reverse("cases:recheck-draws"), icon="history"))
            found.append(PageAction(_("Draw now"), reverse("cases:recheck-draw"), icon="refresh", primary=True))
        return found

    def row_url(self, row: Recheck) -> str:
        return reverse("cases:recheck", args=[row.pk])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(**more) | {"counts": queries.counts(self.actor, clock.today())}


class OfRecheck(FormPage):
    """A page about one re-check that the person sees."""

    required_verb = "cases.see_rechecks"
    row: Recheck

    def prepare(self) -> None:
        self.row = access.fetch(self.actor, "cases.see_rechecks", queries.visible(self.actor), pk=self.kwargs["pk"])
        self.case = Case.objects.select_related(*BESIDE).get(pk=self.row.case_id)
        self.title = self.case.number

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("cases:rechecks"))]

    def extra_context(self) -> dict[str, Any]:
        case = self.case
        return {
            "row": self.row, "case": case, "case_url": reverse("cases:detail", args=[case.pk]),
            "state_tone": telling.STATE_TONES[case.state],
        }  # fmt: skip


class RecheckPage(OfRecheck):
    """What was found before and after, and what is found now."""

    template_name = "cases/rechecks/page.html"
    submit = gettext_lazy("Send")
    done = ""

    @property
    def may_do(self) -> bool:
        mine = self.row.assigned_to_id is not None and self.row.assigned_to_id == self.actor.account_id
        return mine and self.row.state == Recheck.State.PLANNED and self.actor.may("cases.recheck")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return ResultForm(data, files, actor=self.actor)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        access.require(self.actor, "cases.recheck")
        return super().post(request, *args, **kwargs)

    def answer(self, form: Any, status: int = 200) -> HttpResponse:
        if status == 422 and form.is_bound:
            form.store()
        return super().answer(form, status)

    def act(self, form: ResultForm) -> str:
        form.store()
        facts = {name: form.cleaned_data[name] for name in ("result", "note", "lat", "lon")}
        found = actions.recheck(self.actor, recheck_id=self.row.pk, photos=form.photos("photos"), **facts)
        words = (
            _("Recorded. The problem goes on as %(number)s.") % {"number": found.new_case} if found.new_case else _("Recorded.")
        )
        messages.success(self.request, f"{self.case.number}：{words}")
        return reverse("cases:rechecks")

    def extra_context(self) -> dict[str, Any]:
        links = list(CasePhoto.objects.filter(case=self.case).select_related("photo").order_by("pk"))
        account = self.actor.account_id
        found = [link.photo for link in self.row.photo_links.select_related("photo").order_by("pk")]
        manages = self.row.state == Recheck.State.PLANNED and self.actor.may("cases.draw_rechecks")
        return super().extra_context() | {
            "before": shown_photos([link for link in links if link.stage == CasePhoto.Stage.BEFORE], account),
            "after": shown_photos([link for link in links if link.stage == CasePhoto.Stage.AFTER], account),
            "found": shown_photos([CasePhoto(photo=photo, stage=CasePhoto.Stage.OTHER) for photo in found], account),
            "may_do": self.may_do, "manages": manages, "stands": state_of(self.row),
        }  # fmt: skip


class AssignPage(OfRecheck):
    """Somebody else goes."""

    required_verb = "cases.draw_rechecks"
    explanation = gettext_lazy("Only who never acted on the case, belongs to none of its units and works there.")
    done = gettext_lazy("Assigned.")
    template_name = "cases/rechecks/form.html"

    def prepare(self) -> None:
        super().prepare()
        self.title = _("Who looks at %(number)s again?") % {"number": self.case.number}

    def get_form(self, data: Any = None, files: Any = None) -> AssignForm:
        keys = [one.account for one in actions.independent_of(self.case)]
        planned = Recheck.objects.filter(assigned_to__in=keys, state=Recheck.State.PLANNED).order_by()
        load = dict(planned.values_list("assigned_to").annotate(n=Count("pk")))
        accounts = [
            (account, load.get(account.pk, 0)) for account in Account.objects.filter(pk__in=keys).select_related("person")
        ]
        accounts.sort(key=lambda pair: (pair[1], pair[0].pk))
        return AssignForm(data, files, accounts=accounts, initial=self.row.assigned_to_id)

    def act(self, form: AssignForm) -> str:
        actions.assign(self.actor, recheck_id=self.row.pk, account=form.cleaned_data["account"])
        return reverse("cases:recheck", args=[self.row.pk])


class DropPage(OfRecheck):
    """Not looked at after all."""

    required_verb = "cases.draw_rechecks"
    form_class = DropForm
    submit = gettext_lazy("Drop")
    tone = "danger"
    done = gettext_lazy("Dropped. The case can be drawn again.")
    template_name = "cases/rechecks/form.html"

    def prepare(self) -> None:
        super().prepare()
        self.title = _("Drop the re-check of %(number)s") % {"number": self.case.number}

    def act(self, form: DropForm) -> str:
        actions.drop(self.actor, recheck_id=self.row.pk, **form.cleaned_data)
        return reverse("cases:rechecks")


class DrawPage(FormPage):
    """Draw by hand."""

    required_verb = "cases.draw_rechecks"
    title = gettext_lazy("Draw closed cases for a silent re-check")
    explanation = gettext_lazy(
        "What was closed in the window of the settings and has not been looked at again. Each goes to somebody independent."
    )
    submit = gettext_lazy("Draw now")
    done = ""

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("cases:rechecks"))]

    def get_form(self, data: Any = None, files: Any = None) -> DrawForm:
        return DrawForm(data, files, actor=self.actor, settings=queries.settings())

    def act(self, form: DrawForm) -> str:
        made = drawing.draw(self.actor, **form.cleaned_data)
        seen = access.scoped(self.actor, "cases.draw_rechecks", RecheckDraw).filter(pk=made.pk).exists()
        messages.success(self.request, _("The draw is made."))
        return reverse("cases:recheck-drawn", args=[made.pk]) if seen else reverse("cases:rechecks")


class DrawList(ListPage):
    title = export_name = gettext_lazy("Draws")
    required_verb = "cases.draw_rechecks"
    columns = [
        ListColumn("drawn_at", gettext_lazy("Drawn at"), sort="drawn_at", kind="datetime", phone="title"),
        ListColumn("division", gettext_lazy("Place"), "division.name"),
        ListColumn("size", gettext_lazy("Drawn"), lambda row: len(row.result), kind="int", phone="badge"),
        ListColumn("of", gettext_lazy("Out of"), lambda row: len(row.frame), kind="int"),
        ListColumn("by", gettext_lazy("By"), "actor_name"),
    ]
    default_sort = "-drawn_at"
    empty = Empty(gettext_lazy("No draws yet"), icon="history")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("cases:rechecks"))]

    def get_queryset(self) -> QuerySet[RecheckDraw]:
        return access.scoped(self.actor, "cases.draw_rechecks", RecheckDraw).select_related("division")

    def row_url(self, row: RecheckDraw) -> str:
        return reverse("cases:recheck-drawn", args=[row.pk])


class DrawDetail(PageMixin, View):
    """One draw: from how many, by which seed, what came out (as far as the person may know), and whether it comes out again."""

    required_verb = "cases.draw_rechecks"

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("cases:rechecks")), (_("Draws"), reverse("cases:recheck-draws"))]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        made = access.fetch(self.actor, "cases.draw_rechecks", RecheckDraw.objects.select_related("division"), pk=pk)
        self.title = _("Draw of %(day)s") % {"day": f"{made.drawn_at.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"}
        rows = list(queries.visible(self.actor).filter(draw=made).order_by("pk"))
        context = self.get_context_data(
            made=made, rows=[(row, state_of(row)) for row in rows], drawn=len(made.result), frame=len(made.frame),
            holds=drawing.repeated(made),
            random=sum(how == Recheck.How.RANDOM for _number, how, _account in made.result),
        )  # fmt: skip
        return render(request, "cases/rechecks/draw.html", context)


class SettingsEdit(FormPage):
    required_verb = "cases.edit_rechecks"
    title = gettext_lazy("Settings of silent re-checks")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("cases:rechecks"))]

    def get_form(self, data: Any = None, files: Any = None) -> SettingsForm:
        return SettingsForm(data, files, settings=queries.settings())

    def act(self, form: SettingsForm) -> str:
        actions.save_settings(self.actor, changes=form.cleaned_data)
        return reverse("cases:rechecks")

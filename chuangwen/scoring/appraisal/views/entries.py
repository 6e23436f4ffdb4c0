"""What is entered by hand with evidence: awards, adopted information, activities held; checked by somebody else before it counts."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.scoring.appraisal import actions, queries, words
from chuangwen.scoring.appraisal.forms import CheckEntryForm, EntryForm, uploaded
from chuangwen.scoring.appraisal.models import AppraisalScheme, ManualEntry
from chuangwen.scoring.appraisal.views.objections import evidence
from chuangwen.web.form_pages import FormPage
from chuangwen.web.lists import DateRangeFilter, Empty, ListColumn, ListPage, PageAction, QFilter, SavedView, TextFilter
from chuangwen.web.templatetags.web import badge
from chuangwen.web.views import AccessMixin, PageMixin

HOME = gettext_lazy("Awards and activities")
MOST_TITLES = 100


def standing(row: ManualEntry) -> tuple[Any, str]:
    """Whether an entry counts, in words and tone."""
    if row.checked_at is None:
        return _("waits to be checked"), "wait"
    return (_("does not count"), "quiet") if row.refused else (_("counts"), "ok")


def kinds() -> list[str]:
    """The kinds that the newest versions of the schemes count, in their order."""
    found: dict[str, None] = {}
    for body in AppraisalScheme.objects.filter(queries.newest_scheme_versions()).order_by("name").values_list("body", flat=True):
        for measure in body["measures"]:
            if measure["kind"] in ("bonus", "penalty"):
                found |= dict.fromkeys(one["kind"] for one in measure["kinds"])
            elif measure["kind"] in ("tally", "veto"):
                found |= dict.fromkeys(measure["kinds"])
    return list(found)


class EntryList(ListPage):
    """Entries of the area or the own unit."""

    title = export_name = HOME
    lead = gettext_lazy("Counts for units only with evidence, and once somebody else has checked it.")
    required_verb = "scoring.see_own_appraisal"
    template_name = "scoring/appraisal/entries.html"
    columns = [
        ListColumn("words", gettext_lazy("Content of the entry"), phone="title", width=36),
        ListColumn(
            "standing",
            gettext_lazy("State"),
            lambda row: badge(*standing(row)),
            export=lambda row: standing(row)[0],
            phone="badge",
            nowrap=True,
        ),
        ListColumn("kind", gettext_lazy("Kind of entry"), sort=("kind", "-day", "-pk"), nowrap=True),
        ListColumn("unit", gettext_lazy("Unit"), "unit.name", sort=("unit__name", "-day", "-pk")),
        ListColumn("day", gettext_lazy("Day"), kind="date", sort=("day", "pk"), nowrap=True),
        ListColumn(
            "title",
            gettext_lazy("Title of honour"),
            lambda row: badge(*words.title_of(row)) if words.title_of(row)[0] else "",
            export=lambda row: words.title_of(row)[0],
        ),
        ListColumn("points", gettext_lazy("Points"), kind="decimal", digits=1),
        ListColumn("quantity", gettext_lazy("Quantity"), kind="decimal", digits=0),
    ]
    search_fields = ["words", "unit__name", "kind"]
    search_hint = gettext_lazy("Words, unit, kind")
    default_sort = ("-day", "-pk")
    saved_views = [SavedView(gettext_lazy("All")), SavedView(gettext_lazy("Entries to check"), "checked=0")]
    empty = Empty(
        gettext_lazy("Nothing entered yet"),
        gettext_lazy("Awards, adopted information and activities are entered here with their evidence."),
        icon="award",
    )

    def get_filters(self) -> Any:
        return [
            QFilter(
                key="checked",
                label=_("Check of the entry"),
                options={"1": (_("yes"), Q(checked_at__isnull=False)), "0": (_("no"), Q(checked_at__isnull=True))},
            ),
            TextFilter(key="kind", label=_("Kind of entry"), field="kind"),
            DateRangeFilter(key="on", label=_("Day"), field="day", more=True),
        ]

    def get_queryset(self) -> Any:
        return queries.entries(self.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        titles = list(queries.standing_titles(self.actor)[:MOST_TITLES])
        told = {"titles": titles, "title_stands": words.TITLE_STANDS, "title_tones": words.TITLE_TONES}
        return super().get_context_data(**kwargs, **told, opens=self.actor.may("scoring.see_appraisals"))

    def get_page_actions(self) -> Any:
        if not self.actor.may("scoring.enter_manually"):
            return []
        return [PageAction(_("Enter"), reverse("scoring:appraisal-entry-new"), icon="plus", primary=True)]

    def row_url(self, row: ManualEntry) -> str:
        return reverse("scoring:appraisal-entry", args=[row.pk])


class EntryNew(FormPage):
    """Enter one thing."""

    required_verb = "scoring.enter_manually"
    title = gettext_lazy("Enter an award or activities")
    done = gettext_lazy("Entered. It counts once somebody else has checked it.")

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("scoring:appraisal-entries"))]

    def get_form(self, data: Any = None, files: Any = None) -> EntryForm:
        return EntryForm(data, files, actor=self.actor, kinds=kinds())

    def act(self, form: EntryForm) -> str:
        given = {name: value for name, value in form.cleaned_data.items() if name != "file"}
        entry = actions.enter_manually(self.actor, **given, **uploaded(form))
        return reverse("scoring:appraisal-entry", args=[entry.pk])


class EntryPage(PageMixin, View):
    """An entry with its evidence."""

    required_verb = "scoring.see_own_appraisal"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = access.fetch(self.actor, "scoring.see_own_appraisal", queries.entries(self.actor), pk=pk)
        self.title, self.lead = entry.words, f"{entry.unit.name} · {entry.kind}"
        self.breadcrumbs = [(HOME, reverse("scoring:appraisal-entries"))]
        may_check = (
            entry.checked_at is None
            and entry.entered_by_id != self.actor.account_id
            and access.scoped(self.actor, "scoring.check_entry", ManualEntry).filter(pk=pk).exists()
        )
        context = self.get_context_data(entry=entry, standing=badge(*standing(entry)), may_check=may_check, title=words.title_of(entry))
        return render(request, "scoring/appraisal/entry.html", context)


class EntryCheck(FormPage):
    """Whether the evidence shows it."""

    required_verb = "scoring.check_entry"
    form_class = CheckEntryForm
    title = gettext_lazy("Check the entry")
    done = gettext_lazy("The entry is checked.")

    def prepare(self) -> None:
        self.entry = access.fetch(
            self.actor, "scoring.check_entry", ManualEntry.objects.select_related("unit"), pk=self.kwargs["pk"]
        )
        self.lead = f"{self.entry.unit.name} · {self.entry.kind} · {self.entry.words}"

    def get_breadcrumbs(self) -> Any:
        return [
            (HOME, reverse("scoring:appraisal-entries")),
            (self.entry.words, reverse("scoring:appraisal-entry", args=[self.entry.pk])),
        ]

    def act(self, form: CheckEntryForm) -> str:
        refused = "" if form.cleaned_data["counts"] else form.cleaned_data["refused"]
        actions.check_entry(self.actor, entry_id=self.entry.pk, refused=refused)
        return reverse("scoring:appraisal-entry", args=[self.entry.pk])


class EntryFile(AccessMixin, View):
    """The evidence of an entry."""

    required_verb = "scoring.see_own_appraisal"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        entry = access.fetch(self.actor, "scoring.see_own_appraisal", ManualEntry, pk=pk)
        return evidence(entry.file_key, entry.file_name)

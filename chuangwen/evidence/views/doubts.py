"""What is doubted of photos: the list, one doubt, the decision; counts by unit, never by person."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.evidence import actions, links, queries, shown, telling
from chuangwen.evidence.models import Doubt, Redaction
from chuangwen.kernel import access
from chuangwen.people.models import Unit
from chuangwen.web.lists import DateRangeFilter, Empty, ListColumn, ListPage, MultiChoiceFilter, PageAction, TreeFilter
from chuangwen.web.views import AccessMixin, PageMixin, back

HOME = gettext_lazy("Doubted photos")
UNDECIDED = gettext_lazy("undecided")


class DoubtList(ListPage):
    """Doubts that this person may see, undecided ones first, strong ones first."""

    title = HOME
    lead = gettext_lazy("The program points out what is worth a look. What it is, you decide.")
    required_verb = "evidence.see_doubts"
    columns = [
        ListColumn("photo", gettext_lazy("Photos"), "evidence/cells/pair.html", export=lambda d: str(d.photo.uid), phone="title"),
        ListColumn("kind", gettext_lazy("What was seen"), "evidence/cells/kind.html", export=lambda d: d.get_kind_display()),
        ListColumn("decision", gettext_lazy("Decision"), "evidence/cells/decision.html", sort=("decision", "-score"), phone="badge",
                   export=lambda d: d.get_decision_display() if d.decision else str(UNDECIDED)),
        ListColumn("unit", gettext_lazy("Handed in by unit"), lambda d: d.examination.unit or ""),
        ListColumn("found_at", gettext_lazy("Found"), sort="found_at", kind="datetime", nowrap=True),
    ]  # fmt: skip
    default_sort = ("decision", "-score", "pk")
    empty = Empty(
        gettext_lazy("No photo is doubted"),
        gettext_lazy("Photos that are handed in as evidence are compared with all earlier ones."),
    )

    def get_filters(self) -> list[Any]:
        choices = [("undecided", UNDECIDED), *Doubt.Decision.choices]
        return [
            _DecisionFilter(key="decision", label=gettext_lazy("Decision"), choices=choices),
            MultiChoiceFilter(key="kind", label=gettext_lazy("What was seen"), choices=Doubt.Kind.choices),
            TreeFilter(
                key="unit",
                label=gettext_lazy("Handed in by unit"),
                field="examination__unit",
                tree=lambda: _units(self.actor),
                more=True,
            ),
            DateRangeFilter(key="found", label=gettext_lazy("Found"), field="found_at", more=True),
        ]

    def get_page_actions(self) -> list[PageAction]:
        return [PageAction(_("By unit"), reverse("evidence:doubts-by-unit"), "chart-bar")]

    def get_queryset(self) -> QuerySet[Doubt]:
        found = access.scoped(self.actor, "evidence.see_doubts", Doubt)
        return found.select_related("photo", "other", "examination__unit").defer("photo__sketch", "other__sketch")

    def row_url(self, row: Doubt) -> str:
        return reverse("evidence:doubt", args=[row.pk])

    def row_tone(self, row: Doubt) -> str:
        return telling.tone(row)


class _DecisionFilter(MultiChoiceFilter):
    """The empty decision has a word of its own in the address."""

    def apply(self, queryset: QuerySet, value: Any) -> QuerySet:
        return queryset.filter(decision__in=["" if one == "undecided" else one for one in value.value])


def _units(actor: access.Actor) -> QuerySet[Unit]:
    return access.scoped(actor, "people.see", Unit)


class DoubtPage(PageMixin, View):
    """One doubt with its pictures and the form."""

    required_verb = "evidence.see_doubts"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        doubts = Doubt.objects.select_related("photo", "other", "decided_by__person", "examination__unit")
        doubt = access.fetch(self.actor, "evidence.see_doubts", doubts, pk=pk)
        self.title = doubt.get_kind_display()
        context = self.get_context_data(
            rows=shown.rows(self.actor, [doubt]),
            doubt=doubt,
            next=reverse("evidence:doubts") + "?decision=undecided",
            about=queries.subject_of(self.actor, doubt.examination.about),
        )
        return render(request, "evidence/doubt_page.html", context)

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(HOME, reverse("evidence:doubts"))]


class Decide(AccessMixin, View):
    """The buttons of a doubt."""

    required_verb = "evidence.decide"
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        doubt = actions.decide(self.actor, pk, request.POST.get("decision", ""), request.POST.get("note", ""))
        messages.success(request, _("Decided: %(decision)s.") % {"decision": doubt.get_decision_display()})
        return back(request, reverse("evidence:doubt", args=[pk]))


class DoubtsByUnit(PageMixin, View):
    """How many photos of each unit were examined, doubted and not accepted."""

    title = gettext_lazy("Doubted photos by unit")
    lead = gettext_lazy("Units, never persons. A doubt is no finding: only what a person has decided counts as not acceptable.")
    required_verb = "evidence.see_doubts"

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "evidence/by_unit.html", self.get_context_data(rows=queries.doubts_by_unit(self.actor)))

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(HOME, reverse("evidence:doubts"))]


class Record(PageMixin, View):
    """All that is known of one photo: its hashes and whether they hold, its capture, its place in the chain, what happened to it."""

    title = gettext_lazy("Record of a photo")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        key = request.GET.get("k", "")
        found = queries.record_of(self.actor, pk, key)
        account = self.actor.account_id
        asked = Redaction.objects.filter(photo=pk).exists()
        may_cover = access.scoped(self.actor, "evidence.release", Redaction).filter(photo=pk).exists()
        context = self.get_context_data(
            record=found,
            photo=found.photo,
            view_url=links.photo_url(pk, account),
            original_url=links.photo_url(pk, account, "original") if found.may_open_original else "",
            rows=shown.rows(self.actor, found.doubts),
            cover_url=reverse("evidence:cover", args=[pk]) if may_cover else "",
            may_ask=self.actor.may("evidence.ask_release") and not asked,
            key=key,
            next=request.get_full_path(),
        )
        return render(request, "evidence/record.html", context)

    def get_breadcrumbs(self) -> list[tuple[Any, str | None]]:
        return [(HOME, reverse("evidence:doubts"))] if self.actor.may("evidence.see_doubts") else []

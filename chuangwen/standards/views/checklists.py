"""Checklists of site types; families and kinds of problems."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access
from chuangwen.kernel.identifiers import number_in
from chuangwen.places.models import SiteType
from chuangwen.standards import actions, queries
from chuangwen.standards.forms import LISTS, SEVERITIES, FamilyForm, ItemForm, KindForm
from chuangwen.standards.models import ChecklistExample, ChecklistItem, Criterion, Edition, Family, Kind
from chuangwen.web.form_pages import ActionButton, FormPage, RowPage
from chuangwen.web.lists import ChoiceFilter, ListColumn, ListPage, PageAction, QFilter
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Checklists")
SEVERITY_WORDS = dict(SEVERITIES)


class ChecklistPage(PageMixin, View):
    """What is looked at in one type of place; prints as a sheet for the walk."""

    required_verb = "standards.see"
    breadcrumbs = [(HOME, "/standards/checklists/")]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        kind = access.fetch(self.actor, "places.see", SiteType, pk=pk)
        self.title = _("Checklist: %(type)s") % {"type": kind.name}
        editions = list(
            Edition.objects.exclude(state=Edition.State.ARCHIVED)
            .filter(sections__indicators__requirements__criteria__checklist_items__site_type=kind)
            .distinct()
            .order_by("-year", "-version")
        )
        chosen = next((edition for edition in editions if str(edition.pk) == request.GET.get("edition")), None)
        chosen = chosen or next(
            (edition for edition in editions if edition.state == Edition.State.ACTIVE), editions[0] if editions else None
        )
        items = list(queries.checklist(kind, chosen)) if chosen else []
        context = self.get_context_data(
            kind=kind,
            editions=editions,
            edition=chosen,
            groups=_grouped(items, queries.examples_for(item.pk for item in items)),
            count=len(items),
            may_edit=self.actor.may("standards.edit"),
        )
        return render(request, "standards/checklist.html", context)


def _grouped(items: list[ChecklistItem], examples: dict[int, list[ChecklistExample]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The items under the names of their families, with what holds for each at this place."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for number, item in enumerate(items, 1):
        family = item.kind.family if item.kind else item.criterion.family
        groups.setdefault(str(family) if family else "", []).append(
            {
                "number": number,
                "item": item,
                "grading": dict(Criterion.Grading.choices)[item.grading or item.criterion.grading],
                "pass_fail": (item.grading or item.criterion.grading) == Criterion.Grading.PASS_FAIL,
                "severity": SEVERITY_WORDS[item.severity or item.criterion.severity],
                "kind": item.kind or item.criterion.kind,
                "photos": queries.shown_examples(examples.get(item.pk, [])),
            }
        )
    return list(groups.items())


class ItemEdit(FormPage):
    """Put a criterion on a checklist, or change one on it."""

    required_verb = "standards.edit"
    template_name = "standards/item.html"
    item: ChecklistItem | None = None

    def prepare(self) -> None:
        if "pk" in self.kwargs:
            rows = ChecklistItem.objects.select_related("site_type", "criterion__requirement__indicator__section__edition")
            self.item = access.fetch(self.actor, "standards.edit", rows, pk=self.kwargs["pk"])
            self.kind, self.title = self.item.site_type, self.item.text
            self.edition: Edition | None = self.item.criterion.requirement.indicator.section.edition
        else:
            self.kind = access.fetch(self.actor, "standards.edit", SiteType, pk=self.kwargs["type"])
            self.title = _("Add to the checklist")
            asked = number_in(self.request.GET.get("edition"))
            self.edition = Edition.objects.filter(pk=asked).first() if asked else queries.current_edition()
        self.cancel_url = reverse("standards:checklist", args=[self.kind.pk])

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("standards:checklists")), (self.kind.name, self.cancel_url)]

    def get_form(self, data: Any = None, files: Any = None) -> ItemForm:
        return ItemForm(data, edition=self.edition, item=self.item)

    def extra_context(self) -> dict[str, Any]:
        found = queries.examples_for([self.item.pk]).get(self.item.pk, []) if self.item else []
        return {"item": self.item, "photos": queries.shown_examples(found)}

    def act(self, form: ItemForm) -> str:
        if self.item is not None:
            actions.edit_item(self.actor, item_id=self.item.pk, **form.facts())
        else:
            actions.edit_item(self.actor, site_type=self.kind, **form.facts())
        return self.cancel_url


class ItemRemove(ActionButton):
    required_verb = "standards.edit"
    done = gettext_lazy("Removed.")

    def act(self, request: HttpRequest, pk: int) -> str:
        item = access.fetch(self.actor, "standards.edit", ChecklistItem, pk=pk)
        actions.remove_item(self.actor, item_id=pk)
        return reverse("standards:checklist", args=[item.site_type_id])


class KindList(ListPage):
    """Kinds of problems under their families."""

    title = gettext_lazy("Kinds of problems")
    required_verb = "standards.see"
    columns = [
        ListColumn("name", gettext_lazy("Kind"), phone="title", sort="name"),
        ListColumn("family", gettext_lazy("Family"), "family.name", sort=("family__order", "order"), phone="badge"),
        ListColumn(
            "severity", gettext_lazy("Severity"), lambda kind: SEVERITY_WORDS.get(kind.severity, kind.severity), sort="severity"
        ),
        ListColumn(
            "lists",
            gettext_lazy("On the lists"),
            lambda kind: _(", ").join(str(word) for code, word in LISTS if code in kind.lists),
        ),
        ListColumn("keywords", gettext_lazy("Keywords"), lambda kind: "、".join(kind.keywords), phone="hidden"),
        ListColumn("active", gettext_lazy("In use")),
    ]
    search_fields = ["name", "code", "family__name"]
    default_sort = ("family__order", "order")
    default_size = 100
    export_name = gettext_lazy("Kinds of problems")
    page_actions = [
        PageAction(gettext_lazy("Families"), "/standards/families/", icon="stack-2"),
        PageAction(gettext_lazy("New kind"), "/standards/kinds/new/", icon="plus", primary=True, verb="standards.edit_kinds"),
    ]

    def get_filters(self) -> Any:
        return [
            ChoiceFilter(key="family", label=_("Family"), choices=lambda: Family.objects.values_list("pk", "name")),
            QFilter(
                key="severity", label=_("Severity"), options={str(level): (word, _severity(level)) for level, word in SEVERITIES}
            ),
        ]

    def get_queryset(self) -> Any:
        return access.scoped(self.actor, "standards.see", Kind).select_related("family")

    def row_url(self, row: Kind) -> str | None:
        return reverse("standards:kind-edit", args=[row.pk]) if self.actor.may("standards.edit_kinds") else None


def _severity(level: int) -> Any:
    from django.db.models import Q

    return Q(severity=level)


class FamilyList(ListPage):
    """Families of problems."""

    title = gettext_lazy("Families of problems")
    required_verb = "standards.see"
    breadcrumbs = [(gettext_lazy("Kinds of problems"), "/standards/kinds/")]
    columns = [
        ListColumn("name", gettext_lazy("Family"), phone="title", sort="name"),
        ListColumn("code", gettext_lazy("Code"), "web/cells/code.html", sort="code", export="code"),
        ListColumn("kinds", gettext_lazy("Kinds"), "kind_count", kind="int", sort="kind_count"),
        ListColumn("active", gettext_lazy("In use")),
    ]
    default_sort = "order"
    page_actions = [
        PageAction(gettext_lazy("New family"), "/standards/families/new/", icon="plus", primary=True, verb="standards.edit_kinds")
    ]

    def get_queryset(self) -> Any:
        return access.scoped(self.actor, "standards.see", Family).annotate(kind_count=Count("kinds"))

    def row_url(self, row: Family) -> str:
        return (
            reverse("standards:family-edit", args=[row.pk])
            if self.actor.may("standards.edit_kinds")
            else reverse("standards:kinds") + f"?family={row.pk}"
        )


class KindEdit(RowPage):
    required_verb = "standards.edit_kinds"
    rows, form_class, list_name, new_title = Kind, KindForm, "standards:kinds", gettext_lazy("New kind")
    breadcrumbs = [(gettext_lazy("Kinds of problems"), "/standards/kinds/")]

    def act(self, form: KindForm) -> str:
        actions.edit_kind(self.actor, kind_id=self.row.pk if self.row else None, **form.cleaned_data)
        return self.cancel_url


class FamilyEdit(RowPage):
    required_verb = "standards.edit_kinds"
    rows, form_class, list_name, new_title = Family, FamilyForm, "standards:families", gettext_lazy("New family")
    breadcrumbs = [(gettext_lazy("Families of problems"), "/standards/families/")]

    def act(self, form: FamilyForm) -> str:
        actions.edit_family(self.actor, family_id=self.row.pk if self.row else None, **form.cleaned_data)
        return self.cancel_url

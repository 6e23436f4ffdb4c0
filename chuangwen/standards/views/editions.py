"""Editions, their trees, criteria."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from chuangwen.kernel import access, clock
from chuangwen.kernel.errors import Missing
from chuangwen.standards import actions, queries
from chuangwen.standards.actions.editions import EDITION_OF, LEVELS, edition_of
from chuangwen.standards.forms import CopyForm, CriterionForm, EditionForm, NodeForm
from chuangwen.standards.models import Criterion, Edition
from chuangwen.web.form_pages import ActionButton, FormPage
from chuangwen.web.lists import ChoiceFilter, Empty, ListColumn, ListPage, PageAction, import_button
from chuangwen.web.views import PageMixin

HOME = gettext_lazy("Editions")
LEVEL_LABELS = {
    "section": gettext_lazy("Section"),
    "indicator": gettext_lazy("Indicator"),
    "requirement": gettext_lazy("Requirement"),
    "criterion": gettext_lazy("Criterion"),
}
STATE_TONES = {"draft": "wait", "active": "ok", "archived": "quiet"}


class EditionList(ListPage):
    """All editions."""

    title = HOME
    required_verb = "standards.see"
    columns = [
        ListColumn("name", gettext_lazy("Name"), lambda edition: str(edition), sort=("name", "version"), phone="title"),
        ListColumn("state", gettext_lazy("State"), "standards/cells/state.html", export="get_state_display", phone="badge"),
        ListColumn("year", gettext_lazy("Year"), sort=("year", "name", "version")),
        ListColumn("level", gettext_lazy("Level")),
        ListColumn("source", gettext_lazy("Source"), phone="hidden"),
        ListColumn("criteria_count", gettext_lazy("Criteria"), kind="int", sort="criteria_count"),
    ]
    search_fields = ["name", "source"]
    default_sort = ("-year", "name", "-version")
    page_actions = [
        PageAction(gettext_lazy("New edition"), "/standards/editions/new/", icon="plus", primary=True, verb="standards.edit")
    ]
    empty = Empty(
        gettext_lazy("No editions yet"), gettext_lazy("Bring in a sheet with the standard and its responsibilities."), icon="book"
    )

    def get_filters(self) -> Any:
        return [ChoiceFilter(key="state", label=_("State"), choices=Edition.State.choices)]

    def get_page_actions(self) -> Any:
        found = super().get_page_actions()
        return [*import_button(self.actor, "standard"), *found] if self.actor.may("standards.edit") else found

    def get_queryset(self) -> Any:
        return queries.editions(self.actor)

    def row_url(self, row: Edition) -> str:
        return reverse("standards:edition", args=[row.pk])


class EditionPage(PageMixin, View):
    """The tree of an edition, with who answers for each criterion; prints as it stands."""

    required_verb = "standards.see"
    breadcrumbs = [(HOME, "/standards/editions/")]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        edition = access.fetch(self.actor, "standards.see", Edition, pk=pk)
        self.title, self.lead = str(edition), edition.note
        today = clock.today()
        tree = queries.tree(edition)
        keys = [
            criterion.pk
            for section in tree
            for indicator in section.indicators.all()
            for requirement in indicator.requirements.all()
            for criterion in requirement.criteria.all()
        ]
        answers = queries.answering(self.actor, keys, today)
        context = self.get_context_data(
            edition=edition,
            tree=tree,
            answers=answers,
            criteria=len(keys),
            tone=STATE_TONES[edition.state],
            ownerless=queries.without_lead(self.actor, edition, today).count(),
            may_edit=self.actor.may("standards.edit"),
            editable=self.actor.may("standards.edit") and edition.state == Edition.State.DRAFT,
        )
        return render(request, "standards/edition.html", context)


class EditionEdit(FormPage):
    """Make an edition, or change what is said about one."""

    required_verb = "standards.edit"
    edition: Edition | None = None
    breadcrumbs = [(HOME, "/standards/editions/")]

    def prepare(self) -> None:
        self.title, self.cancel_url = _("New edition"), reverse("standards:editions")
        if "pk" in self.kwargs:
            self.edition = access.fetch(self.actor, "standards.edit", Edition, pk=self.kwargs["pk"])
            self.title, self.cancel_url = str(self.edition), reverse("standards:edition", args=[self.edition.pk])

    def get_form(self, data: Any = None, files: Any = None) -> EditionForm:
        return EditionForm(data, edition=self.edition)

    def act(self, form: EditionForm) -> str:
        if self.edition is not None:
            edition = actions.edit_edition(self.actor, edition_id=self.edition.pk, **form.cleaned_data)
        else:
            edition = actions.create_edition(self.actor, **form.cleaned_data)
        return reverse("standards:edition", args=[edition.pk])


class EditionCopy(FormPage):
    """Copy an edition to a new version."""

    required_verb = "standards.edit"
    submit = gettext_lazy("Copy")
    done = gettext_lazy("Copied. This is the copy: a draft.")

    def prepare(self) -> None:
        self.edition = access.fetch(self.actor, "standards.edit", Edition, pk=self.kwargs["pk"])
        self.title = _("Copy “%(name)s”") % {"name": self.edition}
        self.cancel_url = reverse("standards:edition", args=[self.edition.pk])

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("standards:editions")), (str(self.edition), self.cancel_url)]

    def get_form(self, data: Any = None, files: Any = None) -> CopyForm:
        return CopyForm(data, initial={"name": self.edition.name, "with_responsibilities": True})

    def act(self, form: CopyForm) -> str:
        edition = actions.copy_edition(self.actor, edition_id=self.edition.pk, **form.cleaned_data)
        return reverse("standards:edition", args=[edition.pk])


class EditionTurn(ActionButton):
    """Put in force, archive or throw away."""

    required_verb = "standards.edit"

    def act(self, request: HttpRequest, pk: int) -> str:
        wanted = request.POST.get("to", "")
        if wanted == "active":
            actions.activate(self.actor, edition_id=pk)
            self.done = _("The edition is in force.")
        elif wanted == "archived":
            actions.archive(self.actor, edition_id=pk)
            self.done = _("The edition is archived.")
        elif wanted == "removed":
            actions.remove_edition(self.actor, edition_id=pk)
            self.done = _("The draft is gone.")
            return reverse("standards:editions")
        else:
            raise Missing(_("There is no such step."))
        return reverse("standards:edition", args=[pk])


class NodeEdit(FormPage):
    """Make or change a node of a draft's tree."""

    required_verb = "standards.edit"
    node: Any = None

    def prepare(self) -> None:
        self.level = self.kwargs["level"]
        if self.level not in LEVELS:
            raise Missing(_("There is no such page."))
        model, column = LEVELS[self.level]
        if "pk" in self.kwargs:
            self.node = access.fetch(
                self.actor, "standards.edit", model.objects.select_related(EDITION_OF[self.level]), pk=self.kwargs["pk"]
            )
            self.edition = edition_of(self.node)
            self.title = str(self.node)
        else:
            parent_model = model._meta.get_field(column).related_model
            self.parent = access.fetch(self.actor, "standards.edit", parent_model, pk=self.kwargs["parent"])
            self.edition = edition_of(self.parent)
            self.title = _("New: %(level)s") % {"level": LEVEL_LABELS[self.level]}
        self.cancel_url = reverse("standards:edition", args=[self.edition.pk])

    def get_breadcrumbs(self) -> Any:
        return [(HOME, reverse("standards:editions")), (str(self.edition), self.cancel_url)]

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        if self.level == "criterion":
            return CriterionForm(data, criterion=self.node)
        return NodeForm(data, level=self.level, node=self.node)

    def act(self, form: Any) -> str:
        facts = form.facts() if self.level == "criterion" else form.cleaned_data
        if self.node is not None:
            node = actions.edit_node(self.actor, level=self.level, node_id=self.node.pk, **facts)
        else:
            node = actions.edit_node(self.actor, level=self.level, parent_id=self.parent.pk, **facts)
        if self.level == "criterion":
            return reverse("standards:criterion", args=[node.pk])
        return f"{self.cancel_url}#{self.level}-{node.pk}"


class NodeMove(ActionButton):
    """Up, down or away."""

    required_verb = "standards.edit"

    def act(self, request: HttpRequest, level: str, pk: int) -> str:
        if level not in LEVELS:
            raise Missing(_("There is no such page."))
        node = access.fetch(self.actor, "standards.edit", LEVELS[level][0].objects.select_related(EDITION_OF[level]), pk=pk)
        target = reverse("standards:edition", args=[edition_of(node).pk])
        if request.POST.get("to") == "away":
            actions.remove_node(self.actor, level=level, node_id=pk)
            self.done = _("Removed.")
            return target
        actions.move_node(self.actor, level=level, node_id=pk, up=request.POST.get("to") == "up")
        return f"{target}#{level}-{pk}"


class CriterionPage(PageMixin, View):
    """One criterion: its words, where it is looked at, who answers."""

    required_verb = "standards.see"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Criterion.objects.select_related("requirement__indicator__section__edition", "family", "kind")
        self.criterion = criterion = access.fetch(self.actor, "standards.see", rows, pk=pk)
        self.edition = criterion.requirement.indicator.section.edition
        self.title = criterion.text
        responsibilities = (
            queries.visible_responsibilities(self.actor)
            .filter(criterion=criterion)
            .select_related("unit", "site_type", "site", "division")
        )
        context = self.get_context_data(
            criterion=criterion,
            edition=self.edition,
            items=criterion.checklist_items.select_related("site_type", "kind").order_by("site_type__order"),
            responsibilities=[
                (row, queries.thing_besides_criterion(row)) for row in responsibilities.order_by("part", "starts_on")
            ],
            today=clock.today(),
            may_edit=self.actor.may("standards.edit"),
            may_assign=self.actor.may("standards.assign"),
        )
        return render(request, "standards/criterion.html", context)

    def get_breadcrumbs(self) -> Any:
        above = self.criterion.requirement
        return [
            (HOME, reverse("standards:editions")),
            (str(self.edition), reverse("standards:edition", args=[self.edition.pk])),
            (above.indicator.section.name, None),
            (above.indicator.name, None),
            (above.text, None),
        ]


class ChecklistList(ListPage):
    """The site types and how much is asked of each."""

    title = gettext_lazy("Checklists")
    required_verb = "standards.see"
    lead = gettext_lazy("What is looked at in each type of place.")
    columns = [
        ListColumn("name", gettext_lazy("Site type"), phone="title", sort="name"),
        ListColumn("group", gettext_lazy("Group"), sort=("group", "order"), phone="badge"),
        ListColumn("items", gettext_lazy("Items"), "item_count", kind="int", sort="item_count"),
    ]
    search_fields = ["name", "group"]
    default_sort = "order"
    default_size = 100
    empty = Empty(gettext_lazy("No site types yet"), icon="checklist")

    def get_queryset(self) -> Any:
        from chuangwen.places.models import SiteType

        return SiteType.objects.filter(active=True).annotate(item_count=Count("checklist"))

    def row_url(self, row: Any) -> str:
        return reverse("standards:checklist", args=[row.pk])
